// RESIZE_BILINEAR against the equation in double: int8 and int16 exactly, at the positions that ten fraction bits give; uint8 within
// a step and float32 within 2^-20, at the true positions.
#include "ops/testing_resize.h"

namespace midge {
namespace testing {
namespace {

constexpr ResizeIds kIds{2, 3, false};

double place(int32_t i, int32_t in, int32_t out, const ResizeCase& c, bool ten_bits) {
  const bool aligned = c.align_corners && out > 1;
  const double from = aligned ? in - 1 : in, to = aligned ? out - 1 : out;
  double scale = from / to;
  if (ten_bits) scale = static_cast<double>(static_cast<int32_t>(scale * 1024 + 0.5)) / 1024;
  if (!c.half_pixel) return i * scale;
  const double half = ten_bits ? static_cast<double>(static_cast<int32_t>(scale * 512)) / 1024 : scale / 2;
  return i * scale + half - 0.5;
}

/// Interpolates along one axis: value(k) is the input at element k.
template <class F>
double between(double at, int32_t in, F value) {
  const int32_t low = clamp(static_cast<int32_t>(at), int32_t{0}, in - 1), high = min(low + 1, in - 1);
  const double d = clamp(at - low, 0.0, 1.0);
  return value(low) + (value(high) - value(low)) * d;
}

template <class T>
void draw(Random& random, T* to, int32_t n) {
  random.fill(to, n);
}
void draw(Random& random, float* to, int32_t n) {
  for (int32_t i = 0; i < n; ++i) to[i] = random.real(-1, 1);
}

template <class T>
void check(Report& r, Type type, const ResizeCase& c, bool ten_bits, T tolerance) {
  const int32_t size[] = {c.out_h, c.out_w};
  OneOp m;
  add_resize(m, type, c, size);
  if (!r.expect_ok(m.prepare(ops::resize_bilinear, resize_options(kIds, c.align_corners, c.half_pixel)), "prepare")) return;
  Random random = r.random();
  T* in = m.in<T>(0);
  draw(random, in, kResizeBatches * c.in_h * c.in_w * kResizeChannels);
  T expected[kMostResized];
  int32_t at = 0;
  for (int32_t b = 0; b < kResizeBatches; ++b) {
    for (int32_t y = 0; y < c.out_h; ++y) {
      for (int32_t x = 0; x < c.out_w; ++x) {
        for (int32_t k = 0; k < kResizeChannels; ++k) {
          const double real = between(place(y, c.in_h, c.out_h, c, ten_bits), c.in_h, [&](int32_t row) {
            return between(place(x, c.in_w, c.out_w, c, ten_bits), c.in_w, [&](int32_t column) {
              return static_cast<double>(in[((b * c.in_h + row) * c.in_w + column) * kResizeChannels + k]);
            });
          });
          expected[at++] = type == Type::kFloat32 ? static_cast<T>(real) : static_cast<T>(static_cast<int32_t>(real + (real < 0 ? -0.5 : 0.5)));
        }
      }
    }
  }
  if (r.expect_ok(m.invoke(), "invoke")) r.within("resized", expected, m.out<T>(), at, tolerance);
}

/// 1024 / 70 is rounded up to 15: at the end of a row the position passes the last element.
void check_long_output(Report& r) {
  const int32_t size[] = {1, 70};
  OneOp m;
  m.input({Type::kInt8, shape_of(1, 1, 1, 1), 0.5f});
  m.input({Type::kInt32, shape_of(2), 0, 0, size, sizeof size});
  m.output({Type::kInt8, shape_of(1, 1, 70, 1), 0.5f});
  if (!r.expect_ok(m.prepare(ops::resize_bilinear), "prepare")) return;
  int8_t expected[70];
  memset(expected, 99, sizeof expected);
  *m.in<int8_t>(0) = 99;
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("one element, stretched", expected, m.out<int8_t>(), 70);
}

}  // namespace

void test_resize_bilinear(Report& r) {
  uint32_t n = 0;
  for_each_resize(kIds.both, [&](const ResizeCase& c) {
    if (r.next_case()) check<int8_t>(r, Type::kInt8, c, true, 0);
    const uint32_t type = n++ / 3 % 3;  // the others in turn, so that all options meet all of them
    if (!r.next_case()) return;
    if (type == 0) check<int16_t>(r, Type::kInt16, c, true, 0);
    if (type == 1) check<uint8_t>(r, Type::kUint8, c, false, 1);
    if (type == 2) check<float>(r, Type::kFloat32, c, false, 1.0f / (1 << 20));
  });
  if (r.next_case()) check_long_output(r);
  if (r.next_case()) check_resize_refusals(r, ops::resize_bilinear, kIds);
}

}  // namespace testing
}  // namespace midge
