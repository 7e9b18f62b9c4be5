"""Trains the digits demo model in PyTorch and has Midge convert it: writes digits.tflite and digits_test.npz.

    pip install torch==2.13.0 onnx onnxscript scikit-learn==1.9.1 ai-edge-litert==2.3.0
    python make_model.py                  # a minute on one core; needs the midge command, and ends with its report

Only torch, onnx, onnxscript and scikit-learn are needed to train; LiteRT answers for the test images in digits_test.npz.
All seeds are fixed and training runs on one thread, so that two runs on one machine write the same model. Another processor may
round the training's float sums differently and end in slightly different weights.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

from midge.torch import to_onnx

HERE = Path(__file__).resolve().parent
SEED = 1
HELD_BACK = 360
EPOCHS = 30
BATCH = 32


def load_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x_train, x_test, y_train, y_test: float32 (n, 1, 8, 8) in 0..1, uint8 (n,); n is 1437 and 360."""
    digits = load_digits()
    images = (digits.images[:, np.newaxis] / 16.0).astype(np.float32)
    labels = digits.target.astype(np.uint8)
    return train_test_split(images, labels, test_size=HELD_BACK, stratify=labels, random_state=SEED)


def with_shifts(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Adds copies moved one pixel left, right, up and down, filled with zeros: 5n rows."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    offsets = [(1, 1), (1, 0), (1, 2), (0, 1), (2, 1)]
    return np.concatenate([padded[:, :, y:y + 8, x:x + 8] for y, x in offsets]), np.tile(labels, len(offsets))


def norm_relu(layer: nn.Module, channels: int) -> list[nn.Module]:
    return [layer, nn.BatchNorm2d(channels), nn.ReLU()]


def separable(i: int, o: int) -> list[nn.Module]:
    return [*norm_relu(nn.Conv2d(i, i, 3, padding=1, groups=i, bias=False), i), *norm_relu(nn.Conv2d(i, o, 1, bias=False), o)]


def build_model() -> nn.Sequential:
    """The untrained network: float32 (n, 1, 8, 8) to logits (n, 10)."""
    return nn.Sequential(*norm_relu(nn.Conv2d(1, 16, 3, padding=1, bias=False), 16), *separable(16, 32), nn.MaxPool2d(2),
                         *separable(32, 64), nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10))


def train(model: nn.Module, images: np.ndarray, labels: np.ndarray) -> None:
    x, y = (torch.from_numpy(a) for a in with_shifts(images, labels.astype(np.int64)))
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS * -(-len(x) // BATCH))
    model.train()
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH):
            loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()


def run_int8(path: Path, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The int8 inputs (n, 1, 8, 8, 1) of float32 (n, 1, 8, 8) images, and what LiteRT's reference kernels answer, int8 (n, 1, 10)."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(model_path=str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    scale, zero_point = source["quantization"]
    levels = np.rint(images.astype(np.float64) / scale) + zero_point
    inputs = np.clip(levels, -128, 127).astype(np.int8).reshape(-1, 1, 8, 8, 1)
    outputs = []
    for tensor in inputs:
        interpreter.set_tensor(source["index"], tensor)
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(sink["index"]))
    return inputs, np.stack(outputs)


def report(name: str, scores: np.ndarray, labels: np.ndarray) -> None:
    """How many of the scores, (n, 10) of any type, peak at the labels."""
    right = int((scores.argmax(axis=-1) == labels).sum())
    print(f"{name}: {right} of {len(labels)} right, {right / len(labels):.2%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--midge", default=shutil.which("midge") or str(HERE.parent.parent / ".venv/bin/midge"), help="the command")
    parser.add_argument("--keep", type=Path, help="a folder for digits.onnx and the calibration and test images, to convert them yourself")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)

    x_train, x_test, y_train, y_test = load_split()
    model = build_model()
    train(model, x_train, y_train)
    model.eval()
    with torch.no_grad():
        report("float", model(torch.from_numpy(x_test)).numpy(), y_test)

    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        onnx, calibration, test = folder / "digits.onnx", folder / "calibration.npz", folder / "test.npz"
        onnx.write_bytes(to_onnx(nn.Sequential(model, nn.Softmax(-1)), torch.from_numpy(x_test[:1])))
        np.savez_compressed(calibration, in0=x_train, labels=y_train)
        np.savez_compressed(test, in0=x_test, labels=y_test)
        command = [options.midge, "convert", str(onnx), "-o", str(HERE / "digits.tflite")]
        command += ["--calibrate", str(calibration), "--data", str(test)]
        subprocess.run(command, check=True)

    inputs, outputs = run_int8(HERE / "digits.tflite", x_test)
    report("int8", outputs[:, 0], y_test)
    np.savez_compressed(HERE / "digits_test.npz", in0=inputs, labels=y_test, out0=outputs)


if __name__ == "__main__":
    main()
