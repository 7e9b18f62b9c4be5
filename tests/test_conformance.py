"""Against LiteRT's reference kernels: the real models' goldens, random operators and random networks of the shared folder."""

import json
import os
import pathlib
import subprocess
import sys
import zlib

import numpy as np
import pytest

import midge

SHARED = pathlib.Path(os.environ.get("MIDGE_SHARED", pathlib.Path(__file__).resolve().parents[2] / "shared"))
# Without a golden: two that no runtime runs as they are (a RESIZE of dynamic shape), and one for an Ethos-U.
MODELS = sorted(str(p.relative_to(SHARED / "models").with_suffix("")) for p in (SHARED / "models").rglob("*.tflite")
                if p.with_suffix(".golden.npz").exists())
GOLDEN_FROM = {}
if (SHARED / "corpus.json").exists():
    GOLDEN_FROM = {entry["file"]: str(entry.get("golden_from")) for entry in json.loads((SHARED / "corpus.json").read_text())["tflite"]}


def has_checksums(name: str) -> bool:
    """Not where LiteRT does not run the model, or is wrong about it (SUM)."""
    return (SHARED / f"models/{name}.ops.json").exists() and "tflite_micro" not in GOLDEN_FROM.get(f"models/{name}.tflite", "")


FAMILIES = []
if (SHARED / "conformance/opgen.py").exists():
    sys.path.insert(0, str(SHARED / "conformance"))
    import opgen

    FAMILIES = list(opgen.FAMILIES)

SEED = 20


def open_model(path: pathlib.Path, **options) -> midge.Interpreter:
    it = midge.Interpreter(model_path=path, **options)
    it.allocate_tensors()
    return it


def run(it: midge.Interpreter, golden, n: int):
    for k, d in enumerate(it.get_input_details()):
        it.set_tensor(d["index"], golden[f"in{k}"][n])
    it.invoke()


@pytest.mark.parametrize("name", MODELS)
def test_real_models_equal_their_goldens(shared, name):
    path = shared / "models" / f"{name}.tflite"
    golden = np.load(path.with_suffix(".golden.npz"))
    it = open_model(path)
    for n in range(len(golden["in0"])):
        run(it, golden, n)
        for k, d in enumerate(it.get_output_details()):
            got, want = it.get_tensor(d["index"]), golden[f"out{k}"][n]
            if want.dtype.kind == "f":
                # Accumulation order and exp differ: 1e-5 of the range is 100 times the error of a float sum of that length.
                np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5 * float(np.abs(want).max()))
            else:
                np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("name", [name for name in MODELS if has_checksums(name)])
def test_every_operator_of_real_models(shared, name):
    """Checksums of each operator's integer outputs: the end of a network hides differences within."""
    path = shared / "models" / f"{name}.tflite"
    checksums = path.with_suffix(".ops.json")
    it = open_model(path, experimental_preserve_all_tensors=True)
    run(it, np.load(path.with_suffix(".golden.npz")), 0)
    for entry in json.loads(checksums.read_text()):
        value = np.ascontiguousarray(it.get_tensor(entry["tensor"]))
        assert list(value.shape) == entry["shape"] and value.dtype == entry["dtype"], entry
        if value.dtype.kind != "f":
            assert f"{zlib.crc32(value.tobytes()):08x}" == entry["crc32"], entry


def run_generator(shared: pathlib.Path, script: str, *arguments: str):
    command = [sys.executable, str(shared / "conformance" / script), "--check", "midge", "--seed", str(SEED), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("family", FAMILIES)
def test_random_operators(shared, family):
    failures = []
    for k in range(50):
        seed = SEED * 100003 + k
        content, inputs, want, refused = opgen.make(family, seed)
        if refused:
            continue
        try:
            wrong = opgen.differs(opgen.under_test(midge, content, inputs), want)
        except midge.Error as e:
            wrong = str(e)
        if wrong:
            failures.append(f"{family} seed {seed}: {wrong}")
    assert not failures, "\n".join(failures[:5])


def test_random_networks(shared):
    assert "0 failed" in run_generator(shared, "netgen.py", "--count", "1000")
