"""The build refuses what would silently be left out: an unknown file in an operator's folder, a folder without a line in ops.def."""

import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def configure(folder: pathlib.Path) -> subprocess.CompletedProcess:
    """Runs cmake/operators.cmake alone on the ops/ of this folder."""
    (folder / "CMakeLists.txt").write_text(f"cmake_minimum_required(VERSION 3.25)\nproject(layout NONE)\ninclude({ROOT}/cmake/operators.cmake)\n")
    return subprocess.run(["cmake", "-S", str(folder), "-B", str(folder / "build")], capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(ROOT / "ops", tmp_path / "ops")
    return tmp_path


def test_the_tree_as_it_is_configures(tree):
    done = configure(tree)
    assert done.returncode == 0, done.stderr


def test_a_misspelt_file_stops_the_configuration(tree):
    (tree / "ops" / "conv_2d" / "arm_mvee.cc").write_text("// never built\n")
    done = configure(tree)
    assert done.returncode != 0 and "ops/conv_2d/arm_mvee.cc: unknown file name" in " ".join(done.stderr.split())


def test_a_folder_without_a_line_stops_the_configuration(tree):
    (tree / "ops" / "convolution").mkdir()
    done = configure(tree)
    assert done.returncode != 0 and "no line in ops/ops.def names this folder" in " ".join(done.stderr.split())


def test_a_line_without_a_folder_stops_the_configuration(tree):
    with open(tree / "ops" / "ops.def", "a", encoding="utf-8") as f:
        f.write("MIDGE_OP(nothing, NEG, 1)\n")
    done = configure(tree)
    assert done.returncode != 0 and "nothing.h and nothing.cc are missing" in " ".join(done.stderr.split())
