// The inner loops that have a version for each instruction set. simd.cc chooses once, by what the processor can do.
//
// Each loop gives an output element the same value wherever it stands in a tile and however many rows are computed together: its
// products are added one by one, in the order of k (or of the taps). Versions differ from each other in the last bits, since some
// have fused multiply-add.
#pragma once
#include <cstddef>

namespace midge {

/// least <= x <= most; infinities where there is no bound.
struct Clamp {
  float least, most;
};

/// C[rows x columns] = A[rows x depth] * B + bias, clamped. B is packed: panels of `panel` columns, in each panel depth rows of
/// `panel` floats, zeros where there is no column.
struct Gemm {
  const float* a;
  size_t a_stride;  ///< floats from a row of A to the next
  const float* b;
  const float* bias;  ///< a multiple of `panel` floats; never null
  float* c;
  size_t c_stride;
  size_t rows, columns, depth;
  Clamp clamp;
};

/// A row of output pixels of a depthwise convolution with multiplier 1. Only rows of the window that lie inside the input are given.
struct DepthwiseRow {
  const float* const* rows;           ///< the input rows under the window
  const float* const* weights;        ///< for each of them its row of weights: taps * channels
  size_t row_count;
  size_t taps;                        ///< of a row
  size_t width;                       ///< input pixels of a row
  ptrdiff_t stride, dilation, before; ///< output pixel p covers input pixels p * stride - before + tap * dilation
  const float* bias;
  float* out;
  size_t pixels, channels;
  Clamp clamp;
};

enum class Binary : unsigned char { kAdd, kSub, kMul };

struct Simd {
  const char* name;
  size_t panel;  ///< columns of a panel of B
  void (*gemm)(const Gemm&);
  void (*depthwise_row)(const DepthwiseRow&);
  /// out[i] = a[i * a_step] op b[i * b_step], clamped; a step is 0 or 1.
  void (*binary)(Binary op, const float* a, size_t a_step, const float* b, size_t b_step, float* out, size_t n, Clamp clamp);
  /// out[i] = clamp(a[i]); may be in place.
  void (*clamp)(const float* a, float* out, size_t n, Clamp clamp);
  /// acc[i] += a[i]
  void (*accumulate)(const float* a, float* acc, size_t n);
  /// acc[i] = max(acc[i], a[i])
  void (*maximum)(const float* a, float* acc, size_t n);
};

/// The best that this processor has.
const Simd& simd();
/// All that this processor has, for tests; portable first.
const Simd* const* all_simd(size_t* count);
/// For tests: simd() becomes this; null: the best again.
void force_simd(const Simd* chosen);

}  // namespace midge
