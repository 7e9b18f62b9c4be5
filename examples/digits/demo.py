"""The main job on the digits model: how good it is on the host, then 100 inferences after boot on two emulated boards.

Run by `make demo`. Needs no network, no board and no other file than those of this folder.
"""

import json
import pathlib
import subprocess
import sys
import time

import numpy as np

import midge

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MODEL, IMAGES = HERE / "digits.tflite", HERE / "digits_test.npz"
CLI = ROOT / ".venv" / "bin" / "midge"
RUNS = 100


def show_image(image: np.ndarray) -> str:
    """An int8 image (1, 8, 8, 1) as eight lines of text, two characters a pixel."""
    shades = " .:-=+*#%@"
    levels = (image.reshape(8, 8).astype(int) + 128) * (len(shades) - 1) // 255
    return "\n".join("    " + "".join(shades[v] * 2 for v in row) for row in levels)


def run_on_host(images: np.ndarray) -> np.ndarray:
    """The class of each image; images int8 (n, 1, 8, 8, 1)."""
    interpreter = midge.Interpreter(model_path=MODEL)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    result = interpreter.get_output_details()[0]["index"]
    classes = []
    for image in images:
        interpreter.set_tensor(source, image)
        interpreter.invoke()
        classes.append(int(np.argmax(interpreter.get_tensor(result))))
    return np.array(classes)


def verify(target: str) -> tuple[dict | None, float]:
    """The report of `midge verify` on a target, and the seconds it took; None where there is no report."""
    command = [str(CLI), "verify", str(MODEL), "--target", target, "--runs", str(RUNS), "--input", str(IMAGES), "--json"]
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    seconds = time.monotonic() - start
    report = json.loads(done.stdout) if done.stdout else None
    return (report if report and "error" not in report else None), seconds


def main() -> int:
    data = np.load(IMAGES)
    images, labels = data["in0"], data["labels"]
    print(f"Digits: {MODEL.stat().st_size:,} bytes of int8 model, {len(labels)} handwritten images it was not trained on. One of them:\n")
    print(show_image(images[0]))
    classes = run_on_host(images)
    right = int(np.sum(classes == labels))
    print(f"\n    read as {classes[0]}, it is a {labels[0]}\n")
    print(f"Host: {right} of {len(labels)} right, {100 * right / len(labels):.2f} %")
    print(f"\nBoards (emulated): {RUNS} images in a row after boot, every output byte compared with the host's.")
    print("The first time on a board builds its libraries.\n")
    print(f"  {'target':<12} {'passed':>10}  {'same bytes':<10} {'flash code':>10} {'model':>8} {'arena':>7} {'stack':>6} {'instructions':>13}")
    good = True
    for target in ("cortex-m4", "cortex-m55"):
        report, seconds = verify(target)
        if report is None:
            good = False
            continue
        exact = report["bit_exact"] and report["golden"]["different"] == 0
        good = good and exact
        print(f"  {target:<12} {report['passed']:>4} of {report['runs']:<3}  {'yes' if exact else 'NO':<10} {report['flash_code_bytes']:>10,}"
              f" {report['flash_model_bytes']:>8,} {report['arena_bytes']:>7,} {report['stack_bytes']:>6,}"
              f" {report['instructions_per_inference']:>13,}   {seconds:.0f} s")
    print("\nNext: .venv/bin/midge verify YOUR_MODEL.tflite --target cortex-m4 --runs 100" if good else "\nThe demo failed; see above.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
