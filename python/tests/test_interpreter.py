"""midge.Interpreter: LiteRT's methods, and errors that say what, where and what to do."""

import numpy as np
import pytest
from model_maker import ModelMaker, T, add_model

import midge


def test_digits_equal_their_golden(digits):
    data = np.load(digits.parent / "digits_test.npz")
    it = midge.Interpreter(model_path=str(digits))
    it.allocate_tensors()
    for image, expected in zip(data["in0"], data["out0"]):
        it.set_tensor(it.get_input_details()[0]["index"], image)
        it.invoke()
        np.testing.assert_array_equal(it.get_tensor(it.get_output_details()[0]["index"]), expected)


def test_details_have_litert_s_keys_and_values(digits):
    from ai_edge_litert.interpreter import Interpreter as LiteRt

    ours, theirs = midge.Interpreter(model_path=str(digits)), LiteRt(model_path=str(digits))
    for method in ("get_input_details", "get_output_details"):
        a, b = getattr(ours, method)()[0], getattr(theirs, method)()[0]
        assert a.keys() == b.keys()
        assert a["quantization_parameters"].keys() == b["quantization_parameters"].keys()
        for key in ("name", "index", "dtype", "quantization"):
            assert a[key] == b[key], key
        for key in ("shape", "shape_signature"):
            np.testing.assert_array_equal(a[key], b[key])
        for key in ("scales", "zero_points"):
            np.testing.assert_array_equal(a["quantization_parameters"][key], b["quantization_parameters"][key])
    assert [d["index"] for d in ours.get_tensor_details()] == list(range(len(ours.get_tensor_details())))


def test_set_tensor_refuses_wrong_dtype_and_shape(digits):
    it = midge.Interpreter(model_path=str(digits))
    it.allocate_tensors()
    with pytest.raises(ValueError, match="is int8, the array is float32"):
        it.set_tensor(0, np.zeros((1, 8, 8, 1), np.float32))
    with pytest.raises(ValueError, match=r"has shape \[1, 8, 8, 1\], the array has \[8, 8\]"):
        it.set_tensor(0, np.zeros((8, 8), np.int8))
    with pytest.raises(ValueError, match="there is no tensor 99"):
        it.set_tensor(99, np.zeros(1, np.int8))
    with pytest.raises(ValueError, match="constant"):
        weights = next(d for d in it.get_tensor_details() if d["shape"].tolist() == [16, 3, 3, 1])
        it.set_tensor(weights["index"], np.zeros((16, 3, 3, 1), np.int8))


def test_calls_before_allocate_say_so(digits):
    it = midge.Interpreter(model_path=str(digits))
    for call in (it.invoke, it.reset_all_variables, lambda: it.get_tensor(0), lambda: it.set_tensor(0, np.zeros((1, 8, 8, 1), np.int8))):
        with pytest.raises((RuntimeError, ValueError), match="allocate_tensors"):
            call()


def test_constructor_arguments(digits):
    for arguments in ({}, {"model_path": "x", "model_content": b"y"}, {"model_path": str(digits), "contract": "other"}):
        with pytest.raises(ValueError):
            midge.Interpreter(**arguments)
    with pytest.raises(FileNotFoundError):
        midge.Interpreter(model_path="/no/such.tflite")


@pytest.mark.parametrize("content, sentence", [(b"", "not a .tflite file"), (b"hello world, this is text", "not a .tflite file")])
def test_what_is_not_a_model_is_refused(content, sentence):
    with pytest.raises(midge.Error, match=sentence):
        midge.Interpreter(model_content=content)


def test_truncation_anywhere_gives_an_error_or_the_same_model(digits):
    whole = digits.read_bytes()
    for n in range(0, len(whole), 97):
        try:
            midge.Interpreter(model_content=whole[:n]).allocate_tensors()
        except midge.Error:
            pass


def test_missing_operator_and_version_name_the_operator():
    m = ModelMaker()
    x, y = m.tensor([2], T.FLOAT32), m.tensor([2], T.FLOAT32)
    m.op("HASHTABLE_LOOKUP", [x], [y])
    with pytest.raises(midge.Error, match=r"operator 0 HASHTABLE_LOOKUP: tensor 1 't1': no kernel for it \(version 1\) is registered; look the words up"):
        midge.Interpreter(model_content=m.bytes([x], [y])).allocate_tensors()
    with pytest.raises(midge.Error, match="operator 0 ADD: tensor 2 't2': version 99 is newer .*; export with an older converter"):
        midge.Interpreter(model_content=add_model(version=99)).allocate_tensors()


def test_resize_runs_the_new_batch_as_litert_does(digits):
    from ai_edge_litert.interpreter import Interpreter as LiteRt
    from ai_edge_litert.interpreter import OpResolverType

    images = np.load(digits.parent / "digits_test.npz")["in0"][:3, 0]
    outputs = []
    for it in (midge.Interpreter(model_path=str(digits)),
               LiteRt(model_path=str(digits), experimental_op_resolver_type=OpResolverType.BUILTIN_REF)):
        index = it.get_input_details()[0]["index"]
        it.resize_tensor_input(index, [3, 8, 8, 1])
        it.allocate_tensors()
        it.set_tensor(index, images)
        it.invoke()
        outputs.append(it.get_tensor(it.get_output_details()[0]["index"]))
        assert it.get_output_details()[0]["shape"].tolist() == [3, 10]
    np.testing.assert_array_equal(*outputs)


def test_resize_refuses_what_cannot_be(digits):
    it = midge.Interpreter(model_path=str(digits))
    with pytest.raises(ValueError, match="is not an input"):
        it.resize_tensor_input(3, [1])
    with pytest.raises(ValueError, match="not a valid one"):
        it.resize_tensor_input(0, [0, 8, 8, 1])
    with pytest.raises(ValueError, match="strict"):
        it.resize_tensor_input(0, [2, 8, 8, 1], strict=True)
    it.resize_tensor_input(0, [1, 8, 8, 3])  # 16 filters do not part into 3 groups
    with pytest.raises(midge.Error, match="operator 0 CONV_2D"):
        it.allocate_tensors()


def test_variables_keep_their_state_until_reset():
    m = ModelMaker()
    x, state, out = m.tensor([3], scale=0.5), m.tensor([3], scale=0.5, zero=7, variable=True), m.tensor([3], scale=0.5)
    m.op("ADD", [x, state], [out], 2, "AddOptions")
    it = midge.Interpreter(model_content=m.bytes([x], [out]))
    it.allocate_tensors()
    it.set_tensor(x, np.array([2, 4, 6], np.int8))
    it.set_tensor(state, np.array([17, 7, 7], np.int8))
    it.invoke()
    np.testing.assert_array_equal(it.get_tensor(out), [12, 4, 6])
    it.invoke()
    np.testing.assert_array_equal(it.get_tensor(state), [17, 7, 7])
    it.reset_all_variables()
    np.testing.assert_array_equal(it.get_tensor(state), [7, 7, 7])


def test_preserving_all_tensors_keeps_the_intermediate_ones(digits):
    image = np.load(digits.parent / "digits_test.npz")["in0"][0]
    it = midge.Interpreter(model_path=str(digits), experimental_preserve_all_tensors=True)
    it.allocate_tensors()
    it.set_tensor(0, image)
    it.invoke()
    np.testing.assert_array_equal(it.get_tensor(0), image)


def test_an_embedded_plan_is_checked():
    def chain(offsets):
        m = ModelMaker()
        ids = [m.tensor([4], scale=0.5) for _ in range(3)]
        for a, b in zip(ids, ids[1:]):
            m.op("RELU", [a], [b], 2)
        m.metadata("OfflineMemoryAllocation", np.array([1, 0, len(offsets), *offsets], np.int32).tobytes())
        return midge.Interpreter(model_content=m.bytes(ids[:1], ids[-1:]))

    it = chain([0, 512, -1])
    it.allocate_tensors()
    it.set_tensor(0, np.array([-3, 0, 5, 7], np.int8))
    it.invoke()
    np.testing.assert_array_equal(it.get_tensor(2), [0, 0, 5, 7])
    for bad in ([0, 2, -1], [-8, 512, -1], [0, 512]):
        with pytest.raises(midge.Error, match="memory plan"):
            chain(bad).allocate_tensors()
