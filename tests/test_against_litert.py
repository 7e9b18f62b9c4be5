"""Models that random generators do not make, against LiteRT's reference kernels; and hostile ones that must be refused."""

import subprocess

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter as LiteRt
from ai_edge_litert.interpreter import OpResolverType
from model_maker import NUMPY, ModelMaker, T

import midge


def both(content: bytes, *inputs: np.ndarray) -> list[list[np.ndarray]]:
    """The outputs of midge and of LiteRT."""
    results = []
    for it in (midge.Interpreter(model_content=content),
               LiteRt(model_content=content, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)):
        it.allocate_tensors()
        for d, value in zip(it.get_input_details(), inputs):
            it.set_tensor(d["index"], value)
        it.invoke()
        results.append([it.get_tensor(d["index"]) for d in it.get_output_details()])
    return results


def assert_same(content: bytes, *inputs: np.ndarray):
    for got, want in zip(*both(content, *inputs)):
        np.testing.assert_array_equal(got, want)
        assert got.shape == want.shape


def refused(content: bytes, words: str):
    with pytest.raises(midge.Error, match=words):
        midge.Interpreter(model_content=content).allocate_tensors()


def test_strided_slice_with_begin_mask_on_a_shrunk_axis():
    m = ModelMaker()
    x, y = m.tensor([5, 2, 2], T.INT32), m.tensor([2, 2], T.INT32)
    bounds = [m.tensor([1], T.INT32, data=[v]) for v in (1, 2, 1)]
    m.op("STRIDED_SLICE", [x, *bounds], [y], 1, "StridedSliceOptions", beginMask=1, shrinkAxisMask=1)
    assert_same(m.bytes([x], [y]), np.arange(20, dtype=np.int32).reshape(5, 2, 2))


def test_an_input_written_once_serves_many_invocations():
    m = ModelMaker()
    t = [m.tensor([1, 64], T.FLOAT32) for _ in range(5)]
    for k, name in enumerate(("TANH", "RELU", "TANH", "RELU")):
        m.op(name, [t[k]], [t[k + 1]])
    it = midge.Interpreter(model_content=m.bytes([t[0]], [t[4]]))
    it.allocate_tensors()
    value = np.linspace(-1, 2, 64, dtype=np.float32)[None]
    it.set_tensor(t[0], value)
    it.invoke()
    first = it.get_tensor(t[4])
    it.invoke()
    np.testing.assert_array_equal(it.get_tensor(t[4]), first)
    np.testing.assert_array_equal(it.get_tensor(t[0]), value)


def reshape_model(shape_data, out, new_shape=None, shape_rank=1) -> bytes:
    m = ModelMaker()
    x, y = m.tensor([1], T.FLOAT32) if out == [] else m.tensor([2, 3], T.FLOAT32), m.tensor(out, T.FLOAT32)
    inputs = [x]
    if shape_data is not None:
        inputs.append(m.tensor([len(shape_data)] if shape_rank else [], T.INT32, data=shape_data))
    m.op("RESHAPE", inputs, [y], 1, "ReshapeOptions", newShape=new_shape or [])
    return m.bytes([x], [y])


@pytest.mark.parametrize("content", [reshape_model([], []), reshape_model(None, [], [0]), reshape_model([6], [3, 2], [3, -1], shape_rank=0)],
                         ids=["empty shape", "new_shape [0]", "shape that is no vector"])
def test_reshape_s_rarer_forms(content):
    size = 1 if LiteRt(model_content=content).get_input_details()[0]["shape"].tolist() == [1] else 6
    value = np.arange(size, dtype=np.float32)
    assert_same(content, value if size == 1 else value.reshape(2, 3))


def test_inspect_plans_what_the_interpreter_runs(midge_cli, tmp_path):
    model = tmp_path / "scalar.tflite"
    model.write_bytes(reshape_model([], []))
    done = subprocess.run([midge_cli, "inspect", str(model)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_computed_shape_must_be_the_one_that_the_file_notes():
    m = ModelMaker()
    x, s, y = m.tensor([2, 3], T.FLOAT32), m.tensor([2], T.INT32), m.tensor([3, 2], T.FLOAT32)
    m.op("RESHAPE", [x, s], [y])
    it = midge.Interpreter(model_content=m.bytes([x, s], [y]))
    it.allocate_tensors()
    it.set_tensor(s, np.array([3, 2], np.int32))
    it.invoke()
    it.set_tensor(s, np.array([2, 3], np.int32))
    with pytest.raises(midge.Error, match="computed shape"):
        it.invoke()


def test_mean_over_no_axes():
    m = ModelMaker()
    x, y = m.tensor([2, 3], scale=0.5, zero=3), m.tensor([2, 3], scale=0.25, zero=-7)
    axes = m.tensor([0], T.INT32, data=[])
    m.op("MEAN", [x, axes], [y], 2, "ReducerOptions", keepDims=False)
    assert_same(m.bytes([x], [y]), np.array([[-100, -3, 0], [5, 60, 127]], np.int8))


@pytest.mark.parametrize("name", ["TRANSPOSE", "PAD", "RESHAPE"])
def test_moves_take_tensors_whose_scales_differ(name):
    m = ModelMaker()
    x = m.tensor([2, 3], scale=0.5, zero=3)
    y = m.tensor([4, 3] if name == "PAD" else [3, 2], scale=0.25, zero=-7)
    data = {"TRANSPOSE": [1, 0], "PAD": [[1, 1], [0, 0]], "RESHAPE": [3, 2]}[name]
    second = m.tensor(np.shape(data), T.INT32, data=data)
    m.op(name, [x, second], [y], 1)
    assert_same(m.bytes([x], [y]), np.array([[-100, -3, 0], [5, 60, 127]], np.int8))


@pytest.mark.parametrize("name", ["MAX_POOL_2D", "AVERAGE_POOL_2D"])
def test_poolings_take_tensors_whose_scales_differ(name):
    m = ModelMaker()
    x, y = m.tensor([1, 4, 4, 1], scale=0.5, zero=3), m.tensor([1, 2, 2, 1], scale=0.25, zero=-7)
    m.op(name, [x], [y], 2, "Pool2DOptions", padding=1, strideH=2, strideW=2, filterHeight=2, filterWidth=2)
    assert_same(m.bytes([x], [y]), np.arange(-8, 8, dtype=np.int8).reshape(1, 4, 4, 1))


def test_concatenation_of_many_inputs():
    m = ModelMaker()
    x, y = m.tensor([1, 2], scale=0.5), m.tensor([1, 140], scale=0.5)
    m.op("CONCATENATION", [x] * 70, [y], 2, "ConcatenationOptions", axis=1)
    assert_same(m.bytes([x], [y]), np.array([[-3, 9]], np.int8))


def convolution(name, activation, weights, bias, channels=6, computed=False):
    """A convolution of two groups or with a multiplier of 2, of a batch of 2, with dilation; and its inputs."""
    rng = np.random.default_rng(7)
    depthwise, per_tensor = name == "DEPTHWISE_CONV_2D", weights == T.UINT8
    shape, axis = ([1, 2, 3, channels], 3) if depthwise else ([channels, 2, 3, channels // 4], 0)
    bounds = {T.INT4: (-8, 8), T.UINT8: (0, 256), T.INT8: (-127, 128)}
    m = ModelMaker()
    inputs = [rng.normal(0, 1, [2, 5, 7, channels // 2]) if activation == T.FLOAT32 else
              rng.integers(np.iinfo(NUMPY[activation]).min, np.iinfo(NUMPY[activation]).max + 1, [2, 5, 7, channels // 2])]
    inputs[0] = inputs[0].astype(NUMPY[activation])
    scale, zero = {T.INT8: (0.05, -9), T.UINT8: (0.05, 119), T.INT16: (0.0002, 0), T.FLOAT32: (None, 0)}[activation]
    x = m.tensor(inputs[0].shape, activation, scale, zero)
    scales = 0.02 if per_tensor else np.linspace(0.01, 0.03, channels)
    w_data = rng.normal(0, 1, shape) if weights == T.FLOAT32 else rng.integers(*bounds[weights], shape)
    w = m.tensor(shape, weights, None if weights == T.FLOAT32 else scales, 113 if per_tensor else 0, None if computed else w_data, axis=axis)
    b_data = rng.normal(0, 1, channels) if bias == T.FLOAT32 else rng.integers(-900, 900, channels)
    b = m.tensor([channels], bias, 0.001 if per_tensor else None, data=None if computed else b_data)
    out_scale = None if scale is None else scale * 0.02 * (40 if weights == T.INT4 else 600)
    y = m.tensor([2, 5, 4, channels], activation, out_scale, zero)
    extra = {"depthMultiplier": 2} if depthwise else {"quantizedBiasType": bias} if activation == T.INT16 else {}
    m.op(name, [x, w, b], [y], 5, "DepthwiseConv2DOptions" if depthwise else "Conv2DOptions", padding=0, strideH=1, strideW=2,
         dilationHFactor=2, dilationWFactor=1, fusedActivationFunction=1, **extra)
    if computed:
        inputs += [w_data.astype(NUMPY[weights]), b_data.astype(NUMPY[bias])]
    return m.bytes([x, w, b] if computed else [x], [y]), *inputs


CONVOLUTIONS = [
    ("CONV_2D", T.INT8, T.INT4, T.INT32), ("CONV_2D", T.INT16, T.INT4, T.INT64), ("CONV_2D", T.INT16, T.INT8, T.INT32),
    ("CONV_2D", T.UINT8, T.UINT8, T.INT32), ("CONV_2D", T.FLOAT32, T.INT4, T.FLOAT32), ("CONV_2D", T.FLOAT32, T.INT8, T.FLOAT32),
    ("DEPTHWISE_CONV_2D", T.INT8, T.INT4, T.INT32), ("DEPTHWISE_CONV_2D", T.INT16, T.INT8, T.INT64),
    ("DEPTHWISE_CONV_2D", T.UINT8, T.UINT8, T.INT32), ("DEPTHWISE_CONV_2D", T.FLOAT32, T.INT8, T.FLOAT32),
]


@pytest.mark.parametrize("channels", [4, 12, 68])
@pytest.mark.parametrize("types", CONVOLUTIONS, ids=str)
def test_convolutions_of_rarer_types(types, channels):
    assert_same(*convolution(*types, channels))


@pytest.mark.parametrize("types", [t for t in CONVOLUTIONS if T.INT4 not in t], ids=str)
def test_convolutions_with_computed_weights(types):
    assert_same(*convolution(*types, 12, computed=True))


@pytest.mark.parametrize("weights", [T.INT8, T.INT4, T.UINT8])
def test_hybrid_convolution_whose_scales_are_equal(weights):
    m = ModelMaker()
    rng = np.random.default_rng(3)
    x, y = m.tensor([2, 4, 4, 3], T.FLOAT32), m.tensor([2, 4, 4, 5], T.FLOAT32)
    data = rng.integers(-8, 8, [5, 3, 3, 3])
    w = m.tensor([5, 3, 3, 3], weights, [0.03] * 5, data=data.astype(np.int8).view(np.uint8) if weights == T.UINT8 else data)
    b = m.tensor([5], T.FLOAT32, data=[0, 1, 2, 3, 4])
    m.op("CONV_2D", [x, w, b], [y], 5, "Conv2DOptions", padding=0, strideH=1, strideW=1, dilationHFactor=1, dilationWFactor=1)
    assert_same(m.bytes([x], [y]), rng.normal(0, 1, [2, 4, 4, 3]).astype(np.float32))


# ---- hostile files

@pytest.mark.parametrize("channels", [858993459, 858993460, (1 << 31) - 1])
@pytest.mark.parametrize("name", ["CONV_2D", "DEPTHWISE_CONV_2D"])
def test_channels_that_only_a_computed_filter_can_have(name, channels):
    m = ModelMaker()
    x, y = m.tensor([1, 1, 1, 1], scale=0.5), m.tensor([1, 1, 1, channels], scale=0.5)
    w = m.tensor([channels, 1, 1, 1] if name == "CONV_2D" else [1, 1, 1, channels], scale=0.5)
    m.op(name, [x, w], [y], 3, "Conv2DOptions" if name == "CONV_2D" else "DepthwiseConv2DOptions", padding=1, strideH=1, strideW=1)
    refused(m.bytes([x, w], [y]), "31 bits|too small")


def test_an_operator_that_writes_a_constant():
    m = ModelMaker()
    x, big = m.tensor([24], T.INT32), m.tensor([2], T.INT32, data=[1, 1])
    y = m.tensor([24], T.FLOAT32)
    shape = m.tensor([1], T.INT32, data=[24])
    source, padded = m.tensor([1] * 6, T.FLOAT32), m.tensor([1] * 6, T.FLOAT32)
    m.op("RESHAPE", [x, shape], [big])
    m.op("PAD", [source, big], [padded])
    refused(m.bytes([x, source], [padded, y]), "constant")


def test_an_option_that_leaves_its_table():
    m = ModelMaker()
    a, b, y = m.tensor([2], T.FLOAT32), m.tensor([2], T.FLOAT32), m.tensor([2], T.FLOAT32)
    m.op("ADD", [a, b], [y], 1, "AddOptions", fusedActivationFunction=1)
    content = bytearray(m.bytes([a, b], [y]))
    # The options' vtable is the only one of 6 bytes with a table of 5 to 8: its field offset is moved past the table's end.
    found = 0
    for at in range(0, len(content) - 6, 2):
        vtable, table, field = (int.from_bytes(content[at + k:at + k + 2], "little") for k in (0, 2, 4))
        if vtable == 6 and 5 <= table <= 8 and 4 <= field < table:
            content[at + 4] = 200
            found += 1
    assert found >= 1
    refused(bytes(content), "damaged|cannot be right")
