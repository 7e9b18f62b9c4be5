// ModelRunner: a model of any types run on samples, outputs as real numbers: a float model on the executor, any other by the
// interpreter of the device.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/execute/executor.h"
#include "compiler/execute/integer_runner.h"

namespace midge {

/// No tensor of it is quantised, and it has no other graphs that operators call: the executor takes it.
bool is_float_model(const ir::Module& module);

class ModelRunner {
 public:
  /// Keeps a reference to the module; its dimensions must be fixed. `name` stands in messages. DiagnosticError (exit 1) if it cannot run.
  ModelRunner(const ir::Module& module, const std::string& name, unsigned threads = 0);

  /// `keep`: an entry for each tensor of the main graph; where it is true the tensor's values, as they are stored, sample after sample,
  /// come into `values`. Inputs are of their tensor's type, or float32 for quantised ones.
  std::vector<Activation32> run(std::span<const Activation32> inputs, size_t samples, const std::vector<bool>& keep,
                                std::map<int32_t, ir::Bytes>& values);

 private:
  const ir::Graph& graph_;
  std::unique_ptr<Executor> fast_;
  std::unique_ptr<IntegerRunner> exact_;
};

}  // namespace midge
