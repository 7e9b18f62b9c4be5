// CallbackSource: samples that come from a function, one after the other, as a Python iterable's. What the model gets is kept in a
// temporary file, so that it can be read again although the function cannot be asked again; memory stays flat.
#pragma once
#include <cstdio>
#include <functional>
#include <memory>

#include "compiler/data/converter.h"
#include "compiler/data/hashed_source.h"
#include "report/npy.h"

namespace midge {

class CallbackSource final : public HashedSource {
 public:
  struct Sample {
    std::vector<NpyArray> inputs;  ///< one a graph input, without an axis of samples
    std::optional<int64_t> label;
  };
  /// Fills the next sample; false at the end, after which it is not called again.
  using Next = std::function<bool(Sample&)>;

  /// `name` stands in messages and reports. DiagnosticError (exit 2) at the sample that does not fit.
  CallbackSource(const ir::Module& module, std::string name, Next next);

  std::optional<uint64_t> count() const override;
  std::vector<int64_t> labels() const override;

 private:
  size_t fill(size_t most, std::vector<Activation32>& inputs) override;
  void restart() override;
  bool pull(std::vector<Activation32>& inputs, size_t at);
  void spool(std::vector<Activation32>& inputs, size_t at, bool write);

  struct Closed {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  Next next_;
  std::optional<Preprocessing> preprocessing_;
  std::unique_ptr<std::FILE, Closed> file_;
  uint64_t kept_ = 0;   ///< samples in the file
  bool ended_ = false;
  bool labelled_ = false;
  std::vector<int64_t> labels_;
  size_t last_ = 0, got_ = 0;
};

}  // namespace midge
