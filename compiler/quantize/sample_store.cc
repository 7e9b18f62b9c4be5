#include "compiler/quantize/sample_store.h"

#include <algorithm>

namespace midge {

std::vector<size_t> sample_bytes(const ir::Graph& graph) {
  std::vector<size_t> bytes;
  for (const int32_t i : graph.inputs) bytes.push_back(graph[i].bytes());
  return bytes;
}

std::vector<Activation32> slice(const std::vector<Activation32>& values, const std::vector<size_t>& bytes, size_t first, size_t count) {
  std::vector<Activation32> part(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const auto from = values[i].bytes.begin() + static_cast<ptrdiff_t>(first * bytes[i]);
    part[i].type = values[i].type;
    part[i].bytes.assign(from, from + static_cast<ptrdiff_t>(count * bytes[i]));
  }
  return part;
}

SampleStore::SampleStore(const ir::Graph& graph, size_t most)
    : bytes_(sample_bytes(graph)), values_(graph.inputs.size()), most_(std::max<size_t>(most, 2)) {
  for (size_t i = 0; i < values_.size(); ++i) values_[i].type = graph[graph.inputs[i]].type;
}

void SampleStore::copy(const Activation32& from, size_t index, size_t input) {
  const auto begin = from.bytes.begin() + static_cast<ptrdiff_t>(index * bytes_[input]);
  values_[input].bytes.insert(values_[input].bytes.end(), begin, begin + static_cast<ptrdiff_t>(bytes_[input]));
}

void SampleStore::offer(const std::vector<Activation32>& batch, size_t index) {
  if (seen_++ % stride_ != 0) return;
  if (count_ == most_) {  // every second one goes, and from now on only every second comes
    size_t kept = 0;
    for (size_t n = 0; n < count_; n += 2, ++kept) {
      for (size_t i = 0; i < values_.size(); ++i) {
        std::copy_n(values_[i].bytes.begin() + static_cast<ptrdiff_t>(n * bytes_[i]), bytes_[i],
                    values_[i].bytes.begin() + static_cast<ptrdiff_t>(kept * bytes_[i]));
      }
    }
    count_ = kept;
    for (size_t i = 0; i < values_.size(); ++i) values_[i].bytes.resize(count_ * bytes_[i]);
    stride_ *= 2;
    if ((seen_ - 1) % stride_ != 0) return;
  }
  for (size_t i = 0; i < values_.size(); ++i) copy(batch[i], index, i);
  ++count_;
}

std::vector<Activation32> SampleStore::some(size_t most, size_t* count) const {
  *count = std::min(most, count_);
  std::vector<Activation32> part(values_.size());
  for (size_t i = 0; i < values_.size(); ++i) {
    part[i].type = values_[i].type;
    part[i].bytes.reserve(*count * bytes_[i]);
    for (size_t n = 0; n < *count; ++n) {
      const auto from = values_[i].bytes.begin() + static_cast<ptrdiff_t>(n * count_ / *count * bytes_[i]);
      part[i].bytes.insert(part[i].bytes.end(), from, from + static_cast<ptrdiff_t>(bytes_[i]));
    }
  }
  return part;
}

void SampleStore::append(const SampleStore& other) {
  for (size_t i = 0; i < values_.size(); ++i)
    values_[i].bytes.insert(values_[i].bytes.end(), other.values_[i].bytes.begin(), other.values_[i].bytes.end());
  count_ += other.count_;
}

}  // namespace midge
