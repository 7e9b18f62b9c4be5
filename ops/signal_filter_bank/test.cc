// SignalFilterBank: the sum that defines it, with negative weights and empty channels; tables that lead out of the inputs.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kFrequencies = 20, kWeights = 14, kMostChannels = 5;

struct Tables {
  int16_t frequencies[kMostChannels + 1], weights[kMostChannels + 1], widths[kMostChannels + 1];
};

/// The model; its constants lie in `tables` and `values`, the weights and then the unweights.
Status prepare(OneOp& m, int32_t channels, const Tables& tables, const int16_t* values, int32_t table_size) {
  const auto constant = [&](const int16_t* data, int32_t n) {
    m.input({Type::kInt16, shape_of(n), 0, 0, data, static_cast<uint32_t>(2 * n)});
  };
  m.input({Type::kUint32, shape_of(kFrequencies)});
  constant(values, kWeights);
  constant(values + kWeights, kWeights);
  constant(tables.frequencies, table_size);
  constant(tables.weights, table_size);
  constant(tables.widths, table_size);
  m.output({Type::kUint64, shape_of(channels)});
  return m.prepare(ops::signal_filter_bank, FlexMap().integer("num_channels", channels).options());
}

void check(Report& r, int32_t channels) {
  Random random = r.random();
  Tables t;
  for (int32_t c = 0; c <= channels; ++c) {
    t.widths[c] = static_cast<int16_t>(random.between(-1, 9));
    t.frequencies[c] = static_cast<int16_t>(random.between(0, kFrequencies - max<int32_t>(t.widths[c], 0)));
    t.weights[c] = static_cast<int16_t>(random.between(0, kWeights - max<int32_t>(t.widths[c], 0)));
  }
  int16_t values[2 * kWeights];
  random.fill(values, 2 * kWeights);
  OneOp m;
  if (!r.expect_ok(prepare(m, channels, t, values, channels + 1), "prepare")) return;
  uint32_t* const in = m.in<uint32_t>(0);
  for (int32_t i = 0; i < kFrequencies; ++i) in[i] = random.next();
  int64_t expected[kMostChannels];
  const auto sum = [&](int32_t c, const int16_t* of) {
    int64_t s = 0;
    for (int32_t j = 0; j < t.widths[c]; ++j) s += static_cast<int64_t>(in[t.frequencies[c] + j]) * of[t.weights[c] + j];
    return s;
  };
  for (int32_t c = 0; c < channels; ++c) expected[c] = sum(c, values + kWeights) + sum(c + 1, values);
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("uint64", expected, m.out<int64_t>(), channels);
}

void check_bad_table(Report& r, int16_t frequency, int16_t weight, int16_t width, bool fits) {
  const Tables t = {{0, frequency}, {0, weight}, {1, width}};
  constexpr int16_t kValues[2 * kWeights] = {};
  OneOp m;
  if (!r.expect_ok(prepare(m, 1, t, kValues, 2), "prepare")) return;
  memset(m.in<uint32_t>(0), 0, 4 * kFrequencies);
  r.expect(m.invoke().code() == (fits ? Code::kOk : Code::kBadData), "a table that leads out of the inputs, or not");
}

}  // namespace

void test_signal_filter_bank(Report& r) {
  for (int32_t i = 0; i < 12; ++i) {
    if (r.next_case()) check(r, 1 + i % kMostChannels);
  }
  struct Case {
    int16_t frequency, weight, width;
    bool fits;
  };
  constexpr Case kCases[] = {{6, 0, 14, true},   {7, 0, 14, false},   {0, 1, 14, false},        {-1, 0, 2, false},
                             {0, -1, 2, false},  {19, 13, 1, true},   {20, 13, 1, false},       {19, 14, 1, false},
                             {99, -99, 0, true}, {99, -99, -5, true}, {32767, 0, 32767, false}, {0, 32767, 32767, false}};
  for (const Case& c : kCases) {
    if (r.next_case()) check_bad_table(r, c.frequency, c.weight, c.width, c.fits);
  }
  if (!r.next_case()) return;
  constexpr int16_t kValues[2 * kWeights] = {};
  OneOp short_tables, no_channels;
  expect_refused(r, prepare(short_tables, 3, Tables(), kValues, 3), Code::kShapeMismatch, "tables without the last entry");
  expect_refused(r, prepare(no_channels, 0, Tables(), kValues, 3), Code::kUnsupportedOption, "no channels");
}

}  // namespace testing
}  // namespace midge
