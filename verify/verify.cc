// See verify.h.
#include "verify/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "ops/spec.h"
#include "report/sha256.h"
#include "report/target_info.h"

namespace midge {
namespace {

/// Runs the host's interpreter and collects the CRC of every operator's outputs.
class HostTrace {
 public:
  explicit HostTrace(HostModel& model) : model_(model), crcs_(model.model().operator_count()) {
    profiler_ = {[](void*, uint32_t) {}, [](void* self, uint32_t index) { static_cast<HostTrace*>(self)->collect(index); }, this};
  }

  /// The outputs' bytes, one after the other; none where a streaming operator waits for more input.
  std::vector<uint8_t> run(std::span<const uint8_t> inputs) {
    Interpreter& interpreter = model_.interpreter();
    size_t at = 0;
    for (uint32_t i = 0; i < interpreter.input_count(); ++i) {
      const TensorView t = interpreter.input(i);
      std::memcpy(t.data, inputs.data() + at, t.bytes);
      at += t.bytes;
    }
    interpreter.set_profiler(&profiler_);
    model_.invoke();
    interpreter.set_profiler(nullptr);
    std::vector<uint8_t> out;
    if (interpreter.failure().status.code() == Code::kMoreInput) return out;
    for (uint32_t i = 0; i < interpreter.output_count(); ++i) {
      const TensorView t = interpreter.output(i);
      const uint8_t* bytes = static_cast<const uint8_t*>(t.data);
      out.insert(out.end(), bytes, bytes + t.bytes);
    }
    return out;
  }
  const std::vector<uint32_t>& crcs(uint32_t op) const { return crcs_[op]; }

 private:
  void collect(uint32_t index) {
    const Interpreter& interpreter = model_.interpreter();
    const Indices outputs = interpreter.model().op(index).outputs;
    crcs_[index].clear();
    for (uint32_t k = 0; k < outputs.count; ++k) {
      const TensorView t = interpreter.tensor(outputs[k]);
      crcs_[index].push_back(wire::crc32(t.data, t.bytes));
    }
  }

  HostModel& model_;
  Profiler profiler_;
  std::vector<std::vector<uint32_t>> crcs_;
};

/// The first operator, in execution order, whose outputs are not the host's.
void find_operator(const Model& model, const HostTrace& host, const RunReply& reply, Difference* d) {
  for (uint32_t i = 0; i < model.subgraph(0).operator_count; ++i) {
    const OperatorTrace& op = reply.operators[i];
    for (size_t k = 0; op.finished && k < op.output_crcs.size(); ++k) {
      if (k < host.crcs(i).size() && op.output_crcs[k] == host.crcs(i)[k]) continue;
      const Operator info = model.op(i);
      const int tensor = info.outputs[static_cast<uint32_t>(k)];
      d->operator_index = static_cast<int>(i);
      d->operator_name = operator_name(info);
      d->tensor_index = tensor;
      d->tensor_name = to_string(model.tensor_name(static_cast<uint32_t>(tensor)));
      return;
    }
  }
}

/// Compares a reply with what the host computed; nothing where they are equal.
std::optional<Difference> compare(const Model& model, const HostTrace& host, const std::vector<uint8_t>& expected, const RunReply& reply,
                                  uint64_t run, std::optional<uint32_t> input_crc) {
  Difference d;
  d.run = run;
  if (input_crc && *input_crc != reply.result.input_crc) {
    d.input = true;
    d.tensor_index = model.inputs()[0];
    d.tensor_name = to_string(model.tensor_name(static_cast<uint32_t>(d.tensor_index)));
    return d;
  }
  find_operator(model, host, reply, &d);
  const auto [e, a] = std::mismatch(expected.begin(), expected.end(), reply.outputs.begin(), reply.outputs.end());
  const bool same = e == expected.end() && a == reply.outputs.end();
  if (same && d.operator_index < 0) return std::nullopt;
  if (!same) {
    d.byte = static_cast<uint64_t>(e - expected.begin());
    d.expected = e == expected.end() ? -1 : *e;
    d.actual = a == reply.outputs.end() ? -1 : *a;
  }
  return d;
}

/// " at function+0x12, called from ..., address ..., status ..."
std::string fault_text(const FirmwareImage& image, const wire::Fault& f) {
  const Elf elf(image.elf);
  std::string text = fmt::format(" at {}, called from {}", elf.locate(f.pc & ~1u), elf.locate(f.lr & ~1u));
  if (f.address_valid != 0) text += fmt::format(", address {:#010x}", f.address);
  return text + fmt::format(", status {:#x}", f.status);
}

Diagnostic diagnose(const Model& model, const FirmwareImage& image, const RunReply& reply, uint64_t run) {
  Diagnostic d;
  d.id = reply.fault ? "target-fault" : "target-silent";
  d.message = fmt::format("run {}: {}", run, reply.problem);
  int op = reply.last_begun;
  if (reply.fault) {
    d.message += fault_text(image, *reply.fault);
    op = reply.fault->operator_index;
  }
  if (op >= 0 && op < static_cast<int>(model.operator_count())) {
    d.operator_index = op;
    d.operator_name = operator_name(model.op(static_cast<uint32_t>(op)));
  }
  d.hint = "this is a bug in midge or in a kernel of the target: please report it with the model";
  return d;
}

Failure failure_of(uint32_t status, int32_t op, int32_t tensor, uint32_t needed, uint32_t has) {
  Failure f;
  f.status = Status::from_bits(status);
  f.operator_index = op, f.tensor_index = tensor;
  f.needed_bytes = needed, f.arena_bytes = has;
  return f;
}

uint64_t ticks_of(uint32_t low, uint32_t high) { return low | static_cast<uint64_t>(high) << 32; }

}  // namespace

VerifyResult verify(HostModel& model, const VerifyOptions& options) {
  if (!model.allocated()) model.allocate();
  const Model& m = model.model();
  VerifyResult out;
  out.file = model.name();
  out.target = options.firmware.target;
  out.contract = options.firmware.contract;
  out.runs = options.runs;
  out.model_sha256 = sha256_hex(model.bytes());
  const uint32_t operators = m.subgraph(0).operator_count;
  for (uint32_t i = 0; i < operators; ++i) {
    out.operators.push_back({i, operator_name(m.op(i)), 0, macs_of(m, m.op(i))});
    out.macs += out.operators.back().macs;
  }
  out.image = build_firmware(model, options.firmware);
  const double per_tick = load_target(options.firmware.root, options.firmware.target).instructions_per_tick;

  Session session(out.image, operators, options.timeout);
  std::optional<wire::Fault> boot_fault;
  const std::string problem = session.hello(&out.hello, &boot_fault);
  if (session.not_installed()) {
    Diagnostic d;
    d.id = "target-not-installed", d.message = problem;
    throw DiagnosticError(d, 2);
  }
  if (!problem.empty()) {
    Diagnostic d;
    d.id = boot_fault ? "target-fault" : "target-silent";
    d.message = fmt::format("boot: {}{}", problem, boot_fault ? fault_text(out.image, *boot_fault) : "");
    out.failure = d;
    return out;
  }
  const wire::Hello& h = out.hello;
  if (h.status != 0) {
    out.failure = describe(failure_of(h.status, h.operator_index, h.tensor_index, h.needed_bytes, h.arena_capacity_bytes), m,
                           fmt::format("{} on {}", model.name(), out.target));
    return out;
  }
  out.stack_bytes = h.init_stack_bytes;

  // Every run is traced, so that the first operator that differs is known at once. One more run, untraced, gives the
  // instructions and the stack of an inference alone.
  HostTrace host(model);
  std::vector<uint64_t> least(operators, UINT64_MAX);
  for (uint64_t run = 0; run <= options.runs; ++run) {
    const bool measured = run == options.runs;
    const std::vector<uint8_t>& sample = options.samples[run % options.samples.size()];
    const bool raw = options.firmware.raw.has_value();
    const RunReply reply = session.run(raw ? options.raw[run % options.raw.size()] : sample, !measured, raw ? wire::kRunRaw : wire::kRun);
    const Code code = Status::from_bits(reply.result.status).code();
    if (reply.problem.empty() && code != Code::kOk && code != Code::kMoreInput) {
      out.failure = describe(failure_of(reply.result.status, reply.result.operator_index, reply.result.tensor_index, 0, 0), m,
                             fmt::format("{} on {}", model.name(), out.target));
      return out;
    }
    if (!reply.problem.empty()) {
      out.failure = diagnose(m, out.image, reply, run);
      return out;
    }
    const std::vector<uint8_t> expected = host.run(sample);
    const std::optional<Difference> difference = compare(
        m, host, expected, reply, run, raw ? std::optional(wire::crc32(sample.data(), static_cast<uint32_t>(sample.size()))) : std::nullopt);
    if (difference && !out.first_difference) out.first_difference = difference;
    if (measured) {
      out.stack_bytes = std::max(out.stack_bytes, reply.result.stack_bytes);
      if (per_tick > 0) {
        out.instructions_per_inference = per_tick * static_cast<double>(ticks_of(reply.result.ticks_low, reply.result.ticks_high));
        out.init_instructions = per_tick * static_cast<double>(ticks_of(h.init_ticks_low, h.init_ticks_high));
      }
      break;
    }
    for (uint32_t i = 0; i < least.size(); ++i) least[i] = std::min(least[i], reply.operators[i].ticks);
    if (!difference) ++out.passed;
    out.outputs.push_back(expected);
    options.progress(run + 1);
  }
  for (uint32_t i = 0; i < least.size(); ++i) out.operators[i].instructions = per_tick * static_cast<double>(least[i]);
  if (!session.quit()) {
    Diagnostic d;
    d.id = "target-end", d.message = "the target did not end as it should after the last run";
    out.failure = d;
  }
  return out;
}

Json to_json(const VerifyResult& r) {
  const auto whole = [](const std::optional<double>& v) { return v ? Json(static_cast<uint64_t>(*v)) : Json(nullptr); };
  Json operators = Json::array();
  for (const OperatorCount& op : r.operators) {
    operators.push_back({{"index", op.index}, {"name", op.name}, {"instructions", static_cast<uint64_t>(op.instructions)}, {"macs", op.macs}});
  }
  Json difference = nullptr;
  if (r.first_difference) {
    const Difference& d = *r.first_difference;
    difference = {{"run", d.run},
                  {"input", d.input},
                  {"operator_index", d.operator_index < 0 ? Json(nullptr) : Json(d.operator_index)},
                  {"operator_name", d.operator_name},
                  {"tensor_index", d.tensor_index < 0 ? Json(nullptr) : Json(d.tensor_index)},
                  {"tensor_name", d.tensor_name},
                  {"byte", d.byte},
                  {"expected", d.expected},
                  {"actual", d.actual}};
  }
  return {{"file", r.file},
          {"target", r.target},
          {"contract", r.contract == Contract::kTflm ? "tflm" : "litert"},
          {"runs", r.runs},
          {"passed", r.passed},
          {"bit_exact", r.bit_exact()},
          {"first_difference", difference},
          {"failure", r.failure ? to_json(*r.failure) : Json(nullptr)},
          {"instructions_per_inference", whole(r.instructions_per_inference)},
          {"instructions_per_operator", operators},
          {"init_instructions", whole(r.init_instructions)},
          {"arena_bytes", r.hello.arena_bytes},
          {"scratch_bytes", r.hello.scratch_bytes},
          {"stack_bytes", r.stack_bytes},
          {"flash_code_bytes", r.image.sizes.code_bytes},
          {"flash_model_bytes", r.image.sizes.model_bytes},
          {"flash_harness_bytes", r.image.sizes.harness_bytes},
          {"ram_static_bytes", r.image.sizes.static_ram_bytes},
          {"macs", r.macs},
          {"compiler", r.image.compiler},
          {"flags", r.image.flags},
          {"model_sha256", r.model_sha256}};
}

}  // namespace midge
