// See hashed_source.h.
#include "compiler/data/hashed_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "compiler/data/problem.h"
#include "report/npy.h"

namespace midge {
namespace {

/// "(4,0)": the place of element i of a sample.
std::string place(const SampleInput& input, size_t i) {
  std::vector<uint64_t> at(input.dims.size());
  for (size_t d = at.size(); d-- > 0; i /= static_cast<size_t>(input.dims[d])) at[d] = i % static_cast<size_t>(input.dims[d]);
  return shape_text(at);
}

bool all_finite(std::span<const float> values) {
  constexpr uint32_t kExponent = 0x7f800000;
  uint32_t bad = 0;  // without a branch in the loop, which then vectorises
  for (const float v : values) bad |= static_cast<uint32_t>((std::bit_cast<uint32_t>(v) & kExponent) == kExponent);
  return bad == 0;
}

}  // namespace

std::string HashedSource::sample_name(uint64_t i) const { return fmt::format("sample {}", i); }

size_t HashedSource::read(size_t most, std::vector<Activation32>& inputs) {
  if (const std::optional<uint64_t> all = count())
    most = static_cast<size_t>(std::min<uint64_t>(most, std::max<uint64_t>(*all - position_, 1)));
  inputs.resize(inputs_.size());
  for (size_t k = 0; k < inputs_.size(); ++k) {
    inputs[k].type = inputs_[k].type;
    inputs[k].bytes.resize(most * inputs_[k].bytes());
  }
  const size_t got = most == 0 ? 0 : fill(most, inputs);
  for (size_t k = 0; k < inputs_.size(); ++k) {
    inputs[k].bytes.resize(got * inputs_[k].bytes());
    if (inputs_[k].type != Type::kFloat32 || all_finite(inputs[k].floats())) continue;
    const std::span<const float> values = inputs[k].floats();
    size_t bad = 0;
    while (std::isfinite(values[bad])) ++bad;
    data_problem("sample-not-finite", name_,
                 fmt::format("{}: element {} for input '{}' is {}", sample_name(position_ + bad / inputs_[k].elements),
                             place(inputs_[k], bad % inputs_[k].elements), inputs_[k].name, std::isnan(values[bad]) ? "NaN" : "infinite"),
                 "remove the sample, or mend what made it");
  }
  if (got == 0 && most != 0) {
    if (position_ == 0) data_problem("samples-empty", name_, "there are no samples", "give one at least; some hundred are usual");
    if (digest_.empty()) digest_ = running_.finish();
    return 0;
  }
  if (digest_.empty()) {
    for (size_t i = 0; i < got; ++i) {
      for (size_t k = 0; k < inputs_.size(); ++k) {
        running_.update(std::span(inputs[k].bytes).subspan(i * inputs_[k].bytes(), inputs_[k].bytes()));
      }
    }
  }
  position_ += got;
  return got;
}

void HashedSource::rewind() {
  restart();
  position_ = 0;
  if (digest_.empty()) (void)running_.finish();
}

}  // namespace midge
