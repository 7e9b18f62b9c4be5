#include "compiler/execute/model_runner.h"

#include <algorithm>

#include "compiler/emit/tflite.h"

namespace midge {

bool is_float_model(const ir::Module& m) {
  if (m.graphs.size() != 1) return false;
  return std::none_of(m.main().tensors.begin(), m.main().tensors.end(),
                      [](const ir::Tensor& t) { return t.quantization.present() && t.type != Type::kFloat32 && t.type != Type::kFloat16; });
}

ModelRunner::ModelRunner(const ir::Module& module, const std::string& name, unsigned threads) : graph_(module.main()) {
  if (is_float_model(module)) {
    fast_ = std::make_unique<Executor>(graph_, threads);
  } else {
    exact_ = std::make_unique<IntegerRunner>(emit_tflite(module), name, threads);
  }
}

std::vector<Activation32> ModelRunner::run(std::span<const Activation32> inputs, size_t samples, const std::vector<bool>& keep,
                                           std::map<int32_t, ir::Bytes>& values) {
  const bool any = std::find(keep.begin(), keep.end(), true) != keep.end();
  const auto store = [&](int32_t tensor, std::span<const uint8_t> bytes) {
    if (keep[static_cast<size_t>(tensor)]) values[tensor].assign(bytes.begin(), bytes.end());
  };
  if (exact_ != nullptr) {
    const RawVisitor visit = [&](int32_t t, std::span<const uint8_t> v, size_t) { store(t, v); };
    return exact_->run_real(inputs, samples, any ? visit : RawVisitor());
  }
  const Visitor visit = [&](int32_t t, std::span<float> v, size_t) {
    store(t, {reinterpret_cast<const uint8_t*>(v.data()), v.size_bytes()});
  };
  std::vector<Activation32> out = fast_->run(inputs, samples, any ? visit : Visitor());
  for (size_t i = 0; i < out.size(); ++i) {
    if (out[i].type == Type::kFloat32) continue;
    const ir::Tensor& t = graph_[graph_.outputs[i]];
    Activation32 real;
    real.bytes.resize(static_cast<size_t>(t.count()) * samples * sizeof(float));
    to_real(t, out[i].bytes, real.floats());
    out[i] = std::move(real);
  }
  return out;
}

}  // namespace midge
