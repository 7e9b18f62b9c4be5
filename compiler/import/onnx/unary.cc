// Functions of one operand. Where the graph has no operator for one, it is composed of others; headers of groups give the error.
#include <cmath>
#include <limits>

#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {
namespace {

void direct(Lowering& l, Builtin code) {
  const int32_t x = l.in(0);
  if (l.is_float(x)) return l.out(0, l.op(code, {x}));
  l.out(0, l.cast(l.op(code, {l.cast(x, Type::kInt32)}), l.type(x)));
}

int32_t exp_of(Lowering& l, int32_t x) { return l.op(Builtin::EXP, {x}); }
int32_t neg(Lowering& l, int32_t x) { return l.op(Builtin::NEG, {x}); }
int32_t abs_of(Lowering& l, int32_t x) { return l.op(Builtin::ABS, {x}); }
int32_t positive(Lowering& l, int32_t x) { return l.op(Builtin::RELU, {x}); }
int32_t negative(Lowering& l, int32_t x) { return l.op(Builtin::MINIMUM, {x, l.scalar(0)}); }

/// log(1 + e^x) without overflow.
int32_t softplus(Lowering& l, int32_t x) {
  const int32_t tail = l.op(Builtin::LOG, {l.add(exp_of(l, neg(l, abs_of(l, x))), l.scalar(1))});
  return l.add(positive(l, x), tail);
}

/// scale * (max(x, 0) + alpha * (e^min(x, 0) - 1))
int32_t elu(Lowering& l, int32_t x, float alpha, float scale) {
  if (alpha == 1 && scale == 1) return l.op(Builtin::ELU, {x});
  const int32_t left = l.mul(l.op(Builtin::ELU, {negative(l, x)}), l.scalar(alpha * scale));
  const int32_t right = positive(l, x);
  return l.add(scale == 1 ? right : l.mul(right, l.scalar(scale)), left);
}

}  // namespace

void op_abs(Lowering& l) { direct(l, Builtin::ABS); }
void op_neg(Lowering& l) { direct(l, Builtin::NEG); }
void op_sign(Lowering& l) { direct(l, Builtin::SIGN); }
void op_floor(Lowering& l) { direct(l, Builtin::FLOOR); }
void op_ceil(Lowering& l) { direct(l, Builtin::CEIL); }
void op_round(Lowering& l) { direct(l, Builtin::ROUND); }
void op_sqrt(Lowering& l) { direct(l, Builtin::SQRT); }
void op_exp(Lowering& l) { direct(l, Builtin::EXP); }
void op_log(Lowering& l) { direct(l, Builtin::LOG); }
void op_sin(Lowering& l) { direct(l, Builtin::SIN); }
void op_cos(Lowering& l) { direct(l, Builtin::COS); }
void op_tanh(Lowering& l) { direct(l, Builtin::TANH); }
void op_sigmoid(Lowering& l) { direct(l, Builtin::LOGISTIC); }
void op_hard_swish(Lowering& l) { direct(l, Builtin::HARD_SWISH); }

void op_relu(Lowering& l) {
  const int32_t x = l.in(0);
  if (l.is_float(x)) return l.out(0, positive(l, x));
  const int32_t wide = l.cast(x, Type::kInt32);
  l.out(0, l.cast(l.op(Builtin::MAXIMUM, {wide, l.scalar_like(wide, 0)}), l.type(x)));
}

void op_tan(Lowering& l) { l.out(0, l.div(l.op(Builtin::SIN, {l.in(0)}), l.op(Builtin::COS, {l.in(0)}))); }
void op_reciprocal(Lowering& l) { l.out(0, l.div(l.scalar(1), l.in(0))); }

void op_sinh(Lowering& l) { l.out(0, l.mul(l.sub(exp_of(l, l.in(0)), exp_of(l, neg(l, l.in(0)))), l.scalar(0.5f))); }
void op_cosh(Lowering& l) { l.out(0, l.mul(l.add(exp_of(l, l.in(0)), exp_of(l, neg(l, l.in(0)))), l.scalar(0.5f))); }

void op_atanh(Lowering& l) {
  const int32_t one = l.scalar(1), x = l.in(0);
  l.out(0, l.mul(l.op(Builtin::LOG, {l.div(l.add(x, one), l.sub(one, x))}), l.scalar(0.5f)));
}

void op_asinh(Lowering& l) {
  const int32_t x = abs_of(l, l.in(0));
  const int32_t log = l.op(Builtin::LOG, {l.add(x, l.op(Builtin::SQRT, {l.add(l.mul(x, x), l.scalar(1))}))});
  l.out(0, l.mul(log, l.op(Builtin::SIGN, {l.in(0)})));
}

void op_acosh(Lowering& l) {
  const int32_t x = l.in(0);
  l.out(0, l.op(Builtin::LOG, {l.add(x, l.op(Builtin::SQRT, {l.sub(l.mul(x, x), l.scalar(1))}))}));
}

void op_leaky_relu(Lowering& l) {
  l.out(0, l.op(Builtin::LEAKY_RELU, {l.in(0)}, {{"alpha", static_cast<double>(l.node().real("alpha", 0.01f))}}));
}
void op_elu(Lowering& l) { l.out(0, elu(l, l.in(0), l.node().real("alpha", 1), 1)); }
void op_selu(Lowering& l) {
  constexpr float kAlpha = 1.67326319217681884765625f, kGamma = 1.05070102214813232421875f;  // the specification's defaults
  l.out(0, elu(l, l.in(0), l.node().real("alpha", kAlpha), l.node().real("gamma", kGamma)));
}
void op_celu(Lowering& l) {
  const float alpha = l.node().real("alpha", 1);
  const int32_t left = l.op(Builtin::ELU, {l.mul(negative(l, l.in(0)), l.scalar(1 / alpha))});
  l.out(0, l.add(positive(l, l.in(0)), l.mul(left, l.scalar(alpha))));
}
void op_thresholded_relu(Lowering& l) {
  const int32_t x = l.in(0), above = l.op(Builtin::GREATER, {x, l.scalar(l.node().real("alpha", 1))}, {}, Type::kBool);
  l.out(0, l.op(Builtin::SELECT_V2, {above, x, l.scalar(0)}, {}, Type::kFloat32));
}
void op_shrink(Lowering& l) {
  const int32_t x = l.in(0);
  if (!l.is_float(x)) l.refuse("it works on integers");
  const float bias = l.node().real("bias", 0), lambda = l.node().real("lambd", 0.5f);
  const int32_t below = l.op(Builtin::LESS, {x, l.scalar(-lambda)}, {}, Type::kBool);
  const int32_t above = l.op(Builtin::GREATER, {x, l.scalar(lambda)}, {}, Type::kBool);
  const int32_t upper = l.op(Builtin::SELECT_V2, {above, l.sub(x, l.scalar(bias)), l.scalar(0)}, {}, Type::kFloat32);
  l.out(0, l.op(Builtin::SELECT_V2, {below, l.add(x, l.scalar(bias)), upper}, {}, Type::kFloat32));
}
void op_hard_sigmoid(Lowering& l) {
  const int32_t line = l.add(l.mul(l.in(0), l.scalar(l.node().real("alpha", 0.2f))), l.scalar(l.node().real("beta", 0.5f)));
  l.out(0, l.op(Builtin::RELU_0_TO_1, {line}));
}
void op_softplus(Lowering& l) { l.out(0, softplus(l, l.in(0))); }
void op_softsign(Lowering& l) { l.out(0, l.div(l.in(0), l.add(abs_of(l, l.in(0)), l.scalar(1)))); }
void op_mish(Lowering& l) { l.out(0, l.mul(l.in(0), l.op(Builtin::TANH, {softplus(l, l.in(0))}))); }
void op_swish(Lowering& l) {
  const float alpha = l.node().real("alpha", l.node().type == "QuickGelu" ? 1.702f : 1);
  const int32_t x = l.in(0), scaled = alpha == 1 ? x : l.mul(x, l.scalar(alpha));
  l.out(0, l.mul(x, l.op(Builtin::LOGISTIC, {scaled})));
}
void op_gelu(Lowering& l) {
  int32_t x = l.in(0);
  if (l.has(1)) x = l.add(x, l.in(1));  // BiasGelu, FastGelu
  const bool tanh = l.node().text("approximate", "none") == "tanh" || l.node().type == "FastGelu";
  l.out(0, l.op(Builtin::GELU, {x}, {{"approximate", int64_t{tanh}}}));
}

/// By Abramowitz and Stegun's formula 7.1.26: within 5e-7 in single precision.
void op_erf(Lowering& l) {
  const int32_t x = abs_of(l, l.in(0)), one = l.scalar(1);
  const int32_t t = l.div(one, l.add(l.mul(x, l.scalar(0.3275911f)), one));
  constexpr float kTerms[] = {1.061405429f, -1.453152027f, 1.421413741f, -0.284496736f, 0.254829592f};
  int32_t sum = l.scalar(kTerms[0]);
  for (size_t i = 1; i < std::size(kTerms); ++i) sum = l.add(l.mul(sum, t), l.scalar(kTerms[i]));
  const int32_t rest = l.mul(l.mul(sum, t), exp_of(l, neg(l, l.mul(x, x))));
  l.out(0, l.mul(l.sub(one, rest), l.op(Builtin::SIGN, {l.in(0)})));
}

void op_is_nan(Lowering& l) { l.out(0, l.op(Builtin::NOT_EQUAL, {l.in(0), l.in(0)}, {}, Type::kBool)); }
void op_is_inf(Lowering& l) {
  const bool up = l.node().integer("detect_positive", 1) != 0, down = l.node().integer("detect_negative", 1) != 0;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const int32_t x = up && down ? abs_of(l, l.in(0)) : l.in(0);
  if (!up && !down) l.refuse("it detects nothing");
  l.out(0, l.op(Builtin::EQUAL, {x, l.scalar(up ? kInfinity : -kInfinity)}, {}, Type::kBool));
}

void op_cast(Lowering& l) {
  const auto to = static_cast<Element>(l.node().integer("to", 0));
  const std::optional<Type> type = graph_type(to);
  if (!type || to == Element::kBfloat16 || to == Element::kUint4 || to == Element::kInt4) {
    l.refuse("there is no arithmetic for " + element_name(to), "cast to float32 or an integer");
  }
  if (to == Element::kFloat16) l.warn("onnx-float", "float16 is computed in float32");
  l.out(0, l.cast(l.in(0), *type));
}
void op_cast_like(Lowering& l) { l.out(0, l.cast(l.in(0), l.type(l.in(1)))); }

void op_identity(Lowering& l) { l.out(0, l.in(0)); }
void op_dropout(Lowering& l) {
  if (l.has(2) && (!l.constant(l.in(2)) || l.ints_in(2, "training_mode")[0] != 0)) {
    l.refuse("it is in training mode", "export with training=EVAL, after model.eval()");
  }
  l.out(0, l.in(0));
  if (l.wants(1)) {
    l.out(1, l.constant(Type::kBool, l.dims(l.in(0)), ir::Bytes(static_cast<size_t>(l.at(l.in(0)).count()), 1)));
  }
}

}  // namespace midge::onnx
