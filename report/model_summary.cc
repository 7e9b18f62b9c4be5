// See model_summary.h.
#include "report/model_summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "ops/spec.h"
#include "report/sha256.h"

namespace midge {
namespace {

std::vector<int> to_vector(const Indices& list) {
  std::vector<int> out;
  for (uint32_t i = 0; i < list.count; ++i) out.push_back(list[i]);
  return out;
}

std::vector<int32_t> dims_of(const Shape& shape) { return {shape.dims, shape.dims + shape.rank}; }

Json block_json(const ArenaBlock& b) {
  Json out{{"tensor", b.tensor < 0 ? Json() : Json(b.tensor)}};
  if (b.tensor < 0) out["scratch_of_operator"] = b.first;
  out["bytes"] = b.bytes;
  out["offset"] = b.offset;
  out["first"] = b.first;
  out["last"] = b.last;
  return out;
}

Json arena_json(const ModelSummary& s) {
  const ArenaPlan& arena = s.arena;
  Json out{{"activation_bytes", arena.activation_bytes},
           {"live_peak_bytes", arena.live_peak_bytes},
           {"device_arena_bytes_estimate", arena.device_arena_bytes},
           {"complete", arena.complete},
           {"embedded_plan", arena.embedded}};
  Json blocks = Json::array(), timeline = Json::array();
  for (const ArenaBlock& b : arena.blocks) blocks.push_back(block_json(b));
  for (size_t i = 0; i < arena.timeline.size(); ++i) timeline.push_back({{"operator", i}, {"live_bytes", arena.timeline[i]}});
  out["blocks"] = std::move(blocks);
  out["timeline"] = std::move(timeline);
  return out;
}

Json operator_json(const OperatorSummary& op) {
  return Json{{"index", op.index},
              {"name", op.name},
              {"version", op.version},
              {"inputs", op.inputs},
              {"outputs", op.outputs},
              {"macs", op.macs ? Json(*op.macs) : Json()},
              {"weight_bytes", op.weight_bytes},
              {"scratch_bytes", op.support.scratch_bytes},
              {"supported", op.support.status.ok()},
              {"reason", op.support.reason.empty() ? Json() : Json(op.support.reason)}};
}

}  // namespace

bool ModelSummary::supported() const {
  return std::all_of(operators.begin(), operators.end(), [](const OperatorSummary& op) { return op.support.status.ok(); });
}

ModelSummary summarize(const Model& model, const std::string& file, Contract contract) {
  ModelSummary out;
  out.file = file;
  out.bytes = model.size();
  out.sha256 = sha256_hex({model.data(), model.size()});
  out.description = to_string(model.description());
  out.subgraphs = model.subgraph_count();
  out.inputs = to_vector(model.inputs());
  out.outputs = to_vector(model.outputs());
  std::set<const uint8_t*> counted;
  for (uint32_t t = 0; t < model.tensor_count(); ++t) {
    out.tensors.push_back({t, to_string(model.tensor_name(t)), model.tensor(t)});
    const Tensor& tensor = out.tensors.back().info;
    if (!tensor.constant() || !counted.insert(tensor.data).second) continue;
    out.weight_bytes += tensor.bytes;
    out.parameters += static_cast<uint64_t>(tensor.shape.count());
  }
  std::vector<OperatorSupport> support;
  for (uint32_t i = 0; i < model.operator_count(); ++i) {
    const Operator op = model.op(i);
    OperatorSummary s;
    s.index = i;
    s.name = operator_name(op);
    s.version = op.version;
    s.inputs = to_vector(op.inputs);
    s.outputs = to_vector(op.outputs);
    s.support = operator_support(model, i, contract);
    if (s.support.status.ok()) s.macs = macs_of(model, op);
    for (const int t : s.inputs)
      s.weight_bytes += t >= 0 && out.tensors[static_cast<size_t>(t)].info.constant() ? out.tensors[static_cast<size_t>(t)].info.bytes : 0;
    out.macs += s.macs.value_or(0);
    support.push_back(s.support);
    out.operators.push_back(std::move(s));
  }
  out.arena = plan_arena(model, support);
  if (out.arena.status.ok() && out.arena.complete) check_against_interpreter(model, contract, &out.arena);
  return out;
}

Json to_json(const TensorSummary& tensor) {
  const Tensor& t = tensor.info;
  Json scale = Json::array(), zero_point = Json::array();
  for (uint32_t c = 0; c < t.quantization.count; ++c) {
    scale.push_back(t.quantization.scale(c));
    zero_point.push_back(t.quantization.zero_point(c));
  }
  return Json{{"index", tensor.index},
              {"name", tensor.name},
              {"shape", dims_of(t.shape)},
              {"dtype", type_name(t.type)},
              {"bytes", t.bytes},
              {"constant", t.constant()},
              {"variable", t.is_variable},
              {"scale", std::move(scale)},
              {"zero_point", std::move(zero_point)},
              {"quantized_dimension", t.quantization.count > 1 ? Json(t.quantization.dimension) : Json()}};
}

Json to_json(const ModelSummary& s) {
  const auto tensors_of = [&](const std::vector<int>& indices) {
    Json out = Json::array();
    for (const int t : indices) out.push_back(to_json(s.tensors[static_cast<size_t>(t)]));
    return out;
  };
  Json operators = Json::array(), tensors = Json::array();
  for (const OperatorSummary& op : s.operators) operators.push_back(operator_json(op));
  for (const TensorSummary& t : s.tensors) tensors.push_back(to_json(t));
  return Json{{"file", s.file},
              {"sha256", s.sha256},
              {"bytes", s.bytes},
              {"schema_version", s.schema_version},
              {"description", s.description},
              {"subgraphs", s.subgraphs},
              {"supported", s.supported()},
              {"inputs", tensors_of(s.inputs)},
              {"outputs", tensors_of(s.outputs)},
              {"operators", std::move(operators)},
              {"tensors", std::move(tensors)},
              {"macs", s.macs},
              {"weight_bytes", s.weight_bytes},
              {"parameters", s.parameters},
              {"arena", arena_json(s)}};
}

std::string type_and_shape(const Tensor& t) { return fmt::format("{}[{}]", type_name(t.type), fmt::join(dims_of(t.shape), ",")); }

std::string scale_text(const Tensor& t, int digits) {
  const Quantization& q = t.quantization;
  if (q.count == 0) return "";
  float least = q.scale(0), most = q.scale(0);
  for (uint32_t c = 1; c < q.count; ++c) least = std::min(least, q.scale(c)), most = std::max(most, q.scale(c));
  return q.count == 1 ? fmt::format("{:.{}g}", least, digits) : fmt::format("{:.{}g}..{:.{}g}", least, digits, most, digits);
}

}  // namespace midge
