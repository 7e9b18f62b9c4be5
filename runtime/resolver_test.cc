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

TEST(ResolverList, IsFullAfterNAndTakesARegistrationOnce) {
  Resolver<2> resolver;
  EXPECT_TRUE(resolver.add(ops::conv_2d_s8).ok());
  EXPECT_TRUE(resolver.add(ops::softmax).ok());
  EXPECT_EQ(resolver.add(ops::conv_2d_f32).code(), Code::kResolverFull);
  EXPECT_TRUE(resolver.add(ops::conv_2d_s8).ok()) << "the same registration takes no more room";
}

const OpRegistration* registration_for(const OpList& list, Builtin builtin, const char* custom_name = nullptr) {
  static ExactBlock file(digits_model());
  Model model;
  EXPECT_TRUE(model.open(file.data(), file.size()).ok());
  Operator op;
  op.code = static_cast<int32_t>(builtin);
  if (custom_name != nullptr) op.custom_name = {custom_name, static_cast<uint32_t>(strlen(custom_name))};
  FoundKernels found;
  list.find(model, op, &found);
  return found.registration;
}

TEST(ResolverList, KindsOfAnOperatorAddUp) {
  // The digits model is int8: without that kind its types are what is missing, with it in second place all is there.
  const OpRegistration* list[] = {&ops::conv_2d_f32,     &ops::depthwise_conv_2d, &ops::max_pool_2d, &ops::mean,
                                  &ops::fully_connected, &ops::softmax,           &ops::reshape,     &ops::conv_2d_s8};
  Interpreter interpreter;
  EXPECT_EQ(init(interpreter, OpList(list, 7)).code(), Code::kUnsupportedType);
  EXPECT_TRUE(init(interpreter, OpList(list, 8)).ok());
}

TEST(ResolverList, CustomOperatorsGoByTheirName) {
  OpRegistration blink = ops::relu, glow = ops::relu;
  blink.builtin = glow.builtin = static_cast<int32_t>(Builtin::CUSTOM);
  blink.custom_name = "Blink", glow.custom_name = "BlinkAndGlow";
  const OpRegistration* const entries[] = {&blink, &glow};
  const OpList list(entries, 2);
  EXPECT_EQ(registration_for(list, Builtin::CUSTOM, "Blink"), &blink);
  EXPECT_EQ(registration_for(list, Builtin::CUSTOM, "BlinkAndGlow"), &glow);
  EXPECT_EQ(registration_for(list, Builtin::CUSTOM, "Blin"), nullptr);
  EXPECT_EQ(registration_for(list, Builtin::RELU, "Blink"), nullptr);
}

TEST(ResolverList, AllOpsHasEveryLineOfTheList) {
#define MIDGE_CHECK_OP(name, CODE, custom, newest)                           \
  EXPECT_EQ(registration_for(all_ops(), CODE, custom), &ops::name) << #name; \
  EXPECT_EQ(ops::name.newest_version, newest) << #name;                      \
  EXPECT_EQ(ops::name##_s8.builtin, ops::name.builtin) << #name;             \
  EXPECT_LE(ops::name##_s8.variant_count, ops::name.variant_count) << #name;
#define MIDGE_OP(name, NAME, newest)                   \
  MIDGE_CHECK_OP(name, Builtin::NAME, nullptr, newest) \
  EXPECT_STREQ(builtin_name(ops::name.builtin), #NAME);
#define MIDGE_CUSTOM_OP(name, spelling, newest) MIDGE_CHECK_OP(name, Builtin::CUSTOM, spelling, newest)
#include "ops/ops.def"
}

TEST(ResolverList, AVariantIsOfOneKind) {
  EXPECT_EQ(kind_of(Type::kInt8, Type::kInt8, Type::kInt8), Kind::kS8);
  EXPECT_EQ(kind_of(Type::kInt8, Type::kInt4, Type::kInt8), Kind::kS4);
  EXPECT_EQ(kind_of(Type::kInt16, Type::kInt8, Type::kInt16), Kind::kS16);
  EXPECT_EQ(kind_of(Type::kFloat32, Type::kInt8, Type::kFloat32), Kind::kHybrid);
  EXPECT_EQ(kind_of(Type::kFloat32, Type::kNone, Type::kInt8), Kind::kF32) << "QUANTIZE";
  EXPECT_EQ(kind_of(Type::kInt32, Type::kInt8, Type::kAny), Kind::kS8) << "SPLIT, whose first input is the axis";
  EXPECT_EQ(kind_of(Type::kInt32, Type::kInt8, Type::kInt16), Kind::kS16) << "TRANSPOSE_CONV, whose input 1 is the filter";
  EXPECT_EQ(kind_of(Type::kInt32, Type::kInt8, Type::kFloat32), Kind::kHybrid) << "EMBEDDING_LOOKUP";
  EXPECT_EQ(kind_of(Type::kInt8, Type::kInt2, Type::kInt8), Kind::kS4);
  EXPECT_EQ(kind_of(Type::kBool, Type::kFloat32, Type::kFloat32), Kind::kF32) << "SELECT_V2";
  EXPECT_EQ(kind_of(Type::kBool, Type::kBool, Type::kBool), Kind::kS32);
  EXPECT_EQ(kind_of(Type::kAny, Type::kNone, Type::kInt32), Kind::kAny) << "SHAPE";
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
    OpRegistration older = *registration_for(all_ops(), static_cast<Builtin>(op.code));
    older.newest_version = op.version - 1;
    const OpRegistration* list[16];
    uint32_t count = 0;
    for (const OpRegistration* r :
         {&ops::conv_2d, &ops::depthwise_conv_2d, &ops::max_pool_2d, &ops::mean, &ops::fully_connected, &ops::softmax, &ops::reshape}) {
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
  const OpRegistration* list[] = {&ops::conv_2d_f32};
  Interpreter interpreter;
  EXPECT_EQ(init(interpreter, OpList(list, 1)).code(), Code::kUnsupportedType);
  EXPECT_EQ(interpreter.failure().operator_index, 0);
}

}  // namespace
}  // namespace midge
