// midge verify: N consecutive inferences on a target after boot, every output byte compared with this machine's.
#include <fmt/format.h>

#include "cli/common.h"
#include "cli/progress.h"
#include "cli/raw_samples.h"
#include "cli/samples.h"
#include "report/array_compare.h"
#include "verify/verify.h"

namespace midge::cli {
namespace {

struct Options {
  std::string model, target, input, raw;
  Contract contract = Contract::kLitert;
  uint64_t runs = 10, seed = 1;
  double timeout_s = 60;
};

/// The outputs of a golden file (out0, out1, ...) against the host's: target and host may agree and both be wrong.
struct GoldenCheck {
  bool checked = false;
  uint64_t samples = 0, different = 0;  ///< samples with an output that is not the golden's
};

/// The bytes of sample n, all inputs one after the other.
std::vector<uint8_t> sample_bytes(const Samples& samples, uint64_t n) {
  std::vector<uint8_t> out;
  for (const NpyArray& input : samples.inputs) {
    const size_t each = input.bytes.size() / samples.count;
    out.insert(out.end(), input.bytes.begin() + static_cast<ptrdiff_t>(n * each), input.bytes.begin() + static_cast<ptrdiff_t>((n + 1) * each));
  }
  return out;
}

GoldenCheck check_golden(const VerifyResult& result, const NpzReader& npz, HostModel& model, uint64_t count) {
  GoldenCheck check;
  const Model& m = model.model();
  if (!npz.has("out0")) return check;
  const char* prefix = result.contract == Contract::kTflm && npz.has("tflm_out0") ? "tflm_out" : "out";
  check.checked = true;
  check.samples = std::min<uint64_t>(count, result.outputs.size());
  for (uint64_t n = 0; n < check.samples; ++n) {
    size_t at = 0;
    bool equal = true;
    for (uint32_t i = 0; i < m.outputs().count; ++i) {
      const uint32_t tensor = static_cast<uint32_t>(m.outputs()[i]);
      const NpyArray golden = read_matching(npz, fmt::format("{}{}", prefix, i), m, tensor, count);
      const size_t each = golden.bytes.size() / count;
      NpyArray expected{golden.type, golden.shape, {}}, got{golden.type, golden.shape, {}};
      expected.shape[0] = got.shape[0] = 1;
      expected.bytes.assign(golden.bytes.begin() + static_cast<ptrdiff_t>(n * each), golden.bytes.begin() + static_cast<ptrdiff_t>((n + 1) * each));
      got.bytes.assign(result.outputs[n].begin() + static_cast<ptrdiff_t>(at), result.outputs[n].begin() + static_cast<ptrdiff_t>(at + each));
      at += each;
      equal = equal && compare_arrays(got, expected).equal();
    }
    check.different += equal ? 0 : 1;
  }
  return check;
}

std::string difference_line(const VerifyResult& r) {
  const Difference& d = *r.first_difference;
  std::string where = "only the outputs as received differ";
  if (d.input) {
    where = fmt::format("already in input tensor {} '{}', which the target prepared", d.tensor_index, d.tensor_name);
    return fmt::format(
        "{}: run {} of {} on {} differs from the host, {}; this is a bug in midge: please report it with the model and the raw data",
        r.file, d.run, r.runs, r.target, where);
  }
  if (d.operator_index >= 0) {
    where = fmt::format("first at operator {} {}, tensor {} '{}'", d.operator_index, d.operator_name, d.tensor_index, d.tensor_name);
  }
  return fmt::format(
      "{}: run {} of {} on {} differs from the host, {} (output byte {}: {} on the host, {} on the target); "
      "this is a bug in midge or in a kernel of the target: please report it with the model",
      r.file, d.run, r.runs, r.target, where, d.byte, d.expected, d.actual);
}

void print_text(const VerifyResult& r, const GoldenCheck& golden, const std::string& inputs, const Terminal& t) {
  const bool good = r.bit_exact() && golden.different == 0;
  std::string out = fmt::format("{}  {} on {}: passed {} of {}, {}\n", t.style(good ? Style::kGreen : Style::kRed, good ? "PASS" : "FAIL"),
                                printable(r.file), r.target, r.passed, r.runs,
                                r.bit_exact() ? "same bytes as on the host" : "not the same as on the host");
  if (golden.checked) {
    out += fmt::format("      golden: {} of {} samples equal\n", golden.samples - golden.different, golden.samples);
  }
  out += fmt::format("\n  inputs       {}\n", inputs);
  const auto line = [&](const char* what, uint64_t bytes, const std::string& note) {
    out += fmt::format("  {:<12} {:>12}  {}\n", what, with_commas(bytes), t.style(Style::kDim, note));
  };
  line("arena", r.hello.arena_bytes,
       fmt::format("bytes, exactly what the target was given; {} of scratch in it", with_commas(r.hello.scratch_bytes)));
  line("stack", r.stack_bytes, "bytes, high-water mark of init and invoke");
  line("static RAM", r.image.sizes.static_ram_bytes, "bytes");
  line("flash, code", r.image.sizes.code_bytes, "bytes: library, kernels, libc; without model and harness");
  line("flash, model", r.image.sizes.model_bytes, "bytes");
  if (r.instructions_per_inference) {
    const double n = *r.instructions_per_inference;
    line("inference", static_cast<uint64_t>(n),
         fmt::format("instructions{}", r.macs == 0 ? "" : fmt::format(", {:.2f} a MAC", n / static_cast<double>(r.macs))));
    line("init", static_cast<uint64_t>(*r.init_instructions), "instructions");
    TextTable table({{"#", true}, {"operator"}, {"instructions", true}, {"share", true}, {"MACs", true}, {"per MAC", true}, {""}});
    double most = 0;
    for (const OperatorCount& op : r.operators) most = std::max(most, op.instructions);
    for (const OperatorCount& op : r.operators) {
      table.add({std::to_string(op.index), op.name, with_commas(static_cast<uint64_t>(op.instructions)),
                 fmt::format("{:.1f}%", 100 * op.instructions / n), op.macs == 0 ? "" : with_commas(op.macs),
                 op.macs == 0 ? "" : fmt::format("{:.2f}", op.instructions / static_cast<double>(op.macs)),
                 bar(op.instructions, most, 20, t.unicode)});
    }
    out += "\n" + table.render(t);
  }
  out += fmt::format("\n  {}, {}\n", r.image.compiler, r.image.flags);
  print(out);
}

int run_verify(const Options& o, Context& context) {
  HostModel model = open_model(o.model, o.contract);
  model.allocate();
  VerifyOptions options;
  options.firmware = {source_root(), o.target, o.contract, std::nullopt};
  options.runs = o.runs;
  options.timeout = std::chrono::milliseconds(static_cast<int64_t>(o.timeout_s * 1000));
  std::optional<NpzReader> npz;
  uint64_t count = 0;
  std::string inputs;
  if (!o.raw.empty()) {
    RawSamples samples = read_raw_samples(o.raw, o.model, model, o.runs);
    options.firmware.raw = samples.input;
    options.samples = std::move(samples.prepared);
    options.raw = std::move(samples.raw);
    inputs = fmt::format("{} of {}, in turn, prepared on the target",
                         counted(options.raw.size(), options.firmware.raw->sound ? "clip" : "picture"), o.raw);
  } else if (!o.input.empty()) {
    npz.emplace(read_file(o.input), o.input);
    const Samples samples = read_samples(*npz, model.model());
    count = samples.count;
    for (uint64_t n = 0; n < std::min(count, o.runs); ++n) options.samples.push_back(sample_bytes(samples, n));
    inputs = fmt::format("{} of {}, in turn", counted(options.samples.size(), "sample"), o.input);
  } else {
    for (uint64_t n = 0; n < o.runs; ++n) options.samples.push_back(sample_bytes(random_samples(model.model(), o.seed + n), 0));
    inputs = fmt::format("pseudo-random, a new one each run, seed {}", o.seed);
  }
  Progress progress(context, "run", o.runs);
  options.progress = [&progress](uint64_t done) { progress.update(done); };
  const VerifyResult result = verify(model, options);
  const GoldenCheck golden = npz ? check_golden(result, *npz, model, count) : GoldenCheck();
  const bool good = result.bit_exact() && golden.different == 0;
  if (context.json) {
    Json json = to_json(result);
    json["golden"] = golden.checked ? Json{{"samples", golden.samples}, {"different", golden.different}} : Json(nullptr);
    print_json(json);
  } else if (!result.failure) {
    print_text(result, golden, inputs, context.out);
  }
  if (result.failure) message(fmt::format("midge: {}", result.failure->line()));
  if (result.first_difference) message(fmt::format("midge: {}", difference_line(result)));
  if (golden.different != 0) {
    message(fmt::format("midge: {}: {} of {} samples differ from the golden outputs of {}", o.model, golden.different, golden.samples, o.input));
  }
  return good ? kExitOk : kExitFailed;
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("verify", "Run it on a target N times after boot and compare every byte with this machine");
  auto options = std::make_shared<Options>();
  add_model(verb, &options->model);
  verb->add_option("--target", options->target, "A folder of targets/, as cortex-m4")->required();
  verb->add_option("--runs", options->runs, "Consecutive inferences after boot")->capture_default_str()->check(CLI::Range(1, 1000000));
  CLI::Option* const input =
      verb->add_option("--input", options->input, "Samples in0, in1, ... of an .npz file, used in turn; with out0, ... compared too");
  verb->add_option("--raw", options->raw,
                   "A folder of pictures or .wav files, or one, sent raw: the target prepares them as MODEL.preprocess.json declares")
      ->excludes(input);
  verb->add_option("--seed", options->seed, "Of the pseudo-random inputs without --input")->capture_default_str();
  verb->add_option("--timeout", options->timeout_s, "Seconds that the target may stay silent")->capture_default_str()->check(CLI::Range(0.1, 86400.0));
  add_contract(verb, &options->contract);
  finish_verb(verb, context,
              {"midge verify kws.tflite --target cortex-m4 --runs 100", "midge verify kws.tflite --target riscv32 --input kws.golden.npz"},
              [options](Context& c) { return run_verify(*options, c); });
}

}  // namespace midge::cli
