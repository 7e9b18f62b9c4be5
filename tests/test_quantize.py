"""Post-training quantisation as a whole: how near the integer models come to the float ones, what the border types, schemes and recipes
give, and what is said about bad samples."""

import json

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

import midge
from midge import _midge
from small_float import Model
from test_quantize_rules import invoke, litert, real

SEED = 11
FIGURES = {  # model, dB on the evaluation samples that must be reached
    "ad": ("ad01_float32_from_h5", 43.5),
    "kws": ("kws_true_float32_from_savedmodel", 28.5),
    "resnet": ("pretrainedResnet", 23.0),
    "vww": ("vww_96_float", 38.0),
}


def sqnr(want, got):
    want, got = np.asarray(want, np.float64), np.asarray(got, np.float64)
    return 10 * np.log10((want**2).sum() / ((want - got) ** 2).sum())


@pytest.mark.parametrize("name", FIGURES)
def test_mlperf_models(shared, name):
    file, least = FIGURES[name]
    model = (shared / f"models/mlperf/{file}.tflite").read_bytes()
    archive = np.load(shared / f"calib/{name}.npz")
    calib, evaluation = (archive[k].astype(np.float32) / np.float32(255 if name == "vww" else 1) for k in ("calib", "eval"))
    want = np.load(shared / f"calib/{name}.float_out.npz")["out"]
    q = _midge.quantize(model, [np.ascontiguousarray(calib).tobytes()])
    assert len(q["trials"]) == 3 and sum(t["chosen"] for t in q["trials"]) == 1
    it = midge.Interpreter(model_content=q["model"])
    got = np.stack([real(*invoke(it, [x.reshape(it.get_input_details()[0]["shape"])])[0]) for x in evaluation])
    assert sqnr(want.reshape(got.shape), got) >= least
    x = [evaluation[0].reshape(it.get_input_details()[0]["shape"])]
    a, b = invoke(it, x)[0][0], litert(q["model"], x)[0][0]
    if name == "ad":  # fully connected layers round once in one, twice in the other
        assert np.abs(a.astype(int) - b).max() <= 1
    else:
        assert np.array_equal(a, b)


def network(seed=SEED, tanh=False):
    """Convolution, depthwise, pooling to one pixel, fully connected, softmax."""
    r = np.random.default_rng(seed)
    m = Model()
    x = m.input([1, 8, 8, 3], name="image")
    w = m.constant(r.normal(size=(8, 3, 3, 3)) * 0.3)
    y = m.op("CONV_2D", [x, w, m.constant(r.normal(size=8) * 0.1)], [1, 8, 8, 8], "Conv2DOptions", strideW=1, strideH=1, fusedActivationFunction=1, name="first")
    y = m.op("DEPTHWISE_CONV_2D", [y, m.constant(r.normal(size=(1, 3, 3, 8)) * 0.3)], [1, 8, 8, 8], "DepthwiseConv2DOptions", strideW=1, strideH=1, depthMultiplier=1, fusedActivationFunction=1, name="second")
    if tanh:
        y = m.op("SIN", [y], [1, 8, 8, 8], name="wave")
    y = m.op("AVERAGE_POOL_2D", [y], [1, 1, 1, 8], "Pool2DOptions", padding=1, strideW=8, strideH=8, filterWidth=8, filterHeight=8, name="pooled")
    y = m.op("FULLY_CONNECTED", [y, m.constant(r.normal(size=(5, 8))), m.constant(r.normal(size=5))], [1, 5], "FullyConnectedOptions", name="logits")
    m.output(m.op("SOFTMAX", [y], [1, 5], "SoftmaxOptions", beta=1.0, name="probabilities"))
    return m.bytes()


def samples(n, shape=(8, 8, 3), seed=SEED):
    return np.random.default_rng(seed).normal(size=(n, *shape)).astype(np.float32)


def tensors(model):
    """Name to type of the model's tensors."""
    graph = schema.ModelT.InitFromPackedBuf(model, 0).subgraphs[0]
    return {t.name.decode(): t.type for t in graph.tensors}


def operators(model):
    m = schema.ModelT.InitFromPackedBuf(model, 0)
    names = {v: k for k, v in vars(schema.BuiltinOperator).items() if not k.startswith("_")}
    return [names[m.operatorCodes[o.opcodeIndex].builtinCode] for o in m.subgraphs[0].operators]


def error(model, file, x, slack=0):
    """Of the integer model's outputs, in LiteRT; Midge's are the same bytes, or within `slack` where LiteRT has no reference kernel for
    an operator's version and its other kernels round otherwise."""
    worst = 0
    for s in x:
        got, mine, want = litert(file, [s[None]]), invoke(midge.Interpreter(model_content=file), [s[None]]), litert(model, [s[None]])
        for (a, scale), (b, _), (f, _) in zip(got, mine, want):
            assert np.abs(a.astype(np.float64) - b).max() <= (slack if a.dtype != np.float32 else 1e-5)
            worst = max(worst, np.abs(real(a, scale) - f).max())
    return worst


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 19, 20, 70])
def test_any_number_of_samples(count):
    q = _midge.quantize(network(), [samples(count).tobytes()])
    assert bool(q["trials"]) == (count >= 20)
    assert error(network(), q["model"], samples(3, seed=5)) < 0.15
    assert "MEAN" in operators(q["model"])


@pytest.mark.parametrize("inside", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("outside", ["int8", "uint8", "float32"])
@pytest.mark.parametrize("wave", [False, True])
def test_border_types(inside, outside, wave):
    model = network(tanh=wave)
    q = _midge.quantize(model, [samples(8).tobytes()], input_type=inside, output_type=outside)
    it = midge.Interpreter(model_content=q["model"])
    assert it.get_input_details()[0]["dtype"] == np.dtype(inside) and it.get_output_details()[0]["dtype"] == np.dtype(outside)
    assert it.get_input_details()[0]["name"] == "image" and it.get_output_details()[0]["name"] == "probabilities"
    assert len(q["warnings"]) == wave
    assert error(model, q["model"], samples(3, seed=5)) < 0.1


@pytest.mark.parametrize("scheme", ["int8", "int16x8", "int4"])
def test_mixed_by_layer(scheme):
    recipe = {"name": "mixed", "scheme": "int8", "layers": {"sec*": {"scheme": scheme}}}
    q = _midge.quantize(network(), [samples(64).tobytes()], recipe=json.dumps(recipe))
    types = tensors(q["model"])
    assert types["second"] == {"int8": 9, "int16x8": 7, "int4": 9}[scheme] and types["first"] == 9
    assert ("QUANTIZE" in operators(q["model"])) == (scheme == "int16x8")
    assert error(network(), q["model"], samples(3, seed=5), slack=scheme == "int4") < (0.2 if scheme == "int4" else 0.05)


def test_int16_is_finer():
    x = samples(5, seed=5)
    errors = {}
    for scheme in ("int8", "int16x8", "int4"):
        q = _midge.quantize(network(), [samples(64).tobytes()], recipe=json.dumps({"scheme": scheme}))
        errors[scheme] = error(network(), q["model"], x, slack=scheme == "int4")
    assert errors["int16x8"] < errors["int8"] < errors["int4"] < 0.3


def test_an_operator_without_integers_stays_float():
    q = _midge.quantize(network(tanh=True), [samples(8).tobytes()])
    assert operators(q["model"]).count("DEQUANTIZE") == 1
    assert "SIN" in q["warnings"][0] and "stays float" in q["warnings"][0] and "wave" in q["warnings"][0]


def test_ranges_by_each_method():
    sizes = {}
    for method in ("min-max", "percentile", "mse", "entropy", "moving-average"):
        q = _midge.quantize(network(), [samples(64).tobytes()], recipe=json.dumps({"name": method, "range": method, "percentile": 99.0}))
        it = midge.Interpreter(model_content=q["model"])
        sizes[method] = it.get_input_details()[0]["quantization"][0] * 255
        assert error(network(), q["model"], samples(2, seed=5)) < 0.3
    x = samples(64)
    assert np.isclose(sizes["min-max"], x.max() - x.min(), rtol=1e-5)
    assert np.isclose(sizes["percentile"], 2 * 2.576, rtol=0.05)  # of a normal distribution
    assert sizes["percentile"] < sizes["mse"] <= sizes["min-max"] and sizes["moving-average"] < sizes["min-max"]


@pytest.mark.parametrize("recipe", ["", '{"scheme": "int16x8"}', '{"name": "g", "rounding": "gptq"}', '{"name": "c", "rounding": "coordinate-descent", "range": "entropy"}'])
def test_the_same_bytes_on_any_number_of_threads(recipe):
    x = samples(120).tobytes()
    files = {_midge.quantize(network(), [x], recipe=recipe, threads=n)["model"] for n in (1, 2, 3, 0, 0)}
    assert len(files) == 1


def refused(x, model=None, **options):
    with pytest.raises(_midge.DiagnosticError) as e:
        _midge.quantize(model or network(), [x.astype(np.float32).tobytes()], **options)
    return str(e.value)


def test_bad_samples():
    assert "no calibration samples" in refused(samples(0))
    for value, word in ((np.nan, "NaN"), (np.inf, "infinity")):
        x = samples(40)
        x[33, 0, 0, 1] = value
        message = refused(x)
        assert word in message and "sample 33" in message and "image" in message and "element 1" in message
    assert "nothing but the value 0.5" in refused(np.full((30, 8, 8, 3), 0.5))


@pytest.mark.parametrize("text, words", [
    ("{", "line 1"),
    ("[]", "not an object"),
    ('{"rnge": "mse"}', "rnge"),
    ('{"range": "mean"}', "min-max"),
    ('{"scheme": 8}', "int16x8"),
    ('{"percentile": 3}', "percentile"),
    ('{"layers": {"a": {"equalize": true}}}', "equalize"),
    ('{"layers": []}', "layers"),
])
def test_bad_recipes(text, words):
    assert words in refused(samples(2), recipe=text)


def test_constant_operands_shared_weights_and_dead_channels():
    r = np.random.default_rng(SEED)
    m = Model()
    x = m.input([1, 6, 6, 4])
    values = r.normal(size=(4, 1, 1, 4)).astype(np.float32)
    values[2] = 0  # a channel of zeros, whose bias alone counts
    w, b = m.constant(values), m.constant([0.1, -0.2, 30.0, 0])
    options = dict(strideW=1, strideH=1)
    a = m.op("CONV_2D", [x, w, b], [1, 6, 6, 4], "Conv2DOptions", **options)
    c = m.op("MUL", [a, m.constant([0.5, -1.0, 0.01, 2.0])], [1, 6, 6, 4], "MulOptions")
    d = m.op("CONV_2D", [c, w, b], [1, 6, 6, 4], "Conv2DOptions", **options)
    m.output(m.op("CONCATENATION", [c, d, m.constant(r.normal(size=(1, 6, 6, 1)))], [1, 6, 6, 9], "ConcatenationOptions", axis=3), d)
    x = samples(40, (6, 6, 4))
    q = _midge.quantize(m.bytes(), [x.tobytes()])
    assert error(m.bytes(), q["model"], x[:3]) < 0.6


def test_softmax_into_a_concatenation_is_rescaled():
    m = Model()
    a, b = m.input([1, 4]), m.input([1, 4])
    p = m.op("SOFTMAX", [a], [1, 4], "SoftmaxOptions", beta=1.0)
    m.output(m.op("CONCATENATION", [p, b], [1, 8], "ConcatenationOptions", axis=1))
    x, y = samples(30, (4,)), samples(30, (4,), seed=3) * 5
    q = _midge.quantize(m.bytes(), [x.tobytes(), y.tobytes()], recipe='{"name": "m", "range": "min-max"}')
    for s, t in zip(x[:4], y[:4]):
        (got, scale), want = litert(q["model"], [s[None], t[None]])[0], litert(m.bytes(), [s[None], t[None]])[0][0]
        assert np.abs(real(got, scale) - want).max() < 2 * scale[0]
    assert operators(q["model"]).count("QUANTIZE") == 1


def test_integer_inputs():
    m = Model()
    x, i = m.input([1, 5, 4]), m.input([2], np.int32)
    g = m.op("GATHER", [x, i], [1, 2, 4], "GatherOptions", axis=1)
    m.output(m.op("RELU", [g], [1, 2, 4]))
    index = np.tile(np.array([3, 0], np.int32), (10, 1))
    q = _midge.quantize(m.bytes(), [samples(10, (5, 4)).tobytes(), index.tobytes()])
    s = samples(1, (5, 4))
    (got, scale) = litert(q["model"], [s, index[0]])[0]
    assert np.abs(real(got, scale) - np.maximum(s[:, [3, 0]], 0)).max() < 3 * scale[0]


def test_bad_weights():
    m = Model()
    x = m.input([1, 4])
    w = np.ones((2, 4), np.float32)
    w[1, 2] = np.nan
    m.output(m.op("FULLY_CONNECTED", [x, m.constant(w, name="kernel"), -1], [1, 2], "FullyConnectedOptions"))
    message = refused(samples(10, (4,)), m.bytes())
    assert "NaN in element 6" in message and "kernel" in message and "FULLY_CONNECTED" in message


@pytest.mark.parametrize("scheme", ["dynamic-range", "float16"])
def test_weights_only(scheme):
    q = _midge.quantize(network(), [b""], recipe=json.dumps({"scheme": scheme}))
    assert "no samples" in q["reason"] and len(q["model"]) < len(network())
    assert error(network(), q["model"], samples(3, seed=5)) < 0.05


def test_a_layer_with_float_activations_and_small_weights():
    recipe = {"name": "mixed", "layers": {"first": {"scheme": "dynamic-range"}}}
    q = _midge.quantize(network(), [samples(30).tobytes()], recipe=json.dumps(recipe))
    types = tensors(q["model"])
    assert types["first"] == 0 and types["second"] == 9
    assert operators(q["model"])[:3] == ["DEQUANTIZE", "CONV_2D", "QUANTIZE"]
    assert error(network(), q["model"], samples(3, seed=5)) < 0.1


@pytest.mark.parametrize("recipe", ['{"name": "m", "range": "min-max"}', '{"name": "m", "range": "min-max", "layers": {"flat": {"scheme": "float"}}}',
                                    '{"name": "m", "range": "min-max", "layers": {"flat": {"scheme": "float"}, "wave": {"scheme": "float"}}}'])
def test_what_is_moved_has_the_scale_of_what_it_was(recipe):
    m = Model()
    x = m.input([1, 6, 4])
    y = m.op("SIN", [m.op("RELU", [x], [1, 6, 4])], [1, 6, 4], name="wave")
    y = m.op("RESHAPE", [y, m.constant([1, 24], np.int32)], [1, 24], "ReshapeOptions", newShape=[1, 24], name="flat")
    m.output(y, m.op("TANH", [y], [1, 24]))
    x = samples(20, (6, 4))
    q = _midge.quantize(m.bytes(), [x.tobytes()], recipe=recipe)
    assert error(m.bytes(), q["model"], x[:4]) < 0.03


def test_a_softmax_beside_smaller_numbers():
    m = Model()
    a, b = m.input([1, 4]), m.input([1, 4])
    p = m.op("SOFTMAX", [a], [1, 4], "SoftmaxOptions", beta=1.0)
    m.output(m.op("MAXIMUM", [p, b], [1, 4], "MaximumMinimumOptions"))
    x, y = samples(30, (4,)), samples(30, (4,), seed=3) * 0.02
    q = _midge.quantize(m.bytes(), [x.tobytes(), y.tobytes()], recipe='{"name": "m", "range": "min-max"}')
    for s, t in zip(x[:4], y[:4]):
        (got, scale), want = litert(q["model"], [s[None], t[None]])[0], litert(m.bytes(), [s[None], t[None]])[0][0]
        assert np.abs(real(got, scale) - want).max() < 2.5 * scale[0]
