// The wire and the exit, over semihosting. Chosen over the boards' UARTs because QEMU takes a UART byte by byte through its
// main loop (21 KB/s measured on mps2-an386, against more than 100 MB/s), and because polling a UART costs instructions
// that depend on the host's speed, where a semihosting read costs one.
#include "targets/bare_metal/semihosting.h"
#include "targets/board.h"

namespace midge {
namespace {

constexpr uint32_t kModeReadBinary = 1;
constexpr uint32_t kModeWriteBinary = 5;
constexpr uint32_t kApplicationExit = 0x20026;

uint32_t input;
uint32_t output;

uint32_t address_of(const void* pointer) { return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(pointer)); }

uint32_t open_console(uint32_t mode) {
  static const char name[] = ":tt";
  const uint32_t arguments[3] = {address_of(name), mode, sizeof(name) - 1};
  return midge_semihost(SemihostOperation::kOpen, arguments);
}

/// Both directions: the call answers how many bytes it left; none moved means that the other side is gone.
void transfer(SemihostOperation operation, uint32_t file, uint32_t address, uint32_t n) {
  while (n > 0) {
    const uint32_t arguments[3] = {file, address, n};
    const uint32_t left = midge_semihost(operation, arguments);
    if (left >= n) midge_board_exit(kExitWireClosed);
    address += n - left;
    n = left;
  }
}

}  // namespace

void open_semihosting_wire() {
  input = open_console(kModeReadBinary);
  output = open_console(kModeWriteBinary);
}

extern "C" {

void midge_wire_write(const void* data, uint32_t n) { transfer(SemihostOperation::kWrite, output, address_of(data), n); }

void midge_wire_read(void* data, uint32_t n) { transfer(SemihostOperation::kRead, input, address_of(data), n); }

void midge_board_exit(int code) {
  const uint32_t arguments[2] = {kApplicationExit, static_cast<uint32_t>(code)};
  for (;;) midge_semihost(SemihostOperation::kExitExtended, arguments);
}

}  // extern "C"
}  // namespace midge
