// ADD, SUB, MUL with operands that stretch; the rectifiers; LOGISTIC, TANH, SOFTMAX.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/float_math.h"
#include "compiler/execute/executor.h"
#include "compiler/execute/kernels/kernels.h"

namespace midge {
namespace {

constexpr size_t kWorthAThread = 16 * 1024;  ///< elements

/// A loop over dimensions, outermost first: extents, and the steps of both operands in each.
struct Loop {
  size_t extent, a_step, b_step;
};

class BinaryOp : public OpKernel {
 public:
  /// loops has the sample's dimensions without the outermost, which is `samples`.
  BinaryOp(Binary op, Clamp clamp, std::vector<Loop> loops, size_t count, size_t a_count, size_t b_count)
      : simd_(simd()), op_(op), clamp_(clamp), loops_(std::move(loops)), count_(count), a_count_(a_count), b_count_(b_count) {}

  void run(const OpValues& v) override {
    if (loops_.size() == 1) {  // a sample is one run: split it where it is long
      const Loop l = loops_[0];
      const bool joined = l.a_step == 1 && l.b_step == 1 && a_count_ == count_ && b_count_ == count_;
      const size_t rows = joined ? 1 : v.samples, length = joined ? count_ * v.samples : count_;
      const size_t pieces = (length + kWorthAThread - 1) / kWorthAThread;
      parallel_for(rows * pieces, joined || length >= kWorthAThread ? 1 : kWorthAThread / length, [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
          const size_t row = i / pieces, at = i % pieces * kWorthAThread;
          simd_.binary(op_, v.in(0) + row * a_count_ + at * l.a_step, l.a_step, v.in(1) + row * b_count_ + at * l.b_step, l.b_step,
                       v.out(0) + row * count_ + at, std::min(kWorthAThread, length - at), clamp_);
        }
      });
      return;
    }
    parallel_for(v.samples, kWorthAThread / count_ + 1, [&](size_t begin, size_t end) {
      for (size_t s = begin; s < end; ++s) {
        float* out = v.out(0) + s * count_;
        nest(0, v.in(0) + s * a_count_, v.in(1) + s * b_count_, out);
      }
    });
  }

 private:
  void nest(size_t depth, const float* a, const float* b, float*& out) const {
    const Loop& l = loops_[depth];
    if (depth + 1 == loops_.size()) {
      simd_.binary(op_, a, l.a_step, b, l.b_step, out, l.extent, clamp_);
      out += l.extent;
      return;
    }
    for (size_t i = 0; i < l.extent; ++i) nest(depth + 1, a + i * l.a_step, b + i * l.b_step, out);
  }

  const Simd& simd_;
  Binary op_;
  Clamp clamp_;
  std::vector<Loop> loops_;
  size_t count_, a_count_, b_count_;  ///< elements from a sample to the next; 0 for a constant
};

/// f(in, out, n) on pieces of whole `unit`s.
template <class F>
class Unary : public OpKernel {
 public:
  Unary(size_t count, size_t unit, F f) : count_(count), unit_(unit), f_(std::move(f)) {}
  void run(const OpValues& v) override {
    parallel_for(v.samples * count_ / unit_, kWorthAThread / unit_ + 1,
                 [&](size_t begin, size_t end) { f_(v.in(0) + begin * unit_, v.out(0) + begin * unit_, (end - begin) * unit_); });
  }

 private:
  size_t count_, unit_;
  F f_;
};

template <class F>
std::unique_ptr<OpKernel> unary(size_t count, size_t unit, F f) {
  return std::make_unique<Unary<F>>(count, unit, std::move(f));
}

}  // namespace

std::unique_ptr<OpKernel> make_binary(const ir::Graph& graph, const ir::Op& op) {
  const auto clamp = clamp_of(op.activation());
  const ir::Tensor& out = graph[op.outputs[0]];
  if (!clamp || op.inputs.size() != 2 || out.type != Type::kFloat32 || out.count() < 1) return nullptr;
  size_t counts[2];
  std::vector<int32_t> dims[2];
  for (const size_t i : {size_t{0}, size_t{1}}) {
    if (!computed_floats(graph, op, i) && !constant_floats(graph, op, i)) return nullptr;
    const ir::Tensor& t = graph[op.input(i)];
    if (t.dims.size() > out.dims.size()) return nullptr;
    dims[i].assign(out.dims.size() - t.dims.size(), 1);
    dims[i].insert(dims[i].end(), t.dims.begin(), t.dims.end());
    counts[i] = t.constant() ? 0 : static_cast<size_t>(t.count());
  }
  // From the innermost dimension outwards; neighbours in which both operands go on as they did become one loop.
  std::vector<Loop> loops;
  size_t steps[2] = {1, 1};
  for (size_t d = out.dims.size(); d-- > 0;) {
    const int32_t n = out.dims[d];
    size_t step[2];
    for (const size_t i : {size_t{0}, size_t{1}}) {
      if (dims[i][d] != n && dims[i][d] != 1) return nullptr;
      step[i] = dims[i][d] == 1 ? 0 : steps[i];
      steps[i] *= static_cast<size_t>(dims[i][d]);
    }
    if (n == 1) continue;
    if (!loops.empty()) {
      Loop& l = loops.back();
      const auto goes_on = [&](size_t inner, size_t outer) { return outer == inner * l.extent; };
      if (goes_on(l.a_step, step[0]) && goes_on(l.b_step, step[1])) {
        l.extent *= static_cast<size_t>(n);
        continue;
      }
    }
    loops.push_back({static_cast<size_t>(n), step[0], step[1]});
  }
  if (loops.empty()) loops.push_back({1, 1, 1});
  std::reverse(loops.begin(), loops.end());
  const Binary code = op.code == Builtin::ADD ? Binary::kAdd : op.code == Builtin::SUB ? Binary::kSub : Binary::kMul;
  return std::make_unique<BinaryOp>(code, *clamp, std::move(loops), static_cast<size_t>(out.count()), counts[0], counts[1]);
}

std::unique_ptr<OpKernel> make_unary(const ir::Graph& graph, const ir::Op& op) {
  const ir::Tensor& out = graph[op.outputs[0]];
  if (!computed_floats(graph, op, 0) || out.type != Type::kFloat32 || out.count() != graph[op.input(0)].count() || out.count() < 1)
    return nullptr;
  const size_t n = static_cast<size_t>(out.count());
  constexpr float kNo = std::numeric_limits<float>::infinity();
  const auto clamp = [&](float least, float most) {
    return unary(n, 1, [&s = simd(), c = Clamp{least, most}](const float* in, float* to, size_t k) { s.clamp(in, to, k, c); });
  };
  switch (op.code) {
    case Builtin::RELU: return clamp(0, kNo);
    case Builtin::RELU6: return clamp(0, 6);
    case Builtin::RELU_N1_TO_1: return clamp(-1, 1);
    case Builtin::RELU_0_TO_1: return clamp(0, 1);
    case Builtin::LOGISTIC:
      return unary(n, 1, [](const float* in, float* to, size_t k) {
        for (size_t i = 0; i < k; ++i) {
          const float e = exp_f32(-std::abs(in[i]));
          to[i] = (in[i] >= 0 ? 1 : e) / (1 + e);
        }
      });
    case Builtin::TANH:
      return unary(n, 1, [](const float* in, float* to, size_t k) {
        for (size_t i = 0; i < k; ++i) to[i] = tanh_f32(in[i]);
      });
    default: return nullptr;
  }
}

std::unique_ptr<OpKernel> make_softmax(const ir::Graph& graph, const ir::Op& op) {
  const ir::Tensor& out = graph[op.outputs[0]];
  if (!computed_floats(graph, op, 0) || out.type != Type::kFloat32 || out.dims.empty() || out.dims != graph[op.input(0)].dims || out.count() < 1)
    return nullptr;
  const size_t row = static_cast<size_t>(out.dims.back());
  return unary(static_cast<size_t>(out.count()), row, [row, beta = static_cast<float>(op.real("beta"))](const float* in, float* to, size_t n) {
    for (size_t at = 0; at < n; at += row) {
      const float most = *std::max_element(in + at, in + at + row);
      float sum = 0;
      for (size_t i = at; i < at + row; ++i) sum += to[i] = exp_f32((in[i] - most) * beta);
      for (size_t i = at; i < at + row; ++i) to[i] /= sum;
    }
  });
}

}  // namespace midge
