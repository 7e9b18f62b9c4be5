// See session.h. Nothing that comes over the wire is trusted: lengths, types and checksums are checked before use.
#include "verify/session.h"

#include <fmt/format.h>

#include <cstring>

namespace midge {
namespace {

constexpr uint32_t kMostPayload = 64u << 20;

template <class T>
bool unpack(std::span<const uint8_t> from, T* out) {
  if (from.size() < sizeof(T)) return false;
  std::memcpy(out, from.data(), sizeof(T));
  return true;
}

template <class Header, class T>
std::vector<uint8_t> payload_of(const Header& header, std::span<const T> values) {
  std::vector<uint8_t> out(sizeof header + values.size_bytes());
  std::memcpy(out.data(), &header, sizeof header);
  if (!values.empty()) std::memcpy(out.data() + sizeof header, values.data(), values.size_bytes());
  return out;
}

}  // namespace

std::vector<uint8_t> raw_picture(uint32_t width, uint32_t height, uint32_t channels, std::span<const uint8_t> pixels) {
  return payload_of(wire::RawPicture{width, height, channels}, pixels);
}

std::vector<uint8_t> raw_sound(std::span<const int16_t> samples) {
  return payload_of(wire::RawSound{static_cast<uint32_t>(samples.size())}, samples);
}

Session::Session(const FirmwareImage& image, uint32_t operators, std::chrono::milliseconds timeout)
    : process_({image.runner.string(), image.elf.string()}), operators_(operators), timeout_(timeout) {}

std::string Session::why_silent(Process::ReadStatus status) {
  if (status == Process::ReadStatus::kTimeout) return fmt::format("the target hangs: no word for {} s", timeout_.count() / 1000.0);
  const int code = process_.wait(std::chrono::seconds(2));
  std::string said = process_.error_text();
  while (!said.empty() && said.back() == '\n') said.pop_back();
  if (code == 127 && !said.empty()) {
    not_installed_ = true;
    return said;
  }
  return fmt::format("the target ended without an answer (exit status {}){}{}", code, said.empty() ? "" : ": ", said);
}

std::string Session::receive(Frame* frame) {
  uint8_t header[8];
  Process::ReadStatus status = process_.read(header, timeout_);
  if (status != Process::ReadStatus::kOk) return why_silent(status);
  uint32_t bytes;
  std::memcpy(&bytes, header + 4, 4);
  if (header[0] != wire::kMagic0 || header[1] != wire::kMagic1 || bytes > kMostPayload)
    return "the target sent something that is not a frame";
  frame->type = header[2];
  frame->payload.resize(bytes);
  uint32_t crc;
  uint8_t crc_bytes[4];
  status = process_.read(frame->payload, timeout_);
  if (status == Process::ReadStatus::kOk) status = process_.read(crc_bytes, timeout_);
  if (status != Process::ReadStatus::kOk) return why_silent(status);
  std::memcpy(&crc, crc_bytes, 4);
  if (crc != wire::crc32(frame->payload.data(), bytes)) return "a frame from the target has a wrong checksum";
  return "";
}

void Session::send(wire::FrameType type, std::span<const uint8_t> payload) {
  const uint32_t bytes = static_cast<uint32_t>(payload.size()), crc = wire::crc32(payload.data(), bytes);
  std::vector<uint8_t> frame = {wire::kMagic0, wire::kMagic1, type, 0};
  const auto put = [&frame](uint32_t v) { frame.insert(frame.end(), reinterpret_cast<uint8_t*>(&v), reinterpret_cast<uint8_t*>(&v) + 4); };
  put(bytes);
  frame.insert(frame.end(), payload.begin(), payload.end());
  put(crc);
  process_.write(frame);  // a target that has gone is noticed when its answer is read
}

std::string Session::hello(wire::Hello* out, std::optional<wire::Fault>* fault) {
  Frame frame;
  std::string problem = receive(&frame);
  if (!problem.empty()) return problem;
  if (wire::Fault f; frame.type == wire::kFault && unpack(frame.payload, &f)) {
    *fault = f;
    return "the target faulted while it prepared the model";
  }
  if (frame.type != wire::kHello || !unpack(frame.payload, out) || out->version != wire::kVersion)
    return "the target speaks another protocol";
  return "";
}

RunReply Session::run(std::span<const uint8_t> inputs, bool traced, wire::FrameType type) {
  std::vector<uint8_t> payload(4 + inputs.size());
  payload[0] = traced ? wire::kRunTraced : 0;
  std::memcpy(payload.data() + 4, inputs.data(), inputs.size());
  send(type, payload);
  RunReply reply;
  reply.operators.resize(operators_);
  for (;;) {
    Frame frame;
    reply.problem = receive(&frame);
    if (!reply.problem.empty()) return reply;
    uint32_t index = 0;
    if (frame.type == wire::kOpBegin && unpack(frame.payload, &index) && index < operators_) {
      reply.last_begun = static_cast<int>(index);
    } else if (frame.type == wire::kOpEnd && frame.payload.size() >= 12 && unpack(frame.payload, &index) && index < operators_) {
      OperatorTrace& op = reply.operators[index];
      op.finished = true;
      std::memcpy(&op.ticks, frame.payload.data() + 4, 8);
      op.output_crcs.resize((frame.payload.size() - 12) / 4);
      std::memcpy(op.output_crcs.data(), frame.payload.data() + 12, op.output_crcs.size() * 4);
    } else if (frame.type == wire::kFault) {
      wire::Fault fault;
      if (unpack(frame.payload, &fault)) reply.fault = fault;
      reply.problem = "the target faulted";
      return reply;
    } else if (frame.type == wire::kResult && unpack(frame.payload, &reply.result)) {
      reply.outputs.assign(frame.payload.begin() + sizeof reply.result, frame.payload.end());
      return reply;
    } else {
      reply.problem = "the target sent a frame that does not belong here";
      return reply;
    }
  }
}

bool Session::quit() {
  send(wire::kQuit, {});
  return process_.wait(std::chrono::seconds(10)) == 0;
}

}  // namespace midge
