// Reading what was written gives what was there.
#include "compiler/emit/tflite.h"

#include <gtest/gtest.h>

#include "compiler/execute/one_op.h"
#include "compiler/import/tflite/tflite.h"
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
