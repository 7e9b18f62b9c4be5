#!/usr/bin/env python3
"""Builds the images midge_op_tests_* for targets and runs them in the emulator; a line per target.

usage: tests/run_images.py [--build-root DIR] [--verbose] [TARGET...]      (default: every target that has a folder)

A target passes if each image exits with 0 and its last line is PASSED. Exit status 0: all passed; 1: one failed; 2: misuse. A
target whose compiler or emulator is not installed is a failure, unless --skip-missing is given.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIMEOUT_SECONDS = 120


def known_targets():
    return sorted(p.parent.name for p in (ROOT / "targets").glob("*/target.json"))


def missing_tool(target):
    """The first tool of the target that is not installed, or None."""
    facts = json.loads((ROOT / "targets" / target / "target.json").read_text())
    for tool in (facts.get("compiler"), facts.get("emulator")):
        if tool and not shutil.which(tool):
            return tool
    return None


def build(target, build_dir):
    for command in (
        ["cmake", "--preset", target, "-B", str(build_dir)],
        ["cmake", "--build", str(build_dir), "--target", "midge_op_tests"],
    ):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            lines = (done.stdout + done.stderr).splitlines()
            return "\n".join(line for line in lines if not line.startswith("["))
    return None


def run(target, build_dir):
    """(passed, what happened, the image's lines)"""
    operators, everything = 0, []
    images = sorted(p for p in build_dir.rglob("midge_op_tests_*") if p.suffix == ".elf" or (p.suffix == "" and p.is_file()))
    if not images:
        return False, "found no image", []
    for image in images:
        passed, what, lines = run_image(target, image)
        everything += lines
        if not passed:
            return False, f"{image.name}: {what}", everything
        operators += sum(line.endswith(" 0 failures") for line in lines)
    return True, f"{operators} operators", everything


def run_image(target, image):
    """The same of one image."""
    try:
        done = subprocess.run(
            [str(ROOT / "targets" / target / "run"), str(image)],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False, f"no end after {TIMEOUT_SECONDS} s", []
    lines = done.stdout.decode(errors="replace").splitlines() + done.stderr.decode(errors="replace").splitlines()
    if done.returncode == 0 and lines and lines[-1] == "PASSED":
        return True, "", lines
    return False, f"exit status {done.returncode}", lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--build-root", type=pathlib.Path, default=ROOT / "build", help="folder of the build folders")
    parser.add_argument("--skip-missing", action="store_true", help="skip targets whose tools are not installed")
    parser.add_argument("--verbose", action="store_true", help="print what each image prints")
    arguments = parser.parse_args()
    known = known_targets()
    for target in arguments.targets:
        if target not in known:
            parser.error(f"{target}: not a target; known: {' '.join(known)}")
    failed = False
    for target in arguments.targets or known:
        tool = missing_tool(target)
        if tool:
            print(f"{target:14} {'SKIPPED' if arguments.skip_missing else 'FAILED'}  {tool} is not installed", flush=True)
            failed |= not arguments.skip_missing
            continue
        build_dir = arguments.build_root / target
        trouble = build(target, build_dir)
        if trouble:
            print(f"{target:14} FAILED  it does not build\n{trouble}", flush=True)
            failed = True
            continue
        start = time.monotonic()
        passed, what, lines = run(target, build_dir)
        print(f"{target:14} {'PASSED' if passed else 'FAILED'}  {what}, {time.monotonic() - start:.1f} s", flush=True)
        if arguments.verbose or not passed:
            print("\n".join("    " + line for line in lines), flush=True)
        failed |= not passed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
