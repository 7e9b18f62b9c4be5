// See firmware.h.
#include "verify/firmware.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "ops/registry.h"
#include "ops/spec.h"
#include "report/sha256.h"
#include "report/target_info.h"
#include "verify/process.h"

namespace midge {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& id, const std::string& message, const std::string& hint, int exit_code = 2) {
  Diagnostic d;
  d.id = id, d.message = message, d.hint = hint;
  throw DiagnosticError(d, exit_code);
}

/// Held while a folder is written, so that two commands at once do not build into each other.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    fd_ = ::open((folder / ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
    if (fd_ < 0) fail("build-folder", fmt::format("cannot write in {}", folder.string()), "make the folder writable");
    ::flock(fd_, LOCK_EX);
  }
  ~FolderLock() { ::close(fd_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

/// The first line that speaks of an error, or the last line.
std::string first_error(const std::string& text) {
  std::string last;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.find("error:") != std::string::npos || line.find("Error") != std::string::npos || line.find("undefined reference") != std::string::npos)
      return line;
    if (!line.empty()) last = line;
  }
  return last;
}

/// Fails with one line that names a log, where what the tool said is kept.
[[noreturn]] void fail_with_log(const std::string& id, const std::string& message, const fs::path& folder, const std::string& said) {
  const fs::path log = folder / "midge.log";
  std::ofstream(log) << said;
  fail(id, fmt::format("{}: {}", message, first_error(said)), fmt::format("the whole output is in {}", log.string()));
}

/// build/<target> is configured and its libraries are up to date. Where is its image.json.
fs::path build_libraries(const FirmwareOptions& options, const TargetInfo& target) {
  const fs::path build = options.root / "build" / options.target;
  const FolderLock lock(build);
  if (!fs::exists(build / "build.ninja")) {
    const CommandResult r = run_command({"cmake", "-S", options.root.string(), "--preset", options.target});
    if (r.exit_code == 127)
      fail("cmake-missing", "cmake is not installed, which builds the target's libraries", "apt-get install cmake ninja-build");
    if (r.exit_code != 0 && r.output.find("is not installed") != std::string::npos) {
      fail("target-not-installed", fmt::format("the compiler of target {} is not installed", target.name), target.install);
    }
    if (r.exit_code != 0) fail_with_log("target-configure", fmt::format("configuring the target {} failed", target.name), build, r.output);
  }
  const CommandResult r = run_command({"cmake", "--build", build.string(), "--target", "midge_runtime", "midge_harness", "midge_board"});
  if (r.exit_code != 0) fail_with_log("target-build", fmt::format("building the libraries of {} failed", target.name), build, r.output);
  return build / "image.json";
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out.flush()) fail("write", fmt::format("cannot write {}", path.string()), "make room on the disk, or make the folder writable");
}

std::string firmware_source(const HostModel& model, Contract contract) {
  const std::vector<std::string> ops = needed_registrations(model.model(), model.name());
  std::string list;
  for (const std::string& op : ops) list += fmt::format("    &midge::ops::{},\n", op);
  return fmt::format(R"(// Made by midge verify: the firmware under test.
#include "verify/harness/firmware.h"

extern "C" const uint8_t midge_model_data[];

namespace {{

midge::Interpreter g_interpreter;

constexpr const midge::OpRegistration* kOps[] = {{
{}}};

}}  // namespace

midge::Firmware midge::firmware() {{
  return {{midge_model_data, {}, OpList(kOps, {}), &g_interpreter, Contract::{}}};
}}
)",
                     list, model.bytes().size(), ops.size(), contract == Contract::kTflm ? "kTflm" : "kLitert");
}

constexpr const char* kModelSource = R"(/* Made by midge verify: the model's bytes. */
  .section .midge_model,"a",%progbits
  .balign 16
  .global midge_model_data
midge_model_data:
  .incbin "model.tflite"
  .global midge_model_end
midge_model_end:
  .section .note.GNU-stack,"",%progbits
)";

/// What stands between two words of a text; empty where one is missing.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const size_t start = text.find(from);
  if (start == std::string::npos) return "";
  const size_t end = text.find(to, start + from.size());
  return end == std::string::npos ? "" : text.substr(start + from.size(), end - start - from.size());
}

/// "region `FLASH' overflowed by 12 bytes" as a diagnostic, or the linker's own words.
[[noreturn]] void fail_link(const std::string& output, const std::string& target, const fs::path& folder) {
  const std::string region = between(output, "region `", "'"), bytes = between(output, "overflowed by ", " bytes");
  if (!region.empty() && !bytes.empty()) {
    fail("flash-overflow", fmt::format("the image does not fit {}: {} is {} bytes too small", target, region, bytes),
         "use a smaller model or a target with more flash", 1);
  }
  fail_with_log("firmware-build", "building the firmware image failed", folder, output);
}

}  // namespace

std::vector<std::string> needed_registrations(const Model& model, const std::string& file) {
  std::vector<std::string> out;
  for (const OpEntry& entry : op_entries()) {
    for (uint32_t i = 0; i < model.operator_count(); ++i) {
      const Operator op = model.op(i);
      if (!entry.registration->is_for(op)) continue;
      const auto serves = [&](const OpKind& k) { return find_variant(*k.registration, model, op) != nullptr; };
      const auto found = std::find_if(entry.kinds.begin(), entry.kinds.end(), serves);
      // Where no kind serves, every type does no better, but says why.
      const std::string name = found == entry.kinds.end() ? entry.name : fmt::format("{}_{}", entry.name, found->suffix);
      if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
  }
  for (uint32_t i = 0; i < model.operator_count(); ++i) {
    if (find_op(model.op(i)) != nullptr) continue;
    Failure f;
    f.status = Code::kUnknownOperator;
    f.operator_index = static_cast<int32_t>(i);
    throw DiagnosticError(describe(f, model, file), 1);
  }
  return out;
}

FirmwareImage build_firmware(const HostModel& model, const FirmwareOptions& options) {
  const TargetInfo target = load_target(options.root, options.target);
  const std::string source = firmware_source(model, options.contract);
  const fs::path description = build_libraries(options, target);
  const nlohmann::json image = nlohmann::json::parse(std::ifstream(description));

  const std::string id = sha256_hex(model.bytes()).substr(0, 12);
  const fs::path folder = options.root / "build" / "firmware" / options.target /
                          fmt::format("{}-{}{}", fs::path(model.name()).stem().string(), id, options.contract == Contract::kTflm ? "-tflm" : "");
  const FolderLock lock(folder);
  write_file(folder / "model.tflite", {reinterpret_cast<const char*>(model.bytes().data()), model.bytes().size()});
  write_file(folder / "model.S", kModelSource);
  write_file(folder / "firmware.cc", source);

  std::vector<std::string> command = {image["compiler"]};
  const auto add = [&](const char* key) {
    for (const auto& flag : image[key]) command.push_back(flag);
  };
  add("compile_flags");
  const std::string optimisation = image["optimisation"];
  const fs::path elf = folder / "firmware.elf";
  const std::string include = "-I" + options.root.string(), api = "-I" + (options.root / "runtime/include").string();
  for (const std::string& flag : {optimisation, std::string("-std=c++17"), std::string("-fno-exceptions"), std::string("-fno-rtti"),
                                  std::string("-fno-threadsafe-statics"), std::string("-ffunction-sections"), std::string("-fdata-sections"),
                                  std::string("-fno-unwind-tables"), std::string("-fno-asynchronous-unwind-tables"), include, api,
                                  "-Wa,-I" + folder.string(), (folder / "firmware.cc").string(), (folder / "model.S").string()}) {
    command.push_back(flag);
  }
  add("link_flags");
  add("script_flags");
  command.push_back("-Wl,--start-group");
  add("archives");
  add("libraries");
  for (const std::string& flag : {std::string("-Wl,--end-group"), std::string("-o"), elf.string()}) command.push_back(flag);
  const CommandResult r = run_command(command);
  if (r.exit_code != 0) fail_link(r.output, target.name, folder);

  FirmwareImage out;
  out.elf = elf;
  out.runner = options.root / "targets" / options.target / "run";
  out.sizes = image_sizes(Elf(elf));
  const CommandResult version = run_command({image["compiler"], "--version"});
  out.compiler = version.output.substr(0, version.output.find('\n'));
  out.flags = fmt::format("{} {}", fmt::join(image["compile_flags"].get<std::vector<std::string>>(), " "), optimisation);
  return out;
}

}  // namespace midge
