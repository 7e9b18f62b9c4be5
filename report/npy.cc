// See npy.h.
#include "report/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <string_view>

namespace midge {
namespace {

struct DescrOf {
  Type type;
  const char* descr;  ///< as NumPy writes it
};
constexpr DescrOf kDescrs[] = {{Type::kInt8, "|i1"},    {Type::kUint8, "|u1"},   {Type::kInt16, "<i2"},   {Type::kUint16, "<u2"},
                               {Type::kInt32, "<i4"},   {Type::kUint32, "<u4"},  {Type::kInt64, "<i8"},   {Type::kUint64, "<u8"},
                               {Type::kFloat16, "<f2"}, {Type::kFloat32, "<f4"}, {Type::kFloat64, "<f8"}, {Type::kBool, "|b1"}};
constexpr char kSupported[] = "int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 bool";
constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMaxRankRead = 32;  // NumPy's own limit

struct Header {
  std::optional<std::string> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<uint64_t>> shape;
};

/// Reads the dictionary literal. Only the values that NumPy writes for plain arrays are understood.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  Header parse() {
    Header header;
    expect('{');
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr") {
        if (peek() == '[') throw NpyError("holds records (a structured dtype), not numbers");
        header.descr = quoted();
      } else if (key == "fortran_order") {
        header.fortran_order = boolean();
      } else if (key == "shape") {
        header.shape = tuple();
      } else {
        throw NpyError(fmt::format("its header has the unknown key '{}'", key));
      }
      if (!take(',') && peek() != '}') bad();
    }
    skip();
    if (at_ != text_.size()) bad();
    return header;
  }

 private:
  [[noreturn]] static void bad() { throw NpyError("its header is damaged"); }
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }
  char peek() {
    skip();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) bad();
  }
  std::string quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') bad();
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) bad();
    std::string out(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return out;
  }
  bool boolean() {
    skip();
    for (const std::string_view word : {"True", "False"}) {
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return word == "True";
    }
    bad();
  }
  uint64_t number() {
    if (peek() < '0' || peek() > '9') bad();
    uint64_t n = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      if (n > (UINT64_MAX - 9) / 10) bad();
      n = n * 10 + static_cast<uint64_t>(text_[at_] - '0');
    }
    return n;
  }
  std::vector<uint64_t> tuple() {
    std::vector<uint64_t> out;
    expect('(');
    while (!take(')')) {
      out.push_back(number());
      if (out.size() > kMaxRankRead) bad();
      if (!take(',') && peek() != ')') bad();
    }
    return out;
  }

  std::string_view text_;
  size_t at_ = 0;
};

/// The type, whatever the order of its bytes.
Type type_of(const std::string& descr, bool* big_endian) {
  *big_endian = false;
  if (descr.size() != 3) throw NpyError(fmt::format("has the dtype '{}'; supported are {}", descr, kSupported));
  for (const DescrOf& d : kDescrs) {
    if (descr.compare(1, 2, d.descr + 1) != 0) continue;
    // One-byte elements have no byte order, whatever stands there.
    *big_endian = descr[0] == '>' && type_bytes(d.type) > 1;
    if (descr == d.descr || type_bytes(d.type) == 1 || *big_endian) return d.type;
  }
  throw NpyError(fmt::format("has the dtype '{}'; supported are {}", descr, kSupported));
}

}  // namespace

uint64_t NpyArray::count() const {
  uint64_t n = 1;
  for (const uint64_t d : shape) n *= d;
  return n;
}

bool npy_type_supported(Type type) {
  return std::any_of(std::begin(kDescrs), std::end(kDescrs), [&](const DescrOf& d) { return d.type == type; });
}

std::string shape_text(std::span<const uint64_t> shape) {
  return shape.size() == 1 ? fmt::format("({},)", shape[0]) : fmt::format("({})", fmt::join(shape, ","));
}

NpyHeader parse_npy_header(std::span<const uint8_t> start, uint64_t file_bytes) {
  const std::string_view all(reinterpret_cast<const char*>(start.data()), start.size());
  if (all.size() < 10 || all.substr(0, kMagic.size()) != kMagic) throw NpyError("is not in .npy format");
  const int version = start[6];
  if (version < 1 || version > 3) throw NpyError(fmt::format("has .npy version {}; 1 to 3 are known", version));
  const size_t begin = version == 1 ? 10 : 12;
  if (all.size() < begin) throw NpyError("is truncated in its header");
  size_t length = static_cast<size_t>(start[8]) | static_cast<size_t>(start[9]) << 8;
  if (version != 1) length |= static_cast<size_t>(start[10]) << 16 | static_cast<size_t>(start[11]) << 24;
  if (length > all.size() - begin) throw NpyError("is truncated in its header");

  const Header parsed = HeaderParser(all.substr(begin, length)).parse();
  if (!parsed.descr || !parsed.fortran_order || !parsed.shape) throw NpyError("its header lacks descr, fortran_order or shape");
  NpyHeader header;
  header.type = type_of(*parsed.descr, &header.big_endian);
  header.shape = *parsed.shape;
  header.offset = begin + length;
  // Order means nothing where at most one dimension is not 1; NumPy marks some such arrays as Fortran.
  const auto wide = std::count_if(header.shape.begin(), header.shape.end(), [](uint64_t d) { return d != 1; });
  header.fortran_order = *parsed.fortran_order && wide > 1;

  const uint64_t body = file_bytes - header.offset;
  const bool empty = std::find(header.shape.begin(), header.shape.end(), 0u) != header.shape.end();
  header.bytes = empty ? 0 : type_bytes(header.type);
  for (const uint64_t d : header.shape) {
    if (!empty && d > body / header.bytes) {
      throw NpyError(fmt::format("announces shape {} but has only {} bytes", shape_text(header.shape), body));
    }
    header.bytes *= d;
  }
  if (header.bytes != body) {
    throw NpyError(fmt::format("announces {} bytes by its shape {} but has {}", header.bytes, shape_text(header.shape), body));
  }
  return header;
}

NpyArray parse_npy(std::span<const uint8_t> file) {
  const NpyHeader header = parse_npy_header(file, file.size());
  if (header.big_endian) throw NpyError(fmt::format("is big-endian {}: save it little-endian", type_name(header.type)));
  if (header.fortran_order) throw NpyError("is in Fortran order: save np.ascontiguousarray(array)");
  NpyArray array;
  array.type = header.type;
  array.shape = header.shape;
  array.bytes.assign(file.begin() + static_cast<std::ptrdiff_t>(header.offset), file.end());
  if (array.type == Type::kBool && std::any_of(array.bytes.begin(), array.bytes.end(), [](uint8_t b) { return b > 1; })) {
    throw NpyError("is bool but holds bytes other than 0 and 1");
  }
  return array;
}

std::vector<uint8_t> format_npy(const NpyArray& array) {
  const auto* entry = std::find_if(std::begin(kDescrs), std::end(kDescrs), [&](const DescrOf& d) { return d.type == array.type; });
  if (entry == std::end(kDescrs)) throw NpyError(fmt::format("cannot hold {}", type_name(array.type)));
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", entry->descr, shape_text(array.shape));
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';  // NumPy maps the data: it wants 64-byte alignment
  header += '\n';
  std::vector<uint8_t> out(kMagic.begin(), kMagic.end());
  for (const size_t byte : {size_t{1}, size_t{0}, header.size() & 0xff, header.size() >> 8}) out.push_back(static_cast<uint8_t>(byte));
  out.insert(out.end(), header.begin(), header.end());
  out.insert(out.end(), array.bytes.begin(), array.bytes.end());
  return out;
}

}  // namespace midge
