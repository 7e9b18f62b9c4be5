// Recurrent layers, unrolled into basic operators: the state begins with zeros at each run, as in Keras. The format's own LSTM keeps
// its state from one run to the next, which Keras does for stateful layers only.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/keras/lowering.h"

namespace midge::keras {
namespace {

constexpr int32_t kMostSteps = 512;

Array columns(const Array& a, int32_t first, int32_t count) {
  Array out;
  out.dims = {a.dims[0], count};
  for (int32_t r = 0; r < a.dims[0]; ++r) {
    const auto row = a.values.begin() + static_cast<std::ptrdiff_t>(r) * a.dims[1];
    out.values.insert(out.values.end(), row + first, row + first + count);
  }
  return out;
}

/// x as [batch, 1, features] at each step.
struct Sequence {
  int32_t batch, steps, units;
  bool reversed, all;
};

Sequence begin(Lowering& l) {
  l.require_rank(l.in(), 3);
  if (l.layer().inputs.size() > 1) l.refuse("it has an initial state", "only states that begin with zeros can be imported");
  if (l.flag("stateful", false))
    l.refuse("it is stateful", "build it with stateful=False; keep the state as an input and output of the model");
  if (l.flag("return_state", false)) l.refuse("it returns its state", "build it with return_state=False");
  if (l.flag("time_major", false)) l.refuse("it has time_major", "build it with time_major=False");
  const Sequence s = {l.dim(l.in(), 0), l.dim(l.in(), 1), l.sizes("units", 1, 1)[0], l.flag("go_backwards", false),
                      l.flag("return_sequences", false)};
  if (s.steps > kMostSteps) l.refuse(fmt::format("it has {} steps; at most {} are unrolled", s.steps, kMostSteps), "shorten the sequence");
  return s;
}

/// Runs step(part of x, index) over time; `projected` has the input's share of all steps.
template <class Step>
void over_time(Lowering& l, const Sequence& s, int32_t projected, Step step) {
  const int32_t width = l.dim(projected, 2);
  Tensors all;
  int32_t h = -1;
  for (int32_t i = 0; i < s.steps; ++i) {
    const int32_t at = s.reversed ? s.steps - 1 - i : i;
    const int32_t part = l.reshape(l.slice(projected, {0, at, 0}, {s.batch, 1, width}), {s.batch, width});
    h = step(part, h);
    if (s.all) all.push_back(l.reshape(h, {s.batch, 1, s.units}));
  }
  l.out(s.all ? l.concat(all, 1) : h);
}

}  // namespace

void layer_simple_rnn(Lowering& l) {
  const Sequence s = begin(l);
  const Array k = l.weight({l.dim(l.in(), 2), s.units}), r = l.weight({s.units, s.units});
  const std::vector<float> b = l.flag("use_bias", true) ? l.weight({s.units}).values : std::vector<float>();
  const Json activation = l.layer().config.value("activation", Json("tanh"));
  const int32_t recurrent = l.turned(r), shares = l.dense(l.in(), k, b);
  over_time(l, s, shares, [&](int32_t x, int32_t h) { return l.activate(h < 0 ? x : l.add(x, l.dense(h, recurrent, -1)), activation); });
}

void layer_lstm(Lowering& l) {
  const Sequence s = begin(l);
  const int32_t u = s.units;
  const Array k = l.weight({l.dim(l.in(), 2), 4 * u}), r = l.weight({u, 4 * u});
  const std::vector<float> b = l.flag("use_bias", true) ? l.weight({4 * u}).values : std::vector<float>();
  const Json activation = l.layer().config.value("activation", Json("tanh"));
  const Json gate = l.layer().config.value("recurrent_activation", Json("sigmoid"));
  int32_t c = -1;
  const int32_t recurrent = l.turned(r), shares = l.dense(l.in(), k, b);
  over_time(l, s, shares, [&](int32_t x, int32_t h) {
    const int32_t z = h < 0 ? x : l.add(x, l.dense(h, recurrent, -1));
    const auto part = [&](int32_t i) { return l.slice(z, {0, i * u}, {s.batch, u}); };
    const int32_t added = l.mul(l.activate(part(0), gate), l.activate(part(2), activation));
    c = c < 0 ? added : l.add(l.mul(l.activate(part(1), gate), c), added);
    return l.mul(l.activate(part(3), gate), l.activate(c, activation));
  });
}

void layer_gru(Lowering& l) {
  const Sequence s = begin(l);
  const int32_t u = s.units;
  const bool after = l.flag("reset_after", l.version() == 3);
  const Array k = l.weight({l.dim(l.in(), 2), 3 * u}), r = l.weight({u, 3 * u});
  std::vector<float> b, rb;
  if (l.flag("use_bias", true)) {
    const std::vector<float> both = l.weight(after ? Dims{2, 3 * u} : Dims{3 * u}).values;
    b.assign(both.begin(), both.begin() + 3 * u);
    if (after) rb.assign(both.begin() + 3 * u, both.end());
  }
  const Json activation = l.layer().config.value("activation", Json("tanh"));
  const Json gate = l.layer().config.value("recurrent_activation", Json("sigmoid"));
  const int32_t recurrent = l.turned(r), bias = rb.empty() ? -1 : l.floats({3 * u}, rb);
  const int32_t gates = l.turned(columns(r, 0, 2 * u)), candidate = l.turned(columns(r, 2 * u, u));
  const int32_t shares = l.dense(l.in(), k, b);
  over_time(l, s, shares, [&](int32_t x, int32_t h) {
    const auto part = [&](int32_t t, int32_t i, int32_t n) { return l.slice(t, {0, i * u}, {s.batch, n * u}); };
    // The first state is zero, but not its bias.
    if (h < 0) h = l.floats({s.batch, u}, std::vector<float>(static_cast<size_t>(s.batch) * static_cast<size_t>(u)));
    int32_t zr, proposed;
    if (after) {
      const int32_t inner = l.dense(h, recurrent, bias);
      zr = l.activate(l.add(part(x, 0, 2), part(inner, 0, 2)), gate);
      proposed = l.add(part(x, 2, 1), l.mul(part(zr, 1, 1), part(inner, 2, 1)));
    } else {
      zr = l.activate(l.add(part(x, 0, 2), l.dense(h, gates, -1)), gate);
      proposed = l.add(part(x, 2, 1), l.dense(l.mul(part(zr, 1, 1), h), candidate, -1));
    }
    const int32_t z = part(zr, 0, 1), next = l.activate(proposed, activation);
    return l.add(next, l.mul(z, l.sub(h, next)));  // z h + (1 - z) next
  });
}

void layer_bidirectional(Lowering& l) {
  const Json forward = l.value("layer");
  Json backward = l.value("backward_layer");
  const auto known = [](const Json& n) {
    const std::string type = n.is_object() && n.contains("class_name") && n["class_name"].is_string() ? n["class_name"] : "";
    return (type == "LSTM" || type == "GRU" || type == "SimpleRNN") && n.contains("config") && n["config"].is_object();
  };
  if (!known(forward)) l.refuse("it wraps another layer than LSTM, GRU and SimpleRNN", "use one of these");
  const bool reversed = forward["config"].value("go_backwards", Json(false)) == Json(true);
  if (backward.is_null()) backward = forward;
  if (!known(backward)) l.refuse("its backward layer is none of LSTM, GRU and SimpleRNN", "use one of these");
  backward["config"]["go_backwards"] = !reversed;
  std::vector<Array>& all = l.layer().weights;
  if (all.size() % 2 != 0) l.refuse("its weights do not come in pairs", "the file is damaged");
  const auto half = static_cast<std::ptrdiff_t>(all.size() / 2);
  const Tensors inputs = l.layer().inputs;
  const Tensors a = l.call(forward, {all.begin(), all.begin() + half}, inputs);
  const Tensors b = l.call(backward, {all.begin() + half, all.end()}, inputs);
  int32_t other = b.at(0);
  if (l.rank(other) == 3) other = l.op(Builtin::REVERSE_V2, {other, l.int32s({1})});
  const std::string mode = l.text("merge_mode", "");
  if (mode == "concat") return l.out(l.concat({a.at(0), other}, l.rank(other) - 1));
  if (mode == "sum") return l.out(l.add(a.at(0), other));
  if (mode == "mul") return l.out(l.mul(a.at(0), other));
  if (mode == "ave") return l.out(l.mul(l.add(a.at(0), other), l.scalar(0.5)));
  l.out(a.at(0)), l.out(other);
}

void layer_time_distributed(Lowering& l) {
  const int32_t x = l.in();
  if (l.rank(x) < 3) l.require_rank(x, 3);
  Dims folded = l.dims(x);
  const int32_t batch = folded[0], steps = folded[1];
  folded.erase(folded.begin());
  folded[0] = batch * steps;
  const Tensors made = l.call(l.value("layer"), l.layer().weights, {l.reshape(x, folded)});
  Dims to = l.dims(made.at(0));
  if (to.empty() || to[0] != batch * steps) l.refuse("its layer changes the batch", "use another layer");
  to[0] = steps;
  to.insert(to.begin(), batch);
  l.out(l.reshape(made[0], to));
}

}  // namespace midge::keras
