// What a folder of targets/ says of its board or emulated machine, from its target.json.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace midge {

struct TargetInfo {
  std::string name;
  std::string cpu;
  std::string description;
  uint64_t flash_bytes = 0;  ///< 0: no limit that matters
  uint64_t ram_bytes = 0;    ///< 0: no limit that matters
  double instructions_per_tick = 0;  ///< of midge_board_ticks(); 0: ticks are not instructions
  std::string install;       ///< the command that installs compiler and emulator
  std::string emulator;      ///< its program; empty where the target needs none
};

/// Names of the folders in `root`/targets that have a target.json, sorted.
std::vector<std::string> known_targets(const std::filesystem::path& root);

/// DiagnosticError (exit 2) if there is no such target, naming those that there are, or if its file is not sound.
TargetInfo load_target(const std::filesystem::path& root, const std::string& name);

}  // namespace midge
