// Some samples of a stream kept in memory: evenly spread over what has been seen, at most so many.
#pragma once
#include <vector>

#include "compiler/execute/executor.h"

namespace midge {

class SampleStore {
 public:
  /// Room for `most` samples.
  SampleStore(const ir::Graph& graph, size_t most);

  /// Offers sample `index` of a batch.
  void offer(const std::vector<Activation32>& batch, size_t index);
  size_t count() const { return count_; }
  const std::vector<Activation32>& values() const { return values_; }
  /// At most `most` of the samples, evenly spread.
  std::vector<Activation32> some(size_t most, size_t* count) const;
  void append(const SampleStore& other);

 private:
  void copy(const Activation32& from, size_t index, size_t input);

  std::vector<size_t> bytes_;  ///< of a sample, for each graph input
  std::vector<Activation32> values_;
  size_t most_, count_ = 0, stride_ = 1, seen_ = 0;
};

/// Samples [first, first + count) of each input.
std::vector<Activation32> slice(const std::vector<Activation32>& values, const std::vector<size_t>& bytes, size_t first, size_t count);
/// Bytes of a sample of each graph input.
std::vector<size_t> sample_bytes(const ir::Graph& graph);

}  // namespace midge
