"""Models that random generators do not make, against LiteRT's reference kernels; and hostile ones that must be refused."""

import subprocess

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter as LiteRt
from ai_edge_litert.interpreter import OpResolverType
from model_maker import ModelMaker, T

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
