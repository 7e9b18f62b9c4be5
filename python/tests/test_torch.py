"""midge.torch: what is exported computes what was trained, byte for byte, in Midge and in LiteRT."""

import importlib
import os
import sys

import numpy as np
import pytest

if os.environ.get("CI"):
    import torch
else:
    torch = pytest.importorskip("torch")

from ai_edge_litert.interpreter import Interpreter as LiteRt  # noqa: E402
from ai_edge_litert.interpreter import OpResolverType  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

import midge  # noqa: E402
from midge import torch as mt  # noqa: E402
from midge.torch import fixed_point as f  # noqa: E402
from midge.torch.ranges import Range  # noqa: E402
from midge.torch.steps import Product, Weighted  # noqa: E402


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def conv(i, o, k=3, norm=True, act=nn.ReLU, **options):
    options.setdefault("padding", k // 2 if isinstance(k, int) else 0)
    layers = [nn.Conv2d(i, o, k, bias=not norm, **options)]
    return nn.Sequential(*layers, *([nn.BatchNorm2d(o)] if norm else []), *([act()] if act else []))


class Plain(nn.Module):
    """Convolutions with every padding; a pooling; a flattening that reorders the weights of the layer behind it."""

    shape = (3, 9, 10)

    def __init__(self):
        super().__init__()
        self.first = conv(3, 8, stride=2, act=nn.ReLU6)
        self.second = conv(8, 12, 3, norm=False, padding="same", dilation=2, act=nn.Hardtanh)
        self.third = conv(12, 6, (2, 3), padding=(1, 0), act=None)
        self.pool = nn.MaxPool2d(3, 2, padding=1)
        self.drop, self.out = nn.Dropout(0.2), nn.Linear(6 * 3 * 2, 7)

    def forward(self, x):
        x = self.third(self.second(self.first(x)))
        return self.out(self.drop(torch.flatten(self.pool(x), 1)))


class Separable(nn.Module):
    """Depthwise and pointwise, a multiplier, grouped convolutions, a mean with a scale of its own."""

    shape = (4, 12, 8)

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(4, 8, 3, groups=4), conv(8, 16, 1), conv(16, 16, 3, stride=(2, 1), groups=16), conv(16, 24, 1),
                                  conv(24, 24, 3, groups=3, norm=False), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1))
        self.out = nn.Linear(24, 5)

    def forward(self, x):
        return self.out(self.body(x).flatten(1))


class Residual(nn.Module):
    """Sums, differences and products of branches; a gate that is broadcast; a normalisation alone."""

    shape = (4, 8, 8)

    def __init__(self):
        super().__init__()
        self.stem, self.a, self.b = conv(4, 8), conv(8, 8, act=None), conv(8, 8, act=None)
        self.short, self.alone = conv(8, 8, 1, act=None), nn.BatchNorm2d(8)
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 4, 1), nn.ReLU(), nn.Conv2d(4, 8, 1), nn.Sigmoid())
        self.out = nn.Conv2d(8, 3, 1)

    def forward(self, x):
        x = self.stem(x)
        x = F.relu(self.a(x) + self.short(x))
        y = self.b(x)
        y = y * self.gate(y)
        y = F.relu(self.alone(x - y))
        return self.out(y).mean([2, 3]), y


class Joined(nn.Module):
    """Concatenation of ranges that can be shared, and of a sigmoid's, which cannot; padded means."""

    shape = (2, 6, 6)

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = conv(2, 4), conv(2, 6, 1, act=None), conv(2, 3, 1, norm=False, act=nn.Sigmoid)
        self.mix, self.out = conv(13, 8, 1), nn.Linear(8 * 3 * 3, 4)

    def forward(self, x):
        x = torch.cat([self.a(x), self.b(x), self.c(x)], dim=1)
        x = F.avg_pool2d(F.pad(self.mix(x), (1, 0, 0, 1)), 3, 2, padding=1, count_include_pad=True)
        x = F.avg_pool2d(x, 2, 1)
        return torch.tanh(self.out(x.view(x.size(0), -1)))


class Sequence(nn.Module):
    """One dimension."""

    shape = (6, 25)

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv1d(6, 8, 5, stride=2, padding=2, bias=False), nn.BatchNorm1d(8), nn.ReLU(), nn.MaxPool1d(2),
                                  nn.Conv1d(8, 8, 3, padding=1, groups=8), nn.LeakyReLU(0.1), nn.Conv1d(8, 10, 1), nn.Hardswish())
        self.out = nn.Linear(10, 4)

    def forward(self, x):
        return self.out(self.body(x).mean(-1))


class Dense(nn.Module):
    """Linear layers with a normalisation, and a reshape to an image and back."""

    shape = (18,)

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(18, 32, bias=False), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 24), nn.SiLU())
        self.conv, self.out = nn.Conv2d(2, 3, 3), nn.Linear(3 * 2, 3)

    def forward(self, x):
        x = self.body(x).reshape(-1, 2, 4, 3)
        return torch.softmax(self.out(self.conv(x).reshape(-1, 6)), dim=1)


class Padded(nn.Module):
    """As TensorFlow pads: more at the end. The first becomes SAME, the second PAD, with rows that no window reaches."""

    shape = (2, 9, 8)

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.ZeroPad2d((0, 1, 1, 1)), nn.Conv2d(2, 6, 3, 2), nn.ReLU(),
                                  nn.ZeroPad2d((2, 1, 3, 4)), nn.Conv2d(6, 4, 3, 3))
        self.out = nn.Linear(4 * 4 * 2, 3)

    def forward(self, x):
        return self.out(F.dropout(self.body(x).flatten(1), 0.1, self.training))


class Random(nn.Module):
    """Layers, widths, kernels, strides and joins by a seed."""

    def __init__(self, seed: int):
        super().__init__()
        rng = np.random.default_rng(seed)
        pick = lambda *choices: choices[rng.integers(len(choices))]
        channels, self.shape = 0, (pick(1, 3, 4), int(rng.integers(7, 14)), int(rng.integers(7, 14)))
        channels, self.blocks, self.joins = self.shape[0], nn.ModuleList(), []
        size = min(self.shape[1:])
        for _ in range(rng.integers(2, 5)):
            width, k, act = int(rng.integers(2, 7)) * 2, pick(1, 3, 3, 5), pick(nn.ReLU, nn.ReLU6, nn.Hardtanh, None, nn.Tanh, nn.Hardswish)
            join = pick("", "", "add", "mul", "concat", "sub") if size > 2 else ""
            stride = 1 if join or size < 6 else pick(1, 2)
            dilation = 2 if stride == 1 and k == 3 and size > 5 and rng.random() < 0.3 else 1
            kind = pick("conv", "depthwise", "grouped")
            if join in ("add", "mul", "sub"):
                width, kind = channels, pick("conv", "depthwise")
            if kind == "depthwise":
                width = channels * (1 if join in ("add", "mul", "sub") else pick(1, 1, 2))
            groups = channels if kind == "depthwise" else 2 if kind == "grouped" and channels % 2 == 0 else 1
            self.blocks.append(conv(channels, width, k, norm=rng.random() < 0.7, act=act, stride=stride, dilation=dilation, groups=groups,
                                    padding=k // 2 * dilation))
            self.joins.append(join)
            channels, size = (channels + width if join == "concat" else width), -(-size // stride)
            if size > 4 and rng.random() < 0.4:
                self.blocks.append(pick(nn.MaxPool2d(2), nn.AvgPool2d(2), nn.MaxPool2d(3, 2, 1), nn.AvgPool2d(3, 1, 1)))
                self.joins.append("")
                size = (size + 1) // 2
        self.pool = pick(nn.AdaptiveAvgPool2d(1), nn.Identity())
        with torch.no_grad():
            features = self.eval().features(torch.zeros(1, *self.shape)).shape[1]
        self.out = nn.Linear(features, 5)

    def features(self, x):
        for block, join in zip(self.blocks, self.joins):
            y = block(x)
            x = x + y if join == "add" else x - y if join == "sub" else x * y if join == "mul" else torch.cat([x, y], 1) if join else y
        return torch.flatten(self.pool(x), 1)

    def forward(self, x):
        return self.out(self.features(x))


class Functions(nn.Module):
    """The same layers as functions and methods, in place and by keyword; an image without its channel; means that turn the layout."""

    shape = (12, 10)

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Conv2d(1, 6, 3), nn.Conv2d(6, 6, 3, padding=1), nn.Conv2d(6, 4, 1)
        self.act, self.lines, self.out = nn.ReLU(inplace=True), nn.Conv1d(6, 6, 1), nn.Linear(6 + 4 + 4, 5)

    def forward(self, x):
        x = torch.clamp(self.a(F.pad(x.unsqueeze(1), (1, 0, 0, 2))), 0, 6)
        x = F.max_pool2d(x, kernel_size=2)
        y = self.b(x).clamp(min=0)
        x = torch.add(x, y)
        x += y
        x = self.c(F.dropout2d(x, 0.1, training=self.training))
        lines = self.lines(self.act(x).mean(1).contiguous())
        y = F.hardtanh(F.adaptive_avg_pool2d(x, (3, 2)))
        parts = [lines.mean(-1), F.leaky_relu(y, 0.2).mean(3).mean(dim=-1), torch.mean(x, (2, 3), keepdim=True).view(x.shape[0], 4)]
        return {"scores": self.out(torch.cat(parts, -1).relu()), "extra": [torch.tanh(y)]}


NETWORKS = {c.__name__: c for c in (Plain, Separable, Residual, Joined, Sequence, Dense, Padded, Functions)}
SAMPLES = 24


def flat(outputs) -> list[torch.Tensor]:
    """The tensors of a model's outputs."""
    if isinstance(outputs, torch.Tensor):
        return [outputs]
    return [y for o in (outputs.values() if isinstance(outputs, dict) else outputs) for y in flat(o)]


def samples(network, n, generator):
    return torch.randn(n, *network.shape, generator=generator)


def trained(name, seed=1, recipe=None, steps=12):
    """A model after a few steps of training on random targets, and the generator."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    network = NETWORKS[name]() if isinstance(name, str) else Random(name)
    model = mt.prepare(network, samples(network, 16, generator), recipe)
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for step in range(steps):
        if step == steps * 2 // 3:
            model.freeze()
        outputs = model.train()(samples(network, 16, generator))
        outputs = flat(outputs)
        loss = sum(((y - torch.randn(y.shape, generator=generator)) ** 2).mean() for y in outputs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval(), network, generator


def channels_last(q: torch.Tensor) -> np.ndarray:
    """As the file has it: (n, c, h, w) to (n, h, w, c), (n, c, length) to (n, 1, length, c)."""
    q = q.unsqueeze(2) if q.dim() == 3 else q
    return (q.permute(0, 2, 3, 1) if q.dim() == 4 else q).contiguous().numpy()


def run(interpreter, inputs: np.ndarray) -> list[np.ndarray]:
    interpreter.allocate_tensors()
    source, sinks = interpreter.get_input_details()[0], interpreter.get_output_details()
    results = [[] for _ in sinks]
    for x in inputs:
        interpreter.set_tensor(source["index"], x[None])
        interpreter.invoke()
        for result, sink in zip(results, sinks):
            result.append(interpreter.get_tensor(sink["index"])[0])
    return [np.stack(r) for r in results]


def litert(content: bytes):
    return LiteRt(model_content=content, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)


def random_inputs(model, network, generator):
    """Real samples, and int8 noise over the whole range."""
    real = model.quantize_inputs(samples(network, SAMPLES, generator))[0]
    return torch.cat([real, torch.randint(-128, 128, real.shape, generator=generator).to(torch.int8)])


@pytest.mark.parametrize("ranges", ["ema", "learned"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_exported_file_is_the_trained_model(name, ranges):
    model, network, generator = trained(name, recipe=mt.Recipe(ranges=ranges, linear_per_channel=ranges == "learned"))
    inputs = random_inputs(model, network, generator)
    content = mt.to_tflite(model)
    expected = [channels_last(y) for y in model.run_integer(inputs)]
    for interpreter in (midge.Interpreter(model_content=content), litert(content)):
        for got, want in zip(run(interpreter, channels_last(inputs)), expected, strict=True):
            np.testing.assert_array_equal(got, want)
    assert all(len(np.unique(y)) > 4 for y in expected), "an output that hardly moves proves nothing"


def test_requantisation_at_its_ties():
    odd = torch.tensor([1, 3, 5, -1, -3, -5])
    assert f.multiply_as_double(odd, torch.tensor(0.5, dtype=torch.float64)).tolist() == [1, 2, 3, -1, -2, -3]
    assert f.multiply_twice_rounded(odd, f.multipliers_of(0.5).over(1)).tolist() == [1, 2, 3, 0, -1, -2]
    assert f.multiply_twice_rounded(odd, f.multipliers_of(0.25).over(1)).tolist() == [1, 1, 2, 0, -1, -1]
    assert f.divide_rounded(odd, 2).tolist() == [1, 2, 3, -1, -2, -3]
    assert f.multiplier_of(1.0) == (1 << 30, 1) and f.multiplier_of(2.0**-33) == (0, 0)
    assert f.multiplier_of(1 - 2.0**-40) == (1 << 30, 1)  # rounded up to the next power of two
    with pytest.raises(OverflowError):
        f.multiplier_of(2.0**31)


def quantized(rng, scale_range) -> tuple[float, int]:
    return float(np.float32(rng.uniform(*scale_range))), int(rng.integers(-128, 128))


def kernel(builder, inputs, result, contract, *values):
    """What Midge answers."""
    interpreter = midge.Interpreter(model_content=builder.finish(inputs, [result], "", {}), contract=contract)
    interpreter.allocate_tensors()
    for t, q in zip(inputs, values):
        interpreter.set_tensor(t, q.numpy())
    interpreter.invoke()
    return interpreter.get_tensor(result)


def attached(step, *quantizations):
    ranges = [Range(False, 1.0, q) for q in quantizations]
    step.attach(ranges[:-1], ranges[-1])
    return step


def test_padding_before_a_convolution_is_its_own():
    model, network, generator = trained("Padded")
    inputs = random_inputs(model, network, generator)
    content = mt.to_tflite(model)
    np.testing.assert_array_equal(run(litert(content), channels_last(inputs))[0], model.run_integer(inputs)[0].numpy())
    assert operators(content) == {"CONV_2D": 2, "PAD": 1, "FULLY_CONNECTED": 1}
    assert float((network.eval()(x := samples(network, 64, generator)) - mt.prepare(network, x).eval()(x)).detach().abs().max()) < 0.2


def operators(content: bytes) -> dict[str, int]:
    names = [d["op_name"] for d in litert(content)._get_ops_details()]
    return {n: names.count(n) for n in names}


@pytest.mark.parametrize("contract", ["litert", "tflm"])
def test_every_product(contract):
    """All pairs of int8: enough to meet the rare ones that tell a ratio in single precision from one in double."""
    a, b = (q.to(torch.int8).reshape(1, -1) for q in torch.meshgrid(torch.arange(-128, 128), torch.arange(-128, 128), indexing="ij"))
    for seed in range(160):
        rng = np.random.default_rng(seed)
        quantizations = [quantized(rng, (0.001, 0.1)), quantized(rng, (0.001, 0.1)), quantized(rng, (0.2, 2))]
        builder = midge._midge.GraphBuilder("product")
        tensors = [builder.add_tensor(n, "int8", list(a.shape), [s], [z], 0, None) for n, (s, z) in zip("abc", quantizations)]
        builder.add_op("MUL", tensors[:2], [tensors[2]], {}, "")
        step = attached(Product("", [], ""), *quantizations)
        step.contract = contract
        got = kernel(builder, tensors[:2], tensors[2], contract, a, b)
        np.testing.assert_array_equal(got, step.integer(a.long(), b.long()).numpy(), err_msg=f"seed {seed}")


@pytest.mark.parametrize("contract", ["litert", "tflm"])
def test_many_linear_outputs(contract):
    """The same for FULLY_CONNECTED, with one scale and with one for each output."""
    for seed in range(32):
        rng = np.random.default_rng(seed)
        torch.manual_seed(seed)
        layer, source, result = nn.Linear(6, 32), quantized(rng, (0.01, 0.1)), quantized(rng, (0.01, 0.05))
        step = attached(Weighted("", [], "", layer, None, "", {"kind": "linear"}), source, result)
        step.contract, step.per_channel = contract, seed % 4 == 0
        w, bias, scales = (t.numpy() for t in step.quantized())
        x = torch.from_numpy(rng.integers(-128, 128, (4096, 6)).astype(np.int8))
        builder = midge._midge.GraphBuilder("linear")
        t = [builder.add_tensor("x", "int8", [4096, 6], [source[0]], [source[1]], 0, None),
             builder.add_tensor("w", "int8", [32, 6], list(map(float, scales)), [0] * len(scales), 0, w.astype(np.int8).tobytes()),
             builder.add_tensor("b", "int32", [32], [], [], 0, bias.astype(np.int32).tobytes()),
             builder.add_tensor("y", "int8", [4096, 32], [result[0]], [result[1]], 0, None)]
        builder.add_op("FULLY_CONNECTED", t[:3], [t[3]], {}, "")
        got = kernel(builder, t[:1], t[3], contract, x)
        np.testing.assert_array_equal(got, step.integer(x.long()).numpy(), err_msg=f"seed {seed}")


def test_a_graph_that_does_not_hold_together_is_refused():
    builder = midge._midge.GraphBuilder("bad")
    x = builder.add_tensor("x", "int8", [1, 4], [0.1], [0], 0, None)
    for call, words in (
        (lambda: builder.add_op("NO_SUCH", [x], [x], {}, ""), "no operator 'NO_SUCH'"),
        (lambda: builder.add_op("RELU", [7], [x], {}, ""), "no tensor 7"),
        (lambda: builder.add_op("SOFTMAX", [x], [x], {"gamma": 1.0}, ""), "no option 'gamma'"),
        (lambda: builder.add_tensor("y", "int9", [1], [], [], 0, None), "unknown type"),
        (lambda: builder.add_tensor("y", "int8", [0], [], [], 0, None), "dimension of 0"),
        (lambda: builder.add_tensor("y", "int8", [2], [1.0], [], 0, None), "zero points"),
        (lambda: builder.add_tensor("y", "int8", [2], [1.0, 1.0, 1.0], [0, 0, 0], 0, None), "scales as channels"),
        (lambda: builder.add_tensor("y", "int8", [2], [], [], 0, b"123"), "as many bytes"),
    ):
        with pytest.raises(ValueError, match=words):
            call()


@pytest.mark.parametrize("seed", range(12))
def test_random_networks(seed):
    model, network, generator = trained(seed, seed=seed, steps=6)
    inputs = random_inputs(model, network, generator)
    content = mt.to_tflite(model)
    expected = channels_last(model.run_integer(inputs)[0])
    for interpreter in (midge.Interpreter(model_content=content), litert(content)):
        np.testing.assert_array_equal(run(interpreter, channels_last(inputs))[0], expected, err_msg=f"seed {seed}: {network}")


@pytest.mark.parametrize("name", NETWORKS)
def test_the_other_contract(name):
    model, network, generator = trained(name, recipe=mt.Recipe(contract="tflm"))
    inputs = random_inputs(model, network, generator)
    expected = [channels_last(y) for y in model.run_integer(inputs)]
    got = run(midge.Interpreter(model_content=mt.to_tflite(model), contract="tflm"), channels_last(inputs))
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", NETWORKS)
def test_eval_mode_is_the_integer_model(name):
    model, network, generator = trained(name)
    x = samples(network, SAMPLES, generator)
    outputs = model(x)
    outputs = flat(outputs)
    for y, want, value in zip(model.quantize_outputs(*outputs), model.run_integer(*model.quantize_inputs(x)), model.output_names):
        assert torch.equal(y, want)
        r = model.range(value)
        assert torch.equal(r.dequantize(want), (want.float() - r.zero_point) * r.scale)


@pytest.mark.parametrize("name", ["Plain", "Residual", "Sequence"])
def test_float_inputs_and_outputs(name):
    model, network, generator = trained(name)
    x = samples(network, SAMPLES, generator)
    x[0] = model.range(model.input_names[0]).scale * 0.5  # a tie
    wanted = model(x)
    wanted = [channels_last(y) for y in (wanted if isinstance(wanted, tuple) else (wanted,))]
    content = mt.to_tflite(model, float_io=True)
    for interpreter in (midge.Interpreter(model_content=content), litert(content)):
        for got, want in zip(run(interpreter, channels_last(x)), wanted, strict=True):
            np.testing.assert_array_equal(got, want)


def test_exact_training_computes_the_integers():
    model, network, generator = trained("Residual", recipe=mt.Recipe(exact_training=True))
    x = samples(network, SAMPLES, generator)
    expected = model(x)
    got = model.train()(x)
    for a, b in zip(got, expected, strict=True):
        assert torch.equal(a, b) and a.requires_grad


def test_training_is_near_the_integers_without_it():
    """Frozen, the fake quantisation differs from the kernels by rare roundings only."""
    model, network, generator = trained("Separable")
    x = samples(network, 64, generator)
    exact, fake = model(x), model.train()(x)
    assert float((exact - fake).detach().abs().max()) <= 2.5 * model.range(model.output_names[0]).scale


def test_gradients_reach_every_parameter():
    network = NETWORKS["Residual"]()
    model = mt.prepare(network, torch.randn(8, *network.shape), mt.Recipe(ranges="learned")).train()
    sum(y.square().sum() for y in model(torch.randn(8, *network.shape))).backward()
    for name, p in model.named_parameters():
        assert p.grad is not None and torch.isfinite(p.grad).all(), name
    assert sum(bool(p.grad.abs().sum() > 0) for p in model.ranges.parameters()) > 4


@pytest.mark.parametrize("name", NETWORKS)
def test_before_training_it_is_the_float_network(name):
    """Up to quantisation noise, with statistics that moved."""
    torch.manual_seed(3)
    network = NETWORKS[name]()
    x = torch.randn(64, *network.shape)
    for _ in range(20):
        network.train()(torch.randn(32, *network.shape) * 1.5 + 0.3)
    wanted = network.eval()(x.clone())
    got = mt.prepare(network, x).eval()(x)
    for a, b in zip(flat(wanted), flat(got), strict=True):
        assert float(((a - b).square().mean() / a.var()).detach()) < 0.01


def test_softmax_for_the_device_only(tmp_path):
    model, network, generator = trained("Plain")
    mt.export(model, tmp_path / "a.tflite", softmax=True)
    inputs = random_inputs(model, network, generator)
    probabilities = run(litert((tmp_path / "a.tflite").read_bytes()), channels_last(inputs))[0]
    r = model.range(model.output_names[0])
    wanted = torch.softmax(r.dequantize(model.run_integer(inputs)[0]), 1).numpy()
    np.testing.assert_allclose((probabilities.astype(np.float32) + 128) / 256, wanted, atol=0.006)


def test_the_same_model_gives_the_same_file(tmp_path):
    files = [mt.to_tflite(trained("Joined", seed=5)[0]) for _ in range(2)]
    assert files[0] == files[1]


def test_a_declared_input_scale_is_kept():
    network = NETWORKS["Plain"]()
    model = mt.prepare(network, torch.randn(4, *network.shape), mt.Recipe(inputs=[(0.1, -3)]))
    interpreter = midge.Interpreter(model_content=mt.to_tflite(model))
    scale, zero = interpreter.get_input_details()[0]["quantization"]
    assert (np.float32(scale), zero) == (np.float32(0.1), -3)


def test_zero_weights_and_large_biases():
    """A channel of zeros has a scale with which its bias fits 32 bits."""
    torch.manual_seed(7)
    network = nn.Sequential(nn.Conv2d(1, 3, 1), nn.ReLU(), nn.Flatten(), nn.Linear(12, 2))
    with torch.no_grad():
        network[0].weight[1] = 0
        network[0].weight[2] = 1e-12
        network[0].bias[:] = torch.tensor([0.1, 2.0, 3.0])
    x = torch.randn(32, 1, 2, 2)
    model = mt.prepare(network, x).eval()
    inputs = model.quantize_inputs(x)[0]
    got = run(litert(mt.to_tflite(model)), channels_last(inputs))[0]
    np.testing.assert_array_equal(got, model.run_integer(inputs)[0].numpy())
    assert float((network(x) - model(x)).detach().abs().max()) < 0.1


class Branching(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


@pytest.mark.parametrize("network, shape, words", [
    (nn.Sequential(nn.ConvTranspose2d(2, 2, 3)), (2, 2, 5, 5), "'0' \\(ConvTranspose2d\\).*no integer kernel"),
    (nn.Sequential(nn.Conv2d(2, 2, 3, padding_mode="reflect", padding=1)), (2, 2, 5, 5), "'0' \\(Conv2d\\).*pads with mode 'reflect'"),
    (nn.Sequential(nn.Linear(4, 4)), (2, 3, 4), "'0' \\(Linear\\).*Flatten before it"),
    (nn.Sequential(nn.AdaptiveAvgPool2d(3)), (1, 2, 7, 7), "windows of different sizes"),
    (nn.Sequential(nn.LSTM(3, 3)), (2, 4, 3), "'0' \\(LSTM\\).*several tensors"),
    (Branching(), (2, 3), "Branching: torch.fx cannot trace"),
])
def test_what_is_not_supported_is_named(network, shape, words):
    with pytest.raises(mt.Unsupported, match=words):
        mt.prepare(network, torch.randn(shape))


def test_two_inputs():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.out = nn.Conv2d(2, 4, 3), nn.Linear(5, 4), nn.Linear(4, 3)

        def forward(self, image, numbers):
            return self.out(F.relu(self.a(image)).mean((2, 3)) + self.b(numbers))

    torch.manual_seed(2)
    inputs = torch.randn(16, 2, 6, 6), torch.randn(16, 5)
    model = mt.prepare(Two(), inputs).eval()
    expected = model.run_integer(*model.quantize_inputs(*inputs))[0].numpy()
    for interpreter in (midge.Interpreter(model_content=mt.to_tflite(model)), litert(mt.to_tflite(model))):
        interpreter.allocate_tensors()
        for k in range(16):
            for d, x in zip(interpreter.get_input_details(), model.quantize_inputs(*inputs), strict=True):
                interpreter.set_tensor(d["index"], channels_last(x)[k:k + 1])
            interpreter.invoke()
            np.testing.assert_array_equal(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0], expected[k])
    with pytest.raises(TypeError, match="2 inputs \\(image, numbers\\), 1 were given"):
        model(inputs[0])


def test_without_torch_it_says_what_to_install(monkeypatch):
    for name in [n for n in sys.modules if n.startswith("midge.torch")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match="pip install torch"):
        importlib.import_module("midge.torch")


def test_a_wrong_shape_is_named():
    network = NETWORKS["Plain"]()
    model = mt.prepare(network, torch.randn(4, *network.shape))
    with pytest.raises(ValueError, match="was prepared for"):
        model(torch.randn(4, 3, 8, 8))


def test_to_onnx():
    onnx = pytest.importorskip("onnx") if not os.environ.get("CI") else __import__("onnx")
    network = NETWORKS["Separable"]()
    model = onnx.load_from_string(mt.to_onnx(network, torch.randn(1, *network.shape)))
    onnx.checker.check_model(model)
    assert network.training
    assert [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim] == [1, *network.shape]
    assert model.opset_import[0].version >= 18
