#include "compiler/import/onnx/protobuf.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "compiler/import/onnx/wire.h"
#include "report/diagnostic.h"
#include "report/terminal.h"

namespace midge::onnx {
namespace {

constexpr int kMostNesting = 16;  // of graphs in attributes

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Source model(std::span<const uint8_t> bytes) {
    Source source;
    bool has_graph = false;
    for (Wire w(bytes); w.next();) {
      switch (w.number()) {
        case 2: source.producer = w.text(); break;
        case 7: source.main = body(w.bytes(), 0), has_graph = true; break;
        case 8: opset(w.bytes(), source); break;
        case 25: fail("onnx-functions", "the model defines functions of its own", "export it with functions inlined (onnx.inliner)");
        default: break;
      }
    }
    if (!has_graph) throw WireError();
    return source;
  }

 private:
  [[noreturn]] void fail(const char* id, std::string message, std::string hint) const {
    Diagnostic d;
    d.id = id, d.message = printable(message), d.file = file_, d.hint = std::move(hint);
    throw DiagnosticError(d, 1);
  }

  static void opset(std::span<const uint8_t> bytes, Source& source) {
    std::string domain;
    int64_t version = 0;
    for (Wire w(bytes); w.next();) {
      if (w.number() == 1) domain = w.text();
      if (w.number() == 2) version = w.integer();
    }
    source.opsets[domain == "ai.onnx" ? "" : domain] = version;
  }

  Body body(std::span<const uint8_t> bytes, int depth) {
    if (depth > kMostNesting) throw WireError();
    Body b;
    for (Wire w(bytes); w.next();) {
      switch (w.number()) {
        case 1: b.nodes.push_back(node(w.bytes(), depth)); break;
        case 2: b.name = w.text(); break;
        case 5: b.constants.push_back(tensor(w.bytes())); break;
        case 11: b.inputs.push_back(value(w.bytes())); break;
        case 12: b.outputs.push_back(value(w.bytes())); break;
        case 15: fail("onnx-sparse", "the model has sparse initialisers", "store its weights dense");
        default: break;
      }
    }
    return b;
  }

  Node node(std::span<const uint8_t> bytes, int depth) {
    Node n;
    for (Wire w(bytes); w.next();) {
      switch (w.number()) {
        case 1: n.inputs.push_back(w.text()); break;
        case 2: n.outputs.push_back(w.text()); break;
        case 3: n.name = w.text(); break;
        case 4: n.type = w.text(); break;
        case 5: attribute(w.bytes(), depth, n); break;
        case 7: n.domain = w.text(); break;
        default: break;
      }
    }
    return n;
  }

  void attribute(std::span<const uint8_t> bytes, int depth, Node& n) {
    using Kind = Attribute::Kind;
    Attribute a;
    std::string name;
    int64_t declared = 0;
    for (Wire w(bytes); w.next();) {
      switch (w.number()) {
        case 1: name = w.text(); break;
        case 2: a.f = w.real(), a.kind = Kind::kFloat; break;
        case 3: a.i = w.integer(), a.kind = Kind::kInt; break;
        case 4: a.s = w.text(), a.kind = Kind::kString; break;
        case 5: a.tensor = std::make_shared<Constant>(tensor(w.bytes())), a.kind = Kind::kTensor; break;
        case 6: a.graph = std::make_shared<Body>(body(w.bytes(), depth + 1)), a.kind = Kind::kGraph; break;
        case 7: w.append_fixed(a.floats), a.kind = Kind::kFloats; break;
        case 8: w.append_integers(a.ints), a.kind = Kind::kInts; break;
        case 9: a.strings.push_back(w.text()), a.kind = Kind::kStrings; break;
        case 20: declared = w.integer(); break;
        default: break;
      }
    }
    // A list that is empty, and a scalar of 0, may be known by the declared kind alone.
    constexpr Kind kDeclared[] = {Kind::kNone,  Kind::kFloat,  Kind::kInt,  Kind::kString, Kind::kTensor,
                                  Kind::kGraph, Kind::kFloats, Kind::kInts, Kind::kStrings};
    if (a.kind == Kind::kNone && declared > 0 && declared < static_cast<int64_t>(std::size(kDeclared))) a.kind = kDeclared[declared];
    n.attributes[name] = std::move(a);
  }

  Value value(std::span<const uint8_t> bytes) {
    Value v;
    for (Wire w(bytes); w.next();) {
      if (w.number() == 1) v.name = w.text();
      if (w.number() != 2) continue;
      for (Wire type(w.bytes()); type.next();) {
        if (type.number() == 1) tensor_type(type.bytes(), v);
        // optional(tensor) is taken as the tensor; sequences and maps keep no element type, and are refused where they are used.
        if (type.number() == 9) {
          for (Wire optional(type.bytes()); optional.next();) {
            if (optional.number() != 1) continue;
            for (Wire inner(optional.bytes()); inner.next();) {
              if (inner.number() == 1) tensor_type(inner.bytes(), v);
            }
          }
        }
      }
    }
    return v;
  }

  static void tensor_type(std::span<const uint8_t> bytes, Value& v) {
    for (Wire w(bytes); w.next();) {
      if (w.number() == 1) v.element = static_cast<Element>(w.integer());
      if (w.number() != 2) continue;
      v.has_shape = true;
      for (Wire shape(w.bytes()); shape.next();) {
        if (shape.number() != 1) continue;
        int64_t size = -1;
        std::string symbol;
        for (Wire dim(shape.bytes()); dim.next();) {
          if (dim.number() == 1) size = dim.integer();
          if (dim.number() == 2) symbol = dim.text();
        }
        v.dims.push_back(size < 0 ? -1 : size), v.symbols.push_back(symbol);
      }
    }
  }

  Constant tensor(std::span<const uint8_t> bytes) {
    Constant c;
    std::span<const uint8_t> raw;
    bool has_raw = false;
    std::vector<float> floats;
    std::vector<double> doubles;
    std::vector<int64_t> integers;
    std::map<std::string, std::string> external;
    int64_t location = 0;
    for (Wire w(bytes); w.next();) {
      switch (w.number()) {
        case 1: w.append_integers(c.dims); break;
        case 2: c.element = static_cast<Element>(w.integer()); break;
        case 4: w.append_fixed(floats); break;
        case 5:
        case 7:
        case 11: w.append_integers(integers); break;
        case 6: c.strings.push_back(w.text()); break;
        case 8: c.name = w.text(); break;
        case 9: raw = w.bytes(), has_raw = true; break;
        case 10: w.append_fixed(doubles); break;
        case 13: entry(w.bytes(), external); break;
        case 14: location = w.integer(); break;
        default: break;
      }
    }
    const std::optional<uint64_t> count = element_count(c.dims);
    if (!count) fail("onnx-tensor", fmt::format("initialiser '{}' has impossible dimensions", c.name), "the file is damaged");
    if (!graph_type(c.element)) return c;
    std::optional<ir::Bytes> data;
    if (location == 1) {
      const ir::Bytes side = side_file(c, external);
      data = elements_from_raw(c.element, side.data(), side.size(), *count);
    } else {
      data = has_raw ? elements_from_raw(c.element, raw.data(), raw.size(), *count) : from_fields(c.element, floats, doubles, integers);
    }
    if (!data || data->size() != *count * type_bytes(*graph_type(c.element))) {
      fail("onnx-tensor", fmt::format("initialiser '{}' has other than {} elements of {}", c.name, *count, element_name(c.element)),
           "the file is damaged, or was written by a faulty exporter");
    }
    c.data = std::make_shared<ir::Bytes>(std::move(*data));
    return c;
  }

  static std::optional<ir::Bytes> from_fields(Element e, const std::vector<float>& floats, const std::vector<double>& doubles,
                                              const std::vector<int64_t>& integers) {
    const auto bytes_of = [](const auto& v) { return reinterpret_cast<const uint8_t*>(v.data()); };
    if (e == Element::kFloat) return elements_from_raw(e, bytes_of(floats), floats.size() * 4, floats.size());
    if (e == Element::kDouble) return elements_from_raw(e, bytes_of(doubles), doubles.size() * 8, doubles.size());
    if (e == Element::kUint4 || e == Element::kInt4) {
      // Two elements a number; an odd count leaves half of the last one over, which the count check cannot know here.
      return std::nullopt;
    }
    const size_t each = e == Element::kFloat16 || e == Element::kBfloat16 ? 2 : type_bytes(*graph_type(e));
    ir::Bytes raw(integers.size() * each);
    for (size_t i = 0; i < integers.size(); ++i) std::memcpy(raw.data() + i * each, &integers[i], each);  // little-endian
    return elements_from_raw(e, raw.data(), raw.size(), integers.size());
  }

  static void entry(std::span<const uint8_t> bytes, std::map<std::string, std::string>& to) {
    std::string key, value;
    for (Wire w(bytes); w.next();) {
      if (w.number() == 1) key = w.text();
      if (w.number() == 2) value = w.text();
    }
    to[key] = value;
  }

  /// Only files beside the model or below its folder are read.
  ir::Bytes side_file(const Constant& c, const std::map<std::string, std::string>& external) const {
    namespace fs = std::filesystem;
    const auto at = [&](const char* key) {
      const auto found = external.find(key);
      return found == external.end() ? std::string() : found->second;
    };
    const auto number = [&](const char* key) -> std::optional<uint64_t> {
      const std::string text = at(key);
      uint64_t v = 0;
      if (text.empty()) return std::nullopt;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
      if (error != std::errc() || end != text.data() + text.size()) throw WireError();
      return v;
    };
    std::error_code ignored;
    const fs::path relative(at("location")), folder = fs::weakly_canonical(fs::absolute(file_).parent_path(), ignored);
    const fs::path path = fs::weakly_canonical(folder / relative, ignored);
    const auto [left, unused] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    const std::string what = fmt::format("initialiser '{}' is in the side file '{}'", c.name, relative.string());
    if (relative.empty() || relative.is_absolute() || left != folder.end()) {
      fail("onnx-side-file", what + ", which is not beside the model", "keep the side files in the folder of the model");
    }
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    const uint64_t size = in ? static_cast<uint64_t>(in.tellg()) : 0;
    if (!in) fail("onnx-side-file", what + ", which cannot be read", "copy the side files together with the model");
    const uint64_t offset = number("offset").value_or(0), length = number("length").value_or(size - std::min(offset, size));
    if (offset > size || length > size - offset) {
      fail("onnx-side-file", fmt::format("{} from byte {} to {}, but that has {} bytes", what, offset, offset + length, size),
           "the side file is cut off or of another model");
    }
    ir::Bytes out(length);
    in.seekg(static_cast<std::streamoff>(offset));
    in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(length));
    return out;
  }

  const std::string& file_;
};

}  // namespace

Source read_protobuf(std::span<const uint8_t> bytes, const std::string& file) {
  try {
    return Reader(file).model(bytes);
  } catch (const WireError&) {
    Diagnostic d;
    d.id = "onnx-damaged", d.file = file;
    d.message = "this is not an ONNX model, or it is cut off or damaged";
    d.hint = "formats: .tflite, .onnx, .ort, .keras, .h5; export or copy it again";
    throw DiagnosticError(d, 1);
  }
}

}  // namespace midge::onnx
