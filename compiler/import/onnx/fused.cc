// What onnxruntime fuses when it optimises a model, as .ort files hold it: taken apart again.
#include "compiler/import/onnx/matmul.h"
#include "compiler/import/onnx/window.h"

namespace midge::onnx {
namespace {

int32_t activated(Lowering& l, int32_t x, const std::string& name, const std::vector<float>& parameters) {
  if (name.empty()) return x;
  if (name == "Relu") return l.op(Builtin::RELU, {x});
  if (name == "Sigmoid") return l.op(Builtin::LOGISTIC, {x});
  if (name == "Tanh") return l.op(Builtin::TANH, {x});
  if (name == "LeakyRelu" && !parameters.empty()) return l.op(Builtin::LEAKY_RELU, {x}, {{"alpha", static_cast<double>(parameters[0])}});
  if (name == "Clip" && parameters.size() == 2) {
    if (parameters[0] == 0 && parameters[1] == 6) return l.op(Builtin::RELU6, {x});
    return l.op(Builtin::MINIMUM, {l.op(Builtin::MAXIMUM, {x, l.scalar(parameters[0])}), l.scalar(parameters[1])});
  }
  if (name == "HardSigmoid" && parameters.size() == 2) {
    return l.op(Builtin::RELU_0_TO_1, {l.add(l.mul(x, l.scalar(parameters[0])), l.scalar(parameters[1]))});
  }
  l.refuse("the fused activation '" + name + "' is not supported", "convert the .ort file with optimization_style Fixed and level basic");
}

}  // namespace

void op_fused_conv(Lowering& l) {
  int32_t y = convolve(l, l.in(0), l.in(1), l.has(2) ? l.in(2) : -1);
  if (l.has(3)) y = l.add(y, l.in(3));
  l.out(0, activated(l, y, l.node().text("activation"), l.node().floats("activation_params")));
}

void op_fused_gemm(Lowering& l) {
  const float alpha = l.node().real("activation_alpha", 0.01f);
  l.out(0, activated(l, gemm(l, l.in(0), l.in(1), l.has(2) ? l.in(2) : -1), l.node().text("activation"), {alpha}));
}

void op_fused_matmul(Lowering& l) {
  if (l.node().integer("transBatchA", 0) != 0 || l.node().integer("transBatchB", 0) != 0) l.refuse("it exchanges batch dimensions");
  const auto turned = [&](int32_t t, const char* name) {
    if (l.node().integer(name, 0) == 0 || l.rank(t) < 2) return t;
    std::vector<int32_t> turn(l.dims(t).size());
    for (size_t i = 0; i < turn.size(); ++i) turn[i] = static_cast<int32_t>(i);
    std::swap(turn[turn.size() - 1], turn[turn.size() - 2]);
    return l.transpose(t, turn);
  };
  const int32_t y = matmul(l, turned(l.in(0), "transA"), turned(l.in(1), "transB"));
  const float alpha = l.node().real("alpha", 1);
  l.out(0, alpha == 1 ? y : l.mul(y, l.scalar(alpha)));
}

void op_nhwc_max_pool(Lowering& l) {
  const int32_t x = l.in(0);
  const Ints k = l.node().ints("kernel_shape");
  if (l.rank(x) != 4 || k.size() != 2) l.refuse("it has other than two dimensions of space");
  const Window w = window_of(l, x, {static_cast<int32_t>(k[0]), static_cast<int32_t>(k[1])});
  if (w.dilation != Two{1, 1}) l.refuse("it is dilated");
  const int32_t padded = pad_window(l, x, w, l.type(x) == Type::kInt8 ? -128.f : 0.f);
  const bool bare = !l.is_float(x) && !l.at(padded).quantization.present();
  l.out(0, l.cast(l.op(Builtin::MAX_POOL_2D, {bare ? l.cast(padded, Type::kFloat32) : padded},
                       {{"padding", static_cast<int64_t>(w.padding)},
                        {"stride_h", int64_t{w.stride[0]}},
                        {"stride_w", int64_t{w.stride[1]}},
                        {"filter_height", int64_t{w.kernel[0]}},
                        {"filter_width", int64_t{w.kernel[1]}}}),
                  l.type(x)));
}

}  // namespace midge::onnx
