// RESIZE_NEAREST_NEIGHBOR: the four element sizes against quotients of integers. The sizes are such that no position lies so close to
// the border of two elements that single precision could decide otherwise.
#include "ops/testing_resize.h"

namespace midge {
namespace testing {
namespace {

constexpr ResizeIds kIds{0, 1, true};

int32_t nearest(int32_t i, int32_t in, int32_t out, const ResizeCase& c) {
  const bool aligned = c.align_corners && out > 1;
  const int32_t from = aligned ? in - 1 : in, to = aligned ? out - 1 : out;
  const int32_t twice = 2 * i + (c.half_pixel ? 1 : 0);  // (i + h) * from / to = twice * from / (2 * to)
  return min((twice * from + (c.align_corners ? to : 0)) / (2 * to), in - 1);
}

template <class T>
void check(Report& r, Type type, const ResizeCase& c) {
  const int32_t size[] = {c.out_h, c.out_w};
  OneOp m;
  add_resize(m, type, c, size);
  if (!r.expect_ok(m.prepare(ops::resize_nearest_neighbor, resize_options(kIds, c.align_corners, c.half_pixel)), "prepare")) return;
  const int32_t pixels = c.in_h * c.in_w * kResizeChannels;
  for (int32_t i = 0; i < kResizeBatches * pixels; ++i) m.in<T>(0)[i] = static_cast<T>(i * 7);
  T expected[kMostResized];
  int32_t at = 0;
  for (int32_t b = 0; b < kResizeBatches; ++b) {
    for (int32_t y = 0; y < c.out_h; ++y) {
      for (int32_t x = 0; x < c.out_w; ++x) {
        const int32_t from = (nearest(y, c.in_h, c.out_h, c) * c.in_w + nearest(x, c.in_w, c.out_w, c)) * kResizeChannels;
        for (int32_t k = 0; k < kResizeChannels; ++k) expected[at++] = static_cast<T>((b * pixels + from + k) * 7);
      }
    }
  }
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("resized", expected, m.out<T>(), at);
}

}  // namespace

void test_resize_nearest_neighbor(Report& r) {
  for_each_resize(kIds.both, [&](const ResizeCase& c) {
    if (r.next_case()) check<int8_t>(r, Type::kInt8, c);
  });
  const ResizeCase c{5, 3, 7, 4, false, true};
  if (r.next_case()) check<int16_t>(r, Type::kInt16, c);
  if (r.next_case()) check<float>(r, Type::kFloat32, c);
  if (r.next_case()) check<int64_t>(r, Type::kInt64, c);
  if (r.next_case()) check_resize_refusals(r, ops::resize_nearest_neighbor, kIds);
}

}  // namespace testing
}  // namespace midge
