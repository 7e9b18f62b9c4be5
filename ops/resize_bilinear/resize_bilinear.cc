// RESIZE_BILINEAR: prepare and eval.
#include "ops/resize_bilinear/resize_bilinear.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr ResizeOptions kOptions{2, 3};

Status prepare(PrepareContext& c) {
  ResizeData* p;
  MIDGE_TRY(prepare_resize(c, kOptions, &p));
  return p->align_corners != 0 && p->half_pixel != 0 ? Code::kUnsupportedOption : Code::kOk;
}

template <class T, void kKernel(const ResizeData&, const T*, T*)>
Status eval(const EvalContext& c) {
  MIDGE_TRY(check_resize(c));
  kKernel(c.data<ResizeData>(), c.input<T>(0), c.output<T>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kAny, Type::kInt8, prepare, eval<int8_t, resize_bilinear_integer_reference<int8_t>>},
                            {Type::kUint8, Type::kAny, Type::kUint8, prepare, eval<uint8_t, resize_bilinear_real_reference<uint8_t>>},
                            {Type::kInt16, Type::kAny, Type::kInt16, prepare, eval<int16_t, resize_bilinear_integer_reference<int16_t>>},
                            {Type::kFloat32, Type::kAny, Type::kFloat32, prepare, eval<float, resize_bilinear_real_reference<float>>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(resize_bilinear, midge::kAll)
