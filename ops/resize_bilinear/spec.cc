// RESIZE_BILINEAR for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_resize_bilinear() {
  return {.equation = "out[b,y,x,c] = in between the four nearest elements, interpolated",
          .types = "int8; uint8; int16; float32",
          .constraints = {"The input has rank 4, and at most 2^20 rows and columns; so has the output.",
                          "align_corners and half_pixel_centers exclude each other.",
                          "Where the size is computed at run time, the file's own shape of the output is used."}};
}

}  // namespace midge
