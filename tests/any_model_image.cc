// The image midge_any_model: runs whatever models come over the wire, with every operator registered. tests/target_runner.py is the other
// side. Words are little-endian uint32.
//
//   request    model bytes (0: end), contract, number of inferences; then the model
//   reply      status, operator index, bytes of the arena, bytes of all inputs, bytes of all outputs
//   inference  the inputs, one after the other; the answer is a status, then the outputs where it is 0
//
// The arena has exactly the size that a first init() asked for.
#include "midge/interpreter.h"
#include "targets/board.h"

namespace {

struct Request {
  uint32_t model_bytes, contract, inferences;
};
struct Reply {
  uint32_t status;
  int32_t operator_index;
  uint32_t arena_bytes, input_bytes, output_bytes;
};

midge::Interpreter interpreter;

uint32_t total_bytes(bool inputs) {
  uint32_t n = 0;
  const uint32_t count = inputs ? interpreter.input_count() : interpreter.output_count();
  for (uint32_t i = 0; i < count; ++i) n += (inputs ? interpreter.input(i) : interpreter.output(i)).bytes;
  return n;
}

void infer() {
  for (uint32_t i = 0; i < interpreter.input_count(); ++i) midge_wire_read(interpreter.input(i).data, interpreter.input(i).bytes);
  const midge::Status status = interpreter.invoke();
  const uint32_t bits = status.bits();
  midge_wire_write(&bits, sizeof bits);
  for (uint32_t i = 0; status.ok() && i < interpreter.output_count(); ++i) {
    midge_wire_write(interpreter.output(i).data, interpreter.output(i).bytes);
  }
}

}  // namespace

int main() {
  constexpr int kExitTooLarge = 5;
  void* ram;
  uint32_t ram_bytes;
  midge_board_free_ram(&ram, &ram_bytes);
  for (;;) {
    Request request;
    midge_wire_read(&request, sizeof request);
    if (request.model_bytes == 0) return 0;
    if (request.model_bytes > ram_bytes) return kExitTooLarge;
    midge_wire_read(ram, request.model_bytes);
    const uint32_t model_end = midge::align_up(request.model_bytes, 16u);
    uint8_t* const arena = static_cast<uint8_t*>(ram) + model_end;
    midge::InterpreterOptions options;
    options.contract = static_cast<midge::Contract>(request.contract);
    midge::Status status = interpreter.init(ram, request.model_bytes, midge::all_ops(), arena, ram_bytes - model_end, options);
    if (status.ok()) status = interpreter.init(ram, request.model_bytes, midge::all_ops(), arena, interpreter.arena_used_bytes(), options);
    const Reply reply = {status.bits(), interpreter.failure().operator_index, static_cast<uint32_t>(interpreter.arena_used_bytes()),
                         status.ok() ? total_bytes(true) : 0, status.ok() ? total_bytes(false) : 0};
    midge_wire_write(&reply, sizeof reply);
    for (uint32_t i = 0; status.ok() && i < request.inferences; ++i) infer();
  }
}
