// The digits example: as its golden outputs, in order, with one thread and with all.
#include "compiler/execute/integer_runner.h"

#include <gtest/gtest.h>

#include "report/npz.h"
#include "verify/host_model.h"

namespace midge {
namespace {

constexpr size_t kSamples = 20;

TEST(IntegerRunner, SameBytesWithAnyNumberOfThreads) {
  const std::vector<uint8_t> file = read_file(MIDGE_DIGITS "digits.tflite");
  const NpzReader npz(read_file(MIDGE_DIGITS "digits_test.npz"), "digits_test.npz");
  const NpyArray images = npz.get("in0");
  IntegerRunner all(file, "digits"), one(file, "digits", 1);
  const size_t bytes = all.graph()[all.graph().inputs[0]].bytes();
  ASSERT_GE(images.bytes.size(), kSamples * bytes);
  Activation32 in{all.graph()[all.graph().inputs[0]].type,
                  ir::Bytes(images.bytes.begin(), images.bytes.begin() + static_cast<ptrdiff_t>(kSamples * bytes))};
  const auto got = all.run({&in, 1}, kSamples);
  EXPECT_EQ(one.run({&in, 1}, kSamples)[0].bytes, got[0].bytes);

  // As the interpreter alone gives them.
  HostModel host(file, "digits");
  host.allocate();
  for (size_t s = 0; s < kSamples; ++s) {
    const TensorView view = host.interpreter().input(0);
    std::memcpy(view.data, in.bytes.data() + s * bytes, bytes);
    host.invoke();
    const TensorView out = host.interpreter().output(0);
    EXPECT_EQ(std::memcmp(out.data, got[0].bytes.data() + s * out.bytes, out.bytes), 0) << s;
  }

  // A visitor sees every computed tensor, the input and the output among them.
  size_t visited = 0;
  const auto visit = [&](int32_t tensor, std::span<const uint8_t> values, size_t samples) {
    ++visited;
    EXPECT_EQ(samples, kSamples);
    EXPECT_EQ(values.size(), all.graph()[tensor].bytes() * samples);
    if (tensor == all.graph().inputs[0]) {
      EXPECT_TRUE(std::equal(values.begin(), values.end(), in.bytes.begin()));
    }
    if (tensor == all.graph().outputs[0]) {
      EXPECT_TRUE(std::equal(values.begin(), values.end(), got[0].bytes.begin()));
    }
  };
  EXPECT_EQ(all.run({&in, 1}, kSamples, visit)[0].bytes, got[0].bytes);
  EXPECT_EQ(visited, all.graph().ops.size() + 1);

  // Real numbers in are quantised as they were dequantised.
  Activation32 real;
  real.bytes.resize(in.bytes.size() * sizeof(float));
  to_real(all.graph()[all.graph().inputs[0]], in.bytes, real.floats());
  EXPECT_EQ(all.run({&real, 1}, kSamples)[0].bytes, got[0].bytes);
}

TEST(IntegerRunner, ConvertsPerChannel) {
  ir::Tensor t;
  t.type = Type::kInt8, t.dims = {2, 1, 2}, t.quantization.dimension = 2;
  t.quantization.scales = {0.5f, 2}, t.quantization.zero_points = {1, -1};
  const int8_t v[] = {1, 0, -3, 4};
  float out[4];
  to_real(t, {reinterpret_cast<const uint8_t*>(v), 4}, out);
  EXPECT_EQ(std::vector<float>(out, out + 4), (std::vector<float>{0, 2, -2, 10}));
}

}  // namespace
}  // namespace midge
