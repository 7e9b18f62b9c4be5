// The wire protocol between `midge verify` and the harness on the target. One list of frames for both sides.
//
// A frame is: 'M' 'W', its type, 0, the payload's length (u32), the payload, the payload's CRC-32 (u32). Numbers are
// little-endian. Neither side trusts the other: a wrong magic, an unknown type, a length out of range or a wrong CRC ends the
// session with a message.
//
// The target speaks first: hello, or fault. Then for each run the host sends run and the target answers, when traced, with
// op_begin and op_end for each operator, and always with result. quit ends it.
#pragma once
#include <stdint.h>

namespace midge {
namespace wire {

constexpr uint32_t kVersion = 2;
constexpr uint8_t kMagic0 = 'M', kMagic1 = 'W';

enum FrameType : uint8_t {
  kHello = 1,    // target: Hello
  kOpBegin = 2,  // target: u32 operator
  kOpEnd = 3,    // target: u32 operator, u64 ticks, then a u32 CRC-32 for each output tensor
  kResult = 4,   // target: Result, then the bytes of the outputs one after the other
  kFault = 5,    // target: Fault
  kRun = 16,     // host: u32 flags, then the bytes of the inputs one after the other
  kQuit = 17,    // host: empty
  kRunRaw = 18,  // host: u32 flags, then raw data for the first input, which the target prepares: RawPicture and its rows, or RawSound and its samples
};

constexpr uint32_t kRunTraced = 1;  // flag: op_begin and op_end for each operator

/// What the target is, and how init() went.
struct Hello {
  uint32_t version;
  uint32_t status;  // Status::bits(); with what follows, the Failure
  int32_t operator_index, tensor_index;
  uint32_t needed_bytes, arena_capacity_bytes;
  uint32_t arena_bytes;  // used, all of it
  uint32_t scratch_bytes;
  uint32_t init_stack_bytes;
  uint32_t init_ticks_low, init_ticks_high;
  uint32_t input_bytes, output_bytes;  // all inputs, all outputs
};

struct Result {
  uint32_t status;
  int32_t operator_index, tensor_index;
  uint32_t stack_bytes;
  uint32_t ticks_low, ticks_high;  // of invoke(), less what the trace took
  uint32_t input_crc;  // CRC-32 of the inputs that the target prepared; 0 where they came ready
};

struct RawPicture {
  uint32_t width, height, channels;  // 1 (grey) or 3 (R G B), a byte each; rows from the top without gaps
};
struct RawSound {
  uint32_t samples;  // int16, one channel
};

struct Fault {
  uint32_t pc, lr, address, status, address_valid;
  int32_t operator_index;  // that was running; -1: none
};

/// CRC-32 (the polynomial of Ethernet and zip), continued from `crc`, which starts as 0.
inline uint32_t crc32(const void* data, uint32_t n, uint32_t crc = 0) {
  constexpr uint32_t kNibble[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
                                    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
  const uint8_t* p = static_cast<const uint8_t*>(data);
  crc = ~crc;
  for (uint32_t i = 0; i < n; ++i) {
    crc = kNibble[(crc ^ p[i]) & 15] ^ crc >> 4;
    crc = kNibble[(crc ^ p[i] >> 4) & 15] ^ crc >> 4;
  }
  return ~crc;
}

}  // namespace wire
}  // namespace midge
