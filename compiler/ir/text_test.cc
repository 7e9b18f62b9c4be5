// Printed, parsed, printed again: the same. What cannot be parsed is refused with its place.
#include "compiler/ir/text.h"

#include <gtest/gtest.h>

#include <random>

#include "compiler/emit/tflite.h"
#include "compiler/import/tflite/tflite.h"
#include "report/diagnostic.h"
#include "verify/host_model.h"

namespace midge {
namespace {

ir::Module digits() { return import_tflite(read_file(MIDGE_DIGITS "digits.tflite"), "digits.tflite"); }

/// One of each thing that the form knows.
constexpr const char* kEverything = R"(midge-ir 1
# by hand
description "odd \" \\ \x00\x1f names"
metadata "m" "AAEC"
layout inputs [0 3 1 2] [] outputs []
signature "serving_default" graph 0 inputs "x"=0, "a, b"=1 outputs "y"=0

graph "main \x0a"
inputs %0, %1
outputs %6
tensor %0 "x": int8[1,8,8,2] q(0.5, -3)
tensor %1 "": float32[]
constant %2 "w": int8[2,1,1,2] q(axis 0: 0.1 1e-08, 0 0) = -1 2 3 -128
constant %3 "s": float32[3] = 0.1 -0 3.4028235e+38
variable %4 "state": int16[1,4] = -5 6 7 8
constant %5 "packed": int4[3] q(axis 0: 1 2 3, 0 0 0) = base64 "IQM="
tensor %6 "y": int8[1,4,4,2] q(0.25, 0)
tensor %7 "inside": float32[0]
op CONV_2D(%0, %2, -) -> %6 {fused_activation_function=RELU6, padding=VALID, stride_h=2, stride_w=2} v3 from "Conv 'a'"
op CUSTOM "Mine"(%1, %4) -> %3 intermediates %7, - custom "AQI="
op SOFTMAX(%1) -> %1 {beta=0.1}
op RESHAPE(%1) -> %1 {new_shape=[1 -1]}
op code:9999() -> %0

graph "other"
inputs
outputs
)";

TEST(IrText, EverythingComesBack) {
  const ir::Module m = ir::parse(kEverything, "text");
  const std::string text = ir::print(m);
  EXPECT_EQ(ir::print(ir::parse(text, "again")), text);
  ASSERT_EQ(m.graphs.size(), 2u);
  const ir::Graph& g = m.main();
  EXPECT_EQ(m.description, std::string("odd \" \\ \0\x1f names", 16));
  EXPECT_EQ(g.name, "main \n");
  EXPECT_EQ(m.metadata.at("m"), (ir::Bytes{0, 1, 2}));
  EXPECT_EQ(m.io.inputs, (std::vector<std::vector<int32_t>>{{0, 3, 1, 2}, {}}));
  EXPECT_EQ(m.signatures[0], (ir::Signature{"serving_default", 0, {{"x", 0}, {"a, b", 1}}, {{"y", 0}}}));
  EXPECT_EQ(g[0].quantization.zero_points[0], -3);
  EXPECT_EQ(g[2].quantization.scales, (std::vector<float>{0.1f, 1e-8f}));
  EXPECT_EQ(g[3].values<float>()[0], 0.1f);
  EXPECT_TRUE(std::signbit(g[3].values<float>()[1]));
  EXPECT_TRUE(g[4].is_variable && g[4].constant());
  EXPECT_EQ(*g[5].data, (ir::Bytes{0x21, 0x03}));
  EXPECT_EQ(g.ops[0].inputs, (std::vector<int32_t>{0, 2, -1}));
  EXPECT_EQ(g.ops[0].padding(), Padding::kValid);
  EXPECT_EQ(g.ops[0].activation(), Activation::kRelu6);
  EXPECT_EQ(g.ops[0].version, 3);
  EXPECT_EQ(g.ops[0].source, "Conv 'a'");
  EXPECT_EQ(g.ops[1].custom_name, "Mine");
  EXPECT_EQ(g.ops[1].intermediates, (std::vector<int32_t>{7, -1}));
  EXPECT_EQ(g.ops[2].real("beta"), double{0.1f});
  EXPECT_EQ(g.ops[3].integers("new_shape"), (std::vector<int32_t>{1, -1}));
}

TEST(IrText, DigitsComesBackAsTheSameFile) {
  const ir::Module m = digits();
  const std::string text = ir::print(m);
  EXPECT_EQ(emit_tflite(ir::parse(text, "digits.txt")), emit_tflite(m));
}

TEST(IrText, AnEditChangesTheModel) {
  std::string text = kEverything;
  text.replace(text.find("RELU6"), 5, "RELU");
  EXPECT_EQ(ir::parse(text, "text").main().ops[0].activation(), Activation::kRelu);
}

std::string error_of(const std::string& text) {
  try {
    ir::parse(text, "net.txt");
  } catch (const DiagnosticError& e) {
    EXPECT_EQ(e.exit_code, 1);
    return e.what();
  }
  return "";
}

TEST(IrText, ErrorsNameThePlaceAndWhatWasExpected) {
  const auto broken = [](const char* from, const char* to) {
    std::string text = kEverything;
    text.replace(text.find(from), std::strlen(from), to);
    return error_of(text);
  };
  const struct {
    const char *from, *to, *place, *expected;
  } cases[] = {
      {"midge-ir 1", "midge-ir 9", "net.txt:1:", "version 1"},
      {"CONV_2D", "CONV_9D", "net.txt:19:4", "operator's name"},
      {"padding=VALID", "padding=VALIDE", "net.txt:19:71", "value of the option"},
      {"stride_h=2", "stride_z=2", "net.txt:19:78", "option of CONV_2D"},
      {"tensor %6", "tensor %7", "net.txt:17:8", "%6"},
      {"int8[1,8,8,2]", "int9[1,8,8,2]", "net.txt:11:16", "element type"},
      {"-1 2 3 -128", "-1 2 3 -129", "net.txt:13:", "number that fits"},
      {"\"IQM=\"", "\"IQ*=\"", "net.txt:16:", "base64"},
      {"\"IQM=\"", "\"IQM=", "net.txt:16:", "closing quote"},
      {"graph \"other\"", "grape \"other\"", "net.txt:25:1", "graph"},
      {"op code:9999() -> %0", "op code:9999() -> %0 %1", "net.txt:23:", "end of the line"},
      {"= base64 \"IQM=\"", "= elided 2 bytes sha256 ab", "net.txt:16:", "printed without"},
  };
  for (const auto& c : cases) {
    const std::string error = broken(c.from, c.to);
    EXPECT_NE(error.find(c.place), std::string::npos) << c.to << ": " << error;
    EXPECT_NE(error.find(c.expected), std::string::npos) << c.to << ": " << error;
  }
  EXPECT_NE(error_of("").find("midge-ir"), std::string::npos);
}

TEST(IrText, LargeConstantsAreElidedOnRequest) {
  ir::PrintOptions few;
  few.most_constant_bytes = 64;
  const std::string text = ir::print(digits(), few);
  EXPECT_LT(text.size(), ir::print(digits()).size());
  EXPECT_NE(error_of(text).find("printed without"), std::string::npos);
}

TEST(IrText, AnythingIsParsedOrRefused) {
  constexpr unsigned kSeed = 3;
  constexpr char kMarks[] = "\"\\%-[](){}=,: 0\n#xq";
  std::mt19937 random(kSeed);
  const std::string good = kEverything;
  for (size_t n = 0; n <= good.size(); ++n) error_of(good.substr(0, n));
  for (int turn = 0; turn < 3000; ++turn) {
    std::string text = good;
    for (int i = 0; i < 3; ++i) text[random() % text.size()] = kMarks[random() % (sizeof kMarks - 1)];
    error_of(text);  // seed 3
  }
}

}  // namespace
}  // namespace midge
