"""What the Python tests share: where the tool is, and the shared folder of models that not everybody has."""

import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests"))


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """../shared: real models with goldens, and the conformance generators. Without it a test is skipped, but fails in CI."""
    folder = pathlib.Path(os.environ.get("MIDGE_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpus.json").exists():
        message = "needs the shared folder of models (../shared, or $MIDGE_SHARED)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def midge_cli() -> str:
    """The installed tool."""
    return os.environ.get("MIDGE_BIN", str(ROOT / ".venv" / "bin" / "midge"))


@pytest.fixture(scope="session")
def digits() -> pathlib.Path:
    """The digits model; digits_test.npz lies beside it."""
    return ROOT / "examples" / "digits" / "digits.tflite"
