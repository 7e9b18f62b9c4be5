// See testing.h. The name ends in _test so that only the test program has it.
#include "compiler/optimize/testing.h"

#include <cmath>

#include "compiler/emit/tflite.h"
#include "compiler/execute/one_op.h"
#include "compiler/optimize/values.h"
#include "verify/host_model.h"

namespace midge::testing {

int32_t Builder::input(ir::Dims dims, Type type, ir::Quantization q) {
  ir::Tensor t;
  t.name = "in" + std::to_string(graph().inputs.size()), t.type = type, t.dims = std::move(dims), t.quantization = std::move(q);
  graph().inputs.push_back(graph().add(std::move(t)));
  return graph().inputs.back();
}

int32_t Builder::floats(ir::Dims dims, std::vector<float> values) {
  return graph().add_floats("c" + std::to_string(graph().tensors.size()), std::move(dims), values);
}

int32_t Builder::random(ir::Dims dims, float spread) {
  std::normal_distribution<float> normal(0, spread);
  int64_t n = 1;
  for (const int32_t d : dims) n *= d;
  std::vector<float> values(static_cast<size_t>(n));
  for (float& v : values) v = normal(random_);
  return floats(std::move(dims), std::move(values));
}

int32_t Builder::ints(std::vector<int32_t> values, ir::Dims dims) {
  const int32_t t = graph().add_int32("i" + std::to_string(graph().tensors.size()), values);
  if (!dims.empty()) graph()[t].dims = std::move(dims);
  return t;
}

int32_t Builder::op_as(Type type, ir::Quantization q, Builtin code, std::vector<int32_t> inputs, std::map<std::string, ir::Option> options) {
  ir::Tensor out;
  out.name = "t" + std::to_string(graph().tensors.size()), out.type = type, out.quantization = std::move(q);
  ir::Op op;
  op.code = code, op.inputs = std::move(inputs), op.options = std::move(options);
  op.outputs = {graph().add(std::move(out))};
  op.source = "node " + graph()[op.outputs[0]].name;
  infer_dims(graph(), op);
  graph().ops.push_back(op);
  return op.outputs[0];
}

int32_t Builder::op(Builtin code, std::vector<int32_t> inputs, std::map<std::string, ir::Option> options) {
  const ir::Tensor& like = graph()[inputs[code == Builtin::TRANSPOSE_CONV ? 2 : 0]];
  const Type type = like.type;
  const ir::Quantization q = like.quantization;
  return op_as(type, q, code, std::move(inputs), std::move(options));
}

std::vector<int32_t> Builder::split(int32_t x, int32_t axis, int32_t pieces) {
  ir::Op op;
  op.code = Builtin::SPLIT, op.inputs = {ints({axis}), x}, op.options = {{"num_splits", int64_t{pieces}}};
  for (int32_t i = 0; i < pieces; ++i) {
    ir::Tensor out = graph()[x];
    out.name = "t" + std::to_string(graph().tensors.size());
    op.outputs.push_back(graph().add(std::move(out)));
  }
  infer_dims(graph(), op);
  graph().ops.push_back(op);
  return op.outputs;
}

int32_t Builder::conv(int32_t x, int32_t outputs, int32_t size, int32_t stride, Padding padding, bool bias) {
  const int32_t channels = graph()[x].dims[3];
  std::vector<int32_t> inputs = {x, random({outputs, size, size, channels}, 0.3f)};
  if (bias) inputs.push_back(random({outputs}));
  return op(Builtin::CONV_2D, inputs, {{"stride_w", int64_t{stride}}, {"stride_h", int64_t{stride}}, {"padding", static_cast<int64_t>(padding)}});
}

int32_t Builder::depthwise(int32_t x, int32_t size, int32_t stride, Padding padding) {
  const int32_t channels = graph()[x].dims[3];
  return op(
      Builtin::DEPTHWISE_CONV_2D, {x, random({1, size, size, channels}), random({channels})},
      {{"stride_w", int64_t{stride}}, {"stride_h", int64_t{stride}}, {"padding", static_cast<int64_t>(padding)}, {"depth_multiplier", int64_t{1}}});
}

int32_t Builder::transpose(int32_t x, std::vector<int32_t> permutation) {
  return op(Builtin::TRANSPOSE, {x, ints(std::move(permutation))});
}
int32_t Builder::reshape(int32_t x, ir::Dims dims) { return op(Builtin::RESHAPE, {x, ints(dims)}, {{"new_shape", dims}}); }

Values random_inputs(const ir::Module& module, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 1);
  Values out;
  for (const int32_t t : module.main().inputs) {
    const ir::Tensor& tensor = module.main()[t];
    ir::Bytes bytes(tensor.bytes());
    for (uint8_t& b : bytes) b = static_cast<uint8_t>(random());
    if (tensor.type == Type::kBool) {
      for (uint8_t& b : bytes) b &= 1;
    }
    if (tensor.type == Type::kFloat32) {
      for (size_t i = 0; i + 4 <= bytes.size(); i += 4) {
        const float v = normal(random);
        std::memcpy(bytes.data() + i, &v, 4);
      }
    }
    out.push_back(std::move(bytes));
  }
  return out;
}

Values run(const ir::Module& module, const Values& inputs) {
  HostModel host(emit_tflite(module), "test");
  host.allocate();
  for (size_t i = 0; i < inputs.size(); ++i) {
    const TensorView view = host.interpreter().input(static_cast<uint32_t>(i));
    EXPECT_EQ(view.bytes, inputs[i].size());
    std::memcpy(view.data, inputs[i].data(), std::min<size_t>(view.bytes, inputs[i].size()));
  }
  host.invoke();
  Values out;
  for (size_t i = 0; i < module.main().outputs.size(); ++i) {
    const TensorView view = host.interpreter().output(static_cast<uint32_t>(i));
    const auto* p = static_cast<const uint8_t*>(view.data);
    out.emplace_back(p, p + view.bytes);
  }
  return out;
}

namespace {

ir::Bytes turned(const ir::Tensor& like, const ir::Bytes& bytes, const std::vector<int32_t>& permutation) {
  if (permutation.empty()) return bytes;
  ir::Tensor t = like;
  t.data = std::make_shared<ir::Bytes>(bytes);
  return *transposed(t, permutation).data;
}

}  // namespace

Values with_layout(const ir::Module& before, const ir::Module& after, const Values& inputs) {
  Values out;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const bool kept = after.io.inputs.empty();
    out.push_back(kept ? inputs[i] : turned(before.main()[before.main().inputs[i]], inputs[i], after.io.inputs[i]));
  }
  return out;
}

Values without_layout(const ir::Module&, const ir::Module& after, const Values& outputs) {
  Values out;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const bool kept = after.io.outputs.empty();
    out.push_back(kept ? outputs[i] : turned(after.main()[after.main().outputs[i]], outputs[i], inverse(after.io.outputs[i])));
  }
  return out;
}

void expect_same(const ir::Module& before, const ir::Module& after, double tolerance, int samples) {
  ASSERT_EQ(before.main().outputs.size(), after.main().outputs.size());
  for (int s = 0; s < samples; ++s) {
    const uint32_t seed = 100 + static_cast<uint32_t>(s);
    SCOPED_TRACE("inputs of seed " + std::to_string(seed));
    const Values inputs = random_inputs(before, seed);
    const Values want = run(before, inputs);
    const Values got = without_layout(before, after, run(after, with_layout(before, after, inputs)));
    for (size_t i = 0; i < want.size(); ++i) {
      const ir::Tensor& t = before.main()[before.main().outputs[i]];
      ASSERT_EQ(want[i].size(), got[i].size()) << "output " << i;
      if (t.type != Type::kFloat32) {
        EXPECT_EQ(want[i], got[i]) << "output " << i;
        continue;
      }
      double largest = 0, worst = 0;
      for (size_t b = 0; b < want[i].size(); b += 4) {
        float w, g;
        std::memcpy(&w, want[i].data() + b, 4), std::memcpy(&g, got[i].data() + b, 4);
        largest = std::max(largest, std::abs(double{w}));
        worst = std::max(worst, w == g || (std::isnan(w) && std::isnan(g)) ? 0 : std::isfinite(w - g) ? std::abs(double{w} - g) : HUGE_VAL);
      }
      EXPECT_LE(worst, tolerance * std::max(largest, 1e-3)) << "output " << i;
    }
  }
}

ir::Module run_pass(const std::string& name, const ir::Module& before, double tolerance) {
  ir::Module after = before;
  std::vector<Diagnostic> warnings;
  PassContext context{after, warnings, false};
  bool found = false;
  for (const PassInfo& pass : all_passes()) {
    if (name != pass.name) continue;
    found = true;
    int rounds = 0;
    while (pass.run(after.main(), context)) {
      if (++rounds > 20) {
        ADD_FAILURE() << name << " does not come to an end";
        break;
      }
    }
  }
  EXPECT_TRUE(found) << name;
  expect_same(before, after, tolerance);
  return after;
}

ir::Module run_all(const ir::Module& before, bool keep_layout, double tolerance, std::vector<Diagnostic>* warnings) {
  ir::Module after = before;
  std::vector<Diagnostic> ignored;
  optimize(after, warnings != nullptr ? *warnings : ignored, keep_layout);
  expect_same(before, after, tolerance);
  return after;
}

std::string operators(const ir::Module& module) {
  std::string out;
  for (const ir::Op& op : module.main().ops) out += (out.empty() ? "" : " ") + std::string(builtin_name(static_cast<int32_t>(op.code)));
  return out;
}

size_t count(const ir::Module& module, Builtin code) {
  size_t n = 0;
  for (const ir::Op& op : module.main().ops) n += op.code == code ? 1 : 0;
  return n;
}

}  // namespace midge::testing
