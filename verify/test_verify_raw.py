"""midge verify --raw: pictures and sound go to the target as they are, which prepares them as declared, byte for byte as this machine."""

import json
import os
import subprocess
import wave

import numpy as np
import pytest
from model_maker import ModelMaker, T
from test_verify import TARGETS, tree_with_own_target

RNG = np.random.default_rng(5)
DTYPES = {"int8": T.INT8, "uint8": T.UINT8, "float32": T.FLOAT32, "int16": T.INT16}

# A `run` for the host target that changes the checksum of the input that the target prepared, in the last field of a Result.
SPOILER = '''#!/usr/bin/env python3
import struct, subprocess, sys, zlib
child = subprocess.Popen([sys.argv[1]], stdin=0, stdout=subprocess.PIPE)
while True:
    head = child.stdout.read(8)
    if len(head) < 8: break
    body, crc = child.stdout.read(struct.unpack("<I", head[4:])[0]), child.stdout.read(4)
    if head[2] == 4:
        body = body[:24] + bytes([body[24] ^ 1]) + body[25:]
        crc = struct.pack("<I", zlib.crc32(body))
    sys.stdout.buffer.write(head + body + crc); sys.stdout.buffer.flush()
sys.exit(child.wait())
'''


def verify(cli, model, *arguments, root=None):
    """Exit status, the report, stderr."""
    environment = dict(os.environ, **({"MIDGE_ROOT": str(root)} if root else {}))
    done = subprocess.run([cli, "verify", str(model), "--json", *arguments], capture_output=True, text=True, env=environment, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def doubling_model(folder, shape, dtype, declaration):
    """A model that adds its input to itself, and its declaration beside it."""
    m = ModelMaker()
    quantization = {} if dtype == "float32" else {"scale": 0.02, "zero": {"int8": -7, "uint8": 113, "int16": 0}[dtype]}
    x = m.tensor(shape, DTYPES[dtype], **quantization)
    y = m.tensor(shape, DTYPES[dtype], **quantization)
    m.op("ADD", [x, x], [y], options="AddOptions", potScaleInt16=False)
    path = folder / "net.tflite"
    path.write_bytes(m.bytes([x], [y]))
    (folder / "net.preprocess.json").write_text(json.dumps(declaration))
    return path


@pytest.fixture
def pictures(tmp_path):
    """Colour and grey, of several sizes."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i, (height, width, channels) in enumerate([(30, 41, 3), (9, 64, 1), (70, 12, 3)]):
        pixels = RNG.integers(0, 256, (height, width, channels), np.uint8)
        (folder / f"{i}.p{'p' if channels == 3 else 'g'}m").write_bytes(f"P{6 if channels == 3 else 5} {width} {height} 255\n".encode() + pixels.tobytes())
    return folder


@pytest.fixture
def clips(tmp_path):
    folder = tmp_path / "clips"
    folder.mkdir()
    for i, n in enumerate([5000, 16000]):
        with wave.open(str(folder / f"{i}.wav"), "wb") as clip:
            clip.setnchannels(1), clip.setsampwidth(2), clip.setframerate(16000)
            clip.writeframes(np.int16(4000 * np.sin(np.arange(n) ** 1.5 * 2e-4) + RNG.integers(-300, 300, n)).tobytes())
    return folder


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype,resize,channels", [("int8", "letterbox", 3), ("uint8", "crop", 1), ("float32", "stretch", 3)])
def test_pictures(midge_cli, tmp_path, pictures, target, dtype, resize, channels):
    if dtype != "int8" and target not in ("host", "cortex-m4", "riscv32"):
        pytest.skip("one type on each target, all on some")
    model = doubling_model(tmp_path, (1, 16, 20, channels), dtype,
                           {"kind": "image", "resize": resize, "border": 114, "colour": "bgr" if channels == 3 else "gray", "scale": 1 / 255,
                            "mean": [0.485, 0.456, 0.406] if channels == 3 else 0.5, "std": 0.226})
    code, report, errors = verify(midge_cli, model, "--target", target, "--runs", "4", "--raw", str(pictures))
    assert code == 0, errors
    assert report["bit_exact"] and report["passed"] == 4


@pytest.mark.parametrize("target", ["host", "cortex-m0plus", "cortex-m4", "riscv32"])
@pytest.mark.parametrize("features,dtype,frame", [("micro_speech", "int8", 40), ("mfcc", "float32", 10), ("waveform", "int16", 1)])
def test_sound(midge_cli, tmp_path, clips, target, features, dtype, frame):
    declaration = {"kind": "audio", "features": features, "scale": 0.01 if features != "waveform" else 2e-4}
    if features == "mfcc":
        declaration.update(coefficients=10, lower_hz=20, upper_hz=4000)
    model = doubling_model(tmp_path, (1, 30, frame), dtype, declaration)
    code, report, errors = verify(midge_cli, model, "--target", target, "--runs", "2", "--raw", str(clips))
    assert code == 0, errors
    assert report["bit_exact"] and report["passed"] == 2


def test_a_target_that_prepares_something_else_is_found(midge_cli, tmp_path, pictures):
    model = doubling_model(tmp_path, (1, 8, 8, 1), "int8", {"kind": "image"})
    assert verify(midge_cli, model, "--target", "host", "--runs", "1", "--raw", str(pictures))[0] == 0
    tree = tmp_path / "tree"
    tree.mkdir()
    root = tree_with_own_target(tree, "host", {"run": SPOILER})
    code, report, errors = verify(midge_cli, model, "--target", "host", "--runs", "2", "--raw", str(pictures), root=root)
    assert code == 1 and report["passed"] == 0 and report["first_difference"]["input"]
    assert "already in input tensor 0 't0', which the target prepared" in errors


@pytest.mark.parametrize("declaration,words", [
    (None, ["no preprocessing of kind", "MODEL.preprocess.json"]),
    ({"kind": "tensor"}, ["no preprocessing of kind", "image"]),
    ({"kind": "image", "width": 9}, ["size that is declared is 9"]),
    ({"kind": "image", "scale": "x"}, ["net.preprocess.json", "scale must be a number"]),
])
def test_what_is_refused(midge_cli, tmp_path, pictures, declaration, words):
    model = doubling_model(tmp_path, (1, 8, 8, 1), "int8", declaration)
    if declaration is None:
        (tmp_path / "net.preprocess.json").unlink()
    code, _, errors = verify(midge_cli, model, "--target", "host", "--raw", str(pictures))
    assert code == 2 and len(errors.splitlines()) == 1
    for word in words:
        assert word in errors, errors
