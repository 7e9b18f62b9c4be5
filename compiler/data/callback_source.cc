// See callback_source.h.
#include "compiler/data/callback_source.h"

#include <fmt/format.h>

#include "compiler/data/problem.h"

namespace midge {

CallbackSource::CallbackSource(const ir::Module& module, std::string name, Next next)
    : HashedSource(sample_inputs(module), std::move(name)),
      next_(std::move(next)),
      preprocessing_(embedded_preprocessing(module)),
      file_(std::tmpfile()) {
  if (file_ == nullptr) data_problem("temporary-file", this->name(), "no temporary file can be made", "make room in /tmp");
}

std::optional<uint64_t> CallbackSource::count() const { return ended_ ? std::optional(kept_) : std::nullopt; }

std::vector<int64_t> CallbackSource::labels() const {
  if (!labelled_) return {};
  return {labels_.begin() + static_cast<ptrdiff_t>(last_), labels_.begin() + static_cast<ptrdiff_t>(last_ + got_)};
}

/// Sample position() + at, to the file or from it.
void CallbackSource::spool(std::vector<Activation32>& inputs, size_t at, bool write) {
  for (size_t k = 0; k < inputs.size(); ++k) {
    const size_t each = this->inputs()[k].bytes();
    uint8_t* const bytes = inputs[k].bytes.data() + at * each;
    const size_t n = write ? std::fwrite(bytes, 1, each, file_.get()) : std::fread(bytes, 1, each, file_.get());
    if (n != each) data_problem("temporary-file", name(), "the temporary file that keeps the samples cannot be used", "make room in /tmp");
  }
}

bool CallbackSource::pull(std::vector<Activation32>& inputs, size_t at) {
  Sample sample;
  if (ended_ || !next_(sample)) {
    ended_ = true;
    return false;
  }
  const std::string which = fmt::format("sample {}", kept_);
  if (sample.inputs.size() != this->inputs().size()) {
    data_problem("sample-inputs", name(),
                 fmt::format("{} has {} arrays, the model has {} inputs", which, sample.inputs.size(), this->inputs().size()),
                 "give one array for each input");
  }
  for (size_t k = 0; k < inputs.size(); ++k) {
    const SampleInput& input = this->inputs()[k];
    const NpyArray& a = sample.inputs[k];
    const std::string given = fmt::format("{} is {} {}", which, type_name(a.type), shape_text(a.shape));
    SampleConverter converter(input, steps_for(preprocessing_, k, input), a.type, a.shape, given, name(), false);
    if (a.bytes.size() != converter.raw_bytes()) data_problem("sample-bytes", name(), given + ", but its bytes are not as many");
    converter.convert(a.bytes.data(), inputs[k].bytes.data() + at * input.bytes(), which);
  }
  if (kept_ == 0) labelled_ = sample.label.has_value();
  if (labelled_ != sample.label.has_value()) {
    data_problem("labels-count", name(), fmt::format("{} has {} label, unlike those before", which, labelled_ ? "no" : "a"),
                 "give one with each sample, or none");
  }
  if (labelled_) labels_.push_back(*sample.label);
  return true;
}

size_t CallbackSource::fill(size_t most, std::vector<Activation32>& inputs) {
  last_ = static_cast<size_t>(position());
  for (got_ = 0; got_ < most; ++got_) {
    const bool known = last_ + got_ < kept_;
    if (!known && !pull(inputs, got_)) break;
    spool(inputs, got_, !known);
    if (known && last_ + got_ + 1 == kept_) std::fseek(file_.get(), 0, SEEK_CUR);  // reading may turn into writing here
    kept_ += known ? 0 : 1;
  }
  return got_;
}

void CallbackSource::restart() {
  std::rewind(file_.get());
  last_ = got_ = 0;
}

}  // namespace midge
