// See quantize.h. One pass over the samples (calibration.h); then recipes are compared (select.h), and the best is carried out with
// all of them (build.h, lower.h).
#include "compiler/quantize/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "compiler/execute/parallel.h"
#include "compiler/quantize/lower.h"
#include "compiler/quantize/select.h"
#include "compiler/quantize/weights_only.h"

namespace midge {
namespace {

void check_constants(const ir::Graph& graph) {
  for (size_t k = 0; k < graph.ops.size(); ++k) {
    for (const int32_t i : graph.ops[k].inputs) {
      if (i < 0 || !graph[i].constant() || graph[i].type != Type::kFloat32) continue;
      const auto v = graph[i].values<float>();
      const auto bad = std::find_if(v.begin(), v.end(), [](float x) { return !std::isfinite(x); });
      if (bad == v.end()) continue;
      Diagnostic d;
      d.id = "weight-not-finite", d.operator_index = static_cast<int>(k), d.operator_name = ir::describe(graph.ops[k]);
      d.tensor_index = i, d.tensor_name = graph[i].name;
      d.message = fmt::format("{} in element {} of the constant", std::isnan(*bad) ? "NaN" : "an infinity", bad - v.begin());
      d.hint = "the training diverged, or the file is damaged";
      throw DiagnosticError(d, 1);
    }
  }
}

constexpr Scheme kWeightSchemes[] = {Scheme::kDynamicRange, Scheme::kFloat16Weights};

bool takes_samples(const Recipe& recipe) {
  const auto integers = [](const LayerRecipe& r) {
    return r.scheme == Scheme::kInt8 || r.scheme == Scheme::kInt16x8 || r.scheme == Scheme::kInt4Weights;
  };
  return integers(recipe.all) || std::any_of(recipe.layers.begin(), recipe.layers.end(), [&](const auto& l) { return integers(l.second); });
}

/// Operators that the recipe keeps in float with smaller weights. `graph` has their names as they were.
void shrink_weights(ir::Module& module, const ir::Graph& graph, const Recipe& recipe) {
  for (const Scheme scheme : kWeightSchemes) {
    std::set<std::string> names;
    for (const ir::Op& op : graph.ops) {
      if (recipe_for(recipe, graph, op).scheme != scheme) continue;
      for (const int32_t o : op.outputs) names.insert(graph[o].name), names.insert(graph[o].name + "_float");
    }
    if (names.empty()) continue;
    const ir::Graph& now = module.main();
    module = quantize_weights(module, scheme, [&](const ir::Op& op) {
      return std::any_of(op.outputs.begin(), op.outputs.end(),
                         [&](int32_t o) { return now[o].type == Type::kFloat32 && names.contains(now[o].name); });
    });
  }
}

}  // namespace

Quantized quantize(const ir::Module& module, SampleSource& source, const QuantizeOptions& options) {
  const ThreadLimit limit(options.threads);
  const ir::Graph& graph = module.main();
  check_constants(graph);
  Quantized result;
  if (!takes_samples(options.recipe)) {
    result.module = module;
    result.recipe = options.recipe;
    result.reason = "the recipe changes weights only and takes no samples";
    shrink_weights(result.module, graph, result.recipe);
    return result;
  }
  Calibration calibration = calibrate(graph, source, options.threads, options.progress);
  result.samples = calibration.samples;
  Selection selection = select_recipe(graph, calibration, options);
  result.trials = std::move(selection.trials);
  result.reason = std::move(selection.reason);
  result.recipe = std::move(selection.recipe);

  if (options.progress) options.progress("quantize", 0, 1);
  calibration.fit.merge(calibration.held_statistics);
  calibration.fit_samples.append(calibration.held);
  size_t count = 0;
  const std::vector<Activation32> inputs = calibration.fit_samples.some(Executor(graph, options.threads).good_batch(), &count);
  const Material material{graph, calibration.fit, inputs, count, calibration.samples, options.threads};
  const Built built = build(material, result.recipe, selection.factors, result.warnings);
  result.module = module;
  result.module.main() = lower(built.graph, built.plan, built.layers, options.input_type, options.output_type);
  result.module.main().remove_dead();
  shrink_weights(result.module, graph, result.recipe);
  if (options.progress) options.progress("quantize", 1, 1);
  return result;
}

}  // namespace midge
