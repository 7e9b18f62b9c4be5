// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR: the sizes that both are tested with, and what both refuse.
#pragma once
#include "tests/one_op.h"

namespace midge {
namespace testing {

struct ResizeCase {
  int32_t in_h, in_w, out_h, out_w;
  bool align_corners, half_pixel;
};
constexpr int32_t kResizeBatches = 2, kResizeChannels = 3;
constexpr int32_t kMostResized = kResizeBatches * 11 * 11 * kResizeChannels;

/// Option ids of an operator, and whether it takes both options at once.
struct ResizeIds {
  uint32_t align_corners, half_pixel;
  bool both;
};

inline Options resize_options(const ResizeIds& ids, bool align_corners, bool half_pixel) {
  return Options().u8(ids.align_corners, align_corners).u8(ids.half_pixel, half_pixel);
}

/// Runs f(case) for each combination of sizes, up and down and both at once, and of options.
template <class F>
void for_each_resize(bool both, F f) {
  constexpr int32_t kIn[] = {1, 3, 5, 9}, kOut[] = {1, 4, 7, 8, 11};
  uint32_t n = 0;
  for (const int32_t in_h : kIn) {
    for (const int32_t out_h : kOut) {
      for (uint32_t options = 0; options < (both ? 4u : 3u); ++options, ++n) {
        f(ResizeCase{in_h, pick(kIn, n), out_h, pick(kOut, n * 3 + 1), (options & 1) != 0, (options & 2) != 0});
      }
    }
  }
}

/// A model of one resize whose size is a constant; `size` must live until prepare().
inline void add_resize(OneOp& m, Type type, const ResizeCase& c, const int32_t* size) {
  const float scale = type == Type::kFloat32 ? 0.0f : 0.5f;
  m.input({type, shape_of(kResizeBatches, c.in_h, c.in_w, kResizeChannels), scale, 3});
  m.input({Type::kInt32, shape_of(2), 0, 0, size, 8});
  m.output({type, shape_of(kResizeBatches, c.out_h, c.out_w, kResizeChannels), scale, 3});
}

inline void check_resize_refusals(Report& r, const OpRegistration& op, const ResizeIds& ids) {
  const int32_t size[] = {4, 6}, negative[] = {4, -6}, three[] = {4, 6, 1}, huge[] = {4, 0x7fffffff};
  const auto refusal = [&](const Shape& in, const Shape& out, const int32_t* values, int32_t count, bool align_corners, bool half_pixel) {
    OneOp m;
    m.input({Type::kInt8, in, 0.5f});
    m.input({Type::kInt32, shape_of(count), 0, 0, values, static_cast<uint32_t>(4 * count)});
    m.output({Type::kInt8, out, 0.5f});
    return m.prepare(op, resize_options(ids, align_corners, half_pixel)).code();
  };
  const Shape in = shape_of(1, 2, 3, 1), out = shape_of(1, 4, 6, 1);
  r.expect(refusal(in, out, size, 2, true, false) == Code::kOk, "the control");
  r.expect(refusal(in, out, size, 2, true, true) == (ids.both ? Code::kOk : Code::kUnsupportedOption), "both options");
  r.expect(refusal(shape_of(2, 3, 1), out, size, 2, false, false) == Code::kUnsupportedRank, "rank 3");
  r.expect(refusal(in, out, negative, 2, false, false) == Code::kBadValue, "a negative size");
  r.expect(refusal(in, out, three, 3, false, false) == Code::kShapeMismatch, "three sizes");
  r.expect(refusal(in, out, huge, 2, false, false) == Code::kTooLarge, "a huge size");
  r.expect(refusal(in, shape_of(1, 4, 5, 1), size, 2, false, false) == Code::kShapeMismatch, "another shape than the file's");

  OneOp m;
  m.input({Type::kInt8, in, 0.5f});
  m.input({Type::kInt32, shape_of(2)});
  m.output({Type::kInt8, out, 0.5f});
  if (!r.expect_ok(m.prepare(op, resize_options(ids, false, false)), "prepare with a computed size")) return;
  m.in<int32_t>(1)[0] = 4, m.in<int32_t>(1)[1] = 6;
  r.expect_ok(m.invoke(), "the size of the file's output");
  m.in<int32_t>(1)[1] = 5;
  r.expect(m.invoke().code() == Code::kBadData, "another size");
}

}  // namespace testing
}  // namespace midge
