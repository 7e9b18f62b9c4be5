// From a histogram to the range that a tensor's integers cover, by one of the methods of a recipe. Every range holds zero.
#pragma once
#include "compiler/quantize/histogram.h"
#include "compiler/quantize/recipe.h"

namespace midge {

struct Range {
  double low = 0, high = 0;
};

/// `levels`: how many integers there are, 256 or 65536; `symmetric`: the range is one of -x to x.
/// kMovingAverage takes `average`, which the caller kept (see statistics.h).
Range choose_range(const Histogram& histogram, RangeMethod method, double percentile, int levels, bool symmetric, Range average);

/// Scale and zero point of int8 (asymmetric) or int16 (symmetric) over a range. A range without extent gives the scale 1.
ir::Quantization quantization_of(Range range, Type type);

/// The mean squared error of quantising the values with this range.
double range_error(const Histogram& histogram, Range range, int levels);

}  // namespace midge
