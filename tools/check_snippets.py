#!/usr/bin/env python3
"""Compiles the C and C++ snippets of README.md for Cortex-M4, with warnings as errors, and compares the size of their arena with
tests/budgets.json. One line a finding; exit status 1."""

import json
import re
import subprocess

from midge_tool import ROOT, ToolError, main_catching

COMPILERS = {
    "cpp": ["arm-none-eabi-g++", "-std=c++17", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-x", "c++"],
    "c": ["arm-none-eabi-gcc", "-std=c99", "-x", "c"],
}
FLAGS = ["-mcpu=cortex-m4", "-mthumb", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{ROOT}", f"-I{ROOT}/runtime/include", "-"]


def main():
    text = (ROOT / "README.md").read_text()
    arena = json.loads((ROOT / "tests/budgets.json").read_text())["budgets"]["digits"]["cortex-m4"]["arena_bytes"]
    failed, found = 0, 0
    for m in re.finditer(r"^```(cpp|c)\n(.*?)^```", text, re.M | re.S):
        language, code = m.groups()
        line = text.count("\n", 0, m.start()) + 1
        found += 1
        size = re.search(r"arena\[(\d+)\]", code)
        if size and int(size.group(1)) != arena:
            failed += 1
            print(f"README.md:{line}: the snippet's arena has {size.group(1)} bytes, the digits model needs {arena} on cortex-m4")
        try:
            r = subprocess.run(COMPILERS[language] + FLAGS, input=code, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            install = "apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi"
            raise ToolError(f"{COMPILERS[language][0]} is not installed: {install}") from None
        if r.returncode != 0:
            failed += 1
            error = next((e for e in r.stderr.splitlines() if "error:" in e), r.stderr.strip())
            print(f"README.md:{line}: the snippet does not compile: {error}")
    if not found:
        print("README.md: no snippets in C or C++")
    elif not failed:
        print(f"snippets: {found} compile")
    return 1 if failed or not found else 0


if __name__ == "__main__":
    main_catching(main)
