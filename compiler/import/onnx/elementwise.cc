// Arithmetic, comparisons and logic of two operands and more, with numpy's broadcasting, which the graph's operators share.
#include <algorithm>

#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {
namespace {

/// The type in which integers are computed: kernels have int32 and partly int64; narrower sums wrap when they are cast back.
Type working_type(Type t, bool has_int64) {
  switch (t) {
    case Type::kFloat32:
    case Type::kInt32: return t;
    case Type::kInt64: return has_int64 ? t : Type::kInt32;
    case Type::kUint32:
    case Type::kUint64: return has_int64 ? Type::kInt64 : Type::kInt32;
    default: return Type::kInt32;
  }
}

int32_t binary(Lowering& l, Builtin code, int32_t a, int32_t b, bool has_int64 = true) {
  const Type type = l.type(a), working = working_type(type, has_int64);
  return l.cast(l.op(code, {l.cast(a, working), l.cast(b, working)}), type);
}

void two(Lowering& l, Builtin code, bool has_int64 = true) { l.out(0, binary(l, code, l.in(0), l.in(1), has_int64)); }

void compare(Lowering& l, Builtin code) {
  const bool as_is = l.type(l.in(0)) == Type::kBool;
  const Type working = as_is ? Type::kBool : working_type(l.type(l.in(0)), true);
  l.out(0, l.op(code, {l.cast(l.in(0), working), l.cast(l.in(1), working)}, {}, Type::kBool));
}

void fold_inputs(Lowering& l, Builtin code) {
  int32_t t = l.in(0);
  for (size_t i = 1; i < l.input_count(); ++i) t = binary(l, code, t, l.in(i));
  l.out(0, t);
}

}  // namespace

void op_add(Lowering& l) { two(l, Builtin::ADD); }
void op_sub(Lowering& l) { two(l, Builtin::SUB); }
void op_mul(Lowering& l) { two(l, Builtin::MUL); }
void op_div(Lowering& l) { two(l, Builtin::DIV, false); }
void op_max(Lowering& l) { fold_inputs(l, Builtin::MAXIMUM); }
void op_min(Lowering& l) { fold_inputs(l, Builtin::MINIMUM); }
void op_sum(Lowering& l) { fold_inputs(l, Builtin::ADD); }

void op_mean(Lowering& l) {
  int32_t t = l.in(0);
  for (size_t i = 1; i < l.input_count(); ++i) t = l.add(t, l.in(i));
  l.out(0, l.input_count() == 1 ? t : l.mul(t, l.scalar(1.f / static_cast<float>(l.input_count()))));
}

void op_equal(Lowering& l) { compare(l, Builtin::EQUAL); }
void op_less(Lowering& l) { compare(l, Builtin::LESS); }
void op_less_or_equal(Lowering& l) { compare(l, Builtin::LESS_EQUAL); }
void op_greater(Lowering& l) { compare(l, Builtin::GREATER); }
void op_greater_or_equal(Lowering& l) { compare(l, Builtin::GREATER_EQUAL); }
void op_and(Lowering& l) { l.out(0, l.op(Builtin::LOGICAL_AND, {l.in(0), l.in(1)})); }
void op_or(Lowering& l) { l.out(0, l.op(Builtin::LOGICAL_OR, {l.in(0), l.in(1)})); }
void op_xor(Lowering& l) { l.out(0, l.op(Builtin::NOT_EQUAL, {l.in(0), l.in(1)})); }
void op_not(Lowering& l) { l.out(0, l.op(Builtin::LOGICAL_NOT, {l.in(0)})); }
void op_where(Lowering& l) { l.out(0, l.op(Builtin::SELECT_V2, {l.in(0), l.in(1), l.in(2)}, {}, l.type(l.in(1)))); }

void op_bitwise_xor(Lowering& l) { l.out(0, l.op(Builtin::BITWISE_XOR, {l.in(0), l.in(1)})); }

void op_pow(Lowering& l) {
  const int32_t x = l.in(0), y = l.in(1);
  if (!l.is_float(x)) {
    const Type working = l.is_float(y) ? Type::kFloat32 : Type::kInt32;
    return l.out(0, l.cast(l.op(Builtin::POW, {l.cast(x, working), l.cast(y, working)}), l.type(x)));
  }
  if (l.constant(y) && l.at(y).count() == 1 && l.rank(y) <= l.rank(x)) {
    const double exponent = l.numbers(y, "exponent")[0];
    if (exponent == 1) return l.out(0, x);
    if (exponent == 2) return l.out(0, l.mul(x, x));
    if (exponent == 3) return l.out(0, l.mul(l.mul(x, x), x));
    if (exponent == 0.5) return l.out(0, l.op(Builtin::SQRT, {x}));
    if (exponent == -0.5) return l.out(0, l.op(Builtin::RSQRT, {x}));
    if (exponent == -1) return l.out(0, l.div(l.scalar(1), x));
  }
  l.out(0, l.op(Builtin::POW, {x, l.cast(y, Type::kFloat32)}));
}

void op_mod(Lowering& l) {
  const int32_t x = l.in(0), y = l.in(1);
  if (l.node().integer("fmod", 0) == 0) return l.out(0, binary(l, Builtin::FLOOR_MOD, x, y));
  // With the sign of x: the remainder of the magnitudes, which is exact.
  const Type type = l.type(x), working = working_type(type, false);
  const int32_t a = l.cast(x, working), b = l.cast(y, working);
  const int32_t rest = l.op(Builtin::FLOOR_MOD, {l.op(Builtin::ABS, {a}), l.op(Builtin::ABS, {b})});
  l.out(0, l.cast(l.mul(l.op(Builtin::SIGN, {a}), rest), type));
}

void op_prelu(Lowering& l) { l.out(0, l.op(Builtin::PRELU, {l.in(0), l.in(1)})); }

void op_clip(Lowering& l) {
  const int32_t x = l.in(0);
  const bool attributes = l.opset() < 11;
  const bool has_low = attributes ? l.node().has("min") : l.has(1), has_high = attributes ? l.node().has("max") : l.has(2);
  const auto bound = [&](const char* name, size_t i) { return attributes ? l.scalar(l.node().real(name, 0)) : l.in(i); };
  const int32_t low = has_low ? bound("min", 1) : -1, high = has_high ? bound("max", 2) : -1;
  if (l.is_float(x) && has_low && l.constant(low) && (!has_high || l.constant(high))) {
    const double from = l.numbers(low, "min")[0], to = has_high ? l.numbers(high, "max")[0] : 3.5e38;
    if (from == 0 && to > 3.4e38) return l.out(0, l.op(Builtin::RELU, {x}));
    if (from == 0 && to == 6) return l.out(0, l.op(Builtin::RELU6, {x}));
    if (from == 0 && to == 1) return l.out(0, l.op(Builtin::RELU_0_TO_1, {x}));
    if (from == -1 && to == 1) return l.out(0, l.op(Builtin::RELU_N1_TO_1, {x}));
  }
  int32_t t = x;
  if (has_low) t = binary(l, Builtin::MAXIMUM, t, low);
  if (has_high) t = binary(l, Builtin::MINIMUM, t, high);
  l.out(0, t);
}

}  // namespace midge::onnx
