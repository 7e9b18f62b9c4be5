// Activations, by the names that layers and the Activation layer use.
#include <fmt/format.h>

#include "compiler/import/keras/builder.h"

namespace midge::keras {
namespace {

/// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), which does not overflow.
int32_t softplus(Builder& b, int32_t x) {
  const int32_t e = b.op(Builtin::EXP, {b.op(Builtin::NEG, {b.op(Builtin::ABS, {x})})});
  return b.add(b.op(Builtin::RELU, {x}), b.op(Builtin::LOG, {b.add(e, b.scalar(1))}));
}

int32_t hard_sigmoid(Builder& b, int32_t x) {
  if (b.keras_version >= 3) return b.mul(b.op(Builtin::RELU6, {b.add(x, b.scalar(3))}), b.scalar(1.0f / 6));
  return b.op(Builtin::MINIMUM, {b.op(Builtin::RELU, {b.add(b.mul(x, b.scalar(0.2f)), b.scalar(0.5f))}), b.scalar(1)});
}

int32_t selu(Builder& b, int32_t x) {
  constexpr float kScale = 1.05070098f, kAlpha = 1.67326324f;
  const int32_t positive = b.op(Builtin::RELU, {x}), negative = b.sub(b.op(Builtin::ELU, {x}), positive);
  return b.add(b.mul(positive, b.scalar(kScale)), b.mul(negative, b.scalar(kScale * kAlpha)));
}

}  // namespace

int32_t activate(Builder& b, int32_t x, const Json& activation) {
  if (activation.is_null()) return x;
  std::string name = activation.is_string() ? activation.get<std::string>() : "";
  if (activation.is_object()) {
    const Json config = activation.value("config", Json());
    name = config.is_string() ? config.get<std::string>() : activation.value("class_name", "");
    if (name == "function" || name.empty()) name = activation.value("registered_name", "");
    if (const Convert layer = find_layer(name); layer != nullptr && config.is_object()) return layer(Layer{b, config, {}}, {x})[0];
  }
  if (name == "linear") return x;
  if (name == "relu") return b.op(Builtin::RELU, {x});
  if (name == "relu6") return b.op(Builtin::RELU6, {x});
  if (name == "sigmoid") return b.op(Builtin::LOGISTIC, {x});
  if (name == "tanh") return b.op(Builtin::TANH, {x});
  if (name == "softmax") return b.op(Builtin::SOFTMAX, {x}, {{"beta", 1.0}});
  if (name == "log_softmax") return b.op(Builtin::LOG_SOFTMAX, {x});
  if (name == "elu") return b.op(Builtin::ELU, {x});
  if (name == "selu") return selu(b, x);
  if (name == "gelu") return b.op(Builtin::GELU, {x});
  if (name == "silu" || name == "swish") return b.mul(x, b.op(Builtin::LOGISTIC, {x}));
  if (name == "hard_sigmoid") return hard_sigmoid(b, x);
  if (name == "hard_silu" || name == "hard_swish") return b.op(Builtin::HARD_SWISH, {x});
  if (name == "leaky_relu") return b.op(Builtin::LEAKY_RELU, {x}, {{"alpha", 0.2}});
  if (name == "exponential") return b.op(Builtin::EXP, {x});
  if (name == "softplus") return softplus(b, x);
  if (name == "softsign") return b.op(Builtin::DIV, {x, b.add(b.op(Builtin::ABS, {x}), b.scalar(1))});
  if (name == "mish") return b.mul(x, b.op(Builtin::TANH, {softplus(b, x)}));
  b.fail(fmt::format("the activation '{}' is not supported", name), "use one of Keras's own, or export the model as ONNX");
}

}  // namespace midge::keras
