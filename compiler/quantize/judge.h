// Judging a quantised model on samples that it was not made with: how far its outputs, and what goes into its last softmax, are from
// the float model's, on the device's integer kernels.
#pragma once
#include "compiler/quantize/build.h"

namespace midge {

/// What the last SOFTMAX or LOGISTIC before each output reads, or the output itself.
std::vector<int32_t> logit_tensors(const ir::Graph& graph);

class Judge {
 public:
  Judge(const ir::Graph& graph, std::vector<Activation32> inputs, size_t samples, unsigned threads);

  struct Verdict {
    double logit_sqnr_db = 0, output_sqnr_db = 0;
  };
  Verdict judge(const Built& built) const;

 private:
  std::vector<Activation32> inputs_;
  size_t samples_;
  unsigned threads_;
  std::vector<int32_t> logits_;
  std::vector<std::vector<float>> logit_values_, output_values_;
};

/// 10 log10 of signal over noise; 200 where there is no noise.
double sqnr_db(double signal, double noise);

}  // namespace midge
