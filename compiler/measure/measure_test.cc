// Measuring against values computed by hand and against networks whose errors are known.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "compiler/execute/integer_runner.h"
#include "compiler/measure/evaluate.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

class MemorySource : public SampleSource {
 public:
  MemorySource(std::vector<float> values, size_t samples, std::vector<int64_t> labels = {})
      : values_(std::move(values)), samples_(samples), labels_(std::move(labels)) {}
  std::optional<uint64_t> count() const override { return samples_; }
  size_t read(size_t most, std::vector<Activation32>& inputs) override {
    const size_t each = values_.size() / samples_;
    first_ = at_, at_ = std::min(samples_, at_ + std::min(most, most_));
    const auto* p = reinterpret_cast<const uint8_t*>(values_.data() + first_ * each);
    inputs = {{Type::kFloat32, ir::Bytes(p, p + (at_ - first_) * each * sizeof(float))}};
    return at_ - first_;
  }
  std::vector<int64_t> labels() const override {
    if (labels_.empty()) return {};
    return {labels_.begin() + static_cast<ptrdiff_t>(first_), labels_.begin() + static_cast<ptrdiff_t>(at_)};
  }
  void rewind() override { at_ = 0; }
  std::string name() const override { return "memory"; }
  std::string sha256() const override { return "00"; }
  size_t most_ = 1000;

 private:
  std::vector<float> values_;
  size_t samples_, at_ = 0, first_ = 0;
  std::vector<int64_t> labels_;
};

ir::Tensor int8_tensor(const ir::Dims& dims, float scale, int64_t zero_point) {
  ir::Tensor t;
  t.type = Type::kInt8, t.dims = dims;
  t.quantization.scales = {scale}, t.quantization.zero_points = {zero_point};
  return t;
}

TEST(ErrorStats, AgainstValuesByHand) {
  const ir::Tensor t = int8_tensor({1, 4}, 0.5f, 0);
  const int8_t stored[] = {2, -4, 127, 0};  // 1, -2, 63.5, 0
  const float reference[] = {1.5f, -2, 70, 0};
  ErrorStats s;
  accumulate(s, t, {reinterpret_cast<const uint8_t*>(stored), 4}, reference, 1);
  EXPECT_DOUBLE_EQ(s.sum_e2, 0.25 + 6.5 * 6.5);
  EXPECT_NEAR(s.sqnr_db(), 10 * std::log10((1.5 * 1.5 + 4 + 4900) / (0.25 + 42.25)), 1e-9);
  EXPECT_DOUBLE_EQ(s.max_abs_error, 6.5);
  EXPECT_DOUBLE_EQ(s.mean_error(), -7.0 / 4);
  EXPECT_EQ(s.clipped_high, 1u);
  EXPECT_EQ(s.clipped_low, 0u);
  EXPECT_NEAR(s.cosine(), (1.5 + 4 + 63.5 * 70) / std::sqrt((2.25 + 4 + 4900) * (1 + 4 + 63.5 * 63.5)), 1e-12);
}

TEST(ErrorStats, ZerosOfARectifierAreNotClipped) {
  const ir::Tensor t = int8_tensor({1, 4}, 0.1f, -128);
  const int8_t stored[] = {-128, -128, 127, 0};
  const float reference[] = {0, 0, 25.5f, 12.8f};
  ErrorStats s;
  accumulate(s, t, {reinterpret_cast<const uint8_t*>(stored), 4}, reference, 1);
  EXPECT_EQ(s.at_lowest, 2u);
  EXPECT_EQ(s.at_highest, 1u);
  EXPECT_EQ(s.clipped_low + s.clipped_high, 0u);
}

TEST(ErrorStats, BiasAndSpreadByChannel) {
  ir::Tensor t;
  t.dims = {1, 2, 2};  // floats, so that nothing is rounded
  const float made[] = {1, 101, 2, 99}, reference[] = {0, 100, 1, 100};  // channel 0 is 1 too high; channel 1 is right on average
  ErrorStats s;
  accumulate(s, t, {reinterpret_cast<const uint8_t*>(made), 16}, reference, 1);
  EXPECT_DOUBLE_EQ(s.bias_share(), 0.5);
  EXPECT_DOUBLE_EQ(s.channel_spread(), 1);  // of two channels the wider is the median
}

TEST(ErrorStats, ScaledChannelsAreMeantAndWrongOnesAreNot) {
  ir::Tensor t;
  t.dims = {1, 50, 2};
  std::vector<float> r(100), scaled(100), wrong(100);
  for (size_t i = 0; i < 100; ++i) {
    r[i] = static_cast<float>(i * 31 % 97) - 40;
    scaled[i] = r[i] * (i % 2 == 0 ? 3.0f : 0.5f) + (i % 3 == 0 ? 0.25f : -0.125f);
    wrong[i] = r[i] * static_cast<float>(i % 5) / 4;
  }
  for (const auto* made : {&scaled, &wrong}) {
    ErrorStats s;
    accumulate(s, t, {reinterpret_cast<const uint8_t*>(made->data()), 400}, r, 1);
    const double before = s.sqnr_db();
    allow_scaled_channels(s);
    EXPECT_EQ(s.scaled_channels, made == &scaled);
    if (made == &wrong) {
      EXPECT_EQ(s.sqnr_db(), before);
    } else {
      EXPECT_GT(s.sqnr_db(), 40);
      EXPECT_NEAR(s.channels[0].gain, 3, 0.01);
    }
  }
}

TEST(Match, TurnsChannelsFirstToChannelsLast) {
  std::vector<int32_t> turn;
  ASSERT_TRUE(find_turn({1, 3, 2, 4}, {1, 2, 4, 3}, &turn));
  EXPECT_EQ(turn, (std::vector<int32_t>{0, 2, 3, 1}));
  std::vector<float> v(24);
  std::iota(v.begin(), v.end(), 0.0f);
  const std::vector<float> last = turn_elements(v, {1, 3, 2, 4}, turn, 1);
  EXPECT_EQ(std::vector<float>(last.begin(), last.begin() + 4), (std::vector<float>{0, 8, 16, 1}));
  ASSERT_TRUE(find_turn({1, 2, 4, 3}, {1, 3, 2, 4}, &turn));
  EXPECT_EQ(turn_elements(last, {1, 2, 4, 3}, turn, 1), v);
  EXPECT_TRUE(find_turn({1, 8}, {1, 2, 4}, &turn));
  EXPECT_TRUE(turn.empty());
  EXPECT_FALSE(find_turn({1, 8}, {1, 7}, &turn));
}

/// x -> FULLY_CONNECTED (with RELU apart or fused) -> FULLY_CONNECTED; int8 tensors with the scales given, or floats.
ir::Module network(bool quantized, bool fused, float hidden_scale, const std::string& prefix) {
  ir::Module m;
  ir::Graph& g = m.graphs.emplace_back();
  const auto add = [&](const char* name, float scale, int64_t zero) {
    ir::Tensor t = quantized ? int8_tensor({1, 4}, scale, zero) : ir::Tensor();
    t.name = prefix + name, t.dims = {1, 4};
    return g.add(t);
  };
  const auto weights = [&](const char* name) {
    std::vector<float> w(16);
    for (size_t i = 0; i < 16; ++i) w[i] = i % 5 == 0 ? 1.0f : 0.0f;
    if (!quantized) return g.add_floats(prefix + name, {4, 4}, w);
    ir::Bytes bytes(16);
    for (size_t i = 0; i < 16; ++i) bytes[i] = i % 5 == 0 ? 100 : 0;
    const int32_t t = g.add_constant(prefix + name, Type::kInt8, {4, 4}, bytes);
    g[t].quantization.scales = {0.01f}, g[t].quantization.zero_points = {0};
    return t;
  };
  const int32_t x = add("x", 0.02f, 0), hidden = add("hidden", hidden_scale, -128), y = add("y", 0.02f, 0);
  const auto layer = [&](int32_t in, const char* name, int32_t out, bool relu) {
    ir::Op op;
    op.code = Builtin::FULLY_CONNECTED, op.inputs = {in, weights(name), -1}, op.outputs = {out};
    if (relu) op.set("fused_activation_function", static_cast<int64_t>(Activation::kRelu));
    g.ops.push_back(op);
  };
  if (fused) {
    layer(x, "w1", hidden, true);
  } else {
    const int32_t before = add("before", hidden_scale, 0);
    layer(x, "w1", before, false);
    ir::Op relu;
    relu.code = Builtin::RELU, relu.inputs = {before}, relu.outputs = {hidden};
    g.ops.push_back(relu);
  }
  layer(hidden, "w2", y, false);
  g.inputs = {x}, g.outputs = {y};
  return m;
}

std::vector<float> ramp(size_t n) {
  std::vector<float> v(n);
  for (size_t i = 0; i < n; ++i) v[i] = static_cast<float>(static_cast<int>(i * 37 % 200) - 100) * 0.02f;
  return v;
}

TEST(Match, ByNamePastAnActivationAndByStructure) {
  const ir::Module q = network(true, true, 0.02f, "");
  for (const char* prefix : {"", "other/"}) {
    ir::Module r = network(false, false, 1, prefix);
    if (*prefix == 0) std::swap(r.main()[1].name, r.main()[3].name);  // the fused operator kept the name of the one before the RELU
    const auto found = match_tensors(q.main(), r.main());
    ASSERT_EQ(found.size(), 3u) << prefix;
    EXPECT_EQ(found[0].quantized, 0);
    EXPECT_EQ(found[1].quantized, 1);
    EXPECT_EQ(found[1].reference, 1);
    EXPECT_EQ(found[1].how, *prefix == 0 ? MatchedBy::kName : MatchedBy::kStructure);
    EXPECT_EQ(found[2].how, MatchedBy::kPosition);
  }
}

TEST(Evaluate, AGoodModelIsNearlyExact) {
  MemorySource source(ramp(4 * 300), 300);
  source.most_ = 70;  // several batches
  const Evaluation e = evaluate(network(true, true, 0.02f, ""), network(false, false, 1, ""), source);
  EXPECT_EQ(e.samples, 300u);
  ASSERT_EQ(e.outputs.size(), 1u);
  EXPECT_GT(e.outputs[0].stats.sqnr_db(), 60);
  EXPECT_EQ(e.outputs[0].stats.clipped_low, 0u);
  EXPECT_TRUE(e.reconstruction.has_value());  // as many values out as in
  for (const LayerError& l : e.layers) EXPECT_TRUE(l.advice.empty()) << l.name;
  source.most_ = 11;  // the result does not depend on the batches
  EXPECT_EQ(dump(to_json(evaluate(network(true, true, 0.02f, ""), network(false, false, 1, ""), source))), dump(to_json(e)));
}

TEST(Evaluate, FindsTheLayerThatClips) {
  MemorySource source(ramp(4 * 300), 300);
  const Evaluation e = evaluate(network(true, true, 0.002f, ""), network(false, true, 1, "float/"), source);  // 0.51 at most of 2
  ASSERT_EQ(e.layers.size(), 3u);
  const LayerError& worst = e.layers[0].name == "hidden" ? e.layers[0] : e.layers[1];
  EXPECT_EQ(worst.name, "hidden");
  EXPECT_GT(worst.stats.clipped_share(), 0.3);
  ASSERT_FALSE(worst.advice.empty());
  EXPECT_EQ(worst.advice[0].id, "clipping");
  const LayerError& after = e.layers[0].name == "y" ? e.layers[0] : e.layers[1];
  ASSERT_FALSE(after.advice.empty());
  EXPECT_EQ(after.advice.back().id, "upstream");
  EXPECT_EQ(e.layers.back().name, "x");
  const std::string text = to_text(e, Terminal());
  EXPECT_NE(text.find("calibrate with more samples"), std::string::npos) << text;
  const Json json = to_json(e);
  EXPECT_EQ(json["layers"][0]["advice"].is_array(), true);
  EXPECT_LE(json["layers"][0]["sqnr_db"].get<double>(), json["layers"][1]["sqnr_db"].get<double>());
}

TEST(Evaluate, AccuracyBeforeAndAfter) {
  // The label is the largest of x, so the float model is right where that is above 0. The model that clips makes mistakes.
  const std::vector<float> x = ramp(4 * 200);
  std::vector<int64_t> labels;
  size_t float_right = 0;
  for (size_t s = 0; s < 200; ++s) {
    const auto at = x.begin() + static_cast<ptrdiff_t>(4 * s);
    labels.push_back(std::max_element(at, at + 4) - at);
    float_right += *std::max_element(at, at + 4) > 0 || labels.back() == 0;
  }
  MemorySource source(x, 200, labels);
  const Evaluation e = evaluate(network(true, true, 0.002f, ""), network(false, true, 1, ""), source);
  ASSERT_TRUE(e.classes && e.reference_classes);
  EXPECT_EQ(e.reference_classes->correct, float_right);
  EXPECT_LT(e.classes->correct, float_right);
  EXPECT_EQ(std::accumulate(e.classes->confusion.begin(), e.classes->confusion.end(), uint64_t{0}), 200u);
  EXPECT_EQ(e.classes->correct_top5, 200u);  // there are four classes

  labels[7] = 4;
  MemorySource bad(x, 200, labels);
  try {
    evaluate(network(true, true, 0.002f, ""), bad);
    FAIL();
  } catch (const DiagnosticError& error) {
    EXPECT_EQ(error.exit_code, 2);
    EXPECT_NE(error.diagnostic.message.find("sample 7 is 4"), std::string::npos) << error.what();
  }
}

TEST(Evaluate, AloneAndRefused) {
  MemorySource source(ramp(40), 10);
  const Evaluation e = evaluate(network(true, true, 0.002f, ""), source);
  EXPECT_TRUE(e.outputs.empty());
  EXPECT_EQ(e.layers.size(), 3u);
  EXPECT_GT(e.layers[0].stats.at_lowest + e.layers[0].stats.at_highest, 0u);
  MemorySource none({}, 1);
  ir::Module other = network(false, true, 1, "");
  other.main().outputs.push_back(other.main().outputs[0]);
  EXPECT_THROW(evaluate(network(true, true, 0.002f, ""), other, source), DiagnosticError);
  class Empty : public MemorySource {
   public:
    Empty() : MemorySource({0}, 1) {}
    size_t read(size_t, std::vector<Activation32>&) override { return 0; }
  } empty;
  EXPECT_THROW(evaluate(network(false, true, 1, ""), empty), DiagnosticError);
}

}  // namespace
}  // namespace midge
