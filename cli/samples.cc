// See samples.h.
#include "cli/samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "cli/verbs.h"
#include "report/model_summary.h"

namespace midge::cli {
namespace {

/// SplitMix64: small, fixed for ever, and good enough for test data.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// In [-1, 1), exact in a float.
  double unit() { return static_cast<double>(next() >> 40) / (1 << 23) - 1.0; }

 private:
  uint64_t state_;
};

template <class T>
void store(NpyArray* array, size_t i, T value) {
  std::memcpy(array->bytes.data() + i * sizeof value, &value, sizeof value);
}

void fill(NpyArray* array, Random* random) {
  constexpr uint64_t kBelow = 10;
  const size_t count = static_cast<size_t>(array->count());
  for (size_t i = 0; i < count; ++i) {
    switch (array->type) {
      case Type::kFloat32: store(array, i, static_cast<float>(random->unit())); break;
      case Type::kFloat64: store(array, i, random->unit()); break;
      case Type::kInt16: store(array, i, static_cast<uint16_t>(random->next() >> 48)); break;
      case Type::kInt32: store(array, i, static_cast<uint32_t>(random->next() % kBelow)); break;
      case Type::kInt64: store(array, i, random->next() % kBelow); break;
      case Type::kBool: store(array, i, static_cast<uint8_t>(random->next() >> 63)); break;
      default: store(array, i, static_cast<uint8_t>(random->next() >> 56)); break;
    }
  }
}

[[noreturn]] void refuse(const NpzReader& npz, const Model& model, uint32_t tensor, const std::string& message, const std::string& hint) {
  Diagnostic d;
  d.id = "npz-mismatch", d.file = npz.file(), d.message = message, d.hint = hint;
  d.tensor_index = static_cast<int>(tensor);
  d.tensor_name = to_string(model.tensor_name(tensor));
  throw DiagnosticError(d, kExitMisuse);
}

}  // namespace

std::vector<uint64_t> sample_shape(uint64_t samples, const Shape& shape) {
  std::vector<uint64_t> out{samples};
  for (int i = 0; i < shape.rank; ++i) out.push_back(static_cast<uint64_t>(shape[i]));
  return out;
}

void check_npz_type(const Model& model, uint32_t tensor, const std::string& file) {
  const Tensor t = model.tensor(tensor);
  if (npy_type_supported(t.type)) return;
  Diagnostic d;
  d.id = "npz-type", d.file = file, d.tensor_index = static_cast<int>(tensor), d.tensor_name = to_string(model.tensor_name(tensor));
  d.message = fmt::format("its type {} cannot be read from or written to an .npz file", type_name(t.type));
  throw DiagnosticError(d, kExitMisuse);
}

NpyArray read_matching(const NpzReader& npz, const std::string& name, const Model& model, uint32_t tensor, uint64_t count) {
  const Tensor t = model.tensor(tensor);
  const std::vector<uint64_t> own = sample_shape(0, t.shape);
  std::string wanted = count == 0 ? "N" : std::to_string(count);
  for (size_t i = 1; i < own.size(); ++i) wanted += fmt::format(",{}", own[i]);
  const std::string need = fmt::format("needed is {} ({}), {} first", type_name(t.type), wanted, count == 0 ? "samples" : "as many samples");
  if (!npz.has(name)) {
    std::string have;
    for (const std::string& n : npz.names()) have += (have.empty() ? "" : ", ") + n;
    refuse(npz, model, tensor, fmt::format("array '{}' is missing; the file has {}", name, have.empty() ? "no arrays" : have), need);
  }
  NpyArray array = npz.get(name);
  const std::string given = fmt::format("array '{}' is {} {}", name, type_name(array.type), shape_text(array.shape));
  if (array.type != t.type) refuse(npz, model, tensor, given, need);
  const bool fits = array.shape.size() == own.size() && std::equal(own.begin() + 1, own.end(), array.shape.begin() + 1);
  if (!fits) {
    const bool bare = array.shape.size() + 1 == own.size() && std::equal(own.begin() + 1, own.end(), array.shape.begin());
    refuse(npz, model, tensor, given, bare ? need + ": save " + name + "=array[None] for one sample" : need);
  }
  if (array.shape[0] == 0) refuse(npz, model, tensor, given + ": it has no samples", need);
  if (count != 0 && array.shape[0] != count) refuse(npz, model, tensor, given, need);
  return array;
}

Samples read_samples(const NpzReader& npz, const Model& model) {
  Samples out;
  for (uint32_t i = 0; i < model.inputs().count; ++i) {
    const uint32_t tensor = static_cast<uint32_t>(model.inputs()[i]);
    check_npz_type(model, tensor, npz.file());
    out.inputs.push_back(read_matching(npz, fmt::format("in{}", i), model, tensor, out.count));
    out.count = out.inputs[0].shape[0];
  }
  if (out.inputs.empty()) out.count = 1;  // a model without inputs is run once
  return out;
}

Samples random_samples(const Model& model, uint64_t seed) {
  Samples out;
  out.count = 1;
  Random random(seed);
  for (uint32_t i = 0; i < model.inputs().count; ++i) {
    const uint32_t tensor = static_cast<uint32_t>(model.inputs()[i]);
    check_npz_type(model, tensor, "");
    const Tensor t = model.tensor(tensor);
    NpyArray array;
    array.type = t.type;
    array.shape = sample_shape(1, t.shape);
    array.bytes.resize(t.bytes);
    fill(&array, &random);
    out.inputs.push_back(std::move(array));
  }
  return out;
}

}  // namespace midge::cli
