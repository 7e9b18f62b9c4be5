// Read-only memory by the memory protection unit: the regions of code and model, so that a store through a null or wild pointer
// is a fault and not a changed program, and a guard below the stack, since emulated boards accept stores to nowhere there.
#include "targets/cortex_m/cortex_m.h"

extern "C" {
extern uint8_t __code_region_start[], __code_region_bytes[];
extern uint8_t __model_region_start[], __model_region_bytes[];
extern uint8_t __stack_start[];
}

namespace midge::cortex_m {
namespace {

constexpr uint32_t kGuardBytes = 1u << 20;  // the RAM's start is a multiple of it

uint32_t address_of(const void* pointer) { return reinterpret_cast<uint32_t>(pointer); }

/// Region `number` covers [start, start + bytes): a power of two, start a multiple of it.
void protect_region(uint32_t number, uint32_t start, uint32_t bytes) {
  device_register(kMpuRegionNumber) = number;
#if __ARM_ARCH >= 8
  constexpr uint32_t kReadOnly = 3u << 1;
  device_register(kMpuRegionBase) = start | kReadOnly;
  device_register(kMpuRegionAttributes) = (start + bytes - 32) | 1;
#else
  constexpr uint32_t kReadOnly = 6u << 24;
  constexpr uint32_t kNormalMemory = 1u << 17;  // cacheable, write-through
  uint32_t log2_bytes = 0;
  while (bytes >> log2_bytes > 1) ++log2_bytes;
  device_register(kMpuRegionBase) = start;
  device_register(kMpuRegionAttributes) = kReadOnly | kNormalMemory | (log2_bytes - 1) << 1 | 1;
#endif
}

}  // namespace

void protect_memory() {
  if (((device_register(kMpuType) >> 8) & 0xFF) == 0) return;  // number of regions
#if __ARM_ARCH >= 8
  constexpr uint32_t kMemoryAttributes = 0xE000EDC0;  // MAIR0; entry 0 is what the regions refer to
  device_register(kMemoryAttributes) = 0xAA;          // normal memory, write-through
#endif
  const uint32_t code = address_of(__code_region_start);
  const uint32_t model = address_of(__model_region_start);
  protect_region(0, code, address_of(__code_region_bytes));
  protect_region(1, address_of(__stack_start) - kGuardBytes, kGuardBytes);
  if (model != code) protect_region(2, model, address_of(__model_region_bytes));
  device_register(kMpuControl) = 1u << 2 | 1;  // on, the default memory map elsewhere; off inside fault handlers
  __asm volatile("dsb\nisb" : : : "memory");
}

}  // namespace midge::cortex_m
