// HostModel: a model in memory of its own, run on this machine by the same interpreter as on the device.
#pragma once
#include <filesystem>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "midge/interpreter.h"
#include "report/diagnostic.h"

namespace midge {

/// The bytes of a file. DiagnosticError (exit 2) if it is missing or cannot be read.
std::vector<uint8_t> read_file(const std::filesystem::path& path);

class HostModel {
 public:
  /// Takes a copy of the bytes and opens them; `name` stands in messages. DiagnosticError (exit 1) if the file is not accepted.
  HostModel(std::span<const uint8_t> bytes, std::string name, Contract contract = Contract::kLitert);

  /// Prepares the interpreter, with an arena as large as it takes. DiagnosticError (exit 1) on failure.
  void allocate(bool keep_all_tensors = false);
  bool allocated() const { return interpreter_ != nullptr; }
  /// Changes the shape of graph input `input`; allocate() must follow. DiagnosticError (exit 2) if the input is a
  /// constant or the shape is not a valid one.
  void resize_input(uint32_t input, const std::vector<int>& dims);
  /// DiagnosticError (exit 1) on failure.
  void invoke();
  void reset_variables();

  const Model& model() const { return model_; }
  Interpreter& interpreter() { return *interpreter_; }
  const Shape& shape(uint32_t tensor) const { return shapes_[tensor]; }
  std::span<const uint8_t> bytes() const { return {storage_.get(), size_}; }
  const std::string& name() const { return name_; }
  Contract contract() const { return contract_; }

 private:
  struct Freed {
    void operator()(uint8_t* p) const { ::operator delete[](p, std::align_val_t(64)); }
  };
  using Storage = std::unique_ptr<uint8_t[], Freed>;
  static Storage aligned_bytes(size_t n) { return Storage(static_cast<uint8_t*>(::operator new[](n, std::align_val_t(64)))); }

  std::string name_;
  Contract contract_;
  size_t size_ = 0;
  Storage storage_, arena_;
  Model model_;
  std::vector<Shape> shapes_;
  std::unique_ptr<Interpreter> interpreter_;
};

}  // namespace midge
