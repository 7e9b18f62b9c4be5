// MIRROR_PAD for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_mirror_pad() {
  return {.equation = "out = in with a border that mirrors it",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {
              "The widths are a constant [rank, 2] tensor of int32 or int64, not below zero, at most n (symmetric) or n - 1 (reflect)."}};
}

}  // namespace midge
