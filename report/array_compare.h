// Compares an output with what it should be: integers exactly, floats within a tolerance that follows from the values.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "report/npy.h"

namespace midge {

struct ArrayComparison {
  uint64_t values = 0;
  uint64_t different = 0;
  double tolerance = 0;           ///< absolute; 0 for integers
  double largest_difference = 0;  ///< of all values, also those within the tolerance; infinite where only one is finite
  std::vector<uint64_t> first;    ///< index of the first value that differs, one entry a dimension
  double first_got = 0, first_expected = 0;

  bool equal() const { return different == 0; }
};

/// Both arrays must have the same type and shape. Floats may differ by `relative` times the expected array's range (its
/// largest value minus its smallest; its largest magnitude where all are equal). NaN equals NaN.
ArrayComparison compare_arrays(const NpyArray& got, const NpyArray& expected, double relative = 1e-5);

/// Element i as a double. Exact for every type but int64.
double element_as_double(const NpyArray& array, uint64_t i);

}  // namespace midge
