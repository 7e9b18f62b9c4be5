// expm1: x = k ln 2 + r with |r| <= ln 2 / 2; e^r - 1 from a rational function of r whose only fit is a polynomial in r^2, then 2^k.
// tanh: from expm1(2x). erfc: rational functions on four intervals; beyond 1.25 of 1 / x^2, times e^-x^2 / x.
// The coefficients are those of fdlibm. Each step rounds as it does there: do not rearrange.
#include "base/float_math_libm.h"

#include <stdint.h>

#include "base/float_math.h"
#include "base/float_math_nearest.h"
#include "base/memory.h"

namespace midge {
namespace {

uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

float float_of(uint32_t bits) {
  float f;
  memcpy(&f, &bits, sizeof f);
  return f;
}

/// x * 2^k, where neither is subnormal.
float scaled(float x, int32_t k) { return float_of(bits_of(x) + (static_cast<uint32_t>(k) << 23)); }

/// c[0] + x * (c[1] + x * (...)).
template <int32_t N>
float polynomial(const float (&c)[N], float x) {
  float p = c[N - 1];
  for (int32_t i = N - 2; i >= 0; --i) p = c[i] + x * p;
  return p;
}

constexpr float kExpm1[] = {1.0f, -3.3333335072e-02f, 1.5873016091e-03f, -7.9365076090e-05f, 4.0082177293e-06f, -2.0109921195e-07f};

// erf(x) = x + x * small(x^2) to 0.84; kErfNearOne + near_one(|x| - 1) to 1.25; erfc's tail, middle and far, of 1 / x^2.
constexpr float kErfNearOne = 8.4506291151e-01f;
constexpr float kSmallP[] = {1.2837916613e-01f, -3.2504209876e-01f, -2.8481749818e-02f, -5.7702702470e-03f, -2.3763017452e-05f};
constexpr float kSmallQ[] = {1.0f, 3.9791721106e-01f, 6.5022252500e-02f, 5.0813062117e-03f, 1.3249473704e-04f, -3.9602282413e-06f};
constexpr float kNearOneP[] = {-2.3621185683e-03f, 4.1485610604e-01f, -3.7220788002e-01f, 3.1834661961e-01f,
                               -1.1089469492e-01f, 3.5478305072e-02f, -2.1663755178e-03f};
constexpr float kNearOneQ[] = {
    1.0f, 1.0642088205e-01f, 5.4039794207e-01f, 7.1828655899e-02f, 1.2617121637e-01f, 1.3637083583e-02f, 1.1984500103e-02f};
constexpr float kMiddleP[] = {-9.8649440333e-03f, -6.9385856390e-01f, -1.0558626175e+01f, -6.2375331879e+01f,
                              -1.6239666748e+02f, -1.8460508728e+02f, -8.1287437439e+01f, -9.8143291473e+00f};
constexpr float kMiddleQ[] = {
    1.0f,
    1.9651271820e+01f,
    1.3765776062e+02f,
    4.3456588745e+02f,
    6.4538726807e+02f,
    4.2900814819e+02f,
    1.0863500214e+02f,
    6.5702495575e+00f,
    -6.0424413532e-02f,
};
constexpr float kFarP[] = {-9.8649431020e-03f, -7.9928326607e-01f, -1.7757955551e+01f, -1.6063638306e+02f,
                           -6.3756646729e+02f, -1.0250950928e+03f, -4.8351919556e+02f};
constexpr float kFarQ[] = {1.0f,
                           3.0338060379e+01f,
                           3.2579251099e+02f,
                           1.5367296143e+03f,
                           3.1998581543e+03f,
                           2.5530502930e+03f,
                           4.7452853394e+02f,
                           -2.2440952301e+01f};

template <float (*kExp)(float)>
float erfc(float x) {
  if (!(x == x)) return x;
  const float a = x < 0 ? -x : x;
  if (a < 0.84375f) {
    const float z = x * x;
    const float y = polynomial(kSmallP, z) / polynomial(kSmallQ, z);
    if (x < 0.25f) return 1.0f - (x + x * y);
    return 0.5f - (x * y + (x - 0.5f));
  }
  if (a < 1.25f) {
    const float s = a - 1.0f;
    const float y = polynomial(kNearOneP, s) / polynomial(kNearOneQ, s);
    return x < 0 ? 1.0f + (kErfNearOne + y) : 1.0f - kErfNearOne - y;
  }
  if (x < -6.0f) return 2.0f;
  if (x >= 28.0f) return 0.0f;
  const float s = 1.0f / (x * x);
  const float y = a < 2.857142925f ? polynomial(kMiddleP, s) / polynomial(kMiddleQ, s) : polynomial(kFarP, s) / polynomial(kFarQ, s);
  // e^-a^2 in two factors: `high` has so few bits that its square is exact.
  const float high = float_of(bits_of(a) & 0xffffe000u);
  const float tail = kExp(-high * high - 0.5625f) * kExp((high - a) * (high + a) + y) / a;
  return x < 0 ? 2.0f - tail : tail;
}

}  // namespace

float expm1_as_libm(float x) {
  constexpr float kLn2High = 6.9313812256e-01f, kLn2Low = 9.0580006145e-06f;
  if (!(x == x)) return x;
  if (x > 88.7228317f) return __builtin_inff();
  if (x < -18.7149734f) return -1.0f;
  const float a = x < 0 ? -x : x;
  int32_t k = 0;
  float r = x, r_low = 0;  // r + r_low is x - k ln 2
  if (a > 0.346573591f) {
    k = a < 1.03972077f ? 1 : static_cast<int32_t>(1.44269502f * a + 0.5f);
    if (x < 0) k = -k;
    const float high = x - static_cast<float>(k) * kLn2High, low = static_cast<float>(k) * kLn2Low;
    r = high - low;
    r_low = (high - r) - low;
  } else if (a < 2.98023224e-08f) {
    return x;
  }
  const float half = 0.5f * r, square = r * half;
  const float p = polynomial(kExpm1, square);
  const float t = 3.0f - p * half;
  float e = square * ((p - t) / (6.0f - r * t));  // e^r - 1 is r - (r * e - square)
  if (k == 0) return r - (r * e - square);
  e = (r * (e - r_low) - r_low) - square;
  if (k == -1) return 0.5f * (r - e) - 0.5f;
  if (k == 1) return r < -0.25f ? -2.0f * (e - (r + 0.5f)) : 1.0f + 2.0f * (r - e);
  if (k < -1 || k > 56) return scaled(1.0f - (e - r), k) - 1.0f;
  const float one_over = scaled(1.0f, -k);
  return scaled(k < 23 ? (1.0f - one_over) - (e - r) : (r - (e + one_over)) + 1.0f, k);
}

float tanh_as_libm(float x) {
  if (!(x == x)) return x;
  const float a = x < 0 ? -x : x;
  float t = 1.0f;
  if (a < 22.0f) {
    if (a >= 1.0f) {
      t = 1.0f - 2.0f / (expm1_as_libm(2.0f * a) + 2.0f);
    } else {
      const float e = expm1_as_libm(-2.0f * a);
      t = -e / (e + 2.0f);
    }
  }
  return x < 0 ? -t : t;
}

float erfc_as_libm(float x) { return erfc<exp_nearest>(x); }
float erfc_f32(float x) { return erfc<exp_f32>(x); }

}  // namespace midge
