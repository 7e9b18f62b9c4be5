// Arena: the only memory of the runtime, a caller's buffer used from both ends.
//
//   begin                                                                   end
//   | activations, scratch (planned, shared by all models) -> |  free  | <- persistent (stacked by model) |
//
// Persistent memory grows down from the end and is never given back; the planned part is as long as the largest plan of any
// model on the arena. While a model is being prepared the planned part holds the planner's table.
#pragma once
#include "base/span.h"
#include "base/status.h"

namespace midge {

constexpr uint32_t kTensorAlignment = 16;
constexpr uint32_t kPersistentAlignment = 8;

class Arena {
 public:
  Arena() = default;
  /// Any address and size; the ends are aligned inwards.
  Arena(void* buffer, size_t bytes);

  /// Takes `bytes` from the end. When there is not enough it returns null, but goes on counting, so that needed() is exact.
  void* allocate(uint32_t bytes);
  /// Raises the length of the planned part to at least `bytes`. False when it does not fit.
  bool reserve_planned(uint32_t bytes);

  uint8_t* planned() const { return begin_; }
  /// Bytes that the caller's buffer has, and that all models together use of it, alignment of its start included: the size that
  /// would do at this address.
  size_t capacity() const { return capacity_; }
  size_t used() const { return lost_ + planned_ + persistent_; }
  /// True while everything asked for so far has fitted.
  bool fits() const { return static_cast<size_t>(planned_) + persistent_ <= usable_; }

 private:
  uint8_t* begin_ = nullptr;
  size_t usable_ = 0;  ///< between the aligned ends
  size_t capacity_ = 0;  ///< of the caller's buffer
  uint32_t lost_ = 0;  ///< to alignment of the start
  uint32_t planned_ = 0;
  uint32_t persistent_ = 0;
};

}  // namespace midge
