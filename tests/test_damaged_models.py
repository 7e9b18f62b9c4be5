"""Models of every operator, damaged at random, under the sanitizers: refused, or run without a wrong access."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEED, TURNS = 11, 1000


def test_damaged_operators(shared, tmp_path):
    program = ROOT / "build/host-asan/tests/midge_damage"
    if not program.exists():
        pytest.fail(f"{program} is missing: `make test` builds it")
    sys.path.insert(0, str(shared / "conformance"))
    import opgen

    files = []
    for family in opgen.FAMILIES:
        content, _, _, refused = opgen.make(family, SEED)
        if not refused and len(content) < 20000:
            files.append(tmp_path / f"{family}.tflite")
            files[-1].write_bytes(content)
    done = subprocess.run([program, str(SEED), str(TURNS), *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-3000:]
    assert len(done.stdout.splitlines()) == len(files) > 100
