// SLICE: begin and size, constant and computed; a size of -1; what is refused, at run time too.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kBegins[][3] = {{0, 0, 0}, {1, 2, 0}, {2, 0, 3}, {0, 2, 1}}, kSizes[][3] = {{1, 1, 1}, {1, 2, -1}, {-1, -1, 1}, {-1, 1, 2}};

Constants bounds(const int32_t* begin, const int32_t* size, uint32_t computed) {
  return {2, {shape_of(3), shape_of(3)}, {begin, size}, computed};
}

void check(Report& r, const int32_t* begin, const int32_t* size, uint32_t computed) {
  const Shape in = shape_of(3, 4, 5);
  Shape out = in;
  for (int32_t d = 0; d < 3; ++d) out.dims[d] = size[d] < 0 ? in[d] - begin[d] : size[d];
  check_movement_types(r, ops::slice, in, bounds(begin, size, computed), out, Options(), [&](const int32_t* p) {
    const int32_t from[] = {p[0] + begin[0], p[1] + begin[1], p[2] + begin[2]};
    return index_of(in, from);
  });
}

}  // namespace

void test_slice(Report& r) {
  for (uint32_t computed = 0; computed < 4; ++computed) {
    for (const auto& begin : kBegins) {
      for (const auto& size : kSizes) check(r, begin, size, computed);
    }
  }
  const int32_t negative[] = {-1, 0, 0}, beyond[] = {0, 3, 0}, good[] = {1, 2, 3}, size[] = {1, 2, 2}, other[] = {2, 2, 2},
                empty[] = {1, 0, 2}, bad[] = {1, -2, 2};
  for (uint32_t computed = 0; computed < 3; ++computed) {
    const Code code = computed != 0 ? Code::kBadData : Code::kBadValue;
    const auto refused = [&](const int32_t* b, const int32_t* s, Code why) {
      check_movement_refused(r, ops::slice, shape_of(3, 4, 5), bounds(b, s, computed), shape_of(1, 2, 2), Options(), why);
    };
    refused(good, size, Code::kOk);
    refused(negative, size, code);
    refused(beyond, size, code);
    refused(good, bad, code);
    refused(good, empty, computed != 0 ? Code::kBadData : Code::kBadShape);
    refused(good, other, computed != 0 ? Code::kBadData : Code::kShapeMismatch);
  }
}

}  // namespace testing
}  // namespace midge
