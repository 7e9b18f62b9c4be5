// Products of matrices. With a constant second operand FULLY_CONNECTED, whose weights lie as [outputs, inputs]; else BATCH_MATMUL.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/import/onnx/matmul.h"

namespace midge::onnx {
namespace {

int32_t swap_last(Lowering& l, int32_t t) {
  std::vector<int32_t> turn(l.dims(t).size());
  for (size_t i = 0; i < turn.size(); ++i) turn[i] = static_cast<int32_t>(i);
  std::swap(turn[turn.size() - 1], turn[turn.size() - 2]);
  return l.transpose(t, turn);
}

int32_t connect(Lowering& l, int32_t a, int32_t weights, int32_t bias) {
  Options options;
  if (l.rank(a) > 2) options["keep_num_dims"] = int64_t{1};
  return l.op(Builtin::FULLY_CONNECTED, {a, weights, bias}, options);
}

int32_t scaled(Lowering& l, int32_t t, float by) { return by == 1 ? t : l.mul(t, l.scalar(by)); }

}  // namespace

int32_t matmul(Lowering& l, int32_t a, int32_t b) {
  if (l.rank(a) < 1 || l.rank(b) < 1) l.refuse("an operand is a scalar", "the file is damaged");
  if (!l.is_float(a) || !l.is_float(b)) l.refuse("it multiplies integers", "only float matrices can be multiplied");
  const bool row = l.rank(a) == 1, column = l.rank(b) == 1;
  if (row) a = l.reshape(a, {1, l.dim(a, 0)});
  if (column) b = l.reshape(b, {l.dim(b, 0), 1});
  if (l.dims(a).back() != l.dim(b, l.dims(b).size() - 2)) {
    l.refuse(fmt::format("{} and {} do not fit", ir::type_and_dims(l.at(a)), ir::type_and_dims(l.at(b))), "the file is damaged");
  }
  int32_t y;
  if (l.rank(b) == 2 && l.constant(b)) {
    y = connect(l, a, swap_last(l, b), -1);
  } else {
    y = l.op(Builtin::BATCH_MATMUL, {a, b});
  }
  Dims dims = l.dims(y);
  if (row) dims.erase(dims.end() - 2);
  if (column) dims.pop_back();
  return l.reshape(y, dims);
}

void op_matmul(Lowering& l) { l.out(0, matmul(l, l.in(0), l.in(1))); }

int32_t gemm(Lowering& l, int32_t a, int32_t b, int32_t c) {
  const float alpha = l.node().real("alpha", 1), beta = l.node().real("beta", 1);
  if (l.rank(a) != 2 || l.rank(b) != 2) l.refuse("an operand is no matrix", "the file is damaged");
  if (!l.is_float(a) || !l.is_float(b)) l.refuse("it multiplies integers", "only float matrices can be multiplied");
  if (l.node().integer("transA", 0) != 0) a = swap_last(l, a);
  const bool turned = l.node().integer("transB", 0) != 0;
  int32_t y, rest = c < 0 || beta == 0 ? -1 : scaled(l, c, beta);
  if (l.constant(b)) {
    const int32_t weights = scaled(l, turned ? b : swap_last(l, b), alpha);
    const int32_t outs = l.dim(weights, 0);
    int32_t bias = -1;
    const bool vector = rest >= 0 && l.constant(rest) && (l.rank(rest) < 2 || l.dim(rest, 0) == 1);
    if (vector && l.at(rest).count() == outs) bias = l.reshape(rest, {outs}), rest = -1;
    if (vector && rest >= 0 && l.at(rest).count() == 1) bias = l.broadcast(l.reshape(rest, {1}), {outs}), rest = -1;
    y = connect(l, a, weights, bias);
  } else {
    y = scaled(l, l.op(Builtin::BATCH_MATMUL, {a, turned ? swap_last(l, b) : b}), alpha);
  }
  return rest < 0 ? y : l.add(y, rest);
}

void op_gemm(Lowering& l) { l.out(0, gemm(l, l.in(0), l.in(1), l.has(2) ? l.in(2) : -1)); }

namespace {

/// A tensor with a letter for each dimension.
struct Lettered {
  int32_t t;
  std::string letters;
};

int32_t size_of(Lowering& l, const Lettered& x, char c) { return l.dim(x.t, x.letters.find(c)); }

/// With its dimensions in the order of `letters`.
Lettered ordered(Lowering& l, const Lettered& x, const std::string& letters) {
  std::vector<int32_t> turn;
  for (const char c : letters) turn.push_back(static_cast<int32_t>(x.letters.find(c)));
  return {l.transpose(x.t, turn), letters};
}

/// Summed over the letters that neither `keep` nor `more` have.
Lettered summed(Lowering& l, const Lettered& x, const std::string& keep) {
  std::vector<int32_t> axes;
  std::string left;
  for (size_t i = 0; i < x.letters.size(); ++i) {
    if (keep.find(x.letters[i]) == std::string::npos) {
      axes.push_back(static_cast<int32_t>(i));
    } else {
      left += x.letters[i];
    }
  }
  return axes.empty() ? x : Lettered{l.reduce(Builtin::SUM, x.t, axes, false), left};
}

Lettered product(Lowering& l, Lettered a, Lettered b, const std::string& later) {
  a = summed(l, a, b.letters + later), b = summed(l, b, a.letters + later);
  std::string batch, inner, left, right;
  for (const char c : a.letters) {
    const bool in_b = b.letters.find(c) != std::string::npos, kept = later.find(c) != std::string::npos;
    if (in_b && size_of(l, a, c) != size_of(l, b, c)) l.refuse(fmt::format("dimension '{}' has two sizes", c), "the file is damaged");
    (in_b ? (kept ? batch : inner) : left) += c;
  }
  for (const char c : b.letters) {
    if (a.letters.find(c) == std::string::npos) right += c;
  }
  Dims dims;
  const auto together = [&](const Lettered& x, const std::string& letters) {
    int32_t n = 1;
    for (const char c : letters) n *= size_of(l, x, c);
    return n;
  };
  for (const char c : batch + left) dims.push_back(size_of(l, a, c));
  for (const char c : right) dims.push_back(size_of(l, b, c));
  const int32_t x = l.reshape(ordered(l, a, batch + left + inner).t, {together(a, batch), together(a, left), together(a, inner)});
  const int32_t y = l.reshape(ordered(l, b, batch + inner + right).t, {together(a, batch), together(a, inner), together(b, right)});
  return {l.reshape(l.op(Builtin::BATCH_MATMUL, {x, y}), dims), batch + left + right};
}

}  // namespace

void op_einsum(Lowering& l) {
  std::string text = l.node().text("equation");
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  if (text.find('.') != std::string::npos) l.refuse("its equation has an ellipsis", "write the dimensions out");
  const size_t arrow = text.find("->");
  std::vector<std::string> terms(1);
  for (const char c : text.substr(0, arrow)) {
    if (c == ',') {
      terms.emplace_back();
    } else {
      terms.back() += c;
    }
  }
  std::string out;
  if (arrow != std::string::npos) {
    out = text.substr(arrow + 2);
  } else {  // the letters that appear once, in alphabetical order
    std::string joined = text;
    std::sort(joined.begin(), joined.end());
    for (const char c : joined) {
      if (c != ',' && std::count(joined.begin(), joined.end(), c) == 1) out += c;
    }
  }
  if (terms.size() != l.input_count()) l.refuse("its equation does not fit its inputs", "the file is damaged");
  for (size_t i = 0; i < terms.size(); ++i) {
    if (std::set<char>(terms[i].begin(), terms[i].end()).size() != terms[i].size()) l.refuse("its equation takes a diagonal");
    if (terms[i].size() != l.dims(l.in(i)).size() || !l.is_float(l.in(i)))
      l.refuse("its equation does not fit its inputs", "the file is damaged");
  }
  for (const char c : out) {
    if (std::none_of(terms.begin(), terms.end(), [&](const std::string& t) { return t.find(c) != std::string::npos; }))
      l.refuse("its equation makes a dimension out of nothing");
  }
  Lettered x{l.in(0), terms[0]};
  for (size_t i = 1; i < terms.size(); ++i) {
    std::string later = out;
    for (size_t k = i + 1; k < terms.size(); ++k) later += terms[k];
    x = product(l, x, {l.in(i), terms[i]}, later);
  }
  l.out(0, ordered(l, summed(l, x, out), out).t);
}

}  // namespace midge::onnx
