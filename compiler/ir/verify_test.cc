// A sound module passes; each way of breaking it is found.
#include "compiler/ir/verify.h"

#include <gtest/gtest.h>

#include "compiler/import/tflite/tflite.h"
#include "verify/host_model.h"

namespace midge {
namespace {

ir::Module digits() { return import_tflite(read_file(MIDGE_DIGITS "digits.tflite"), "digits.tflite"); }

std::string first(const ir::Module& m) {
  const std::vector<Diagnostic> found = verify(m);
  return found.empty() ? "" : found[0].message;
}

TEST(Verify, SoundModulePasses) { EXPECT_EQ(first(digits()), ""); }

TEST(Verify, FindsWhatIsBroken) {
  const auto broken = [](auto&& change) {
    ir::Module m = digits();
    change(m.main());
    return first(m);
  };
  EXPECT_NE(broken([](ir::Graph& g) { g.ops[0].inputs[0] = 9999; }).find("out of range"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { std::swap(g.ops[0], g.ops[1]); }).find("before anything"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g.ops[1].outputs[0] = g.ops[0].outputs[0]; }).find("made twice"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g[g.ops[0].inputs[1]].data = std::make_shared<ir::Bytes>(3); }).find("3 bytes"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g[g.ops[0].outputs[0]].dims[1] = -1; }).find("not positive"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g[g.ops[0].inputs[1]].quantization.scales.pop_back(); }).find("zero points"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g[g.ops[0].inputs[2]].quantization.scales[0] *= 2; }).find("bias has scale"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g.ops[0].set("paddding", int64_t{1}); }).find("paddding"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g.ops[0].set("padding", 1.0); }).find("wrong kind"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g[g.inputs[0]].data = std::make_shared<ir::Bytes>(g[g.inputs[0]].bytes()); }).find("graph input"),
            std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g.ops[0].inputs[1] = -1; }).find("needs 2 inputs"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g.ops[0].inputs.resize(1); }).find("needs 2 inputs"), std::string::npos);
  EXPECT_NE(broken([](ir::Graph& g) { g.ops.pop_back(); }).find("nothing makes"), std::string::npos);
}

TEST(Verify, SignaturesNameWhatThereIs) {
  ir::Module m = digits();
  m.signatures.push_back({"serving_default", 0, {{"image", 0}}, {{"class", 0}}});
  EXPECT_EQ(first(m), "");
  m.signatures[0].outputs[0].second = 1;
  EXPECT_NE(first(m).find("serving_default"), std::string::npos);
  m.signatures[0] = {"other", 7, {}, {}};
  EXPECT_NE(first(m).find("other"), std::string::npos);
}

TEST(Verify, KernelsAgreeOrAFindingSaysWhere) {
  ir::Module m = digits();
  EXPECT_TRUE(verify_kernels(m).empty());
  m.main()[m.main().ops[0].outputs[0]].dims[1] += 1;
  ASSERT_FALSE(verify_kernels(m).empty());
  EXPECT_EQ(verify_kernels(m)[0].operator_index, 0);
  EXPECT_NE(verify_kernels(m)[0].message.find("the kernel makes"), std::string::npos);
  m = digits();
  m.main()[m.main().ops[0].inputs[1]].type = Type::kBool;
  EXPECT_EQ(verify_kernels(m)[0].operator_name, "CONV_2D");
}

TEST(Verify, WhatIsWrongAfterImportIsTheFilesFault) {
  ir::Module m = digits();
  m.main().ops.pop_back();
  try {
    require_sound(m, "import");
    FAIL();
  } catch (const DiagnosticError& e) {
    EXPECT_EQ(e.exit_code, 1);
  }
}

TEST(Verify, SaysAfterWhichStage) {
  ir::Module m = digits();
  m.main().ops.pop_back();
  try {
    require_sound(m, "fold_pad");
    FAIL();
  } catch (const DiagnosticError& e) {
    EXPECT_NE(std::string(e.what()).find("fold_pad"), std::string::npos);
    EXPECT_EQ(e.exit_code, 2);
  }
}

}  // namespace
}  // namespace midge
