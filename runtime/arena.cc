// See arena.h.
#include "runtime/arena.h"

namespace midge {

Arena::Arena(void* buffer, size_t bytes) : capacity_(bytes) {
  const uintptr_t from = reinterpret_cast<uintptr_t>(buffer);
  const uintptr_t begin = (from + kTensorAlignment - 1) & ~static_cast<uintptr_t>(kTensorAlignment - 1);
  const uintptr_t end = (from + bytes) & ~static_cast<uintptr_t>(kPersistentAlignment - 1);
  begin_ = reinterpret_cast<uint8_t*>(begin);
  usable_ = buffer != nullptr && end > begin ? min<size_t>(end - begin, 0x7fffffff) : 0;
  lost_ = static_cast<uint32_t>(begin - from);
}

void* Arena::allocate(uint32_t bytes) {
  const uint64_t total = static_cast<uint64_t>(persistent_) + align_up(min<uint32_t>(bytes, 0x7ffffff0), kPersistentAlignment);
  persistent_ = static_cast<uint32_t>(min<uint64_t>(total, 0x7ffffff0));
  return fits() ? begin_ + usable_ - persistent_ : nullptr;
}

bool Arena::reserve_planned(uint32_t bytes) {
  planned_ = max(planned_, align_up(min<uint32_t>(bytes, 0x7ffffff0), kPersistentAlignment));
  return fits();
}

}  // namespace midge
