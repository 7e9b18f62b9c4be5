#include "compiler/import/tflite/unkept.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/ir/options.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

/// An absent field reads as whatever is asked for.
bool has_byte(const Table& t, uint32_t field) { return t.u8(field, 0) == t.u8(field, 1); }

class Checker {
 public:
  Checker(const Table& root, const std::string& file) : root_(root), file_(file) {}

  void run() {
    const VectorAt graphs = root_.vector(field::model::kSubgraphs, 4);
    for (uint32_t g = 0; g < graphs.count; ++g) {
      const Table graph = root_.entry(graphs, g);
      const VectorAt tensors = graph.vector(field::subgraph::kTensors, 4), ops = graph.vector(field::subgraph::kOperators, 4);
      for (uint32_t i = 0; i < tensors.count; ++i) check_tensor(graph.entry(tensors, i), static_cast<int>(i));
      for (uint32_t i = 0; i < ops.count; ++i) check_operator(graph.entry(ops, i), static_cast<int>(i));
    }
  }

 private:
  [[noreturn]] void refuse(Diagnostic d, std::string message, std::string hint) const {
    d.id = "not-kept", d.file = file_, d.message = std::move(message), d.hint = std::move(hint);
    throw DiagnosticError(d, 1);
  }

  void check_tensor(const Table& t, int index) const {
    Diagnostic d;
    d.tensor_index = index;
    const VectorAt name = t.vector(field::tensor::kName, 1);
    d.tensor_name.assign(reinterpret_cast<const char*>(root_.file()->data + name.at), name.count);
    if (t.table(field::tensor::kSparsity).present())
      refuse(d, "it is sparse, which is not read", "convert the network without sparse weights");
    if (t.i32(field::tensor::kExternalBuffer) != 0) refuse(d, "its data are in another file", "write the network with its weights inside");
    if (t.vector(field::tensor::kVariantTensors, 4).count != 0)
      refuse(d, "it is a variant, which is not read", "leave lists of tensors away");
    const Table q = t.table(field::tensor::kQuantization);
    if (q.u8(field::quantization::kDetailsType) != 0) {
      refuse(d, "its quantisation is not by tensor or channel (custom, or by blocks)",
             "quantise weights with a scale for each output channel");
    }
  }

  void check_operator(const Table& op, int index) const {
    const Table code = root_.entry(root_.vector(field::model::kOperatorCodes, 4), static_cast<uint32_t>(op.i32(field::op::kOpcodeIndex)));
    const int32_t number = std::max(code.i32(field::operator_code::kBuiltin),
                                    static_cast<int32_t>(static_cast<int8_t>(code.u8(field::operator_code::kDeprecatedBuiltin))));
    const char* name = builtin_name(number);
    Diagnostic d;
    d.operator_index = index, d.operator_name = name == nullptr ? fmt::format("operator code {}", number) : name;
    const char* const hint = "this operator is newer than this version of midge";
    if (op.u8(field::op::kOptions2Type) != 0) refuse(d, "its options are in a table that is not read (builtin_options_2)", hint);
    const Table options = op.table(field::op::kOptions);
    if (!options.present()) return;
    const ir::OptionsInfo& info = ir::options_of(static_cast<Builtin>(number));
    const uint8_t kind = op.u8(field::op::kOptionsType);
    if (kind != info.number)
      refuse(d, fmt::format("it has options of kind {}, not {}", kind, info.number), "the file is damaged, or its writer is wrong");
    constexpr uint32_t kLooked = 8;  // that many fields past the last known one: the format grows by one or two
    uint32_t first_unknown = 0;
    for (const ir::OptionInfo& f : info.fields) first_unknown = std::max(first_unknown, f.field + 1u);
    for (uint32_t f = first_unknown; f < first_unknown + kLooked; ++f) {
      if (has_byte(options, f)) refuse(d, fmt::format("field {} of its options is not known", f), hint);
    }
  }

  const Table& root_;
  const std::string& file_;
};

}  // namespace

void refuse_what_is_not_kept(const Table& root, const std::string& file) { Checker(root, file).run(); }

}  // namespace midge
