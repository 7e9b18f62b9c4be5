// Resize. Along each axis it is a linear map that is known at import: for each output, some inputs and their weights. Where that map
// is the one of RESIZE_NEAREST_NEIGHBOR or RESIZE_BILINEAR, these are taken; other nearest ones become a gather along the axis, and
// all others (cubic, antialias, crops) a matrix.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {
namespace {

struct Axis {
  int32_t in = 0, out = 0;
  double scale = 1;  ///< out / in as the node counts it
  double start = 0, end = 1;  ///< of the region, for tf_crop_and_resize
};

/// Weights of the inputs of each output; nothing for an output outside of the region.
using Map = std::vector<std::vector<std::pair<int32_t, double>>>;

double coordinate(const Axis& a, const std::string& mode, int32_t i) {
  const double n = a.in, m = a.out;
  if (mode == "asymmetric") return i / a.scale;
  if (mode == "align_corners") {
    // By the length that the scale gives, which need not be whole.
    const double length = std::fabs(a.scale * n - m) < 1e-6 ? m : a.scale * n;
    return length == 1 ? 0 : i * (n - 1) / (length - 1);
  }
  if (mode == "pytorch_half_pixel" && m == 1) return 0;
  if (mode == "tf_crop_and_resize")
    return m > 1 ? a.start * (n - 1) + i * (a.end - a.start) * (n - 1) / (m - 1) : 0.5 * (a.start + a.end) * (n - 1);
  if (mode == "half_pixel_symmetric") {
    const double adjustment = m / (a.scale * n), offset = n / 2 * (1 - adjustment);
    return offset + (i + 0.5) / a.scale - 0.5;
  }
  return (i + 0.5) / a.scale - 0.5;
}

double round_as(const std::string& mode, double x) {
  if (mode == "floor") return std::floor(x);
  if (mode == "ceil") return std::ceil(x);
  if (mode == "round_prefer_ceil") return std::floor(x + 0.5);
  return std::ceil(x - 0.5);
}

struct Method {
  std::string mode, coordinates, nearest;
  double cubic = -0.75, extrapolation = 0;
  bool antialias = false, exclude_outside = false;
};

double weight(const Method& m, double distance) {
  const double d = std::fabs(distance), a = m.cubic;
  if (m.mode == "linear") return std::max(0.0, 1 - d);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

Map map_of(const Axis& a, const Method& m) {
  Map map;
  for (int32_t i = 0; i < a.out; ++i) {
    auto& to = map.emplace_back();
    const double x = coordinate(a, m.coordinates, i);
    if (m.coordinates == "tf_crop_and_resize" && (x < 0 || x > a.in - 1)) continue;
    if (m.mode == "nearest") {
      to.emplace_back(static_cast<int32_t>(std::clamp(round_as(m.nearest, x), 0.0, a.in - 1.0)), 1);
      continue;
    }
    const double stretch = m.antialias && a.scale < 1 ? a.scale : 1;
    const double reach = (m.mode == "linear" ? 1 : 2) / stretch;
    double sum = 0;
    std::map<int32_t, double> at;
    for (double k = std::floor(x - reach); k <= std::ceil(x + reach); ++k) {
      const double w = weight(m, (k - x) * stretch);
      if (w == 0) continue;
      if (m.exclude_outside && (k < 0 || k > a.in - 1)) continue;  // else the outermost element is repeated
      at[static_cast<int32_t>(std::clamp(k, 0.0, a.in - 1.0))] += w;
      sum += w;
    }
    const bool normalize = m.exclude_outside || m.antialias;
    for (const auto& [k, w] : at) to.emplace_back(k, normalize ? w / sum : w);
  }
  return map;
}

/// What the graph's operators do, for one of their three settings.
Map device_map(int32_t in, int32_t out, bool linear, bool align, bool half) {
  const float s = align && out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1) : static_cast<float>(in) / static_cast<float>(out);
  Map map;
  for (int32_t i = 0; i < out; ++i) {
    auto& to = map.emplace_back();
    if (linear) {
      const float at = half ? (static_cast<float>(i) + 0.5f) * s - 0.5f : static_cast<float>(i) * s;
      const int32_t low = std::max(static_cast<int32_t>(std::floor(at)), 0), high = std::min(static_cast<int32_t>(std::ceil(at)), in - 1);
      const double d = at - static_cast<float>(low);
      if (low == high) {
        to.emplace_back(low, 1);
      } else {
        to.emplace_back(low, 1 - d), to.emplace_back(high, d);
      }
    } else {
      const float at = (static_cast<float>(i) + (half ? 0.5f : 0.f)) * s;
      to.emplace_back(std::min(static_cast<int32_t>(align ? std::round(at) : std::floor(at)), in - 1), 1);
    }
  }
  return map;
}

bool equal(const Map& a, const Map& b) {
  constexpr double kSame = 1e-5;
  const auto dense = [](const auto& row) {
    std::map<int32_t, double> m;
    for (const auto& [k, w] : row) m[k] += w;
    return m;
  };
  for (size_t i = 0; i < a.size(); ++i) {
    auto x = dense(a[i]), y = dense(b[i]);
    for (const auto& [k, w] : x) y[k] -= w;
    for (const auto& [k, w] : y) {
      if (std::fabs(w) > kSame) return false;
    }
    if (a[i].empty()) return false;
  }
  return true;
}

int32_t apply(Lowering& l, int32_t x, int32_t axis, const Axis& a, const Map& map, double extrapolation) {
  const bool moves = std::all_of(map.begin(), map.end(), [](const auto& row) { return row.size() == 1 && row[0].second == 1; });
  if (moves) {
    std::vector<int32_t> from;
    for (const auto& row : map) from.push_back(row[0].first);
    return l.gather(x, axis, from);
  }
  if (!l.is_float(x)) l.refuse("it interpolates integers", "resize floats");
  std::vector<float> matrix(static_cast<size_t>(a.out) * static_cast<size_t>(a.in)), outside;
  bool any_outside = false;
  for (size_t i = 0; i < map.size(); ++i) {
    for (const auto& [k, w] : map[i]) matrix[i * static_cast<size_t>(a.in) + static_cast<size_t>(k)] += static_cast<float>(w);
    outside.push_back(map[i].empty() ? static_cast<float>(extrapolation) : 0);
    any_outside = any_outside || map[i].empty();
  }
  std::vector<int32_t> turn(l.dims(x).size());
  std::iota(turn.begin(), turn.end(), 0);
  std::swap(turn[static_cast<size_t>(axis)], turn.back());
  const int32_t turned = l.transpose(x, turn);
  const int32_t bias = any_outside ? l.floats({a.out}, outside) : -1;
  const int32_t y = l.op(Builtin::FULLY_CONNECTED, {turned, l.floats({a.out, a.in}, matrix), bias}, {{"keep_num_dims", int64_t{1}}});
  return l.transpose(y, turn);
}

}  // namespace

void op_resize(Lowering& l) {
  const bool old = l.node().type == "Upsample" || l.opset() < 11;
  const int32_t x = l.in(0);
  const size_t rank = l.dims(x).size();
  Method m;
  m.mode = l.node().text("mode", "nearest");
  m.coordinates = old ? "asymmetric" : l.node().text("coordinate_transformation_mode", "half_pixel");
  m.nearest = old ? "floor" : l.node().text("nearest_mode", "round_prefer_floor");
  m.cubic = l.node().real("cubic_coeff_a", -0.75f), m.extrapolation = l.node().real("extrapolation_value", 0);
  m.antialias = l.node().integer("antialias", 0) != 0 && m.mode != "nearest", m.exclude_outside = l.node().integer("exclude_outside", 0) != 0;
  if (m.mode != "nearest" && m.mode != "linear" && m.mode != "cubic") l.refuse("mode '" + m.mode + "' is not known");

  Ints axes = l.node().ints("axes");
  if (axes.empty()) axes.resize(rank), std::iota(axes.begin(), axes.end(), 0);
  const size_t scales_at = old ? 1 : 2;
  std::vector<double> scales;
  if (l.has(scales_at)) scales = l.numbers(l.in(scales_at), "scales");
  if (l.node().type == "Upsample" && !l.has(1)) {
    for (const float s : l.node().floats("scales")) scales.push_back(static_cast<double>(s));
  }
  const Ints sizes = !old && l.has(3) ? l.ints_in(3, "sizes") : Ints();
  const std::vector<double> region =
      !old && l.has(1) && m.coordinates == "tf_crop_and_resize" ? l.numbers(l.in(1), "roi") : std::vector<double>();
  if ((scales.empty() ? sizes.size() : scales.size()) != axes.size() ||
      (m.coordinates == "tf_crop_and_resize" && region.size() != 2 * axes.size())) {
    l.refuse("it has other than one size an axis", "the file is damaged");
  }
  std::vector<Axis> all(rank);
  for (size_t i = 0; i < rank; ++i) all[i].in = all[i].out = l.dim(x, i);
  const std::string policy = l.node().text("keep_aspect_ratio_policy", "stretch");
  double common = policy == "not_larger" ? 1e30 : 0;
  for (size_t i = 0; i < axes.size() && !sizes.empty(); ++i) {
    const double s = static_cast<double>(sizes[i]) / all[static_cast<size_t>(l.axis(axes[i], static_cast<int32_t>(rank)))].in;
    common = policy == "not_larger" ? std::min(common, s) : std::max(common, s);
  }
  for (size_t i = 0; i < axes.size(); ++i) {
    Axis& a = all[static_cast<size_t>(l.axis(axes[i], static_cast<int32_t>(rank)))];
    if (!region.empty()) a.start = region[i], a.end = region[i + axes.size()];
    double out;
    if (!scales.empty()) {
      a.scale = scales[i], out = std::floor(a.in * (m.coordinates == "tf_crop_and_resize" ? a.end - a.start : 1) * a.scale + 1e-9);
    } else if (policy != "stretch") {
      a.scale = common, out = std::floor(a.in * common + 0.5);
    } else {
      out = static_cast<double>(sizes[i]), a.scale = out / a.in;
    }
    if (!(out >= 1 && out <= 1 << 20) || !(a.scale > 0)) l.refuse("a size or scale is out of range", "the file is damaged");
    a.out = static_cast<int32_t>(out);
  }
  const auto changes = [&](size_t i) { return all[i].in != all[i].out || m.coordinates == "tf_crop_and_resize"; };
  if (rank == 4 && !changes(0) && !changes(1) && (m.mode == "nearest" || m.mode == "linear")) {
    const bool linear = m.mode == "linear";
    const Map y = map_of(all[2], m), z = map_of(all[3], m);
    for (int setting = 0; setting < 3; ++setting) {
      const bool align = setting == 1, half = setting == 2;
      if (!equal(y, device_map(all[2].in, all[2].out, linear, align, half)) || !equal(z, device_map(all[3].in, all[3].out, linear, align, half)))
        continue;
      if (linear && !l.is_float(x)) break;
      const int32_t size = l.int32s({all[2].out, all[3].out});
      return l.out(0, l.to_channels_first(l.op(linear ? Builtin::RESIZE_BILINEAR : Builtin::RESIZE_NEAREST_NEIGHBOR, {l.to_channels_last(x), size},
                                               {{"align_corners", int64_t{align}}, {"half_pixel_centers", int64_t{half}}}),
                                          4));
    }
  }
  int32_t t = x;
  for (size_t i = 0; i < rank; ++i) {
    if (!changes(i)) continue;
    const Map map = map_of(all[i], m);
    const auto outside = static_cast<size_t>(std::count_if(map.begin(), map.end(), [](const auto& row) { return row.empty(); }));
    if (outside == 0 && all[i].in == all[i].out && equal(map, device_map(all[i].in, all[i].out, false, false, false))) continue;
    t = apply(l, t, static_cast<int32_t>(i), all[i], map, m.extrapolation);
  }
  l.out(0, t);
}

}  // namespace midge::onnx
