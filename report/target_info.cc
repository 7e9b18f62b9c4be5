// See target_info.h.
#include "report/target_info.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "report/diagnostic.h"

namespace midge {
namespace {

constexpr char kFile[] = "target.json";

[[noreturn]] void fail(const char* id, const std::string& message, const std::string& hint, const std::string& file = "") {
  Diagnostic d;
  d.id = id, d.message = message, d.hint = hint, d.file = file;
  throw DiagnosticError(d, 2);
}

}  // namespace

std::vector<std::string> known_targets(const std::filesystem::path& root) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root / "targets", error)) {
    if (std::filesystem::exists(entry.path() / kFile, error)) out.push_back(entry.path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

TargetInfo load_target(const std::filesystem::path& root, const std::string& name) {
  const std::vector<std::string> known = known_targets(root);
  if (known.empty()) {
    fail("no-targets", fmt::format("there are no targets in {}", (root / "targets").string()), "set MIDGE_ROOT to midge's source tree");
  }
  // Only names from the list: a name is never used as a path.
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    fail("unknown-target", fmt::format("there is no target '{}'", name), fmt::format("known targets: {}", fmt::join(known, ", ")));
  }
  const std::filesystem::path path = root / "targets" / name / kFile;
  std::ifstream in(path);
  try {
    const nlohmann::json json = nlohmann::json::parse(in);
    TargetInfo out;
    out.name = json.at("name").get<std::string>();
    out.cpu = json.value("cpu", "");
    out.description = json.value("description", "");
    out.flash_bytes = json.at("flash_bytes").get<uint64_t>();
    out.ram_bytes = json.at("ram_bytes").get<uint64_t>();
    out.instructions_per_tick = json.value("instructions_per_tick", 0.0);
    out.install = json.value("install", "");
    out.emulator = json.value("emulator", "");
    return out;
  } catch (const nlohmann::json::exception& e) {
    fail("bad-target", fmt::format("the target's description cannot be read: {}", e.what()), "see targets/host/target.json for its keys",
         path.string());
  }
}

}  // namespace midge
