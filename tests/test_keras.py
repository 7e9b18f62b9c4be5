"""Keras models of both generations, imported without TensorFlow: what midge computes against what Keras computed.

The files and references are made by make_keras_models.py.
"""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import midge

DATA = Path(__file__).resolve().parent.parent / "compiler/import/keras/testdata"
MODELS = sorted(p for p in DATA.iterdir() if p.suffix in (".keras", ".h5"))

# float32 sums are off by at most about n * 2^-24 of the sum of magnitudes; the longest here have some 100 terms, in up to 10 layers
# one after the other, whose errors the square root of their number brings together: sqrt(10) * 100 * 2^-24.
TOLERANCE = 10**0.5 * 100 * 2**-24


def run(content: bytes, inputs: list[np.ndarray]) -> list[np.ndarray]:
    it = midge.Interpreter(model_content=content)
    it.allocate_tensors()
    for detail, value in zip(it.get_input_details(), inputs, strict=True):
        it.set_tensor(detail["index"], value)
    it.invoke()
    return [it.get_tensor(d["index"]) for d in it.get_output_details()]


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.name)
def test_computes_what_keras_computes(path):
    with np.load(path.with_suffix(".npz")) as z:
        tensors = dict(z)
    inputs = [tensors[f"in{n}"] for n in range(sum(k.startswith("in") for k in tensors))]
    want = [tensors[f"out{n}"] for n in range(sum(k.startswith("out") for k in tensors))]
    got = run(midge.convert(path).content, inputs)
    assert [g.shape for g in got] == [w.shape for w in want]
    for g, w in zip(got, want):
        assert np.ptp(w) > 0.01  # a network whose outputs are all alike would show little
        np.testing.assert_allclose(g, w, rtol=0, atol=TOLERANCE * max(1, np.abs(w).max()))


def changed(tmp_path, change) -> Path:
    """functional_keras3.keras with another configuration."""
    out = tmp_path / "changed.keras"
    with zipfile.ZipFile(DATA / "functional_keras3.keras") as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "config.json":
                config = json.loads(content)
                change(config)
                content = json.dumps(config).encode()
            new.writestr(name, content)
    return out


def layer_of(config, kind):
    return next(e for e in config["config"]["layers"] if e["class_name"] == kind)


def open_dims(config):
    for layer in config["config"]["layers"]:
        if layer["class_name"] == "InputLayer":
            layer["config"]["batch_shape"][1] = None


@pytest.mark.parametrize("change, words", [
    (lambda c: layer_of(c, "Add").update(class_name="Lambda"), ["Lambda", "Python"]),
    (lambda c: layer_of(c, "Add").update(class_name="Sparkle"), ["Sparkle", "docs/keras.md"]),
    (lambda c: c.update(class_name="MyModel"), ["MyModel", "Functional"]),
    (lambda c: layer_of(c, "Dense")["config"].update(units=4), ["Dense", "weight 0"]),
    (lambda c: layer_of(c, "Dense")["config"].update(activation="wave"), ["Dense", "wave"]),
    (lambda c: layer_of(c, "Add").update(module="keras.src.ops.numpy", class_name="Sparkle"), ["function Sparkle", "docs/keras.md"]),
    (open_dims, ["'left'", "input-shape"]),
], ids=["lambda", "unknown", "subclassed", "weights", "activation", "function", "open"])
def test_refuses_with_the_place_and_a_way_out(tmp_path, change, words):
    with pytest.raises(Exception) as e:
        midge.convert(changed(tmp_path, change))
    assert all(w in str(e.value) for w in words), str(e.value)


def test_damaged_files_are_refused_or_read_but_never_crash(tmp_path):
    seed = 7
    print("seed", seed)
    rng = np.random.default_rng(seed)
    accepted = 0
    for name in ("functional_keras2.h5", "functional_keras3.keras"):
        original = (DATA / name).read_bytes()
        for _ in range(20):
            content = bytearray(original)
            for at in rng.integers(0, len(content), 4):
                content[at] = rng.integers(256)
            path = tmp_path / name
            path.write_bytes(content[: rng.integers(1, len(content))] if rng.random() < 0.3 else content)
            try:
                midge.convert(path)
                accepted += 1
            except Exception as e:
                assert name in str(e)
    assert accepted < 40


def test_an_archive_without_weights_says_so(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("config.json", '{"class_name": "Sequential", "config": {"layers": []}}')
    path = tmp_path / "empty.keras"
    path.write_bytes(out.getvalue())
    with pytest.raises(Exception, match="model.weights.h5"):
        midge.convert(path)
