// FLOOR_MOD: prepare and eval.
#include "base/float_math.h"
#include "ops/floor_mod/floor_mod.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T with_sign_of(T rest, T b) {
  return rest != 0 && (rest < 0) != (b < 0) ? static_cast<T>(rest + b) : rest;
}

template <class T>
T floor_rest(T a, T b) {
  return b == -1 ? T{0} : with_sign_of(static_cast<T>(a % b), b);  // of the lowest number and -1 there is no quotient
}

float floor_rest_f32(float a, float b) { return with_sign_of(fmod_f32(a, b), b); }

template <class T>
Status eval(const EvalContext& c) {
  MIDGE_TRY(check_divisors<T>(c, T{0}));
  return eval_pairs<floor_rest<T>>(c);
}

template <class T>
constexpr Variant variant() {
  return pair_variant<floor_rest<T>>(prepare_pairs, eval<T>);
}

constexpr Variant kAll[] = {variant<int8_t>(), variant<int16_t>(), variant<int32_t>(), variant<int64_t>(), pair_variant<floor_rest_f32>()};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(floor_mod, midge::kAll)
