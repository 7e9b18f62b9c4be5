#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "compiler/ir/options.h"
#include "compiler/ir/text.h"
#include "compiler/ir/text_format.h"
#include "report/sha256.h"

namespace midge::ir {
namespace {

std::string quoted(const std::string& s) {
  std::string out = "\"";
  for (const char c : s) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\', out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string type_text(Type type) {
  if (type <= Type::kFloat8E5m2) return type_name(type);
  return fmt::format("type{}", static_cast<int>(type));  // of a newer format, or of a damaged file
}

std::string quantization_text(const Quantization& q) {
  if (!q.present()) return "";
  if (q.scales.size() == 1 && q.zero_points.size() == 1 && q.dimension == 0)
    return fmt::format(" q({}, {})", q.scales[0], q.zero_points[0]);
  return fmt::format(" q(axis {}: {}, {})", q.dimension, fmt::join(q.scales, " "), fmt::join(q.zero_points, " "));
}

template <class T>
std::string numbers(const Tensor& t) {
  if constexpr (std::is_same_v<T, int8_t> || std::is_same_v<T, uint8_t>) {
    const auto v = t.values<T>();
    return fmt::format("{}", fmt::join(std::vector<int>(v.begin(), v.end()), " "));
  } else {
    return fmt::format("{}", fmt::join(t.values<T>(), " "));
  }
}

/// The elements as numbers; empty for types and sizes that are not printed so.
std::string number_text(const Tensor& t) {
  constexpr size_t kMostElements = 32;
  const uint32_t bytes = type_bytes(t.type);
  if (bytes == 0 || t.data->size() > kMostElements * bytes || t.data->empty() || t.data->size() % bytes != 0) return "";
  switch (t.type) {
    case Type::kInt8: return numbers<int8_t>(t);
    case Type::kUint8: return numbers<uint8_t>(t);
    case Type::kInt16: return numbers<int16_t>(t);
    case Type::kInt32: return numbers<int32_t>(t);
    case Type::kInt64: return numbers<int64_t>(t);
    case Type::kFloat32: {
      for (const float v : t.values<float>()) {
        if (v - v != 0) return "";  // an infinity or NaN, whose bits numbers would lose
      }
      return numbers<float>(t);
    }
    default: return "";
  }
}

std::string data_text(const Tensor& t, const PrintOptions& options) {
  if (const std::string text = number_text(t); !text.empty()) return text;
  if (options.most_constant_bytes != 0 && t.data->size() > options.most_constant_bytes) {
    constexpr size_t kShown = 16;
    return fmt::format("elided {} bytes sha256 {}", t.data->size(), sha256_hex(*t.data).substr(0, kShown));
  }
  return "base64 \"" + to_base64(*t.data) + "\"";
}

std::string option_text(const Op& op, const std::string& name, const Option& value) {
  const OptionInfo* info = find_option(op.code, name);
  if (const auto* i = std::get_if<int64_t>(&value)) {
    if (info != nullptr && info->kind == OptionKind::kPadding && *i >= 0 && *i <= 1) return padding_name(static_cast<Padding>(*i));
    if (info != nullptr && info->kind == OptionKind::kActivation && *i >= 0 && *i <= 5) return activation_name(static_cast<Activation>(*i));
    if (info != nullptr && info->kind == OptionKind::kType && type_bits(static_cast<Type>(*i)) != 0)
      return type_name(static_cast<Type>(*i));
    return fmt::format("{}", *i);
  }
  if (const auto* d = std::get_if<double>(&value)) {
    const std::string text = fmt::format("{}", static_cast<float>(*d));
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
  }
  if (const auto* list = std::get_if<std::vector<int32_t>>(&value)) return fmt::format("[{}]", fmt::join(*list, " "));
  if (const auto* list = std::get_if<std::vector<float>>(&value)) return fmt::format("f[{}]", fmt::join(*list, " "));
  return quoted(std::get<std::string>(value));
}

std::string list_text(const std::vector<int32_t>& list) {
  std::string out;
  for (const int32_t i : list) out += (out.empty() ? "" : ", ") + (i < 0 ? std::string("-") : fmt::format("%{}", i));
  return out;
}

std::string op_text(const Op& op) {
  const char* name = builtin_name(static_cast<int32_t>(op.code));
  std::string out = "op " + (name != nullptr ? std::string(name) : fmt::format("code:{}", static_cast<int32_t>(op.code)));
  if (!op.custom_name.empty()) out += " " + quoted(op.custom_name);
  out += "(" + list_text(op.inputs) + ") -> " + list_text(op.outputs);
  std::vector<std::string> options;
  for (const auto& [key, value] : op.options) options.push_back(key + "=" + option_text(op, key, value));
  if (!options.empty()) out += fmt::format(" {{{}}}", fmt::join(options, ", "));
  if (!op.intermediates.empty()) out += " intermediates " + list_text(op.intermediates);
  if (!op.custom_options.empty()) out += " custom \"" + to_base64(op.custom_options) + "\"";
  if (op.version != 0) out += fmt::format(" v{}", op.version);
  if (!op.source.empty()) out += " from " + quoted(op.source);
  return out + "\n";
}

std::string signature_text(const Signature& signature) {
  const auto list = [](const std::vector<std::pair<std::string, int32_t>>& names) {
    std::string out;
    for (const auto& [name, position] : names) out += fmt::format("{}{}={}", out.empty() ? " " : ", ", quoted(name), position);
    return out;
  };
  return fmt::format("signature {} graph {} inputs{} outputs{}\n", quoted(signature.key), signature.graph, list(signature.inputs),
                     list(signature.outputs));
}

/// How inputs or outputs were turned; "[]" for one that was not.
std::string layout_text(const std::vector<std::vector<int32_t>>& permutations) {
  std::string out;
  for (const auto& p : permutations) out += fmt::format(" [{}]", fmt::join(p, " "));
  return out;
}

}  // namespace

std::string print(const Module& module, const PrintOptions& options) {
  std::string out = "midge-ir 1\n";
  if (!module.description.empty()) out += "description " + quoted(module.description) + "\n";
  for (const auto& [name, bytes] : module.metadata) out += "metadata " + quoted(name) + " \"" + to_base64(bytes) + "\"\n";
  if (!module.io.inputs.empty() || !module.io.outputs.empty())
    out += "layout inputs" + layout_text(module.io.inputs) + " outputs" + layout_text(module.io.outputs) + "\n";
  for (const Signature& signature : module.signatures) out += signature_text(signature);
  for (const Graph& g : module.graphs) {
    out += "\ngraph " + quoted(g.name) + "\n";
    out += "inputs " + list_text(g.inputs) + "\noutputs " + list_text(g.outputs) + "\n";
    for (size_t i = 0; i < g.tensors.size(); ++i) {
      const Tensor& t = g.tensors[i];
      const char* kind = t.is_variable ? "variable" : t.constant() ? "constant" : "tensor";
      out += fmt::format("{} %{} {}: {}[{}]{}", kind, i, quoted(t.name), type_text(t.type), fmt::join(t.dims, ","),
                         quantization_text(t.quantization));
      out += (t.constant() ? " = " + data_text(t, options) : "") + "\n";
    }
    for (const Op& op : g.ops) out += op_text(op);
  }
  return out;
}

}  // namespace midge::ir
