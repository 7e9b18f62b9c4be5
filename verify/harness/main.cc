// The harness: boots, prepares the model twice (with all free RAM to learn what it needs, then with exactly that), and runs
// inferences as the host asks for them over the wire.
#include "targets/board.h"
#include "verify/harness/firmware.h"
#include "verify/harness/protocol.h"

namespace midge {
namespace {

int32_t g_running_operator = -1;  // for the fault handler
uint64_t g_operator_start = 0;
uint64_t g_trace_ticks = 0;       // spent in the trace itself

struct FrameHeader {
  uint8_t magic0, magic1, type, zero;
  uint32_t bytes;
};

/// One frame.
void send(wire::FrameType type, const void* payload, uint32_t bytes) {
  const FrameHeader header{wire::kMagic0, wire::kMagic1, type, 0, bytes};
  const uint32_t crc = wire::crc32(payload, bytes);
  midge_wire_write(&header, sizeof header);
  midge_wire_write(payload, bytes);
  midge_wire_write(&crc, sizeof crc);
}

void begin_operator(void*, uint32_t index) {
  const uint64_t start = midge_board_ticks();
  g_running_operator = static_cast<int32_t>(index);
  send(wire::kOpBegin, &index, sizeof index);
  g_operator_start = midge_board_ticks();
  g_trace_ticks += g_operator_start - start;
}

void end_operator(void*, uint32_t index) {
  constexpr uint32_t kMostOutputs = 16;
  const uint64_t end = midge_board_ticks();
  const uint64_t ticks = end - g_operator_start;
  const Interpreter& interpreter = *firmware().interpreter;
  uint32_t words[3 + kMostOutputs] = {index, static_cast<uint32_t>(ticks), static_cast<uint32_t>(ticks >> 32)};
  const Indices outputs = interpreter.model().op(index).outputs;
  const uint32_t count = min(outputs.count, kMostOutputs);
  for (uint32_t i = 0; i < count; ++i) {
    const TensorView t = interpreter.tensor(outputs[i]);
    words[3 + i] = wire::crc32(t.data, t.bytes);
  }
  send(wire::kOpEnd, words, (3 + count) * sizeof *words);
  g_running_operator = -1;
  g_trace_ticks += midge_board_ticks() - end;
}

constexpr Profiler kTrace = {begin_operator, end_operator, nullptr};

uint32_t total_bytes(const Interpreter& interpreter, bool inputs) {
  uint32_t n = 0;
  const uint32_t count = inputs ? interpreter.input_count() : interpreter.output_count();
  for (uint32_t i = 0; i < count; ++i) n += (inputs ? interpreter.input(i) : interpreter.output(i)).bytes;
  return n;
}

Status prepare(const Firmware& f, wire::Hello* hello) {
  void* ram;
  uint32_t ram_bytes;
  midge_board_free_ram(&ram, &ram_bytes);
  InterpreterOptions options;
  options.contract = f.contract;
  Status status = f.interpreter->init(f.model, f.model_bytes, f.ops, ram, ram_bytes, options);
  if (status.ok()) {
    const size_t needed = f.interpreter->arena_used_bytes();
    midge_board_stack_paint();
    const uint64_t start = midge_board_ticks();
    status = f.interpreter->init(f.model, f.model_bytes, f.ops, ram, needed, options);
    const uint64_t ticks = midge_board_ticks() - start;
    hello->init_stack_bytes = midge_board_stack_used();
    hello->init_ticks_low = static_cast<uint32_t>(ticks);
    hello->init_ticks_high = static_cast<uint32_t>(ticks >> 32);
  }
  const Failure& failure = f.interpreter->failure();
  hello->version = wire::kVersion;
  hello->status = status.bits();
  hello->operator_index = failure.operator_index;
  hello->tensor_index = failure.tensor_index;
  hello->needed_bytes = failure.needed_bytes;
  hello->arena_capacity_bytes = ram_bytes;
  hello->arena_bytes = static_cast<uint32_t>(f.interpreter->arena_used_bytes());
  hello->scratch_bytes = f.interpreter->scratch_bytes();
  hello->input_bytes = total_bytes(*f.interpreter, true);
  hello->output_bytes = total_bytes(*f.interpreter, false);
  return status;
}

/// Reads the payload's inputs into the input tensors. False if the frame is not right.
bool read_inputs(const Interpreter& interpreter, Payload& payload) {
  for (uint32_t i = 0; i < interpreter.input_count(); ++i) {
    const TensorView t = interpreter.input(i);
    if (!payload.read(t.data, t.bytes)) return false;
  }
  return true;
}

/// The payload and the checksum behind it. False if the frame is not right.
bool read_run(const Firmware& f, const FrameHeader& header, uint32_t* flags, uint32_t* input_crc) {
  Payload payload(header.bytes);
  *input_crc = 0;
  if (!payload.read(flags, sizeof *flags)) return false;
  if (header.type == wire::kRunRaw) {
    const TensorView input = f.interpreter->input(0);
    if (!prepare_input(payload, input)) return false;
    *input_crc = wire::crc32(input.data, input.bytes);
  } else if (header.type != wire::kRun || !read_inputs(*f.interpreter, payload)) {
    return false;
  }
  uint32_t sent;
  midge_wire_read(&sent, sizeof sent);
  return payload.left() == 0 && sent == payload.crc();
}

void run(Interpreter& interpreter, uint32_t flags, uint32_t input_crc) {
  interpreter.set_profiler((flags & wire::kRunTraced) != 0 ? &kTrace : nullptr);
  g_trace_ticks = 0;
  midge_board_stack_paint();
  const uint64_t start = midge_board_ticks();
  const Status status = interpreter.invoke();
  const uint64_t ticks = midge_board_ticks() - start - g_trace_ticks;
  const Failure& failure = interpreter.failure();
  const wire::Result result{status.bits(),
                            failure.operator_index,
                            failure.tensor_index,
                            midge_board_stack_used(),
                            static_cast<uint32_t>(ticks),
                            static_cast<uint32_t>(ticks >> 32),
                            input_crc};
  const uint32_t output_bytes = status.ok() ? total_bytes(interpreter, false) : 0;
  const FrameHeader header{wire::kMagic0, wire::kMagic1, wire::kResult, 0, static_cast<uint32_t>(sizeof result) + output_bytes};
  midge_wire_write(&header, sizeof header);
  midge_wire_write(&result, sizeof result);
  uint32_t crc = wire::crc32(&result, sizeof result);
  for (uint32_t i = 0; status.ok() && i < interpreter.output_count(); ++i) {
    const TensorView t = interpreter.output(i);
    midge_wire_write(t.data, t.bytes);
    crc = wire::crc32(t.data, t.bytes, crc);
  }
  midge_wire_write(&crc, sizeof crc);
}

}  // namespace

__attribute__((weak)) bool prepare_input(Payload&, TensorView) { return false; }

}  // namespace midge

extern "C" void midge_on_fault(const midge_fault* f) {
  const midge::wire::Fault fault{f->pc, f->lr, f->address, f->status, f->address_valid, midge::g_running_operator};
  midge::send(midge::wire::kFault, &fault, sizeof fault);
  midge_board_exit(kExitFault);
}

int main() {
  using namespace midge;
  constexpr int kExitBadFrame = 5, kExitInit = 6;
  const Firmware f = firmware();
  wire::Hello hello = {};
  const Status status = prepare(f, &hello);
  send(wire::kHello, &hello, sizeof hello);
  if (!status.ok()) return kExitInit;
  for (;;) {
    FrameHeader header;
    midge_wire_read(&header, sizeof header);
    if (header.magic0 != wire::kMagic0 || header.magic1 != wire::kMagic1) return kExitBadFrame;
    if (header.type == wire::kQuit) return 0;
    uint32_t flags, input_crc;
    if (!read_run(f, header, &flags, &input_crc)) return kExitBadFrame;
    run(*f.interpreter, flags, input_crc);
  }
}
