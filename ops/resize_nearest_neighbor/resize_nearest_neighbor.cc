// RESIZE_NEAREST_NEIGHBOR: prepare and eval.
#include "ops/resize_nearest_neighbor/resize_nearest_neighbor.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr ResizeOptions kOptions{0, 1};

Status prepare(PrepareContext& c) {
  ResizeData* p;
  return prepare_resize(c, kOptions, &p);
}

Status eval(const EvalContext& c) {
  const ResizeData& p = c.data<ResizeData>();
  MIDGE_TRY(check_resize(c));
  const bool align = p.align_corners != 0, half = p.half_pixel != 0;
  const uint32_t bytes = static_cast<uint32_t>(p.channels) * p.element_bytes, row_bytes = static_cast<uint32_t>(p.in_w) * bytes;
  const uint8_t* in = c.input<uint8_t>(0);
  uint8_t* out = c.output<uint8_t>(0);
  for (int32_t b = 0; b < p.batches; ++b, in += static_cast<uint32_t>(p.in_h) * row_bytes) {
    for (int32_t y = 0; y < p.out_h; ++y) {
      const uint8_t* row = in + static_cast<uint32_t>(nearest_neighbor(y, p.in_h, p.out_h, align, half)) * row_bytes;
      for (int32_t x = 0; x < p.out_w; ++x, out += bytes) {
        memmove(out, row + static_cast<uint32_t>(nearest_neighbor(x, p.in_w, p.out_w, align, half)) * bytes, bytes);
      }
    }
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(resize_nearest_neighbor, midge::kAll)
