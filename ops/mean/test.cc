// MEAN over every set of axes of a tensor of rank 4, with and without keep_dims: int8 within a step of the mean in double.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kDims[] = {2, 3, 4, 5}, kCount = 120;

/// `set`: bit d reduces dimension d.
void check(Report& r, Type type, uint32_t set, bool keep, Quant in, Quant out) {
  int32_t axes[5], reduced = 0, n = 1;
  Shape shape;
  for (int32_t d = 0; d < 4; ++d) {
    const bool gone = (set >> d & 1) != 0;
    if (gone) axes[reduced++] = d % 2 == 0 ? d : d - 4;  // negative axes too
    if (gone) n *= kDims[d];
    if (!gone || keep) shape.dims[shape.rank++] = gone ? 1 : kDims[d];
  }
  if (reduced > 0) axes[reduced] = axes[0], ++reduced;  // and one twice
  OneOp m;
  m.input({type, shape_of(2, 3, 4, 5), in.scale, in.zero_point});
  m.input({Type::kInt32, shape_of(reduced), 0, 0, axes, static_cast<uint32_t>(4 * reduced)});
  m.output({type, shape, out.scale, out.zero_point});
  if (!r.expect_ok(m.prepare(ops::mean, Options().u8(0, keep)), "prepare")) return;
  Random random = r.random();
  double sums[kCount] = {};
  int32_t at = 0;
  for (int32_t i = 0; i < kCount; ++i) {
    int32_t rest = i, index = 0, step = 1;
    for (int32_t d = 3; d >= 0; --d) {
      if ((set >> d & 1) == 0) index += rest % kDims[d] * step, step *= kDims[d];
      rest /= kDims[d];
    }
    const int32_t q = random.between(-128, 127);
    if (type == Type::kInt8) m.in<int8_t>(0)[i] = static_cast<int8_t>(q);
    if (type == Type::kFloat32) m.in<float>(0)[i] = static_cast<float>(q);
    sums[index] += type == Type::kInt8 ? static_cast<double>(q - in.zero_point) * static_cast<double>(in.scale) : q;
    at = max(at, index);
  }
  r.expect_ok(m.invoke(), "invoke");
  int8_t expected_s8[kCount];
  float expected_f32[kCount];
  for (int32_t i = 0; i <= at; ++i) {
    if (type == Type::kInt8) expected_s8[i] = quantize_double(sums[i] / n, out.scale, out.zero_point);
    expected_f32[i] = static_cast<float>(sums[i]) / static_cast<float>(n);  // sums of integers are exact
  }
  if (type == Type::kInt8) r.within<int8_t>("int8", expected_s8, m.out<int8_t>(), at + 1, 1);
  if (type == Type::kFloat32) r.equal("float32", expected_f32, m.out<float>(), at + 1);
}

}  // namespace

void test_mean(Report& r) {
  constexpr Quant kIn[] = {{0.05f, 0}, {0.05f, -128}, {0.013f, 127}}, kOut[] = {{0.05f, 0}, {0.02f, -128}, {0.005f, 127}, {0.1f, 9}};
  uint32_t n = 0;
  for (uint32_t set = 1; set < 16; ++set) {
    for (uint32_t i = 0; i < 4; ++i, ++n) {
      if (r.next_case()) check(r, Type::kInt8, set, i % 2 == 0, pick(kIn, n), pick(kOut, i));
    }
    if (r.next_case()) check(r, Type::kFloat32, set, true, {0, 0}, {0, 0});
    if (r.next_case()) check(r, Type::kFloat32, set, false, {0, 0}, {0, 0});
  }
}

}  // namespace testing
}  // namespace midge
