#!/usr/bin/env python3
"""Checks the symbols of each target's libmidge_runtime.a, libmidge_image.a and libmidge_audio.a: nothing that needs a heap, stdio, exceptions or static constructors.

What the library leaves undefined must be on the list below. One line a finding, exit status 1 if there is one. A target
whose library is not built is a finding.

    tools/check_symbols.py [--build DIR] [TARGET...]
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from midge_tool import ROOT, ToolError, emulated_targets, main_catching

# What the library may take from outside: memory functions, the compiler's arithmetic.
ALLOWED = [
    r"mem(cpy|move|set|cmp)", r"strlen",
    r"__aeabi_\w+", r"__gnu_thumb1_case_\w+",  # Arm
    r"__(add|sub|mul|div|neg|cmp|eq|ne|lt|le|gt|ge|unord)[sd]f[23]",  # floating point
    r"__(fix|fixuns|float|floatun|extend|trunc)(sf|df|si|di)(sf|df|si|di)[23]?",
    r"__u?(div|mod|mul|divmod)[sd]i[34]", r"__(ashr|ashl|lshr)di3", r"__(clz|ctz|popcount|ffs)[sd]i2",
]
# What must be in it nowhere, defined or not.
FORBIDDEN = {
    r"(m|c|re)alloc|free|aligned_alloc|_(malloc|free|realloc|sbrk)(_r)?": "a heap",
    r"_Zn[wa]\w*|_Zd[la]\w*": "operator new or delete",
    r"abort|exit|_exit|__assert\w*|_Exit": "abort or exit",
    r"v?[fs]?n?i?printf|puts|putchar|fwrite|fputs|write|_write": "stdio",
    r"__cxa_(guard\w*|atexit|finalize)": "a static with a guard or a destructor",
    r"__cxa_(throw|rethrow|allocate_exception|begin_catch|end_catch)|_Unwind\w*|__gxx_personality\w*|__aeabi_unwind\w*": "exceptions",
    r"__cxa_pure_virtual|_ZTV\w*|_ZTI\w*": "virtual functions or RTTI",
}
FORBIDDEN_SECTIONS = (".init_array", ".preinit_array", ".fini_array", ".ctors", ".dtors", ".tdata", ".tbss")


def tool(target, name):
    """The target's binutils, beside its compiler."""
    compiler = json.loads((ROOT / "targets" / target / "target.json").read_text())["compiler"]
    program = re.sub(r"g\+\+$", name, compiler)
    if not shutil.which(program):
        raise ToolError(f"{program} is not installed, which reads the libraries of {target}")
    return program


def output(*command):
    r = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if r.returncode != 0:
        raise ToolError(f"{command[0]}: {r.stderr.strip()}")
    return r.stdout


def check(target, libraries):
    """Sentences about the libraries, which may use each other."""
    undefined, defined = {}, set()
    member = "?"
    for line in output(tool(target, "nm"), *libraries).splitlines():
        if line.endswith(":"):
            member = line[:-1]
            continue
        m = re.match(r"[0-9a-f]*\s+(\w)\s+(\S+)$", line)
        if not m:
            continue
        kind, symbol = m.groups()
        if kind in "Uwv" and not line[0].isalnum():
            undefined.setdefault(symbol, member)
        else:
            defined.add(symbol)
    findings = []
    for symbol in sorted(defined | set(undefined)):
        for pattern, what in FORBIDDEN.items():
            if re.fullmatch(pattern, symbol):
                findings.append(f"{undefined.get(symbol, 'the library')}: {symbol} means {what}")
    named = {f.split(": ")[1].split()[0] for f in findings}
    for symbol, where in sorted(undefined.items()):
        if symbol not in defined and symbol not in named and not any(re.fullmatch(p, symbol) for p in ALLOWED):
            findings.append(f"{where}: {symbol} is undefined and not on the list of tools/check_symbols.py")
    member = "?"
    for line in output(tool(target, "objdump"), "-h", *libraries).splitlines():
        m = re.match(r"(\S+):\s+file format", line)
        if m:
            member = m.group(1)
        m = re.match(r"\s*\d+ (\S+)\s+([0-9a-f]+)", line)
        if m and m.group(1).startswith(FORBIDDEN_SECTIONS) and int(m.group(2), 16) != 0:
            findings.append(f"{member}: section {m.group(1)}: a static constructor, destructor or thread-local")
    return findings, len(undefined.keys() - defined)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="default: every emulated target")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="where the libraries of TARGET are (default: build)")
    args = parser.parse_args()
    count = 0
    for target in args.targets or emulated_targets():
        libraries = [args.build / target / f"libmidge_{name}.a" for name in ("runtime", "image", "audio")]
        if not all(library.exists() for library in libraries):
            findings, outside = [f"a library is missing: build it with cmake --preset {target} && cmake --build build/{target}"], 0
        else:
            findings, outside = check(target, libraries)
        for finding in findings:
            print(f"{target}: {finding}")
        if not findings:
            print(f"{target}: {outside} symbols from outside, all allowed")
        count += len(findings)
    if count:
        print(f"{count} finding{'s' if count > 1 else ''}", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    main_catching(main)
