// Normalisations: MUL and ADD of constants where the statistics are known. optimize/ folds them.
#include <algorithm>
#include <cmath>

#include "compiler/import/keras/lowering.h"

namespace midge::keras {
namespace {

/// Dimensions that broadcast a vector along an axis.
Dims along(Lowering& l, int32_t axis) {
  Dims d(static_cast<size_t>(l.rank(l.in())), 1);
  d[static_cast<size_t>(axis)] = l.dim(l.in(), static_cast<size_t>(axis));
  return d;
}

std::vector<float> numbers(Lowering& l, const char* key) {
  std::vector<float> out;
  const Json* v = &l.value(key);
  if (v->is_object() && v->contains("config") && (*v)["config"].is_object() && (*v)["config"].contains("value"))
    v = &(*v)["config"]["value"];
  const auto walk = [&](const auto& self, const Json& n) -> void {
    if (n.is_number()) out.push_back(n.get<float>());
    if (n.is_array() && out.size() < size_t{1} << 24) {
      for (const Json& e : n) self(self, e);
    }
  };
  walk(walk, *v);
  if (out.empty()) l.refuse(std::string("its ") + key + " is no number", "the file is damaged");
  return out;
}

/// x * scale + offset, leaving out what does nothing.
int32_t scale_and_shift(Lowering& l, int32_t x, const Dims& dims, const std::vector<float>& scale, const std::vector<float>& offset) {
  return l.add(l.mul(x, l.floats(dims, scale)), l.floats(dims, offset));
}

}  // namespace

void layer_batch_normalization(Lowering& l) {
  const std::vector<int32_t> axes = l.value("axis").is_null() ? std::vector<int32_t>{-1} : l.integers("axis");
  if (axes.size() != 1) l.refuse("it goes over several axes", "use one");
  const Dims dims = along(l, l.axis(axes[0], l.rank(l.in())));
  const int32_t n = l.dim(l.in(), static_cast<size_t>(l.axis(axes[0], l.rank(l.in()))));
  std::vector<float> gamma(static_cast<size_t>(n), 1), beta(static_cast<size_t>(n), 0);
  if (l.flag("scale", true)) gamma = l.weight({n}).values;
  if (l.flag("center", true)) beta = l.weight({n}).values;
  const std::vector<float> mean = l.weight({n}).values, variance = l.weight({n}).values;
  const double epsilon = l.real("epsilon", 1e-3);
  for (size_t i = 0; i < gamma.size(); ++i) {
    const double spread = variance[i] + epsilon;
    if (!(spread > 0)) l.refuse("its variance is negative", "the training has diverged; take an earlier checkpoint");
    const double scale = gamma[i] / std::sqrt(spread);
    beta[i] = static_cast<float>(beta[i] - mean[i] * scale), gamma[i] = static_cast<float>(scale);
  }
  l.out(scale_and_shift(l, l.in(), dims, gamma, beta));
}

void layer_layer_normalization(Lowering& l) {
  const int32_t x = l.in();
  std::vector<int32_t> axes = l.value("axis").is_null() ? std::vector<int32_t>{-1} : l.integers("axis");
  for (int32_t& a : axes) a = l.axis(a, l.rank(x));
  std::sort(axes.begin(), axes.end());
  Dims each, broadcast(static_cast<size_t>(l.rank(x)), 1);
  for (const int32_t a : axes) {
    each.push_back(l.dim(x, static_cast<size_t>(a)));
    broadcast[static_cast<size_t>(a)] = each.back();
  }
  const bool rms = l.flag("rms_scaling", false);
  if (rms) l.refuse("it has rms_scaling", "leave rms_scaling out");
  const int32_t centred = l.sub(x, l.reduce(Builtin::MEAN, x, axes, true));
  const int32_t variance = l.reduce(Builtin::MEAN, l.mul(centred, centred), axes, true);
  int32_t y = l.mul(centred, l.op(Builtin::RSQRT, {l.add(variance, l.scalar(l.real("epsilon", 1e-3)))}));
  if (l.flag("scale", true)) y = l.mul(y, l.floats(broadcast, l.weight(each).values));
  if (l.flag("center", true)) y = l.add(y, l.floats(broadcast, l.weight(each).values));
  l.out(y);
}

void layer_normalization(Lowering& l) {
  if (l.flag("invert", false)) l.refuse("it inverts", "leave invert out");
  const int32_t x = l.cast(l.in(), Type::kFloat32);
  Dims dims(static_cast<size_t>(l.rank(x)), 1), each;
  std::vector<int32_t> axes;
  if (!l.value("axis").is_null()) axes = l.integers("axis");
  for (int32_t& a : axes) a = l.axis(a, l.rank(x));
  std::sort(axes.begin(), axes.end());
  size_t count = 1;
  for (const int32_t a : axes) {
    each.push_back(l.dim(x, static_cast<size_t>(a)));
    dims[static_cast<size_t>(a)] = each.back(), count *= static_cast<size_t>(each.back());
  }
  std::vector<float> mean, variance;
  if (l.value("mean").is_null()) {
    mean = l.weight(each).values, variance = l.weight(each).values;
  } else {
    mean = numbers(l, "mean"), variance = numbers(l, "variance");
    if (mean.size() == 1) mean.resize(count, mean[0]);
    if (variance.size() == 1) variance.resize(count, variance[0]);
    if (mean.size() != count || variance.size() != count) l.refuse("its mean does not fit its input", "the file is damaged");
  }
  for (size_t i = 0; i < count; ++i) {
    const double scale = 1.0 / std::max(std::sqrt(static_cast<double>(variance[i])), 1e-7);
    mean[i] = static_cast<float>(-mean[i] * scale), variance[i] = static_cast<float>(scale);
  }
  l.out(scale_and_shift(l, x, dims, variance, mean));
}

void layer_rescaling(Lowering& l) {
  const int32_t x = l.cast(l.in(), Type::kFloat32);
  const std::vector<float> scale = numbers(l, "scale");
  const std::vector<float> offset = l.value("offset").is_null() ? std::vector<float>{0} : numbers(l, "offset");
  const auto constant = [&](const std::vector<float>& v) {
    return v.size() == 1 ? l.scalar(v[0]) : l.floats({static_cast<int32_t>(v.size())}, v);
  };
  l.out(l.add(l.mul(x, constant(scale)), constant(offset)));
}

}  // namespace midge::keras
