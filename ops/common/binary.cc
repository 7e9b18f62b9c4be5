// See binary.h.
#include "ops/common/binary.h"

#include "base/memory.h"
#include "ops/common/activation.h"
#include "ops/common/quantization.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kActivation, kPotScaleInt16 };
}

// Bits that the inputs of a sum are shifted up by: 8-bit ones, and int16.
constexpr int32_t kSumBits8 = 20, kSumBits16 = 15;
// The same where the difference is squared.
constexpr int32_t kSquareBits8 = 7, kSquareBits16 = 0;

constexpr int32_t kHalf = 1 << 30;  // a Multiplier's value

Status clamp_range(Activation activation, float* low, float* high) { return activation_range_f32(activation, low, high); }

template <class T>
Status clamp_range(Activation activation, T* low, T* high) {
  constexpr bool kSigned = static_cast<T>(-1) < T{0};
  constexpr T kLargest = static_cast<T>(UINT64_MAX >> (64 - 8 * sizeof(T) + (kSigned ? 1 : 0)));
  constexpr T kLowest = static_cast<T>(kSigned ? -kLargest - 1 : 0);
  int32_t from, to;
  MIDGE_TRY(activation_range_s32(activation, &from, &to));
  *low = from == INT32_MIN ? kLowest : static_cast<T>(max<int64_t>(from, kLowest));
  *high = to == INT32_MAX ? kLargest : static_cast<T>(to);
  return Code::kOk;
}

/// Everything of a quantised operator up to its multipliers.
Status prepare_pair(PrepareContext& c, Activation activation, bool symmetric, QuantizedPair* pair) {
  MIDGE_TRY(prepare_broadcast(c, &pair->shape));
  const Tensor a = c.input(0), b = c.input(1), out = c.output(0);
  const Tensor* const all[] = {&a, &b, &out};
  for (const Tensor* t : all) {
    MIDGE_TRY(check_scale(*t));
    if (symmetric && t->type == Type::kInt16 && t->zero_point() != 0) return Status(Code::kQuantization, Place::kTensor, t->index);
  }
  pair->a_offset = -a.zero_point();
  pair->b_offset = -b.zero_point();
  pair->out.offset = out.zero_point();
  const int32_t smallest = out.type == Type::kInt8 ? -128 : (out.type == Type::kUint8 ? 0 : -32768);
  const int32_t largest = out.type == Type::kInt8 ? 127 : (out.type == Type::kUint8 ? 255 : 32767);
  return activation_range_q(activation, out, smallest, largest, &pair->out.low, &pair->out.high);
}

template <class Data>  // QuantizedSum or QuantizedProduct
Status allocate_with(PrepareContext& c, const QuantizedPair& pair, Data** out) {
  MIDGE_TRY(c.allocate(out));
  (*out)->pair = pair;
  return Code::kOk;
}

/// The multipliers of a sum's inputs: each scale over twice the larger one.
bool scale_inputs(float a, float b, QuantizedSum* p) {
  const float larger = max(a, b);
  return quantize_ratio(a, 1, larger, -1, &p->a).ok() && quantize_ratio(b, 1, larger, -1, &p->b).ok();
}

/// True if the scale is a power of two, or nearer to one than a thousandth of an octave, which is where LiteRT draws the line.
bool is_power_of_two(float scale, int32_t* log2) {
  constexpr uint32_t kNearOne = 5816, kNearTwo = 8376979;  // 2^23 (2^0.001 - 1) and 2^23 (2^0.999 - 1)
  uint32_t bits;
  memcpy(&bits, &scale, sizeof bits);
  const uint32_t mantissa = bits & 0x7fffff;
  *log2 = static_cast<int32_t>(bits >> 23) - 127 + (mantissa > kNearTwo ? 1 : 0);
  return mantissa <= kNearOne || mantissa > kNearTwo;
}

}  // namespace

Activation activation_of(const PrepareContext& c) { return static_cast<Activation>(c.options().u8(option::kActivation)); }

template <class T>
Status prepare_binary(PrepareContext& c) {
  Broadcast plan;
  MIDGE_TRY(prepare_broadcast(c, &plan));
  Binary<T>* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = plan;
  return clamp_range(activation_of(c), &p->low, &p->high);
}
template Status prepare_binary<float>(PrepareContext&);
template Status prepare_binary<int32_t>(PrepareContext&);
template Status prepare_binary<uint32_t>(PrepareContext&);
template Status prepare_binary<int64_t>(PrepareContext&);

Status prepare_sum(PrepareContext& c) {
  QuantizedPair pair;
  MIDGE_TRY(prepare_pair(c, activation_of(c), true, &pair));
  QuantizedSum* p;
  MIDGE_TRY(allocate_with(c, pair, &p));
  const float a = c.input(0).scale(), b = c.input(1).scale(), out = c.output(0).scale();
  p->left_shift = c.output(0).type == Type::kInt16 ? kSumBits16 : kSumBits8;
  // Twice the larger scale over the output's, less the extra bits.
  const bool fits = scale_inputs(a, b, p) && quantize_ratio(max(a, b), 1, out, 1 - p->left_shift, &p->result).ok();
  return fits && p->result.shift <= 0 ? Status() : c.fail_output(0, Code::kScaleRange);
}

Status prepare_sum_s16(PrepareContext& c) {
  const bool wanted = c.contract() == Contract::kLitert && c.options().present() && c.options().u8(option::kPotScaleInt16, 1) != 0;
  int32_t a, b, out;
  if (!wanted || !is_power_of_two(c.input(0).scale(), &a) || !is_power_of_two(c.input(1).scale(), &b) ||
      !is_power_of_two(c.output(0).scale(), &out)) {
    return prepare_sum(c);
  }
  QuantizedPair pair;
  MIDGE_TRY(prepare_pair(c, activation_of(c), true, &pair));
  QuantizedSum* p;
  MIDGE_TRY(allocate_with(c, pair, &p));
  // One input has the output's scale, the other one is shifted right to it. One bit up and half of it is the number itself.
  if (max(a, b) != out || min(a, b) < out - 31) return c.fail_output(0, Code::kScaleRange);
  p->left_shift = 1;
  p->a = {kHalf, a - out};
  p->b = {kHalf, b - out};
  p->result = {kHalf, 1};
  return Code::kOk;
}

Status prepare_squared_difference(PrepareContext& c) {
  QuantizedPair pair;
  MIDGE_TRY(prepare_pair(c, Activation::kNone, true, &pair));
  QuantizedSum* p;
  MIDGE_TRY(allocate_with(c, pair, &p));
  const float a = c.input(0).scale(), b = c.input(1).scale(), larger = max(a, b);
  p->left_shift = c.output(0).type == Type::kInt16 ? kSquareBits16 : kSquareBits8;
  const bool fits = scale_inputs(a, b, p) && quantize_ratio(larger, larger, c.output(0).scale(), 2 - 2 * p->left_shift, &p->result).ok();
  return fits ? Status() : c.fail_output(0, Code::kScaleRange);
}

Status prepare_product(PrepareContext& c, bool symmetric, Status (*ratio)(PrepareContext& c, Multiplier* out)) {
  QuantizedPair pair;
  MIDGE_TRY(prepare_pair(c, activation_of(c), symmetric, &pair));
  QuantizedProduct* p;
  MIDGE_TRY(allocate_with(c, pair, &p));
  return ratio(c, &p->result).ok() ? Status() : c.fail_output(0, Code::kScaleRange);
}

bool has_no_scales(const PrepareContext& c) {
  return c.input(0).quantization.count == 0 && c.input(1).quantization.count == 0 && c.output(0).quantization.count == 0;
}

Status plan_plain_s16(PrepareContext& c, QuantizedPair* pair) {
  MIDGE_TRY(prepare_broadcast(c, &pair->shape));
  int16_t low, high;
  MIDGE_TRY(clamp_range(activation_of(c), &low, &high));
  pair->out.low = low;
  pair->out.high = high;
  return Code::kOk;
}

}  // namespace midge
