"""The command line as a user meets it: help, results, refusals, exit codes.

The program is $MIDGE_BIN, by default .venv/bin/midge of this tree.
"""
import copy
import io
import json
import os
import pathlib
import signal
import subprocess
import time
import zipfile

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

ROOT = pathlib.Path(__file__).resolve().parent.parent
MIDGE = os.environ.get("MIDGE_BIN", str(ROOT / ".venv/bin/midge"))
DIGITS = ROOT / "examples/digits/digits.tflite"
GOLDEN = ROOT / "examples/digits/digits_test.npz"
VERBS = ["inspect", "run", "verify", "check", "ops"]


def midge(*args, **environment):
    return subprocess.run([MIDGE, *map(str, args)], capture_output=True, text=True, timeout=120,
                          env={**os.environ, **environment})


def refused(result, code, *words):
    """One line on stderr with these words, nothing on stdout."""
    assert result.returncode == code, result
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    for word in words:
        assert word in result.stderr


def rewritten(change, source=DIGITS):
    """The bytes of a model after change(model)."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(bytearray(source.read_bytes()), 0))
    change(model)
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


@pytest.fixture(scope="module")
def golden():
    with np.load(GOLDEN) as file:
        return {name: file[name] for name in file.files}


# -- the command line itself


def test_version_and_help():
    assert midge("--version").stdout.startswith("midge ")
    text = midge("--help")
    assert text.returncode == 0 and all(verb in text.stdout for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_ends_with_examples(verb):
    result = midge(verb, "--help")
    assert result.returncode == 0
    assert "Examples:\n  midge " + verb in result.stdout and "--json" in result.stdout


def test_no_verb_prints_help_on_stderr():
    result = midge()
    assert result.returncode == 2 and result.stdout == "" and "inspect" in result.stderr


@pytest.mark.parametrize("args, words", [
    (["inspct", "x"], ["'inspct'", "did you mean 'inspect'?"]),
    (["zzzzzz"], ["'zzzzzz'", "the verbs are inspect"]),
    (["help"], ["--help"]),
    (["inspect"], ["MODEL is required"]),
    (["inspect", "a", "b"], ["'b'"]),
    (["inspect", DIGITS, "--jsn"], ["did you mean '--json'?"]),
    (["run", DIGITS, "--contract", "x"], ["'x'", "litert or tflm"]),
    (["run", DIGITS, "--seed", "x"], ["--seed"]),
    (["run", DIGITS, "--compare"], ["--input"]),
    (["check", DIGITS], ["--ops FILE or --target NAME"]),
    (["check", DIGITS, "--target", "../host"], ["'../host'", "cortex-m4", "riscv32"]),
])
def test_misuse(args, words):
    refused(midge(*args), 2, *words)


@pytest.mark.parametrize("args", [["inspct"], ["inspect"], ["inspect", "missing.tflite"], ["run", DIGITS, "--nope"]])
def test_errors_as_json(args):
    result = midge(*args, "--json")
    assert result.returncode == 2 and result.stderr.count("\n") == 1
    error = json.loads(result.stdout)["error"]
    assert list(error) == ["id", "message", "file", "operator_index", "operator_name", "tensor_index", "tensor_name", "hint"]


# -- files that are no models


@pytest.mark.parametrize("verb", ["inspect", "run"])
@pytest.mark.parametrize("content, word", [(b"", "empty"), (b"plain text\n", "not a .tflite"), (b"\x1c\0\0\0TFL3", "ends before")])
def test_not_a_model(tmp_path, verb, content, word):
    path = tmp_path / "x.tflite"
    path.write_bytes(content)
    refused(midge(verb, path), 1, word)


def test_missing_file_and_folder(tmp_path):
    refused(midge("inspect", tmp_path / "no.tflite"), 2, "no such file")
    refused(midge("inspect", tmp_path), 2, "folder")


def test_truncated_anywhere(tmp_path):
    """A model cut short is refused with a line, or is still whole; never a bug."""
    content = DIGITS.read_bytes()
    path = tmp_path / "cut.tflite"
    for size in range(0, len(content), 397):
        path.write_bytes(content[:size])
        result = midge("inspect", path)
        assert result.returncode in (0, 1) and "bug" not in result.stderr, (size, result)


def test_control_characters_do_not_reach_the_terminal(tmp_path):
    def change(model):
        model.subgraphs[0].tensors[0].name = b"\x1b[31mred\x07"
    path = tmp_path / "evil\x1b.tflite"
    path.write_bytes(rewritten(change))
    result = midge("inspect", path)
    assert result.returncode == 0 and "\x1b" not in result.stdout + result.stderr and "?[31mred?" in result.stdout


# -- inspect


def test_inspect_json():
    result = midge("inspect", DIGITS, "--json")
    assert result.returncode == 0 and result.stderr == ""
    s = json.loads(result.stdout)
    assert s["bytes"] == DIGITS.stat().st_size and s["schema_version"] == 3 and s["macs"] == 89216 and s["parameters"] == 3948
    assert s["inputs"][0]["shape"] == [1, 8, 8, 1] and s["inputs"][0]["dtype"] == "int8" and s["inputs"][0]["zero_point"] == [-128]
    assert [op["name"] for op in s["operators"]][:2] == ["CONV_2D", "DEPTHWISE_CONV_2D"]
    assert sum(op["macs"] for op in s["operators"]) == s["macs"] and all(op["supported"] for op in s["operators"])
    per_channel = s["tensors"][s["operators"][0]["inputs"][1]]
    assert len(per_channel["scale"]) == 16 and per_channel["quantized_dimension"] == 0 and per_channel["constant"]


def test_inspect_plan_is_sound():
    """Blocks that live at once do not overlap; the timeline is the sum of what lives."""
    s = json.loads(midge("inspect", DIGITS, "--json").stdout)
    blocks, arena = s["arena"]["blocks"], s["arena"]
    for i, a in enumerate(blocks):
        assert a["offset"] + a["bytes"] <= arena["activation_bytes"]
        for b in blocks[:i]:
            at_once = a["first"] <= b["last"] and b["first"] <= a["last"]
            assert not at_once or a["offset"] >= b["offset"] + b["bytes"] or b["offset"] >= a["offset"] + a["bytes"]
    for entry in arena["timeline"]:
        assert entry["live_bytes"] == sum(b["bytes"] for b in blocks if b["first"] <= entry["operator"] <= b["last"])
    assert max(e["live_bytes"] for e in arena["timeline"]) == arena["live_peak_bytes"] <= arena["activation_bytes"]


def unknown_operator(model):
    code = model.operatorCodes[model.subgraphs[0].operators[3].opcodeIndex]
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.LSH_PROJECTION


def newer_version(model):
    model.operatorCodes[model.subgraphs[0].operators[3].opcodeIndex].version = 99


@pytest.mark.parametrize("change, reason", [(unknown_operator, "no kernel"), (newer_version, "version 99")])
def test_model_that_cannot_run_is_inspected(tmp_path, change, reason):
    path = tmp_path / "x.tflite"
    path.write_bytes(rewritten(change))
    text = midge("inspect", path)
    assert text.returncode == 0 and reason in text.stdout and "1 of 9 operators cannot run" in text.stderr
    s = json.loads(midge("inspect", path, "--json").stdout)
    assert [op["supported"] for op in s["operators"]] == [i != 3 for i in range(9)] and not s["supported"]
    assert reason in s["operators"][3]["reason"] and s["operators"][3]["macs"] is None
    refused(midge("run", path), 1, "operator 3 ")


def test_unknown_schema_version(tmp_path):
    def change(model):
        model.version = 4
    path = tmp_path / "x.tflite"
    path.write_bytes(rewritten(change))
    refused(midge("inspect", path), 1, "schema version")


def test_wrong_graph(tmp_path):
    def change(model):
        model.subgraphs[0].operators.reverse()
    path = tmp_path / "x.tflite"
    path.write_bytes(rewritten(change))
    result = midge("inspect", path)
    assert result.returncode == 1 and "before anything has written it" in result.stderr and "CONV_2D" in result.stdout


def test_activations_beyond_32_bits_are_refused(tmp_path):
    """Three tensors of 2 GiB in a small file: the plan does not fit what the planner counts with."""
    def change(model):
        graph = model.subgraphs[0]
        tensor = graph.tensors[graph.inputs[0]]
        tensor.shape, tensor.shapeSignature = [32768, 65535], None
        graph.tensors = [copy.copy(tensor) for _ in range(3)]
        op = graph.operators[0]
        op.inputs, op.outputs, graph.inputs, graph.outputs = [0, 1], [2], [0, 1], [2]
        op.builtinOptionsType, op.builtinOptions = schema.BuiltinOptions.AddOptions, schema.AddOptionsT()
        code = model.operatorCodes[op.opcodeIndex]
        code.builtinCode, code.deprecatedBuiltinCode, code.version = schema.BuiltinOperator.ADD, 0, 1
        graph.operators = [op]
    path = tmp_path / "x.tflite"
    path.write_bytes(rewritten(change))
    result = midge("inspect", path)
    assert result.returncode == 1 and "31 bits" in result.stderr


# -- run


def test_run_equals_golden(tmp_path, golden):
    out = tmp_path / "out.npz"
    result = midge("run", DIGITS, "--input", GOLDEN, "--output", out, "--compare")
    assert result.returncode == 0 and "all 3,600 values equal" in result.stdout, result
    with np.load(out) as file:
        assert file.files == ["out0"]
        assert file["out0"].dtype == np.int8 and np.array_equal(file["out0"], golden["out0"])
    assert [p.name for p in tmp_path.iterdir()] == ["out.npz"]


def test_run_output_is_reproducible(tmp_path):
    for name in ["a.npz", "b.npz"]:
        assert midge("run", DIGITS, "--output", tmp_path / name, "--seed", 7).returncode == 0
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_run_without_input_says_the_seed():
    result = midge("run", DIGITS)
    assert result.returncode == 0 and "seed 1" in result.stdout
    assert json.loads(midge("run", DIGITS, "--seed", "9", "--json").stdout)["seed"] == 9


def test_run_json(golden):
    s = json.loads(midge("run", DIGITS, "--input", GOLDEN, "--compare", "--json").stdout)
    assert s["samples"] == 360 and s["equal"] is True and s["outputs"][0]["compared"]["different"] == 0
    assert s["outputs"][0]["argmax"] == golden["out0"].reshape(360, 10).argmax(1).tolist()
    assert s["outputs"][0]["max"] == int(golden["out0"].max())


def test_compare_finds_differences(tmp_path, golden):
    changed = golden["out0"].copy()
    changed[3, 0, 7] ^= 1
    np.savez(tmp_path / "x.npz", in0=golden["in0"], out0=changed)
    result = midge("run", DIGITS, "--input", tmp_path / "x.npz", "--compare")
    assert result.returncode == 1 and "1 of 3,600 values differ" in result.stdout and "[3,0,7]" in result.stdout
    s = json.loads(midge("run", DIGITS, "--input", tmp_path / "x.npz", "--compare", "--json").stdout)
    assert s["equal"] is False and s["outputs"][0]["compared"]["first_difference"]["index"] == [3, 0, 7]


GOOD = np.zeros((2, 1, 8, 8, 1), np.int8)


@pytest.mark.parametrize("arrays, words", [
    ({"x": GOOD}, ["'in0' is missing", "the file has x", "int8 (N,1,8,8,1)"]),
    ({"in0": GOOD.astype(np.float32)}, ["is float32 (2,1,8,8,1)", "needed is int8"]),
    ({"in0": GOOD[0]}, ["int8 (1,8,8,1)", "array[None]"]),
    ({"in0": GOOD[:, :, :, :7]}, ["(2,1,8,7,1)", "(N,1,8,8,1)"]),
    ({"in0": GOOD[:0]}, ["no samples"]),
    ({"in0": GOOD.astype(">i2")}, ["big-endian"]),
    ({"in0": GOOD.astype(np.complex64)}, ["'<c8'"]),
    ({"in0": np.asfortranarray(np.zeros((2, 1, 8, 8, 1), np.int8))}, ["Fortran"]),
    ({"in0": np.array(3, np.int8)}, ["int8 ()"]),
], ids=lambda v: "" if isinstance(v, list) else "-".join(f"{n}{a.dtype}{a.shape}" for n, a in v.items()))
def test_wrong_arrays(tmp_path, arrays, words):
    np.savez(tmp_path / "x.npz", **arrays)
    out = tmp_path / "out.npz"
    refused(midge("run", DIGITS, "--input", tmp_path / "x.npz", "--output", out), 2, *words)
    assert not out.exists()


def test_compare_without_or_with_wrong_golden(tmp_path):
    np.savez(tmp_path / "x.npz", in0=GOOD)
    refused(midge("run", DIGITS, "--input", tmp_path / "x.npz", "--compare"), 2, "'out0' is missing")
    np.savez(tmp_path / "x.npz", in0=GOOD, out0=np.zeros((3, 1, 10), np.int8))
    refused(midge("run", DIGITS, "--input", tmp_path / "x.npz", "--compare"), 2, "(3,1,10)", "(2,1,10)")


def test_stored_and_version_2_arrays(tmp_path):
    """Entries that are not compressed, and the longer header of .npy version 2 and 3."""
    for version in [(1, 0), (2, 0), (3, 0)]:
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, GOOD, version=version)
        with zipfile.ZipFile(tmp_path / "x.npz", "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("in0.npy", buffer.getvalue())
            archive.writestr("notes.txt", "not an array")
            archive.writestr("other.npy", b"not an array either")
        assert midge("run", DIGITS, "--input", tmp_path / "x.npz").returncode == 0


def npy(header, body=b""):
    header += b" " * (-(len(header) + 11) % 16) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + body


@pytest.mark.parametrize("content", [
    b"", b"\x93NUMPY", b"\x93NUMPY\x09\x00\x02\x00{}", b"\x93NUMPY\x01\x00\xff\xff{}", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}",
    npy(b""), npy(b"{"), npy(b"{'descr'"), npy(b"{'descr': '|i1'"), npy(b"{'descr': '|i1', }"), npy(b"[]"), npy(b"{}x"),
    npy(b"{'descr': '|i1', 'fortran_order': Maybe, 'shape': (1,), }", b"a"),
    npy(b"{'descr': '|i1', 'fortran_order': False, 'shape': (-1,), }", b"a"),
    npy(b"{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }", b"a"),
    npy(b"{'descr': '|i1', 'fortran_order': False, 'shape': (1,), }", b"ab"),
    npy(b"{'descr': '<i8', 'fortran_order': False, 'shape': (4611686018427387904, 8), }", b"a"),
    npy(b"{'descr': '|i1', 'fortran_order': False, 'shape': (99999999999999999999999, 1), }", b"a"),
    npy(b"{'descr': '|i1', 'fortran_order': False, 'shape': (0, 99999999999), }", b""),
    npy(b"{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }", b"abcd"),
    npy(b"{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }", b"\x02"),
])
def test_damaged_arrays(tmp_path, content):
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("in0.npy", content)
    refused(midge("run", DIGITS, "--input", tmp_path / "x.npz"), 2, "'in0'")


def test_damaged_npz(tmp_path):
    path = tmp_path / "x.npz"
    np.savez_compressed(path, in0=GOOD)
    whole = path.read_bytes()
    for size in range(0, len(whole), 5):
        path.write_bytes(whole[:size])
        refused(midge("run", DIGITS, "--input", path), 2, ".npz")
    for at in range(0, len(whole), 3):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xff]) + whole[at + 1:])
        result = midge("run", DIGITS, "--input", path)
        assert result.returncode in (0, 2) and "bug" not in result.stderr, (at, result)
    np.save(tmp_path / "x.npy", GOOD)
    refused(midge("run", DIGITS, "--input", tmp_path / "x.npy"), 2, ".npy file with one array")


def test_output_is_whole_or_absent(tmp_path):
    refused(midge("run", DIGITS, "--output", tmp_path / "none/x.npz"), 2, "folder does not exist")
    refused(midge("run", DIGITS, "--output", tmp_path), 2, "folder")
    link = tmp_path / "link.npz"
    link.symlink_to(tmp_path / "real.npz")
    assert midge("run", DIGITS, "--output", link).returncode == 0
    assert link.is_symlink() and (tmp_path / "real.npz").is_file()


# -- check


@pytest.mark.parametrize("text", [
    "CONV_2D 3\nDEPTHWISE_CONV_2D 7 # newer\n\n# all\nmax_pool_2d\nMEAN 2\nFULLY_CONNECTED\nSOFTMAX 2\n",
    "#include <x>\nresolver.AddConv2D();\nr.AddDepthwiseConv2D(Register_X()); r.AddMaxPool2D();\n"
    "if (AddMean() != kTfLiteOk) return;\nAddFullyConnected();\nr.AddSoftmax();\n",
    "r.add(midge::ops::conv_2d_s8);\nr.add(ops::depthwise_conv_2d);\nr.add(ops::max_pool_2d);\n"
    "r.add(ops::mean);\nr.add(ops::fully_connected_s8);\nr.add(ops::softmax);\n",
])
def test_check_list_that_suffices(tmp_path, text):
    path = tmp_path / "ops.txt"
    path.write_text(text)
    result = midge("check", DIGITS, "--ops", path)
    assert result.returncode == 0 and "ok:" in result.stdout, result
    s = json.loads(midge("check", DIGITS, "--ops", path, "--json").stdout)
    assert s["passed"] is True and s["mismatches"] == []


def test_check_lists_all_mismatches(tmp_path):
    path = tmp_path / "ops.txt"
    path.write_text("CONV_2D 2\nDEPTHWISE_CONV_2D 3\nFULLY_CONNECTED 1\n")
    result = midge("check", DIGITS, "--ops", path)
    assert result.returncode == 1
    lines = [line for line in result.stdout.splitlines() if line.startswith("mismatch:")]
    assert len(lines) == 5
    assert "operator 0 CONV_2D version 3 (also operators 2, 5): the firmware's list has version 2" in lines[0]
    s = json.loads(midge("check", DIGITS, "--ops", path, "--json").stdout)
    assert not s["passed"] and [m["operators"] for m in s["mismatches"]] == [[0, 2, 5], [3], [6], [7], [8]]


@pytest.mark.parametrize("text, words", [
    ("CONV_2D 3\nSOFTMAXX 2\n", [":2:", "'SOFTMAXX'", "did you mean SOFTMAX?"]),
    ("CONV_2D three\n", [":1:", "cannot understand"]),
    ("# nothing\n", ["no operator"]),
    ("\0\1\2", [":1:"]),
])
def test_check_list_that_is_wrong(tmp_path, text, words):
    path = tmp_path / "ops.txt"
    path.write_text(text)
    refused(midge("check", DIGITS, "--ops", path), 2, *words)


def test_check_target(tmp_path):
    result = midge("check", DIGITS, "--target", "cortex-m4")
    assert result.returncode == 0 and "estimate" in result.stdout
    target = tmp_path / "targets/tiny"
    target.mkdir(parents=True)
    (target / "target.json").write_text('{"name": "tiny", "cpu": "x", "flash_bytes": 16384, "ram_bytes": 2048}')
    result = midge("check", DIGITS, "--target", "tiny", MIDGE_ROOT=str(tmp_path))
    assert result.returncode == 1 and "flash:" in result.stdout and "RAM:" in result.stdout and "2 mismatches" in result.stdout
    (target / "target.json").write_text("{")
    refused(midge("check", DIGITS, "--target", "tiny", MIDGE_ROOT=str(tmp_path)), 2, "target.json")


def test_check_target_names_every_operator_without_kernel(tmp_path):
    def change(model):
        unknown_operator(model)
        model.operatorCodes[model.subgraphs[0].operators[8].opcodeIndex].version = 99
    path = tmp_path / "x.tflite"
    path.write_bytes(rewritten(change))
    s = json.loads(midge("check", path, "--target", "host", "--json").stdout)
    assert [(m["operator_index"], m["operator_name"]) for m in s["mismatches"]] == [(3, "LSH_PROJECTION"), (8, "SOFTMAX")]


# -- ops


def test_ops():
    s = json.loads(midge("ops", "--json").stdout)
    assert {"CONV_2D", "SOFTMAX"} <= {op["name"] for op in s["operators"]}
    assert "| [CONV_2D](#conv_2d) |" in midge("ops", "--markdown").stdout


# -- pipes and signals


def test_no_colour_without_a_terminal():
    assert "\x1b" not in midge("inspect", DIGITS, TERM="xterm").stdout


def test_closed_pipe_is_quiet():
    process = subprocess.Popen([MIDGE, "inspect", DIGITS], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.wait(60) in (0, 130) and process.stderr.read() == b""


def test_full_disk():
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with open("/dev/full", "wb") as full:
        result = subprocess.run([MIDGE, "inspect", DIGITS], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert result.returncode == 2 and "standard output" in result.stderr


def test_interrupt_leaves_no_file(tmp_path):
    np.savez(tmp_path / "in.npz", in0=np.zeros((400_000, 1, 8, 8, 1), np.int8))
    process = subprocess.Popen([MIDGE, "run", DIGITS, "--input", tmp_path / "in.npz", "--output", tmp_path / "out.npz"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert [p.name for p in tmp_path.iterdir()] == ["in.npz"]
