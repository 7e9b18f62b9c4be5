"""midge evaluate: accuracy, errors by layer, labels from several places, and what it refuses."""

import json
import subprocess

import numpy as np
import pytest


def run(midge_cli, *args, code=0):
    done = subprocess.run([midge_cli, "evaluate", *map(str, args)], capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def as_json(midge_cli, *args):
    return json.loads(run(midge_cli, *args, "--json").stdout)


@pytest.fixture(scope="module")
def digits_data(digits, tmp_path_factory):
    """The example's images as real numbers, as a float model takes them, with their labels."""
    data = np.load(digits.with_name("digits_test.npz"))
    import midge

    it = midge.Interpreter(model_path=digits)
    it.allocate_tensors()
    scale, zero = it.get_input_details()[0]["quantization"]
    folder = tmp_path_factory.mktemp("digits")
    x = ((data["in0"].astype(np.float32) - zero) * scale).astype(np.float32)
    np.savez(folder / "all.npz", x=x, labels=data["labels"])
    np.savez(folder / "apart.npz", x=x, answers=data["labels"])
    np.save(folder / "labels.npy", data["labels"])
    (folder / "labels.txt").write_text("".join(f"{v}\n" for v in data["labels"]))
    right = int((data["out0"].reshape(len(x), -1).argmax(1) == data["labels"]).sum())
    return folder, len(x), right


def test_accuracy_of_a_quantised_model_alone(midge_cli, digits, digits_data):
    folder, samples, right = digits_data
    out = as_json(midge_cli, digits, "--data", f"{folder}/all.npz:x")
    assert out["samples"] == samples
    assert out["classification"]["correct"] == right
    confusion = np.array(out["classification"]["confusion"])
    assert confusion.sum() == samples and confusion.trace() == right
    assert out["reference_classification"] is None and out["outputs"] == []
    assert "accuracy" in run(midge_cli, digits, "--data", f"{folder}/all.npz:x").stdout


def test_labels_from_anywhere(midge_cli, digits, digits_data):
    folder, _, right = digits_data
    for labels in ("answers", folder / "labels.npy", folder / "labels.txt", f"{folder}/all.npz:labels"):
        out = as_json(midge_cli, digits, "--data", f"{folder}/apart.npz:x", "--labels", labels)
        assert out["classification"]["correct"] == right, labels


def test_one_thread_gives_the_same(midge_cli, digits, digits_data):
    folder, _, _ = digits_data
    one = as_json(midge_cli, digits, "--data", f"{folder}/all.npz:x", "--threads", 1)
    assert one == as_json(midge_cli, digits, "--data", f"{folder}/all.npz:x")


def test_refuses_labels_that_do_not_fit(midge_cli, digits, digits_data):
    folder, samples, _ = digits_data
    (folder / "few.txt").write_text("1\n2\n")
    assert "2 labels for" in run(midge_cli, digits, "--data", f"{folder}/all.npz:x", "--labels", folder / "few.txt", code=2).stderr
    (folder / "high.txt").write_text("10\n" * samples)
    assert "the model has 10 classes" in run(midge_cli, digits, "--data", f"{folder}/all.npz:x", "--labels", folder / "high.txt", code=2).stderr
    run(midge_cli, digits, "--data", folder / "none.npz", code=2)


# What these files' SQNR is on LiteRT's reference kernels, measured apart from Midge.
PEERS = {"resnet": ("pretrainedResnet", 16.04), "kws": ("kws_true_float32_from_savedmodel", 26.69)}


@pytest.mark.parametrize("name", PEERS)
def test_errors_against_the_float_model(midge_cli, shared, name):
    reference, sqnr = PEERS[name]
    out = as_json(midge_cli, shared / f"ptq_peers/{name}_tf_int8_500.tflite", "--data", f"{shared}/calib/{name}.npz:eval", "--float",
                  shared / f"models/mlperf/{reference}.tflite")
    assert out["samples"] == 100
    assert out["outputs"][0]["sqnr_db"] == pytest.approx(sqnr, abs=0.05)
    exact = float("inf")  # null in JSON
    compared = [layer["sqnr_db"] or exact for layer in out["layers"] if layer["reference"] is not None]
    assert len(compared) >= 13 and compared == sorted(compared)
    assert any(a["id"] == "own-scale" for layer in out["layers"] for a in layer["advice"])
    # A float model against itself.
    same = as_json(midge_cli, shared / f"models/mlperf/{reference}.tflite", "--data", f"{shared}/calib/{name}.npz:eval", "--float",
                   shared / f"models/mlperf/{reference}.tflite")
    assert same["outputs"][0]["max_abs_error"] == 0 and same["agreement"] == 1
