// Batch normalisation, biases and scaled inputs, folded into weights. Float graphs only.
//
// y = s * x + t with a constant s and t for each channel is found as MUL, DIV, ADD or SUB, one at a time; a chain goes step by step.
//   behind a weighted operator: W' = s * W by output channel, b' = s * b + t
//   before one:                 W' = W * s by input channel,  b' = b + sum of W * t
// A scale may pass a padding, because 0 * s = 0; an offset may not: the border would need the offset too, so it folds only where
// nothing is padded. Weights that other operators share are left alone: a second copy would cost more than the operator saves.
#include <algorithm>

#include "compiler/optimize/editor.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"
#include "compiler/optimize/window.h"

namespace midge {
namespace {

using ir::Op;

struct Affine {
  int32_t x = -1;                     ///< the operand that is not constant
  std::vector<float> scale, offset;  ///< empty: 1 and 0
};

std::optional<Affine> affine_of(const ir::Graph& graph, const Op& op, int32_t channels) {
  if (op.inputs.size() != 2 || op.outputs.size() != 1 || op.inputs[0] < 0 || op.inputs[1] < 0 || !is_float(graph[op.outputs[0]])) return {};
  const bool first = graph[op.inputs[0]].constant();
  const int32_t x = op.inputs[first ? 1 : 0];
  if (graph[x].constant() || graph[x].dims != graph[op.outputs[0]].dims) return {};
  auto c = channel_floats(graph, op.inputs[first ? 0 : 1], channels);
  if (!c) return {};
  Affine a;
  a.x = x;
  const auto negate = [&] {
    for (float& v : *c) v = -v;
  };
  switch (op.code) {
    case Builtin::MUL: a.scale = *c; break;
    case Builtin::ADD: a.offset = *c; break;
    case Builtin::DIV:
      if (first || std::find(c->begin(), c->end(), 0.0f) != c->end()) return {};
      for (float& v : *c) v = 1 / v;
      a.scale = *c;
      break;
    case Builtin::SUB:
      if (first) {
        a.scale.assign(c->size(), -1.0f);
      } else {
        negate();
      }
      a.offset = *c;
      break;
    default: return {};
  }
  return a;
}

/// A weighted operator: which of its inputs is what, and how its weights lie.
struct Weighted {
  size_t data = 0, weights = 1, bias = 2;
  int32_t outputs = 0;        ///< output channels
  bool channels_last = false;  ///< DEPTHWISE_CONV_2D: [1, h, w, channels]; else [outputs, ..., input channels]
};

std::optional<Weighted> weighted(const ir::Graph& graph, const Op& op) {
  Weighted w;
  switch (op.code) {
    case Builtin::CONV_2D:
    case Builtin::FULLY_CONNECTED: break;
    case Builtin::DEPTHWISE_CONV_2D: w.channels_last = true; break;
    case Builtin::TRANSPOSE_CONV: w.data = 2, w.bias = 3; break;
    default: return {};
  }
  const int32_t t = op.input(w.weights), x = op.input(w.data), b = op.input(w.bias);
  if (t < 0 || x < 0 || op.outputs.size() != 1 || !graph[t].constant() || !is_float(graph[t]) || !is_float(graph[x])) return {};
  if (graph[t].dims.size() < 2 || !is_float(graph[op.outputs[0]]) || op.integer("weights_format") != 0) return {};
  w.outputs = w.channels_last ? graph[t].dims.back() : graph[t].dims.front();
  if (b >= 0 && (!graph[b].constant() || !is_float(graph[b]) || graph[b].count() != w.outputs)) return {};
  return w;
}

std::vector<float> floats_of(const ir::Graph& graph, int32_t t) {
  const auto v = graph[t].values<float>();
  return {v.begin(), v.end()};
}

std::vector<float> bias_of(const ir::Graph& graph, const Op& op, const Weighted& w) {
  const int32_t b = op.input(w.bias);
  return b < 0 ? std::vector<float>(static_cast<size_t>(w.outputs)) : floats_of(graph, b);
}

void set_bias(Editor& e, Op& op, const Weighted& w, const std::vector<float>& bias) {
  const int32_t old = op.input(w.bias);
  const std::string name = old >= 0 ? e.tensor(old).name : e.tensor(op.outputs[0]).name + "/bias";
  op.inputs.resize(std::max(op.inputs.size(), w.bias + 1), -1);
  op.inputs[w.bias] = e.add_floats(name, {w.outputs}, bias);
}

void set_weights(Editor& e, Op& op, const Weighted& w, const std::vector<float>& values) {
  const ir::Tensor& old = e.tensor(op.inputs[w.weights]);
  const std::string name = old.name;
  const ir::Dims dims = old.dims;
  op.inputs[w.weights] = e.add_floats(name, dims, values);
}

/// op k, then the affine operator: k takes it over.
bool fold_behind(Editor& e, size_t k) {
  const ir::Graph& graph = e.graph();
  Op op = e.op(k);
  const auto w = weighted(graph, op);
  if (!w || op.activation() != Activation::kNone || !e.single(op.outputs[0])) return false;
  const size_t next = static_cast<size_t>(e.consumers(op.outputs[0])[0]);
  if (graph[op.outputs[0]].dims.empty() || graph[op.outputs[0]].dims.back() != w->outputs) return false;
  const auto a = affine_of(graph, e.op(next), w->outputs);
  if (!a || a->x != op.outputs[0] || e.op(next).activation() > Activation::kRelu6) return false;
  if (!a->scale.empty() && e.consumers(op.inputs[w->weights]).size() > 1) return false;
  std::vector<float> bias = bias_of(graph, op, *w);
  if (!a->scale.empty()) {
    std::vector<float> values = floats_of(graph, op.inputs[w->weights]);
    const size_t per_output = values.size() / static_cast<size_t>(w->outputs);
    for (size_t i = 0; i < values.size(); ++i) values[i] *= a->scale[w->channels_last ? i % a->scale.size() : i / per_output];
    for (size_t o = 0; o < bias.size(); ++o) bias[o] *= a->scale[o];
    set_weights(e, op, *w, values);
  }
  for (size_t o = 0; o < a->offset.size(); ++o) bias[o] += a->offset[o];
  if (!a->offset.empty() || op.input(w->bias) >= 0) set_bias(e, op, *w, bias);
  const Activation activation = e.op(next).activation();
  if (op.code == Builtin::TRANSPOSE_CONV && activation != Activation::kNone) {  // which has no fused one, see fuse_activation.cc
    Op rectifier;
    rectifier.code = activation == Activation::kRelu    ? Builtin::RELU
                     : activation == Activation::kRelu6 ? Builtin::RELU6
                                                        : Builtin::RELU_N1_TO_1;
    rectifier.inputs = op.outputs, rectifier.outputs = e.op(next).outputs, rectifier.source = e.op(next).source;
    e.replace(k, std::move(op));
    e.replace(next, std::move(rectifier));
    return true;
  }
  if (activation != Activation::kNone) op.set("fused_activation_function", static_cast<int64_t>(activation));
  e.absorb(k, next, std::move(op));
  return true;
}

/// The channel of the affine operator that weight i meets.
struct InputChannel {
  bool depthwise = false;
  size_t channels = 0, multiplier = 1;
  size_t operator()(size_t i) const { return depthwise ? i % (channels * multiplier) / multiplier : i % channels; }
};

/// x * s, then + t (which cannot go on): as x + t / s, then * s, which can. Returns whether it is so now.
bool swap_scale_and_offset(Editor& e, size_t add, const Affine& outer, int32_t channels) {
  const ir::Graph& graph = e.graph();
  const int32_t before = e.made_by(outer.x, Builtin::MUL);
  if (before < 0 || !outer.scale.empty() || !e.single(outer.x) || e.op(static_cast<size_t>(before)).activation() != Activation::kNone)
    return false;
  const auto inner = affine_of(graph, e.op(static_cast<size_t>(before)), channels);
  if (!inner) return false;
  std::vector<float> offset = outer.offset;
  for (size_t c = 0; c < offset.size(); ++c) {
    offset[c] /= inner->scale[c];
    if (!(offset[c] - offset[c] == 0)) return false;  // a scale of 0
  }
  Op first = e.op(static_cast<size_t>(before)), second = e.op(add);
  const std::string name = graph[second.inputs[second.inputs[0] == outer.x ? 1 : 0]].name;
  first.code = Builtin::ADD, second.code = Builtin::MUL;
  first.version = second.version = 0;
  second.inputs = {outer.x, first.inputs[first.inputs[0] == inner->x ? 1 : 0]};
  first.inputs = {inner->x, e.add_floats(name, {channels}, offset)};
  std::swap(first.source, second.source);
  e.replace(static_cast<size_t>(before), std::move(first));
  e.replace(add, std::move(second));
  return true;
}

/// The affine operator, perhaps a PAD, then op k.
bool fold_before(Editor& e, size_t k) {
  const ir::Graph& graph = e.graph();
  Op op = e.op(k);
  const auto w = weighted(graph, op);
  if (!w) return false;
  const int32_t weights = op.inputs[w->weights];
  const int32_t x = op.inputs[w->data];
  int32_t made = x;  // what the affine operator makes
  int32_t pad = -1;
  if (const int32_t p = e.made_by(x, Builtin::PAD); p >= 0 && e.single(x)) {
    // A PAD of the channels would shift them.
    const auto widths = int_values(graph, e.op(static_cast<size_t>(p)).input(1));
    if (!widths || widths->size() < 2 || widths->back() != 0 || (*widths)[widths->size() - 2] != 0) return false;
    pad = p, made = e.op(static_cast<size_t>(p)).input(0);
  }
  const int32_t maker = e.producer_index(made);
  if (maker < 0 || !e.single(made) || graph[made].dims.empty()) return false;
  const Op& before = e.op(static_cast<size_t>(maker));
  if (before.activation() != Activation::kNone) return false;
  const int32_t channels = graph[made].dims.back();
  const auto a = affine_of(graph, before, channels);
  if (!a || e.consumers(weights).size() > 1) return false;
  InputChannel channel;
  channel.channels = static_cast<size_t>(channels);
  channel.depthwise = w->channels_last;
  if (w->channels_last) {
    if (w->outputs % channels != 0) return false;
    channel.multiplier = static_cast<size_t>(w->outputs / channels);
  } else if (op.code == Builtin::FULLY_CONNECTED ? graph[weights].dims.back() % channels != 0 : graph[weights].dims.back() != channels) {
    return false;  // a row of the weights that does not start with channel 0; groups
  }
  const bool padded = pad >= 0 || (op.code != Builtin::FULLY_CONNECTED && (op.code == Builtin::TRANSPOSE_CONV || !reads_no_padding(graph, op)));
  if (!a->offset.empty() && padded) return swap_scale_and_offset(e, static_cast<size_t>(maker), *a, channels);

  std::vector<float> values = floats_of(graph, weights);
  if (!a->offset.empty()) {
    std::vector<double> sums(static_cast<size_t>(w->outputs));
    const size_t per_output = values.size() / sums.size();
    for (size_t i = 0; i < values.size(); ++i) {
      sums[w->channels_last ? i % sums.size() : i / per_output] += double{values[i]} * double{a->offset[channel(i)]};
    }
    std::vector<float> bias = bias_of(graph, op, *w);
    for (size_t o = 0; o < bias.size(); ++o) bias[o] = static_cast<float>(bias[o] + sums[o]);
    set_bias(e, op, *w, bias);
  }
  if (!a->scale.empty()) {
    for (size_t i = 0; i < values.size(); ++i) values[i] *= a->scale[channel(i)];
    set_weights(e, op, *w, values);
  }
  op.source = join_sources(before.source, op.source);
  const int32_t from = a->x;
  e.erase(static_cast<size_t>(maker));
  if (pad >= 0) {
    Op moved = e.op(static_cast<size_t>(pad));
    moved.inputs[0] = from;
    e.replace(static_cast<size_t>(pad), std::move(moved));
  } else {
    op.inputs[w->data] = from;
  }
  e.replace(k, std::move(op));
  return true;
}

/// (x * a + b) * c as x * (a * c) + b * c: one operator less, and the scale is where it can go on.
bool multiply_out(Editor& e, size_t k) {
  const ir::Graph& graph = e.graph();
  const Op op = e.op(k);
  if (op.code != Builtin::MUL || op.inputs.size() != 2 || op.outputs.size() != 1 || graph[op.outputs[0]].dims.empty()) return false;
  const int32_t channels = graph[op.outputs[0]].dims.back();
  const auto outer = affine_of(graph, op, channels);
  if (!outer || !e.single(outer->x)) return false;
  const int32_t add = e.made_by(outer->x, Builtin::ADD);
  if (add < 0 || e.op(static_cast<size_t>(add)).activation() != Activation::kNone) return false;
  const auto middle = affine_of(graph, e.op(static_cast<size_t>(add)), channels);
  if (!middle || !e.single(middle->x)) return false;
  const int32_t mul = e.made_by(middle->x, Builtin::MUL);
  if (mul < 0 || e.op(static_cast<size_t>(mul)).activation() != Activation::kNone) return false;
  const auto inner = affine_of(graph, e.op(static_cast<size_t>(mul)), channels);
  if (!inner) return false;
  std::vector<float> scale = inner->scale, offset = middle->offset;
  for (size_t c = 0; c < scale.size(); ++c) scale[c] *= outer->scale[c], offset[c] *= outer->scale[c];
  const auto constant = [&](const std::vector<float>& v, const std::string& name) {
    const bool one = std::all_of(v.begin(), v.end(), [&](float x) { return x == v[0]; });
    return e.add_floats(name, one ? ir::Dims{} : ir::Dims{channels}, std::span(v).first(one ? 1 : v.size()));
  };
  Op first = e.op(static_cast<size_t>(mul)), last = e.op(static_cast<size_t>(add));
  first.inputs = {inner->x, constant(scale, e.tensor(first.outputs[0]).name + "/scale")};
  last.inputs = {middle->x, constant(offset, e.tensor(last.outputs[0]).name + "/offset")};
  if (op.activation() != Activation::kNone) last.set("fused_activation_function", static_cast<int64_t>(op.activation()));
  e.replace(static_cast<size_t>(mul), std::move(first));
  e.absorb(static_cast<size_t>(add), k, std::move(last));
  return true;
}

/// x * (y * c), then operator k, with a constant c: as (x * y) * c, so that c goes into the weights of k.
bool pass_product(Editor& e, size_t k) {
  const ir::Graph& graph = e.graph();
  const Op op = e.op(k);
  const auto w = weighted(graph, op);
  if (!w || e.consumers(op.inputs[w->weights]).size() > 1) return false;
  const int32_t x = op.inputs[w->data], product = e.made_by(x, Builtin::MUL);
  if (product < 0 || !e.single(x) || graph[x].dims.empty()) return false;
  const int32_t channels = graph[x].dims.back();
  if (op.code != Builtin::DEPTHWISE_CONV_2D && graph[op.inputs[w->weights]].dims.back() % channels != 0) return false;
  Op both = e.op(static_cast<size_t>(product));
  if (both.inputs.size() != 2 || both.activation() != Activation::kNone) return false;
  for (int32_t& t : both.inputs) {
    const int32_t scaled = e.made_by(t, Builtin::MUL);
    if (scaled < 0 || !e.single(t) || graph[t].dims.empty() || graph[t].dims.back() != channels) continue;
    const Op& scaling = e.op(static_cast<size_t>(scaled));
    const auto a = affine_of(graph, scaling, channels);
    if (!a || scaling.activation() != Activation::kNone) continue;
    Op behind = scaling;
    const int32_t constant = scaling.inputs[scaling.inputs[0] == a->x ? 1 : 0];
    t = a->x;
    ir::Tensor between = e.tensor(x);
    between.name += "/product";
    both.outputs = {e.add(std::move(between))};
    behind.inputs = {both.outputs[0], constant}, behind.outputs = {x};
    e.erase(static_cast<size_t>(scaled));
    e.replace(static_cast<size_t>(product), std::move(both));
    e.append(std::move(behind));
    return true;
  }
  return false;
}

/// (x * a) * b, (x + a) + b: one operator with both constants.
bool join_affine(Editor& e, size_t k) {
  const ir::Graph& graph = e.graph();
  const Op& op = e.op(k);
  if ((op.code != Builtin::MUL && op.code != Builtin::ADD) || op.inputs.size() != 2 || op.outputs.size() != 1) return false;
  if (graph[op.outputs[0]].dims.empty()) return false;
  const int32_t channels = graph[op.outputs[0]].dims.back();
  const auto outer = affine_of(graph, op, channels);
  if (!outer) return false;
  const int32_t first = e.made_by(outer->x, op.code);
  if (first < 0 || !e.single(outer->x) || e.op(static_cast<size_t>(first)).activation() != Activation::kNone) return false;
  const auto inner = affine_of(graph, e.op(static_cast<size_t>(first)), channels);
  if (!inner) return false;
  const bool product = op.code == Builtin::MUL;
  std::vector<float> c = product ? inner->scale : inner->offset;
  for (size_t i = 0; i < c.size(); ++i) c[i] = product ? c[i] * outer->scale[i] : c[i] + outer->offset[i];
  const bool one = std::all_of(c.begin(), c.end(), [&](float v) { return v == c[0]; });
  if (one) c.resize(1);
  Op changed = op;
  const std::string name = e.tensor(op.inputs[op.inputs[0] == outer->x ? 1 : 0]).name;
  changed.inputs = {inner->x, e.add_floats(name, one ? ir::Dims{} : ir::Dims{channels}, c)};
  changed.source = join_sources(e.op(static_cast<size_t>(first)).source, op.source);
  e.replace(k, std::move(changed));
  e.erase(static_cast<size_t>(first));
  return true;
}

}  // namespace

bool fold_batch_norm(ir::Graph& graph, PassContext&) {
  Editor e(graph);
  const size_t count = e.size();
  for (size_t k = 0; k < count; ++k) {
    if (!e.alive(k)) continue;
    join_affine(e, k);
    multiply_out(e, k);
    pass_product(e, k);
    while (fold_before(e, k)) {
    }
    while (fold_behind(e, k)) {
    }
  }
  return e.finish();
}

}  // namespace midge
