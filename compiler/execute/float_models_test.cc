// The float models of the shared folder on the executor: as LiteRT's outputs, and the same bytes with one thread and with all.
//
// Tolerance: a rounding in 2^-24 at each of some ten layers, each a sum of up to 640 products, stays far below 1e-4 of the output's range
// unless a layer is computed wrongly.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "compiler/execute/executor.h"
#include "compiler/import/tflite/tflite.h"
#include "report/npz.h"
#include "tests/shared_folder.h"
#include "verify/host_model.h"

namespace midge {
namespace {

constexpr double kTolerance = 1e-4;
constexpr const char* kModels[] = {"mlperf/ad01_float32_from_h5", "mlperf/ad01_fp32",    "mlperf/kws_true_float32_from_savedmodel",
                                   "mlperf/pretrainedResnet",     "mlperf/vww_96_float", "tflm/hello_world_float"};

class FloatModels : public ::testing::TestWithParam<const char*> {};

TEST_P(FloatModels, EqualTheirGoldens) {
  const std::string path = (testing::shared_folder() / "models" / GetParam()).string();
  MIDGE_NEEDS_SHARED(std::filesystem::exists(path + ".tflite"));
  ir::Module module = import_tflite(read_file(path + ".tflite"), path);
  for (ir::Tensor& t : module.main().tensors) std::replace(t.dims.begin(), t.dims.end(), -1, 1);
  const NpzReader golden(read_file(path + ".golden.npz"), path);
  const NpyArray in = golden.get("in0"), out = golden.get("out0");
  const std::vector<Activation32> inputs = {{in.type, in.bytes}};
  const std::vector<Activation32> got = Executor(module.main()).run(inputs, in.shape[0]);
  ASSERT_EQ(got[0].bytes.size(), out.bytes.size());
  const auto* want = reinterpret_cast<const float*>(out.bytes.data());
  double range = 0;
  for (size_t i = 0; i < out.count(); ++i) range = std::max(range, std::abs(static_cast<double>(want[i])));
  for (size_t i = 0; i < out.count(); ++i) ASSERT_NEAR(got[0].floats()[i], want[i], kTolerance * range) << "element " << i;
  EXPECT_EQ(Executor(module.main(), 1).run(inputs, in.shape[0])[0].bytes, got[0].bytes);
}

INSTANTIATE_TEST_SUITE_P(All, FloatModels, ::testing::ValuesIn(kModels), [](const auto& info) {
  std::string name = info.param;
  std::replace_if(name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace midge
