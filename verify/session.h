// Session: the host's side of the wire protocol with one running image.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "verify/firmware.h"
#include "verify/harness/protocol.h"
#include "verify/process.h"

namespace midge {

/// What the trace of one operator said.
struct OperatorTrace {
  bool finished = false;
  uint64_t ticks = 0;
  std::vector<uint32_t> output_crcs;
};

/// What one run on the target gave, or why it gave nothing.
struct RunReply {
  std::string problem;  ///< empty: the run came back; else one sentence: hang, fault, closed wire, bad frame
  std::optional<wire::Fault> fault;
  wire::Result result{};
  std::vector<uint8_t> outputs;
  std::vector<OperatorTrace> operators;  ///< one an operator, where traced
  int last_begun = -1;                   ///< the operator that was begun last; -1: none
};

/// Payloads of wire::kRunRaw, for VerifyOptions::raw.
std::vector<uint8_t> raw_picture(uint32_t width, uint32_t height, uint32_t channels, std::span<const uint8_t> pixels);
std::vector<uint8_t> raw_sound(std::span<const int16_t> samples);

class Session {
 public:
  /// Boots the image. `timeout` is how long the target may stay silent.
  Session(const FirmwareImage& image, uint32_t operators, std::chrono::milliseconds timeout);

  /// The target's first words. The string is the problem where there are none; `fault` is set where it was one.
  std::string hello(wire::Hello* out, std::optional<wire::Fault>* fault);
  /// One inference on these input bytes, or on raw data that the target prepares.
  RunReply run(std::span<const uint8_t> inputs, bool traced, wire::FrameType type = wire::kRun);
  /// The target's `run` could not start it: the problem says what to install.
  bool not_installed() const { return not_installed_; }
  /// Ends the image; true if it ended well.
  bool quit();

 private:
  struct Frame {
    uint8_t type = 0;
    std::vector<uint8_t> payload;
  };
  /// Receives a frame; a sentence if that fails.
  std::string receive(Frame* frame);
  void send(wire::FrameType type, std::span<const uint8_t> payload);
  std::string why_silent(Process::ReadStatus status);

  Process process_;
  uint32_t operators_;
  std::chrono::milliseconds timeout_;
  bool not_installed_ = false;
};

}  // namespace midge
