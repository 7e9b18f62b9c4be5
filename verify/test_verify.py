"""midge verify on the emulated targets, and what it says when the target does not do what it should."""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
from model_maker import ModelMaker, T, add_model

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGETS = ["cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55", "riscv32", "host"]
INT8_MODELS = ["mlperf/ad01_int8", "mlperf/kws_ref_model", "mlperf/model_ToyCar_fullint_floatio", "mlperf/pretrainedResnet_quant",
               "mlperf/str_ww_ref_model", "mlperf/vww_96_int8", "tflm/hello_world_int8", "tflm/micro_speech_quantized", "tflm/person_detect",
               "tflm/simple_add_model"]
FLOAT_MODELS = ["mlperf/kws_true_float32_from_savedmodel", "mlperf/kws_ref_model_float32", "mlperf/model_ToyCar_dynrange"]
# TensorFlow Lite Micro's arena for the same model on Cortex-M4, bytes.
TFLM_ARENA = {"mlperf/kws_ref_model": 22820, "mlperf/vww_96_int8": 100708, "mlperf/pretrainedResnet_quant": 54996, "mlperf/ad01_int8": 2580,
              "tflm/person_detect": 82308}


def verify(cli, model, *arguments, root=None):
    """Exit status, the report, stderr."""
    environment = dict(os.environ, **({"MIDGE_ROOT": str(root)} if root else {}))
    done = subprocess.run([cli, "verify", str(model), "--json", *arguments], capture_output=True, text=True, env=environment, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_digits_on_every_target(midge_cli, digits, target):
    code, report, errors = verify(midge_cli, digits, "--target", target, "--runs", "5", "--input", str(digits.parent / "digits_test.npz"))
    assert code == 0, errors
    assert report["passed"] == report["runs"] == 5 and report["bit_exact"] and report["first_difference"] is None
    assert report["golden"] == {"samples": 5, "different": 0}
    assert report["flash_model_bytes"] == digits.stat().st_size
    for key in ("arena_bytes", "stack_bytes", "flash_code_bytes", "ram_static_bytes", "macs"):
        assert report[key] > 0, key
    if target != "host":
        per_operator = sum(op["instructions"] for op in report["instructions_per_operator"])
        assert 0.97 < per_operator / report["instructions_per_inference"] <= 1.01


@pytest.mark.parametrize("target", ["cortex-m4", "cortex-m7", "cortex-m55", "riscv32"])
@pytest.mark.parametrize("name", INT8_MODELS)
def test_int8_models_equal_their_goldens_on_the_target(midge_cli, shared, name, target):
    model = shared / "models" / f"{name}.tflite"
    code, report, errors = verify(midge_cli, model, "--target", target, "--runs", "3", "--input", str(model.with_suffix(".golden.npz")))
    assert code == 0, errors
    assert report["bit_exact"] and report["golden"] == {"samples": 3, "different": 0}
    assert report["arena_bytes"] <= TFLM_ARENA.get(name, 1 << 31)
    if name == "mlperf/kws_ref_model" and target == "cortex-m4":
        assert report["flash_code_bytes"] < 24 * 1024


@pytest.mark.parametrize("target", ["cortex-m4", "cortex-m3"])  # with and without an FPU
@pytest.mark.parametrize("name", FLOAT_MODELS)
def test_float_models_give_the_host_s_bytes(midge_cli, shared, name, target):
    model = shared / "models" / f"{name}.tflite"
    code, report, errors = verify(midge_cli, model, "--target", target, "--runs", "2", "--input", str(model.with_suffix(".golden.npz")))
    assert code == 0, errors
    assert report["bit_exact"] and report["golden"]["different"] == 0


def test_both_contracts_run(midge_cli, shared):
    model = shared / "models/mlperf/ad01_int8.tflite"
    for contract in ("litert", "tflm"):
        code, report, _ = verify(midge_cli, model, "--target", "cortex-m4", "--runs", "2", "--contract", contract)
        assert code == 0 and report["contract"] == contract


@pytest.mark.parametrize("target", ["cortex-m0plus", "cortex-m4", "cortex-m55", "riscv32"])
def test_tables_and_float_functions_are_the_same_bytes_everywhere(midge_cli, tmp_path, target):
    m = ModelMaker()
    x, f = m.tensor([64], scale=0.0234, zero=11), m.tensor([64], T.FLOAT32)
    outs = [m.tensor([64], scale=1 / 128), m.tensor([64], scale=1 / 256, zero=-128)] + [m.tensor([64], T.FLOAT32) for _ in range(3)]
    m.op("TANH", [x], [outs[0]], 2)
    m.op("LOGISTIC", [x], [outs[1]], 2)
    m.op("TANH", [f], [outs[2]])
    m.op("LOGISTIC", [f], [outs[3]])
    m.op("SOFTMAX", [f], [outs[4]], 1, "SoftmaxOptions", beta=1.0)
    model = tmp_path / "functions.tflite"
    model.write_bytes(m.bytes([x, f], outs))
    code, report, errors = verify(midge_cli, model, "--target", target, "--runs", "5")
    assert code == 0 and report["bit_exact"], errors


def test_unknown_target_names_the_known_ones(midge_cli, digits):
    code, report, errors = verify(midge_cli, digits, "--target", "cortex-m99")
    assert code == 2 and report["error"]["id"]
    assert errors.count("\n") == 1 and "cortex-m4" in errors and "riscv32" in errors


def test_a_model_larger_than_the_flash(midge_cli, tmp_path):
    m = ModelMaker()
    n = 1700
    x, y = m.tensor([1, n], scale=0.5), m.tensor([1, n], scale=4.0)
    w = m.tensor([n, n], scale=0.5, data=np.ones((n, n)))
    m.op("FULLY_CONNECTED", [x, w], [y], 4, "FullyConnectedOptions")
    model = tmp_path / "large.tflite"
    model.write_bytes(m.bytes([x], [y]))
    code, report, errors = verify(midge_cli, model, "--target", "cortex-m55", "--runs", "1")
    assert code == 1 and report["error"]["id"] == "flash-overflow"
    assert len(errors.splitlines()) == 1 and "does not fit cortex-m55" in errors


def test_a_model_larger_than_the_ram(midge_cli, tmp_path):
    model = tmp_path / "wide.tflite"
    model.write_bytes(add_model([3000000]))
    code, report, errors = verify(midge_cli, model, "--target", "cortex-m4", "--runs", "1")
    assert code == 1 and report["failure"]["id"] == "kArenaTooSmall"
    assert len(errors.splitlines()) == 1 and "needs 90" in errors and "tensor" in errors


def test_an_embedded_plan_that_is_wrong_about_working_in_place_shows(midge_cli, tmp_path):
    m = ModelMaker()
    x, y = m.tensor([1, 6, 6, 1], scale=0.5), m.tensor([1, 6, 6, 1], scale=4.0)
    w = m.tensor([1, 3, 3, 1], scale=0.5, data=np.arange(1, 10))
    b = m.tensor([1], T.INT32, scale=0.25, data=[0])
    m.op("CONV_2D", [x, w, b], [y], 3, "Conv2DOptions", padding=0, strideH=1, strideW=1, dilationHFactor=1, dilationWFactor=1)
    m.metadata("OfflineMemoryAllocation", np.array([1, 0, 4, 0, 0, -1, -1], np.int32).tobytes())
    model = tmp_path / "in_place.tflite"
    model.write_bytes(m.bytes([x], [y]))
    code, report, errors = verify(midge_cli, model, "--target", "host", "--runs", "2")
    assert code == 1 and report["first_difference"]["operator_name"] == "CONV_2D", errors


# A runner between midge and a real image of the host target, which spoils what comes over the wire.
SPOILER = r'''#!/usr/bin/env python3
import struct, subprocess, sys, time
mode = "MODE"
if mode == "early": sys.exit(9)
child = subprocess.Popen([sys.argv[1]], stdin=0, stdout=subprocess.PIPE)
out = sys.stdout.buffer
def crc32(data):
    import zlib
    return zlib.crc32(data)
run = 0
while True:
    head = child.stdout.read(8)
    if len(head) < 8: break
    kind, size = head[2], struct.unpack("<I", head[4:])[0]
    body, crc = child.stdout.read(size), child.stdout.read(4)
    if kind == 4: run += 1
    if mode == "wrong-operator" and kind == 3 and struct.unpack("<I", body[:4])[0] == 2:
        body = body[:-1] + bytes([body[-1] ^ 1])
        crc = struct.pack("<I", crc32(body))
    if mode == "wrong-output" and kind == 4 and run == 2:
        body = body[:-1] + bytes([body[-1] ^ 1])
        crc = struct.pack("<I", crc32(body))
    if mode == "wrong-checksum" and kind == 4: crc = b"0000"
    if mode == "hang" and kind == 3 and struct.unpack("<I", body[:4])[0] == 4: time.sleep(60)
    if mode == "fault" and kind == 3 and struct.unpack("<I", body[:4])[0] == 4:
        body = struct.pack("<IIIIIi", 0x1234, 0x5678, 0xdead0000, 0x82, 1, 4)
        head = b"MW\x05\0" + struct.pack("<I", len(body))
        crc = struct.pack("<I", crc32(body))
    if mode == "garbage" and kind == 4: head = b"garbage!"
    out.write(head + body + crc); out.flush()
    if mode == "closed" and kind == 3: child.kill(); sys.exit(0)
sys.exit(child.wait())
'''


@pytest.fixture(scope="module")
def built_host_target(midge_cli, digits):
    """The libraries of the host target exist."""
    assert verify(midge_cli, digits, "--target", "host", "--runs", "1")[0] == 0


def tree_with_own_target(folder: pathlib.Path, target: str, own: dict[str, str], share_build: bool = True) -> pathlib.Path:
    """A source tree like this one, by links, in which some files of a target's folder are others."""
    for entry in ROOT.iterdir():
        if entry.name != "targets" and (share_build or entry.name != "build"):
            (folder / entry.name).symlink_to(entry)
    (folder / "targets" / target).mkdir(parents=True)
    for entry in (ROOT / "targets").iterdir():
        if entry.name != target:
            (folder / "targets" / entry.name).symlink_to(entry)
    for entry in (ROOT / "targets" / target).iterdir():
        if entry.name not in own:
            (folder / "targets" / target / entry.name).symlink_to(entry)
    for name, text in own.items():
        (folder / "targets" / target / name).write_text(text)
        (folder / "targets" / target / name).chmod(0o755)
    return folder


def test_a_compiler_that_is_not_installed_is_named_with_how_to_install_it(midge_cli, digits, tmp_path):
    json_text = (ROOT / "targets/cortex-m3/target.json").read_text().replace("arm-none-eabi-g++", "arm-none-such-g++")
    root = tree_with_own_target(tmp_path, "cortex-m3", {"target.json": json_text}, share_build=False)
    code, report, errors = verify(midge_cli, digits, "--target", "cortex-m3", root=root)
    assert code == 2 and report["error"]["id"] == "target-not-installed"
    assert len(errors.splitlines()) == 1 and "apt-get install gcc-arm-none-eabi" in errors


def test_an_emulator_that_is_not_installed_is_named_with_how_to_install_it(midge_cli, digits, tmp_path):
    assert verify(midge_cli, digits, "--target", "cortex-m3", "--runs", "1")[0] == 0
    json_text = (ROOT / "targets/cortex-m3/target.json").read_text().replace('"qemu-system-arm",', '"qemu-system-none",')
    run = (ROOT / "targets/cortex-m3/run").read_text()
    root = tree_with_own_target(tmp_path, "cortex-m3", {"target.json": json_text, "run": run})
    code, report, errors = verify(midge_cli, digits, "--target", "cortex-m3", "--runs", "1", root=root)
    assert code == 2 and report["error"]["id"] == "target-not-installed"
    assert len(errors.splitlines()) == 1 and "apt-get install" in errors, errors


@pytest.mark.parametrize("mode, words", [
    ("wrong-operator", ["run 0", "operator 2 CONV_2D", "tensor 3"]),
    ("wrong-output", ["run 1 of 3", "only the outputs as received differ"]),
    ("wrong-checksum", ["wrong checksum"]),
    ("hang", ["operator 4 DEPTHWISE_CONV_2D", "hangs: no word for 0.5 s"]),
    ("fault", ["operator 4 DEPTHWISE_CONV_2D", "faulted", "0x1234", "0xdead0000"]),
    ("garbage", ["not a frame"]),
    ("closed", ["ended without an answer"]),
    ("early", ["boot", "ended without an answer (exit status 9)"]),
])
def test_a_target_that_goes_wrong(midge_cli, digits, built_host_target, tmp_path, mode, words):
    root = tree_with_own_target(tmp_path, "host", {"run": SPOILER.replace("MODE", mode)})
    code, report, errors = verify(midge_cli, digits, "--target", "host", "--runs", "3", "--timeout", "0.5", root=root)
    assert code == 1 and not report["bit_exact"]
    assert len(errors.splitlines()) == 1
    for word in words:
        assert word in errors, errors
