// midge check: what a model needs against what a firmware has registered, or against a target's memory and midge's kernels.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "cli/common.h"
#include "cli/firmware_ops.h"
#include "report/model_summary.h"
#include "report/target_info.h"

namespace midge::cli {
namespace {

// What the interpreter with its part of the C library takes, and each kind of operator by its output's type: rounded from
// Cortex-M4 and Cortex-M55 images of models with 1 to 6 kinds at -O2. Only a built image knows; what is compared with these
// is called an estimate.
constexpr uint64_t kInterpreterCodeBytes = 10 * 1024;
constexpr uint64_t kOperatorCodeBytes = 2 * 1024;
constexpr uint64_t kFloatOperatorCodeBytes = 3 * 1024;

struct Options {
  std::string model, ops, target;
  Contract contract = Contract::kLitert;
};

/// Operators of the model that are checked together: of one name and version, and with one reason not to be supported.
struct Need {
  std::string name;
  int version = 1;
  std::string reason;
  std::vector<uint32_t> operators;
  std::string available;  ///< "version 2", "any version", "no"
  bool ok = true;
};

struct Mismatch {
  Diagnostic diagnostic;  ///< operator_index: the first one
  int version = 0;        ///< of the operator; 0: not about one
  std::vector<uint32_t> operators;

  std::string line() const {
    if (operators.empty()) return diagnostic.message + (diagnostic.hint.empty() ? "" : "; " + diagnostic.hint);
    constexpr size_t kShown = 8;
    const auto others = operators.begin() + 1;
    std::string also;
    if (operators.size() > 1) {
      also = fmt::format(" (also operator{} {}{})", operators.size() > 2 ? "s" : "",
                         fmt::join(others, others + static_cast<std::ptrdiff_t>(std::min(operators.size() - 1, kShown)), ", "),
                         operators.size() - 1 > kShown ? fmt::format(" and {} more", operators.size() - 1 - kShown) : "");
    }
    return fmt::format("operator {} {} version {}{}: {}; {}", operators[0], diagnostic.operator_name, version, also, diagnostic.message,
                       diagnostic.hint);
  }
};

struct Report {
  std::vector<Need> needs;
  std::vector<Mismatch> mismatches;
};

/// Kinds of operator in the order in which the model first has them. Reasons are set apart only where they matter.
std::vector<Need> needs_of(const ModelSummary& s, bool by_reason) {
  std::vector<Need> out;
  for (const OperatorSummary& op : s.operators) {
    const std::string reason = by_reason ? op.support.reason : "";
    auto found = std::find_if(out.begin(), out.end(),
                              [&](const Need& n) { return n.name == op.name && n.version == op.version && n.reason == reason; });
    if (found == out.end()) found = out.insert(out.end(), Need{op.name, op.version, reason, {}, "", true});
    found->operators.push_back(op.index);
  }
  return out;
}

void add_mismatch(Report* report, Need* need, const std::string& id, const std::string& message, const std::string& hint) {
  Mismatch m;
  m.diagnostic.id = id, m.diagnostic.message = message, m.diagnostic.hint = hint;
  m.diagnostic.operator_index = static_cast<int>(need->operators[0]), m.diagnostic.operator_name = need->name;
  m.version = need->version;
  m.operators = need->operators;
  need->ok = false;
  report->mismatches.push_back(std::move(m));
}

void add_memory_mismatch(Report* report, const std::string& id, const std::string& message, const std::string& hint) {
  Mismatch m;
  m.diagnostic.id = id, m.diagnostic.message = message, m.diagnostic.hint = hint;
  report->mismatches.push_back(std::move(m));
}

Report check_list(const ModelSummary& s, const FirmwareOps& firmware) {
  Report out;
  out.needs = needs_of(s, false);
  for (Need& need : out.needs) {
    const std::optional<int> version = firmware.version_of(need.name);
    need.available = !version ? "no" : *version == FirmwareOps::kAnyVersion ? "any version" : fmt::format("version {}", *version);
    if (!version) {
      const bool custom = need.name.compare(0, 6, "CUSTOM") == 0;
      const std::string how = custom ? "register it" : fmt::format("register it (TFLM: Add{})", camel_case(need.name));
      add_mismatch(&out, &need, "operator-missing", "not in the firmware's list", how + " or export the model without it");
    } else if (*version != FirmwareOps::kAnyVersion && *version < need.version) {
      add_mismatch(&out, &need, "operator-version", fmt::format("the firmware's list has version {}", *version),
                   "register a newer kernel or export the model with an older converter");
    }
  }
  return out;
}

uint64_t code_estimate(const ModelSummary& s) {
  std::map<std::string, uint64_t> kinds;
  for (const OperatorSummary& op : s.operators) {
    const bool is_float = !op.outputs.empty() && s.tensors[static_cast<size_t>(op.outputs[0])].info.type == Type::kFloat32;
    uint64_t& bytes = kinds[op.name];
    bytes = std::max(bytes, is_float ? kFloatOperatorCodeBytes : kOperatorCodeBytes);
  }
  uint64_t total = kInterpreterCodeBytes;
  for (const auto& [name, bytes] : kinds) total += bytes;
  return total;
}

Report check_target(const ModelSummary& s, const Model& model, const TargetInfo& target) {
  Report out;
  out.needs = needs_of(s, true);
  for (Need& need : out.needs) {
    need.available = need.reason.empty() ? "yes" : need.reason;
    if (need.reason.empty()) continue;
    const OperatorSupport& support = s.operators[need.operators[0]].support;
    Failure failure;
    failure.status = support.status;
    failure.operator_index = static_cast<int32_t>(need.operators[0]);
    const Diagnostic d = describe(failure, model, "");
    const Code code = support.status.code();
    add_mismatch(&out, &need, d.id, code == Code::kUnknownOperator ? "midge has no kernel for it" : need.reason, d.hint);
  }
  const uint64_t code = code_estimate(s);
  const std::string smaller = "use a smaller model or a target with more memory";
  if (target.flash_bytes != 0 && s.bytes > target.flash_bytes) {
    add_memory_mismatch(
        &out, "flash",
        fmt::format("flash: the model has {} bytes, {} has {}", with_commas(s.bytes), target.name, with_commas(target.flash_bytes)), smaller);
  } else if (target.flash_bytes != 0 && s.bytes + code > target.flash_bytes) {
    add_memory_mismatch(&out, "flash-estimate",
                        fmt::format("flash: the model's {} bytes and about {} of code (estimate) exceed the {} of {}", with_commas(s.bytes),
                                    with_commas(code), with_commas(target.flash_bytes), target.name),
                        smaller);
  }
  if (!s.arena.status.ok()) {
    Failure failure;
    failure.status = s.arena.status;
    failure.operator_index = s.arena.operator_index;
    if (failure.status.place() == Place::kTensor) failure.tensor_index = static_cast<int32_t>(failure.status.index());
    const Diagnostic d = describe(failure, model, "");
    Mismatch m;
    m.diagnostic = d;
    m.diagnostic.message = d.hint.empty() ? d.line() : d.line().substr(0, d.line().size() - d.hint.size() - 2);
    out.mismatches.push_back(std::move(m));
  } else if (target.ram_bytes != 0 && s.arena.device_arena_bytes > target.ram_bytes) {
    add_memory_mismatch(&out, "ram",
                        fmt::format("RAM: the arena needs about {} bytes (estimate), {} has {} for everything",
                                    with_commas(s.arena.device_arena_bytes), target.name, with_commas(target.ram_bytes)),
                        smaller);
  }
  return out;
}

std::string needs_text(const Report& report, const std::string& title, const Terminal& out) {
  TextTable table({{"operator", false, 16}, {"version", true}, {"uses", true}, {title, false, 12}});
  for (const Need& n : report.needs) {
    table.add({n.name, std::to_string(n.version), std::to_string(n.operators.size()), {n.available, n.ok ? Style::kGreen : Style::kRed}});
  }
  return table.render(out);
}

std::string memory_text(const ModelSummary& s, const TargetInfo& target) {
  const auto of = [](uint64_t bytes) { return bytes == 0 ? std::string("no limit") : with_commas(bytes) + " bytes"; };
  std::string text = fmt::format("flash: model {} bytes, code about {} (estimate), of {}\n", with_commas(s.bytes),
                                 with_commas(code_estimate(s)), of(target.flash_bytes));
  if (s.arena.status.ok()) {
    text += fmt::format("RAM: arena about {} bytes (estimate{}), of {}; stack and the firmware's own data come on top\n",
                        with_commas(s.arena.device_arena_bytes), s.arena.complete ? "" : ", without the operators that are not supported",
                        of(target.ram_bytes));
  }
  return text;
}

Json needs_json(const Report& report) {
  Json out = Json::array();
  for (const Need& n : report.needs) {
    out.push_back({{"name", n.name}, {"version", n.version}, {"operators", n.operators}, {"available", n.available}, {"ok", n.ok}});
  }
  return out;
}

void add_mismatches(Json* list, const Report& report, const std::string& against) {
  for (const Mismatch& m : report.mismatches) {
    Json entry = to_json(m.diagnostic);
    entry["version"] = m.version == 0 ? Json() : Json(m.version);
    entry["operators"] = m.operators;
    entry["against"] = against;
    entry["line"] = m.line();
    list->push_back(std::move(entry));
  }
}

/// Prints one check as text, or only its mismatches on stderr where stdout is for JSON. True if it passed.
bool show(const Report& report, const std::string& what, const std::string& body, const Context& context) {
  const bool passed = report.mismatches.empty();
  const Terminal& terminal = context.json ? context.err : context.out;
  std::string text = context.json ? "" : body + "\n";
  for (const Mismatch& m : report.mismatches) text += terminal.style(Style::kRed, "mismatch:") + " " + printable(m.line()) + "\n";
  if (!context.json) {
    text += passed
                ? terminal.style(Style::kGreen, "ok:") + " " + printable(what) + " has what the model needs\n"
                : fmt::format("{} mismatch{} with {}\n", report.mismatches.size(), report.mismatches.size() == 1 ? "" : "es", printable(what));
    print(text);
  } else {
    std::fputs(text.c_str(), stderr);
  }
  return passed;
}

int check(const Options& options, const Context& context) {
  if (options.ops.empty() && options.target.empty()) {
    Diagnostic d;
    d.id = "usage", d.message = "there is nothing to check against", d.hint = "give --ops FILE or --target NAME; see 'midge check --help'";
    throw DiagnosticError(d, kExitMisuse);
  }
  // What the command line names is read first: its mistakes are misuse, whatever the model is like.
  std::optional<FirmwareOps> firmware;
  std::optional<TargetInfo> target;
  if (!options.ops.empty()) {
    const std::vector<uint8_t> bytes = read_file(options.ops);
    firmware = FirmwareOps::parse(std::string(bytes.begin(), bytes.end()), options.ops);
  }
  if (!options.target.empty()) target = load_target(source_root(), options.target);
  const HostModel host = open_model(options.model, options.contract);
  const ModelSummary s = summarize(host.model(), options.model, options.contract);

  bool passed = true;
  Json mismatches = Json::array();
  Json json{{"file", s.file}, {"sha256", s.sha256}, {"passed", true}, {"ops", nullptr}, {"target", nullptr}};
  if (firmware) {
    const Report report = check_list(s, *firmware);
    json["ops"] = Json{{"file", options.ops}, {"needs", needs_json(report)}};
    add_mismatches(&mismatches, report, options.ops);
    passed = show(report, options.ops, needs_text(report, "in the list", context.out), context) && passed;
  }
  if (target) {
    const Report report = check_target(s, host.model(), *target);
    json["target"] = Json{{"name", target->name},
                          {"needs", needs_json(report)},
                          {"flash", {{"model_bytes", s.bytes}, {"code_bytes_estimate", code_estimate(s)}, {"flash_bytes", target->flash_bytes}}},
                          {"ram", {{"arena_bytes_estimate", s.arena.device_arena_bytes}, {"ram_bytes", target->ram_bytes}}}};
    add_mismatches(&mismatches, report, options.target);
    passed = show(report, options.target, needs_text(report, "midge has a kernel", context.out) + "\n" + memory_text(s, *target), context) && passed;
  }
  json["passed"] = passed;
  json["mismatches"] = std::move(mismatches);
  if (context.json) print_json(json);
  return passed ? kExitOk : kExitFailed;
}

}  // namespace

void add_check(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("check", "Compare what a model needs with a firmware's operators or a target");
  const auto options = std::make_shared<Options>();
  add_model(verb, &options->model);
  verb->add_option("--ops", options->ops,
                   "The firmware's operators, one a line: 'CONV_2D 3' (name, newest version), or resolver.AddConv2D();")
      ->type_name("FILE");
  verb->add_option("--target", options->target, "A folder of targets/: its flash and RAM, and midge's kernels")->type_name("NAME");
  add_contract(verb, &options->contract);
  finish_verb(verb, context,
              {"midge check kws.tflite --target cortex-m4", "midge check kws.tflite --ops firmware_ops.txt",
               "midge check kws.tflite --ops src/main.cc"},
              [options](Context& c) { return check(*options, c); });
}

}  // namespace midge::cli
