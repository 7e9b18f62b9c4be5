// Buffers: memory for tensors that comes back when they die and is used again, so that a run does not ask the system for pages.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

namespace midge {

/// Bytes that nobody has set, on a cache line's boundary.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t capacity)
      : data_(static_cast<uint8_t*>(::operator new[](std::max<size_t>(1, capacity), kAlignment))), capacity_(capacity) {}
  uint8_t* data() const { return data_.get(); }
  size_t capacity() const { return capacity_; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(uint8_t* p) const { ::operator delete[](p, kAlignment); }
  };
  std::unique_ptr<uint8_t[], Free> data_;
  size_t capacity_ = 0;
};

class Buffers {
 public:
  /// The smallest spare one that is large enough; else a new one in place of the largest that is too small.
  Buffer take(size_t bytes) {
    size_t best = spare_.size(), largest = spare_.size();
    for (size_t i = 0; i < spare_.size(); ++i) {
      const size_t c = spare_[i].capacity();
      if (c >= bytes && (best == spare_.size() || c < spare_[best].capacity())) best = i;
      if (largest == spare_.size() || c > spare_[largest].capacity()) largest = i;
    }
    if (best == spare_.size() && largest != best) spare_.erase(spare_.begin() + static_cast<ptrdiff_t>(largest));
    if (best >= spare_.size()) return Buffer(bytes);
    Buffer out = std::move(spare_[best]);
    spare_.erase(spare_.begin() + static_cast<ptrdiff_t>(best));
    return out;
  }
  void give_back(Buffer b) { spare_.push_back(std::move(b)); }

 private:
  std::vector<Buffer> spare_;
};

}  // namespace midge
