#include "compiler/import/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "compiler/import/keras/keras.h"
#include "compiler/import/onnx/onnx.h"
#include "compiler/import/ort/ort.h"
#include "compiler/import/tflite/tflite.h"
#include "compiler/ir/text.h"
#include "verify/host_model.h"

namespace midge {
namespace {

using Contents = std::span<const uint8_t>;

bool has_at(Contents bytes, size_t at, std::string_view what) {
  return bytes.size() >= at + what.size() && std::memcmp(bytes.data() + at, what.data(), what.size()) == 0;
}

bool is_tflite(Contents bytes) { return has_at(bytes, 4, "TFL3"); }
bool is_ort(Contents bytes) { return has_at(bytes, 4, "ORTM"); }
bool is_keras(Contents bytes) { return has_at(bytes, 0, "\x89HDF\r\n\x1a\n") || has_at(bytes, 0, "PK\x03\x04"); }
bool is_anything(Contents) { return true; }

bool is_text(Contents bytes) { return has_at(bytes, 0, "midge-ir "); }

Imported from_text(Contents bytes, const std::string& file, const ImportOptions&) {
  return {ir::parse(std::string(bytes.begin(), bytes.end()), file), {}};
}

Imported from_tflite(Contents bytes, const std::string& file, const ImportOptions&) { return {import_tflite(bytes, file), {}}; }

struct Format {
  bool (*detect)(Contents);
  Imported (*import)(Contents, const std::string&, const ImportOptions&);
};
constexpr Format kFormats[] = {
#define MIDGE_FORMAT(name, detect, import) {detect, import},
#include "compiler/import/formats.def"
#undef MIDGE_FORMAT
};

constexpr uintmax_t kMostBytes = (uintmax_t{1} << 31) - 1;  // what a protobuf message and a flatbuffer can hold

}  // namespace

Imported import_model(const std::string& path, const ImportOptions& options) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > kMostBytes) {
    Diagnostic d;
    d.id = "file-too-large", d.file = path;
    d.message = fmt::format("{} bytes are more than the 2 GB that a model file can have", size);
    d.hint = "such a model does not fit a microcontroller; save large tensors in side files (ONNX external data)";
    throw DiagnosticError(d, 1);
  }
  const std::vector<uint8_t> bytes = read_file(path);
  for (const Format& f : kFormats) {
    if (f.detect(bytes)) return f.import(bytes, path, options);
  }
  return {};
}

}  // namespace midge
