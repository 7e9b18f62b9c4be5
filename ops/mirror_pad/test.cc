// MIRROR_PAD: both modes, by walking back and forth along each dimension; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

enum : int32_t { kReflect, kSymmetric };

/// Position `i` (from minus the border on) of a dimension of n elements, walked until it is inside.
int32_t mirrored(int32_t i, int32_t n, int32_t mode) {
  const int32_t edge = mode == kReflect ? 0 : 1;
  if (i < 0) return -i - edge;
  return i < n ? i : 2 * (n - 1) - i + edge;
}

void check(Report& r, const Shape& in, const int32_t* widths, int32_t mode) {
  const Constants constants{1, {shape_of(in.rank, 2)}, {widths}};
  Shape out = in;
  for (int32_t d = 0; d < in.rank; ++d) out.dims[d] += widths[2 * d] + widths[2 * d + 1];
  check_movement_types(r, ops::mirror_pad, in, constants, out, Options().u8(0, mode), [&](const int32_t* p) {
    int32_t from[kMaxRank];
    for (int32_t d = 0; d < in.rank; ++d) from[d] = mirrored(p[d] - widths[2 * d], in[d], mode);
    return index_of(in, from);
  });
}

}  // namespace

void test_mirror_pad(Report& r) {
  const int32_t image[] = {0, 0, 2, 1, 1, 2, 0, 0}, all[] = {0, 1, 2, 2, 1, 1, 2, 1}, line[] = {4, 4},
                six[] = {0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0};
  for (int32_t mode = kReflect; mode <= kSymmetric; ++mode) {
    check(r, shape_of(1, 3, 4, 2), image, mode);
    check(r, shape_of(2, 3, 2, 3), all, mode);
    check(r, shape_of(5), line, mode);
    check(r, shape_of(1, 2, 2, 2, 1, 3), six, mode);
  }
  const int32_t whole[] = {3, 3}, more[] = {0, 4}, negative[] = {-1, 0};
  check(r, shape_of(3), whole, kSymmetric);
  const auto refused = [&](const int32_t* widths, int32_t mode, Code code) {
    check_movement_refused(r, ops::mirror_pad, shape_of(3), {1, {shape_of(1, 2)}, {widths}}, shape_of(3 + widths[0] + widths[1]),
                           Options().u8(0, mode), code);
  };
  refused(whole, kReflect, Code::kBadValue);
  refused(more, kSymmetric, Code::kBadValue);
  refused(negative, kSymmetric, Code::kBadValue);
  refused(line, 2, Code::kUnsupportedOption);
}

}  // namespace testing
}  // namespace midge
