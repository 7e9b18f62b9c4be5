// See host_model.h.
#include "verify/host_model.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace midge {

std::vector<uint8_t> read_file(const std::filesystem::path& path) {
  const auto fail = [&](const char* id, const std::string& message, const char* hint) {
    Diagnostic d;
    d.id = id, d.message = message, d.file = path.string(), d.hint = hint;
    throw DiagnosticError(d, 2);
  };
  std::error_code error;
  if (!std::filesystem::exists(path, error)) fail("file-missing", "there is no such file", "check the path");
  if (std::filesystem::is_directory(path, error)) fail("file-is-folder", "this is a folder, not a file", "name the file in it");
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::is_regular_file(status) && !std::filesystem::is_fifo(status)) {
    fail("file-is-device", "this is neither a file nor a pipe", "name a file");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) fail("file-unreadable", std::strerror(errno), "check its permissions");
  return std::vector<uint8_t>(std::istreambuf_iterator<char>(in), {});
}

HostModel::HostModel(std::span<const uint8_t> bytes, std::string name, Contract contract)
    : name_(std::move(name)), contract_(contract), size_(bytes.size()), storage_(aligned_bytes(bytes.size() + 1)) {
  std::memcpy(storage_.get(), bytes.data(), bytes.size());
  const Status status = model_.open(storage_.get(), size_);
  if (!status.ok()) throw DiagnosticError(describe(status, name_), 1);
  for (uint32_t t = 0; t < model_.tensor_count(); ++t) shapes_.push_back(model_.tensor(t).shape);
}

void HostModel::allocate(bool keep_all_tensors) {
  interpreter_ = std::make_unique<Interpreter>();
  InterpreterOptions options;
  options.contract = contract_;
  options.shapes = shapes_.data();
  options.keep_all_tensors = keep_all_tensors;
  options.use_embedded_plan = false;
  options.keep_inputs = true;  // as LiteRT does
  // The first attempt tells what is needed. It does so exactly when the planner's table fits.
  size_t bytes = 64 + 32 * (static_cast<size_t>(model_.tensor_count()) + model_.operator_count());
  for (int attempt = 0; attempt < 3; ++attempt) {
    arena_ = aligned_bytes(bytes);
    const Status status = interpreter_->init(storage_.get(), size_, all_ops(), arena_.get(), bytes, options);
    if (status.ok()) return;
    if (status.code() != Code::kArenaTooSmall) break;
    bytes = interpreter_->failure().needed_bytes;
  }
  const Diagnostic d = describe(interpreter_->failure(), interpreter_->model(), name_);
  interpreter_.reset();
  throw DiagnosticError(d, 1);
}

void HostModel::resize_input(uint32_t input, const std::vector<int>& dims) {
  const uint32_t tensor = static_cast<uint32_t>(model_.inputs()[input]);
  Shape shape;
  shape.rank = static_cast<int32_t>(std::min<size_t>(dims.size(), kMaxRank));
  for (int i = 0; i < shape.rank; ++i) shape.dims[i] = dims[static_cast<size_t>(i)];
  if (model_.tensor(tensor).constant() || dims.size() > static_cast<size_t>(kMaxRank) || shape_empty(shape) ||
      !shape_fits(shape, std::max(1u, type_bytes(model_.tensor(tensor).type)))) {
    Diagnostic d;
    d.id = "bad-shape", d.file = name_, d.tensor_index = static_cast<int>(tensor), d.tensor_name = to_string(model_.tensor_name(tensor));
    d.message = fmt::format("the new shape is not a valid one: at most {} dimensions, each positive, below 2 GiB in all", kMaxRank);
    throw DiagnosticError(d, 2);
  }
  shapes_[tensor] = shape;
  interpreter_.reset();
}

void HostModel::invoke() {
  const Status status = interpreter_->invoke();
  if (status.ok() || status.code() == Code::kMoreInput) return;  // a streaming model gathers input before its next outputs
  throw DiagnosticError(describe(interpreter_->failure(), interpreter_->model(), name_), 1);
}

void HostModel::reset_variables() {
  if (!interpreter_->reset_variables().ok()) throw DiagnosticError(describe(interpreter_->failure(), model_, name_), 1);
}

}  // namespace midge
