// LSTM, GRU and RNN, unrolled: one copy of a step's operators for each step, exact, and without a state that would outlive the
// inference. LSTMs of the plain kind become UNIDIRECTIONAL_SEQUENCE_LSTM and GRUs with linear_before_reset Midge's
// UnidirectionalSequenceGru, whose states are variables: these live on from one inference to the next, until they are reset.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {
namespace {

constexpr int32_t kMostSteps = 512;  // unrolled
constexpr int32_t kRolledFrom = 4;   // shorter sequences are unrolled: they need no state

struct Cell {
  int32_t steps, batch, inputs, hidden, directions;
  std::vector<std::string> activations;  ///< of one direction
  float clip;
  bool batch_first;
};

int32_t activate(Lowering& l, const std::string& name, int32_t x) {
  if (name == "Sigmoid") return l.op(Builtin::LOGISTIC, {x});
  if (name == "Tanh") return l.op(Builtin::TANH, {x});
  if (name == "Relu") return l.op(Builtin::RELU, {x});
  l.refuse("activation '" + name + "' is not supported", "Sigmoid, Tanh and Relu are");
}

/// Row `d` of the first dimension, without it.
int32_t of_direction(Lowering& l, int32_t t, int32_t d) {
  std::vector<int32_t> begin(l.dims(t).size()), size = l.dims(t);
  begin[0] = d, size[0] = 1;
  const int32_t part = l.slice(t, begin, size);
  return l.reshape(part, {size.begin() + 1, size.end()});
}

/// Rows [from, from + n) of a matrix, or elements of a vector.
int32_t rows(Lowering& l, int32_t t, int32_t from, int32_t n) {
  if (t < 0) return -1;
  std::vector<int32_t> begin(l.dims(t).size()), size = l.dims(t);
  begin[0] = from, size[0] = n;
  return l.slice(t, begin, size);
}

int32_t zeros(Lowering& l, const Dims& dims) {
  ir::Tensor t;
  t.dims = dims;
  return l.floats(dims, std::vector<float>(static_cast<size_t>(t.count())));
}

Cell cell_of(Lowering& l, int32_t gates, const std::vector<std::string>& defaults) {
  const int32_t x = l.in(0), w = l.in(1), r = l.in(2);
  if (l.rank(x) != 3 || l.rank(w) != 3 || l.rank(r) != 3) l.refuse("its inputs have wrong ranks", "the file is damaged");
  Cell c;
  c.batch_first = l.node().integer("layout", 0) != 0;
  c.steps = l.dim(x, c.batch_first ? 1 : 0), c.batch = l.dim(x, c.batch_first ? 0 : 1), c.inputs = l.dim(x, 2);
  c.directions = l.dim(w, 0), c.hidden = l.dim(r, 2);
  const std::string direction = l.node().text("direction", "forward");
  if (c.directions != (direction == "bidirectional" ? 2 : 1) || l.dim(w, 1) != gates * c.hidden || l.dim(w, 2) != c.inputs ||
      l.dim(r, 0) != c.directions || l.dim(r, 1) != gates * c.hidden) {
    l.refuse("its weights do not fit its input", "the file is damaged");
  }
  if (l.has(4)) {
    const Ints lengths = l.ints_in(4, "sequence_lens");
    if (std::any_of(lengths.begin(), lengths.end(), [&](int64_t n) { return n != c.steps; })) l.refuse("its sequences differ in length");
  }
  c.activations = l.node().strings("activations");
  if (c.activations.empty()) c.activations = defaults;
  const size_t each = defaults.size();
  if (c.activations.size() != each * (c.activations.size() > each ? static_cast<size_t>(c.directions) : 1))
    l.refuse("it has a wrong number of activations");
  if (c.activations.size() > each) {
    if (!std::equal(c.activations.begin(), c.activations.begin() + static_cast<int64_t>(each), c.activations.begin() + static_cast<int64_t>(each))) {
      l.refuse("its directions have different activations");
    }
    c.activations.resize(each);
  }
  c.clip = l.node().real("clip", 0);
  if (c.steps > kMostSteps)
    l.refuse(fmt::format("it has {} steps; at most {} can be imported", c.steps, kMostSteps), "shorten the sequence");
  return c;
}

struct State {
  int32_t h, c = -1;
};
struct Gates {
  int32_t w, r, wb, rb;  ///< of one direction; biases -1 where there are none
};

int32_t clip(Lowering& l, const Cell& c, int32_t t) {
  if (c.clip <= 0) return t;
  return l.op(Builtin::MINIMUM, {l.op(Builtin::MAXIMUM, {t, l.scalar(-c.clip)}), l.scalar(c.clip)});
}

int32_t connect(Lowering& l, int32_t x, int32_t w, int32_t b) { return l.op(Builtin::FULLY_CONNECTED, {x, w, b}); }

/// The step's part of the products with all inputs at once.
int32_t step_of(Lowering& l, int32_t all, const Cell& c, int32_t t) {
  const int32_t width = l.dim(all, 1);
  return l.slice(all, {t * c.batch, 0}, {c.batch, width});
}

int32_t columns(Lowering& l, int32_t t, int32_t from, int32_t n) { return l.slice(t, {0, from}, {l.dim(t, 0), n}); }

int32_t joined_bias(Lowering& l, const Gates& g) { return g.wb < 0 ? -1 : l.add(g.wb, g.rb); }

using Step = State (*)(Lowering&, const Cell&, const Gates&, const State&, int32_t products, int32_t peepholes);

State lstm_step(Lowering& l, const Cell& c, const Gates& g, const State& s, int32_t products, int32_t p) {
  const int32_t n = c.hidden;
  const int32_t sums = l.add(products, connect(l, s.h, g.r, -1));
  const auto gate = [&](int32_t i, int32_t peep, int32_t state) {  // in the order i, o, f, c
    int32_t v = columns(l, sums, i * n, n);
    if (p >= 0 && peep >= 0) v = l.add(v, l.mul(rows(l, p, peep * n, n), state));
    return activate(l, c.activations[i == 3 ? 1 : 0], clip(l, c, v));
  };
  const int32_t i = gate(0, 0, s.c), f = l.node().integer("input_forget", 0) != 0 ? l.sub(l.scalar(1), i) : gate(2, 2, s.c);
  const int32_t cell = l.add(l.mul(f, s.c), l.mul(i, gate(3, -1, -1)));
  const int32_t o = gate(1, 1, cell);
  return {l.mul(o, activate(l, c.activations[2], cell)), cell};
}

State gru_step(Lowering& l, const Cell& c, const Gates& g, const State& s, int32_t products, int32_t) {
  const int32_t n = c.hidden;
  const bool before = l.node().integer("linear_before_reset", 0) != 0;
  const auto part = [&](int32_t i) { return columns(l, products, i * n, n); };  // in the order z, r, h
  const auto recurrent = [&](int32_t i, int32_t h) { return connect(l, h, rows(l, g.r, i * n, n), rows(l, g.rb, i * n, n)); };
  const int32_t z = activate(l, c.activations[0], clip(l, c, l.add(part(0), recurrent(0, s.h))));
  const int32_t r = activate(l, c.activations[0], clip(l, c, l.add(part(1), recurrent(1, s.h))));
  const int32_t hidden = before ? l.mul(r, recurrent(2, s.h)) : recurrent(2, l.mul(r, s.h));
  const int32_t h = activate(l, c.activations[1], clip(l, c, l.add(part(2), hidden)));
  return {l.add(l.mul(l.sub(l.scalar(1), z), h), l.mul(z, s.h))};
}

State rnn_step(Lowering& l, const Cell& c, const Gates& g, const State& s, int32_t products, int32_t) {
  return {activate(l, c.activations[0], clip(l, c, l.add(products, connect(l, s.h, g.r, g.rb))))};
}

/// A variable of zeros.
int32_t state_variable(Lowering& l, const Dims& dims) {
  ir::Tensor t;
  t.name = fmt::format("{}/state{}", l.node().describe(), l.graph().tensors.size());
  t.dims = dims, t.is_variable = true;
  return l.graph().add(std::move(t));
}

/// [batch, steps, hidden] from [batch, steps, inputs]; -1 where the kernel does not do it.
int32_t rolled(Lowering& l, const Cell& c, const Gates& g, int32_t x, bool plain) {
  const std::string& type = l.node().type;
  if (!plain || c.steps < kRolledFrom || c.clip > 0 || type == "RNN" || !l.constant(g.w) || !l.constant(g.r)) return -1;
  const int32_t n = c.hidden;
  ir::Op op;
  if (type == "LSTM") {
    if (c.activations != std::vector<std::string>{"Sigmoid", "Tanh", "Tanh"} || l.node().integer("input_forget", 0) != 0) return -1;
    const int32_t bias = g.wb < 0 ? zeros(l, {4 * n}) : joined_bias(l, g);
    if (!l.constant(bias)) return -1;
    constexpr int32_t kOrder[] = {0, 2, 3, 1};  // i, f, c, o out of ONNX's i, o, f, c
    op.code = Builtin::UNIDIRECTIONAL_SEQUENCE_LSTM;
    op.inputs.assign(24, -1);
    op.inputs[0] = x;
    for (size_t k = 0; k < 4; ++k) {
      op.inputs[1 + k] = rows(l, g.w, kOrder[k] * n, n), op.inputs[5 + k] = rows(l, g.r, kOrder[k] * n, n);
      op.inputs[12 + k] = rows(l, bias, kOrder[k] * n, n);
    }
    op.inputs[18] = state_variable(l, {c.batch, n}), op.inputs[19] = state_variable(l, {c.batch, n});
    op.set("fused_activation_function", static_cast<int64_t>(Activation::kTanh));
  } else {
    if (c.activations != std::vector<std::string>{"Sigmoid", "Tanh"} || l.node().integer("linear_before_reset", 0) == 0) return -1;
    op.code = Builtin::CUSTOM, op.custom_name = "UnidirectionalSequenceGru";
    const int32_t wb = g.wb < 0 ? zeros(l, {3 * n}) : g.wb, rb = g.rb < 0 ? zeros(l, {3 * n}) : g.rb;
    if (!l.constant(wb) || !l.constant(rb)) return -1;
    op.inputs = {x, g.w, g.r, wb, rb, state_variable(l, {c.batch, n})};
  }
  l.warn("onnx-state", "its state lives on from one inference to the next", "reset the variables before each new sequence");
  return l.add_op(std::move(op), {Type::kFloat32});
}

void recurrent(Lowering& l, int32_t gates, const std::vector<std::string>& activations, Step step, bool has_cell) {
  const Cell c = cell_of(l, gates, activations);
  const bool reversed_only = l.node().text("direction", "forward") == "reverse";
  const int32_t batch_major = c.batch_first ? l.in(0) : l.transpose(l.in(0), {1, 0, 2});
  // PyTorch's exporters write the zeros from which an LSTM starts.
  const auto from_zero = [&](size_t i) {
    if (!l.has(i)) return true;
    if (!l.constant(l.in(i))) return false;
    const std::vector<float> v = l.floats(l.in(i), "initial state");
    return std::all_of(v.begin(), v.end(), [](float f) { return f == 0; });
  };
  const bool plain = from_zero(5) && !(has_cell && (!from_zero(6) || l.has(7) || l.wants(2)));
  std::vector<int32_t> sequences, last_h, last_c;  // a direction each
  for (int32_t d = 0; d < c.directions; ++d) {
    const bool reversed = reversed_only || d == 1;
    Gates g = {of_direction(l, l.in(1), d), of_direction(l, l.in(2), d), -1, -1};
    if (l.has(3)) {
      const int32_t b = of_direction(l, l.in(3), d);
      g.wb = rows(l, b, 0, gates * c.hidden), g.rb = rows(l, b, gates * c.hidden, gates * c.hidden);
    }
    const auto turned = [&](int32_t t) { return reversed ? l.op(Builtin::REVERSE_V2, {t, l.int32s({1})}) : t; };
    int32_t y = plain && c.steps >= kRolledFrom ? rolled(l, c, g, turned(batch_major), plain) : -1;
    if (y >= 0) {
      last_h.push_back(l.reshape(l.slice(y, {0, c.steps - 1, 0}, {c.batch, 1, c.hidden}), {c.batch, 1, c.hidden}));
      sequences.push_back(turned(y));
      continue;
    }
    const int32_t flat = l.reshape(l.transpose(batch_major, {1, 0, 2}), {c.steps * c.batch, c.inputs});
    const int32_t products = connect(l, flat, g.w, has_cell ? joined_bias(l, g) : g.wb);
    const auto initial = [&](size_t i) {
      if (!l.has(i)) return zeros(l, {c.batch, c.hidden});
      const int32_t t = c.batch_first ? l.transpose(l.in(i), {1, 0, 2}) : l.in(i);
      return of_direction(l, t, d);
    };
    State s = {initial(5), has_cell ? initial(6) : -1};
    const int32_t peepholes = has_cell && l.has(7) ? of_direction(l, l.in(7), d) : -1;
    std::vector<int32_t> outs(static_cast<size_t>(c.steps));
    for (int32_t i = 0; i < c.steps; ++i) {
      const int32_t t = reversed ? c.steps - 1 - i : i;
      s = step(l, c, g, s, step_of(l, products, c, t), peepholes);
      outs[static_cast<size_t>(t)] = l.reshape(s.h, {c.batch, 1, c.hidden});
    }
    last_h.push_back(l.reshape(s.h, {c.batch, 1, c.hidden}));
    if (has_cell) last_c.push_back(l.reshape(s.c, {c.batch, 1, c.hidden}));
    if (l.wants(0)) sequences.push_back(l.concat(outs, 1));
  }
  // Y is [steps, directions, batch, hidden], or [batch, steps, directions, hidden]; the last states [directions, batch, hidden] or likewise.
  const auto finish_state = [&](const std::vector<int32_t>& states) {
    const int32_t all = l.concat(states, 1);
    return c.batch_first ? all : l.transpose(all, {1, 0, 2});
  };
  if (l.wants(0)) {
    std::vector<int32_t> parts;
    for (const int32_t y : sequences) parts.push_back(l.reshape(y, {c.batch, c.steps, 1, c.hidden}));
    const int32_t all = l.concat(parts, 2);
    l.out(0, c.batch_first ? all : l.transpose(all, {1, 2, 0, 3}));
  }
  if (l.wants(1)) l.out(1, finish_state(last_h));
  if (has_cell && l.wants(2)) l.out(2, finish_state(last_c));
}

}  // namespace

void op_lstm(Lowering& l) { recurrent(l, 4, {"Sigmoid", "Tanh", "Tanh"}, lstm_step, true); }
void op_gru(Lowering& l) { recurrent(l, 3, {"Sigmoid", "Tanh"}, gru_step, false); }
void op_rnn(Lowering& l) { recurrent(l, 1, {"Tanh"}, rnn_step, false); }

}  // namespace midge::onnx
