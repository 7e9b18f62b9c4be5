// FLOOR_DIV: prepare and eval.
#include "ops/floor_div/floor_div.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T floor_quotient(T a, T b) {
  if (b == -1) return static_cast<T>(0u - static_cast<uint32_t>(a));
  const int32_t q = a / b;
  return static_cast<T>(q - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0));
}

float floor_quotient_f32(float a, float b) {
  constexpr double kAllIntegers = 4503599627370496.0;  // doubles from 2^52 on are integers
  const double q = static_cast<double>(a) / static_cast<double>(b);
  if (!(q > -kAllIntegers && q < kAllIntegers) || q == 0) return static_cast<float>(q);
  const double whole = static_cast<double>(static_cast<int64_t>(q));
  return static_cast<float>(whole > q ? whole - 1 : whole);
}

template <class T, auto f>
Status eval(const EvalContext& c) {
  MIDGE_TRY(check_divisors<T>(c, T{0}));
  return eval_pairs<f>(c);
}

template <class T, auto f>
constexpr Variant variant() {
  return pair_variant<f>(prepare_pairs, eval<T, f>);
}

constexpr Variant kAll[] = {variant<int8_t, floor_quotient<int8_t>>(), variant<int16_t, floor_quotient<int16_t>>(),
                            variant<int32_t, floor_quotient<int32_t>>(), variant<float, floor_quotient_f32>()};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(floor_div, midge::kAll)
