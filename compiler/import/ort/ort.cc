#include "compiler/import/ort/ort.h"

#include <fmt/format.h>

#include <charconv>
#include <deque>

#include "compiler/import/onnx/onnx.h"
#include "compiler/import/onnx/source.h"
#include "model/table.h"
#include "report/diagnostic.h"
#include "report/terminal.h"

namespace midge {
namespace {

using onnx::Attribute;
using onnx::Body;
using onnx::Constant;
using onnx::Element;
using onnx::Node;
using onnx::Source;
using onnx::Value;

constexpr int kOldestVersion = 5;
constexpr int kMostNesting = 16;  // of graphs in attributes

// Field ids of the format's tables.
namespace session {
enum : uint32_t { kVersion, kModel };
}
namespace model {
enum : uint32_t { kIrVersion, kOpsets, kProducer, kProducerVersion, kDomain, kModelVersion, kDoc, kGraph };
}
namespace opset {
enum : uint32_t { kDomain, kVersion };
}
namespace graph {
enum : uint32_t { kInitializers, kNodeArgs, kNodes, kMaxNodeIndex, kNodeEdges, kInputs, kOutputs, kSparse };
}
namespace node {
enum : uint32_t { kName, kDoc, kDomain, kSinceVersion, kIndex, kOpType, kType, kProvider, kInputs, kOutputs, kAttributes };
}
namespace tensor {
enum : uint32_t { kName, kDoc, kDims, kType, kRaw, kStrings, kExternalOffset };
}
namespace attribute {
enum : uint32_t { kName, kDoc, kType, kF, kI, kS, kT, kG, kFloats, kInts, kStrings };
}
namespace value {
enum : uint32_t { kName, kDoc, kType };
}
namespace type_info {
enum : uint32_t { kDenotation, kValueType, kValue };
}
namespace tensor_type {
enum : uint32_t { kElement, kShape };
}
namespace dimension {
enum : uint32_t { kValue };
}
namespace dimension_value {
enum : uint32_t { kType, kSize, kSymbol };
}

class Reader {
 public:
  Reader(std::span<const uint8_t> bytes, const std::string& name) : name_(name) {
    file_.data = bytes.data(), file_.size = static_cast<uint32_t>(bytes.size());
  }

  Source read() {
    if (file_.size < 8) damaged();
    const Table root(&file_, load_u32(file_.data));
    const std::string version = text(root, session::kVersion);
    int number = 0;
    std::from_chars(version.data(), version.data() + version.size(), number);
    check();
    if (number < kOldestVersion) {
      fail("ort-version", fmt::format("the .ort format is of version '{}'; {} and later can be read", version, kOldestVersion),
           "convert the ONNX model again with onnxruntime 1.13 or later, or import the ONNX model itself");
    }
    const Table m = root.table(session::kModel);
    Source source;
    source.producer = text(m, model::kProducer);
    const VectorAt sets = m.vector(model::kOpsets, 4);
    for (uint32_t i = 0; i < sets.count; ++i) {
      const Table set = m.entry(sets, i);
      const std::string domain = text(set, opset::kDomain);
      source.opsets[domain == "ai.onnx" ? "" : domain] = set.i64(opset::kVersion);
      check();
    }
    source.main = body(m.table(model::kGraph), 0);
    check();
    return source;
  }

 private:
  [[noreturn]] void fail(const char* id, std::string message, std::string hint) const {
    Diagnostic d;
    d.id = id, d.message = printable(message), d.file = name_, d.hint = std::move(hint);
    throw DiagnosticError(d, 1);
  }
  [[noreturn]] void damaged() const { fail("ort-damaged", "the .ort file is cut off or damaged", "convert or copy it again"); }
  void check() const {
    if (file_.damaged) damaged();
  }

  std::string text(const Table& t, uint32_t id) const {
    const VectorAt v = t.vector(id, 1);
    return std::string(reinterpret_cast<const char*>(file_.data + v.at), v.count);
  }

  std::vector<std::string> texts(const Table& t, uint32_t id) const {
    const VectorAt v = t.vector(id, 4);
    std::vector<std::string> out;
    for (uint32_t i = 0; i < v.count; ++i) {
      const uint64_t at = v.at + uint64_t{4} * i, to = at + load_u32(file_.data + at);
      if (to + 4 > file_.size) damaged();
      const uint32_t size = load_u32(file_.data + to);
      if (to + 4 + size > file_.size) damaged();
      out.emplace_back(reinterpret_cast<const char*>(file_.data + to + 4), size);
    }
    return out;
  }

  template <class T>
  std::vector<T> numbers(const Table& t, uint32_t id) const {
    const VectorAt v = t.vector(id, sizeof(T));
    std::vector<T> out(v.count);
    if (v.count != 0) std::memcpy(out.data(), file_.data + v.at, v.count * sizeof(T));
    return out;
  }

  Body body(const Table& t, int depth) {
    if (depth > kMostNesting || !t.present()) damaged();
    Body b;
    const auto each = [&](uint32_t id, auto&& visit) {
      const VectorAt v = t.vector(id, 4);
      for (uint32_t i = 0; i < v.count; ++i) {
        const Table entry = t.entry(v, i);
        check();
        visit(entry);
        check();
      }
    };
    each(graph::kInitializers, [&](const Table& e) { b.constants.push_back(constant(e)); });
    std::map<std::string, Value> values;
    each(graph::kNodeArgs, [&](const Table& e) {
      Value v = value_of(e);
      values[v.name] = v;
    });
    each(graph::kNodes, [&](const Table& e) { b.nodes.push_back(node_of(e, depth)); });
    if (t.vector(graph::kSparse, 4).count != 0) fail("ort-sparse", "the model has sparse initialisers", "store its weights dense");
    const auto named = [&](uint32_t id, std::vector<Value>& to) {
      for (const std::string& n : texts(t, id)) {
        Value v = values[n];
        v.name = n;
        to.push_back(v);
      }
    };
    named(graph::kInputs, b.inputs), named(graph::kOutputs, b.outputs);
    check();
    b.nodes = in_order(b);
    return b;
  }

  /// Nodes lie in the order of their numbers, not in one in which they can run.
  std::vector<Node> in_order(const Body& b) const {
    std::map<std::string, size_t> maker;
    for (size_t i = 0; i < b.nodes.size(); ++i) {
      for (const std::string& o : b.nodes[i].outputs) {
        if (!o.empty()) maker[o] = i;
      }
    }
    std::vector<size_t> waits(b.nodes.size());
    std::vector<std::vector<size_t>> readers(b.nodes.size());
    for (size_t i = 0; i < b.nodes.size(); ++i) {
      for (const std::string& in : b.nodes[i].inputs) {
        const auto m = maker.find(in);
        if (m == maker.end()) continue;
        ++waits[i], readers[m->second].push_back(i);
      }
    }
    std::deque<size_t> ready;
    for (size_t i = 0; i < waits.size(); ++i) {
      if (waits[i] == 0) ready.push_back(i);
    }
    std::vector<Node> out;
    while (!ready.empty()) {
      const size_t i = ready.front();
      ready.pop_front();
      out.push_back(b.nodes[i]);
      for (const size_t r : readers[i]) {
        if (--waits[r] == 0) ready.push_back(r);
      }
    }
    if (out.size() != b.nodes.size()) damaged();
    return out;
  }

  Value value_of(const Table& t) const {
    Value v;
    v.name = text(t, value::kName);
    const Table info = t.table(value::kType);
    if (!info.present() || info.u8(type_info::kValueType) != 1) return v;
    const Table type = info.table(type_info::kValue);
    v.element = static_cast<Element>(type.i32(tensor_type::kElement));
    const Table shape = type.table(tensor_type::kShape);
    v.has_shape = shape.present();
    if (!v.has_shape) return v;
    const VectorAt dims = shape.vector(0, 4);
    for (uint32_t i = 0; i < dims.count; ++i) {
      const Table size = shape.entry(dims, i).table(dimension::kValue);
      check();
      const bool known = size.present() && size.u8(dimension_value::kType) == 1;
      v.dims.push_back(known ? size.i64(dimension_value::kSize) : -1);
      v.symbols.push_back(size.present() ? text(size, dimension_value::kSymbol) : "");
    }
    return v;
  }

  Constant constant(const Table& t) const {
    Constant c;
    c.name = text(t, tensor::kName);
    c.element = static_cast<Element>(t.i32(tensor::kType));
    c.dims = numbers<int64_t>(t, tensor::kDims);
    c.strings = texts(t, tensor::kStrings);
    check();
    const std::optional<uint64_t> count = onnx::element_count(c.dims);
    if (!count) damaged();
    if (!onnx::graph_type(c.element)) return c;
    if (t.i64(tensor::kExternalOffset, -1) >= 0) {
      fail("ort-side-file", fmt::format("the constant '{}' is in a side file", c.name), "convert the model without external initialisers");
    }
    const VectorAt raw = t.vector(tensor::kRaw, 1);
    std::optional<ir::Bytes> data = onnx::elements_from_raw(c.element, file_.data + raw.at, raw.count, *count);
    if (!data) damaged();
    c.data = std::make_shared<ir::Bytes>(std::move(*data));
    return c;
  }

  Node node_of(const Table& t, int depth) {
    Node n;
    n.name = text(t, node::kName), n.domain = text(t, node::kDomain), n.type = text(t, node::kOpType);
    n.inputs = texts(t, node::kInputs), n.outputs = texts(t, node::kOutputs);
    const VectorAt all = t.vector(node::kAttributes, 4);
    for (uint32_t i = 0; i < all.count; ++i) {
      const Table e = t.entry(all, i);
      check();
      Attribute a;
      const int32_t kind = e.i32(attribute::kType);
      if (kind < 1 || kind > static_cast<int32_t>(Attribute::Kind::kStrings)) continue;
      a.kind = static_cast<Attribute::Kind>(kind);
      a.f = e.f32(attribute::kF), a.i = e.i64(attribute::kI), a.s = text(e, attribute::kS);
      a.floats = numbers<float>(e, attribute::kFloats), a.ints = numbers<int64_t>(e, attribute::kInts);
      a.strings = texts(e, attribute::kStrings);
      if (a.kind == Attribute::Kind::kTensor) a.tensor = std::make_shared<Constant>(constant(e.table(attribute::kT)));
      if (a.kind == Attribute::Kind::kGraph) a.graph = std::make_shared<Body>(body(e.table(attribute::kG), depth + 1));
      check();
      n.attributes[text(e, attribute::kName)] = std::move(a);
    }
    return n;
  }

  File file_;
  const std::string& name_;
};

}  // namespace

Imported import_ort(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options) {
  return import_source(Reader(bytes, file).read(), file, options);
}

}  // namespace midge
