// The versions that are compiled in. A processor may still lack what one of them needs: simd.cc asks it.
#pragma once
#include "compiler/execute/kernels/simd.h"

namespace midge {

extern const Simd kPortableSimd;
#if defined(__x86_64__)
extern const Simd kAvx2Simd;
extern const Simd kAvx512Simd;
#endif

}  // namespace midge
