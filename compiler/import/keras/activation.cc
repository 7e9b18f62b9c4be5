// Activations, as layers and as options of layers. Those that the format has not are written with its elementary functions, in a
// form that does not overflow.
#include <algorithm>
#include <numeric>

#include "compiler/import/keras/lowering.h"

namespace midge::keras {
namespace {

constexpr double kSeluAlpha = 1.6732632423543772, kSeluScale = 1.0507009873554805;

int32_t unary(Lowering& l, Builtin code, int32_t x) { return l.op(code, {x}); }

/// max_value from there on, x from the threshold on, slope * (x - threshold) before it.
int32_t relu(Lowering& l, int32_t x, double slope, const double* most, double threshold) {
  if (threshold == 0 && slope == 0) {
    if (most != nullptr && *most == 6) return unary(l, Builtin::RELU6, x);
    const int32_t y = unary(l, Builtin::RELU, x);
    return most == nullptr ? y : l.op(Builtin::MINIMUM, {y, l.scalar(*most)});
  }
  int32_t y;
  if (threshold == 0) {
    y = l.op(Builtin::LEAKY_RELU, {x}, {{"alpha", slope}});
    return most == nullptr ? y : l.op(Builtin::MINIMUM, {y, l.scalar(*most)});
  }
  const int32_t limit = l.scalar(threshold);
  const int32_t passes = l.cast(l.op(Builtin::GREATER, {x, limit}, {}, Type::kBool), Type::kFloat32);
  y = l.mul(x, passes);
  if (most != nullptr) y = l.op(Builtin::MINIMUM, {y, l.scalar(*most)});
  if (slope != 0) {
    const int32_t below = unary(l, Builtin::RELU, l.sub(limit, x));
    y = l.sub(y, l.mul(below, l.scalar(slope)));
  }
  return y;
}

int32_t elu(Lowering& l, int32_t x, double alpha) {
  if (alpha == 1) return unary(l, Builtin::ELU, x);
  const int32_t below = l.sub(unary(l, Builtin::EXP, l.op(Builtin::MINIMUM, {x, l.scalar(0)})), l.scalar(1));
  return l.add(unary(l, Builtin::RELU, x), l.mul(below, l.scalar(alpha)));
}

/// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|))
int32_t softplus(Lowering& l, int32_t x) {
  const int32_t small = unary(l, Builtin::EXP, unary(l, Builtin::NEG, unary(l, Builtin::ABS, x)));
  return l.add(unary(l, Builtin::RELU, x), unary(l, Builtin::LOG, l.add(small, l.scalar(1))));
}

int32_t hard_sigmoid(Lowering& l, int32_t x) {
  if (l.version() == 2) {  // clip(0.2 x + 0.5)
    const int32_t line = l.add(l.mul(x, l.scalar(0.2)), l.scalar(0.5));
    return l.op(Builtin::MAXIMUM, {l.op(Builtin::MINIMUM, {line, l.scalar(1)}), l.scalar(0)});
  }
  return l.mul(unary(l, Builtin::RELU6, l.add(x, l.scalar(3))), l.scalar(1.0 / 6));
}

int32_t softmax(Lowering& l, int32_t x, int32_t axis, bool log) {
  const int32_t rank = l.rank(x);
  if (rank < 2 && !log) l.refuse("a softmax needs a batch", "");
  const auto apply = [&](int32_t t) { return log ? unary(l, Builtin::LOG_SOFTMAX, t) : l.op(Builtin::SOFTMAX, {t}, {{"beta", 1.0}}); };
  if (axis == rank - 1) return apply(x);
  std::vector<int32_t> swap(static_cast<size_t>(rank));
  std::iota(swap.begin(), swap.end(), 0);
  std::swap(swap[static_cast<size_t>(axis)], swap.back());
  return l.transpose(apply(l.transpose(x, swap)), swap);
}

}  // namespace

int32_t Lowering::activate(int32_t x, const Json& activation) {
  const Json* spec = &activation;
  if (spec->is_null()) return x;
  std::string name;
  const Json* options = nullptr;
  if (spec->is_object()) {  // a function by its name, or a layer
    if (spec->contains("class_name") && (*spec)["class_name"].is_string()) name = (*spec)["class_name"];
    const auto config = spec->find("config");
    if (config != spec->end() && config->is_string()) {
      name = *config;
    } else if (config != spec->end() && config->is_object()) {
      options = &*config;
    }
  } else if (spec->is_string()) {
    name = *spec;
  }
  if (options != nullptr) {
    Layer* const outer = layer_;
    const Tensors made = call(*spec, {}, {x});
    layer_ = outer;
    if (made.size() == 1) return made[0];
  }
  if (name == "linear") return x;
  if (name == "relu") return relu(*this, x, 0, nullptr, 0);
  if (name == "relu6") return unary(*this, Builtin::RELU6, x);
  if (name == "leaky_relu") return relu(*this, x, 0.2, nullptr, 0);
  if (name == "sigmoid") return unary(*this, Builtin::LOGISTIC, x);
  if (name == "tanh") return unary(*this, Builtin::TANH, x);
  if (name == "softmax") return softmax(*this, x, rank(x) - 1, false);
  if (name == "log_softmax") return softmax(*this, x, rank(x) - 1, true);
  if (name == "elu") return elu(*this, x, 1);
  if (name == "selu") return mul(elu(*this, x, kSeluAlpha), scalar(kSeluScale));
  if (name == "gelu") return op(Builtin::GELU, {x}, {{"approximate", int64_t{0}}});
  if (name == "silu" || name == "swish") return mul(x, unary(*this, Builtin::LOGISTIC, x));
  if (name == "hard_sigmoid") return hard_sigmoid(*this, x);
  if (name == "hard_silu" || name == "hard_swish") return unary(*this, Builtin::HARD_SWISH, x);
  if (name == "exponential") return unary(*this, Builtin::EXP, x);
  if (name == "softplus") return softplus(*this, x);
  if (name == "softsign") return op(Builtin::DIV, {x, add(unary(*this, Builtin::ABS, x), scalar(1))});
  if (name == "mish") return mul(x, unary(*this, Builtin::TANH, softplus(*this, x)));
  refuse("its activation '" + name + "' is not supported", "docs/keras.md lists those that are");
}

void layer_activation(Lowering& l) { l.out(l.activate(l.in(), l.value("activation"))); }

void layer_relu(Lowering& l) {
  const double most = l.real("max_value", 0);
  l.out(relu(l, l.in(), l.real("negative_slope", 0), l.value("max_value").is_null() ? nullptr : &most, l.real("threshold", 0)));
}

void layer_leaky_relu(Lowering& l) {
  const double slope = l.value("negative_slope").is_null() ? l.real("alpha", 0.3) : l.real("negative_slope", 0.3);
  l.out(relu(l, l.in(), slope, nullptr, 0));
}

void layer_elu(Lowering& l) { l.out(elu(l, l.in(), l.real("alpha", 1))); }

void layer_thresholded_relu(Lowering& l) { l.out(relu(l, l.in(), 0, nullptr, l.real("theta", 1))); }

void layer_prelu(Lowering& l) {
  Dims dims = l.dims(l.in());
  dims.erase(dims.begin());
  if (!l.value("shared_axes").is_null()) {
    for (const int32_t a : l.integers("shared_axes")) {
      const int32_t axis = l.axis(a, static_cast<int32_t>(dims.size()) + 1);
      if (axis > 0) dims[static_cast<size_t>(axis) - 1] = 1;
    }
  }
  l.out(l.op(Builtin::PRELU, {l.in(), l.floats(l.weight(dims))}));
}

void layer_softmax(Lowering& l) {
  const std::vector<int32_t> axes = l.value("axis").is_null() ? std::vector<int32_t>{-1} : l.integers("axis");
  if (axes.size() != 1) l.refuse("it goes over several axes", "reshape, so that it goes over one");
  if (l.layer().inputs.size() > 1) l.refuse("it has a mask", "leave the mask out");
  l.out(softmax(l, l.in(), l.axis(axes[0], l.rank(l.in())), false));
}

}  // namespace midge::keras
