// The network: models in models, layers at each of their calls, inputs and outputs.
//
// Both generations of the format describe calls by inbound_nodes: Keras 3 by arguments that hold keras_history, Keras 2 by lists of
// [layer, call, tensor, arguments]. A layer that is called twice is converted twice from the same weights.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "compiler/import/keras/lowering.h"
#include "report/terminal.h"

namespace midge::keras {
namespace {

constexpr int kMostNesting = 16;       // of models and wrappers
constexpr int64_t kMostCalls = 20000;  // of layers
constexpr uint64_t kMostElements = uint64_t{1} << 28;
constexpr size_t kMostRank = 6;

struct Reference {
  std::string layer;
  int64_t call = 0, tensor = 0;
};

const Json& field(const Json& object, const char* key) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(key);
  return found == object.end() ? none : *found;
}

std::string text_of(const Json& object, const char* key) {
  const Json& v = field(object, key);
  return v.is_string() ? v.get<std::string>() : "";
}

std::string name_of(const Json& node) {
  const std::string outer = text_of(node, "name");
  return outer.empty() ? text_of(field(node, "config"), "name") : outer;
}

/// [layer, call, tensor, ...]
bool reference_of(const Json& list, Reference* out) {
  if (!list.is_array() || list.size() < 3 || !list[0].is_string() || !list[1].is_number_integer() || !list[2].is_number_integer())
    return false;
  *out = {list[0], list[1], list[2]};
  return true;
}

/// A copy of an argument in which {"input": n} stands for the n-th tensor; the tensors are appended in their order.
Json with_places(const Json& argument, std::vector<Reference>& out) {
  Reference r;
  const auto place = [&] {
    out.push_back(r);
    return Json{{"input", out.size() - 1}};
  };
  if (argument.is_object() && text_of(argument, "class_name") == "__keras_tensor__")
    return reference_of(field(field(argument, "config"), "keras_history"), &r) ? place() : Json();
  if (argument.is_array() && argument.size() == 3 && reference_of(argument, &r)) return place();
  if (!argument.is_structured()) return argument;
  Json copy = argument;
  for (Json& a : copy) a = with_places(a, out);
  return copy;
}

/// The tensors of a list like input_layers.
std::vector<Reference> references_of(const Json& list) {
  std::vector<Reference> out;
  with_places(list, out);
  return out;
}

struct CallOf {
  std::vector<Reference> from;
  Json arguments;
};

/// A call as Keras 2 writes it: [[layer, call, tensor, named arguments], ...], where only the first one's named arguments count. A
/// first argument that is no tensor is ["_CONSTANT_VALUE", -1, value, named arguments].
CallOf old_call(const Json& call) {
  CallOf out;
  Json tensors = Json::array();
  out.arguments = {{"args", Json::array()}, {"kwargs", Json::object()}};
  const bool single = call.is_array() && !call.empty() && call[0].is_string();  // one argument may stand without a list
  const Json list = single ? Json::array({call}) : call;
  if (!list.is_array()) return out;
  for (const Json& t : list) {
    if (!t.is_array() || t.size() < 3) continue;
    const Json head = Json::array({t[0], t[1], t[2]});
    tensors.push_back(t[0] == "_CONSTANT_VALUE" ? t[2] : with_places(head, out.from));
  }
  out.arguments["args"].push_back(tensors.size() == 1 ? tensors[0] : tensors);
  if (list.empty() || !list[0].is_array() || list[0].size() < 4 || !list[0][3].is_object()) return out;
  out.arguments["kwargs"] = with_places(list[0][3], out.from);
  return out;
}

std::vector<CallOf> calls_of(const Json& node) {
  std::vector<CallOf> out;
  const Json& all = field(node, "inbound_nodes");
  if (!all.is_array()) return out;
  for (const Json& call : all) {
    if (!call.is_object()) {
      out.push_back(old_call(call));
      continue;
    }
    CallOf& c = out.emplace_back();
    c.arguments["args"] = with_places(field(call, "args"), c.from);
    c.arguments["kwargs"] = with_places(field(call, "kwargs"), c.from);
  }
  return out;
}

bool is_model(const std::string& type) { return type == "Sequential" || type == "Functional" || type == "Model"; }

const LayerInfo* find_layer(const std::string& name);

/// keras.ops in Keras 3; TensorFlow's functions and slices in Keras 2. An .h5 file does not say the module, and a function may have the
/// name of a layer: Add. But what has a type of its own, or can be trained, is a layer.
bool is_function(const Json& node) {
  const std::string type = text_of(node, "class_name");
  if (type == "TFOpLambda" || type == "SlicingOpLambda") return true;
  if (field(node, "module").is_string()) return text_of(node, "module").find(".ops") != std::string::npos;
  const Json& config = field(node, "config");
  if (is_model(type) || type == "InputLayer" || !config.is_object() || config.contains("trainable")) return false;
  return config.contains("name") && !(config.contains("dtype") && find_layer(type) != nullptr);
}

/// How Keras names the layers of a class in an archive.
std::string snake_case(const std::string& name) {
  std::string out;
  const auto upper = [](char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; };
  const auto lower = [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0; };
  for (size_t i = 0; i < name.size(); ++i) {
    if (i > 0 && upper(name[i]) && (lower(name[i - 1]) || (i + 1 < name.size() && lower(name[i + 1])))) out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return out;
}

/// The paths of a model's layers in an archive: their classes in snake case, numbered.
std::vector<std::string> paths_of(const Json& layers, const std::string& scope) {
  std::map<std::string, int> seen;
  std::vector<std::string> out;
  for (const Json& node : layers) {
    const std::string type = text_of(node, "class_name"), base = snake_case(type);
    if (is_function(node) && type != "TFOpLambda" && type != "SlicingOpLambda") {
      out.emplace_back();  // none of the model's layers, unlike Keras 2's
      continue;
    }
    const int n = seen[base]++;
    out.push_back(scope + "layers/" + (n == 0 ? base : fmt::format("{}_{}", base, n)));
  }
  return out;
}

const LayerInfo* find_layer(const std::string& name) {
  static const std::map<std::string, const LayerInfo*> all = [] {
    std::map<std::string, const LayerInfo*> m;
    for (const LayerInfo& l : all_layers()) m[l.name] = &l;
    return m;
  }();
  const auto found = all.find(name);
  return found == all.end() ? nullptr : found->second;
}

std::vector<int32_t> to_last(int32_t rank) {
  std::vector<int32_t> p = {0};
  for (int32_t i = 2; i < rank; ++i) p.push_back(i);
  p.push_back(1);
  return p;
}

std::vector<int32_t> to_first(int32_t rank) {
  std::vector<int32_t> p = {0, rank - 1};
  for (int32_t i = 1; i + 1 < rank; ++i) p.push_back(i);
  return p;
}

}  // namespace

const std::vector<LayerInfo>& all_layers() {
  static const std::vector<LayerInfo> all = {
#define MIDGE_KERAS(name, function, spatial, note) {#name, function, spatial, note},
#include "compiler/import/keras/layers.def"
#undef MIDGE_KERAS
  };
  return all;
}

Lowering::Lowering(const Archive& archive, const std::string& file, const ImportOptions& options)
    : archive_(archive), file_(file), options_(options), graph_(module_.graphs.emplace_back()) {}

Imported Lowering::run() {
  const Json& config = archive_.config();
  graph_.name = name_of(config);
  module_.description = fmt::format("Keras {}", archive_.version());
  finish(model(config, {}, nullptr));
  Imported out;
  out.module = std::move(module_);
  out.warnings = std::move(warnings_);
  return out;
}

Tensors Lowering::model(const Json& node, const Scope& scope, const Tensors* inputs) {
  const std::string type = text_of(node, "class_name");
  if (scope.depth > kMostNesting) fail("keras-nesting", "models are nested too deeply", "flatten the model");
  const Json& config = field(node, "config");
  if (type == "Sequential") return sequential(config, scope, inputs);
  const Json& layers = field(config, "layers");
  if (!is_model(type) || !layers.is_array()) {
    fail("keras-subclassed", fmt::format("the model '{}' is of the class {}, whose call() is Python code", name_of(node), type),
         "build it as a Sequential or Functional model: keras.Model(inputs, outputs)");
  }
  return functional(config, scope, inputs);
}

Tensors Lowering::sequential(const Json& config, const Scope& scope, const Tensors* inputs) {
  const Json& layers = config.is_array() ? config : field(config, "layers");  // the first versions wrote a bare list
  if (!layers.is_array() || layers.empty()) fail("keras-empty", "a Sequential model has no layers", "add some");
  const std::vector<std::string> paths = paths_of(layers, scope.path);
  Tensors at;
  if (inputs != nullptr) at = *inputs;
  inputs_left_ = inputs == nullptr ? 1 : 0;
  for (size_t i = 0; i < layers.size(); ++i) {
    const bool declares = text_of(layers[i], "class_name") == "InputLayer";
    if (i == 0 && inputs == nullptr) {
      Json first = layers[i];
      const Json& of = field(first, "config");
      if (!declares && of.is_object() && field(of, "batch_input_shape").is_null() && field(of, "batch_shape").is_null()) {
        const Json& inner = field(of, "layers");
        if (is_model(text_of(first, "class_name")) && inner.is_array() && !inner.empty()) {
          first = Json(inner[0]);  // its own InputLayer says
        } else {
          first["config"]["batch_input_shape"] = field(config, "build_input_shape");
        }
      }
      at = {input(first, declares ? name_of(layers[i]) : name_of(layers[i]) + "_input")};
    }
    if (!declares) at = apply(layers[i], paths[i], scope, at);
  }
  return at;
}

Tensors Lowering::functional(const Json& config, const Scope& scope, const Tensors* inputs) {
  const Json& layers = field(config, "layers");
  const std::vector<std::string> paths = paths_of(layers, scope.path);
  std::map<std::string, std::vector<Tensors>> values;  // of each call of a layer
  std::map<std::string, int64_t> first_call;           // Keras 2 counts calls of an inner model from 1

  std::vector<std::vector<CallOf>> calls;
  std::map<std::string, int64_t> last;
  const std::vector<Reference> inner_inputs = references_of(field(config, "input_layers"));
  const std::vector<Reference> outer_outputs = references_of(field(config, "output_layers"));
  for (const Json& node : layers) {
    calls.push_back(calls_of(node));
    for (const CallOf& call : calls.back()) {
      for (const Reference& r : call.from) last[r.layer] = std::max(last[r.layer], r.call);
    }
  }
  for (const Reference& r : outer_outputs) last[r.layer] = std::max(last[r.layer], r.call);
  inputs_left_ = inputs == nullptr ? inner_inputs.size() : 0;

  // Inputs first, in the model's order.
  std::map<std::string, size_t> index;
  for (size_t i = 0; i < layers.size(); ++i) {
    const std::string name = name_of(layers[i]);
    if (name.empty() || !index.emplace(name, i).second)
      fail("keras-file", fmt::format("the layer '{}' is there twice or has no name", name), "the file is damaged");
  }
  for (size_t i = 0; i < inner_inputs.size(); ++i) {
    const auto found = index.find(inner_inputs[i].layer);
    if (found == index.end()) fail("keras-file", fmt::format("there is no input layer '{}'", inner_inputs[i].layer), "the file is damaged");
    if (inputs != nullptr && i >= inputs->size())
      fail("keras-file", fmt::format("the inner model '{}' gets too few inputs", name_of(config)), "the file is damaged");
    values[found->first] = {{inputs == nullptr ? input(layers[found->second], found->first) : (*inputs)[i]}};
  }
  const auto ready = [&](const Reference& r) -> const int32_t* {
    const auto found = values.find(r.layer);
    if (found == values.end()) return nullptr;
    const int64_t call = r.call - first_call[r.layer];
    if (call < 0 || call >= static_cast<int64_t>(found->second.size())) return nullptr;
    const Tensors& made = found->second[static_cast<size_t>(call)];
    return r.tensor < 0 || r.tensor >= static_cast<int64_t>(made.size()) ? nullptr : &made[static_cast<size_t>(r.tensor)];
  };
  std::vector<size_t> done(layers.size());
  bool progress = true;
  while (progress) {
    progress = false;
    for (size_t i = 0; i < layers.size(); ++i) {
      const std::string name = name_of(layers[i]);
      if (text_of(layers[i], "class_name") == "InputLayer") continue;
      if (is_model(text_of(layers[i], "class_name")))
        first_call[name] = std::max<int64_t>(last[name] + 1 - static_cast<int64_t>(calls[i].size()), 0);
      while (done[i] < calls[i].size()) {
        Tensors given;
        const CallOf& call = calls[i][done[i]];
        for (const Reference& r : call.from) {
          if (const int32_t* t = ready(r)) given.push_back(*t);
        }
        if (given.size() != call.from.size()) break;
        values[name].push_back(apply(layers[i], paths[i], scope, given, call.arguments));
        ++done[i], progress = true;
      }
    }
  }
  Tensors out;
  for (const Reference& r : outer_outputs) {
    const int32_t* t = ready(r);
    if (t == nullptr) fail("keras-file", fmt::format("nothing makes the output '{}'", r.layer), "the file is damaged");
    out.push_back(*t);
  }
  return out;
}

int32_t Lowering::input(const Json& node, const std::string& name) {
  const Json& config = field(node, "config");
  const Json& shape = !field(config, "batch_shape").is_null() ? field(config, "batch_shape") : field(config, "batch_input_shape");
  if (!shape.is_array() || shape.empty() || shape.size() > kMostRank) {
    fail("keras-open-dims", fmt::format("the input '{}' has no shape", name), "begin the model with keras.Input(shape)");
  }
  std::vector<int64_t> dims;
  for (const Json& d : shape) dims.push_back(d.is_number_integer() && std::abs(d.get<double>()) < 1e9 ? d.get<int64_t>() : -1);
  auto given = options_.input_dims.find(name);
  if (given == options_.input_dims.end() && inputs_left_ == 1) given = options_.input_dims.find("");
  if (given != options_.input_dims.end()) {
    bool fits = given->second.size() == dims.size();
    for (size_t i = 0; fits && i < dims.size(); ++i) fits = dims[i] < 0 || dims[i] == given->second[i];
    if (!fits) {
      throw DiagnosticError(diagnostic("keras-input-dims", fmt::format("input '{}' has dimensions {}, not {}", name, dims, given->second),
                                       "give as many numbers as it has dimensions; fixed ones cannot be changed"),
                            2);
    }
    dims.assign(given->second.begin(), given->second.end());
  }
  if (dims[0] < 0) dims[0] = 1;
  uint64_t count = 1;
  for (const int64_t d : dims) {
    if (d < 0) {
      fail("keras-open-dims", fmt::format("input '{}' has open dimensions: {} (-1)", name, dims),
           fmt::format("give its size: --input-shape {}=1,...", name));
    }
    count = d == 0 || count * static_cast<uint64_t>(d) > kMostElements ? kMostElements + 1 : count * static_cast<uint64_t>(d);
  }
  if (count > kMostElements)
    fail("keras-input-dims", fmt::format("input '{}' of {} is empty or too large", name, dims), "tensors have 1 to 2^28 elements");
  Json dtype = field(config, "dtype");
  if (dtype.is_object()) dtype = field(field(dtype, "config"), "name");
  const std::string element = dtype.is_string() ? dtype.get<std::string>() : "float32";
  ir::Tensor t;
  t.name = name;
  if (element == "int32" || element == "int64" || element == "uint8" || element == "int8" || element == "bool" || element == "int16") {
    t.type = element == "int32"   ? Type::kInt32
             : element == "int64" ? Type::kInt64
             : element == "uint8" ? Type::kUint8
             : element == "int8"  ? Type::kInt8
             : element == "int16" ? Type::kInt16
                                  : Type::kBool;
  } else if (element == "string") {
    fail("keras-type", fmt::format("the input '{}' is of text", name), "cut the model behind what turns it into numbers");
  }
  t.dims.assign(dims.begin(), dims.end());
  const int32_t made = graph_.add(std::move(t));
  graph_.inputs.push_back(made);
  return made;
}

Tensors Lowering::apply(const Json& node, const std::string& path, const Scope& scope, const Tensors& inputs, Json arguments) {
  Layer layer;
  layer.type = text_of(node, "class_name"), layer.name = name_of(node), layer.config = field(node, "config");
  if (++calls_ > kMostCalls) fail("keras-nesting", "the model has too many layers", "the file is damaged");
  const std::string top = scope.top.empty() ? layer.name : scope.top;
  if (is_model(layer.type)) return model(node, {path + "/", top, scope.depth + 1}, &inputs);
  layer.inputs = inputs, layer.arguments = std::move(arguments), layer.is_function = is_function(node);
  Layer* const outer = layer_;
  layer_ = &layer;
  if (!layer.is_function && find_layer(layer.type) != nullptr) {
    try {
      layer.weights = archive_.legacy() ? archive_.by_name(top, layer.name) : archive_.by_path(path);
    } catch (const Hdf5Error& e) {
      refuse(fmt::format("its weights: {}", e.what()), "the file is damaged");
    }
  }
  layer_ = outer;
  convert(layer);
  return layer.outputs;
}

Tensors Lowering::call(const Json& node, std::vector<Array> weights, Tensors inputs) {
  Layer layer;
  layer.type = text_of(node, "class_name"), layer.config = field(node, "config"), layer.name = layer_->name + "/" + name_of(node);
  layer.weights = std::move(weights), layer.inputs = std::move(inputs);
  if (is_model(layer.type)) refuse("it wraps a model", "wrap its layers one by one");
  convert(layer);
  return layer.outputs;
}

void Lowering::convert(Layer& layer) {
  Layer* const outer = layer_;
  const size_t next = next_weight_;
  layer_ = &layer, next_weight_ = 0;
  if (++depth_ > kMostNesting) refuse("layers are nested too deeply", "the file is damaged");
  static constexpr LayerInfo kFunction = {"", convert_function, false, ""};
  const LayerInfo* info = layer.is_function ? &kFunction : find_layer(layer.type);
  if (info == nullptr) {
    const bool lambda = layer.type == "Lambda";
    refuse(lambda ? "what it computes is Python code" : "it is not supported",
           lambda ? "replace it by layers that Keras has, or cut the model there"
                  : "docs/keras.md lists the layers that are; replace it, or cut the model there");
  }
  if (!layer.config.is_object()) refuse("it has no configuration", "the file is damaged");
  if (layer.inputs.empty()) refuse("it has no inputs", "the file is damaged");
  const bool first = info->spatial && text("data_format", "channels_last") == "channels_first";
  const int32_t before = rank(layer.inputs[0]);
  if (first && before > 2) {
    for (int32_t& t : layer.inputs) t = transpose(t, to_last(rank(t)));
  }
  const auto count = graph_.tensors.size();
  info->convert(*this);
  if (first && before > 2) {
    for (int32_t& t : layer.outputs) t = rank(t) == before ? transpose(t, to_first(before)) : t;
  }
  for (const int32_t t : layer.outputs) {
    if (t >= static_cast<int32_t>(count)) graph_[t].name = layer.name;
  }
  --depth_;
  layer_ = outer, next_weight_ = next;
}

void Lowering::finish(const Tensors& outputs) {
  if (outputs.empty()) fail("keras-file", "the model has no outputs", "the file is damaged");
  Layer end;
  end.type = "output", layer_ = &end;
  for (int32_t t : outputs) {
    const auto in = [&](const std::vector<int32_t>& list) { return std::find(list.begin(), list.end(), t) != list.end(); };
    if (in(graph_.inputs) || in(graph_.outputs)) {  // a copy, so that each output is a tensor of its own
      end.name = graph_[t].name;
      t = op(Builtin::RESHAPE, {t, int32s(dims(t))}, {{"new_shape", dims(t)}});
    }
    graph_.outputs.push_back(t);
  }
  layer_ = nullptr;
  graph_.remove_dead();
  // Layers that are called twice, and equal names in models of models.
  std::set<std::string> used;
  for (size_t i = 0; i < graph_.tensors.size(); ++i) {
    std::string& name = graph_.tensors[i].name;
    if (!name.empty() && !used.insert(name).second) name = fmt::format("{}/{}", name, i);
  }
}

}  // namespace midge::keras
