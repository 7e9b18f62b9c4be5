// Two operators of one kind with the same options and inputs give the same output: the second goes. Constants count as the same if
// their contents are, but stay apart as tensors: a quantiser may give each another scale.
#include <fmt/format.h>

#include <string_view>
#include <unordered_map>

#include "compiler/optimize/editor.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"

namespace midge {
namespace {

using ir::Op;

bool is_pure(const ir::Graph& graph, const Op& op) {
  if (!is_repeatable(op.code)) return false;
  for (const int32_t t : op.inputs) {
    if (t >= 0 && graph[t].is_variable) return false;
  }
  return op.intermediates.empty() && !op.outputs.empty();
}

std::string text_of(const ir::Option& option) {
  return std::visit(
      [](const auto& v) -> std::string {
        if constexpr (requires { v.begin(); }) {
          std::string s = "[";
          for (const auto& x : v) s += fmt::format("{},", x);
          return s + "]";
        } else {
          return fmt::format("{}", v);
        }
      },
      option);
}

void append_encoding(std::string& key, const ir::Tensor& t) {
  key += ir::type_and_dims(t);
  for (const float s : t.quantization.scales) key += fmt::format("s{:a}", s);
  for (const int64_t z : t.quantization.zero_points) key += fmt::format("z{}", z);
  key += fmt::format("d{}", t.quantization.dimension);
}

/// A number for each constant, the same for equal ones.
class Constants {
 public:
  size_t number(const ir::Tensor& t) {
    std::string encoding;
    append_encoding(encoding, t);
    const std::string_view bytes(reinterpret_cast<const char*>(t.data->data()), t.data->size());
    std::vector<Entry>& list = known_[std::hash<std::string_view>()(bytes) ^ std::hash<std::string>()(encoding)];
    for (const Entry& entry : list) {
      if (entry.encoding == encoding && *entry.data == *t.data) return entry.number;
    }
    list.push_back({encoding, t.data, count_});
    return count_++;
  }

 private:
  struct Entry {
    std::string encoding;
    std::shared_ptr<const ir::Bytes> data;
    size_t number;
  };
  std::unordered_map<size_t, std::vector<Entry>> known_;
  size_t count_ = 0;
};

}  // namespace

bool common_subexpressions(ir::Graph& graph, PassContext&) {
  Editor e(graph);
  Constants constants;
  std::unordered_map<std::string, size_t> seen;
  for (size_t k = 0; k < e.size(); ++k) {
    const Op& op = e.op(k);
    if (!is_pure(graph, op)) continue;
    std::string key = fmt::format("{}", static_cast<int32_t>(op.code));
    for (const auto& [name, value] : op.options) key += fmt::format(" {}={}", name, text_of(value));
    bool only_constants = true;
    for (const int32_t t : op.inputs) {
      const bool constant = t >= 0 && graph[t].constant();
      only_constants = only_constants && (constant || t < 0);
      key += constant ? fmt::format(" c{}", constants.number(graph[t])) : fmt::format(" {}", t);
    }
    if (only_constants) continue;  // folded already, or too large for that
    for (const int32_t t : op.outputs) append_encoding(key += " ", graph[t]);
    const auto [at, added] = seen.try_emplace(key, k);
    if (added) continue;
    const std::vector<int32_t> first = e.op(at->second).outputs, second = op.outputs;
    bool fixed = false;
    for (const int32_t t : second) fixed = fixed || e.is_output(t);
    if (fixed) continue;  // an output of the graph keeps its name
    e.erase(k);
    for (size_t i = 0; i < first.size(); ++i) e.replace_uses(second[i], first[i]);
  }
  return e.finish();
}

}  // namespace midge
