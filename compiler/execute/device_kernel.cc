// Any operator through OneOp, sample by sample. Each thread that comes along gets an interpreter of its own, made when it is needed.
// An operator with variables starts from their reset state at each sample: samples are independent of each other.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "compiler/execute/executor.h"
#include "compiler/execute/one_op.h"
#include "compiler/execute/op_kernel.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

class DeviceKernel : public OpKernel {
 public:
  DeviceKernel(const ir::Graph& graph, const ir::Op& op) : graph_(graph), op_(op) {
    for (const int32_t i : op.inputs) {
      const bool given = i >= 0 && !graph[i].constant() && !graph[i].is_variable;
      input_bytes_.push_back(given ? graph[i].bytes() : 0);
      varies_ = varies_ || given;
      stateful_ = stateful_ || (i >= 0 && graph[i].is_variable);
    }
    idle_.push_back(std::make_unique<OneOp>(graph, op));
    for (size_t i = 0; i < op.outputs.size(); ++i) {
      if (idle_[0]->output_dims()[i] == graph[op.outputs[i]].dims) continue;
      Diagnostic d;
      d.id = "wrong-shape", d.operator_name = ir::describe(op), d.tensor_name = graph[op.outputs[i]].name;
      d.message = fmt::format("the graph says {}, the operator makes another shape", ir::type_and_dims(graph[op.outputs[i]]));
      throw DiagnosticError(d, 1);
    }
  }

  void run(const OpValues& values) override {
    const size_t n = varies_ ? values.samples : std::min<size_t>(1, values.samples);
    parallel_for(n, 1, [&](size_t begin, size_t end) { run_range(values, begin, end); });
    if (varies_) return;
    for (size_t i = 0; i < op_.outputs.size(); ++i) {
      const size_t bytes = graph_[op_.outputs[i]].bytes();
      for (size_t s = 1; s < values.samples; ++s) std::memcpy(values.outputs[i] + s * bytes, values.outputs[i], bytes);
    }
  }

 private:
  void run_range(const OpValues& values, size_t begin, size_t end) {
    std::unique_ptr<OneOp> one = take();
    std::vector<std::span<const uint8_t>> inputs(op_.inputs.size());
    for (size_t s = begin; s < end; ++s) {
      for (size_t i = 0; i < inputs.size(); ++i) inputs[i] = {values.inputs[i] + s * input_bytes_[i], input_bytes_[i]};
      if (stateful_) one->reset();
      one->run(inputs);
      for (size_t i = 0; i < op_.outputs.size(); ++i) {
        const std::span<const uint8_t> out = one->output(i);
        std::memcpy(values.outputs[i] + s * out.size(), out.data(), out.size());
      }
    }
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(one));
  }

  std::unique_ptr<OneOp> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<OneOp> one = std::move(idle_.back());
        idle_.pop_back();
        return one;
      }
    }
    return std::make_unique<OneOp>(graph_, op_);
  }

  const ir::Graph& graph_;
  const ir::Op& op_;
  std::vector<size_t> input_bytes_;  ///< of a sample; 0: a constant, a variable or absent
  bool varies_ = false, stateful_ = false;
  std::mutex mutex_;
  std::vector<std::unique_ptr<OneOp>> idle_;
};

}  // namespace

std::unique_ptr<OpKernel> make_device_kernel(const ir::Graph& graph, const ir::Op& op) { return std::make_unique<DeviceKernel>(graph, op); }

}  // namespace midge
