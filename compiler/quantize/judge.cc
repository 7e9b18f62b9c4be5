#include "compiler/quantize/judge.h"

#include <algorithm>
#include <cmath>

#include "compiler/emit/tflite.h"
#include "compiler/execute/integer_runner.h"
#include "compiler/quantize/lower.h"

namespace midge {

double sqnr_db(double signal, double noise) {
  if (noise <= 0) return 200;
  return signal <= 0 ? -200 : 10 * std::log10(signal / noise);
}

std::vector<int32_t> logit_tensors(const ir::Graph& g) {
  const ir::Uses uses(g);
  std::vector<int32_t> logits;
  for (const int32_t o : g.outputs) {
    int32_t at = o;
    for (int32_t t = o; t >= 0;) {
      const int32_t p = uses.producer[static_cast<size_t>(t)];
      if (p < 0) break;
      const ir::Op& op = g.ops[static_cast<size_t>(p)];
      if (op.code == Builtin::SOFTMAX || op.code == Builtin::LOGISTIC || op.code == Builtin::LOG_SOFTMAX) {
        at = op.input(0);
        break;
      }
      const bool moves =
          op.code == Builtin::RESHAPE || op.code == Builtin::SQUEEZE || op.code == Builtin::EXPAND_DIMS || op.code == Builtin::TRANSPOSE;
      if (!moves) break;
      t = op.input(0);
    }
    if (g[at].type == Type::kFloat32 && !g[at].constant()) logits.push_back(at);
  }
  return logits;
}

Judge::Judge(const ir::Graph& graph, std::vector<Activation32> inputs, size_t samples, unsigned threads)
    : inputs_(std::move(inputs)), samples_(samples), threads_(threads), logits_(logit_tensors(graph)) {
  ir::Graph g = graph;
  g.outputs.insert(g.outputs.begin(), logits_.begin(), logits_.end());
  const std::vector<Activation32> out = Executor(g, threads).run(inputs_, samples);
  for (size_t i = 0; i < out.size(); ++i) {
    auto& to = i < logits_.size() ? logit_values_ : output_values_;
    if (out[i].type != Type::kFloat32) {
      to.emplace_back();
      continue;
    }
    const auto v = out[i].floats();
    to.emplace_back(v.begin(), v.end());
  }
}

Judge::Verdict Judge::judge(const Built& built) const {
  ir::Module module;
  ir::Graph& g = module.graphs.emplace_back(lower(built.graph, built.plan, built.layers, Type::kInt8, Type::kInt8));
  g.outputs.insert(g.outputs.begin(), logits_.begin(), logits_.end());
  g.remove_dead();
  IntegerRunner runner(emit_tflite(module), "trial", threads_);
  const std::vector<Activation32> out = runner.run_real(inputs_, samples_);
  Verdict v;
  const auto compare = [&](const std::vector<std::vector<float>>& truth, size_t first) {
    double signal = 0, noise = 0;
    for (size_t i = 0; i < truth.size(); ++i) {
      const auto got = out[first + i].floats();
      for (size_t k = 0; k < truth[i].size(); ++k) {
        const double x = static_cast<double>(truth[i][k]), d = x - static_cast<double>(got[k]);
        signal += x * x, noise += d * d;
      }
    }
    return sqnr_db(signal, noise);
  };
  v.logit_sqnr_db = compare(logit_values_, 0);
  v.output_sqnr_db = compare(output_values_, logit_values_.size());
  return v;
}

}  // namespace midge
