// What ADD, SUB, MUL, DIV and SQUARED_DIFFERENCE share: the arithmetic of quantised tensors and of plain numbers, and the fused
// activation (option field 0 of all but the last).
#pragma once
#include "kernels/requantize/requantize.h"
#include "ops/common/pairs.h"

namespace midge {

Activation activation_of(const PrepareContext& c);

/// Plain numbers: out = clamp(f(a, b)). T: float, int32_t, uint32_t, int64_t.
template <class T>
struct Binary {
  Broadcast shape;
  T low, high;
};
template <class T>
Status prepare_binary(PrepareContext& c);

/// The type in which integers wrap around.
template <class T>
struct Wrapping {
  using Type = T;
};
template <>
struct Wrapping<int32_t> {
  using Type = uint32_t;
};
template <>
struct Wrapping<int64_t> {
  using Type = uint64_t;
};
template <class T>
T wrapped_sum(T a, T b) {
  using U = typename Wrapping<T>::Type;
  return static_cast<T>(static_cast<U>(a) + static_cast<U>(b));
}
template <class T>
T wrapped_difference(T a, T b) {
  using U = typename Wrapping<T>::Type;
  return static_cast<T>(static_cast<U>(a) - static_cast<U>(b));
}
template <class T>
T wrapped_product(T a, T b) {
  using U = typename Wrapping<T>::Type;
  return static_cast<T>(static_cast<U>(a) * static_cast<U>(b));
}

/// Of every quantised operator.
struct QuantizedPair {
  Broadcast shape;
  int32_t a_offset, b_offset;  ///< minus the zero points
  OutputStage out;
};

/// a + b, a - b, (a - b)^2: both inputs are brought to a common scale with `left_shift` more bits, combined, and brought to the output's.
struct QuantizedSum {
  QuantizedPair pair;
  int32_t left_shift;
  Multiplier a, b, result;
  int32_t plain;  ///< int16 without scales: integers that wrap around, clamped to the activation
};

/// a * b and a / b: combined as they are, then multiplied by one ratio of the scales.
struct QuantizedProduct {
  QuantizedPair pair;
  Multiplier result;
  int32_t plain;  ///< as above
};

Status prepare_sum(PrepareContext& c);
/// The same for int16: scales that are all powers of two are rounded once, where the options and the contract say so.
Status prepare_sum_s16(PrepareContext& c);
Status prepare_squared_difference(PrepareContext& c);
/// `ratio`: of the three scales. `symmetric`: zero points of int16 must be 0.
Status prepare_product(PrepareContext& c, bool symmetric, Status (*ratio)(PrepareContext& c, Multiplier* out));

/// True if none of the three tensors is quantised.
bool has_no_scales(const PrepareContext& c);
/// For int16 without scales: the shape, and the activation as pair->out.
Status plan_plain_s16(PrepareContext& c, QuantizedPair* pair);
template <class Data>  // QuantizedSum or QuantizedProduct
Status prepare_plain_s16(PrepareContext& c) {
  QuantizedPair pair = {};
  MIDGE_TRY(plan_plain_s16(c, &pair));
  Data* p;
  MIDGE_TRY(c.allocate(&p));
  p->pair = pair;
  p->plain = 1;
  return Code::kOk;
}
inline int16_t wrap_and_clamp(const QuantizedPair& p, int32_t x) {
  return static_cast<int16_t>(clamp<int32_t>(static_cast<int16_t>(x), p.out.low, p.out.high));
}

inline int32_t requantize_pair(const QuantizedPair& p, int32_t acc, const Multiplier& m) {
  return clamp(wrapping_add(multiply_twice_rounded(acc, m.value, m.shift), p.out.offset), p.out.low, p.out.high);
}

/// out = clamp(a + sign * b) in the quantised domain, sign +1 or -1.
template <class T, int32_t sign>
T quantized_sum(const QuantizedSum& p, T a, T b) {
  const int32_t x = multiply_twice_rounded(shift_left(a + p.pair.a_offset, p.left_shift), p.a.value, p.a.shift);
  const int32_t y = multiply_twice_rounded(shift_left(b + p.pair.b_offset, p.left_shift), p.b.value, p.b.shift);
  return static_cast<T>(requantize_pair(p.pair, x + sign * y, p.result));
}

}  // namespace midge
