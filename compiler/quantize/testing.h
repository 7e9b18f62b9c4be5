// What the tests of quantize/ are written with: small float graphs and samples in memory.
#pragma once
#include <algorithm>
#include <cmath>
#include <random>

#include "compiler/data/samples.h"
#include "compiler/ir/graph.h"

namespace midge::testing {

inline std::vector<float> normal_values(size_t n, uint32_t seed, float deviation = 1) {
  std::mt19937 engine(seed);
  std::vector<float> v(n);
  // Sums of twelve uniform numbers: the same on every standard library.
  for (float& x : v) {
    float sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<float>(engine() >> 8) / 16777216.0f;
    x = sum * deviation;
  }
  return v;
}

inline int32_t add_tensor(ir::Graph& g, const char* name, ir::Dims dims) {
  ir::Tensor t;
  t.name = name, t.dims = std::move(dims);
  return g.add(std::move(t));
}

inline ir::Op& add_op(ir::Graph& g, Builtin code, std::vector<int32_t> inputs, std::vector<int32_t> outputs) {
  ir::Op op;
  op.code = code, op.inputs = std::move(inputs), op.outputs = std::move(outputs);
  g.ops.push_back(std::move(op));
  return g.ops.back();
}

/// image [1,6,6,4] -> CONV_2D 3x3 with RELU, 8 channels of very different size -> DEPTHWISE_CONV_2D -> AVERAGE_POOL_2D over all ->
/// FULLY_CONNECTED -> SOFTMAX.
inline ir::Module small_network() {
  ir::Module module;
  ir::Graph& g = module.graphs.emplace_back();
  const int32_t image = add_tensor(g, "image", {1, 6, 6, 4}), first = add_tensor(g, "first", {1, 6, 6, 8});
  std::vector<float> w = normal_values(8 * 36, 1, 0.3f);
  for (size_t i = 0; i < w.size(); ++i) w[i] *= std::pow(0.7f, static_cast<float>(i / 36));
  ir::Op* op =
      &add_op(g, Builtin::CONV_2D, {image, g.add_floats("w1", {8, 3, 3, 4}, w), g.add_floats("b1", {8}, normal_values(8, 2, 0.1f))}, {first});
  op->set("stride_w", int64_t{1}), op->set("stride_h", int64_t{1}), op->set("fused_activation_function", int64_t{1});
  const int32_t second = add_tensor(g, "second", {1, 6, 6, 8});
  op = &add_op(g, Builtin::DEPTHWISE_CONV_2D, {first, g.add_floats("w2", {1, 3, 3, 8}, normal_values(72, 3)), -1}, {second});
  op->set("stride_w", int64_t{1}), op->set("stride_h", int64_t{1}), op->set("depth_multiplier", int64_t{1});
  const int32_t pooled = add_tensor(g, "pooled", {1, 1, 1, 8});
  op = &add_op(g, Builtin::AVERAGE_POOL_2D, {second}, {pooled});
  for (const char* name : {"stride_w", "stride_h", "filter_width", "filter_height"}) op->set(name, int64_t{6});
  op->set("padding", int64_t{1});
  const int32_t logits = add_tensor(g, "logits", {1, 5}), out = add_tensor(g, "out", {1, 5});
  add_op(g, Builtin::FULLY_CONNECTED, {pooled, g.add_floats("w3", {5, 8}, normal_values(40, 4)), -1}, {logits});
  add_op(g, Builtin::SOFTMAX, {logits}, {out}).set("beta", 1.0);
  g.inputs = {image}, g.outputs = {out};
  return module;
}

/// Samples of one float input.
class MemorySource : public SampleSource {
 public:
  MemorySource(std::vector<float> values, size_t each) : values_(std::move(values)), each_(each) {}
  std::optional<uint64_t> count() const override { return values_.size() / each_; }
  size_t read(size_t most, std::vector<Activation32>& inputs) override {
    const size_t n = std::min(most, values_.size() / each_ - at_);
    const auto* from = reinterpret_cast<const uint8_t*>(values_.data() + at_ * each_);
    inputs.assign(1, {Type::kFloat32, ir::Bytes(from, from + n * each_ * sizeof(float))});
    at_ += n;
    return n;
  }
  void rewind() override { at_ = 0; }
  std::string name() const override { return "memory"; }
  std::string sha256() const override { return ""; }

 private:
  std::vector<float> values_;
  size_t each_, at_ = 0;
};

}  // namespace midge::testing
