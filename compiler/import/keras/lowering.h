// Lowering: what a converter of a Keras layer is written with. It adds operators of the graph, one after the other; each gets its
// dimensions from the device's own prepare() as soon as it is added. Tensors are named by their index in the graph.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "compiler/import/import.h"
#include "compiler/import/keras/archive.h"

namespace midge::keras {

using Dims = ir::Dims;
using Options = std::map<std::string, ir::Option>;
using Tensors = std::vector<int32_t>;

/// A layer at one of its calls.
struct Layer {
  std::string type, name;
  Json config;
  std::vector<Array> weights;
  Tensors inputs, outputs;
  /// {"args": [...], "kwargs": {...}} of the call, in which {"input": n} stands for inputs[n]. Null where a wrapper calls.
  Json arguments;
  bool is_function = false;  ///< one of keras.ops, or of TensorFlow's, that stands in the network like a layer
};

class Lowering {
 public:
  Lowering(const Archive& archive, const std::string& file, const ImportOptions& options);
  /// Converts everything. Once.
  Imported run();

  // The layer that is being converted.
  Layer& layer() { return *layer_; }
  int version() const { return archive_.version(); }
  /// Its input; refused where it is absent.
  int32_t in(size_t i = 0) const;
  void out(int32_t tensor) { layer_->outputs.push_back(tensor); }
  /// Converts another layer in its place: wrappers do.
  Tensors call(const Json& config, std::vector<Array> weights, Tensors inputs);
  [[noreturn]] void refuse(const std::string& message, const std::string& hint = "") const;

  // Its configuration. Refused where a value is of another type than Keras writes; absent and null ones are the fallback.
  bool flag(const char* key, bool fallback) const;
  int32_t integer(const char* key, int32_t fallback) const;
  double real(const char* key, double fallback) const;
  std::string text(const char* key, const std::string& fallback) const;
  /// One number for all, or one each.
  std::vector<int32_t> sizes(const char* key, size_t count, int32_t fallback) const;
  std::vector<int32_t> integers(const char* key) const;
  const Json& value(const char* key) const;  ///< null where it is absent
  /// An argument of its call, by place and by name; null where it is absent.
  const Json& argument(size_t i, const char* name) const;
  /// The input that an argument is, or -1 where the argument is null or absent; refused where it is another thing.
  int32_t tensor_argument(size_t i, const char* name) const;
  /// Its next weight of these dimensions, -1 for any; refused where it is missing or other.
  Array weight(const Dims& dims);

  // Tensors.
  Dims dims(int32_t t) const { return graph_[t].dims; }
  int32_t dim(int32_t t, size_t i) const { return graph_[t].dims.at(i); }
  int32_t rank(int32_t t) const { return static_cast<int32_t>(graph_[t].dims.size()); }
  Type type(int32_t t) const { return graph_[t].type; }
  void require_rank(int32_t t, int32_t rank) const;
  /// From 0 to rank - 1; refused where it lies outside.
  int32_t axis(int64_t a, int32_t rank) const;

  // Constants.
  int32_t int32s(const std::vector<int32_t>& values) { return graph_.add_int32("", values); }
  int32_t floats(const Dims& dims, const std::vector<float>& values);
  int32_t floats(const Array& a) { return floats(a.dims, a.values); }
  int32_t scalar(double value) { return floats({}, {static_cast<float>(value)}); }

  // Operators, with one output of the given type; kAny: that of the first input.
  int32_t op(Builtin code, Tensors inputs, Options options = {}, Type type = Type::kAny);
  int32_t add(int32_t a, int32_t b) { return op(Builtin::ADD, {a, b}); }
  int32_t sub(int32_t a, int32_t b) { return op(Builtin::SUB, {a, b}); }
  int32_t mul(int32_t a, int32_t b) { return op(Builtin::MUL, {a, b}); }
  int32_t cast(int32_t t, Type to);
  int32_t transpose(int32_t t, const std::vector<int32_t>& permutation);
  int32_t reshape(int32_t t, const Dims& to);
  int32_t slice(int32_t t, const std::vector<int32_t>& begin, const std::vector<int32_t>& size);
  int32_t concat(const Tensors& parts, int32_t axis);
  int32_t reduce(Builtin code, int32_t t, const std::vector<int32_t>& axes, bool keep);
  int32_t pad(int32_t t, const std::vector<int32_t>& pairs);
  /// x * w + b over the last dimension, w as [in, out]; b may be empty.
  int32_t dense(int32_t x, const Array& w, const std::vector<float>& b);
  /// The same of constants, which many operators can share: turned() of the weights, and -1 or the bias.
  int32_t dense(int32_t x, int32_t filter, int32_t bias);
  int32_t turned(const Array& w);
  /// The activation that the value describes: a name, or an object with a name.
  int32_t activate(int32_t x, const Json& activation);

 private:
  struct Scope {
    std::string path;  ///< of the layers' weights in an archive
    std::string top;   ///< the outermost layer around, in an .h5 file; empty in the main model
    int depth = 0;
  };
  Tensors model(const Json& node, const Scope& scope, const Tensors* inputs);
  Tensors sequential(const Json& config, const Scope& scope, const Tensors* inputs);
  Tensors functional(const Json& config, const Scope& scope, const Tensors* inputs);
  Tensors apply(const Json& node, const std::string& path, const Scope& scope, const Tensors& inputs, Json arguments = Json());
  void convert(Layer& layer);
  int32_t input(const Json& node, const std::string& name);
  void finish(const Tensors& outputs);
  Diagnostic diagnostic(const std::string& id, const std::string& message, const std::string& hint) const;
  [[noreturn]] void fail(const std::string& id, const std::string& message, const std::string& hint) const;

  const Archive& archive_;
  const std::string& file_;
  const ImportOptions& options_;
  ir::Module module_;
  ir::Graph& graph_;
  std::vector<Diagnostic> warnings_;
  Layer* layer_ = nullptr;
  size_t next_weight_ = 0;
  size_t inputs_left_ = 0;  ///< whether "" names the only input
  int depth_ = 0;
  int64_t calls_ = 0;
};

using Converter = void (*)(Lowering&);

/// A line of layers.def.
struct LayerInfo {
  const char* name;
  Converter convert;
  bool spatial;  ///< data_format channels_first is handled by transposing its input and output
  const char* note;
};
const std::vector<LayerInfo>& all_layers();

/// A function in the network: functions.cc.
void convert_function(Lowering& l);

#define MIDGE_KERAS(name, function, spatial, note) void function(Lowering& l);
#include "compiler/import/keras/layers.def"
#undef MIDGE_KERAS

}  // namespace midge::keras
