"""Trains the keyword network in PyTorch on what make_data.py wrote, and makes its two int8 files.

    python make_data.py data.npz
    python train.py data.npz              # two minutes on one core

keywords.tflite: the float network through `midge convert`, calibrated with training clips. keywords_qat.tflite: the same network
trained some epochs more under midge.torch. keywords_test.npz: clips of test speakers, as the second file's int8 input.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

import midge
from midge import torch as mt

HERE = Path(__file__).resolve().parent
SEED, EPOCHS, QAT_EPOCHS, BATCH = 1, 18, 4, 64
WIDTH = 32
CALIBRATION, COMMITTED = 500, 120  # clips
# Features are 0 ... 666 times the scale in keywords.preprocess.json; over 256 steps.
INPUT = (0.0390625 * 666 / 256, -128)


def norm_relu(layer: nn.Module, channels: int) -> list[nn.Module]:
    return [layer, nn.BatchNorm2d(channels), nn.ReLU()]


def separable(i: int, o: int) -> list[nn.Module]:
    return [*norm_relu(nn.Conv2d(i, i, 3, padding=1, groups=i, bias=False), i), *norm_relu(nn.Conv2d(i, o, 1, bias=False), o)]


def build_model(classes: int) -> nn.Sequential:
    """float32 (n, 1, 49, 40) to logits (n, classes)."""
    # With a stride of 2, paddings that the .tflite format has (SAME): more at the end than at the beginning.
    first = [nn.ZeroPad2d((1, 1, 4, 5)), *norm_relu(nn.Conv2d(1, WIDTH, (10, 4), 2, bias=False), WIDTH)]
    second = [nn.ZeroPad2d((0, 1, 1, 1)), *norm_relu(nn.Conv2d(WIDTH, WIDTH, 3, 2, groups=WIDTH, bias=False), WIDTH)]
    third = norm_relu(nn.Conv2d(WIDTH, WIDTH, 1, bias=False), WIDTH)
    return nn.Sequential(*first, *second, *third, *separable(WIDTH, WIDTH), *separable(WIDTH, 2 * WIDTH), nn.AdaptiveAvgPool2d(1),
                         nn.Flatten(), nn.Dropout(0.2), nn.Linear(2 * WIDTH, classes))


def varied(x: torch.Tensor) -> torch.Tensor:
    """The batch with a few frames and a few channels of each clip silenced."""
    x = x.clone()
    for dim, widest in ((2, 6), (3, 5)):
        width = torch.randint(0, widest + 1, (len(x), 1))
        begin = (torch.rand(len(x), 1) * (x.shape[dim] - width)).long()
        at = torch.arange(x.shape[dim])[None]
        mask = (at >= begin) & (at < begin + width)
        x.masked_fill_(mask[:, None, :, None] if dim == 2 else mask[:, None, None, :], 0)
    return x


def train(model: nn.Module, x: torch.Tensor, y: torch.Tensor, epochs: int, rate: float, each_epoch=None) -> None:
    optimizer = torch.optim.Adam(model.parameters(), rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * -(-len(x) // BATCH))
    model.train()
    for epoch in range(epochs):
        if each_epoch is not None:
            each_epoch(epoch)
        for batch in torch.randperm(len(x)).split(BATCH):
            loss = nn.functional.cross_entropy(model(varied(x[batch])), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()


def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    with torch.no_grad():
        return float((model(x).argmax(1) == y).float().mean())


def run_file(path: Path, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The int8 inputs (n, 1, 49, 40, 1) of features (n, 1, 49, 40), and Midge's answers, int8 (n, 1, classes)."""
    interpreter = midge.Interpreter(model_path=path)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    scale, zero_point = source["quantization"]
    inputs = np.clip(np.rint(x / scale) + zero_point, -128, 127).astype(np.int8).reshape(-1, *source["shape"])
    outputs = []
    for value in inputs:
        interpreter.set_tensor(source["index"], value)
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(sink["index"]))
    return inputs, np.stack(outputs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="what make_data.py wrote")
    parser.add_argument("--midge", default=shutil.which("midge") or str(HERE.parent.parent / ".venv/bin/midge"), help="the command")
    parser.add_argument("--keep", type=Path, help="a folder for keywords.onnx and the calibration and test clips, to convert them yourself")
    parser.add_argument("--no-convert", action="store_true", help="leave keywords.tflite as it is")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)

    data = np.load(options.data)
    x, y = torch.from_numpy(data["x_train"])[:, None], torch.from_numpy(data["y_train"]).long()
    x_test, y_test = torch.from_numpy(data["x_test"])[:, None], torch.from_numpy(data["y_test"]).long()
    model = build_model(len(data["labels"]))
    train(model, x, y, EPOCHS, 3e-3)
    print(f"float:                  {accuracy(model, x_test, y_test):.2%} of {len(y_test)} test clips")

    picked = torch.randperm(len(x))[:CALIBRATION]
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        onnx, calibration, test = folder / "keywords.onnx", folder / "calibration.npz", folder / "test.npz"
        onnx.write_bytes(mt.to_onnx(nn.Sequential(model, nn.Softmax(-1)), x[:1]))
        np.savez_compressed(calibration, in0=x[picked].numpy(), labels=y[picked].numpy())
        np.savez_compressed(test, in0=x_test.numpy(), labels=y_test.numpy())
        if not options.no_convert:
            command = [options.midge, "convert", str(onnx), "-o", str(HERE / "keywords.tflite")]
            subprocess.run([*command, "--calibrate", str(calibration), "--data", str(test)], check=True)
            classes = run_file(HERE / "keywords.tflite", x_test.numpy())[1].argmax(-1)[:, 0]
            print(f"int8, converted:        {np.mean(classes == y_test.numpy()):.2%}")

    quantized = mt.prepare(model, x[picked], mt.Recipe(inputs=[INPUT]))
    print(f"int8, before training:  {accuracy(quantized.eval(), x_test, y_test):.2%}")
    train(quantized, x, y, QAT_EPOCHS, 2e-4, lambda epoch: quantized.freeze() if epoch == QAT_EPOCHS - 2 else None)
    print(f"int8, trained:          {accuracy(quantized, x_test, y_test):.2%}")
    declared = (HERE / "keywords.preprocess.json").read_bytes()
    mt.export(quantized, HERE / "keywords_qat.tflite", softmax=True, metadata={"midge.preprocess": declared})

    inputs, outputs = run_file(HERE / "keywords_qat.tflite", x_test.numpy())
    print(f"keywords_qat.tflite:    {np.mean(outputs.argmax(-1)[:, 0] == y_test.numpy()):.2%}")
    some = np.sort(np.random.default_rng(SEED).permutation(len(inputs))[:COMMITTED])
    np.savez_compressed(HERE / "keywords_test.npz", in0=inputs[some], labels=y_test.numpy()[some].astype(np.uint8), out0=outputs[some])


if __name__ == "__main__":
    main()
