// See diagnostic.h.
#include "report/diagnostic.h"

#include <fmt/format.h>

#include "report/way_out.h"

namespace midge {

std::string to_string(Span<const char> s) { return std::string(s.data, s.size); }

std::string operator_name(const Operator& op) {
  const char* name = builtin_name(op.code);
  if (name == nullptr) return fmt::format("operator code {}", op.code);
  return op.custom_name.empty() ? name : fmt::format("{} {}", name, to_string(op.custom_name));
}

std::string Diagnostic::line() const {
  std::string out;
  const auto add = [&out](const std::string& part, const char* separator) {
    if (!out.empty()) out += separator;
    out += part;
  };
  if (!file.empty()) add(file, "");
  if (operator_index >= 0) add(fmt::format("operator {} {}", operator_index, operator_name), ": ");
  if (tensor_index >= 0) add(fmt::format("tensor {} '{}'", tensor_index, tensor_name), ": ");
  add(message, ": ");
  if (!hint.empty()) add(hint, "; ");
  return out;
}

Diagnostic describe(Status status, const std::string& file) {
  Diagnostic d;
  d.id = status_name(status.code());
  d.message = status_message(status.code());
  d.hint = status_hint(status.code());
  d.file = file;
  const auto at = [&](const char* what) { d.message = fmt::format("{} {}: {}", what, status.index(), d.message); };
  switch (status.place()) {
    case Place::kNone: break;
    case Place::kTensor: at("tensor"); break;
    case Place::kOperator: at("operator"); break;
    case Place::kOperatorCode: at("operator code"); break;
    case Place::kBuffer: at("buffer"); break;
    case Place::kInput: at("graph inputs, from"); break;
    case Place::kOutput: at("graph outputs, from"); break;
  }
  return d;
}

Diagnostic describe(const Failure& failure, const Model& model, const std::string& file) {
  if (model.size() == 0) return describe(failure.status, file);
  const Code code = failure.status.code();
  Diagnostic d;
  d.id = status_name(code);
  d.message = status_message(code);
  d.hint = status_hint(code);
  d.file = file;
  if (failure.operator_index >= 0) {
    const Operator op = model.op(static_cast<uint32_t>(failure.operator_index));
    d.operator_index = failure.operator_index;
    d.operator_name = operator_name(op);
    for (uint32_t g = 1; g < model.subgraph_count(); ++g) {
      const Subgraph graph = model.subgraph(g);
      if (static_cast<uint32_t>(d.operator_index) - graph.first_operator < graph.operator_count)
        d.operator_name += fmt::format(" of subgraph {}", g);
    }
    const bool no_kernel = code == Code::kUnknownOperator || code == Code::kUnsupportedVersion || code == Code::kUnsupportedType;
    if (no_kernel) {
      d.hint = way_out(model, op, code);
      const Indices& tensors = op.outputs.count != 0 ? op.outputs : op.inputs;
      if (tensors.count != 0) d.tensor_index = tensors[0];
    }
    if (code == Code::kUnknownOperator) d.message = fmt::format("no kernel for it (version {}) is registered", op.version);
    if (code == Code::kUnsupportedVersion) d.message = fmt::format("version {} is newer than the registered kernel", op.version);
    if (code == Code::kUnsupportedType && failure.tensor_index < 0) {
      const auto type_of = [&](const Indices& list, uint32_t slot) {
        return slot < list.count && list[slot] >= 0 ? type_name(model.tensor(static_cast<uint32_t>(list[slot])).type) : "absent";
      };
      d.message = fmt::format("no registered kernel (version {}) for input {}, second input {}, output {}", op.version,
                              type_of(op.inputs, 0), type_of(op.inputs, 1), type_of(op.outputs, 0));
    }
  }
  if (failure.tensor_index >= 0) d.tensor_index = failure.tensor_index;
  if (d.tensor_index >= 0) d.tensor_name = to_string(model.tensor_name(static_cast<uint32_t>(d.tensor_index)));
  if (code == Code::kArenaTooSmall) {
    d.message = fmt::format("the arena is too small: needs {} bytes, has {}", failure.needed_bytes, failure.arena_bytes);
  }
  return d;
}

}  // namespace midge
