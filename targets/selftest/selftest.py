#!/usr/bin/env python3
"""Checks every target's board (board.h) by running the self-test image and talking to it over the wire.

    selftest.py [--target NAME]... [--build-dir DIR]

Builds targets/ for each target into DIR/NAME (default: a temporary folder), then runs every check. A target whose compiler or
emulator is not installed is reported as skipped; a target that was named must be there. Exit status 0: every check passed.
Standard library only; needs cmake.
"""

import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

TARGETS_DIR = Path(__file__).resolve().parent.parent
TIMEOUT_S = 60
UNMAPPED_ADDRESS = 0xF0000000
EXIT_WIRE_CLOSED = 3
EXIT_REPORTED_FAULT = 5
SYSTICK_PERIOD = 1 << 24
NOT_APPLICABLE = "not applicable"


class Image:
    """A running self-test image. Every command is a letter and a 32-bit argument."""

    def __init__(self, target, name="midge_selftest"):
        self.path = target.image(name)
        self.process = subprocess.Popen(
            [str(target.dir / "run"), str(self.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self.watchdog = threading.Timer(TIMEOUT_S, self.process.kill)
        self.watchdog.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.kill()
        self.process.wait()
        self.watchdog.cancel()

    def send(self, command, argument, payload=b""):
        """Writes in a thread, since the image answers while a long payload is still on its way."""
        message = command.encode() + struct.pack("<I", argument) + payload
        writer = threading.Thread(target=self._write_all, args=(message,))
        writer.start()
        return writer

    def _write_all(self, message):
        view = memoryview(message)
        while view:
            try:
                view = view[self.process.stdin.write(view) :]
            except BrokenPipeError:
                return  # receive() reports the image's end

    def receive(self, n):
        data = b""
        while len(data) < n:
            piece = self.process.stdout.read(n - len(data))
            assert piece, f"the image stopped after {len(data)} of {n} bytes, exit status {self.exit_status()}"
            data += piece
        return data

    def ask(self, command, argument, layout):
        self.send(command, argument).join()
        return struct.unpack("<" + layout, self.receive(struct.calcsize("<" + layout)))

    def expect_fault(self, command, argument):
        """Sends a command that faults; returns pc, lr, address, status, address_valid."""
        self.send(command, argument).join()
        marker = self.receive(1)
        assert marker == b"F", f"a fault report should follow, got {marker!r}"
        fault = struct.unpack("<5I", self.receive(20))
        assert self.exit_status() == EXIT_REPORTED_FAULT
        return fault

    def exit_status(self):
        return self.process.wait(TIMEOUT_S)


class Target:
    def __init__(self, name, build_dir):
        self.dir = TARGETS_DIR / name
        self.build_dir = build_dir / name
        self.json = json.loads((self.dir / "target.json").read_text())
        self.name = name
        self.emulated = bool(self.json["emulator"])

    def missing(self):
        tools = [self.json["compiler"], self.json["emulator"]]
        return [tool for tool in tools if tool and not shutil.which(tool)]

    def build(self):
        toolchain = self.dir / "toolchain.cmake"
        configure = ["cmake", "-S", TARGETS_DIR, "-B", self.build_dir, f"-DCMAKE_TOOLCHAIN_FILE={toolchain}"]
        for command in (configure, ["cmake", "--build", self.build_dir]):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                raise AssertionError(f"{' '.join(map(str, command))} failed:\n{done.stdout}")

    def image(self, name):
        return self.build_dir / "selftest" / (name + (".elf" if self.emulated else ""))

    def symbol(self, symbol, image="midge_selftest"):
        nm = self.json["compiler"].replace("g++", "nm")
        listing = subprocess.run([nm, self.image(image)], check=True, capture_output=True, text=True).stdout
        return next(int(line.split()[0], 16) for line in listing.splitlines() if line.split()[-1] == symbol)


def test_target_json(target):
    keys = "name cpu description family compiler compile_flags link_flags libraries flash_bytes ram_bytes".split()
    keys += "instructions_per_tick emulator install qemu_args".split()
    assert list(target.json) == keys
    assert target.json["name"] == target.name


def test_echo(target):
    with Image(target) as image:
        for data in (bytes(range(256)), bytes(range(255, -1, -1)), os.urandom(64 * 1024), b"\r\n\x00\x04\x1a\x11\x13\xff"):
            image.send("e", len(data), data)
            assert image.receive(len(data)) == data
        data = os.urandom(100_000)
        begin = time.perf_counter()
        image.send("e", len(data), data)
        assert image.receive(len(data)) == data
        rate = len(data) / (time.perf_counter() - begin)
        assert rate > 200_000, f"{rate:.0f} bytes/s"
        return f"{rate / 1e6:.0f} MB/s each way"


def test_end_of_input_ends_the_image(target):
    with Image(target) as image:
        image.process.stdin.close()
        assert image.exit_status() == EXIT_WIRE_CLOSED


def test_exit_status(target):
    for status in (0, 1, 42, 255):
        with Image(target) as image:
            image.send("x", status)
            assert image.exit_status() == status, f"{image.exit_status()} instead of {status}"


def test_memory_is_initialised(target):
    with Image(target) as image:
        zeroed, initialised, model, free_ram, free_bytes = image.ask("d", 0, "5I")
        assert (zeroed, initialised, model, free_ram) == (1, 1, 1, 1)
        assert free_bytes >= 400 * 1024
        return f"{free_bytes // 1024} KB of free RAM"


def test_memory_functions(target):
    with Image(target) as image:
        assert image.ask("m", 0, "I") == (0,)


def test_float(target):
    with Image(target) as image:
        assert image.ask("f", 10, "f") == (15.25,)


def test_ticks_count_instructions(target):
    if not target.emulated:
        with Image(target) as image:
            begin, end = image.ask("c", 1_000_000, "QQ")
            assert end > begin
            return None
    runs = []
    for _ in range(2):
        with Image(target) as image:
            runs.append([image.ask("c", n, "QQ") for n in (100_000, 10_100_000)])
    assert runs[0] == runs[1], "two runs count differently"
    short, long = (end - begin for begin, end in runs[0])
    measured = 2 * 10_000_000 / (long - short)
    assert abs(measured / target.json["instructions_per_tick"] - 1) < 1e-5, f"{measured} instructions per tick"
    return f"{measured:.4f} instructions per tick"


def test_ticks_are_monotonic_across_a_wrap(target):
    with Image(target) as image:
        violations, last = image.ask("t", 10_000, "IQ")
        assert violations == 0
        if target.json["family"] != "cortex_m":
            return None
        # Up to shortly before the 24-bit counter wraps, then read across the wrap.
        iterations = int((SYSTICK_PERIOD - 2_000 - last) * target.json["instructions_per_tick"] / 2)
        _, end = image.ask("c", iterations, "QQ")
        assert SYSTICK_PERIOD - 10_000 < end < SYSTICK_PERIOD, end
        violations, last = image.ask("t", 20_000, "IQ")
        assert violations == 0
        assert SYSTICK_PERIOD < last < SYSTICK_PERIOD + 100_000, last


def test_stack_high_water(target):
    with Image(target) as image:
        for n in (2048, 512, 8000):
            (used,) = image.ask("s", n, "I")
            assert n <= used <= n + 300, f"{used} bytes for a function that needs {n}"
        (used,) = image.ask("s", 2048, "I")
        return f"{used} bytes for 2048"


def test_stack_size_can_be_set(target):
    if not target.emulated:
        return NOT_APPLICABLE
    small = "midge_selftest_small_stack"
    assert target.symbol("__stack_top") - target.symbol("__stack_start") == 16 * 1024
    assert target.symbol("__stack_top", small) - target.symbol("__stack_start", small) == 4096
    with Image(target, small) as image:
        assert image.ask("s", 2048, "I")[0] >= 2048
        image.expect_fault("s", 5000)


def test_read_fault(target):
    if not target.emulated:
        return NOT_APPLICABLE
    with Image(target) as image:
        pc, lr, address, status, address_valid = image.expect_fault("r", UNMAPPED_ADDRESS)
        assert (address_valid, address) == (1, UNMAPPED_ADDRESS), f"{address_valid} {address:#x}"
        assert pc != 0 and lr != 0 and status != 0
        return f"status {status:#x}"


def test_flash_is_read_only(target):
    if not target.emulated:
        return NOT_APPLICABLE
    for symbol in ("__code_region_start", "__model_start", "__stack_start"):
        address = target.symbol(symbol) - 4 * (symbol == "__stack_start")
        with Image(target) as image:
            assert image.expect_fault("w", address)[2] == address, symbol


def test_unaligned_access_faults_as_on_armv6m(target):
    if target.name != "cortex-m0plus":
        return NOT_APPLICABLE
    with Image(target) as image:
        image.expect_fault("r", target.symbol("__bss_start") + 1)


def test_stack_overflow_is_a_fault(target):
    if not target.emulated:
        return NOT_APPLICABLE
    with Image(target) as image:
        pc, _, address, status, address_valid = image.expect_fault("o", 0)
        start = target.symbol("__stack_start")
        assert address_valid and start - 4096 <= address < start, f"{address_valid} {address:#x}, stack at {start:#x}"
        return f"status {status:#x}, pc {pc:#x}"


TESTS = [test for name, test in list(globals().items()) if name.startswith("test_")]


def run_target(target):
    """Runs every test on one target; returns the number of failures."""
    failures = 0
    try:
        target.build()
    except AssertionError as error:
        print(f"{target.name}: FAILED to build: {error}", flush=True)
        return 1
    for test in TESTS:
        try:
            note = test(target)
            if note != NOT_APPLICABLE:
                print(f"{target.name} {test.__name__}: ok{f' ({note})' if note else ''}", flush=True)
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            failures += 1
            print(f"{target.name} {test.__name__}: FAILED: {error}", flush=True)
    return failures


def main():
    names = sorted(path.parent.name for path in TARGETS_DIR.glob("*/target.json"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", action="append", choices=names, help="only this target; may be repeated")
    parser.add_argument("--build-dir", type=Path, help="keep the builds here")
    arguments = parser.parse_args()

    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        for name in arguments.target or names:
            target = Target(name, arguments.build_dir or Path(temporary))
            if target.missing():
                print(f"{name}: {' and '.join(target.missing())} missing: {target.json['install']}", flush=True)
                failures += bool(arguments.target)
                continue
            failures += run_target(target)
    print(f"{failures} failed" if failures else "all passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
