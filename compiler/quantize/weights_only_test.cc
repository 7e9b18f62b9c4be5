// Small networks with smaller weights: what changes, what stays, and how near the results are.
#include "compiler/quantize/weights_only.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "compiler/emit/tflite.h"
#include "compiler/ir/verify.h"
#include "compiler/optimize/widen_float16.h"
#include "compiler/quantize/narrow.h"
#include "report/diagnostic.h"
#include "verify/host_model.h"

namespace midge {
namespace {

constexpr unsigned kSeed = 20;

std::vector<float> random_floats(size_t n, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> out(n);
  for (float& v : out) v = normal(random);
  return out;
}

int32_t add_tensor(ir::Graph& g, std::string name, ir::Dims dims) {
  ir::Tensor t;
  t.name = std::move(name), t.dims = std::move(dims);
  return g.add(std::move(t));
}

/// image[1,8,8,4] -> CONV_2D 16 -> DEPTHWISE_CONV_2D -> RESHAPE -> FULLY_CONNECTED 10
ir::Module network() {
  std::mt19937 random(kSeed);
  ir::Module m;
  ir::Graph& g = m.graphs.emplace_back();
  const auto floats = [&](const char* name, ir::Dims dims) {
    ir::Tensor t;
    t.dims = dims;
    return g.add_floats(name, dims, random_floats(static_cast<size_t>(t.count()), random));
  };
  const int32_t image = add_tensor(g, "image", {1, 8, 8, 4}), conv = add_tensor(g, "conv", {1, 8, 8, 16});
  const int32_t depthwise = add_tensor(g, "depthwise", {1, 8, 8, 16}), flat = add_tensor(g, "flat", {1, 1024}),
                out = add_tensor(g, "out", {1, 10});
  const auto op = [&](Builtin code, std::vector<int32_t> inputs, int32_t output) -> ir::Op& {
    ir::Op& o = g.ops.emplace_back();
    o.code = code, o.inputs = std::move(inputs), o.outputs = {output};
    return o;
  };
  const auto window = [](ir::Op& o) { o.set("stride_w", int64_t{1}), o.set("stride_h", int64_t{1}); };
  const int32_t w0 = floats("w0", {16, 3, 3, 4}), b0 = floats("b0", {16}), w1 = floats("w1", {1, 5, 5, 16}), b1 = floats("b1", {16});
  const int32_t w2 = floats("w2", {10, 1024}), b2 = floats("b2", {10}), to = g.add_int32("to", {1, 1024});
  window(op(Builtin::CONV_2D, {image, w0, b0}, conv));
  window(op(Builtin::DEPTHWISE_CONV_2D, {conv, w1, b1}, depthwise));
  g.ops.back().set("depth_multiplier", int64_t{1});
  op(Builtin::RESHAPE, {depthwise, to}, flat);
  op(Builtin::FULLY_CONNECTED, {flat, w2, b2}, out);
  g.inputs = {image}, g.outputs = {out};
  return m;
}

std::vector<float> run(const ir::Module& m) {
  HostModel host(emit_tflite(m), "network");
  host.allocate();
  std::mt19937 random(kSeed + 1);
  const TensorView in = host.interpreter().input(0);
  const std::vector<float> values = random_floats(in.bytes / sizeof(float), random);
  std::memcpy(in.data, values.data(), in.bytes);
  host.invoke();
  const TensorView out = host.interpreter().output(0);
  const auto* p = static_cast<const float*>(out.data);
  return {p, p + out.bytes / sizeof(float)};
}

double sqnr_db(const std::vector<float>& reference, const std::vector<float>& got) {
  double signal = 0, noise = 0;
  for (size_t i = 0; i < reference.size(); ++i) {
    signal += double{reference[i]} * reference[i], noise += std::pow(double{reference[i]} - got[i], 2);
  }
  return 10 * std::log10(signal / noise);
}

bool all(const ir::Op&) { return true; }

Type weight_type(const ir::Module& m, Builtin code) {
  for (const ir::Op& op : m.main().ops) {
    if (op.code == code) return m.main()[op.inputs[1]].type;
  }
  return Type::kNone;
}

TEST(WeightsOnly, EachSchemeIsSmallerAndNear) {
  const ir::Module m = network();
  const std::vector<float> reference = run(m);
  const struct {
    Scheme scheme;
    double least_db, most_of_size;
  } cases[] = {{Scheme::kFloat16Weights, 60, 0.55}, {Scheme::kDynamicRange, 33, 0.32}, {Scheme::kInt4Weights, 14, 0.22}};
  for (const auto& c : cases) {
    const ir::Module q = quantize_weights(m, c.scheme, all);
    EXPECT_TRUE(verify(q).empty()) << verify(q)[0].line();
    EXPECT_GT(sqnr_db(reference, run(q)), c.least_db) << static_cast<int>(c.scheme) << " seed " << kSeed;
    EXPECT_LT(static_cast<double>(emit_tflite(q).size()), c.most_of_size * static_cast<double>(emit_tflite(m).size()));
    EXPECT_EQ(emit_tflite(quantize_weights(m, c.scheme, all)), emit_tflite(q));
  }
}

TEST(WeightsOnly, TypesAreThoseThatKernelsTake) {
  const ir::Module q = quantize_weights(network(), Scheme::kInt4Weights, all);
  EXPECT_EQ(weight_type(q, Builtin::CONV_2D), Type::kInt4);
  EXPECT_EQ(weight_type(q, Builtin::DEPTHWISE_CONV_2D), Type::kInt8);  // no kernel has 4 bits
  EXPECT_EQ(weight_type(q, Builtin::FULLY_CONNECTED), Type::kInt4);
  const ir::Module d = quantize_weights(network(), Scheme::kDynamicRange, all);
  for (const ir::Op& op : d.main().ops) {
    if (op.code == Builtin::RESHAPE) continue;
    EXPECT_EQ(d.main()[op.inputs[2]].type, Type::kFloat32) << "a bias stays";
    EXPECT_TRUE(d.main()[op.inputs[1]].quantization.per_channel());
  }
}

TEST(WeightsOnly, OnlyWhatIsWanted) {
  const ir::Module q = quantize_weights(network(), Scheme::kDynamicRange, [](const ir::Op& op) { return op.code == Builtin::CONV_2D; });
  EXPECT_EQ(weight_type(q, Builtin::CONV_2D), Type::kInt8);
  EXPECT_EQ(weight_type(q, Builtin::FULLY_CONNECTED), Type::kFloat32);
}

TEST(WeightsOnly, SharedWeightsStayShared) {
  ir::Module m = network();
  ir::Graph& g = m.main();
  ir::Op again = g.ops.back();
  again.outputs = {add_tensor(g, "out2", {1, 10})};
  g.ops.push_back(again), g.outputs.push_back(again.outputs[0]);
  const ir::Graph q = quantize_weights(m, Scheme::kDynamicRange, all).main();
  EXPECT_EQ(q.ops[3].inputs[1], q.ops[4].inputs[1]);
  const ir::Graph half = quantize_weights(m, Scheme::kFloat16Weights, all).main();
  EXPECT_EQ(half.ops[half.ops.size() - 1].inputs[1], half.ops[half.ops.size() - 2].inputs[1]);
}

TEST(WeightsOnly, SmallConstantsStay) {
  const ir::Module q = quantize_weights(network(), Scheme::kFloat16Weights, all);
  for (const ir::Op& op : q.main().ops) {
    if (op.code == Builtin::CONV_2D) {
      EXPECT_TRUE(q.main()[op.inputs[2]].constant()) << "a DEQUANTIZE takes more than 16 biases save";
    }
  }
}

TEST(WeightsOnly, NotFiniteIsRefusedByName) {
  ir::Module m = network();
  ir::Graph& g = m.main();
  std::vector<float> w(g[g.ops[0].inputs[1]].values<float>().begin(), g[g.ops[0].inputs[1]].values<float>().end());
  w[7] = std::nanf("");
  g[g.ops[0].inputs[1]].set_values<float>(w);
  try {
    quantize_weights(m, Scheme::kDynamicRange, all);
    FAIL();
  } catch (const DiagnosticError& e) {
    EXPECT_EQ(e.diagnostic.tensor_name, "w0");
    EXPECT_NE(e.diagnostic.message.find("element 7"), std::string::npos);
    EXPECT_EQ(e.exit_code, 1);
  }
}

TEST(WeightsOnly, SchemesThatNeedSamplesAreRefused) {
  EXPECT_THROW(quantize_weights(network(), Scheme::kInt8, all), DiagnosticError);
  EXPECT_THROW(quantize_weights(network(), Scheme::kInt16x8, all), DiagnosticError);
}

TEST(WidenFloat16, GivesTheRoundedNetworkBack) {
  const ir::Module half = quantize_weights(network(), Scheme::kFloat16Weights, all);
  ir::Module wide = half;
  EXPECT_EQ(widen_float16(wide), 3u);
  EXPECT_EQ(wide.main().ops.size(), network().main().ops.size());
  EXPECT_TRUE(verify(wide).empty());
  EXPECT_EQ(run(wide), run(half));
}

TEST(Narrow, Int4HasNoMoreErrorThanTheLargestWeightsScale) {
  std::mt19937 random(kSeed);
  ir::Tensor t;
  t.dims = {3, 33};  // odd rows: the file packs on across rows
  std::vector<float> w = random_floats(99, random);
  std::fill(w.begin() + 66, w.end(), 0.0f);
  t.set_values<float>(w);
  const ir::Tensor q = narrow_to_integers(t, 4, 0);
  ASSERT_EQ(q.data->size(), q.bytes());
  ASSERT_EQ(q.quantization.scales.size(), 3u);
  EXPECT_EQ(q.quantization.scales[2], 1.0f);
  for (size_t c = 0; c < 3; ++c) {
    float most = 0;
    double error = 0, plain = 0;
    for (size_t i = 33 * c; i < 33 * (c + 1); ++i) most = std::max(most, std::abs(w[i]));
    const double step = most == 0 ? 1 : double{most} / 7;
    for (size_t i = 33 * c; i < 33 * (c + 1); ++i) {
      const int nibble = (*q.data)[i / 2] >> (i % 2 * 4) & 15, value = nibble < 8 ? nibble : nibble - 16;
      EXPECT_GE(value, -7);
      error += std::pow(w[i] - double{q.quantization.scales[c]} * value, 2);
      plain += std::pow(w[i] - step * std::round(w[i] / step), 2);
    }
    EXPECT_LE(error, plain * (1 + 1e-6)) << "channel " << c << " seed " << kSeed;
  }
}

TEST(Narrow, Float16RefusesWhatItCannotHold) {
  ir::Tensor t;
  t.dims = {2};
  t.set_values<float>(std::vector<float>{1, 70000});
  EXPECT_FALSE(narrow_to_float16(t));
  t.set_values<float>(std::vector<float>{1, 65504});
  EXPECT_TRUE(narrow_to_float16(t));
}

}  // namespace
}  // namespace midge
