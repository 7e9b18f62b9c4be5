#!/usr/bin/env python3
"""Bytes of code that each registration of an operator links: the table at the end of docs/ops.md.

    tools/code_sizes.py [--midge PROGRAM]          prints the table for cortex-m4

For each operator and kind an image of the interpreter with that registration alone is linked, as a firmware is; the figure is how
much larger it is than the interpreter alone, constants included.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from midge_tool import ROOT, ToolError, find_midge, main_catching, run_midge_json

TARGET = "cortex-m4"
KINDS = ["s8", "s4", "s16", "f32", "hybrid", "u8", "s32"]
ISAS = {"arm_dsp": "DSP", "arm_mve": "Helium", "riscv_v": "RVV", "x86": "x86", "aarch64": "AArch64"}
SOURCE = """\
#include "midge/interpreter.h"
midge::Interpreter interpreter;
extern "C" int start(const void* model, void* arena) {{
  static const midge::OpRegistration* const list[] = {{{registration}}};
  const midge::Status status = interpreter.init(model, 1024, midge::OpList(list, {count}), arena, 1024);
  return status.ok() && interpreter.invoke().ok();
}}
extern "C" void midge_board_exit(int) {{ for (;;) {{}} }}
"""


def build_library():
    folder = ROOT / "build" / TARGET
    for command in (["cmake", "--preset", TARGET], ["cmake", "--build", folder, "--target", "midge_runtime"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ToolError(f"building midge_runtime for {TARGET} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return folder / "libmidge_runtime.a"


def image_bytes(library, flags, registration):
    """Code and constants of the interpreter with one registration, or with none."""
    with tempfile.TemporaryDirectory() as folder:
        source, image = Path(folder, "image.cc"), Path(folder, "image.elf")
        source.write_text(SOURCE.format(registration=f"&midge::ops::{registration}" if registration else "nullptr", count=1 if registration else 0))
        command = ["arm-none-eabi-g++", *flags, "-std=c++17", "-O2", "-I.", "-Iruntime/include", source, library, "-nostdlib", "-Wl,--gc-sections",
                   "-Wl,-estart", "-lc", "-lgcc", "-o", image]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ToolError(f"linking {registration or 'the interpreter'} failed: {done.stderr[-1000:]}")
        size = subprocess.run(["arm-none-eabi-size", image], capture_output=True, text=True, check=True)
        return int(size.stdout.splitlines()[1].split()[0])


def isas(folder):
    """Instruction sets for which the operator has kernels of its own."""
    return [name for file, name in ISAS.items() if (ROOT / "ops" / folder / f"{file}.cc").exists()]


def table(midge):
    operators = run_midge_json(midge, "ops")["operators"]
    library = build_library()
    target = json.loads((ROOT / "targets" / TARGET / "target.json").read_text())
    flags = [*target["compile_flags"], "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-ffp-contract=off", "-ffunction-sections",
             "-fdata-sections"]
    names = [None] + [f"{op['folder']}_{kind}" for op in operators for kind in op["kinds"]]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        sizes = dict(zip(names, pool.map(lambda name: image_bytes(library, flags, name), names)))
    text = (
        f"\n## Bytes of code\n\nWhat a registration adds to the interpreter's {sizes[None]:,} bytes on {TARGET} (`-O2`; code and constants; by\n"
        "`tools/code_sizes.py`). Operators share kernels, so that two together take less than the sum. `add_s8` registers the int8\n"
        "kernels of ADD alone, `add` those of every kind. Instruction sets: those with kernels beside the portable ones.\n\n"
        f"| Operator | {' | '.join(KINDS)} | Instruction sets |\n|---|{'---:|' * len(KINDS)}---|\n"
    )
    for op in operators:
        cells = [f"{sizes[name] - sizes[None]:,}" if (name := f"{op['folder']}_{kind}") in sizes else "" for kind in KINDS]
        text += f"| {op['name']} | {' | '.join(cells)} | {', '.join(['portable', *isas(op['folder'])])} |\n"
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--midge", help="the program (default: .venv/bin/midge or build/host-release/cli/midge)")
    print(re.sub(r"^\n", "", table(find_midge(parser.parse_args().midge))), end="")


if __name__ == "__main__":
    main_catching(main)
