// midge ir: a network in its textual form, as it comes in or after passes; the text is a source format of convert. To a name that ends
// in .tflite the module is written as it is, which convert would change.
#include <fmt/format.h>

#include <algorithm>

#include "cli/common.h"
#include "cli/errors.h"
#include "cli/output_file.h"
#include "compiler/emit/tflite.h"
#include "compiler/import/import.h"
#include "compiler/ir/text.h"
#include "compiler/ir/verify.h"
#include "compiler/optimize/pass.h"

namespace midge::cli {
namespace {

struct Options {
  std::string source, output;
  std::vector<std::string> passes;
  bool optimize = false, elide = false, list = false;
};

const PassInfo& find_pass(const std::vector<PassInfo>& all, const std::string& name) {
  std::vector<std::string> names;
  for (const PassInfo& p : all) {
    if (name == p.name) return p;
    names.emplace_back(p.name);
  }
  Diagnostic d;
  d.id = "usage", d.message = fmt::format("there is no pass '{}'", name);
  const std::string near = nearest(name, names);
  d.hint = near.empty() ? "`midge ir --list-passes` names them" : fmt::format("did you mean {}?", near);
  throw DiagnosticError(d, kExitMisuse);
}

int list_passes(const Context& context) {
  Json list = Json::array();
  std::string text;
  for (const PassInfo& p : all_passes()) {
    list.push_back({{"name", p.name}, {"what", p.what}});
    text += fmt::format("{:<28}{}\n", p.name, p.what);
  }
  if (context.json) {
    print_json(Json{{"passes", std::move(list)}});
  } else {
    print(text);
  }
  return kExitOk;
}

int ir_verb(const Options& o, const Context& context) {
  constexpr size_t kElided = 256;
  if (o.list) return list_passes(context);
  if (o.source.empty()) {
    Diagnostic d;
    d.id = "usage", d.message = "SOURCE is missing", d.hint = "name a network, or ask for --list-passes";
    throw DiagnosticError(d, kExitMisuse);
  }
  if (!o.output.empty()) check_output_file(o.output);
  Imported imported = import_model(o.source);
  ir::Module& module = imported.module;
  std::vector<Diagnostic> warnings = std::move(imported.warnings);
  require_sound(module, "import");
  const std::vector<PassInfo> all = all_passes();
  for (const std::string& name : o.passes) {
    const PassInfo& pass = find_pass(all, name);
    PassContext pass_context{module, warnings, !imported.channels_first};
    pass.run(module.main(), pass_context);
    require_sound(module, name);
  }
  if (o.optimize) optimize(module, warnings, !imported.channels_first);
  for (const Diagnostic& d : warnings) message("warning: " + d.line());
  ir::PrintOptions how;
  if (o.elide) how.most_constant_bytes = kElided;
  const bool as_tflite = o.output.ends_with(".tflite");
  const std::string text = as_tflite ? "" : ir::print(module, how);
  if (as_tflite)
    write_output_file(o.output, emit_tflite(module));
  else if (!o.output.empty())
    write_output_file(o.output, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  if (context.json) {
    print_json(Json{
        {"source", o.source}, {"output", o.output.empty() ? Json() : Json(o.output)}, {"text", o.output.empty() ? Json(text) : Json()}});
  } else if (o.output.empty()) {
    print(text);
  }
  return kExitOk;
}

}  // namespace

void add_ir(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("ir", "Print a network in its textual form, which convert reads back");
  const auto o = std::make_shared<Options>();
  verb->add_option("SOURCE", o->source, "A network of any format that convert takes");
  verb->add_option("-o,--output", o->output, "Where the text is written, or a file in the format of devices; else the text is printed")
      ->type_name("NET.txt|NET.tflite");
  verb->add_option("--pass", o->passes, "Run one pass before; may be repeated, and the order counts")->type_name("NAME");
  verb->add_flag("--optimize", o->optimize, "Run all passes before, as convert does");
  verb->add_flag("--elide", o->elide, "Leave large constants out: to read and compare, not to convert");
  verb->add_flag("--list-passes", o->list, "Say which passes there are");
  finish_verb(verb, context,
              {"midge ir kws.onnx --elide", "midge ir kws.tflite --pass dead_channels -o smaller.txt",
               "midge ir edited.txt -o edited.tflite", "midge convert smaller.txt -o smaller.tflite"},
              [o](Context& c) { return ir_verb(*o, c); });
}

}  // namespace midge::cli
