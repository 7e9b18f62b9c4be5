// See pieces.h.
#include "ops/common/pieces.h"

namespace midge {

Status eval_join(const EvalContext& c) {
  const Pieces& p = c.data<Pieces>();
  uint8_t* start = c.output<uint8_t>(0);
  for (uint32_t i = 0; i < p.count; ++i) {
    const uint32_t bytes = p.sizes()[i];
    const uint8_t* in = c.input<uint8_t>(i);
    uint8_t* out = start;
    for (int32_t o = 0; o < p.outer; ++o, in += bytes, out += p.row_bytes) memmove(out, in, bytes);
    start += bytes;
  }
  return Code::kOk;
}

Status eval_cut(const EvalContext& c) {
  const Pieces& p = c.data<Pieces>();
  const uint8_t* start = c.input<uint8_t>(p.whole);
  for (uint32_t i = 0; i < p.count; ++i) {
    const uint32_t bytes = p.sizes()[i];
    const uint8_t* in = start;
    uint8_t* out = c.output<uint8_t>(i);
    for (int32_t o = 0; o < p.outer; ++o, in += p.row_bytes, out += bytes) memmove(out, in, bytes);
    start += bytes;
  }
  return Code::kOk;
}

}  // namespace midge
