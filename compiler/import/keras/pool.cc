// Poolings. Averages leave the padding out, in Keras as in the format.
#include "compiler/import/keras/lowering.h"

namespace midge::keras {
namespace {

void pool(Lowering& l, Builtin code, size_t space) {
  int32_t x = l.in();
  l.require_rank(x, static_cast<int32_t>(space) + 2);
  std::vector<int32_t> size = l.sizes("pool_size", space, 2);
  std::vector<int32_t> strides = l.value("strides").is_null() ? size : l.sizes("strides", space, 1);
  if (space == 1) {
    size.insert(size.begin(), 1), strides.insert(strides.begin(), 1);
    x = l.reshape(x, {l.dim(x, 0), 1, l.dim(x, 1), l.dim(x, 2)});
  }
  const std::string padding = l.text("padding", "valid");
  if (padding != "valid" && padding != "same") l.refuse("its padding is " + padding, "use valid or same");
  const int32_t y = l.op(code, {x},
                         {{"padding", static_cast<int64_t>(padding == "same" ? Padding::kSame : Padding::kValid)},
                          {"stride_h", int64_t{strides[0]}},
                          {"stride_w", int64_t{strides[1]}},
                          {"filter_height", int64_t{size[0]}},
                          {"filter_width", int64_t{size[1]}}});
  l.out(space == 2 ? y : l.reshape(y, {l.dim(y, 0), l.dim(y, 2), l.dim(y, 3)}));
}

void pool_all(Lowering& l, Builtin code) {
  const int32_t x = l.in();
  if (l.rank(x) < 3) l.require_rank(x, 3);
  std::vector<int32_t> axes;
  for (int32_t i = 1; i + 1 < l.rank(x); ++i) axes.push_back(i);
  l.out(l.reduce(code, x, axes, l.flag("keepdims", false)));
}

}  // namespace

void layer_max_pooling_2d(Lowering& l) { pool(l, Builtin::MAX_POOL_2D, 2); }
void layer_max_pooling_1d(Lowering& l) { pool(l, Builtin::MAX_POOL_2D, 1); }
void layer_average_pooling_2d(Lowering& l) { pool(l, Builtin::AVERAGE_POOL_2D, 2); }
void layer_average_pooling_1d(Lowering& l) { pool(l, Builtin::AVERAGE_POOL_2D, 1); }
void layer_global_average(Lowering& l) { pool_all(l, Builtin::MEAN); }
void layer_global_max(Lowering& l) { pool_all(l, Builtin::REDUCE_MAX); }

}  // namespace midge::keras
