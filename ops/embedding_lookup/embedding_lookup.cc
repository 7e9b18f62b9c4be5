// EMBEDDING_LOOKUP: prepare and eval.
#include "ops/embedding_lookup/embedding_lookup.h"

#include "kernels/packed/packed.h"
#include "ops/common/movement.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  const Tensor ids = c.input(0), table = c.input(1);
  if (ids.type != Type::kInt32) return c.fail_input(0, Code::kUnsupportedType);
  if (ids.shape.rank != 1) return c.fail_input(0, Code::kUnsupportedRank);
  if (table.shape.rank < 2) return c.fail_input(1, Code::kUnsupportedRank);
  Shape out = table.shape;
  out.dims[0] = ids.shape[0];
  MIDGE_TRY(c.set_output_shape(0, out));
  EmbeddingLookup* p;
  MIDGE_TRY(c.allocate(&p));
  *p = EmbeddingLookup{ids.shape[0], table.shape[0], table.shape.product(1, table.shape.rank), static_cast<int32_t>(type_bits(table.type)),
                       table.quantization};
  return Code::kOk;
}

Status prepare_moved(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_movable(c, 1));
  return prepare(c);
}

Status prepare_real(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_filter_scales(c.input(1), c.input(1).shape[0], 0));
  return prepare(c);
}

/// Calls row(its number in the table, number of the output's).
template <class F>
Status for_each_row(const EvalContext& c, const EmbeddingLookup& p, F row) {
  const int32_t* ids = c.input<int32_t>(0);
  for (int32_t i = 0; i < p.count; ++i) {
    if (ids[i] < 0 || ids[i] >= p.rows) return Code::kBadData;
    row(ids[i], i);
  }
  return Code::kOk;
}

Status eval_moved(const EvalContext& c) {
  const EmbeddingLookup& p = c.data<EmbeddingLookup>();
  const size_t row_bytes = static_cast<size_t>(p.row_elements) * static_cast<size_t>(p.bits / 8);
  return for_each_row(c, p, [&](int32_t from, int32_t to) {
    memcpy(c.output<uint8_t>(0) + static_cast<size_t>(to) * row_bytes, c.input<uint8_t>(1) + static_cast<size_t>(from) * row_bytes, row_bytes);
  });
}

Status eval_real(const EvalContext& c) {
  const EmbeddingLookup& p = c.data<EmbeddingLookup>();
  float* out = c.output<float>(0);
  return for_each_row(c, p, [&](int32_t from, int32_t) {
    const float scale = p.scales.scale(static_cast<uint32_t>(from));
    for (int32_t k = 0; k < p.row_elements; ++k) {
      int8_t unpacked;
      *out++ = static_cast<float>(*as_s8(c.input<void>(1), p.bits, from * p.row_elements + k, 1, &unpacked)) * scale;
    }
  });
}

constexpr Variant kAll[] = {{Type::kInt32, Type::kInt8, Type::kFloat32, prepare_real, eval_real},
                            {Type::kInt32, Type::kUint8, Type::kFloat32, prepare_real, eval_real},
                            {Type::kInt32, Type::kInt4, Type::kFloat32, prepare_real, eval_real},
                            {Type::kInt32, Type::kInt2, Type::kFloat32, prepare_real, eval_real},
                            {Type::kInt32, Type::kAny, Type::kAny, prepare_moved, eval_moved}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(embedding_lookup, midge::kAll)
