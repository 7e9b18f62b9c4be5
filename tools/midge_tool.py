"""What the tools share: where the built `midge` is, and its answers as JSON. Standard library only."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIGITS = "examples/digits/digits.tflite"
DIGITS_SAMPLES = "examples/digits/digits_test.npz"


class ToolError(Exception):
    """One line for the reader."""


def find_midge(given=None):
    """The program: as given, $MIDGE, or where `make build` leaves it."""
    if given or os.environ.get("MIDGE"):
        return str(given or os.environ["MIDGE"])
    for path in (ROOT / ".venv/bin/midge", ROOT / "build/host-release/cli/midge"):
        if path.exists():
            return str(path)
    raise ToolError("midge is not built: run `make build`, or name the program with --midge or $MIDGE")


def run_midge(midge, *words):
    """Standard output. ToolError, with what midge said, unless it exits 0."""
    environment = {**os.environ, "MIDGE_ROOT": str(ROOT)}
    try:
        r = subprocess.run([midge, *map(str, words)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    except OSError as e:
        raise ToolError(f"{midge}: {e.strerror}") from None
    if r.returncode != 0:
        said = (r.stderr or r.stdout).strip() or "no output"
        raise ToolError(f"midge {' '.join(map(str, words))} ended with {r.returncode}: {said}")
    return r.stdout


def run_midge_json(midge, *words):
    return json.loads(run_midge(midge, *words, "--json"))


def emulated_targets():
    """Names of the targets that have an emulator, in the order in which documents list them."""
    found = []
    for path in (ROOT / "targets").glob("*/target.json"):
        target = json.loads(path.read_text())
        if target["emulator"]:
            family = target["family"]
            number = int("".join(c for c in target["name"] if c.isdigit()) or 0)
            found.append((family, number, target["name"]))
    return [name for _, _, name in sorted(found)]


def main_catching(main):
    """Ends the program with main()'s status; 1 and one line where a ToolError comes through."""
    try:
        sys.exit(main())
    except ToolError as e:
        print(f"{Path(sys.argv[0]).name}: {e}", file=sys.stderr)
        sys.exit(1)
