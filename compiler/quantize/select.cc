#include "compiler/quantize/select.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace midge {
namespace {

constexpr size_t kTrialSamples = 96, kJudged = 40;
constexpr size_t kJudgedToRecover = 128;

struct Candidate {
  const char* name;
  RangeMethod range;
  Rounding rounding;
  bool equalize;
};

// The first two tell whether equalisation helps this network; the third varies the better of them.
constexpr Candidate kEqualized{"mse, equalised, sequential", RangeMethod::kMse, Rounding::kSequential, true};
constexpr Candidate kPlain{"mse, sequential", RangeMethod::kMse, Rounding::kSequential, false};
constexpr Candidate kEqualizedGptq{"mse, equalised, gptq", RangeMethod::kMse, Rounding::kGptq, true};
constexpr Candidate kPlainGptq{"mse, gptq", RangeMethod::kMse, Rounding::kGptq, false};
constexpr size_t kTrials = 3;
// Less than that on forty held-out samples is chance. What was tried first then stands: it is the better one more often.
constexpr double kClearlyBetterDb = 0.5;
constexpr Candidate kFew{"few samples", RangeMethod::kMinMax, Rounding::kSequential, true};

// What recovery tries besides.
constexpr Candidate kMore[] = {
    {"mse, equalised, coordinate descent", RangeMethod::kMse, Rounding::kCoordinateDescent, true},
    {"mse, coordinate descent", RangeMethod::kMse, Rounding::kCoordinateDescent, false},
    {"min-max, gptq", RangeMethod::kMinMax, Rounding::kGptq, false},
    {"percentile, equalised, gptq", RangeMethod::kPercentile, Rounding::kGptq, true},
};

Recipe with(const Recipe& base, const Candidate& c) {
  Recipe r = base;
  r.name = c.name;
  r.equalize = c.equalize;
  r.all.range = c.range, r.all.rounding = c.rounding, r.all.bias_correction = true, r.all.own_pool_scale = true;
  return r;
}

class Selector {
 public:
  Selector(const ir::Graph& graph, const Calibration& calibration, const QuantizeOptions& options)
      : options_(options),
        inputs_(calibration.fit_samples.some(std::min(Executor(graph, options.threads).good_batch(), kTrialSamples), &samples_)) {
    const std::vector<Activation32> held = calibration.held.some(options.recover ? kJudgedToRecover : kJudged, &held_);
    judge_.emplace(graph, held, held_, options.threads);
    material_.emplace(Material{graph, calibration.fit, inputs_, samples_, std::max<uint64_t>(1, calibration.samples * 4 / 5), options.threads});
  }

  Selection run() {
    if (options_.recipe.name == "auto") {
      for (size_t n = 0; n < kTrials; ++n) {
        attempt(with(options_.recipe, n == 0 ? kEqualized : n == 1 ? kPlain : s_.recipe.equalize ? kEqualizedGptq : kPlainGptq));
      }
    } else if (options_.recover) {
      attempt(options_.recipe);
    }
    if (options_.recover) recover();
    s_.trials[best_].chosen = true;
    s_.reason = fmt::format("'{}' has {:.1f} dB before the last softmax on {} held-out samples; of {} tried, none is clearly better",
                            s_.trials[best_].name, s_.trials[best_].logit_sqnr_db, held_, s_.trials.size());
    return std::move(s_);
  }

 private:
  /// Whether it is the best so far.
  bool attempt(const Recipe& recipe, const RangeFactors& factors = {}, const std::string& name = "") {
    if (options_.progress) options_.progress("try", s_.trials.size(), options_.recover ? 0 : kTrials);
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    std::vector<Diagnostic> ignored;
    const Built built = build(*material_, recipe, factors, ignored);
    const Judge::Verdict v = judge_->judge(built);
    Trial t;
    t.name = name.empty() ? recipe.name : name;
    t.logit_sqnr_db = v.logit_sqnr_db, t.output_sqnr_db = v.output_sqnr_db;
    t.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    s_.trials.push_back(std::move(t));
    const double needed = recovering_ || s_.trials.size() == 1 ? 0 : kClearlyBetterDb;
    if (s_.trials.size() > 1 && v.logit_sqnr_db <= s_.trials[best_].logit_sqnr_db + needed) return false;
    best_ = s_.trials.size() - 1;
    s_.recipe = recipe, s_.factors = factors;
    plan_ = built.plan;
    return true;
  }

  /// More ways to round, then each range a little narrower or wider, with all weights rounded anew. What does not help on the
  /// held-out samples is dropped, so that the result is never worse there.
  void recover() {
    recovering_ = true;
    for (const Candidate& c : kMore) {
      if (options_.recipe.name == "auto") {
        attempt(with(options_.recipe, c));
      } else {
        Recipe r = options_.recipe;
        r.all.rounding = c.rounding, r.name += fmt::format(" with {}", c.name);
        attempt(r);
      }
    }
    const Recipe recipe = s_.recipe;
    RangeFactors factors;
    const Plan plan = plan_;
    for (const ScaleGroup& group : plan.groups) {
      if (group.fixed) continue;
      for (const double f : {0.88, 1.12}) {
        RangeFactors changed = factors;
        changed[group.tensors.front()] = f;
        if (attempt(recipe, changed, fmt::format("{}, range {} times {}", recipe.name, group.tensors.front(), f))) {
          factors = std::move(changed);
          break;
        }
      }
    }
  }

  const QuantizeOptions& options_;
  size_t samples_ = 0, held_ = 0;
  std::vector<Activation32> inputs_;
  std::optional<Judge> judge_;
  std::optional<Material> material_;
  Selection s_;
  Plan plan_;
  size_t best_ = 0;
  bool recovering_ = false;
};

}  // namespace

Selection select_recipe(const ir::Graph& graph, const Calibration& calibration, const QuantizeOptions& options) {
  const bool automatic = options.recipe.name == "auto";
  const bool enough = calibration.held.count() >= kFewSamples / 5;
  if (enough && (automatic || options.recover)) return Selector(graph, calibration, options).run();
  Selection s;
  s.recipe = automatic ? with(options.recipe, kFew) : options.recipe;
  s.reason =
      automatic
          ? fmt::format("{} samples are too few to compare recipes: exact ranges, and equalisation in front of depthwise convolutions only",
                        calibration.samples)
          : "the recipe was given";
  return s;
}

}  // namespace midge
