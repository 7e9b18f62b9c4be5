// Layers that move elements: shapes, paddings, sizes of pictures.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/keras/lowering.h"

namespace midge::keras {
namespace {

/// [[top, bottom], [left, right]], [y, x] or one number, as pairs.
std::vector<int32_t> borders(Lowering& l, const char* key, size_t space) {
  const Json& v = l.value(key);
  std::vector<int32_t> out;
  const auto number = [&](const Json& n) {
    if (!n.is_number_integer() || n.get<double>() < 0 || n.get<double>() > 1 << 20)
      l.refuse(fmt::format("its {} is not possible", key), "the file is damaged");
    return n.get<int32_t>();
  };
  if (v.is_number()) {
    out.assign(space * 2, number(v));
  } else if (v.is_array() && space == 1 && v.size() == 2) {
    out = {number(v[0]), number(v[1])};
  } else if (v.is_array() && v.size() == space) {
    for (const Json& e : v) {
      const bool pair = e.is_array() && e.size() == 2;
      out.push_back(number(pair ? e[0] : e)), out.push_back(number(pair ? e[1] : e));
    }
  }
  if (out.size() != space * 2) l.refuse(fmt::format("its {} is not possible", key), "the file is damaged");
  return out;
}

void zero_padding(Lowering& l, size_t space) {
  l.require_rank(l.in(), static_cast<int32_t>(space) + 2);
  std::vector<int32_t> pairs = borders(l, "padding", space);
  pairs.insert(pairs.begin(), {0, 0});
  pairs.insert(pairs.end(), {0, 0});
  l.out(l.pad(l.in(), pairs));
}

void cropping(Lowering& l, size_t space) {
  const int32_t x = l.in();
  l.require_rank(x, static_cast<int32_t>(space) + 2);
  const std::vector<int32_t> pairs = borders(l, "cropping", space);
  std::vector<int32_t> begin(space + 2), size = l.dims(x);
  for (size_t i = 0; i < space; ++i) {
    begin[i + 1] = pairs[2 * i];
    size[i + 1] -= pairs[2 * i] + pairs[2 * i + 1];
    if (size[i + 1] < 1) l.refuse("nothing is left of its input", "crop less");
  }
  l.out(l.slice(x, begin, size));
}

int32_t resize(Lowering& l, int32_t x, const std::string& how, int64_t height, int64_t width) {
  l.require_rank(x, 4);
  if (how != "nearest" && how != "bilinear") l.refuse("its interpolation is " + how, "use nearest or bilinear");
  if (height > 1 << 20 || width > 1 << 20) l.refuse("its output is too large", "use a smaller size");
  const bool nearest = how == "nearest";
  return l.op(nearest ? Builtin::RESIZE_NEAREST_NEIGHBOR : Builtin::RESIZE_BILINEAR,
              {x, l.int32s({static_cast<int32_t>(height), static_cast<int32_t>(width)})}, {{"half_pixel_centers", int64_t{1}}});
}

}  // namespace

void layer_identity(Lowering& l) { l.out(l.in()); }

void layer_flatten(Lowering& l) {
  const int32_t x = l.in();
  int32_t rest = 1;
  for (int32_t i = 1; i < l.rank(x); ++i) rest *= l.dim(x, static_cast<size_t>(i));
  l.out(l.reshape(x, {l.dim(x, 0), rest}));
}

void layer_reshape(Lowering& l) {
  const int32_t x = l.in();
  Dims to = l.integers("target_shape");
  if (to.size() > 5) l.refuse("it has more than 6 dimensions", "use fewer");
  int64_t count = 1, known = 1, open = 0;
  for (int32_t i = 1; i < l.rank(x); ++i) count *= l.dim(x, static_cast<size_t>(i));
  for (const int32_t d : to) {
    open += d == -1;
    known *= d == -1 ? 1 : std::clamp(d, 0, 1 << 28);
    if (known > 1 << 28) known = 0;
  }
  if (open > 1 || known < 1 || count % known != 0)
    l.refuse(fmt::format("{} elements do not fit its target_shape", count), "the file is damaged");
  std::replace(to.begin(), to.end(), -1, static_cast<int32_t>(count / known));
  to.insert(to.begin(), l.dim(x, 0));
  l.out(l.reshape(x, to));
}

void layer_permute(Lowering& l) {
  std::vector<int32_t> order = l.integers("dims");
  order.insert(order.begin(), 0);
  std::vector<int32_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] != static_cast<int32_t>(i) || sorted.size() != l.dims(l.in()).size())
      l.refuse("its dims are no permutation", "the file is damaged");
  }
  l.out(l.transpose(l.in(), order));
}

void layer_repeat_vector(Lowering& l) {
  const int32_t x = l.in();
  l.require_rank(x, 2);
  l.out(l.op(Builtin::TILE, {l.reshape(x, {l.dim(x, 0), 1, l.dim(x, 1)}), l.int32s({1, l.sizes("n", 1, 1)[0], 1})}));
}

void layer_zero_padding_2d(Lowering& l) { zero_padding(l, 2); }
void layer_zero_padding_1d(Lowering& l) { zero_padding(l, 1); }
void layer_cropping_2d(Lowering& l) { cropping(l, 2); }
void layer_cropping_1d(Lowering& l) { cropping(l, 1); }

void layer_up_sampling_2d(Lowering& l) {
  l.require_rank(l.in(), 4);
  const std::vector<int32_t> by = l.sizes("size", 2, 2);
  l.out(resize(l, l.in(), l.text("interpolation", "nearest"), int64_t{l.dim(l.in(), 1)} * by[0], int64_t{l.dim(l.in(), 2)} * by[1]));
}

void layer_up_sampling_1d(Lowering& l) {
  const int32_t x = l.in();
  l.require_rank(x, 3);
  const int32_t row = l.reshape(x, {l.dim(x, 0), 1, l.dim(x, 1), l.dim(x, 2)});
  const int32_t y = resize(l, row, "nearest", 1, int64_t{l.dim(x, 1)} * l.sizes("size", 1, 2)[0]);
  l.out(l.reshape(y, {l.dim(y, 0), l.dim(y, 2), l.dim(y, 3)}));
}

void layer_resizing(Lowering& l) {
  if (l.flag("crop_to_aspect_ratio", false) || l.flag("pad_to_aspect_ratio", false)) {
    l.refuse("it crops or pads to the aspect ratio", "do this before the model");
  }
  if (l.flag("antialias", false)) l.refuse("it smooths (antialias)", "leave antialias out");
  const int32_t x = l.cast(l.in(), Type::kFloat32);
  l.out(resize(l, x, l.text("interpolation", "bilinear"), l.sizes("height", 1, 1)[0], l.sizes("width", 1, 1)[0]));
}

}  // namespace midge::keras
