// Random graphs under all passes: they come to an end, leave sound graphs, and keep what is computed. Also: how long it takes.
#include <chrono>

#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

/// Grows a graph at random from what is there: layouts, shapes, scales, branches, all mixed.
class RandomGraph : public Builder {
 public:
  explicit RandomGraph(uint32_t seed) : Builder(seed), random_(seed) {
    made_.push_back(input({1, pick(3, 6), pick(3, 6), pick(2, 5)}));
    if (pick(0, 1) != 0) made_.push_back(input({1, pick(2, 4), pick(3, 6), pick(3, 6)}));
    const int32_t steps = pick(4, 18);
    for (int32_t i = 0; i < steps; ++i) step();
    output(made_.back());
    const int32_t more = made_[static_cast<size_t>(pick(0, static_cast<int32_t>(made_.size()) - 1))];
    const auto& inputs = graph().inputs;
    if (more != made_.back() && std::find(inputs.begin(), inputs.end(), more) == inputs.end()) output(more);
  }

 private:
  int32_t pick(int32_t low, int32_t high) { return std::uniform_int_distribution<int32_t>(low, high)(random_); }
  int32_t any() {
    return made_[static_cast<size_t>(pick(std::max(0, static_cast<int32_t>(made_.size()) - 4), static_cast<int32_t>(made_.size()) - 1))];
  }
  const ir::Dims& dims(int32_t t) { return graph()[t].dims; }

  std::vector<int32_t> permutation(size_t rank) {
    const std::vector<std::vector<int32_t>> usual = {{0, 2, 3, 1}, {0, 3, 1, 2}};
    if (rank == 4 && pick(0, 3) != 0) return usual[static_cast<size_t>(pick(0, 1))];
    std::vector<int32_t> p(rank);
    for (size_t d = 0; d < rank; ++d) p[d] = static_cast<int32_t>(d);
    std::shuffle(p.begin(), p.end(), random_);
    return p;
  }

  int32_t constant_for(const ir::Dims& d) {
    ir::Dims c = d;
    switch (pick(0, 4)) {
      case 0: return floats({}, {std::vector<float>{0, 1, 3, 0.5f, 6}[static_cast<size_t>(pick(0, 4))]});
      case 1: return random({d.back()});
      case 2:
        for (size_t i = 0; i < c.size(); ++i) c[i] = pick(0, 1) != 0 ? 1 : c[i];
        return random(c);
      case 3: c.erase(c.begin()); return random(c);
      default: return random(c);
    }
  }

  void step() {
    const int32_t x = any();
    const ir::Dims d = dims(x);
    const int32_t rank = static_cast<int32_t>(d.size());
    switch (pick(0, 18)) {
      case 0:
      case 1:
      case 2: made_.push_back(transpose(x, permutation(d.size()))); break;
      case 3:
      case 4: {
        const Builtin codes[] = {Builtin::RELU, Builtin::RELU6, Builtin::RELU_0_TO_1, Builtin::TANH, Builtin::LOGISTIC, Builtin::ABS};
        made_.push_back(op(codes[pick(0, 5)], {x}));
        break;
      }
      case 5:
      case 6:
      case 7: {
        const Builtin codes[] = {Builtin::ADD, Builtin::MUL, Builtin::SUB, Builtin::MAXIMUM, Builtin::MINIMUM};
        const int32_t c = constant_for(d);
        const bool first = pick(0, 4) == 0 && dims(c).size() <= d.size();
        made_.push_back(op(codes[pick(0, 4)], first ? std::vector<int32_t>{c, x} : std::vector<int32_t>{x, c}));
        break;
      }
      case 8:
        for (const int32_t y : made_) {
          if (y != x && dims(y) == d) {
            made_.push_back(op(pick(0, 1) != 0 ? Builtin::ADD : Builtin::MUL, {x, y}));
            return;
          }
        }
        break;
      case 9: {
        std::vector<int32_t> widths(d.size() * 2);
        for (int32_t& w : widths) w = pick(0, 5) == 0 ? 1 : 0;
        if (graph()[x].count() < 2000) made_.push_back(op(Builtin::PAD, {x, ints(widths, {rank, 2})}));
        break;
      }
      case 10:
        if (rank == 4 && d[1] >= 3 && d[2] >= 3) {
          made_.push_back(pick(0, 2) == 0 ? depthwise(x, 3, pick(1, 2), static_cast<Padding>(pick(0, 1)))
                                          : conv(x, pick(2, 5), pick(1, 3), pick(1, 2), static_cast<Padding>(pick(0, 1)), pick(0, 1) != 0));
        }
        break;
      case 11: {
        const int32_t axis = pick(0, rank - 1);
        if (rank > 2)
          made_.push_back(op(pick(0, 1) != 0 ? Builtin::MEAN : Builtin::REDUCE_MAX, {x, ints({axis})}, {{"keep_dims", int64_t{pick(0, 1)}}}));
        break;
      }
      case 12: {
        ir::Dims to = d;
        if (pick(0, 1) != 0) {
          to.insert(to.begin() + pick(0, rank), 1);
        } else {
          const int32_t at = pick(0, rank - 2);
          to[static_cast<size_t>(at)] *= to[static_cast<size_t>(at) + 1];
          to.erase(to.begin() + at + 1);
        }
        if (to.size() <= 5 && to.size() >= 2) made_.push_back(reshape(x, to));
        break;
      }
      case 13: {
        const int32_t axis = pick(0, rank - 1);
        if (d[static_cast<size_t>(axis)] % 2 == 0) {
          for (const int32_t y : split(x, axis, 2)) made_.push_back(y);
        }
        break;
      }
      case 14: {
        const int32_t axis = pick(0, rank - 1);
        if (graph()[x].count() < 2000)
          made_.push_back(op(Builtin::CONCATENATION, {x, pick(0, 1) != 0 ? x : random(d)}, {{"axis", int64_t{axis}}}));
        break;
      }
      case 15: made_.push_back(op(Builtin::SOFTMAX, {x}, {{"beta", 1.0}})); break;
      case 16: {
        const int32_t axis = pick(0, rank - 1), size = d[static_cast<size_t>(axis)];
        made_.push_back(op(Builtin::GATHER, {x, ints({size - 1, 0})}, {{"axis", int64_t{axis}}}));
        break;
      }
      case 17: {
        const bool adjoint = pick(0, 1) != 0;
        const ir::Dims other = {adjoint ? pick(2, 5) : d.back(), adjoint ? d.back() : pick(2, 5)};
        if (pick(0, 1) != 0) {
          made_.push_back(op(Builtin::BATCH_MATMUL, {x, random(other, 0.3f)}, {{"adj_y", int64_t{adjoint}}}));
        } else if (graph()[x].count() < 500) {
          made_.push_back(op(Builtin::BATCH_MATMUL, {x, x}, {{adjoint ? "adj_y" : "adj_x", int64_t{1}}}));
        }
        break;
      }
      default: {
        const int32_t columns = static_cast<int32_t>(graph()[x].count() / d[0]);
        if (columns < 600) made_.push_back(op(Builtin::FULLY_CONNECTED, {x, random({pick(2, 6), columns}, 0.2f), -1}));
        break;
      }
    }
  }

  std::mt19937 random_;
  std::vector<int32_t> made_;
};

/// What TRANSPOSEs cost, as the pass counts it.
int64_t moved(const ir::Module& module) {
  int64_t sum = 0;
  for (const ir::Op& op : module.main().ops) sum += op.code == Builtin::TRANSPOSE ? 16 + module.main()[op.outputs[0]].count() : 0;
  return sum;
}

TEST(RandomGraphs, KeepWhatTheyCompute) {
  size_t before = 0, left = 0, transposes = 0, transposes_left = 0;
  for (uint32_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomGraph b(seed);
    for (const bool keep_layout : {false, true}) {
      std::vector<Diagnostic> warnings;
      const ir::Module after = run_all(b.module, keep_layout, 1e-3, &warnings);
      EXPECT_LE(moved(after), moved(b.module));
      before += b.module.main().ops.size(), left += after.main().ops.size();
      transposes += count(b.module, Builtin::TRANSPOSE), transposes_left += count(after, Builtin::TRANSPOSE);
      ir::Module again = after;
      std::vector<std::string> log;
      optimize(again, warnings, keep_layout, &log);
      EXPECT_TRUE(log.empty()) << log.front() << " had more to do";
    }
    if (HasFailure()) return;
  }
  printf("%zu operators, %zu left; %zu TRANSPOSE, %zu left\n", before, left, transposes, transposes_left);
}

/// Graphs that make no sense: inputs missing or exchanged, dimensions, constants and options changed at random. Whatever becomes of
/// them, it is an error or a graph, not a crash.
TEST(RandomGraphs, DamagedOnesDoNoHarm) {
  size_t refused = 0;
  for (uint32_t seed = 1; seed <= 600; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ir::Module module = RandomGraph(seed % 97 + 1).module;
    ir::Graph& g = module.main();
    std::mt19937 random(seed);
    const auto pick = [&](size_t n) { return n == 0 ? 0 : static_cast<size_t>(random() % n); };
    for (int i = 0; i < 3; ++i) {
      ir::Op& op = g.ops[pick(g.ops.size())];
      ir::Tensor& t = g.tensors[pick(g.tensors.size())];
      switch (pick(8)) {
        case 0: op.inputs.resize(pick(4), static_cast<int32_t>(pick(g.tensors.size()))); break;
        case 1:
          if (!op.inputs.empty()) op.inputs[pick(op.inputs.size())] = static_cast<int32_t>(pick(g.tensors.size() + 1)) - 1;
          break;
        case 2: op.outputs.resize(pick(3), static_cast<int32_t>(pick(g.tensors.size()))); break;
        case 3:
          if (!t.dims.empty() && !t.constant()) t.dims[pick(t.dims.size())] = static_cast<int32_t>(random() % 9) - 1;
          break;
        case 4:
          if (!t.constant()) t.dims.resize(pick(6), 3);
          break;
        case 5:
          if (t.constant() && t.type == Type::kInt32) {
            std::vector<int32_t> v(t.data->size() / 4);
            for (int32_t& x : v) x = pick(3) == 0 ? static_cast<int32_t>(random()) : static_cast<int32_t>(random() % 7) - 2;
            t.set_values<int32_t>(v);
          }
          break;
        case 6: op.code = static_cast<Builtin>(pick(160)); break;
        default:
          op.set(std::vector<std::string>{"axis", "keep_dims", "stride_w", "filter_height", "dilation_h_factor"}[pick(5)],
                 static_cast<int64_t>(random()) - 100);
          break;
      }
    }
    std::vector<Diagnostic> warnings;
    try {
      optimize(module, warnings, seed % 2 == 0);
    } catch (const DiagnosticError&) {
      ++refused;
    }
  }
  EXPECT_LT(refused, 500u);
  EXPECT_GT(refused, 50u);
}

TEST(RandomGraphs, AThousandOperatorsTakeLittle) {
  Builder b;
  int32_t x = b.input({1, 4, 8, 8});
  while (b.graph().ops.size() < 1000) {
    const int32_t y = b.transpose(b.conv(b.transpose(x, {0, 2, 3, 1}), 4, 1), {0, 3, 1, 2});
    x = b.op(Builtin::ADD, {b.op(Builtin::RELU, {b.op(Builtin::MUL, {y, b.random({4, 1, 1})})}), x});
  }
  b.output(x);
  ir::Module module = b.module;
  std::vector<Diagnostic> warnings;
  const auto start = std::chrono::steady_clock::now();
  optimize(module, warnings);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_EQ(count(module, Builtin::TRANSPOSE), 0u);
  EXPECT_LT(seconds, 3) << "should be far below a second";  // room for sanitizers and busy machines
  RecordProperty("seconds", std::to_string(seconds));
  printf("%.3f s, %zu operators left\n", seconds, module.main().ops.size());
}

}  // namespace
}  // namespace midge::testing
