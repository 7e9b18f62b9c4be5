#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "compiler/ir/options.h"
#include "compiler/ir/text.h"
#include "compiler/ir/text_format.h"
#include "report/diagnostic.h"

namespace midge::ir {
namespace {

class Parser {
 public:
  Parser(const std::string& text, const std::string& file) : text_(text), file_(file) {}

  Module run() {
    skip();
    keyword("midge-ir");
    if (integer<int32_t>() != 1) fail("version 1 of the textual form");
    end_line();
    while (at_ < text_.size()) statement();
    if (module_.graphs.empty()) fail("a graph");
    return std::move(module_);
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    size_t at = std::min(at_, text_.size());
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    const size_t start = at == 0 ? 0 : text_.rfind('\n', at - 1) + 1;  // npos + 1 is 0
    Diagnostic d;
    d.id = "ir-syntax", d.file = fmt::format("{}:{}:{}", file_, line, at - start + 1);
    d.message = "expected " + expected;
    const std::string found = text_.substr(at, std::min(text_.find('\n', at), at + 20) - at);
    d.message += found.empty() ? ", found the end of the line" : fmt::format(", found '{}'", found);
    d.hint = "the form is described in compiler/ir/text.h; `midge ir MODEL` prints examples";
    throw DiagnosticError(d, 1);
  }

  // -- characters

  void blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
    if (at_ < text_.size() && text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size());
  }
  /// Blank lines and comments.
  void skip() {
    for (blanks(); at_ < text_.size() && text_[at_] == '\n'; blanks()) ++at_;
  }
  void end_line() {
    blanks();
    if (at_ < text_.size() && text_[at_] != '\n') fail("the end of the line");
    skip();
  }
  bool take(const std::string& s) {
    blanks();
    if (text_.compare(at_, s.size(), s) != 0) return false;
    at_ += s.size();
    return true;
  }
  void expect(const char* s) {
    if (!take(s)) fail(fmt::format("'{}'", s));
  }
  std::string word() {
    blanks();
    const size_t from = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_' || text_[at_] == '-'))
      ++at_;
    return text_.substr(from, at_ - from);
  }
  void keyword(const char* expected) {
    const size_t from = at_;
    if (word() != expected) at_ = from, fail(fmt::format("'{}'", expected));
  }
  template <class T>
  T integer() {
    blanks();
    T value{};
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc()) fail("a whole number that fits");
    at_ = static_cast<size_t>(end - text_.data());
    return value;
  }
  template <class T>
  T number() {
    if constexpr (std::is_integral_v<T>) {
      return integer<T>();
    } else {
      blanks();
      T value{};
      const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
      if (error != std::errc()) fail("a number");
      at_ = static_cast<size_t>(end - text_.data());
      return value;
    }
  }
  /// Numbers up to something that is none.
  template <class T>
  std::vector<T> numbers() {
    std::vector<T> out;
    for (blanks(); at_ < text_.size() && (std::isdigit(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '-' ||
                                          text_[at_] == '.' || text_[at_] == 'i' || text_[at_] == 'n');
         blanks()) {
      out.push_back(number<T>());
    }
    return out;
  }
  std::string quoted() {
    blanks();
    if (at_ >= text_.size() || text_[at_] != '"') fail("a text in quotes");
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\n') fail("a closing quote");
      if (text_[at_] != '\\') {
        out += text_[at_];
        continue;
      }
      ++at_;
      if (text_.compare(at_, 1, "x") != 0) {
        if (at_ < text_.size()) out += text_[at_];
        continue;
      }
      unsigned byte = 0;
      const char* from = text_.data() + std::min(at_ + 1, text_.size());
      const auto [end, error] = std::from_chars(from, std::min(from + 2, text_.data() + text_.size()), byte, 16);
      if (error != std::errc() || end != from + 2) fail("two hexadecimal digits");
      out += static_cast<char>(byte);
      at_ += 2;
    }
    if (at_ >= text_.size()) fail("a closing quote");
    ++at_;
    return out;
  }
  Bytes base64() {
    const size_t from = at_;
    Bytes out;
    if (!from_base64(quoted(), &out)) at_ = from, fail("base64 in quotes");
    return out;
  }

  // -- statements

  Graph& graph() {
    if (module_.graphs.empty()) fail("a graph before this");
    return module_.graphs.back();
  }

  void statement() {
    const size_t from = at_;
    const std::string what = word();
    if (what == "description") {
      module_.description = quoted();
    } else if (what == "metadata") {
      const std::string name = quoted();
      module_.metadata[name] = base64();
    } else if (what == "layout") {
      keyword("inputs");
      module_.io.inputs = permutations();
      keyword("outputs");
      module_.io.outputs = permutations();
    } else if (what == "signature") {
      signature();
    } else if (what == "graph") {
      module_.graphs.emplace_back().name = quoted();
    } else if (what == "inputs") {
      graph().inputs = indices();
    } else if (what == "outputs") {
      graph().outputs = indices();
    } else if (what == "tensor" || what == "constant" || what == "variable") {
      tensor(what);
    } else if (what == "op") {
      op();
    } else {
      at_ = from;
      fail("description, metadata, layout, signature, graph, inputs, outputs, tensor, constant, variable or op");
    }
    end_line();
  }

  std::vector<std::pair<std::string, int32_t>> positions() {
    std::vector<std::pair<std::string, int32_t>> out;
    blanks();
    if (at_ >= text_.size() || text_[at_] != '"') return out;
    do {
      std::string name = quoted();
      expect("=");
      out.emplace_back(std::move(name), integer<int32_t>());
    } while (take(","));
    return out;
  }

  std::vector<std::vector<int32_t>> permutations() {
    std::vector<std::vector<int32_t>> out;
    while (take("[")) {
      out.push_back(numbers<int32_t>());
      expect("]");
    }
    return out;
  }

  void signature() {
    Signature s;
    s.key = quoted();
    keyword("graph");
    s.graph = integer<int32_t>();
    keyword("inputs");
    s.inputs = positions();
    keyword("outputs");
    s.outputs = positions();
    module_.signatures.push_back(std::move(s));
  }

  int32_t index() {
    if (take("-")) return -1;
    expect("%");
    return integer<int32_t>();
  }
  std::vector<int32_t> indices() {
    std::vector<int32_t> out;
    blanks();
    if (at_ >= text_.size() || (text_[at_] != '%' && text_[at_] != '-')) return out;
    do {
      out.push_back(index());
    } while (take(","));
    return out;
  }

  Type type() {
    const size_t from = at_;
    const std::string name = word();
    for (uint8_t t = 0; t <= static_cast<uint8_t>(Type::kFloat8E5m2); ++t) {
      if (name == type_name(static_cast<Type>(t))) return static_cast<Type>(t);
    }
    int number = 0;
    const char* const end = name.data() + name.size();
    if (name.starts_with("type") && std::from_chars(name.data() + 4, end, number).ptr == end && number >= 0 && number <= 0xff)
      return static_cast<Type>(number);
    at_ = from;
    fail("an element type, as int8");
  }

  void tensor(const std::string& kind) {
    Graph& g = graph();
    const size_t from = at_;
    expect("%");
    if (integer<int32_t>() != static_cast<int32_t>(g.tensors.size()))
      at_ = from, fail(fmt::format("%{}: tensors are numbered in their order", g.tensors.size()));
    Tensor t;
    t.name = quoted();
    expect(":");
    t.type = type();
    expect("[");
    while (!take("]")) {
      t.dims.push_back(integer<int32_t>());
      if (!take(",") && !take("]")) fail("',' or ']'");
      if (text_[at_ - 1] == ']') break;
    }
    if (take("q(")) quantization(t.quantization);
    t.is_variable = kind == "variable";
    if (kind == "constant") expect("=");
    if (kind == "constant" || (kind == "variable" && take("="))) {
      t.data = std::make_shared<Bytes>(data(t));
    }
    g.tensors.push_back(std::move(t));
  }

  void quantization(Quantization& q) {
    if (take("axis")) {
      q.dimension = integer<int32_t>();
      expect(":");
    }
    q.scales = numbers<float>();
    expect(",");
    q.zero_points = numbers<int64_t>();
    expect(")");
  }

  template <class T>
  Bytes packed() {
    const std::vector<T> v = numbers<T>();
    const auto* p = reinterpret_cast<const uint8_t*>(v.data());
    return {p, p + v.size() * sizeof(T)};
  }

  Bytes data(const Tensor& t) {
    if (take("elided")) fail("the constant's data: this text was printed without");
    if (take("base64")) return base64();
    switch (t.type) {
      case Type::kInt8: return packed<int8_t>();
      case Type::kUint8: return packed<uint8_t>();
      case Type::kInt16: return packed<int16_t>();
      case Type::kInt32: return packed<int32_t>();
      case Type::kInt64: return packed<int64_t>();
      case Type::kFloat32: return packed<float>();
      default: fail("base64 in quotes");
    }
  }

  void op() {
    Op o;
    const size_t from = at_;
    std::string name = word();
    if (name == "code") {
      expect(":");
      o.code = static_cast<Builtin>(integer<int32_t>());
    } else if (!builtin_of(name, &o.code)) {
      at_ = from;
      fail("an operator's name, as CONV_2D");
    }
    blanks();
    if (at_ < text_.size() && text_[at_] == '"') o.custom_name = quoted();
    expect("(");
    o.inputs = indices();
    expect(")");
    expect("->");
    o.outputs = indices();
    if (take("{")) options(o);
    if (take("intermediates")) o.intermediates = indices();
    if (take("custom")) o.custom_options = base64();
    if (take("v")) o.version = integer<int32_t>();
    if (take("from")) o.source = quoted();
    graph().ops.push_back(std::move(o));
  }

  void options(Op& o) {
    while (!take("}")) {
      const size_t from = at_;
      const std::string name = word();
      const OptionInfo* info = find_option(o.code, name);
      if (info == nullptr) at_ = from, fail(fmt::format("an option of {}", describe(o)));
      expect("=");
      o.options[name] = option(*info);
      if (take(",")) continue;
      expect("}");
      break;
    }
  }

  Option option(const OptionInfo& info) {
    blanks();
    if (at_ < text_.size() && text_[at_] == '"') return quoted();
    if (take("f[")) {
      std::vector<float> v = numbers<float>();
      expect("]");
      return v;
    }
    if (take("[")) {
      std::vector<int32_t> v = numbers<int32_t>();
      expect("]");
      return v;
    }
    if (info.kind == OptionKind::kFloat) return double{number<float>()};
    if (std::isalpha(static_cast<unsigned char>(at_ < text_.size() ? text_[at_] : '0')) == 0) return integer<int64_t>();
    if (info.kind == OptionKind::kType) return static_cast<int64_t>(type());
    const size_t from = at_;
    const std::string name = word();
    if (info.kind == OptionKind::kPadding && (name == "SAME" || name == "VALID")) return int64_t{name == "VALID"};
    for (int64_t a = 0; info.kind == OptionKind::kActivation && a <= 5; ++a) {
      if (name == activation_name(static_cast<Activation>(a))) return a;
    }
    at_ = from;
    fail("a value of the option");
  }

  const std::string& text_;
  const std::string& file_;
  size_t at_ = 0;
  Module module_;
};

}  // namespace

Module parse(const std::string& text, const std::string& file) { return Parser(text, file).run(); }

}  // namespace midge::ir
