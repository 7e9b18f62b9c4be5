"""Keras models of both formats against what Keras answers; what is damaged or not supported is refused with a reason."""

import pathlib

import midge
import numpy as np
import pytest

DATA = pathlib.Path(__file__).resolve().parent.parent / "compiler/import/keras/testdata"


@pytest.mark.parametrize("suffix", ["keras", "h5"])
@pytest.mark.parametrize("name", ["sequential", "functional", "nested", "series"])
def test_the_same_answers_as_keras(name, suffix):
    interpreter = midge.Interpreter(model_content=midge.convert(DATA / f"{name}.{suffix}").content)
    interpreter.allocate_tensors()
    arrays = np.load(DATA / f"{name}.npz")
    for k, details in enumerate(interpreter.get_input_details()):
        assert tuple(details["shape"]) == arrays[f"in{k}"].shape
        interpreter.set_tensor(details["index"], arrays[f"in{k}"])
    interpreter.invoke()
    for k, details in enumerate(interpreter.get_output_details()):
        # Sums of at most some thousand products, in another order: 1e-5 of the largest.
        expected = arrays[f"out{k}"]
        assert np.abs(interpreter.get_tensor(details["index"]) - expected).max() <= 1e-5 * max(1, np.abs(expected).max())


def test_what_is_not_supported_is_named():
    with pytest.raises(midge.Error, match=r"'memory' \(LSTM\).*ONNX"):
        midge.convert(DATA / "refused.keras")


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_damaged_files_are_refused(tmp_path, suffix):
    whole = (DATA / f"nested.{suffix}").read_bytes()
    rng = np.random.default_rng(3)
    refused = 0
    for n in range(60):
        damaged = bytearray(whole)
        if n % 3 == 0:
            damaged = damaged[: int(rng.integers(8, len(whole)))]
        for _ in range(4):
            damaged[int(rng.integers(4, len(damaged)))] ^= int(rng.integers(1, 256))
        path = tmp_path / f"damaged.{suffix}"
        path.write_bytes(damaged)
        try:
            midge.convert(path)
        except midge.Error:
            refused += 1
    assert refused > 10
