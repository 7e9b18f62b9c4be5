// What all sources of samples share: the digest over what the model gets, and the last look at it: no NaN, no infinity, not empty.
#pragma once
#include "compiler/data/sample_input.h"
#include "compiler/data/samples.h"
#include "report/sha256.h"

namespace midge {

class HashedSource : public SampleSource {
 public:
  HashedSource(std::vector<SampleInput> inputs, std::string name) : inputs_(std::move(inputs)), name_(std::move(name)) {}

  size_t read(size_t most, std::vector<Activation32>& inputs) final;
  void rewind() final;
  std::string name() const final { return name_; }
  std::string sha256() const final { return digest_; }

 protected:
  /// Reads up to `most` samples into `inputs`, whose bytes have room for them. Returns how many; 0 at the end.
  virtual size_t fill(size_t most, std::vector<Activation32>& inputs) = 0;
  virtual void restart() = 0;
  /// What to call sample i in messages.
  virtual std::string sample_name(uint64_t i) const;

  const std::vector<SampleInput>& inputs() const { return inputs_; }
  uint64_t position() const { return position_; }  ///< the sample that the next fill() starts with

 private:
  std::vector<SampleInput> inputs_;
  std::string name_, digest_;
  Sha256 running_;
  uint64_t position_ = 0;
};

}  // namespace midge
