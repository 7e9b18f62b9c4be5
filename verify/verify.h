// verify: the same model and inputs on the target and on the host, N inferences in a row after boot, every output byte
// compared.
#pragma once
#include <chrono>
#include <functional>
#include <optional>

#include "report/diagnostic_json.h"
#include "verify/firmware.h"
#include "verify/session.h"

namespace midge {

struct VerifyOptions {
  FirmwareOptions firmware;
  uint64_t runs = 10;
  /// Input bytes of a run, all inputs one after the other; used in turn, from the reset state.
  std::vector<std::vector<uint8_t>> samples;
  /// Where firmware.raw is set: what the target is sent instead of each sample, and must make into the same bytes.
  std::vector<std::vector<uint8_t>> raw;
  std::chrono::milliseconds timeout{60000};  ///< how long the target may stay silent
  std::function<void(uint64_t done)> progress = [](uint64_t) {};
};

/// Where target and host part.
struct Difference {
  uint64_t run = 0;         ///< from 0; `runs` for the one that is measured without a trace
  bool input = false;       ///< the input that the target prepared differs already
  int operator_index = -1;  ///< first operator whose output differs; -1: only the outputs as received differ
  std::string operator_name;
  int tensor_index = -1;
  std::string tensor_name;
  uint64_t byte = 0;        ///< first byte of the model's outputs that differs
  int expected = 0, actual = 0;
};

struct OperatorCount {
  uint32_t index = 0;
  std::string name;
  double instructions = 0;
  uint64_t macs = 0;
};

struct VerifyResult {
  std::string file, target;
  Contract contract = Contract::kLitert;
  uint64_t runs = 0, passed = 0;
  std::optional<Difference> first_difference;
  std::optional<Diagnostic> failure;  ///< boot, prepare or an inference did not come to its end
  /// Executed guest instructions; none on the host, whose ticks are nanoseconds.
  std::optional<double> instructions_per_inference, init_instructions;
  std::vector<OperatorCount> operators;
  wire::Hello hello{};
  uint32_t stack_bytes = 0;
  uint64_t macs = 0;
  FirmwareImage image;
  std::string model_sha256;
  std::vector<std::vector<uint8_t>> outputs;  ///< of the host, by run

  bool bit_exact() const { return !failure && !first_difference && passed == runs; }
};

/// Builds, boots, runs and compares. Differences, faults and hangs are in the result; DiagnosticError where it does not
/// come so far (the model is not accepted, tools are missing, flash is too small).
VerifyResult verify(HostModel& model, const VerifyOptions& options);

Json to_json(const VerifyResult& result);

}  // namespace midge
