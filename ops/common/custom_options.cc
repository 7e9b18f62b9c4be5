// See custom_options.h.
#include "ops/common/custom_options.h"

namespace midge {

int32_t CustomOptions::integer(const char* key, int32_t least, int32_t most) {
  int32_t v;
  if (map_[key].integer(&v) && v >= least && v <= most) return v;
  ok_ = false;
  return least;
}

float CustomOptions::real(const char* key) {
  float v = 0;
  ok_ = map_[key].real(&v) && ok_;
  return v;
}

bool CustomOptions::boolean(const char* key) {
  bool v = false;
  ok_ = map_[key].boolean(&v) && ok_;
  return v;
}

}  // namespace midge
