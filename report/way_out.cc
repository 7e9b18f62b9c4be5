// See way_out.h.
#include "report/way_out.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/spec.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

constexpr char kCustom[] = "write it as a custom operator (examples/custom_op)";

struct Advice {
  Builtin builtin;
  const char* text;
};

/// Operators of the format that midge does not have, where something better can be said than to do without them.
constexpr Advice kAdvice[] = {
    {Builtin::LSTM, "export it as UNIDIRECTIONAL_SEQUENCE_LSTM: keras.layers.LSTM with a fixed batch size"},
    {Builtin::RNN, "export it with unroll=True, or as UNIDIRECTIONAL_SEQUENCE_LSTM"},
    {Builtin::UNIDIRECTIONAL_SEQUENCE_RNN, "export it with unroll=True, or use UNIDIRECTIONAL_SEQUENCE_LSTM"},
    {Builtin::BIDIRECTIONAL_SEQUENCE_RNN, "export two layers with unroll=True, one of them on the output of REVERSE_V2"},
    {Builtin::BIDIRECTIONAL_SEQUENCE_LSTM, "export two UNIDIRECTIONAL_SEQUENCE_LSTM, one of them on the output of REVERSE_V2"},
    {Builtin::CONV_3D, "split it into CONV_2D over slices of the depth"},
    {Builtin::CONV_3D_TRANSPOSE, "split it into TRANSPOSE_CONV over slices of the depth"},
    {Builtin::TOPK_V2, "end the model before it and search the scores in the firmware, or use ARG_MAX"},
    {Builtin::NON_MAX_SUPPRESSION_V4, "export the detector with TFLite_Detection_PostProcess, or end the model before it"},
    {Builtin::NON_MAX_SUPPRESSION_V5, "export the detector with TFLite_Detection_PostProcess, or end the model before it"},
    {Builtin::RFFT2D, "compute the spectrum by SignalRfft, or before the model"},
    {Builtin::LOCAL_RESPONSE_NORMALIZATION, "train with batch normalisation, which folds into convolutions"},
    {Builtin::FAKE_QUANT, "convert with quantisation, which removes it"},
    {Builtin::DENSIFY, "convert without sparse weights"},
    {Builtin::CALL, "convert again: the function has not been put in place of its call"},
    {Builtin::HASHTABLE, "look the words up in the firmware, and give the model their numbers"},
    {Builtin::HASHTABLE_FIND, "look the words up in the firmware, and give the model their numbers"},
    {Builtin::HASHTABLE_LOOKUP, "look the words up in the firmware, and give the model their numbers"},
    {Builtin::WHERE, "its output has no fixed shape: use SELECT_V2, or end the model before it"},
    {Builtin::UNIQUE, "its output has no fixed shape: end the model before it"},
    {Builtin::RANDOM_UNIFORM, "give the model random numbers as an input"},
    {Builtin::RANDOM_STANDARD_NORMAL, "give the model random numbers as an input"},
    {Builtin::MULTINOMIAL, "give the model random numbers as an input"},
    {Builtin::ONE_HOT, "use EMBEDDING_LOOKUP or GATHER on an identity matrix"},
    {Builtin::RANGE, "fold it into a constant: convert with fixed shapes"},
    {Builtin::RANK, "fold it into a constant: convert with fixed shapes"},
    {Builtin::DELEGATE, "give midge the model from before it was compiled for an accelerator"},
};

bool starts_with(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

std::string custom_advice(const std::string& name) {
  if (starts_with(name, "Flex")) {
    return "the converter kept an operator of TensorFlow: convert without SELECT_TF_OPS (target_spec.supported_ops = [TFLITE_BUILTINS])";
  }
  if (name == "ethos-u") return "give midge the model from before Vela compiled it for an Ethos-U";
  if (starts_with(name, "edgetpu")) return "give midge the model from before it was compiled for an Edge TPU";
  return kCustom;
}

std::string advice_for(const Operator& op) {
  if (op.code == static_cast<int32_t>(Builtin::CUSTOM)) return custom_advice(to_string(op.custom_name));
  const char* name = builtin_name(op.code);
  if (name == nullptr) return "the converter is newer than midge: export with an older one, or update midge";
  if (starts_with(name, "STABLEHLO_")) return "convert to TFLite operators: without the StableHLO serialisation of the converter";
  for (const Advice& a : kAdvice) {
    if (static_cast<int32_t>(a.builtin) == op.code) return a.text;
  }
  return fmt::format("export the model without it, or {}", kCustom);
}

bool uses(const Model& model, const Operator& op, Type type) {
  const auto in = [&](const Indices& list) {
    for (uint32_t k = 0; k < list.count; ++k) {
      if (list[k] >= 0 && model.tensor(static_cast<uint32_t>(list[k])).type == type) return true;
    }
    return false;
  };
  return in(op.inputs) || in(op.outputs);
}

}  // namespace

std::string way_out(const Model& model, const Operator& op, Code code) {
  const OpEntry* known = find_op(op);
  if (code == Code::kUnsupportedVersion && known != nullptr) {
    return known->newest_version >= op.version
               ? fmt::format("build the firmware with this midge, which has version {}", known->newest_version)
               : fmt::format("export with an older converter: midge knows it up to version {}; or update midge", known->newest_version);
  }
  if (code == Code::kUnsupportedType && known != nullptr) {
    if (uses(model, op, Type::kFloat16)) return "convert the float16 weights to float32 or int8";
    return fmt::format("midge has it for {}: quantise or convert the model to one of these, and register that kind", known->spec.types);
  }
  if (known != nullptr) return fmt::format("register it: resolver.add(midge::ops::{})", known->name);
  return advice_for(op);
}

}  // namespace midge
