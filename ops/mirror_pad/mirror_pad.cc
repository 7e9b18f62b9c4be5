// MIRROR_PAD: prepare and eval.
#include "ops/mirror_pad/mirror_pad.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kMode = 0;  // option field
enum : uint8_t { kReflect, kSymmetric };

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_movable(c, 0));
  const uint8_t mode = c.options().u8(kMode);
  if (mode != kReflect && mode != kSymmetric) return Code::kUnsupportedOption;
  const int32_t skipped = mode == kReflect ? 1 : 0;
  const Shape in = c.input(0).shape;
  Border border;
  Shape out;
  MIDGE_TRY(read_border(c, &border, &out));
  for (int32_t d = 0; d < in.rank; ++d) {
    if (max(border.before[d], border.after[d]) > in[d] - skipped) return c.fail_input(1, Code::kBadValue);
  }
  MIDGE_TRY(c.set_output_shape(0, out));
  MirrorPadData* p;
  MIDGE_TRY(c.allocate(&p));
  *p = MirrorPadData{copy_inside(c, border, out), border, skipped};
  return Code::kOk;
}

/// The input goes to its place; then, dimension by dimension from the innermost, what is there is mirrored within the output.
Status eval(const EvalContext& c) {
  const MirrorPadData& p = c.data<MirrorPadData>();
  uint8_t* out = c.output<uint8_t>(0);
  strided_copy(p.inside, c.input<uint8_t>(0), out);
  StridedCopy mirror = p.inside;
  int32_t origin = p.inside.to_start;  // of what is there
  for (int32_t d = 0; d < mirror.rank; ++d) mirror.from_step[d] = mirror.to_step[d];
  for (int32_t d = mirror.rank - 1; d >= 0; --d) {
    const int32_t step = mirror.to_step[d], size = mirror.dims[d], before = p.border.before[d], after = p.border.after[d];
    mirror.from_step[d] = -step;
    if (before > 0) {
      mirror.dims[d] = before;
      mirror.from_start = origin + (before - 1 + p.skipped) * step;
      mirror.to_start = origin - before * step;
      strided_copy(mirror, out, out);
    }
    if (after > 0) {
      mirror.dims[d] = after;
      mirror.from_start = origin + (size - 1 - p.skipped) * step;
      mirror.to_start = origin + size * step;
      strided_copy(mirror, out, out);
    }
    mirror.from_step[d] = step;
    mirror.dims[d] = before + size + after;
    origin -= before * step;
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(mirror_pad, midge::kAll)
