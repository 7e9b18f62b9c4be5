// Operators that move elements about.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {

void op_transpose(Lowering& l) {
  const int32_t x = l.in(0);
  const Ints given = l.node().ints("perm");
  std::vector<int32_t> permutation(given.begin(), given.end());
  if (given.empty()) {
    permutation.resize(l.dims(x).size());
    std::iota(permutation.rbegin(), permutation.rend(), 0);
  }
  std::vector<int32_t> sorted = permutation;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 0; i < sorted.size() || i < l.dims(x).size(); ++i) {
    if (sorted.size() != l.dims(x).size() || sorted[i] != static_cast<int32_t>(i))
      l.refuse("'perm' is no permutation", "the file is damaged");
  }
  l.out(0, l.transpose(x, permutation));
}

void op_concat(Lowering& l) {
  std::vector<int32_t> parts;
  for (size_t i = 0; i < l.input_count(); ++i) {
    if (l.at(l.in(i)).count() != 0) parts.push_back(l.in(i));
  }
  if (parts.empty()) return l.out(0, l.in(0));
  l.out(0, l.concat(parts, l.axis(l.node().integer("axis", 0), l.rank(parts[0]))));
}

void op_split(Lowering& l) {
  const int32_t x = l.in(0), axis = l.axis(l.node().integer("axis", 0), l.rank(x));
  const int32_t size = l.dim(x, static_cast<size_t>(axis));
  const size_t n = l.node().outputs.size();
  Ints lengths = l.has(1) ? l.ints_in(1, "split") : l.node().ints("split");
  if (n == 0 || n > 1024) l.refuse("it has no outputs, or more than 1,024");
  if (lengths.empty()) {
    const int64_t each = (size + static_cast<int64_t>(n) - 1) / static_cast<int64_t>(n);
    for (size_t i = 0; i < n; ++i) lengths.push_back(std::min<int64_t>(each, size - each * static_cast<int64_t>(i)));
  }
  if (lengths.size() != n) l.refuse("it has other than one length an output", "the file is damaged");
  if (std::any_of(lengths.begin(), lengths.end(), [&](int64_t v) { return v < 1 || v > size; })) {
    l.refuse("a piece is empty", "empty tensors cannot be imported: remove that output");
  }
  if (std::accumulate(lengths.begin(), lengths.end(), int64_t{0}) != size) l.refuse("its pieces do not add up", "the file is damaged");
  if (n == 1) return l.out(0, x);
  const int32_t along = l.int32s({axis});
  l.graph()[along].dims = {};
  const bool equal = std::adjacent_find(lengths.begin(), lengths.end(), std::not_equal_to<>()) == lengths.end();
  const Options options = {{"num_splits", static_cast<int64_t>(n)}};
  const std::vector<int32_t> outs = equal ? l.op_n(Builtin::SPLIT, {along, x}, n, options, l.type(x))
                                          : l.op_n(Builtin::SPLIT_V, {x, l.int32s({lengths.begin(), lengths.end()}), along}, n, options);
  for (size_t i = 0; i < n; ++i) l.out(i, outs[i]);
}

void op_slice(Lowering& l) {
  const int32_t x = l.in(0), rank = l.rank(x);
  const bool attributes = l.opset() < 10;
  const Ints starts = attributes ? l.node().ints("starts") : l.ints_in(1, "starts");
  const Ints ends = attributes ? l.node().ints("ends") : l.ints_in(2, "ends");
  Ints axes = attributes ? l.node().ints("axes") : (l.has(3) ? l.ints_in(3, "axes") : Ints());
  Ints steps = !attributes && l.has(4) ? l.ints_in(4, "steps") : Ints();
  if (axes.empty()) axes.resize(starts.size()), std::iota(axes.begin(), axes.end(), 0);
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
    l.refuse("starts, ends, axes and steps differ in length", "the file is damaged");
  }
  std::vector<int32_t> begin(static_cast<size_t>(rank)), end = l.dims(x), stride(static_cast<size_t>(rank), 1);
  int64_t end_mask = 0;
  bool plain = true;
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto a = static_cast<size_t>(l.axis(axes[i], rank));
    const int64_t n = l.dim(x, a), step = steps[i];
    if (step == 0 || step < -INT32_MAX || step > INT32_MAX) l.refuse("a step is 0 or out of range", "the file is damaged");
    const auto place = [&](int64_t v) { return std::clamp<int64_t>(v < 0 ? v + n : v, step < 0 ? -1 : 0, step < 0 ? n - 1 : n); };
    const int64_t from = place(std::max(starts[i], -INT64_MAX)), to = place(std::max(ends[i], -INT64_MAX));
    if (step > 0 ? from >= to : from <= to) l.refuse("its result is empty", "empty tensors cannot be imported");
    begin[a] = static_cast<int32_t>(from), end[a] = static_cast<int32_t>(to), stride[a] = static_cast<int32_t>(step);
    if (to < 0) end_mask |= int64_t{1} << a, end[a] = 0;
    plain = plain && step == 1;
  }
  if (!plain) {
    return l.out(0, l.op(Builtin::STRIDED_SLICE, {x, l.int32s(begin), l.int32s(end), l.int32s(stride)}, {{"end_mask", end_mask}}));
  }
  std::vector<int32_t> size;
  for (size_t i = 0; i < begin.size(); ++i) size.push_back(end[i] - begin[i]);
  l.out(0, l.slice(x, begin, size));
}

namespace {
/// Positions that may be negative, counted from the start.
int32_t positions(Lowering& l, int32_t t, int64_t size) {
  if (!l.constant(t)) {
    const int32_t at = l.type(t) == Type::kInt64 ? t : l.cast(t, Type::kInt32);
    return l.op(Builtin::FLOOR_MOD, {at, l.scalar_like(at, static_cast<double>(size))});
  }
  std::vector<int32_t> out;
  for (const int64_t v : l.ints(t, "indices")) {
    if (v < -size || v >= size) l.refuse(fmt::format("index {} is outside of {}", v, size), "the file is damaged");
    out.push_back(static_cast<int32_t>(v < 0 ? v + size : v));
  }
  const int32_t made = l.int32s(out);
  l.graph()[made].dims = l.dims(t);
  return made;
}

/// For each element of an index tensor along `axis` of a tensor of `dims`, the position in that tensor laid flat.
std::vector<int32_t> flat_positions(Lowering& l, const Dims& dims, const Dims& index_dims, const Ints& index, size_t axis) {
  std::vector<int32_t> out;
  for (size_t i = 0; i < index.size(); ++i) {
    size_t rest = i;
    int64_t flat = 0, stride = 1;
    for (size_t d = dims.size(); d-- > 0;) {
      int64_t at = static_cast<int64_t>(rest % static_cast<size_t>(index_dims[d]));
      rest /= static_cast<size_t>(index_dims[d]);
      if (d == axis) {
        at = index[i] < 0 ? index[i] + dims[d] : index[i];
        if (at < 0 || at >= dims[d]) l.refuse(fmt::format("index {} is outside of {}", index[i], dims[d]), "the file is damaged");
      }
      if (at >= dims[d]) l.refuse("its indices do not fit its data", "the file is damaged");
      flat += at * stride, stride *= dims[d];
    }
    out.push_back(static_cast<int32_t>(flat));
  }
  return out;
}

/// data with the elements at constant places exchanged for those of `updates`: a gather from both.
int32_t scatter(Lowering& l, int32_t data, int32_t updates, const std::vector<int32_t>& places) {
  if (l.node().text("reduction", "none") != "none") l.refuse("it reduces what it scatters", "only reduction = none can be imported");
  const auto n = static_cast<int32_t>(l.at(data).count());
  if (static_cast<int64_t>(places.size()) != l.at(updates).count()) l.refuse("its updates do not fit its indices", "the file is damaged");
  std::vector<int32_t> from(static_cast<size_t>(n));
  std::iota(from.begin(), from.end(), 0);
  for (size_t i = 0; i < places.size(); ++i) from[static_cast<size_t>(places[i])] = n + static_cast<int32_t>(i);
  const int32_t both = l.concat({l.reshape(data, {n}), l.reshape(updates, {static_cast<int32_t>(places.size())})}, 0);
  return l.reshape(l.gather(both, 0, from), l.dims(data));
}
}  // namespace

void op_gather(Lowering& l) {
  const int32_t x = l.in(0), axis = l.axis(l.node().integer("axis", 0), l.rank(x));
  const int32_t at = positions(l, l.in(1), l.dim(x, static_cast<size_t>(axis)));
  l.out(0, l.op(Builtin::GATHER, {x, at}, {{"axis", int64_t{axis}}}));
}

void op_gather_elements(Lowering& l) {
  const int32_t x = l.in(0), index = l.in(1), axis = l.axis(l.node().integer("axis", 0), l.rank(x));
  if (l.rank(index) != l.rank(x)) l.refuse("its indices do not fit its data", "the file is damaged");
  const Ints at = l.ints(index, "indices");
  const std::vector<int32_t> flat = flat_positions(l, l.dims(x), l.dims(index), at, static_cast<size_t>(axis));
  l.out(0, l.reshape(l.gather(l.reshape(x, {static_cast<int32_t>(l.at(x).count())}), 0, flat), l.dims(index)));
}

void op_scatter_elements(Lowering& l) {
  const int32_t x = l.in(0), index = l.in(1), axis = l.axis(l.node().integer("axis", 0), l.rank(x));
  if (l.rank(index) != l.rank(x)) l.refuse("its indices do not fit its data", "the file is damaged");
  l.out(0, scatter(l, x, l.in(2), flat_positions(l, l.dims(x), l.dims(index), l.ints(index, "indices"), static_cast<size_t>(axis))));
}

void op_scatter_nd(Lowering& l) {
  const int32_t x = l.in(0), index = l.in(1);
  const Ints at = l.ints(index, "indices");
  const Dims& dims = l.dims(x);
  const size_t depth = l.dims(index).empty() ? 0 : static_cast<size_t>(l.dims(index).back());
  if (depth == 0 || depth > dims.size()) l.refuse("its indices do not fit its data", "the file is damaged");
  int64_t run = 1;
  for (size_t d = depth; d < dims.size(); ++d) run *= dims[d];
  std::vector<int32_t> places;
  for (size_t i = 0; i + depth <= at.size(); i += depth) {
    int64_t flat = 0;
    for (size_t d = 0; d < depth; ++d) {
      const int64_t v = at[i + d] < 0 ? at[i + d] + dims[d] : at[i + d];
      if (v < 0 || v >= dims[d]) l.refuse(fmt::format("index {} is outside of {}", at[i + d], dims[d]), "the file is damaged");
      flat = flat * dims[d] + v;
    }
    for (int64_t k = 0; k < run; ++k) places.push_back(static_cast<int32_t>(flat * run + k));
  }
  l.out(0, scatter(l, x, l.in(2), places));
}

void op_gather_nd(Lowering& l) {
  if (l.node().integer("batch_dims", 0) != 0) l.refuse("batch_dims is not 0");
  const int32_t x = l.in(0);
  int32_t index = l.in(1);
  if (l.constant(index)) {
    Ints at = l.ints(index, "indices");
    const size_t depth = static_cast<size_t>(l.dims(index).back());
    for (size_t i = 0; i < at.size(); ++i) {
      if (i % depth < l.dims(x).size() && at[i] < 0) at[i] += l.dim(x, i % depth);
    }
    const Dims dims = l.dims(index);
    index = l.int64s(at);
    l.graph()[index].dims = dims;
  } else {
    const Dims from = l.dims(x);
    const auto depth = static_cast<int64_t>(l.dims(index).back());
    if (depth > l.rank(x)) l.refuse("its indices do not fit its data", "the file is damaged");
    const int32_t sizes = l.int64s({from.begin(), from.begin() + depth});
    index = l.op(Builtin::FLOOR_MOD, {l.cast(index, Type::kInt64), sizes});
  }
  l.out(0, l.op(Builtin::GATHER_ND, {x, index}));
}

void op_array_feature_extractor(Lowering& l) {
  const int32_t x = l.in(0), n = l.dim(x, l.dims(x).size() - 1);
  const int32_t at = l.in(1);
  const int32_t y =
      l.op(Builtin::GATHER, {x, positions(l, l.reshape(at, {static_cast<int32_t>(l.at(at).count())}), n)}, {{"axis", int64_t{l.rank(x) - 1}}});
  l.out(0, l.rank(x) == 1 ? l.reshape(y, {1, static_cast<int32_t>(l.at(y).count())}) : y);
}

void op_one_hot(Lowering& l) {
  const Ints depth = l.ints_in(1, "depth");
  const int32_t index = l.cast(l.in(0), Type::kInt32), values = l.in(2);
  const int32_t rank = l.rank(index) + 1, axis = l.axis(l.node().integer("axis", -1), rank);
  if (depth.size() != 1 || depth[0] < 1 || depth[0] > 1 << 20 || l.at(values).count() != 2)
    l.refuse("its depth or values are not possible");
  const auto n = static_cast<int32_t>(depth[0]);
  Dims with_one = l.dims(index), along(static_cast<size_t>(rank), 1);
  with_one.insert(with_one.begin() + axis, 1);
  along[static_cast<size_t>(axis)] = n;
  std::vector<int32_t> numbers(static_cast<size_t>(n));
  std::iota(numbers.begin(), numbers.end(), 0);
  const int32_t ramp = l.reshape(l.int32s(numbers), along);
  // Indices from -depth count from the end; others outside give only the off value.
  const int32_t at = l.reshape(index, with_one);
  const int32_t negative = l.op(Builtin::LESS, {at, l.scalar_like(at, 0)}, {}, Type::kBool);
  const int32_t wrapped = l.op(Builtin::SELECT_V2, {negative, l.add(at, l.scalar_like(at, n)), at}, {}, Type::kInt32);
  const int32_t hit = l.op(Builtin::EQUAL, {wrapped, ramp}, {}, Type::kBool);
  const int32_t off = l.reshape(l.slice(values, {0}, {1}), {}), on = l.reshape(l.slice(values, {1}, {1}), {});
  l.out(0, l.op(Builtin::SELECT_V2, {hit, on, off}, {}, l.type(values)));
}

void op_trilu(Lowering& l) {
  const int32_t x = l.in(0);
  if (l.rank(x) < 2) l.refuse("its input has no rows and columns", "the file is damaged");
  const int64_t k = l.has(1) ? l.ints_in(1, "k").at(0) : 0;
  const bool upper = l.node().integer("upper", 1) != 0;
  const int32_t rows = l.dim(x, l.dims(x).size() - 2), columns = l.dim(x, l.dims(x).size() - 1);
  ir::Bytes kept;
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) kept.push_back(upper ? c - r >= k : c - r <= k);
  }
  const int32_t mask = l.constant(Type::kBool, {rows, columns}, std::move(kept));
  l.out(0, l.op(Builtin::SELECT_V2, {mask, x, l.scalar_like(x, 0)}, {}, l.type(x)));
}

namespace {
/// Channels from (channel, block) to (block, channel) order, or back.
std::vector<int32_t> exchanged(int32_t channels, int32_t blocks, bool back) {
  std::vector<int32_t> out(static_cast<size_t>(channels) * static_cast<size_t>(blocks));
  for (int32_t c = 0; c < channels; ++c) {
    for (int32_t b = 0; b < blocks; ++b) {
      const auto block_major = static_cast<size_t>(b * channels + c), channel_major = static_cast<size_t>(c * blocks + b);
      out[back ? channel_major : block_major] = static_cast<int32_t>(back ? block_major : channel_major);
    }
  }
  return out;
}

int32_t block_size(Lowering& l, int32_t x) {
  const int64_t b = l.node().integer("blocksize", 0);
  if (l.rank(x) != 4 || b < 1 || b > 1 << 10) l.refuse("its input or block size is not possible", "the file is damaged");
  return static_cast<int32_t>(b);
}
}  // namespace

void op_depth_to_space(Lowering& l) {
  const int32_t x = l.in(0), block = block_size(l, x);
  int32_t image = l.to_channels_last(x);
  if (l.node().text("mode", "DCR") == "CRD") image = l.gather(image, 3, exchanged(l.dim(x, 1) / (block * block), block * block, false));
  l.out(0, l.to_channels_first(l.op(Builtin::DEPTH_TO_SPACE, {image}, {{"block_size", int64_t{block}}}), 4));
}

void op_space_to_depth(Lowering& l) {
  const int32_t x = l.in(0), block = block_size(l, x);
  int32_t y = l.op(Builtin::SPACE_TO_DEPTH, {l.to_channels_last(x)}, {{"block_size", int64_t{block}}});
  if (l.node().text("mode", "DCR") == "CRD") y = l.gather(y, 3, exchanged(l.dim(x, 1), block * block, true));
  l.out(0, l.to_channels_first(y, 4));
}

void op_pad(Lowering& l) {
  int32_t x = l.in(0);
  const size_t rank = l.dims(x).size();
  const bool attributes = l.opset() < 11;
  const Ints pads = attributes ? l.node().ints("pads") : l.ints_in(1, "pads");
  Ints axes;
  if (l.has(3)) {
    axes = l.ints_in(3, "axes");
  } else {
    axes.resize(rank), std::iota(axes.begin(), axes.end(), 0);
  }
  if (pads.size() != axes.size() * 2) l.refuse("it has other than two paddings an axis", "the file is damaged");
  std::vector<int32_t> before(rank), after(rank), begin(rank), size = l.dims(x);
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto a = static_cast<size_t>(l.axis(axes[i], static_cast<int32_t>(rank)));
    for (const int64_t v : {pads[i], pads[i + axes.size()]}) {
      if (v < -(1 << 24) || v > 1 << 24) l.refuse("a padding is out of range", "the file is damaged");
    }
    before[a] = static_cast<int32_t>(pads[i]), after[a] = static_cast<int32_t>(pads[i + axes.size()]);
    begin[a] = std::max(-before[a], 0);
    size[a] -= begin[a] + std::max(-after[a], 0);
    if (size[a] < 1) l.refuse("it crops everything away", "empty tensors cannot be imported");
    before[a] = std::max(before[a], 0), after[a] = std::max(after[a], 0);
  }
  x = l.slice(x, begin, size);
  const std::string mode = l.node().text("mode", "constant");
  if (mode != "constant") {
    // Along each axis a gather from the places that the border repeats.
    for (size_t a = 0; a < rank; ++a) {
      if (before[a] == 0 && after[a] == 0) continue;
      const int32_t n = l.dim(x, a), period = std::max(2 * n - 2, 1);
      std::vector<int32_t> from;
      for (int32_t i = -before[a]; i < n + after[a]; ++i) {
        if (mode == "edge") {
          from.push_back(std::clamp(i, 0, n - 1));
        } else if (mode == "wrap") {
          from.push_back((i % n + n) % n);
        } else if (mode == "reflect") {
          const int32_t p = (i % period + period) % period;
          from.push_back(p < n ? p : period - p);
        } else {
          l.refuse("mode '" + mode + "' is not known");
        }
      }
      x = l.gather(x, static_cast<int32_t>(a), from);
    }
    return l.out(0, x);
  }
  const double value = attributes ? static_cast<double>(l.node().real("value", 0)) : (l.has(2) ? l.numbers(l.in(2), "constant_value").at(0) : 0);
  std::vector<int32_t> widths;
  for (size_t a = 0; a < rank; ++a) widths.push_back(before[a]), widths.push_back(after[a]);
  if (std::all_of(widths.begin(), widths.end(), [](int32_t w) { return w == 0; })) return l.out(0, x);
  const int32_t border = l.int32s(widths);
  l.graph()[border].dims = {static_cast<int32_t>(rank), 2};
  l.out(0, value == 0 ? l.op(Builtin::PAD, {x, border}) : l.op(Builtin::PADV2, {x, border, l.scalar_like(x, value)}));
}

}  // namespace midge::onnx
