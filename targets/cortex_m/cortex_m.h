// What every Cortex-M core shares: the registers of its System Control Space that a board uses, and the pieces of start-up
// from which a target's board.cc composes midge_board_init().
#pragma once
#include <stdint.h>

namespace midge::cortex_m {

constexpr uint32_t kSystickControl = 0xE000E010;
constexpr uint32_t kSystickReload = 0xE000E014;
constexpr uint32_t kSystickValue = 0xE000E018;
constexpr uint32_t kCpuId = 0xE000ED00;
constexpr uint32_t kInterruptControl = 0xE000ED04;
constexpr uint32_t kConfigurationControl = 0xE000ED14;
constexpr uint32_t kFaultStatus = 0xE000ED28;         // CFSR; not on ARMv6-M
constexpr uint32_t kMemoryFaultAddress = 0xE000ED34;  // MMFAR; not on ARMv6-M
constexpr uint32_t kBusFaultAddress = 0xE000ED38;     // BFAR; not on ARMv6-M
constexpr uint32_t kMpuType = 0xE000ED90;
constexpr uint32_t kMpuControl = 0xE000ED94;
constexpr uint32_t kMpuRegionNumber = 0xE000ED98;
constexpr uint32_t kMpuRegionBase = 0xE000ED9C;
constexpr uint32_t kMpuRegionAttributes = 0xE000EDA0;  // RASR, in ARMv8-M RLAR

inline volatile uint32_t& device_register(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }

/// True on ARMv7-M and ARMv8-M Mainline cores, which have fault status registers. Asked of the core, not of the compiler:
/// an ARMv6-M image may run on either.
inline bool is_mainline_core() { return ((device_register(kCpuId) >> 16) & 0xF) == 0xF; }

/// Makes every unaligned access fault, as ARMv6-M cores do, on a core that would allow it.
inline void trap_unaligned_accesses() { device_register(kConfigurationControl) |= 1u << 3; }

/// Lets an ARMv8.1-M core cache loop ends: without it each LE instruction is a taken branch.
inline void enable_loop_cache() { device_register(kConfigurationControl) |= 1u << 19; }

/// Makes flash and the megabyte below the stack read-only, where the core has a memory protection unit.
void protect_memory();

/// Starts SysTick at the processor clock; midge_board_ticks() counts from here.
void start_systick();

}  // namespace midge::cortex_m
