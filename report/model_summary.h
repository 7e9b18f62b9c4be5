// What `midge inspect` shows of a model: operators, tensors, sizes, the memory plan. Also for models that midge cannot run.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "report/arena_plan.h"
#include "report/diagnostic_json.h"

namespace midge {

struct TensorSummary {
  uint32_t index = 0;
  std::string name;
  Tensor info;
};

struct OperatorSummary {
  uint32_t index = 0;
  std::string name;  ///< "CONV_2D"
  int32_t version = 1;
  std::vector<int> inputs;  ///< tensor indices; -1: absent
  std::vector<int> outputs;
  std::optional<uint64_t> macs;  ///< multiply-accumulates of one inference; none where the operator is not supported
  uint64_t weight_bytes = 0;     ///< of its constant inputs
  OperatorSupport support;
};

struct ModelSummary {
  std::string file, sha256, description;
  int schema_version = 3;  ///< the only one that Model::open() takes
  uint64_t bytes = 0;
  uint32_t subgraphs = 1;  ///< only the first is looked at
  std::vector<int> inputs, outputs;
  std::vector<TensorSummary> tensors;
  std::vector<OperatorSummary> operators;
  uint64_t macs = 0;          ///< of the operators whose MACs are known
  uint64_t weight_bytes = 0;  ///< constants of the file, those that tensors share once
  uint64_t parameters = 0;    ///< elements of those constants
  ArenaPlan arena;

  bool supported() const;  ///< every operator is
};

/// Summarises an opened model. The model is referred to, and must outlive the result.
ModelSummary summarize(const Model& model, const std::string& file, Contract contract = Contract::kLitert);

Json to_json(const ModelSummary& summary);
/// {index, name, shape, dtype, bytes, constant, variable, scale[], zero_point[], quantized_dimension}
Json to_json(const TensorSummary& tensor);

/// "int8[1,49,10,1]"
std::string type_and_shape(const Tensor& tensor);
/// "0.003921569", "0.001..0.02" where there is one a channel, or "" where the tensor is not quantised.
std::string scale_text(const Tensor& tensor, int digits);

}  // namespace midge
