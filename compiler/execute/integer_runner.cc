#include "compiler/execute/integer_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include "compiler/execute/parallel.h"
#include "compiler/import/tflite/tflite.h"
#include "verify/host_model.h"

namespace midge {
namespace {

constexpr size_t kBatchBytes = size_t{64} << 20;
constexpr size_t kMostBatch = 256;

float half_to_float(uint16_t h) {
  const int exponent = h >> 10 & 31, fraction = h & 1023;
  const float magnitude = exponent == 31 ? (fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN())
                          : exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                                          : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  return (h & 0x8000) != 0 ? -magnitude : magnitude;
}

template <class T>
void dequantize(const ir::Tensor& t, const uint8_t* stored, std::span<float> out) {
  const T* v = reinterpret_cast<const T*>(stored);
  const ir::Quantization& q = t.quantization;
  if (!q.present()) {
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(v[i]);
    return;
  }
  if (!q.per_channel()) {
    const float scale = q.scales[0];
    const int64_t zero = q.zero_points.empty() ? 0 : q.zero_points[0];
    for (size_t i = 0; i < out.size(); ++i) out[i] = scale * static_cast<float>(static_cast<int64_t>(v[i]) - zero);
    return;
  }
  size_t inner = 1;
  for (size_t d = static_cast<size_t>(q.dimension) + 1; d < t.dims.size(); ++d) inner *= static_cast<size_t>(t.dims[d]);
  for (size_t i = 0; i < out.size(); ++i) {
    const size_t c = i / inner % q.scales.size();
    const int64_t zero = c < q.zero_points.size() ? q.zero_points[c] : 0;
    out[i] = q.scales[c] * static_cast<float>(static_cast<int64_t>(v[i]) - zero);
  }
}

template <class T>
void quantize(const ir::Tensor& t, std::span<const float> real, uint8_t* out) {
  const float scale = t.quantization.present() ? t.quantization.scales[0] : 1;
  const double zero = t.quantization.zero_points.empty() ? 0 : static_cast<double>(t.quantization.zero_points[0]);
  for (size_t i = 0; i < real.size(); ++i) {
    // Type for type what QUANTIZE computes: a float division, rounded half away from zero.
    const double q = static_cast<double>(std::round(real[i] / scale)) + zero;
    const double clamped = std::clamp(q, static_cast<double>(std::numeric_limits<T>::min()), static_cast<double>(std::numeric_limits<T>::max()));
    const T v = std::isnan(q) ? T{} : static_cast<T>(clamped);
    std::memcpy(out + i * sizeof(T), &v, sizeof(T));
  }
}

[[noreturn]] void bad_input(const std::string& file, const ir::Tensor& t, const std::string& message) {
  Diagnostic d;
  d.id = "wrong-inputs", d.message = message, d.file = file, d.tensor_name = t.name;
  throw DiagnosticError(d, 2);
}

}  // namespace

void to_real(const ir::Tensor& tensor, std::span<const uint8_t> stored, std::span<float> out) {
  const uint8_t* p = stored.data();
  switch (tensor.type) {
    case Type::kFloat32: std::memcpy(out.data(), p, out.size_bytes()); return;
    case Type::kFloat16:
      for (size_t i = 0; i < out.size(); ++i) out[i] = half_to_float(reinterpret_cast<const uint16_t*>(p)[i]);
      return;
    case Type::kInt8: return dequantize<int8_t>(tensor, p, out);
    case Type::kUint8: return dequantize<uint8_t>(tensor, p, out);
    case Type::kBool: return dequantize<uint8_t>(tensor, p, out);
    case Type::kInt16: return dequantize<int16_t>(tensor, p, out);
    case Type::kUint16: return dequantize<uint16_t>(tensor, p, out);
    case Type::kInt32: return dequantize<int32_t>(tensor, p, out);
    case Type::kInt64: return dequantize<int64_t>(tensor, p, out);
    default: std::fill(out.begin(), out.end(), 0.0f);
  }
}

void to_stored(const ir::Tensor& tensor, std::span<const float> real, std::span<uint8_t> out) {
  switch (tensor.type) {
    case Type::kFloat32: std::memcpy(out.data(), real.data(), real.size_bytes()); return;
    case Type::kInt8: return quantize<int8_t>(tensor, real, out.data());
    case Type::kUint8: return quantize<uint8_t>(tensor, real, out.data());
    case Type::kInt16: return quantize<int16_t>(tensor, real, out.data());
    case Type::kInt32: return quantize<int32_t>(tensor, real, out.data());
    default: std::fill(out.begin(), out.end(), uint8_t{0});
  }
}

struct IntegerRunner::State {
  ir::Bytes file;
  std::string name;
  unsigned threads;
  ir::Module module;
  std::vector<size_t> bytes;  ///< of each tensor of the main graph that is computed and of fixed size; else 0
  size_t bytes_per_sample = 0;
  std::mutex mutex;
  std::vector<std::unique_ptr<HostModel>> idle[2];  ///< [1]: those that keep all tensors

  std::unique_ptr<HostModel> take(bool keep_all) {
    {
      const std::lock_guard lock(mutex);
      auto& list = idle[keep_all];
      if (!list.empty()) {
        std::unique_ptr<HostModel> host = std::move(list.back());
        list.pop_back();
        return host;
      }
    }
    auto host = std::make_unique<HostModel>(file, name);
    host->allocate(keep_all);
    return host;
  }

  void give_back(bool keep_all, std::unique_ptr<HostModel> host) {
    const std::lock_guard lock(mutex);
    idle[keep_all].push_back(std::move(host));
  }

  void check_inputs(std::span<const Activation32> inputs, size_t samples) const {
    const ir::Graph& g = module.main();
    if (inputs.size() != g.inputs.size()) {
      Diagnostic d;
      d.id = "wrong-inputs", d.file = name;
      d.message = fmt::format("{} inputs given, the model has {}", inputs.size(), g.inputs.size());
      throw DiagnosticError(d, 2);
    }
    for (size_t i = 0; i < inputs.size(); ++i) {
      const ir::Tensor& t = g[g.inputs[i]];
      const bool same = inputs[i].type == t.type && inputs[i].bytes.size() == samples * bytes[static_cast<size_t>(g.inputs[i])];
      const bool real = inputs[i].type == Type::kFloat32 && t.quantization.present() &&
                        inputs[i].bytes.size() == samples * static_cast<size_t>(t.count()) * sizeof(float);
      if (!same && !real) {
        bad_input(name, t,
                  fmt::format("{} bytes of {} given for {} samples of {}", inputs[i].bytes.size(), type_name(inputs[i].type), samples,
                              ir::type_and_dims(t)));
      }
    }
  }

  void run_one(HostModel& host, std::span<const Activation32> inputs, size_t sample) const {
    const ir::Graph& g = module.main();
    host.reset_variables();
    for (size_t i = 0; i < inputs.size(); ++i) {
      const TensorView view = host.interpreter().input(static_cast<uint32_t>(i));
      const std::span<uint8_t> to(static_cast<uint8_t*>(view.data), view.bytes);
      const ir::Tensor& t = g[g.inputs[i]];
      if (inputs[i].type == t.type) {
        std::memcpy(to.data(), inputs[i].bytes.data() + sample * to.size(), to.size());
      } else {
        const size_t n = static_cast<size_t>(t.count());
        to_stored(t, inputs[i].floats().subspan(sample * n, n), to);
      }
    }
    host.invoke();
  }
};

IntegerRunner::IntegerRunner(std::span<const uint8_t> file, std::string name, unsigned threads) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.file.assign(file.begin(), file.end());
  s.name = std::move(name);
  s.threads = threads;
  s.module = import_tflite(s.file, s.name);
  std::unique_ptr<HostModel> host = s.take(false);
  ir::Graph& g = s.module.main();
  for (size_t i = 0; i < g.tensors.size(); ++i) {
    const TensorView view = host->interpreter().tensor(static_cast<int32_t>(i));
    const Shape& shape = host->shape(static_cast<uint32_t>(i));
    const bool computed = !g.tensors[i].constant() && view.data != nullptr;
    if (computed) g.tensors[i].dims.assign(shape.dims, shape.dims + shape.rank);
    s.bytes.push_back(computed ? view.bytes : 0);
    s.bytes_per_sample += s.bytes.back();
  }
  s.give_back(false, std::move(host));
}

IntegerRunner::~IntegerRunner() = default;

const ir::Graph& IntegerRunner::graph() const { return state_->module.main(); }
size_t IntegerRunner::bytes_per_sample() const { return state_->bytes_per_sample; }
size_t IntegerRunner::good_batch() const {
  return std::clamp<size_t>(kBatchBytes / std::max<size_t>(1, state_->bytes_per_sample), 1, kMostBatch);
}

std::vector<Activation32> IntegerRunner::run(std::span<const Activation32> inputs, size_t samples, const RawVisitor& visit) {
  State& s = *state_;
  const ir::Graph& g = s.module.main();
  s.check_inputs(inputs, samples);
  const bool keep = static_cast<bool>(visit);
  std::vector<Activation32> outputs;
  for (const int32_t i : g.outputs) outputs.push_back({g[i].type, ir::Bytes(samples * s.bytes[static_cast<size_t>(i)])});
  std::vector<ir::Bytes> kept(keep ? g.tensors.size() : 0);
  for (size_t i = 0; i < kept.size(); ++i) kept[i].resize(samples * s.bytes[i]);

  const ThreadLimit limit(s.threads);
  parallel_for(samples, 1, [&](size_t begin, size_t end) {
    std::unique_ptr<HostModel> host = s.take(keep);
    for (size_t n = begin; n < end; ++n) {
      s.run_one(*host, inputs, n);
      for (size_t i = 0; i < outputs.size(); ++i) {
        const TensorView view = host->interpreter().output(static_cast<uint32_t>(i));
        std::memcpy(outputs[i].bytes.data() + n * view.bytes, view.data, view.bytes);
      }
      for (size_t i = 0; i < kept.size(); ++i) {
        if (s.bytes[i] == 0) continue;
        std::memcpy(kept[i].data() + n * s.bytes[i], host->interpreter().tensor(static_cast<int32_t>(i)).data, s.bytes[i]);
      }
    }
    s.give_back(keep, std::move(host));
  });
  for (size_t i = 0; i < kept.size(); ++i) {
    if (s.bytes[i] != 0) visit(static_cast<int32_t>(i), kept[i], samples);
  }
  return outputs;
}

std::vector<Activation32> IntegerRunner::run_real(std::span<const Activation32> inputs, size_t samples, const RawVisitor& visit) {
  std::vector<Activation32> outputs = run(inputs, samples, visit);
  for (size_t i = 0; i < outputs.size(); ++i) {
    const ir::Tensor& t = graph()[graph().outputs[i]];
    Activation32 real;
    real.bytes.resize(static_cast<size_t>(t.count()) * samples * sizeof(float));
    to_real(t, outputs[i].bytes, real.floats());
    outputs[i] = std::move(real);
  }
  return outputs;
}

}  // namespace midge
