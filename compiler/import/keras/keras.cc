#include "compiler/import/keras/keras.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "compiler/import/keras/builder.h"

namespace midge {
namespace keras {
namespace {

/// Walks over the layers of a model in an order in which each has its inputs.
class Importer {
 public:
  Importer(std::string file, const ImportOptions& options, std::unique_ptr<Weights> weights)
      : b_(std::move(file)), options_(options), weights_(std::move(weights)) {}

  ir::Graph run(const Json& model, int keras_version) {
    b_.keras_version = keras_version;
    const Tensors outputs = run_model(model, {}, "", true);
    b_.graph.outputs = outputs;
    b_.graph.name = "main";
    return std::move(b_.graph);
  }

 private:
  using Key = std::pair<std::string, int64_t>;  // a layer and which of its calls

  struct Call {
    std::vector<std::tuple<std::string, int64_t, int64_t>> inputs;  ///< layer, call, tensor
  };
  struct Entry {
    std::string class_name, name, place;
    const Json* config;
    const Json* json;
    std::vector<Call> calls;
    size_t done = 0;
    int64_t first_call = 0;
  };

  static bool is_model(const std::string& class_name) {
    return class_name == "Sequential" || class_name == "Functional" || class_name == "Model";
  }

  const Json& member(const Json& j, const char* key, const std::string& what) const {
    const auto found = j.find(key);
    if (!j.is_object() || found == j.end()) b_.fail(fmt::format("{} has no {}", what, key), "save the model again with Keras");
    return *found;
  }

  Tensors run_model(const Json& model, const Tensors& inputs, const std::string& container, bool top) {
    const std::string kind = model.value("class_name", "");
    if (!is_model(kind)) {
      b_.enter(kind, model.value("config", Json::object()).value("name", ""));
      b_.fail("only Sequential and functional models can be read: a class of its own has its layers in code",
              "export the model as ONNX or .tflite");
    }
    const Json& config = member(model, "config", "the model");
    const Json& list = config.is_array() ? config : member(config, "layers", "the model");
    if (!list.is_array()) b_.fail("the model's layers are no list");
    std::vector<Entry> layers;
    for (const Json& j : list) layers.push_back(entry_of(j));
    // Located once: a model that is called twice has its weights once.
    std::vector<std::string>& places = places_[container];
    for (size_t i = places.size(); i < layers.size(); ++i)
      places.push_back(weights_->locate(container, layers[i].class_name, layers[i].name));
    for (size_t i = 0; i < layers.size(); ++i) layers[i].place = places[i];
    return kind == "Sequential" ? run_sequential(layers, inputs, top) : run_functional(layers, config, inputs, top);
  }

  Entry entry_of(const Json& j) {
    Entry e;
    e.json = &j;
    e.class_name = j.value("class_name", "");
    e.config = &member(j, "config", "a layer");
    e.name = e.config->is_object() ? e.config->value("name", e.class_name) : e.class_name;
    return e;
  }

  static const Json* shape_of(const Json& config) {
    for (const char* key : {"batch_shape", "batch_input_shape"}) {
      const auto found = config.find(key);
      if (found != config.end() && found->is_array()) return &*found;
    }
    return nullptr;
  }

  int32_t add_input(const Entry& e, const Json* shape) {
    b_.enter(e.class_name, e.name);
    if (shape == nullptr)
      b_.fail("the shape of the model's input is not in the file", "call the model once, or give it an Input layer, and save it again");
    ir::Tensor t;
    t.name = e.class_name == "InputLayer" ? e.name : e.name + "/input";
    const auto given = options_.input_dims.contains(t.name) ? options_.input_dims.find(t.name) : options_.input_dims.find("");
    for (size_t i = 0; i < shape->size(); ++i) {
      const Json& d = (*shape)[i];
      if (d.is_number_integer()) {
        t.dims.push_back(d.get<int32_t>());
      } else {
        t.dims.push_back(i == 0 ? 1 : -1);
      }
    }
    if (given != options_.input_dims.end()) t.dims = given->second;
    if (std::any_of(t.dims.begin(), t.dims.end(), [](int32_t d) { return d <= 0; })) {
      b_.fail("its dimensions are open", fmt::format("say which: --input-shape {}=1,...", t.name));
    }
    const std::string type = e.config->value("dtype", Json("float32")).is_string() ? e.config->value("dtype", "float32") : "float32";
    if (type != "float32" && type != "float16" && type != "float64")
      b_.fail(fmt::format("inputs of type {} are not supported", type), "use float32");
    const int32_t i = b_.graph.add(std::move(t));
    b_.graph.inputs.push_back(i);
    return i;
  }

  Tensors apply(const Entry& e, const Tensors& inputs) {
    if (is_model(e.class_name)) return run_model(*e.json, inputs, e.place, false);
    b_.enter(e.class_name, e.name);
    const Convert convert = find_layer(e.class_name);
    if (convert == nullptr)
      b_.fail("this layer is not supported", "docs/keras.md lists those that are; export the model as ONNX or .tflite instead");
    const Tensors out = convert(Layer{b_, *e.config, weights_->read(e.place)}, inputs);
    for (size_t i = 0; i < out.size(); ++i) {
      ir::Tensor& t = b_.graph[out[i]];
      const bool made = std::find(b_.graph.inputs.begin(), b_.graph.inputs.end(), out[i]) == b_.graph.inputs.end();
      if (made && t.name.rfind(e.name, 0) == 0) t.name = named_.insert(e.name).second ? e.name : t.name;
    }
    return out;
  }

  Tensors run_sequential(std::vector<Entry>& layers, Tensors x, bool top) {
    for (Entry& e : layers) {
      if (e.class_name == "InputLayer") {
        if (top) x = {add_input(e, shape_of(*e.config))};
        continue;
      }
      if (x.empty()) {
        const Json built = e.json->value("build_config", Json::object()).value("input_shape", Json());
        const Json* shape = shape_of(*e.config);
        x = {add_input(e, shape != nullptr ? shape : built.is_array() ? &built : nullptr)};
      }
      x = apply(e, x);
    }
    return x;
  }

  /// Every [layer, call, tensor] in the arguments of a call, in their order.
  static void collect(const Json& j, Call& call) {
    if (j.is_object()) {
      if (j.value("class_name", "") == "__keras_tensor__") {
        const Json h = j.value("config", Json::object()).value("keras_history", Json());
        if (h.is_array() && h.size() == 3 && h[0].is_string()) call.inputs.emplace_back(h[0], h[1].get<int64_t>(), h[2].get<int64_t>());
        return;
      }
      for (const auto& [key, value] : j.items()) collect(value, call);
    } else if (j.is_array()) {
      for (const Json& value : j) collect(value, call);
    }
  }

  void read_calls(Entry& e) {
    const Json nodes = e.json->value("inbound_nodes", Json::array());
    if (!nodes.is_array()) b_.fail(fmt::format("layer '{}': its calls are no list", e.name));
    for (const Json& node : nodes) {
      Call call;
      if (node.is_object()) {
        collect(node, call);
      } else {
        e.first_call = is_model(e.class_name);  // the older form counts the model's own making as its first call
        const auto add = [&](const Json& t) {
          if (t.is_array() && t.size() >= 3 && t[0].is_string()) call.inputs.emplace_back(t[0], t[1].get<int64_t>(), t[2].get<int64_t>());
        };
        if (!node.empty() && node[0].is_string()) {
          add(node);
        } else {
          for (const Json& t : node) add(t);
        }
      }
      e.calls.push_back(std::move(call));
    }
  }

  /// References as ["name", call, tensor], or a list or an object of them.
  void references(const Json& j, Call& out) const {
    if (j.is_array() && j.size() == 3 && j[0].is_string() && j[1].is_number_integer()) {
      out.inputs.emplace_back(j[0], j[1].get<int64_t>(), j[2].get<int64_t>());
    } else if (j.is_array() || j.is_object()) {
      for (const Json& entry : j) references(entry, out);
    }
  }

  Tensors run_functional(std::vector<Entry>& layers, const Json& config, const Tensors& inputs, bool top) {
    Call in, out;
    references(member(config, "input_layers", "the model"), in);
    references(member(config, "output_layers", "the model"), out);
    if (!top && inputs.size() != in.inputs.size())
      b_.fail(fmt::format("a nested model is called with {} tensors, it has {} inputs", inputs.size(), in.inputs.size()));
    std::map<Key, Tensors> made;
    for (Entry& e : layers) {
      read_calls(e);
      if (e.class_name != "InputLayer") continue;
      const auto place = std::find_if(in.inputs.begin(), in.inputs.end(), [&](const auto& r) { return std::get<0>(r) == e.name; });
      if (place == in.inputs.end()) b_.fail(fmt::format("input '{}' is not among the model's inputs", e.name));
      made[{e.name, 0}] = {top ? add_input(e, shape_of(*e.config)) : inputs[static_cast<size_t>(place - in.inputs.begin())]};
      e.done = e.calls.size();
    }
    if (top) order_inputs(in, made);
    for (bool progress = true; progress;) {
      progress = false;
      for (Entry& e : layers) {
        while (e.done < e.calls.size()) {
          Tensors x;
          for (const auto& [layer, call, tensor] : e.calls[e.done].inputs) {
            const auto found = made.find({layer, call});
            if (found == made.end()) break;
            if (tensor < 0 || static_cast<size_t>(tensor) >= found->second.size())
              b_.fail(fmt::format("layer '{}' reads a tensor that there is not", e.name));
            x.push_back(found->second[static_cast<size_t>(tensor)]);
          }
          if (x.size() != e.calls[e.done].inputs.size()) break;
          made[{e.name, static_cast<int64_t>(e.done) + e.first_call}] = apply(e, x);
          ++e.done;
          progress = true;
        }
      }
    }
    for (const Entry& e : layers) {
      if (e.done < e.calls.size()) b_.fail(fmt::format("layer '{}' reads what no layer makes", e.name), "save the model again");
    }
    return pick(out, made);
  }

  Tensors pick(const Call& references, const std::map<Key, Tensors>& made) const {
    Tensors out;
    for (const auto& [layer, call, tensor] : references.inputs) {
      const auto found = made.find({layer, call});
      if (found == made.end() || tensor < 0 || static_cast<size_t>(tensor) >= found->second.size())
        b_.fail(fmt::format("the output '{}' is made by no layer", layer));
      out.push_back(found->second[static_cast<size_t>(tensor)]);
    }
    return out;
  }

  void order_inputs(const Call& in, const std::map<Key, Tensors>& made) { b_.graph.inputs = pick(in, made); }

  Builder b_;
  const ImportOptions& options_;
  std::unique_ptr<Weights> weights_;
  std::set<std::string> named_;
  std::map<std::string, std::vector<std::string>> places_;
};

[[noreturn]] void fail(const std::string& file, const std::string& message, const std::string& hint = "save the model again with Keras") {
  Diagnostic d;
  d.id = "bad-keras", d.file = file, d.message = message, d.hint = hint;
  throw DiagnosticError(d, 1);
}

Json parse_json(const std::string& text, const std::string& file, const char* what) {
  Json j = Json::parse(text, nullptr, false);
  if (j.is_discarded() || !j.is_object()) fail(file, fmt::format("{} is not JSON", what));
  return j;
}

int major_version(const std::string& version) { return !version.empty() && version[0] >= '3' && version[0] <= '9' ? 3 : 2; }

/// A member of the archive; its size is bounded by what deflate can make of the file.
std::vector<uint8_t> member_of(zip_t* archive, const char* name, size_t file_bytes, const std::string& file) {
  constexpr uint64_t kMostExpansion = 1040;
  zip_stat_t stat;
  if (zip_stat(archive, name, 0, &stat) != 0) fail(file, fmt::format("{} is missing in the archive", name));
  if (stat.size > uint64_t{file_bytes} * kMostExpansion) fail(file, fmt::format("{} claims more bytes than the archive can hold", name));
  std::vector<uint8_t> out(stat.size);
  zip_file_t* member = zip_fopen(archive, name, 0);
  const bool read = member != nullptr && zip_fread(member, out.data(), out.size()) == static_cast<zip_int64_t>(out.size());
  if (member != nullptr) zip_fclose(member);
  if (!read) fail(file, fmt::format("{} cannot be unpacked", name));
  return out;
}

ir::Graph import_archive(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  const std::unique_ptr<zip_t, void (*)(zip_t*)> archive(source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error), zip_discard);
  if (archive == nullptr) {
    if (source != nullptr) zip_source_free(source);
    fail(file, "this is not a sound .keras archive");
  }
  const auto text = [&](const char* name) {
    const std::vector<uint8_t> v = member_of(archive.get(), name, bytes.size(), file);
    return std::string(v.begin(), v.end());
  };
  const Json config = parse_json(text("config.json"), file, "config.json");
  const Json metadata = parse_json(text("metadata.json"), file, "metadata.json");
  const std::vector<uint8_t> weights = member_of(archive.get(), "model.weights.h5", bytes.size(), file);
  return Importer(file, options, archive_weights(std::make_unique<Hdf5File>(weights, file)))
      .run(config, major_version(metadata.value("keras_version", "3")));
}

ir::Graph import_h5(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options) {
  auto h5 = std::make_unique<Hdf5File>(bytes, file);
  const std::optional<std::string> text = h5->text("/", "model_config");
  if (!text) fail(file, "the file has weights but no model", "save the whole model: model.save(), not save_weights()");
  const int version = major_version(h5->text("/", "keras_version").value_or("2"));
  const Json config = parse_json(*text, file, "model_config");
  return Importer(file, options, legacy_weights(std::move(h5))).run(config, version);
}

}  // namespace
}  // namespace keras

Imported import_keras(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options) {
  const bool archive = bytes.size() > 2 && bytes[0] == 'P' && bytes[1] == 'K';
  Imported out;
  try {
    out.module.graphs.push_back(archive ? keras::import_archive(bytes, file, options) : keras::import_h5(bytes, file, options));
  } catch (const nlohmann::json::exception& e) {
    keras::fail(file, fmt::format("the model's description is not as Keras writes it ({})", e.what()));
  }
  return out;
}

}  // namespace midge
