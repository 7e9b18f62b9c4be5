// Reading what was written gives what was there.
#include "compiler/emit/tflite.h"

#include <flatbuffers/flatbuffers.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "compiler/execute/one_op.h"
#include "compiler/import/tflite/tflite.h"
#include "compiler/ir/text.h"
#include "report/diagnostic.h"
#include "verify/host_model.h"

namespace midge {
namespace {

TEST(EmitTflite, DigitsComesBack) {
  const std::vector<uint8_t> file = read_file(MIDGE_DIGITS "digits.tflite");
  const ir::Module module = import_tflite(file, "digits.tflite");
  const ir::Bytes written = emit_tflite(module);
  const ir::Module again = import_tflite(written, "again");
  ASSERT_EQ(again.main().ops.size(), module.main().ops.size());
  for (size_t i = 0; i < module.main().ops.size(); ++i) {
    EXPECT_EQ(again.main().ops[i].options, module.main().ops[i].options);
    EXPECT_EQ(again.main().ops[i].inputs, module.main().ops[i].inputs);
  }
  EXPECT_EQ(emit_tflite(again), written);
  EXPECT_EQ(again.metadata, module.metadata);
}

TEST(EmitTflite, NamesOfGraphsAndSignaturesComeBack) {
  ir::Module m = import_tflite(read_file(MIDGE_DIGITS "digits.tflite"), "digits.tflite");
  m.main().name = "main";
  m.graphs.push_back({});
  m.graphs[1].name = "init";
  m.signatures = {{"serving_default", 0, {{"image", 0}}, {{"class", 0}, {"again", 0}}}, {"init", 1, {}, {}}};
  const ir::Module again = import_tflite(emit_tflite(m), "again");
  EXPECT_EQ(again.graphs[0].name, "main");
  EXPECT_EQ(again.graphs[1].name, "init");
  EXPECT_EQ(again.signatures, m.signatures);
}

TEST(EmitTflite, TypesVariablesAndCustomOperatorsComeBack) {
  const ir::Module m = ir::parse(R"(midge-ir 1
graph "main"
inputs %0
outputs %5
tensor %0 "x": float32[1,3]
constant %1 "half": float16[3] = base64 "ADwAQABC"
constant %2 "four": int4[1,3] q(axis 1: 0.5 0.25 1, 0 0 0) = base64 "IQM="
constant %3 "two": int2[1,3] q(2, 0) = base64 "GQ=="
variable %4 "state": int16[1,4] q(0.5, -7)
tensor %5 "y": float32[1,3]
tensor %6 "inside": int16[1,1] q(axis 1: 0.125, 3)
op CUSTOM "Mine"(%0, %1, -, %2, %3, %4) -> %5 intermediates %6, - custom "AAECAw==" v2
op RANDOM_UNIFORM(%1) -> %5 {seed=-12345678901} v1
)",
                                 "text");
  const ir::Module again = import_tflite(emit_tflite(m), "again");
  EXPECT_EQ(ir::print(again), ir::print(m));
}

TEST(ImportTflite, SharedConstantsStayShared) {
  ir::Module m = import_tflite(read_file(MIDGE_DIGITS "digits.tflite"), "digits.tflite");
  ir::Tensor twin = m.main()[m.main().ops[0].inputs[1]];
  const int32_t original = m.main().ops[0].inputs[1], copy = m.main().add(twin);
  const ir::Module again = import_tflite(emit_tflite(m), "again");
  EXPECT_EQ(again.main()[original].data.get(), again.main()[copy].data.get());
}

/// A file of one operator whose tables have more than a module can keep.
class Unkept {
 public:
  using Builder = flatbuffers::FlatBufferBuilder;
  using Offset = flatbuffers::Offset<void>;

  /// Adds fields to a table that is open.
  using More = std::function<void(Builder&, Offset)>;

  static std::string error(int32_t code, const More& tensor, const More& op) {
    Builder b;
    const auto slot = [](uint32_t field) { return flatbuffers::FieldIndexToOffset(static_cast<flatbuffers::voffset_t>(field)); };
    const auto list = [&](Offset one) { return b.CreateVector(&one, 1).Union(); };
    const uint32_t empty = b.StartTable();
    const Offset any = b.EndTable(empty);
    const Offset dims = b.CreateVector(std::vector<int32_t>{1}).Union(), zero = b.CreateVector(std::vector<int32_t>{0}).Union();
    uint32_t start = b.StartTable();
    b.AddOffset(slot(field::tensor::kShape), dims);
    tensor(b, any);
    const Offset tensors = list(b.EndTable(start));
    start = b.StartTable();
    b.AddOffset(slot(field::op::kInputs), zero);
    op(b, any);
    const Offset ops = list(b.EndTable(start));
    start = b.StartTable();
    b.AddOffset(slot(field::subgraph::kTensors), tensors);
    b.AddOffset(slot(field::subgraph::kOperators), ops);
    const Offset graphs = list(b.EndTable(start));
    start = b.StartTable();
    b.AddElement<int32_t>(slot(field::operator_code::kBuiltin), code, 0);
    const Offset codes = list(b.EndTable(start)), buffers = list(any);
    start = b.StartTable();
    b.AddElement<uint32_t>(slot(field::model::kVersion), 3, 0);
    b.AddOffset(slot(field::model::kOperatorCodes), codes);
    b.AddOffset(slot(field::model::kSubgraphs), graphs);
    b.AddOffset(slot(field::model::kBuffers), buffers);
    b.Finish(Offset(b.EndTable(start)), "TFL3");
    try {
      import_tflite({b.GetBufferPointer(), b.GetSize()}, "file");
    } catch (const DiagnosticError& e) {
      EXPECT_EQ(e.exit_code, 1);
      return e.what();
    }
    return "";
  }
};

TEST(ImportTflite, WhatIsNotKeptIsRefusedByName) {
  using flatbuffers::FieldIndexToOffset;
  const auto none = [](Unkept::Builder&, Unkept::Offset) {};
  const auto table = [](uint32_t field) {
    return [field](Unkept::Builder& b, Unkept::Offset any) { b.AddOffset(FieldIndexToOffset(static_cast<uint16_t>(field)), any); };
  };
  const auto byte = [](uint32_t field, uint8_t value) {
    return [=](Unkept::Builder& b, Unkept::Offset any) {
      b.AddElement<uint8_t>(FieldIndexToOffset(static_cast<uint16_t>(field)), value, 0);
      if (field == field::op::kOptionsType) b.AddOffset(FieldIndexToOffset(field::op::kOptions), any);
    };
  };
  constexpr int32_t kRelu = static_cast<int32_t>(Builtin::RELU), kSoftmax = static_cast<int32_t>(Builtin::SOFTMAX);
  EXPECT_EQ(Unkept::error(kRelu, none, none), "");
  EXPECT_EQ(Unkept::error(kSoftmax, none, byte(field::op::kOptionsType, 9)), "");
  EXPECT_NE(Unkept::error(kRelu, table(field::tensor::kSparsity), none).find("sparse"), std::string::npos);
  const auto external = [](Unkept::Builder& b, Unkept::Offset) {
    b.AddElement<uint32_t>(FieldIndexToOffset(field::tensor::kExternalBuffer), 1, 0);
  };
  EXPECT_NE(Unkept::error(kRelu, external, none).find("another file"), std::string::npos);
  EXPECT_NE(Unkept::error(kRelu, none, byte(field::op::kOptions2Type, 5)).find("builtin_options_2"), std::string::npos);
  EXPECT_NE(Unkept::error(kSoftmax, none, byte(field::op::kOptionsType, 1)).find("kind 1, not 9"), std::string::npos);
}

TEST(OperatorVersion, IsTheLowestThatKnowsTheTypes) {
  const auto version = [](const char* op, const char* x, const char* w, const char* y, const char* options) {
    const std::string text = fmt::format(
        "midge-ir 1\ngraph \"\"\ninputs %0\noutputs %2\ntensor %0 \"x\": {}\ntensor %1 \"w\": {}\n"
        "tensor %2 \"y\": {}\nop {}(%0, %1, %1) -> %2 {{{}}}\n",
        x, w, y, op, options);
    const ir::Graph g = ir::parse(text, "text").main();
    return operator_version(g.ops[0], g);
  };
  const char *f = "float32[1,4,4,2]", *s8 = "int8[1,4,4,2] q(0.5, 0)", *s16 = "int16[1,4,4,2] q(0.5, 0)";
  const char *w8 = "int8[3,1,1,2] q(0.5, 0)", *w8c = "int8[3,1,1,2] q(axis 0: 1 2 3, 0 0 0)", *w4 = "int4[3,1,1,2] q(0.5, 0)";
  EXPECT_EQ(version("CONV_2D", f, f, f, ""), 1);
  EXPECT_EQ(version("CONV_2D", s8, w8c, s8, ""), 3);
  EXPECT_EQ(version("CONV_2D", s8, w4, s8, ""), 7);
  EXPECT_EQ(version("CONV_2D", f, w8, f, ""), 2);
  EXPECT_EQ(version("CONV_2D", f, w8c, f, ""), 5);
  EXPECT_EQ(version("CONV_2D", f, w4, f, ""), 7);
  EXPECT_EQ(version("CONV_2D", s16, w8c, s16, "quantized_bias_type=int64"), 8);
  EXPECT_EQ(version("FULLY_CONNECTED", s8, w8, s8, ""), 4);
  EXPECT_EQ(version("FULLY_CONNECTED", f, w8, f, "asymmetric_quantize_inputs=1"), 9);
  EXPECT_EQ(version("FULLY_CONNECTED", f, w8c, f, "asymmetric_quantize_inputs=1"), 12);
  EXPECT_EQ(version("FULLY_CONNECTED", s16, w4, s16, ""), 13);
  EXPECT_EQ(version("ADD", s8, s8, s8, ""), 2);
  EXPECT_EQ(version("ADD", s16, s16, s16, "pot_scale_int16=0"), 3);
  EXPECT_EQ(version("MUL", s8, s8, s8, ""), 2);
  EXPECT_EQ(version("MUL", s8, s8, "int8[1,4,4,2] q(0.1, 0)", ""), 3);
  EXPECT_EQ(version("BROADCAST_TO", f, "int32[4]", f, ""), 2);
  EXPECT_EQ(version("CAST", s8, s8, f, ""), 3);
  EXPECT_EQ(version("QUANTIZE", f, f, s8, ""), 1);
  EXPECT_EQ(version("RESHAPE", s8, "int32[2]", s8, ""), 1);
}

TEST(OneOp, InfersWhatTheFileSays) {
  ir::Module module = import_tflite(read_file(MIDGE_DIGITS "digits.tflite"), "digits.tflite");
  ir::Graph& g = module.main();
  for (const ir::Op& op : g.ops) {
    const ir::Dims before = g[op.outputs[0]].dims;
    infer_dims(g, op);
    EXPECT_EQ(g[op.outputs[0]].dims, before) << ir::describe(op);
  }
}

}  // namespace
}  // namespace midge
