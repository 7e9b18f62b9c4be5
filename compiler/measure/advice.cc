// What to try for a layer, from its statistics. Each rule is one function with its evidence; the order is by how much a cure gives for
// what it costs: ranges and biases cost nothing at run time, int16 doubles memory.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/measure/evaluate.h"

namespace midge {
namespace {

constexpr double kGoodSqnrDb = 35;        ///< above this a tensor needs nothing
constexpr double kMostOfTheNoise = 0.25;  ///< a part of the squared error that is worth a cure
constexpr double kWideSpread = 8;         ///< of channels' ranges: three of eight bits unused in the median channel
constexpr double kFewLevels = 64;
constexpr double kStrangeInput = 0.2;     ///< clipped values of an input that no calibration would leave
constexpr double kSameDb = 3;             ///< inputs that bring half of the noise

std::string percent(double share) { return fmt::format("{:.3g}%", 100 * share); }

/// Levels between the least and the largest value.
double levels_used(const ErrorStats& s) { return s.step > 0 ? (s.most - s.least) / s.step : 0; }

bool has_weights(const ir::Graph& graph, const ir::Op* op) {
  if (op == nullptr) return false;
  switch (op->code) {
    case Builtin::CONV_2D:
    case Builtin::DEPTHWISE_CONV_2D:
    case Builtin::FULLY_CONNECTED:
    case Builtin::TRANSPOSE_CONV:
    case Builtin::CONV_3D:
    case Builtin::BATCH_MATMUL:
    case Builtin::UNIDIRECTIONAL_SEQUENCE_LSTM:
    case Builtin::SVDF: return std::any_of(op->inputs.begin(), op->inputs.end(), [&](int32_t i) { return i >= 0 && graph[i].constant(); });
    default: return false;
  }
}

/// Rounding in the tensor itself makes much of its error.
void advise_rounding(LayerError& l, const ir::Op* op, double levels) {
  const double used = levels_used(l.stats);
  const bool tied = op != nullptr && (op->code == Builtin::AVERAGE_POOL_2D || op->code == Builtin::MAX_POOL_2D);
  if (used < kFewLevels && tied) {
    l.advice.push_back(
        {"own-scale", fmt::format("it uses {:.0f} of {:.0f} levels, since a pooling has its input's scale: a pooled output with "
                                  "its own scale (MEAN)",
                                  used, levels)});
  } else if (used < kFewLevels) {
    l.advice.push_back(
        {"coarse-range", fmt::format("it uses {:.0f} of {:.0f} levels, so its range is wider than its values: calibrate with "
                                     "representative samples, or ranges by MSE",
                                     used, levels)});
  }
  if (l.stats.channel_spread() >= kWideSpread) {
    l.advice.push_back({"equalize", fmt::format("its widest channel is {:.0f} times as wide as the median one: cross-layer equalisation",
                                                l.stats.channel_spread())});
  }
  if (l.advice.empty()) l.advice.push_back({"int16", "rounding of its values makes most of its error: int16 for this layer"});
}

void advise(LayerError& l, const ir::Graph& graph, const ir::Op* op) {
  const ir::Tensor& t = graph[l.tensor];
  const ErrorStats& s = l.stats;
  if (!s.has_reference || !t.quantization.present() || t.type == Type::kFloat32 || s.sqnr_db() >= kGoodSqnrDb || s.sum_e2 == 0) return;
  if (op == nullptr && s.clipped_share() > kStrangeInput) {
    l.advice.push_back(
        {"preprocessing", fmt::format("{} of the input's values lie beyond its range: are the samples scaled as they were for "
                                      "training and calibration?",
                                      percent(s.clipped_share()))});
    return;
  }
  if (std::isinf(l.own_sqnr_db)) {
    l.advice.push_back({"upstream", "it only passes on what it reads: cure the layers before it"});
    return;
  }
  const double clipped = s.clipped_e2 / s.sum_e2;
  if (clipped >= kMostOfTheNoise) {
    l.advice.push_back(
        {"clipping", fmt::format("{} of the values lie beyond the range and make {} of the error: calibrate with more samples, "
                                 "or take a wider range (min-max, a higher percentile)",
                                 percent(s.clipped_share()), percent(clipped))});
  }
  const double rounding = (s.own_e2() - s.clipped_e2) / s.sum_e2;
  if (rounding >= kMostOfTheNoise && t.type != Type::kInt16) advise_rounding(l, op, 256);
  if (!l.advice.empty()) return;
  if (op == nullptr) return;  // the rounding of an input is what the type costs
  const bool upstream = l.inputs_sqnr_db <= s.sqnr_db() + kSameDb || !has_weights(graph, op);
  if (s.bias_share() >= kMostOfTheNoise && !upstream) {
    l.advice.push_back({"bias", fmt::format("{} of the error is the same for all values of a channel, as rounded weights make it: bias "
                                            "correction",
                                            percent(s.bias_share()))});
  } else if (upstream) {
    l.advice.push_back({"upstream", "most of the error comes in with its inputs: cure the layers before it"});
  } else {
    l.advice.push_back({"weights",
                        "most of the error is neither in its inputs nor in the rounding of its values: weights rounded to match "
                        "outputs (sequential, GPTQ, --recover)"});
  }
}

}  // namespace

void advise(std::vector<LayerError>& layers, const ir::Graph& graph) {
  const ir::Uses uses(graph);
  for (LayerError& l : layers) {
    const int32_t k = uses.producer[static_cast<size_t>(l.tensor)];
    advise(l, graph, k < 0 ? nullptr : &graph.ops[static_cast<size_t>(k)]);
  }
}

}  // namespace midge
