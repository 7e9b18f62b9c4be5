"""midge convert and midge ir on the command line: what they print, and what goes wrong in one line."""

import json
import subprocess

import numpy as np
import pytest


@pytest.fixture
def run(midge_cli):
    return lambda *words: subprocess.run([midge_cli, *map(str, words)], capture_output=True, text=True)


def test_an_integer_model_is_only_optimised(run, digits, tmp_path):
    out = tmp_path / "out.tflite"
    result = run("convert", digits, "-o", out, "--json")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["macs"] == 89216 and report["bytes"] == out.stat().st_size and report["calibration"] is None


def test_text_and_back(run, digits, tmp_path):
    text, model, again = tmp_path / "net.txt", tmp_path / "net.tflite", tmp_path / "again.txt"
    assert run("ir", digits, "-o", text).returncode == 0
    assert run("convert", text, "-o", model, "--no-optimize").returncode == 0
    assert run("ir", model, "-o", again).returncode == 0

    def graph(path):
        return [line for line in path.read_text().splitlines() if line.startswith(("tensor", "constant", "op"))]

    assert graph(text) == graph(again)


@pytest.mark.parametrize(
    "words, code, said",
    [
        (["nowhere.onnx"], 2, "no such file"),
        (["{digits}", "--quantize", "int8"], 2, "--calibrate"),
        (["{digits}", "--calibrate", "{samples}"], 1, "quantised already"),
        (["{rubbish}"], 1, "formats"),
        (["{digits}", "--recipe", "{rubbish}"], 2, "JSON"),
        (["{digits}", "--input-shape", "x=1,two"], 2, "--input-shape"),
    ],
)
def test_one_line_says_what_is_wrong_and_nothing_is_written(run, digits, tmp_path, words, code, said):
    rubbish, samples, out = tmp_path / "rubbish.onnx", tmp_path / "samples.npy", tmp_path / "out.tflite"
    rubbish.write_bytes(b"no model at all")
    np.save(samples, np.zeros((3, 8, 8, 1), np.float32))
    result = run("convert", *(w.format(digits=digits, rubbish=rubbish, samples=samples) for w in words), "-o", out)
    assert result.returncode == code, result.stderr
    assert said in result.stderr and len(result.stderr.strip().splitlines()) == 1
    assert list(tmp_path.glob("out*")) == []
