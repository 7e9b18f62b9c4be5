// Dense and Embedding.
#include "compiler/import/keras/lowering.h"

namespace midge::keras {

void layer_dense(Lowering& l) {
  const int32_t x = l.in(), rank = l.rank(x);
  if (rank < 2) l.require_rank(x, 2);
  if (!l.value("quantization_config").is_null() || !l.value("lora_rank").is_null()) {
    l.refuse("it is quantised or has LoRA weights", "save the float model, with its LoRA weights merged");
  }
  const int32_t units = l.sizes("units", 1, 1)[0];
  const Array w = l.weight({l.dim(x, static_cast<size_t>(rank) - 1), units});
  const std::vector<float> b = l.flag("use_bias", true) ? l.weight({units}).values : std::vector<float>();
  l.out(l.activate(l.dense(x, w, b), l.value("activation")));
}

void layer_embedding(Lowering& l) {
  if (l.flag("mask_zero", false)) l.refuse("it makes a mask (mask_zero)", "build it with mask_zero=False");
  const Array table = l.weight({-1, l.sizes("output_dim", 1, 1)[0]});
  // Indices outside the table are the caller's fault, in Keras too.
  l.out(l.op(Builtin::GATHER, {l.floats(table), l.cast(l.in(), Type::kInt32)}, {{"axis", int64_t{0}}}));
}

}  // namespace midge::keras
