// Elementwise operators with two inputs of one type that broadcast, each written as a function of two numbers:
//
//   template <class T> T larger(T a, T b);
//   constexpr Variant kAll[] = {pair_variant<larger<int8_t>>(), pair_variant<larger<float>>()};
//
// or as f(const Data& p, T a, T b), where Data is what prepare() stored: a struct whose first member is a Broadcast, or begins with one. Only the
// loop over a row is compiled for each function; the walk over the rows is shared.
#pragma once
#include "kernels/broadcast/broadcast.h"
#include "ops/context.h"

namespace midge {

/// How a tensor of an element type is stored. A bool is a byte, of which any value but 0 is true.
template <Type type, class T>
struct StoredAs {
  static constexpr Type kType = type;
  using Stored = T;
};
template <class T>
struct Element;
template <>
struct Element<bool> : StoredAs<Type::kBool, uint8_t> {};
template <>
struct Element<float> : StoredAs<Type::kFloat32, float> {};
template <>
struct Element<int8_t> : StoredAs<Type::kInt8, int8_t> {};
template <>
struct Element<uint8_t> : StoredAs<Type::kUint8, uint8_t> {};
template <>
struct Element<int16_t> : StoredAs<Type::kInt16, int16_t> {};
template <>
struct Element<uint16_t> : StoredAs<Type::kUint16, uint16_t> {};
template <>
struct Element<int32_t> : StoredAs<Type::kInt32, int32_t> {};
template <>
struct Element<uint32_t> : StoredAs<Type::kUint32, uint32_t> {};
template <>
struct Element<int64_t> {
  static constexpr Type kType = Type::kInt64;
  using Stored = int64_t __attribute__((aligned(4)));  // a constant lies in the file at a multiple of 4
};

/// The row of a function: Out f(In a, In b), or Out f(const Data& p, In a, In b).
template <auto f>
struct Pairs;

template <class Out, class In, Out (*f)(In, In)>
struct Pairs<f> {
  using InElement = Element<In>;
  using OutElement = Element<Out>;
  static void row(PairRow r) {
    const typename InElement::Stored* a = static_cast<const typename InElement::Stored*>(r.a);
    const typename InElement::Stored* b = static_cast<const typename InElement::Stored*>(r.b);
    typename OutElement::Stored* out = static_cast<typename OutElement::Stored*>(r.out);
    for (int32_t i = 0; i < r.count; ++i) out[i] = f(static_cast<In>(a[i * r.a_step]), static_cast<In>(b[i * r.b_step]));
  }
};

template <class Data, class Out, class In, Out (*f)(const Data&, In, In)>
struct Pairs<f> {
  using InElement = Element<In>;
  using OutElement = Element<Out>;
  static void row(PairRow r) {
    const Data p = *static_cast<const Data*>(r.data);  // a copy, which stores to `out` cannot change
    const typename InElement::Stored* a = static_cast<const typename InElement::Stored*>(r.a);
    const typename InElement::Stored* b = static_cast<const typename InElement::Stored*>(r.b);
    typename OutElement::Stored* out = static_cast<typename OutElement::Stored*>(r.out);
    for (int32_t i = 0; i < r.count; ++i) out[i] = f(p, static_cast<In>(a[i * r.a_step]), static_cast<In>(b[i * r.b_step]));
  }
};

/// Plans the broadcast and sets the output's shape.
Status prepare_broadcast(PrepareContext& c, Broadcast* plan);
/// For a function without Data.
Status prepare_pairs(PrepareContext& c);

template <auto f>
Status eval_pairs(const EvalContext& c) {
  using P = Pairs<f>;
  const PairRow first = {c.prepared, c.input<void>(0), c.input<void>(1), c.output<void>(0), 0, 0, 0};
  for_each_row(c.data<Broadcast>(), first, sizeof(typename P::InElement::Stored), sizeof(typename P::OutElement::Stored), P::row);
  return Code::kOk;
}

template <auto f>
constexpr Variant pair_variant(PrepareFunction prepare = prepare_pairs, EvalFunction eval = eval_pairs<f>) {
  using P = Pairs<f>;
  return {P::InElement::kType, P::InElement::kType, P::OutElement::kType, prepare, eval};
}

/// kBadData unless every element of input 1 is `good`.
template <class T, class F>
Status check_operand(const EvalContext& c, F good) {
  const Broadcast& p = c.data<Broadcast>();
  int32_t count = 1;
  for (int32_t d = 0; d < p.rank; ++d) count *= p.b[d] != 0 ? p.dims[d] : 1;
  const typename Element<T>::Stored* b = static_cast<const typename Element<T>::Stored*>(c.input<void>(1));
  for (int32_t i = 0; i < count; ++i) {
    if (!good(b[i])) return Status(Code::kBadData, Place::kTensor, static_cast<uint32_t>(c.inputs[1]));
  }
  return Code::kOk;
}
template <class T>
Status check_divisors(const EvalContext& c, T zero) {
  return check_operand<T>(c, [zero](T b) { return b != zero; });
}

}  // namespace midge
