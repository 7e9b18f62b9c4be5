"""The keyword example: its files answer as they did when they were made, and well."""

import json
import pathlib

import numpy as np
import pytest

import midge

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "examples" / "keywords"


def answers(path, inputs: np.ndarray) -> np.ndarray:
    interpreter = midge.Interpreter(model_path=path)
    interpreter.allocate_tensors()
    source, sink = (d[0]["index"] for d in (interpreter.get_input_details(), interpreter.get_output_details()))
    results = []
    for x in inputs:
        interpreter.set_tensor(source, x)
        interpreter.invoke()
        results.append(interpreter.get_tensor(sink))
    return np.stack(results)


@pytest.fixture(scope="module")
def clips():
    return np.load(FOLDER / "keywords_test.npz")


def test_the_trained_file_answers_as_recorded(clips):
    got = answers(FOLDER / "keywords_qat.tflite", clips["in0"])
    np.testing.assert_array_equal(got, clips["out0"])
    assert np.mean(got[:, 0].argmax(-1) == clips["labels"]) > 0.85


def test_the_input_is_what_the_front_end_makes():
    """int8 features over 256 steps of 0 to 666."""
    declared = json.loads((FOLDER / "keywords.preprocess.json").read_text())
    source = midge.Interpreter(model_path=FOLDER / "keywords_qat.tflite").get_input_details()[0]
    scale, zero_point = source["quantization"]
    assert zero_point == -128 and np.float32(scale) == np.float32(declared["scale"] * 666 / 256)
    assert list(source["shape"]) == [1, 49, declared["channels"], 1]


def test_the_converted_file_is_as_good(clips):
    """The same network, quantised after its training. Its input has a scale of its own."""
    trained = midge.Interpreter(model_path=FOLDER / "keywords_qat.tflite").get_input_details()[0]["quantization"]
    own = midge.Interpreter(model_path=FOLDER / "keywords.tflite").get_input_details()[0]["quantization"]
    real = (clips["in0"].astype(np.float64) - trained[1]) * trained[0]
    inputs = np.clip(np.rint(real / own[0]) + own[1], -128, 127).astype(np.int8)
    right = np.mean(answers(FOLDER / "keywords.tflite", inputs)[:, 0].argmax(-1) == clips["labels"])
    assert right > 0.85
