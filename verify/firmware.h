// A firmware image for a target: the model in flash, the operators it needs, the harness.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "audio/features.h"
#include "image/preprocessor.h"
#include "verify/elf.h"
#include "verify/host_model.h"

namespace midge {

/// How the firmware makes raw data into the model's first input.
struct RawInput {
  bool sound = false;
  image::Config image;  ///< everything but what image::set_source() sets
  image::Resize resize = image::Resize::kStretch;
  int32_t most_width = 1;  ///< of the pictures that will come
  audio::Config audio;
};

struct FirmwareOptions {
  std::filesystem::path root;  ///< Midge's source tree
  std::string target;          ///< a folder of targets/
  Contract contract = Contract::kLitert;
  std::optional<RawInput> raw = std::nullopt;
};

struct FirmwareImage {
  std::filesystem::path elf;
  std::filesystem::path runner;  ///< runs it: the target's `run`
  ImageSizes sizes;
  std::string compiler;  ///< its first line of --version
  std::string flags;
};

/// Configures and builds the target's libraries where that is needed, then compiles and links the image under
/// build/firmware/. DiagnosticError: exit 2 where the target's tools are missing or the build fails, 1 where the model does not
/// fit the target.
FirmwareImage build_firmware(const HostModel& model, const FirmwareOptions& options);

/// The names of the registrations that the model's operators need, of the kinds that do: "conv_2d_s8".
/// DiagnosticError (exit 1) for an operator that midge does not have.
std::vector<std::string> needed_registrations(const Model& model, const std::string& file);

}  // namespace midge
