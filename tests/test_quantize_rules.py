"""Every operator that has a quantisation rule: a float model of it alone is quantised, and LiteRT's reference kernels and Midge give the
same bytes, near the float model's numbers."""

import re
import zlib

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter, OpResolverType

import midge
from midge import _midge
from small_float import Model

from conftest import ROOT

SEED = 7
S4 = [1, 6, 6, 4]


def rng(name):
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def unary(code, options=None, shape=S4, out=None, low=-3.0, high=3.0, **fields):
    def make(m, r):
        x = m.input(shape)
        m.output(m.op(code, [x], out or shape, options, **fields))
        return [(shape, low, high)]

    return make


def pair(code, options=None, low=-3.0, high=3.0, dtype=np.float32, **fields):
    def make(m, r):
        a, b = m.input(S4), m.input(S4)
        m.output(m.op(code, [a, b], S4, options, dtype, **fields))
        return [(S4, low, high), (S4, low / 2, high)]

    return make


def with_constants(code, constants, out, options=None, shape=S4, low=-3.0, high=3.0, data=0, outputs=1, dtype=np.float32, **fields):
    """`constants`: functions of the generator; the computed input stands at place `data`."""

    def make(m, r):
        inputs = [m.constant(*c(r)) for c in constants]
        inputs.insert(data, m.input(shape))
        y = m.op(code, inputs, out, options, dtype, outputs, **fields)
        m.output(*(y if outputs > 1 else [y]))
        return [(shape, low, high)]

    return make


def normal(*shape):
    return lambda r: (r.normal(size=shape) * 0.4, np.float32)


def ints(*values):
    return lambda r: (np.array(values), np.int32)


def scalar(value):
    return lambda r: (np.array(value), np.int32)


POOL = dict(padding=1, strideW=2, strideH=2, filterWidth=2, filterHeight=2)


def concat(code, out, options, **fields):
    def make(m, r):
        a, b = m.input(S4), m.input(S4)
        m.output(m.op(code, [a, b], out, options, **fields))
        return [(S4, -3.0, 3.0), (S4, 0.0, 9.0)]

    return make


def select(code):
    def make(m, r):
        a, b = m.input(S4), m.input(S4)
        mask = m.constant(r.integers(0, 2, S4).astype(bool), np.bool_)
        m.output(m.op(code, [mask, a, b], S4, "SelectV2Options" if code == "SELECT_V2" else "SelectOptions"))
        return [(S4, -3.0, 3.0), (S4, 0.0, 5.0)]

    return make


CASES = {
    "CONV_2D": with_constants("CONV_2D", [normal(5, 3, 3, 4), normal(5)], [1, 3, 3, 5], "Conv2DOptions", strideW=2, strideH=2, fusedActivationFunction=1),
    "DEPTHWISE_CONV_2D": with_constants("DEPTHWISE_CONV_2D", [normal(1, 3, 3, 8), normal(8)], [1, 6, 6, 8], "DepthwiseConv2DOptions", strideW=1, strideH=1, depthMultiplier=2, fusedActivationFunction=3),
    "FULLY_CONNECTED": with_constants("FULLY_CONNECTED", [normal(6, 20), normal(6)], [1, 6], "FullyConnectedOptions", shape=[1, 20]),
    "TRANSPOSE_CONV": with_constants("TRANSPOSE_CONV", [ints(1, 12, 12, 3), normal(3, 3, 3, 4)], [1, 12, 12, 3], "TransposeConvOptions", data=2, strideW=2, strideH=2),
    "ADD": pair("ADD", "AddOptions", fusedActivationFunction=1),
    "SUB": pair("SUB", "SubOptions"),
    "MUL": pair("MUL", "MulOptions"),
    "SQUARED_DIFFERENCE": pair("SQUARED_DIFFERENCE", "SquaredDifferenceOptions"),
    "MAXIMUM": pair("MAXIMUM", "MaximumMinimumOptions"),
    "MINIMUM": pair("MINIMUM", "MaximumMinimumOptions"),
    "PRELU": with_constants("PRELU", [normal(1, 1, 4)], S4),
    "RELU": unary("RELU"),
    "RELU6": unary("RELU6", high=8.0),
    "RELU_N1_TO_1": unary("RELU_N1_TO_1"),
    "RELU_0_TO_1": unary("RELU_0_TO_1"),
    "LEAKY_RELU": unary("LEAKY_RELU", "LeakyReluOptions", alpha=0.1),
    "HARD_SWISH": unary("HARD_SWISH", low=-5.0, high=5.0),
    "GELU": unary("GELU", "GeluOptions", approximate=True),
    "ELU": unary("ELU"),
    "ABS": unary("ABS", "AbsOptions"),
    "EXP": unary("EXP", "ExpOptions"),
    "LOG": unary("LOG", low=0.5, high=8.0),
    "SQRT": unary("SQRT", low=0.5, high=8.0),
    "RSQRT": unary("RSQRT", low=0.5, high=8.0),
    "LOGISTIC": unary("LOGISTIC"),
    "TANH": unary("TANH"),
    "SOFTMAX": unary("SOFTMAX", "SoftmaxOptions", shape=[1, 10], beta=1.0),
    "LOG_SOFTMAX": unary("LOG_SOFTMAX", "LogSoftmaxOptions", shape=[1, 10]),
    "L2_NORMALIZATION": unary("L2_NORMALIZATION", "L2NormOptions", shape=[1, 8]),
    "MEAN": with_constants("MEAN", [ints(1, 2)], [1, 1, 1, 4], "ReducerOptions", keepDims=True),
    "SUM": with_constants("SUM", [ints(1, 2)], [1, 1, 1, 4], "ReducerOptions", keepDims=True),
    "REDUCE_MAX": with_constants("REDUCE_MAX", [ints(1, 2)], [1, 4], "ReducerOptions"),
    "REDUCE_MIN": with_constants("REDUCE_MIN", [ints(1, 2)], [1, 4], "ReducerOptions"),
    "AVERAGE_POOL_2D": unary("AVERAGE_POOL_2D", "Pool2DOptions", out=[1, 3, 3, 4], **POOL),
    "MAX_POOL_2D": unary("MAX_POOL_2D", "Pool2DOptions", out=[1, 3, 3, 4], **POOL),
    "RESHAPE": with_constants("RESHAPE", [ints(1, 36, 4)], [1, 36, 4], "ReshapeOptions", newShape=[1, 36, 4]),
    "SQUEEZE": unary("SQUEEZE", "SqueezeOptions", out=[6, 6, 4], squeezeDims=[0]),
    "EXPAND_DIMS": with_constants("EXPAND_DIMS", [scalar(0)], [1, 1, 6, 6, 4], "ExpandDimsOptions"),
    "TRANSPOSE": with_constants("TRANSPOSE", [ints(0, 3, 1, 2)], [1, 4, 6, 6], "TransposeOptions"),
    "SLICE": with_constants("SLICE", [ints(0, 1, 1, 0), ints(1, 3, 4, 2)], [1, 3, 4, 2], "SliceOptions"),
    "STRIDED_SLICE": with_constants("STRIDED_SLICE", [ints(0, 0, 0, 0), ints(1, 6, 6, 4), ints(1, 2, 2, 1)], [1, 3, 3, 4], "StridedSliceOptions"),
    "GATHER": with_constants("GATHER", [ints(2, 0, 2)], [1, 6, 6, 3], "GatherOptions", axis=3),
    "GATHER_ND": with_constants("GATHER_ND", [lambda r: (np.array([[0, 1], [0, 4]]), np.int32)], [2, 6, 4], "GatherNdOptions"),
    "SPLIT": with_constants("SPLIT", [scalar(3)], [1, 6, 6, 2], "SplitOptions", data=1, outputs=2, numSplits=2),
    "SPLIT_V": with_constants("SPLIT_V", [ints(2, 2), scalar(3)], [1, 6, 6, 2], "SplitVOptions", outputs=2, numSplits=2),
    "UNPACK": with_constants("UNPACK", [], [1, 6, 6], "UnpackOptions", outputs=4, num=4, axis=3),
    "PACK": concat("PACK", [2, *S4], "PackOptions", valuesCount=2, axis=0),
    "CONCATENATION": concat("CONCATENATION", [1, 6, 6, 8], "ConcatenationOptions", axis=3),
    "PAD": with_constants("PAD", [lambda r: (np.array([[0, 0], [1, 2], [0, 1], [0, 0]]), np.int32)], [1, 9, 7, 4], "PadOptions"),
    "PADV2": with_constants("PADV2", [lambda r: (np.array([[0, 0], [1, 2], [0, 1], [0, 0]]), np.int32), lambda r: (np.array(-4.0), np.float32)], [1, 9, 7, 4], "PadV2Options"),
    "MIRROR_PAD": with_constants("MIRROR_PAD", [lambda r: (np.array([[0, 0], [1, 2], [0, 1], [0, 0]]), np.int32)], [1, 9, 7, 4], "MirrorPadOptions"),
    "SPACE_TO_DEPTH": unary("SPACE_TO_DEPTH", "SpaceToDepthOptions", out=[1, 3, 3, 16], blockSize=2),
    "DEPTH_TO_SPACE": unary("DEPTH_TO_SPACE", "DepthToSpaceOptions", out=[1, 12, 12, 1], blockSize=2),
    "SPACE_TO_BATCH_ND": with_constants("SPACE_TO_BATCH_ND", [ints(2, 2), lambda r: (np.zeros((2, 2)), np.int32)], [4, 3, 3, 4], "SpaceToBatchNDOptions"),
    "BATCH_TO_SPACE_ND": with_constants("BATCH_TO_SPACE_ND", [ints(2, 2), lambda r: (np.zeros((2, 2)), np.int32)], [1, 6, 6, 4], "BatchToSpaceNDOptions", shape=[4, 3, 3, 4]),
    "RESIZE_BILINEAR": with_constants("RESIZE_BILINEAR", [ints(9, 9)], [1, 9, 9, 4], "ResizeBilinearOptions"),
    "RESIZE_NEAREST_NEIGHBOR": with_constants("RESIZE_NEAREST_NEIGHBOR", [ints(9, 9)], [1, 9, 9, 4], "ResizeNearestNeighborOptions"),
    "TILE": with_constants("TILE", [ints(1, 2, 1, 1)], [1, 12, 6, 4], "TileOptions"),
    "REVERSE_V2": with_constants("REVERSE_V2", [ints(1)], S4, "ReverseV2Options"),
    "BROADCAST_TO": with_constants("BROADCAST_TO", [ints(3, 6, 6, 4)], [3, 6, 6, 4], "BroadcastToOptions", version=2),
    "SELECT": select("SELECT"),
    "SELECT_V2": select("SELECT_V2"),
    "ARG_MAX": with_constants("ARG_MAX", [scalar(3)], [1, 6, 6], "ArgMaxOptions", dtype=np.int32, outputType=2),
    "ARG_MIN": with_constants("ARG_MIN", [scalar(3)], [1, 6, 6], "ArgMinOptions", dtype=np.int32, outputType=2),
    "EQUAL": pair("EQUAL", "EqualOptions", dtype=np.bool_),
    "NOT_EQUAL": pair("NOT_EQUAL", "NotEqualOptions", dtype=np.bool_),
    "GREATER": pair("GREATER", "GreaterOptions", dtype=np.bool_),
    "GREATER_EQUAL": pair("GREATER_EQUAL", "GreaterEqualOptions", dtype=np.bool_),
    "LESS": pair("LESS", "LessOptions", dtype=np.bool_),
    "LESS_EQUAL": pair("LESS_EQUAL", "LessEqualOptions", dtype=np.bool_),
}


def _matmul(m, r):
    a, b = m.input([2, 5, 7]), m.input([2, 7, 3])
    m.output(m.op("BATCH_MATMUL", [a, b], [2, 5, 3], "BatchMatMulOptions"))
    return [([2, 5, 7], -2.0, 3.0), ([2, 7, 3], -2.0, 2.0)]


CASES["BATCH_MATMUL"] = _matmul

RULES = dict(re.findall(r"^MIDGE_RULE\((\w+),.*?, ([^,]*)\)$", (ROOT / "compiler/quantize/rules.def").read_text(), re.M))


def test_every_rule_has_a_case():
    assert set(RULES) == set(CASES)


def litert(model, inputs):
    """Its reference kernels; the portable ones where it has no others (ELU)."""
    try:
        it = Interpreter(model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    except ValueError:
        it = Interpreter(model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    return invoke(it, inputs)


def invoke(it, inputs):
    it.allocate_tensors()
    for d, x in zip(it.get_input_details(), inputs):
        if d["dtype"] != x.dtype:
            scale, zero = d["quantization"]
            info = np.iinfo(d["dtype"])
            x = np.clip(np.round(x / np.float32(scale)) + zero, info.min, info.max).astype(d["dtype"])
        it.set_tensor(d["index"], x)
    it.invoke()
    return [(it.get_tensor(d["index"]).copy(), d["quantization"]) for d in it.get_output_details()]


def real(value, quantization):
    scale, zero = quantization
    return value.astype(np.float64) if scale == 0 else (value.astype(np.float64) - zero) * scale


@pytest.mark.parametrize("scheme", ["int8", "int16x8"])
@pytest.mark.parametrize("name", CASES)
def test_rule(name, scheme):
    if scheme == "int16x8" and "kS16" not in RULES[name]:
        pytest.skip("no kernel of int16")
    m, r = Model(), rng(name)
    ranges = CASES[name](m, r)
    model = m.bytes()
    samples = [r.uniform(low, high, (12, *shape)).astype(np.float32) for shape, low, high in ranges]
    q = _midge.quantize(model, [s.tobytes() for s in samples], recipe=f'{{"name": "test", "scheme": "{scheme}", "range": "min-max"}}')
    assert not q["warnings"]
    for n in range(4):
        inputs = [s[n] for s in samples]
        got = litert(q["model"], inputs)
        mine = invoke(midge.Interpreter(model_content=q["model"]), inputs)
        want = litert(model, inputs)
        for (a, scale), (b, _), (f, _) in zip(got, mine, want):
            if name == "SUM" and scheme == "int8":
                a = b  # LiteRT's reference kernel of a quantised SUM is wrong
            assert a.dtype == b.dtype and a.shape == b.shape
            assert np.array_equal(a, b), f"seed {SEED}: {np.count_nonzero(a != b)} of {a.size} differ"
            if f.dtype == np.float32:
                assert a.dtype == {"int8": np.int8, "int16x8": np.int16}[scheme]
                # Weights have 8 bits in both; two int16 kernels interpolate coarsely.
                coarse = scheme == "int8" or "kW4" in RULES[name] or name in ("TRANSPOSE_CONV", "EXP", "RESIZE_BILINEAR")
                levels = 256 if coarse else 8192
                error = np.abs(real(a, scale) - f).max()
                assert error <= max(np.abs(f).max(), 1e-3) * 6 / levels, f"seed {SEED}"
            elif name in ("ARG_MAX", "ARG_MIN", "EQUAL", "NOT_EQUAL"):
                pass  # near ties fall either way
            else:
                assert np.mean(a == f) > 0.9
