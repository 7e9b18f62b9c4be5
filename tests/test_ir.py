"""Real models through the converter's module and its textual form: the same file, the same answers."""

import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest

import midge

SEED = 5
# LiteRT's own words on each, run alone: a reference kernel that fails must not take the tests with it.
RUN_IN_LITERT = """
import sys
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
for path in sys.argv[1:]:
    it = Interpreter(model_path=path, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    it.allocate_tensors()
    random = np.random.default_rng(5)
    for d in it.get_input_details():
        it.set_tensor(d["index"], (random.standard_normal(d["shape"]) * (1 if d["dtype"] == np.float32 else 40)).astype(d["dtype"]))
    it.invoke()
    print(it.get_signature_list(), [it.get_tensor(d["index"]).tobytes().hex() for d in it.get_output_details()])
"""
LITERT_MODELS = ["mlperf/kws_ref_model", "mlperf/kws_ref_model_float32", "mlperf/pretrainedResnet_quant", "tflm/trained_lstm_int8",
                 "ops_int16x8/act1_0", "ops_int8/act2_0", "tflm/hello_world_float"]


def ir(midge_cli: str, *arguments) -> None:
    done = subprocess.run([midge_cli, "ir", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def answers(path: pathlib.Path) -> list[bytes] | str:
    """Of seeded random inputs; or why there are none."""
    random = np.random.default_rng(SEED)
    try:
        it = midge.Interpreter(model_path=path)
        it.allocate_tensors()
        for d in it.get_input_details():
            it.set_tensor(d["index"], (random.standard_normal(d["shape"]) * (1 if d["dtype"] == np.float32 else 40)).astype(d["dtype"]))
        it.invoke()
    except Exception as e:
        return str(e).replace(str(path), "")
    return [it.get_tensor(d["index"]).tobytes() for d in it.get_output_details()]


def test_every_model_comes_back(shared, midge_cli, tmp_path):
    text, written, again = tmp_path / "net.txt", tmp_path / "written.tflite", tmp_path / "again.tflite"
    models = sorted((shared / "models").rglob("*.tflite"))
    assert len(models) > 50
    for model in models:
        ir(midge_cli, model, "-o", text)
        ir(midge_cli, model, "-o", written)
        ir(midge_cli, text, "-o", again)
        assert written.read_bytes() == again.read_bytes(), model
        assert answers(written) == answers(model), model


def test_litert_gives_the_same_answers(shared, midge_cli, tmp_path):
    """Also where the converter chooses the operators' versions."""
    pytest.importorskip("ai_edge_litert")
    text, written, ours = tmp_path / "net.txt", tmp_path / "written.tflite", tmp_path / "ours.tflite"
    tried = 0
    for name in LITERT_MODELS:
        model = shared / "models" / f"{name}.tflite"
        if not model.exists():
            continue
        ir(midge_cli, model, "-o", written)
        ir(midge_cli, model, "-o", text)
        text.write_text(re.sub(r"^(op .*) v\d+$", r"\1", text.read_text(), flags=re.MULTILINE))
        ir(midge_cli, text, "-o", ours)
        assert answers(ours) == answers(model), name
        done = subprocess.run([sys.executable, "-c", RUN_IN_LITERT, model, written, ours], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stderr[-500:]}"
        lines = done.stdout.splitlines()
        assert len(lines) == 3 and lines[0] == lines[1] == lines[2], name
        tried += 1
    assert tried >= 5


def test_a_text_that_is_wrong_names_its_place(midge_cli, digits, tmp_path):
    text = tmp_path / "net.txt"
    ir(midge_cli, digits, "-o", text)
    text.write_text(text.read_text().replace("op CONV_2D(", "op CONV_3X(", 1))
    out = tmp_path / "net.tflite"
    done = subprocess.run([midge_cli, "ir", text, "-o", out], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and re.search(r"net\.txt:\d+:4: expected an operator's name", done.stderr), done.stderr
    assert not out.exists()
