// Resolver: full, replaced, missing operators, kernels that are older than the model, types that are not registered.
#include <gtest/gtest.h>

#include "midge/interpreter.h"
#include "tests/digits.h"

namespace midge {
namespace {

using testing::digits_model;
using testing::ExactBlock;

Status init(Interpreter& interpreter, const OpList& ops) {
  static ExactBlock file(digits_model()), arena(32 * 1024);
  return interpreter.init(file.data(), file.size(), ops, arena.data(), arena.size());
}

TEST(ResolverList, IsFullAfterNAndReplacesTheSameOperator) {
  Resolver<2> resolver;
  EXPECT_EQ(resolver.list().find(ops::conv_2d.builtin), nullptr);
  EXPECT_TRUE(resolver.add(ops::conv_2d).ok());
  EXPECT_TRUE(resolver.add(ops::softmax).ok());
  EXPECT_EQ(resolver.add(ops::add).code(), Code::kResolverFull);
  EXPECT_TRUE(resolver.add(ops::conv_2d_s8).ok()) << "the same operator takes no more room";
  EXPECT_EQ(resolver.list().find(ops::conv_2d.builtin), &ops::conv_2d_s8);
  EXPECT_EQ(resolver.list().find(ops::softmax.builtin), &ops::softmax);
  EXPECT_EQ(resolver.list().find(ops::add.builtin), nullptr);
}

TEST(ResolverList, AllOpsHasEveryLineOfTheList) {
#define MIDGE_OP(name, NAME, newest)                                                   \
  EXPECT_EQ(all_ops().find(static_cast<int32_t>(Builtin::NAME)), &ops::name) << #name; \
  EXPECT_EQ(ops::name.newest_version, newest) << #name;                                \
  EXPECT_EQ(ops::name##_s8.builtin, ops::name.builtin) << #name;                       \
  EXPECT_GT(ops::name##_s8.variant_count, 0u) << #name;                                \
  EXPECT_LE(ops::name##_s8.variant_count, ops::name.variant_count) << #name;           \
  EXPECT_STREQ(builtin_name(ops::name.builtin), #NAME);
#include "ops/ops.def"
#undef MIDGE_OP
}

TEST(ResolverList, AMissingOperatorIsNamedByItsIndex) {
  Interpreter interpreter;
  Resolver<2> only_conv;
  ASSERT_TRUE(only_conv.add(ops::conv_2d).ok());
  const Status status = init(interpreter, only_conv.list());
  EXPECT_EQ(status.code(), Code::kUnknownOperator);
  EXPECT_EQ(status.place(), Place::kOperator);
  const uint32_t missing = status.index();
  EXPECT_GT(missing, 0u);
  EXPECT_EQ(interpreter.failure().operator_index, static_cast<int32_t>(missing));
  EXPECT_NE(interpreter.model().op(missing).code, static_cast<int32_t>(Builtin::CONV_2D));
  for (uint32_t i = 0; i < missing; ++i) EXPECT_EQ(interpreter.model().op(i).code, static_cast<int32_t>(Builtin::CONV_2D));
  EXPECT_EQ(interpreter.failure().status.bits(), status.bits());
}

TEST(ResolverList, NoOperatorsAtAll) {
  Interpreter interpreter;
  EXPECT_EQ(init(interpreter, OpList(nullptr, 0)).code(), Code::kUnknownOperator);
  EXPECT_EQ(interpreter.failure().operator_index, 0);
}

TEST(ResolverList, AKernelThatIsOlderThanTheOperator) {
  Interpreter interpreter;
  ASSERT_TRUE(init(interpreter, all_ops()).ok());
  // The model's own versions are accepted, one less is not.
  for (uint32_t i = 0; i < interpreter.model().operator_count(); ++i) {
    const Operator op = interpreter.model().op(i);
    OpRegistration older = *all_ops().find(op.code);
    older.newest_version = op.version - 1;
    const OpRegistration* list[16];
    uint32_t count = 0;
    for (const OpRegistration* r : {&ops::conv_2d, &ops::depthwise_conv_2d, &ops::max_pool_2d, &ops::average_pool_2d, &ops::fully_connected,
                                    &ops::softmax, &ops::reshape}) {
      list[count++] = r->builtin == op.code ? &older : r;
    }
    Interpreter refused;
    const Status status = init(refused, OpList(list, count));
    EXPECT_EQ(status.code(), Code::kUnsupportedVersion) << i;
    EXPECT_LE(refused.failure().operator_index, static_cast<int32_t>(i));
    EXPECT_EQ(refused.model().op(status.index()).code, op.code);
    older.newest_version = op.version;
    Interpreter accepted;
    // Another operator of the same kind may be of a newer version.
    const Status with_version = init(accepted, OpList(list, count));
    EXPECT_TRUE(with_version.ok() || (with_version.code() == Code::kUnsupportedVersion && with_version.index() != i)) << i;
  }
}

TEST(ResolverList, TypesThatAreNotRegistered) {
  OpRegistration float_only = ops::conv_2d;
  float_only.variants = &ops::conv_2d.variants[1];
  float_only.variant_count = 1;
  ASSERT_EQ(float_only.variants[0].input0, Type::kFloat32);
  const OpRegistration* list[] = {&float_only};
  Interpreter interpreter;
  EXPECT_EQ(init(interpreter, OpList(list, 1)).code(), Code::kUnsupportedType);
  EXPECT_EQ(interpreter.failure().operator_index, 0);
}

}  // namespace
}  // namespace midge
