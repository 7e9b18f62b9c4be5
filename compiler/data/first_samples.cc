#include "compiler/data/first_samples.h"

#include <algorithm>

namespace midge {
namespace {

class FirstSamples : public SampleSource {
 public:
  FirstSamples(std::unique_ptr<SampleSource> source, uint64_t most) : source_(std::move(source)), most_(most) {}

  std::optional<uint64_t> count() const override {
    const std::optional<uint64_t> all = source_->count();
    return all ? std::min(*all, most_) : all;
  }
  size_t read(size_t most, std::vector<Activation32>& inputs) override {
    const auto wanted = static_cast<size_t>(std::min<uint64_t>(most, most_ - read_));
    const size_t n = wanted == 0 ? 0 : source_->read(wanted, inputs);
    read_ += n;
    return n;
  }
  std::vector<int64_t> labels() const override { return source_->labels(); }
  std::vector<std::string> classes() const override { return source_->classes(); }
  void rewind() override { source_->rewind(), read_ = 0; }
  std::string name() const override { return source_->name(); }
  std::string sha256() const override { return source_->sha256(); }

 private:
  std::unique_ptr<SampleSource> source_;
  uint64_t most_, read_ = 0;
};

}  // namespace

std::unique_ptr<SampleSource> first_samples(std::unique_ptr<SampleSource> source, uint64_t most) {
  return std::make_unique<FirstSamples>(std::move(source), most);
}

}  // namespace midge
