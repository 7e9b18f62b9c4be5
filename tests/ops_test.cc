// Runs every operator's test.cc on the host. MIDGE_CASE=conv_2d:17 runs that case alone, MIDGE_SEED=n draws other data.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

#include "ops/registry.h"
#include "tests/run_op_tests.h"

namespace midge::testing {

void PrintTo(const OpTest& t, std::ostream* out) { *out << t.name; }

namespace {

void print(const char* line) { ADD_FAILURE() << line; }

class Operators : public ::testing::TestWithParam<OpTest> {};

TEST_P(Operators, MatchTheirReference) {
  const char* wanted = std::getenv("MIDGE_CASE");
  const char* seed_text = std::getenv("MIDGE_SEED");
  const uint32_t seed = seed_text != nullptr ? static_cast<uint32_t>(std::strtoul(seed_text, nullptr, 0)) : kDefaultSeed;
  uint32_t only = 0;
  if (wanted != nullptr) {
    const std::string text = wanted;
    const size_t colon = text.find(':');
    if (text.substr(0, colon) != GetParam().name) GTEST_SKIP() << "MIDGE_CASE is about another operator";
    if (colon != std::string::npos) only = static_cast<uint32_t>(std::strtoul(text.c_str() + colon + 1, nullptr, 10));
  }
  Report report(GetParam().name, seed, only, print);
  GetParam().run(report);
  RecordProperty("seed", static_cast<int>(seed));
  EXPECT_GT(report.checks(), 0u);
  EXPECT_EQ(report.failures(), 0u) << "seed " << seed;
}

INSTANTIATE_TEST_SUITE_P(All, Operators, ::testing::ValuesIn(kOpTests), [](const auto& info) { return std::string(info.param.name); });

TEST(OperatorTests, EveryOperatorHasOne) {
  std::set<std::string> tested;
  for (const OpTest& t : kOpTests) tested.insert(t.name);
#define MIDGE_OP(name, builtin, version) EXPECT_TRUE(tested.count(#name)) << "ops/" #name "/test.cc is missing";
#include "ops/ops.def"
}

}  // namespace
}  // namespace midge::testing
