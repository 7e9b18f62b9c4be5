// Operators that only move elements, of any type: RESHAPE and its kin, CONCATENATION, PAD, TRANSPOSE.
#include <algorithm>

#include "compiler/execute/executor.h"
#include "compiler/execute/kernels/kernels.h"

namespace midge {
namespace {

constexpr size_t kWorthAThread = 64 * 1024;  ///< bytes

bool movable(const ir::Graph& graph, const ir::Op& op) {
  const ir::Tensor& out = graph[op.outputs[0]];
  const int32_t in = op.input(0);
  return in >= 0 && !graph[in].is_variable && graph[in].type == out.type && type_bits(out.type) >= 8 && out.count() >= 1;
}

class Copy : public OpKernel {
 public:
  explicit Copy(size_t bytes) : bytes_(bytes) {}
  void run(const OpValues& v) override {
    parallel_for(v.samples, kWorthAThread / bytes_ + 1, [&](size_t begin, size_t end) {
      std::memcpy(v.outputs[0] + begin * bytes_, v.inputs[0] + begin * bytes_, (end - begin) * bytes_);
    });
  }

 private:
  size_t bytes_;
};

class Concatenation : public OpKernel {
 public:
  struct Part {
    size_t bytes;   ///< of one step of the outer dimensions
    bool constant;  ///< the same for all samples
  };
  Concatenation(std::vector<Part> parts, size_t outer) : parts_(std::move(parts)), outer_(outer) {
    for (const Part& p : parts_) row_ += p.bytes;
  }
  void run(const OpValues& v) override {
    parallel_for(v.samples * outer_, kWorthAThread / row_ + 1, [&](size_t begin, size_t end) {
      for (size_t r = begin; r < end; ++r) {
        uint8_t* to = v.outputs[0] + r * row_;
        for (size_t i = 0; i < parts_.size(); ++i) {
          std::memcpy(to, v.inputs[i] + (parts_[i].constant ? r % outer_ : r) * parts_[i].bytes, parts_[i].bytes);
          to += parts_[i].bytes;
        }
      }
    });
  }

 private:
  std::vector<Part> parts_;
  size_t outer_, row_ = 0;
};

class Pad : public OpKernel {
 public:
  Pad(ir::Dims in, ir::Dims out, std::vector<int32_t> before, size_t element)
      : in_(std::move(in)), out_(std::move(out)), before_(std::move(before)) {
    in_bytes_.assign(in_.size() + 1, element), out_bytes_ = in_bytes_;
    for (size_t d = in_.size(); d-- > 0;) {
      in_bytes_[d] = in_bytes_[d + 1] * static_cast<size_t>(in_[d]);
      out_bytes_[d] = out_bytes_[d + 1] * static_cast<size_t>(out_[d]);
    }
  }
  void run(const OpValues& v) override {
    parallel_for(v.samples, kWorthAThread / out_bytes_[0] + 1, [&](size_t begin, size_t end) {
      std::memset(v.outputs[0] + begin * out_bytes_[0], 0, (end - begin) * out_bytes_[0]);
      for (size_t s = begin; s < end; ++s) place(0, v.inputs[0] + s * in_bytes_[0], v.outputs[0] + s * out_bytes_[0]);
    });
  }

 private:
  void place(size_t d, const uint8_t* in, uint8_t* out) const {
    if (d == in_.size()) {
      std::memcpy(out, in, in_bytes_[d]);
      return;
    }
    out += static_cast<size_t>(before_[d]) * out_bytes_[d + 1];
    if (in_bytes_[d + 1] == out_bytes_[d + 1]) {  // nothing is added further in
      std::memcpy(out, in, in_bytes_[d]);
      return;
    }
    for (int32_t i = 0; i < in_[d]; ++i)
      place(d + 1, in + static_cast<size_t>(i) * in_bytes_[d + 1], out + static_cast<size_t>(i) * out_bytes_[d + 1]);
  }

  ir::Dims in_, out_;
  std::vector<int32_t> before_;
  std::vector<size_t> in_bytes_, out_bytes_;  ///< of a slice from each dimension on
};

class Transpose : public OpKernel {
 public:
  Transpose(ir::Dims out, std::vector<size_t> steps, size_t element, size_t bytes)
      : out_(std::move(out)), steps_(std::move(steps)), element_(element), bytes_(bytes) {}
  void run(const OpValues& v) override {
    parallel_for(v.samples, kWorthAThread / bytes_ + 1, [&](size_t begin, size_t end) {
      for (size_t s = begin; s < end; ++s) {
        uint8_t* out = v.outputs[0] + s * bytes_;
        move(0, v.inputs[0] + s * bytes_, out);
      }
    });
  }

 private:
  void move(size_t d, const uint8_t* in, uint8_t*& out) const {
    const size_t n = static_cast<size_t>(out_[d]), step = steps_[d];
    if (d + 1 < out_.size()) {
      for (size_t i = 0; i < n; ++i) move(d + 1, in + i * step, out);
      return;
    }
    if (step == element_) {
      std::memcpy(out, in, n * element_);
    } else if (element_ == sizeof(float)) {
      for (size_t i = 0; i < n; ++i) std::memcpy(out + i * sizeof(float), in + i * step, sizeof(float));
    } else {
      for (size_t i = 0; i < n; ++i) std::memcpy(out + i * element_, in + i * step, element_);
    }
    out += n * element_;
  }

  ir::Dims out_;
  std::vector<size_t> steps_;  ///< bytes in the input for a step of each output dimension
  size_t element_, bytes_;
};

}  // namespace

std::unique_ptr<OpKernel> make_copy(const ir::Graph& graph, const ir::Op& op) {
  if (!movable(graph, op) || graph[op.input(0)].constant() || graph[op.input(0)].count() != graph[op.outputs[0]].count()) return nullptr;
  return std::make_unique<Copy>(graph[op.outputs[0]].bytes());
}

std::unique_ptr<OpKernel> make_concatenation(const ir::Graph& graph, const ir::Op& op) {
  if (!movable(graph, op)) return nullptr;
  const ir::Tensor& out = graph[op.outputs[0]];
  const int64_t rank = static_cast<int64_t>(out.dims.size());
  int64_t axis = op.integer("axis");
  if (axis < 0) axis += rank;
  if (axis < 0 || axis >= rank) return nullptr;
  if (op.activation() != Activation::kNone) return nullptr;
  size_t outer = 1, bytes = 0;
  for (int64_t d = 0; d < axis; ++d) outer *= static_cast<size_t>(out.dims[static_cast<size_t>(d)]);
  std::vector<Concatenation::Part> parts;
  for (const int32_t i : op.inputs) {
    if (i < 0 || graph[i].type != out.type || graph[i].is_variable || graph[i].bytes() % outer != 0) return nullptr;
    parts.push_back({graph[i].bytes() / outer, graph[i].constant()});
    bytes += graph[i].bytes();
  }
  if (bytes != out.bytes()) return nullptr;
  return std::make_unique<Concatenation>(std::move(parts), outer);
}

std::unique_ptr<OpKernel> make_pad(const ir::Graph& graph, const ir::Op& op) {
  const auto amounts = constant_integers(graph, op, 1);
  if (!movable(graph, op) || graph[op.input(0)].constant() || !amounts) return nullptr;
  const ir::Dims &in = graph[op.input(0)].dims, &out = graph[op.outputs[0]].dims;
  if (amounts->size() != 2 * in.size() || out.size() != in.size()) return nullptr;
  std::vector<int32_t> before;
  for (size_t d = 0; d < in.size(); ++d) {
    const int32_t b = (*amounts)[2 * d], a = (*amounts)[2 * d + 1];
    if (b < 0 || a < 0 || int64_t{in[d]} + b + a != out[d]) return nullptr;
    before.push_back(b);
  }
  return std::make_unique<Pad>(in, out, std::move(before), type_bytes(graph[op.input(0)].type));
}

std::unique_ptr<OpKernel> make_transpose(const ir::Graph& graph, const ir::Op& op) {
  const auto order = constant_integers(graph, op, 1);
  if (!movable(graph, op) || graph[op.input(0)].constant() || !order) return nullptr;
  const ir::Dims &in = graph[op.input(0)].dims, &out = graph[op.outputs[0]].dims;
  const size_t rank = in.size(), element = type_bytes(graph[op.input(0)].type);
  if (rank == 0 || order->size() != rank || out.size() != rank) return nullptr;
  std::vector<size_t> in_steps(rank, element), steps;
  for (size_t d = rank - 1; d-- > 0;) in_steps[d] = in_steps[d + 1] * static_cast<size_t>(in[d + 1]);
  std::vector<bool> used(rank);
  for (size_t d = 0; d < rank; ++d) {
    const int32_t from = (*order)[d];
    if (from < 0 || static_cast<size_t>(from) >= rank || used[static_cast<size_t>(from)] || in[static_cast<size_t>(from)] != out[d])
      return nullptr;
    used[static_cast<size_t>(from)] = true;
    steps.push_back(in_steps[static_cast<size_t>(from)]);
  }
  return std::make_unique<Transpose>(out, std::move(steps), element, graph[op.outputs[0]].bytes());
}

}  // namespace midge
