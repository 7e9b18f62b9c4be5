// A tensor as the C API shows it.
#pragma once
#include "midge/interpreter.h"
#include "midge/midge.h"

namespace midge {

inline midge_tensor view_of(const TensorView& t) {
  midge_tensor out = {};
  out.data = t.data;
  out.bytes = t.bytes;
  out.type = static_cast<uint8_t>(t.info.type);
  out.rank = t.info.shape.rank;
  for (int i = 0; i < t.info.shape.rank; ++i) out.dims[i] = t.info.shape[i];
  out.scale = t.info.scale();
  out.zero_point = t.info.zero_point();
  return out;
}

}  // namespace midge
