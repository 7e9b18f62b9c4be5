#include "compiler/import/keras/weights.h"

#include <cctype>
#include <map>

namespace midge::keras {
namespace {

/// "BatchNormalization" -> "batch_normalization", "Conv2D" -> "conv2d", "PReLU" -> "p_re_lu": Keras's rule.
std::string snake_case(const std::string& name) {
  std::string out;
  const auto upper = [&](size_t i) { return std::isupper(static_cast<unsigned char>(name[i])) != 0; };
  const auto lower = [&](size_t i) { return std::islower(static_cast<unsigned char>(name[i])) != 0; };
  for (size_t i = 0; i < name.size(); ++i) {
    const bool word = i > 0 && upper(i) && ((i + 1 < name.size() && lower(i + 1)) || lower(i - 1));
    if (word && out.back() != '_') out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return out;
}

class ArchiveWeights : public Weights {
 public:
  explicit ArchiveWeights(std::unique_ptr<Hdf5File> file) : file_(std::move(file)) {}

  std::string locate(const std::string& container, const std::string& class_name, const std::string&) override {
    const std::string layers =
        container + (file_->exists(container + "/_layer_checkpoint_dependencies") ? "/_layer_checkpoint_dependencies" : "/layers");
    const std::string name = snake_case(class_name);
    const int n = used_[layers + "/" + name]++;
    return layers + "/" + name + (n == 0 ? "" : "_" + std::to_string(n));
  }
  std::vector<Array> read(const std::string& place) const override {
    std::vector<Array> out;
    while (file_->exists(place + "/vars/" + std::to_string(out.size())))
      out.push_back(file_->array(place + "/vars/" + std::to_string(out.size())));
    return out;
  }

 private:
  std::unique_ptr<Hdf5File> file_;
  std::map<std::string, int> used_;
};

class LegacyWeights : public Weights {
 public:
  explicit LegacyWeights(std::unique_ptr<Hdf5File> file) : file_(std::move(file)) {}

  /// The top layer's group, then the layer's name within it where it belongs to a nested model.
  std::string locate(const std::string& container, const std::string&, const std::string& layer_name) override {
    return container + "/" + layer_name;
  }
  std::vector<Array> read(const std::string& place) const override {
    const size_t second = place.find('/', 1);
    const std::string top = "/model_weights" + place.substr(0, second);
    const std::string inner = second == std::string::npos ? "" : place.substr(place.rfind('/') + 1);
    std::vector<Array> out;
    for (const std::string& name : file_->texts(top, "weight_names")) {
      const bool wanted = inner.empty() || ("/" + name).find("/" + inner + "/") != std::string::npos;
      if (wanted) out.push_back(file_->array(top + "/" + name));
    }
    return out;
  }

 private:
  std::unique_ptr<Hdf5File> file_;
};

}  // namespace

std::unique_ptr<Weights> archive_weights(std::unique_ptr<Hdf5File> file) { return std::make_unique<ArchiveWeights>(std::move(file)); }
std::unique_ptr<Weights> legacy_weights(std::unique_ptr<Hdf5File> file) { return std::make_unique<LegacyWeights>(std::move(file)); }

}  // namespace midge::keras
