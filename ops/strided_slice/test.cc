// STRIDED_SLICE against the rule of NumPy's slices, dimension by dimension: masks, negative bounds and strides, shrunk dimensions, the
// offset option; bounds that are computed; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

struct Slice {
  int32_t begin, end, stride;
  bool open_begin, open_end, shrink;
};
// Of a dimension of 5. What each takes is recomputed by walking.
constexpr Slice kSlices[] = {{0, 5, 1, false, false, false},   {1, 4, 2, false, false, false},    {-3, -1, 1, false, false, false},
                             {4, -6, -1, false, false, false}, {9, -99, -2, false, false, false}, {3, 1, 1, true, true, false},
                             {1, 3, -1, true, true, false},    {2, 0, 1, false, true, false},     {0, 3, 7, false, false, false},
                             {-2, 0, 1, false, false, true},   {3, 4, 1, false, false, true}};

int32_t elements(const Slice& s, int32_t size, int32_t* taken) {
  int32_t begin = s.begin < 0 ? s.begin + size : s.begin, end = s.end < 0 ? s.end + size : s.end, n = 0;
  if (s.shrink) return taken[0] = begin, 1;
  if (s.open_begin) begin = s.stride > 0 ? 0 : size - 1;
  if (s.open_end) end = s.stride > 0 ? size : -1;
  while (s.stride < 0 && begin >= size) begin = size - 1;
  for (int32_t i = begin; s.stride > 0 ? i < end : i > end; i += s.stride) {
    if (i >= 0 && i < size) taken[n++] = i;
  }
  return n;
}

void check(Report& r, const Slice& a, const Slice& b, uint32_t computed) {
  constexpr int32_t kSize = 5;
  const Slice slices[] = {a, b};
  int32_t bounds[3][2], taken[2][kSize], count[2], masks[5] = {};
  Shape out;
  for (int32_t d = 0; d < 2; ++d) {
    bounds[0][d] = slices[d].begin, bounds[1][d] = slices[d].end, bounds[2][d] = slices[d].stride;
    masks[0] |= slices[d].open_begin << d, masks[1] |= slices[d].open_end << d, masks[4] |= slices[d].shrink << d;
    count[d] = elements(slices[d], kSize, taken[d]);
    if (!slices[d].shrink) out.dims[out.rank++] = count[d];
  }
  out.dims[out.rank++] = 3;  // a third dimension that the bounds do not name
  Constants constants;
  constants.count = 3;
  constants.computed = computed;
  for (int32_t i = 0; i < 3; ++i) constants.shapes[i] = shape_of(2), constants.values[i] = bounds[i];
  Options options;
  for (uint32_t i = 0; i < 5; ++i) options.i32(i, masks[i]);
  check_movement_types(r, ops::strided_slice, shape_of(kSize, kSize, 3), constants, out, options, [&](const int32_t* p) {
    const int32_t y = taken[0][a.shrink ? 0 : *p++], x = taken[1][b.shrink ? 0 : *p++];
    return (y * kSize + x) * 3 + *p;
  });
}

/// Two elements from begin on in steps of 2, begin counted from either end: end is an offset of 3.
void check_offset(Report& r, uint32_t computed) {
  for (int32_t begin = -5; begin < 3; ++begin) {
    const int32_t size = 3, stride = 2;
    if (begin == -1 || begin == -2) continue;  // leaves the dimension
    const Constants constants{3, {shape_of(1), shape_of(1), shape_of(1)}, {&begin, &size, &stride}, computed};
    check_movement_types(r, ops::strided_slice, shape_of(5), constants, shape_of(2), Options().u8(5, 1),
                         [&](const int32_t* p) { return (begin < 0 ? begin + 5 : begin) + 2 * p[0]; });
  }
}

void check_refusals(Report& r) {
  constexpr uint32_t kComputed[] = {0, 1, 4};  // none, begin, strides
  const auto refused = [&](const int32_t(&bounds)[3], uint32_t computed, const Options& options, Code code) {
    const Constants constants{3, {shape_of(1), shape_of(1), shape_of(1)}, {&bounds[0], &bounds[1], &bounds[2]}, computed};
    check_movement_refused(r, ops::strided_slice, shape_of(5), constants, shape_of(2), options, code);
  };
  const int32_t good[] = {1, 3, 1}, no_stride[] = {1, 3, 0}, empty[] = {3, 1, 1}, long_one[] = {1, 4, 1}, end[] = {4, 2, 1}, behind[] = {5, 6, 1};
  for (const uint32_t computed : kComputed) {
    const Code value = computed != 0 ? Code::kBadData : Code::kBadValue, shape = computed != 0 ? Code::kBadData : Code::kShapeMismatch;
    refused(good, computed, Options(), Code::kOk);
    refused(no_stride, computed, Options(), value);
    refused(empty, computed, Options(), computed != 0 ? Code::kBadData : Code::kBadShape);
    refused(long_one, computed, Options(), shape);
    refused(end, computed, Options().u8(5, 1), value);     // [4 : 4 + 2]
    refused(behind, computed, Options().i32(4, 1), value); // [5]
    refused(good, computed, Options().i32(3, 1), shape);   // [newaxis]
  }
}

}  // namespace

void test_strided_slice(Report& r) {
  uint32_t computed = 0;
  for (const Slice& a : kSlices) {
    for (const Slice& b : kSlices) check(r, a, b, computed++ % 8);
  }
  // x[..., newaxis, 1:3] of [2, 2, 4]
  const int32_t begin[] = {0, 0, 1}, end[] = {0, 0, 3}, stride[] = {1, 1, 1};
  const Constants constants{3, {shape_of(3), shape_of(3), shape_of(3)}, {begin, end, stride}};
  check_movement_types(r, ops::strided_slice, shape_of(2, 2, 4), constants, shape_of(2, 2, 1, 2), Options().i32(2, 1).i32(3, 2),
                       [](const int32_t* p) { return (p[0] * 2 + p[1]) * 4 + p[3] + 1; });
  for (uint32_t k = 0; k < 8; ++k) check_offset(r, k);
  check_refusals(r);
}

}  // namespace testing
}  // namespace midge
