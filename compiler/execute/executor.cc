// See executor.h. Kernels are made once, in the constructor. run() gives each tensor a buffer when it is made and takes it back after
// its last reader.
//
// Without a visitor the samples are split over the threads, and each thread takes its own through the whole network, a few at a
// time: a layer's output is still in the core's cache when the next layer reads it. With a visitor all samples go through a layer
// before the next, since the visitor sees them together; then it is the kernels that split the work.
#include "compiler/execute/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "compiler/execute/buffers.h"
#include "compiler/execute/one_op.h"
#include "compiler/execute/op_kernel.h"
#include "compiler/execute/parallel.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

/// What the tensors alive at once may take, for the samples that go through the network together in one thread.
constexpr size_t kCacheBytes = 1 << 20;
constexpr size_t kMostTogether = 16;
/// The same for a run with a visitor, which holds all samples of a layer.
constexpr size_t kBatchBytes = size_t{64} << 20;
constexpr size_t kMostBatch = 256;

[[noreturn]] void fail(const char* id, const std::string& message, const ir::Op* op, const ir::Tensor* tensor, const char* hint, int exit_code = 1) {
  Diagnostic d;
  d.id = id, d.message = message, d.hint = hint;
  if (op != nullptr) d.operator_name = ir::describe(*op);
  if (tensor != nullptr) d.tensor_name = tensor->name;
  throw DiagnosticError(d, exit_code);
}

}  // namespace

struct Executor::State {
  ir::Graph graph;
  unsigned threads;
  std::vector<std::unique_ptr<OpKernel>> kernels;  ///< null: a constant changed since it was made
  std::vector<bool> folded;                        ///< operators whose outputs are constants, computed in the constructor
  std::vector<size_t> last_reader;                 ///< of each tensor: index of an operator; SIZE_MAX: a graph output
  std::mutex mutex;
  std::vector<Buffers> idle_buffers;  ///< of runs without a visitor, one for each thread that came along
  size_t peak_bytes = 0;                           ///< of the tensors alive at once, one sample

  State(const ir::Graph& g, unsigned threads_) : graph(g), threads(threads_) {
    check();
    folded.resize(graph.ops.size());
    for (size_t k = 0; k < graph.ops.size(); ++k) {
      folded[k] = is_constant(graph.ops[k]);
      kernels.push_back(folded[k] ? nullptr : make(graph.ops[k]));
      if (folded[k]) fold(k);
    }
    find_lifetimes();
  }

  /// Nothing that it reads changes; weights stored as float16 come through such operators.
  bool is_constant(const ir::Op& op) const {
    switch (op.code) {
      case Builtin::RANDOM_UNIFORM:
      case Builtin::RANDOM_STANDARD_NORMAL:
      case Builtin::MULTINOMIAL: return false;
      default: break;
    }
    return !op.inputs.empty() && std::all_of(op.inputs.begin(), op.inputs.end(), [&](int32_t i) { return i < 0 || graph[i].constant(); });
  }

  void fold(size_t k) {
    const ir::Op& op = graph.ops[k];
    OneOp one(graph, op);
    one.run(std::vector<std::span<const uint8_t>>(op.inputs.size()));
    for (size_t i = 0; i < op.outputs.size(); ++i) {
      ir::Tensor& t = graph[op.outputs[i]];
      const std::span<const uint8_t> out = one.output(i);
      if (out.size() != t.bytes()) fail("wrong-shape", fmt::format("it makes {} bytes", out.size()), &op, &t, "");
      t.data = std::make_shared<ir::Bytes>(out.begin(), out.end());
    }
  }

  /// After a change of a constant: what was made of it is made anew.
  void forget(int32_t tensor) {
    for (size_t k = 0; k < graph.ops.size(); ++k) {
      const std::vector<int32_t>& in = graph.ops[k].inputs;
      if (std::find(in.begin(), in.end(), tensor) == in.end()) continue;
      kernels[k].reset();
      if (!folded[k]) continue;
      fold(k);
      for (const int32_t i : graph.ops[k].outputs) forget(i);
    }
  }

  std::unique_ptr<OpKernel> make(const ir::Op& op) const {
    std::unique_ptr<OpKernel> kernel = make_fast_kernel(graph, op);
    return kernel != nullptr ? std::move(kernel) : make_device_kernel(graph, op);
  }

  void check() const {
    std::vector<bool> known(graph.tensors.size());
    for (const int32_t i : graph.inputs) known[static_cast<size_t>(i)] = true;
    for (const ir::Op& op : graph.ops) {
      for (const int32_t i : op.inputs) {
        if (i < 0) continue;
        check_tensor(op, graph[i]);
        if (graph[i].constant() || graph[i].is_variable || known[static_cast<size_t>(i)]) continue;
        fail("not-computed", "an operator reads a tensor before it is made", &op, &graph[i], "sort the graph");
      }
      for (const int32_t i : op.outputs) {
        check_tensor(op, graph[i]);
        known[static_cast<size_t>(i)] = true;
      }
    }
    for (const int32_t i : graph.outputs) {
      if (!known[static_cast<size_t>(i)] && !graph[i].constant())
        fail("not-computed", "no operator makes this graph output", nullptr, &graph[i], "");
    }
  }

  void check_tensor(const ir::Op& op, const ir::Tensor& t) const {
    if (std::any_of(t.dims.begin(), t.dims.end(), [](int32_t d) { return d < 0; })) {
      fail("open-shape", fmt::format("{} has a dimension that is not fixed", ir::type_and_dims(t)), &op, &t, "give the input's size");
    }
    if (t.quantization.present() && t.type != Type::kFloat32 && t.type != Type::kFloat16) {
      fail("quantized-tensor", fmt::format("{} is quantised, and this needs a float model", ir::type_and_dims(t)), &op, &t,
           "start from the float model that it was made from");
    }
    if (type_bits(t.type) < 8) fail("bad-type", fmt::format("{} cannot be run here", ir::type_and_dims(t)), &op, &t, "");
    if (t.constant() && t.data->size() < t.bytes())
      fail("short-constant", "the constant has fewer bytes than its shape needs", &op, &t, "");
  }

  void find_lifetimes() {
    last_reader.assign(graph.tensors.size(), 0);
    for (size_t k = 0; k < graph.ops.size(); ++k) {
      for (const int32_t i : graph.ops[k].outputs) last_reader[static_cast<size_t>(i)] = k;
      for (const int32_t i : graph.ops[k].inputs) {
        if (i >= 0) last_reader[static_cast<size_t>(i)] = k;
      }
    }
    for (const int32_t i : graph.outputs) last_reader[static_cast<size_t>(i)] = SIZE_MAX;
    size_t live = 0;
    for (const int32_t i : graph.inputs) live += graph[i].bytes();
    for (size_t k = 0; k < graph.ops.size(); ++k) {
      for (const int32_t i : graph.ops[k].outputs) live += graph[i].bytes();
      peak_bytes = std::max(peak_bytes, live);
      for_each_dead(k, [&](int32_t i) { live -= graph[i].bytes(); });
    }
    peak_bytes = std::max(peak_bytes, live);
  }

  /// The tensors that nothing reads after operator k, each once.
  template <class F>
  void for_each_dead(size_t k, const F& f) const {
    std::vector<int32_t> touched;
    for (const auto* list : {&graph.ops[k].inputs, &graph.ops[k].outputs}) {
      for (const int32_t i : *list) {
        if (i < 0 || graph[i].constant() || graph[i].is_variable || last_reader[static_cast<size_t>(i)] != k) continue;
        if (std::find(touched.begin(), touched.end(), i) == touched.end()) touched.push_back(i);
      }
    }
    for (const int32_t i : touched) f(i);
  }

  OpKernel& kernel(size_t k) {
    if (kernels[k] == nullptr) kernels[k] = make(graph.ops[k]);
    return *kernels[k];
  }

  void check_inputs(std::span<const Activation32> inputs, size_t samples) const {
    if (inputs.size() != graph.inputs.size()) {
      fail("wrong-inputs", fmt::format("{} inputs given, the graph has {}", inputs.size(), graph.inputs.size()), nullptr, nullptr, "", 2);
    }
    for (size_t i = 0; i < inputs.size(); ++i) {
      const ir::Tensor& t = graph[graph.inputs[i]];
      if (inputs[i].type != t.type || inputs[i].bytes.size() != t.bytes() * samples) {
        fail("wrong-inputs",
             fmt::format("{} bytes of {} given for {} samples of {}", inputs[i].bytes.size(), type_name(inputs[i].type), samples,
                         ir::type_and_dims(t)),
             nullptr, &t, "", 2);
      }
    }
  }

  Buffers take_buffers() {
    const std::lock_guard lock(mutex);
    if (idle_buffers.empty()) return {};
    Buffers out = std::move(idle_buffers.back());
    idle_buffers.pop_back();
    return out;
  }

  void keep_buffers(Buffers buffers) {
    const std::lock_guard lock(mutex);
    idle_buffers.push_back(std::move(buffers));
  }

  /// Takes `n` samples from `first` on through the network; outputs go to their places in `outputs`. With `keep` the memory waits for
  /// the next call.
  void run_together(std::span<const Activation32> inputs, size_t first, size_t n, const Visitor& visit, bool keep,
                    std::vector<Activation32>& outputs) {
    Buffers buffers = take_buffers();
    std::vector<Buffer> values(graph.tensors.size());
    const auto value = [&](int32_t i) -> Buffer& { return values[static_cast<size_t>(i)]; };
    // Inputs that no visitor may change are read where they are.
    std::vector<const uint8_t*> given(graph.tensors.size());
    const auto bytes_of = [&](int32_t i) -> const uint8_t* {
      const uint8_t* p = given[static_cast<size_t>(i)];
      return graph[i].constant() ? graph[i].data->data() : p != nullptr ? p : value(i).data();
    };
    const auto show = [&](int32_t i) {
      if (!visit || graph[i].type != Type::kFloat32) return;
      visit(i, {reinterpret_cast<float*>(value(i).data()), graph[i].bytes() * n / sizeof(float)}, n);
    };
    for (size_t i = 0; i < graph.inputs.size(); ++i) {
      const int32_t t = graph.inputs[i];
      const size_t bytes = graph[t].bytes();
      const uint8_t* from = inputs[i].bytes.data() + first * bytes;
      if (!visit) {
        given[static_cast<size_t>(t)] = from;
        continue;
      }
      value(t) = buffers.take(n * bytes);
      if (bytes != 0) std::memcpy(value(t).data(), from, n * bytes);
      show(t);
    }
    for (size_t k = 0; k < graph.ops.size(); ++k) {
      if (folded[k]) continue;
      const ir::Op& op = graph.ops[k];
      OpValues v;
      v.samples = n;
      for (const int32_t i : op.outputs) {
        value(i) = buffers.take(graph[i].bytes() * n);
        v.outputs.push_back(value(i).data());
      }
      for (const int32_t i : op.inputs) v.inputs.push_back(i < 0 ? nullptr : bytes_of(i));
      kernels[k]->run(v);
      for (const int32_t i : op.outputs) show(i);
      for_each_dead(k, [&](int32_t i) {
        if (value(i).data() != nullptr) buffers.give_back(std::move(value(i)));
      });
    }
    for (size_t i = 0; i < graph.outputs.size(); ++i) {
      const ir::Tensor& t = graph[graph.outputs[i]];
      for (size_t s = 0; s < n; ++s) {
        const uint8_t* from = bytes_of(graph.outputs[i]) + (t.constant() ? 0 : s * t.bytes());
        std::memcpy(outputs[i].bytes.data() + (first + s) * t.bytes(), from, t.bytes());
      }
    }
    if (!keep) return;
    for (Buffer& b : values) {
      if (b.data() != nullptr) buffers.give_back(std::move(b));
    }
    keep_buffers(std::move(buffers));
  }
};

Executor::Executor(const ir::Graph& graph, unsigned threads) : state_(std::make_unique<State>(graph, threads)) {}
Executor::~Executor() = default;

size_t Executor::good_batch() const { return std::clamp<size_t>(kBatchBytes / std::max<size_t>(1, state_->peak_bytes), 1, kMostBatch); }

std::vector<Activation32> Executor::run(std::span<const Activation32> inputs, size_t samples, const Visitor& visit) {
  State& s = *state_;
  s.check_inputs(inputs, samples);
  for (size_t k = 0; k < s.kernels.size(); ++k) {
    if (!s.folded[k]) s.kernel(k);
  }
  std::vector<Activation32> outputs;
  for (const int32_t i : s.graph.outputs) outputs.push_back({s.graph[i].type, ir::Bytes(s.graph[i].bytes() * samples)});
  const ThreadLimit limit(s.threads);
  if (visit) {
    s.run_together(inputs, 0, samples, visit, false, outputs);
    return outputs;
  }
  const size_t together = std::clamp<size_t>(kCacheBytes / std::max<size_t>(1, s.peak_bytes), 1, kMostTogether);
  const size_t groups = (samples + together - 1) / together;
  if (groups < parallel_width()) {  // too few to give each thread its own
    s.run_together(inputs, 0, samples, visit, true, outputs);
    return outputs;
  }
  parallel_for(groups, 1, [&](size_t begin, size_t end) {
    for (size_t g = begin; g < end; ++g) {
      s.run_together(inputs, g * together, std::min(together, samples - g * together), visit, true, outputs);
    }
  });
  return outputs;
}

void Executor::run_op(size_t op, std::map<int32_t, Activation32>& tensors, size_t samples) {
  State& s = *state_;
  OpValues v;
  v.samples = samples;
  const ir::Op& o = s.graph.ops.at(op);
  for (const int32_t i : o.inputs) {
    if (i < 0 || s.graph[i].is_variable) {
      v.inputs.push_back(nullptr);
    } else if (s.graph[i].constant()) {
      v.inputs.push_back(s.graph[i].data->data());
    } else {
      const auto found = tensors.find(i);
      if (found == tensors.end() || found->second.bytes.size() != s.graph[i].bytes() * samples) {
        fail("wrong-inputs", fmt::format("no values for {} samples of {}", samples, ir::type_and_dims(s.graph[i])), &o, &s.graph[i], "", 2);
      }
      v.inputs.push_back(found->second.bytes.data());
    }
  }
  for (const int32_t i : o.outputs) {
    Activation32& out = tensors[i];
    out.type = s.graph[i].type;
    out.bytes.resize(s.graph[i].bytes() * samples);
    v.outputs.push_back(out.bytes.data());
  }
  const ThreadLimit limit(s.threads);
  s.kernel(op).run(v);
}

void Executor::set_constant(int32_t tensor, std::span<const float> values) {
  State& s = *state_;
  ir::Tensor& t = s.graph[tensor];
  if (!t.constant() || t.type != Type::kFloat32 || values.size() != static_cast<size_t>(t.count())) {
    fail("wrong-constant", fmt::format("{} values given for {}", values.size(), ir::type_and_dims(t)), nullptr, &t, "", 2);
  }
  t.set_values(values);
  s.forget(tensor);
}

}  // namespace midge
