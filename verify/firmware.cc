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
  const CommandResult r = run_command(
      {"cmake", "--build", build.string(), "--target", "midge_runtime", "midge_image", "midge_audio", "midge_harness", "midge_board"});
  if (r.exit_code != 0) fail_with_log("target-build", fmt::format("building the libraries of {} failed", target.name), build, r.output);
  return build / "image.json";
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out.flush()) fail("write", fmt::format("cannot write {}", path.string()), "make room on the disk, or make the folder writable");
}

/// Exact, as C++ reads it again.
std::string literal(float x) { return fmt::format("{:a}f", x); }

std::string floats(std::span<const float> v) {
  std::string out;
  for (const float x : v) out += (out.empty() ? "" : ", ") + literal(x);
  return out;
}

std::string output_fields(Type type, float scale, int32_t zero_point) {
  return fmt::format("  c.type = midge::Type({}), c.scale = {}, c.zero_point = {};\n", static_cast<int>(type), literal(scale), zero_point);
}

/// prepare_input() with its static memory.
std::string picture_source(const RawInput& raw) {
  const image::Config& c = raw.image;
  image::Config widest = c;
  image::set_source(&widest, image::Format::kGray, raw.most_width, 1, image::Resize::kStretch);  // no crop, so the longest rows
  const Result<uint32_t> bytes = image::scratch_bytes(widest);
  const uint32_t scratch = bytes.ok() ? bytes.value() : 4;
  return fmt::format(R"(
namespace {{
alignas(4) uint8_t g_scratch[{}], g_row[{}];
}}  // namespace

bool midge::prepare_input(midge::Payload& payload, midge::TensorView input) {{
  midge::image::Config c;
  c.out_width = {}, c.out_height = {}, c.channels = {}, c.bgr = {}, c.border = {}, c.filter = midge::image::Filter({});
{}  const float gain[] = {{{}}}, offset[] = {{{}}};
  for (int i = 0; i < midge::image::kMostChannels; ++i) c.gain[i] = gain[i], c.offset[i] = offset[i];
  return midge::prepare_picture(payload, c, midge::image::Resize({}), g_scratch, sizeof g_scratch, g_row, sizeof g_row, input);
}}
)",
                     scratch, 3 * raw.most_width, c.out_width, c.out_height, c.channels, c.bgr, c.border, static_cast<int>(c.filter),
                     output_fields(c.type, c.scale, c.zero_point), floats(c.gain), floats(c.offset), static_cast<int>(raw.resize));
}

std::string sound_source(const RawInput& raw) {
  const audio::Config& c = raw.audio;
  return fmt::format(R"(
namespace {{
alignas(8) uint8_t g_memory[{}];
}}  // namespace

bool midge::prepare_input(midge::Payload& payload, midge::TensorView input) {{
  midge::audio::Config c;
  c.kind = midge::audio::Kind({}), c.sample_rate = {}, c.window = {}, c.hop = {}, c.channels = {}, c.coefficients = {}, c.frames = {};
  c.lower_hz = {}, c.upper_hz = {}, c.gain = {}, c.offset = {};
{}  return midge::prepare_sound(payload, c, g_memory, sizeof g_memory, input);
}}
)",
                     audio::memory_bytes(c).ok() ? audio::memory_bytes(c).value() : 0, static_cast<int>(c.kind), c.sample_rate, c.window,
                     c.hop, c.channels, c.coefficients, c.frames, literal(c.lower_hz), literal(c.upper_hz), literal(c.gain),
                     literal(c.offset), output_fields(c.type, c.scale, c.zero_point));
}

std::string firmware_source(const HostModel& model, Contract contract, const std::optional<RawInput>& raw) {
  const std::vector<std::string> ops = needed_registrations(model.model(), model.name());
  std::string list;
  for (const std::string& op : ops) list += fmt::format("    &midge::ops::{},\n", op);
  return fmt::format(R"(// Made by midge verify: the firmware under test.
#include "verify/harness/firmware.h"
{}
extern "C" const uint8_t midge_model_data[];

namespace {{

midge::Interpreter g_interpreter;

constexpr const midge::OpRegistration* kOps[] = {{
{}}};

}}  // namespace
{}
midge::Firmware midge::firmware() {{
  return {{midge_model_data, {}, OpList(kOps, {}), &g_interpreter, Contract::{}}};
}}
)",
                     !raw         ? ""
                     : raw->sound ? "#include \"verify/harness/raw_sound.h\"\n"
                                  : "#include \"verify/harness/raw_picture.h\"\n",
                     list,
                     !raw         ? ""
                     : raw->sound ? sound_source(*raw)
                                  : picture_source(*raw),
                     model.bytes().size(), ops.size(), contract == Contract::kTflm ? "kTflm" : "kLitert");
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
  const std::string source = firmware_source(model, options.contract, options.raw);
  const fs::path description = build_libraries(options, target);
  const nlohmann::json image = nlohmann::json::parse(std::ifstream(description));

  const std::string id = sha256_hex(model.bytes()).substr(0, 12);
  const fs::path folder = options.root / "build" / "firmware" / options.target /
                          fmt::format("{}-{}{}{}", fs::path(model.name()).stem().string(), id,
                                      options.contract == Contract::kTflm ? "-tflm" : "", options.raw ? "-raw" : "");
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
