// Batch by batch: the reference through the executor, whose visitor keeps the tensors that have a counterpart; the model through
// its interpreters, whose visitor keeps its own; then each pair of tensors is compared, in parallel over the pairs.
#include "compiler/measure/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "compiler/execute/integer_runner.h"
#include "compiler/execute/model_runner.h"

namespace midge {
namespace {

constexpr size_t kBatchBytes = size_t{96} << 20;
constexpr size_t kMostBatch = 128;

/// Dimensions that are open until run time are 1, as a .tflite file says where nobody sets them.
ir::Module with_fixed_dims(ir::Module m) {
  for (ir::Graph& g : m.graphs) {
    for (ir::Tensor& t : g.tensors) std::replace(t.dims.begin(), t.dims.end(), -1, 1);
  }
  return m;
}

size_t bytes_per_sample(const ir::Graph& g) {
  size_t n = 0;
  for (const ir::Tensor& t : g.tensors) {
    if (!t.constant() && t.count() > 0) n += t.bytes();
  }
  return n;
}

/// Gives each value as it was: rounds nothing.
bool only_moves(const ir::Op& op) {
  switch (op.code) {
    case Builtin::MAX_POOL_2D:
    case Builtin::RESHAPE:
    case Builtin::SQUEEZE:
    case Builtin::EXPAND_DIMS:
    case Builtin::TRANSPOSE:
    case Builtin::PAD:
    case Builtin::SLICE:
    case Builtin::STRIDED_SLICE:
    case Builtin::SPLIT:
    case Builtin::GATHER: return true;
    default: return false;
  }
}

/// Where an operator's values end by themselves.
std::vector<float> bounds_of(const ir::Op& op) {
  switch (op.code) {
    case Builtin::SOFTMAX:
    case Builtin::LOGISTIC: return {0, 1};
    case Builtin::TANH: return {-1, 1};
    case Builtin::RELU: return {0};
    case Builtin::RELU6: return {0, 6};
    case Builtin::RELU_N1_TO_1: return {-1, 1};
    default: break;
  }
  switch (op.activation()) {
    case Activation::kRelu6: return {0, 6};
    case Activation::kReluN1To1: return {-1, 1};
    default: return {0};  // a rectifier that became a range whose lowest value is 0
  }
}

void explain_ends(LayerError& l, const ir::Tensor& t, const ir::Op* op) {
  const TypeEnds ends = ends_of(t);
  for (const float bound : op == nullptr ? std::vector<float>{0} : bounds_of(*op)) {
    l.low_explained = l.low_explained || std::abs(ends.low - bound) <= ends.step;
    l.high_explained = l.high_explained || std::abs(ends.high - bound) <= ends.step;
  }
}

/// How the model's input i is turned from the reference's.
std::vector<int32_t> input_turn(const ir::Module& q, const ir::Module& r, size_t i) {
  const ir::Tensor &to = q.main()[q.main().inputs[i]], &from = r.main()[r.main().inputs[i]];
  const auto entry = [&](const ir::Module& m) { return i < m.io.inputs.size() ? m.io.inputs[i] : std::vector<int32_t>(); };
  const std::vector<int32_t> a = entry(q), b = entry(r);
  std::vector<int32_t> turn;
  if (a != b && a.size() == to.dims.size() && b.size() == a.size()) {  // both say how they were turned from one source
    for (const int32_t source : a) turn.push_back(static_cast<int32_t>(std::find(b.begin(), b.end(), source) - b.begin()));
    bool fits = true;
    for (size_t d = 0; d < turn.size(); ++d)
      fits = fits && static_cast<size_t>(turn[d]) < b.size() && from.dims[static_cast<size_t>(turn[d])] == to.dims[d];
    if (fits) return turn;
    turn.clear();
  }
  if (!find_turn(from.dims, to.dims, &turn)) {
    Diagnostic d;
    d.id = "inputs-differ", d.tensor_name = to.name;
    d.message = fmt::format("the model takes {} where the float reference takes {}", ir::type_and_dims(to), ir::type_and_dims(from));
    d.hint = "is this the float model that it was made from?";
    throw DiagnosticError(d, 2);
  }
  return turn;
}

struct Pair {
  TensorMatch match;  ///< reference -1: none
  ErrorStats stats;
};

class Evaluator {
 public:
  Evaluator(const ir::Module& model, const ir::Module* reference, SampleSource& samples, const EvaluateOptions& options)
      : model_(with_fixed_dims(model)), samples_(samples), options_(options), runner_(model_, options.model_name, options.threads) {
    if (reference != nullptr) {
      reference_ = with_fixed_dims(*reference);
      check_same_interface();
      reference_runner_.emplace(*reference_, options.reference_name, options.threads);
      for (size_t i = 0; i < model.main().inputs.size(); ++i) turns_.push_back(input_turn(model_, *reference_, i));
    }
    if (options.layers) choose_tensors();
  }

  Evaluation run() {
    result_.model = options_.model_name, result_.reference = options_.reference_name, result_.data = samples_.name();
    const ir::Graph& g = model_.main();
    if (reference_) {
      for (const int32_t i : g.outputs) result_.outputs.push_back({g[i].name, {}});
    }
    const size_t bytes = bytes_per_sample(g) + (!reference_ ? 0 : bytes_per_sample(reference_->main()));
    const size_t batch = std::clamp<size_t>(kBatchBytes / std::max<size_t>(1, bytes), 1, kMostBatch);
    std::vector<Activation32> inputs;
    samples_.rewind();
    while (const size_t n = samples_.read(batch, inputs)) {
      add_batch(inputs, n);
      result_.samples += n;
      if (options_.progress) options_.progress(result_.samples);
    }
    if (result_.samples == 0) {
      Diagnostic d;
      d.id = "no-samples", d.file = samples_.name(), d.message = "there are no samples", d.hint = "name data with at least one";
      throw DiagnosticError(d, 2);
    }
    result_.data_sha256 = samples_.sha256();
    finish();
    return std::move(result_);
  }

 private:
  void check_same_interface() const {
    const ir::Graph &q = model_.main(), &r = reference_->main();
    bool same = q.inputs.size() == r.inputs.size() && q.outputs.size() == r.outputs.size();
    for (size_t i = 0; same && i < q.outputs.size(); ++i) same = q[q.outputs[i]].count() == r[r.outputs[i]].count();
    if (same) return;
    Diagnostic d;
    d.id = "interfaces-differ", d.file = options_.model_name;
    d.message = fmt::format("{} inputs and {} outputs where the float reference has {} and {}, or outputs of another size", q.inputs.size(),
                            q.outputs.size(), r.inputs.size(), r.outputs.size());
    d.hint = "is this the float model that it was made from?";
    throw DiagnosticError(d, 2);
  }

  void choose_tensors() {
    const ir::Graph& q = model_.main();
    keep_.assign(q.tensors.size(), false);
    if (reference_) {
      for (const TensorMatch& m : match_tensors(q, reference_->main())) pairs_.push_back({m, {}});
    }
    std::vector<bool> has(q.tensors.size());
    for (const Pair& p : pairs_) has[static_cast<size_t>(p.match.quantized)] = true;
    for (size_t i = 0; i < q.tensors.size(); ++i) {  // the rest: saturation only
      const ir::Tensor& t = q.tensors[i];
      const bool integer = t.type == Type::kInt8 || t.type == Type::kUint8 || t.type == Type::kInt16;
      if (has[i] || t.constant() || t.is_variable || !t.quantization.present() || !integer) continue;
      Pair p;
      p.match.quantized = static_cast<int32_t>(i);
      pairs_.push_back(p);
    }
    if (reference_) keep_reference_.assign(reference_->main().tensors.size(), false);
    for (const Pair& p : pairs_) {
      keep_[static_cast<size_t>(p.match.quantized)] = true;
      if (p.match.reference >= 0) keep_reference_[static_cast<size_t>(p.match.reference)] = true;
    }
  }

  void add_batch(const std::vector<Activation32>& inputs, size_t n) {
    std::map<int32_t, ir::Bytes> values, reference_values;
    keep_.resize(model_.main().tensors.size());
    std::vector<Activation32> outputs, reference_outputs;
    if (!reference_) {
      outputs = runner_.run(inputs, n, keep_, values);
    } else {
      keep_reference_.resize(reference_->main().tensors.size());
      reference_outputs = reference_runner_->run(inputs, n, keep_reference_, reference_values);
      std::vector<Activation32> turned;
      for (size_t i = 0; i < inputs.size(); ++i) {
        turned.push_back(inputs[i]);
        if (turns_[i].empty() || inputs[i].type != Type::kFloat32) continue;
        const std::vector<float> v = turn_elements(inputs[i].floats(), reference_->main()[reference_->main().inputs[i]].dims, turns_[i], n);
        std::copy(v.begin(), v.end(), turned.back().floats().begin());
      }
      outputs = runner_.run(turned, n, keep_, values);
    }
    compare_tensors(values, reference_values, n);
    compare_outputs(inputs, outputs, reference_outputs, n);
  }

  void compare_tensors(const std::map<int32_t, ir::Bytes>& values, const std::map<int32_t, ir::Bytes>& reference_values, size_t n) {
    parallel_for(pairs_.size(), 1, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        Pair& p = pairs_[i];
        const auto q = values.find(p.match.quantized);
        if (q == values.end()) continue;
        std::vector<float> r;
        if (p.match.reference >= 0) {
          const auto at = reference_values.find(p.match.reference);
          if (at == reference_values.end()) continue;
          const ir::Tensor& t = reference_->main()[p.match.reference];
          r.resize(static_cast<size_t>(t.count()) * n);
          to_real(t, at->second, r);
          if (!p.match.turned.empty()) r = turn_elements(r, t.dims, p.match.turned, n);
        }
        accumulate(p.stats, model_.main()[p.match.quantized], q->second, r, n);
      }
    });
  }

  void compare_outputs(const std::vector<Activation32>& inputs, const std::vector<Activation32>& outputs,
                       const std::vector<Activation32>& references, size_t n) {
    const ir::Graph& g = model_.main();
    for (size_t i = 0; i < references.size(); ++i) {
      ir::Tensor real = g[g.outputs[i]];
      real.type = Type::kFloat32;
      std::vector<float> r(references[i].floats().begin(), references[i].floats().end());
      const ir::Graph& rg = reference_->main();
      std::vector<int32_t> turn;
      if (find_turn(rg[rg.outputs[i]].dims, real.dims, &turn) && !turn.empty()) r = turn_elements(r, rg[rg.outputs[i]].dims, turn, n);
      accumulate(result_.outputs[i].stats, real, outputs[i].bytes, r, n);
    }
    if (outputs.empty()) return;
    const ClassOutput how = ClassOutput::of(g, 0);
    const std::vector<int64_t> labels = samples_.labels();
    if (!labels.empty()) {
      result_.labelled = true;
      if (!result_.classes) result_.classes.emplace();
      accumulate(*result_.classes, how, outputs[0].floats(), labels, samples_.name());
      if (!references.empty()) {
        if (!result_.reference_classes) result_.reference_classes.emplace();
        accumulate(*result_.reference_classes, ClassOutput::of(reference_->main(), 0), references[0].floats(), labels, samples_.name());
      }
    }
    if (!references.empty() && how.kind == ClassOutput::Kind::kLargest) {
      for (size_t s = 0; s < n; ++s) {
        agreed_ += how.predict(outputs[0].floats().subspan(s * how.values, how.values)) ==
                   how.predict(references[0].floats().subspan(s * how.values, how.values));
      }
    }
    const ir::Tensor &in = g[g.inputs[0]], &out = g[g.outputs[0]];
    if (in.count() == out.count() && how.values > 1 && inputs[0].type == Type::kFloat32) {
      const auto add = [&](double& sum, std::span<const float> made) {
        for (size_t i = 0; i < made.size(); ++i) {
          const double e = static_cast<double>(made[i]) - static_cast<double>(inputs[0].floats()[i]);
          sum += e * e;
        }
      };
      reconstructs_ = true;
      add(reconstruction_, outputs[0].floats());
      if (!references.empty()) add(reference_reconstruction_, references[0].floats());
    }
  }

  void finish() {
    const ir::Graph& g = model_.main();
    const double samples = static_cast<double>(result_.samples);
    const size_t values = g.outputs.empty() ? 0 : static_cast<size_t>(g[g.outputs[0]].count());
    if (reconstructs_) {
      result_.reconstruction = reconstruction_ / (samples * static_cast<double>(values));
      if (reference_) result_.reference_reconstruction = reference_reconstruction_ / (samples * static_cast<double>(values));
    } else if (reference_ && values > 1) {
      result_.agreement = static_cast<double>(agreed_) / samples;
    }
    fill_layers();
    advise(result_.layers, g);
  }

  void fill_layers() {
    const ir::Graph& g = model_.main();
    const ir::Uses uses(g);
    constexpr double kExact = std::numeric_limits<double>::infinity();
    std::map<int32_t, double> sqnr;
    for (Pair& p : pairs_) {
      LayerError l;
      const int32_t t = p.match.quantized, k = uses.producer[static_cast<size_t>(t)];
      const ir::Op* op = k < 0 ? nullptr : &g.ops[static_cast<size_t>(k)];
      l.tensor = t, l.name = g[t].name, l.type = ir::type_and_dims(g[t]);
      l.op = op == nullptr ? "input" : ir::describe(*op);
      explain_ends(l, g[t], op);
      if (p.match.reference >= 0) {
        l.reference = reference_->main()[p.match.reference].name;
        l.matched_by = p.match.how;
        if (p.match.how != MatchedBy::kPosition) allow_scaled_channels(p.stats);
        sqnr[t] = p.stats.sqnr_db();
        const double own = op != nullptr && only_moves(*op) ? 0 : p.stats.own_e2();
        l.own_sqnr_db = own > 0 && p.stats.sum_r2 > 0 ? 10 * std::log10(p.stats.sum_r2 / own) : kExact;
      }
      l.stats = std::move(p.stats);
      result_.layers.push_back(std::move(l));
    }
    for (LayerError& l : result_.layers) {
      const int32_t k = uses.producer[static_cast<size_t>(l.tensor)];
      l.inputs_sqnr_db = kExact;
      if (k < 0) continue;
      for (const int32_t i : g.ops[static_cast<size_t>(k)].inputs) {
        if (const auto at = sqnr.find(i); at != sqnr.end()) l.inputs_sqnr_db = std::min(l.inputs_sqnr_db, at->second);
      }
    }
    for (auto op = g.ops.rbegin(); op != g.ops.rend() && !result_.logit_sqnr_db; ++op) {
      if (op->code != Builtin::SOFTMAX && op->code != Builtin::LOGISTIC && op->code != Builtin::LOG_SOFTMAX) continue;
      for (const LayerError& l : result_.layers) {
        if (l.tensor == op->input(0) && !l.reference.empty()) result_.logit_sqnr_db = l.stats.sqnr_db();
      }
      break;
    }
    const auto order = [](const LayerError& l) {
      const ErrorStats& s = l.stats;
      const double badness = s.has_reference ? s.sqnr_db() : -static_cast<double>(s.at_lowest + s.at_highest);
      return std::tuple(!s.has_reference, badness, l.tensor);
    };
    std::sort(result_.layers.begin(), result_.layers.end(), [&](const LayerError& a, const LayerError& b) { return order(a) < order(b); });
  }

  ir::Module model_;
  std::optional<ir::Module> reference_;
  SampleSource& samples_;
  const EvaluateOptions& options_;
  ModelRunner runner_;
  std::optional<ModelRunner> reference_runner_;
  std::vector<std::vector<int32_t>> turns_;  ///< of each input
  std::vector<Pair> pairs_;
  std::vector<bool> keep_, keep_reference_;
  uint64_t agreed_ = 0;
  bool reconstructs_ = false;
  double reconstruction_ = 0, reference_reconstruction_ = 0;
  Evaluation result_;
};

}  // namespace

Evaluation evaluate(const ir::Module& quantized, const ir::Module& float_reference, SampleSource& samples, const EvaluateOptions& options) {
  return Evaluator(quantized, &float_reference, samples, options).run();
}

Evaluation evaluate(const ir::Module& model, SampleSource& samples, const EvaluateOptions& options) {
  return Evaluator(model, nullptr, samples, options).run();
}

}  // namespace midge
