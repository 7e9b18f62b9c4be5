// midge inspect: what is in a model, what it costs, and how its memory is planned.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/common.h"
#include "report/model_summary.h"

namespace midge::cli {
namespace {

struct Options {
  std::string model;
  Contract contract = Contract::kLitert;
};

std::string heading(const Terminal& out, const std::string& text) { return "\n" + out.style(Style::kBold, text) + "\n"; }

Column name_column() { return {.title = "name", .right = false, .shrinks_to = 8, .at_most = 60}; }

const TensorSummary& tensor_of(const ModelSummary& s, int t) { return s.tensors[static_cast<size_t>(t)]; }

/// "#3 int8[1,10]", "#4 int8[64,3,3,1] const", or "-" for an absent input.
std::string reference(const ModelSummary& s, int t) {
  if (t < 0) return "-";
  const Tensor& info = tensor_of(s, t).info;
  return fmt::format("#{} {}{}", t, type_and_shape(info), info.constant() ? " const" : info.is_variable ? " variable" : "");
}

std::string references(const ModelSummary& s, const std::vector<int>& list) {
  std::vector<std::string> parts;
  for (const int t : list) parts.push_back(reference(s, t));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string head(const ModelSummary& s, const Terminal& out) {
  std::string text =
      fmt::format("{}  {} bytes, schema version {}", out.style(Style::kBold, printable(s.file)), with_commas(s.bytes), s.schema_version);
  if (!s.description.empty()) text += fmt::format(", \"{}\"", printable(s.description));
  text += fmt::format("\nsha256 {}\n", s.sha256);
  if (s.subgraphs > 1) text += fmt::format("The file has {} subgraphs; this is the first, the only one that runs.\n", s.subgraphs);
  return text;
}

std::string zero_point_text(const Tensor& t) { return t.quantization.count == 0 ? "" : std::to_string(t.zero_point()); }

/// The axis of per-channel quantisation.
std::string axis_text(const Tensor& t) { return t.quantization.count > 1 ? std::to_string(t.quantization.dimension) : ""; }

std::string ports(const ModelSummary& s, const std::vector<int>& list, const Terminal& out) {
  constexpr int kExactFloat = 9;
  TextTable table({{"#", true}, {"tensor", true}, {"type and shape"}, {"scale"}, {"zero point", true}, name_column()});
  for (size_t i = 0; i < list.size(); ++i) {
    const TensorSummary& t = tensor_of(s, list[i]);
    table.add({std::to_string(i), fmt::format("#{}", list[i]), type_and_shape(t.info), scale_text(t.info, kExactFloat),
               zero_point_text(t.info), t.name});
  }
  return table.render(out);
}

std::string indices(const std::vector<int>& list) {
  std::vector<std::string> parts;
  for (const int t : list) parts.push_back(t < 0 ? "-" : fmt::format("#{}", t));
  return fmt::format("{}", fmt::join(parts, " "));
}

/// Where there is no room for the inputs' shapes and the quantisation, the table of tensors has them.
std::string operators(const ModelSummary& s, const Terminal& out) {
  constexpr int kRoomForAll = 120;
  const bool all = out.width == 0 || out.width >= kRoomForAll;
  std::vector<Column> columns{{"#", true},           {"operator", false, 10}, {"ver", true},    {"inputs", false, 8},
                              {"outputs", false, 8}, {"MACs", true},          {"weights", true}};
  if (all) columns.push_back({"output scale", true}), columns.push_back({"zero", true});
  TextTable table(columns);
  for (const OperatorSummary& op : s.operators) {
    const bool ok = op.support.status.ok();
    std::vector<TextTable::Cell> row{
        std::to_string(op.index),    {ok ? op.name : op.name + " (" + op.support.reason + ")", ok ? Style::kPlain : Style::kRed},
        std::to_string(op.version),  all ? references(s, op.inputs) : indices(op.inputs),
        references(s, op.outputs),   op.macs ? with_commas(*op.macs) : "?",
        with_commas(op.weight_bytes)};
    if (all && !op.outputs.empty()) {
      const Tensor& output = tensor_of(s, op.outputs[0]).info;
      row.push_back(scale_text(output, 6)), row.push_back(zero_point_text(output));
    }
    table.add(std::move(row));
  }
  return table.render(out);
}

size_t unsupported(const ModelSummary& s) {
  return static_cast<size_t>(
      std::count_if(s.operators.begin(), s.operators.end(), [](const OperatorSummary& op) { return !op.support.status.ok(); }));
}

std::string totals(const ModelSummary& s) {
  std::string text = fmt::format("  {}, {} MACs", counted(s.operators.size(), "operator"), with_commas(s.macs));
  if (!s.supported()) text += fmt::format(" (without the {} not supported)", unsupported(s));
  text += fmt::format(", {} parameters in {} bytes of constants, {} bytes of file\n", with_commas(s.parameters),
                      with_commas(s.weight_bytes), with_commas(s.bytes));
  return text;
}

std::string tensors(const ModelSummary& s, const Terminal& out) {
  TextTable table(
      {{"#", true}, {"type and shape", false, 12}, {"bytes", true}, {"kind"}, {"scale", false, 16}, {"zero", true}, {"axis", true}, name_column()});
  for (const TensorSummary& t : s.tensors) {
    table.add({fmt::format("#{}", t.index), type_and_shape(t.info), with_commas(t.info.bytes),
               t.info.constant()    ? "const"
               : t.info.is_variable ? "variable"
                                    : "",
               scale_text(t.info, 3), zero_point_text(t.info), axis_text(t.info), t.name});
  }
  return table.render(out) + "  (axis: of scales that are per channel)\n";
}

std::string lifetime(const ModelSummary& s, const ArenaBlock& b) {
  return fmt::format("{}..{}", b.first, b.last >= s.operators.size() ? std::string("end") : std::to_string(b.last));
}

std::string blocks(const ModelSummary& s, const Terminal& out) {
  TextTable table({{"tensor", true}, {"bytes", true}, {"offset", true}, {"operators", true}, name_column()});
  for (const ArenaBlock& b : s.arena.blocks) {
    const std::string name = b.tensor < 0 ? fmt::format("(scratch of operator {})", b.first) : tensor_of(s, b.tensor).name;
    table.add({b.tensor < 0 ? "-" : fmt::format("#{}", b.tensor), with_commas(b.bytes), with_commas(b.offset), lifetime(s, b), name});
  }
  return table.render(out);
}

std::string timeline(const ModelSummary& s, const Terminal& out) {
  constexpr int kTextWidth = 44, kUsualBar = 40, kLeastBar = 8;
  const int room = out.width == 0 ? kUsualBar : std::clamp(out.width - kTextWidth, kLeastBar, 2 * kUsualBar);
  TextTable table({{"#", true}, {"operator", false, 10}, {"bytes alive", true}, {"", false, kLeastBar}});
  for (size_t i = 0; i < s.arena.timeline.size(); ++i) {
    const uint32_t live = s.arena.timeline[i];
    const bool peak = live == s.arena.live_peak_bytes;
    table.add({std::to_string(i),
               s.operators[i].name,
               with_commas(live),
               {bar(live, s.arena.live_peak_bytes, room, out.unicode) + (peak ? " peak" : ""), peak ? Style::kYellow : Style::kGreen}});
  }
  return table.render(out);
}

std::string arena_summary(const ModelSummary& s) {
  const ArenaPlan& a = s.arena;
  std::string text = fmt::format("  The {} takes {} bytes", a.embedded ? "plan embedded in the file" : "plan (greedy by size)",
                                 with_commas(a.activation_bytes));
  if (a.activation_bytes == a.live_peak_bytes) {
    text += ", which is the peak of live tensors: no plan without sharing in place is shorter.\n";
  } else if (a.activation_bytes < a.live_peak_bytes) {
    text += fmt::format("; {} are alive at the peak, some of them in place.\n", with_commas(a.live_peak_bytes));
  } else {
    text += fmt::format("; the peak of live tensors, below which no plan without sharing in place gets, is {} ({:.1f} % less).\n",
                        with_commas(a.live_peak_bytes), 100.0 * (a.activation_bytes - a.live_peak_bytes) / a.activation_bytes);
  }
  if (a.complete) {
    text += fmt::format("  A 32-bit device needs an arena of about {} bytes (estimate: with the interpreter's tables and prepared data).\n",
                        with_commas(a.device_arena_bytes));
  } else {
    text += "  Operators that are not supported may need scratch memory that is not in the plan.\n";
  }
  return text;
}

Diagnostic arena_problem(const ModelSummary& s, const Model& model) {
  Failure failure;
  failure.status = s.arena.status;
  failure.operator_index = s.arena.operator_index;
  if (failure.status.place() == Place::kTensor) failure.tensor_index = static_cast<int32_t>(failure.status.index());
  return describe(failure, model, s.file);
}

std::string arena(const ModelSummary& s, const Terminal& out) {
  if (!s.arena.status.ok()) return heading(out, "Arena") + "  There is no memory plan: the graph is wrong.\n";
  return heading(out, "Arena") + blocks(s, out) + heading(out, "Bytes alive while each operator runs") + timeline(s, out) + "\n" +
         arena_summary(s);
}

int inspect(const Options& options, const Context& context) {
  const HostModel host = open_model(options.model, options.contract);
  const ModelSummary s = summarize(host.model(), options.model, options.contract);
  const bool ok = s.arena.status.ok();
  if (context.json) {
    Json json = to_json(s);
    if (!ok) json["error"] = to_json(arena_problem(s, host.model()));
    print_json(json);
  } else {
    const Terminal& out = context.out;
    print(head(s, out) + heading(out, "Inputs") + ports(s, s.inputs, out) + heading(out, "Outputs") + ports(s, s.outputs, out) +
          heading(out, "Operators") + operators(s, out) + "\n" + totals(s) + heading(out, "Tensors") + tensors(s, out) + arena(s, out));
  }
  if (!ok) message("midge: " + arena_problem(s, host.model()).line());
  if (!s.supported()) {
    message(fmt::format("midge: {}: {} of {} cannot run here; 'midge check {} --target host' lists why", s.file, unsupported(s),
                        counted(s.operators.size(), "operator"), s.file));
  }
  return ok ? kExitOk : kExitFailed;
}

}  // namespace

void add_inspect(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("inspect", "Show a model's operators, tensors, cost and memory plan");
  const auto options = std::make_shared<Options>();
  add_model(verb, &options->model);
  add_contract(verb, &options->contract);
  finish_verb(
      verb, context,
      {"midge inspect kws.tflite", "midge inspect kws.tflite | less", "midge inspect kws.tflite --json | jq .arena.activation_bytes"},
      [options](Context& c) { return inspect(*options, c); });
}

}  // namespace midge::cli
