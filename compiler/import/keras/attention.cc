// Attention: softmax(q k^T) v, written with matrix products, softmax and transpositions.
//
// A causal mask is a constant that is added to the scores. kHidden is far enough below them that exp() gives 0.
#include <algorithm>
#include <cmath>

#include "compiler/import/keras/lowering.h"

namespace midge::keras {
namespace {

constexpr float kHidden = -1e4f;
constexpr size_t kByName = 64;  // a place that no argument has

bool asked(Lowering& l, const char* name) {
  const Json& a = l.argument(kByName, name);
  return a.is_boolean() && a.get<bool>();
}

/// The distribution over the keys, from scores of [..., queries, keys].
int32_t distribution(Lowering& l, int32_t scores) {
  const auto rank = static_cast<size_t>(l.rank(scores));
  if (asked(l, "use_causal_mask") || l.flag("causal", false)) {  // older versions have it in the configuration
    const int32_t queries = l.dim(scores, rank - 2), keys = l.dim(scores, rank - 1);
    std::vector<float> mask;
    for (int32_t q = 0; q < queries; ++q) {
      for (int32_t k = 0; k < keys; ++k) mask.push_back(k > q ? kHidden : 0.0f);
    }
    scores = l.add(scores, l.floats({queries, keys}, mask));
  }
  return l.op(Builtin::SOFTMAX, {scores}, {{"beta", 1.0}});
}

int32_t product(Lowering& l, int32_t a, int32_t b, bool turn_b) {
  return l.op(Builtin::BATCH_MATMUL, {a, b}, {{"adj_x", int64_t{0}}, {"adj_y", int64_t{turn_b}}});
}

/// A weight as a matrix: [in, heads, size] as [in, heads * size], [heads, size, out] as [heads * size, out].
Array matrix(Array a, int32_t rows, int32_t columns) {
  a.dims = {rows, columns};
  return a;
}

void refuse_masks(Lowering& l) {
  for (const char* name : {"mask", "attention_mask", "query_mask", "value_mask", "key_mask"}) {
    const Json& a = l.argument(kByName, name);
    const bool none = a.is_null() || (a.is_array() && std::all_of(a.begin(), a.end(), [](const Json& m) { return m.is_null(); }));
    if (!none) l.refuse("it has a mask", "leave the mask out; use_causal_mask can be imported");
  }
}

struct Operands {
  int32_t query, value, key;
};

/// From the list [query, value, key], where the key is the value if it is not there.
Operands listed_operands(Lowering& l) {
  refuse_masks(l);
  const size_t n = l.layer().inputs.size();
  if (n < 2 || n > 3) l.refuse("it needs a query, a value and perhaps a key", "the file is damaged");
  const Operands o = {l.in(0), l.in(1), l.in(n - 1)};
  l.require_rank(o.query, 3), l.require_rank(o.value, 3), l.require_rank(o.key, 3);
  return o;
}

void finish(Lowering& l, int32_t weights, int32_t value) {
  l.out(product(l, weights, value, false));
  if (asked(l, "return_attention_scores")) l.out(weights);
}

}  // namespace

void layer_multi_head_attention(Lowering& l) {
  refuse_masks(l);
  if (l.flag("use_gate", false) || !l.value("sliding_window").is_null() || !l.value("output_shape").is_null())
    l.refuse("it has use_gate, sliding_window or output_shape", "leave these out");
  const int32_t q = l.tensor_argument(0, "query"), v = l.tensor_argument(1, "value");
  int32_t k = l.tensor_argument(2, "key");
  if (q < 0 || v < 0) l.refuse("it has no query or value", "the file is damaged");
  if (k < 0) k = v;
  l.require_rank(q, 3), l.require_rank(v, 3), l.require_rank(k, 3);
  const int32_t heads = l.sizes("num_heads", 1, 1)[0], key_size = l.sizes("key_dim", 1, 1)[0];
  const int32_t value_size = l.value("value_dim").is_null() ? key_size : l.sizes("value_dim", 1, 1)[0];
  const bool biased = l.flag("use_bias", true);
  const int32_t batch = l.dim(q, 0), queries = l.dim(q, 1), out = l.dim(q, 2);
  // As [batch, heads, time, size].
  const auto projected = [&](int32_t x, int32_t size) {
    const Array w = matrix(l.weight({l.dim(x, 2), heads, size}), l.dim(x, 2), heads * size);
    const std::vector<float> b = biased ? l.weight({heads, size}).values : std::vector<float>();
    return l.transpose(l.reshape(l.dense(x, w, b), {batch, l.dim(x, 1), heads, size}), {0, 2, 1, 3});
  };
  // In the order of their weights.
  const int32_t query = projected(q, key_size), keys = projected(k, key_size), values = projected(v, value_size);
  const int32_t scaled = l.mul(query, l.scalar(1 / std::sqrt(static_cast<double>(key_size))));
  const int32_t weights = distribution(l, product(l, scaled, keys, true));
  const int32_t mixed = l.transpose(product(l, weights, values, false), {0, 2, 1, 3});
  const Array w = matrix(l.weight({heads, value_size, out}), heads * value_size, out);
  const std::vector<float> b = biased ? l.weight({out}).values : std::vector<float>();
  l.out(l.dense(l.reshape(mixed, {batch, queries, heads * value_size}), w, b));
  if (asked(l, "return_attention_scores")) l.out(weights);
}

void layer_attention(Lowering& l) {
  const Operands o = listed_operands(l);
  if (l.text("score_mode", "dot") != "dot") l.refuse("its score_mode is not dot", "use dot");
  int32_t scores = product(l, o.query, o.key, true);
  if (l.flag("use_scale", false)) scores = l.mul(scores, l.floats(l.weight({})));
  finish(l, distribution(l, scores), o.value);
}

void layer_additive_attention(Lowering& l) {
  const Operands o = listed_operands(l);
  const int32_t batch = l.dim(o.query, 0), queries = l.dim(o.query, 1), keys = l.dim(o.key, 1), size = l.dim(o.query, 2);
  const int32_t sum = l.add(l.reshape(o.query, {batch, queries, 1, size}), l.reshape(o.key, {batch, 1, keys, l.dim(o.key, 2)}));
  int32_t each = l.op(Builtin::TANH, {sum});
  if (l.flag("use_scale", true)) each = l.mul(each, l.floats(l.weight({size})));
  finish(l, distribution(l, l.reduce(Builtin::SUM, each, {3}, false)), o.value);
}

}  // namespace midge::keras
