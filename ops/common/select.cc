// See select.h.
#include "ops/common/select.h"

#include "kernels/broadcast/broadcast.h"

namespace midge {
namespace {

constexpr uint32_t kX = 1, kY = 2;

void set_steps(const Shape& operand, const Shape& out, int32_t* steps) {
  int32_t size = 1;
  for (int32_t d = out.rank - 1; d >= 0; --d) {
    const int32_t from = d - (out.rank - operand.rank), dim = from < 0 ? 1 : operand[from];
    steps[d] = dim == 1 ? 0 : size;
    size *= dim;
  }
}

/// An element of whatever type, n words of W.
template <class W, int n>
struct __attribute__((may_alias)) Moved {
  W words[n];
};

template <class T>
void select_elements(const Selection& p, const EvalContext& c) {
  const uint8_t* condition = c.input<uint8_t>(0);
  const T* const values[] = {c.input<T>(kY), c.input<T>(kX)};
  T* out = c.output<T>(0);
  int32_t at[kMaxRank] = {};
  int32_t from = 0, index[] = {0, 0};
  for (;;) {
    const int32_t taken = condition[from] != 0 ? 1 : 0;
    *out++ = values[taken][index[taken]];
    int32_t d = p.rank - 1;
    for (; d >= 0; --d) {  // next element: carry as an odometer does
      from += p.condition[d], index[0] += p.y[d], index[1] += p.x[d];
      if (++at[d] < p.dims[d]) break;
      from -= p.condition[d] * at[d], index[0] -= p.y[d] * at[d], index[1] -= p.x[d] * at[d];
      at[d] = 0;
    }
    if (d < 0) return;
  }
}

}  // namespace

Status expect_selection(PrepareContext& c, Shape* condition, Shape* x, Shape* y) {
  MIDGE_TRY(c.expect(3, 3));
  const Tensor first = c.input(kX), second = c.input(kY);
  const uint32_t bytes = type_bytes(first.type);
  if (bytes == 0 || bytes > 8 || first.type != c.output(0).type) return c.fail_input(kX, Code::kUnsupportedType);
  if (second.type != first.type) return c.fail_input(kY, Code::kUnsupportedType);
  *condition = c.input(0).shape, *x = first.shape, *y = second.shape;
  return Code::kOk;
}

Status prepare_selection(PrepareContext& c, const Shape& condition, const Shape& x, const Shape& y) {
  Shape values, out;
  Broadcast plan;
  if (!plan_broadcast(x, y, &values, &plan).ok()) return c.fail_input(kY, Code::kShapeMismatch);
  if (!plan_broadcast(condition, values, &out, &plan).ok()) return c.fail_input(0, Code::kShapeMismatch);
  // A single element takes the shape that the file notes: exporters differ in how they write one.
  const Shape noted = c.output(0).shape;
  MIDGE_TRY(c.set_output_shape(0, out.count() == 1 && noted.count() == 1 ? noted : out));
  Selection* p;
  MIDGE_TRY(c.allocate(&p));
  p->element_bytes = static_cast<int32_t>(type_bytes(c.output(0).type));
  p->rank = out.rank;
  for (int32_t d = 0; d < out.rank; ++d) p->dims[d] = out[d];
  set_steps(condition, out, p->condition);
  set_steps(x, out, p->x);
  set_steps(y, out, p->y);
  return Code::kOk;
}

Status eval_selection(const EvalContext& c) {
  const Selection& p = c.data<Selection>();
  switch (p.element_bytes) {
    case 1: select_elements<Moved<uint8_t, 1>>(p, c); break;
    case 2: select_elements<Moved<uint16_t, 1>>(p, c); break;
    case 4: select_elements<Moved<uint32_t, 1>>(p, c); break;
    default: select_elements<Moved<uint32_t, 2>>(p, c);
  }
  return Code::kOk;
}

}  // namespace midge
