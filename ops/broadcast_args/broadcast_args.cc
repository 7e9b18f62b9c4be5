// BROADCAST_ARGS: prepare and eval.
#include "ops/broadcast_args/broadcast_args.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  for (uint32_t i = 0; i < 2; ++i) {
    if (c.input(i).shape.rank != 1) return c.fail_input(i, Code::kUnsupportedRank);
    if (c.input(i).shape[0] > kMaxRank) return c.fail_input(i, Code::kBadRank);
  }
  const int32_t a = c.input(0).shape[0], b = c.input(1).shape[0];
  Shape out;
  out.rank = 1;
  out.dims[0] = max(a, b);
  MIDGE_TRY(c.set_output_shape(0, out));
  BroadcastArgsData* p;
  MIDGE_TRY(c.allocate(&p));
  *p = BroadcastArgsData{a, b};
  return Code::kOk;
}

template <class T>
Status eval(const EvalContext& c) {
  const BroadcastArgsData& p = c.data<BroadcastArgsData>();
  const int32_t n = max(p.a, p.b);
  const T *a = c.input<T>(0), *b = c.input<T>(1);
  T* out = c.output<T>(0);
  for (int32_t i = 0; i < n; ++i) {
    const T x = i < n - p.a ? 1 : a[i - (n - p.a)], y = i < n - p.b ? 1 : b[i - (n - p.b)];
    if (x != y && x != 1 && y != 1) return Code::kBadData;
    out[i] = x == 1 ? y : x;
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt32, Type::kInt32, Type::kInt32, prepare, eval<int32_t>},
                            {Type::kInt64, Type::kInt64, Type::kInt64, prepare, eval<int64_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(broadcast_args, midge::kAll)
