#!/usr/bin/env python3
"""Writes the documents that come from the program itself; with --check says which of them are stale (exit status 1).

    docs/ops.md             `midge ops --markdown`, and tools/code_sizes.py
    docs/footprint.md       `midge verify --json` of the digits example on every emulated target
    docs/images/arena.svg   tools/draw_arena.py
    README.md               the output of its third command, between two comments

    tools/make_docs.py [--check] [--only ops|footprint|picture|readme] [--midge PROGRAM]
"""

import argparse
import difflib

from code_sizes import table
from draw_arena import draw
from midge_tool import DIGITS, DIGITS_SAMPLES, ROOT, ToolError, emulated_targets, find_midge, main_catching, run_midge, run_midge_json

README_COMMAND = ["verify", DIGITS, "--target", "cortex-m4", "--runs", "100"]
README_BEGIN = "<!-- the output of midge verify, written by tools/make_docs.py -->\n"
README_END = "<!-- end of the output -->\n"

FOOTPRINT_HEAD = """\
# Footprint

What the [digits example](../examples/digits/README.md) takes on each emulated target. Written by `tools/make_docs.py` from
`midge verify {model} --input {samples} --runs 2 --target NAME`.
How each figure is measured: [verification.md](design/verification.md).

The model: {operators} operators, {macs:,} multiply-accumulates, {model_bytes:,} bytes of file in flash. int8 throughout, so the
firmware registers the int8 kernels only. All kernels are portable C++: no target's vector or DSP instructions are used by hand.

| Target | Flash, code | Arena | Stack | Static RAM | Instructions, one inference | per MAC | Instructions, start-up |
|---|---:|---:|---:|---:|---:|---:|---:|
"""

FOOTPRINT_TAIL = """
Bytes, and executed instructions; instructions are not cycles. Static RAM is the interpreter object. The arena holds
activations, scratch, and what the interpreter keeps.

Compilers and flags:

"""


def footprint(midge):
    command = ["verify", DIGITS, "--input", DIGITS_SAMPLES, "--runs", 2, "--target"]
    results = [run_midge_json(midge, *command, target) for target in emulated_targets()]
    first = results[0]
    text = FOOTPRINT_HEAD.format(model=DIGITS, samples=DIGITS_SAMPLES, operators=len(first["instructions_per_operator"]), macs=first["macs"],
                                 model_bytes=first["flash_model_bytes"])
    for r in results:
        memory = [r["flash_code_bytes"], r["arena_bytes"], r["stack_bytes"], r["ram_static_bytes"]]
        cells = [f"{n:,}" for n in [*memory, r["instructions_per_inference"]]]
        cells += [f"{r['instructions_per_inference'] / r['macs']:.2f}", f"{r['init_instructions']:,}"]
        text += f"| {r['target']} | {' | '.join(cells)} |\n"
    text += FOOTPRINT_TAIL
    for r in results:
        text += f"- {r['target']}: `{r['compiler']}`, `{r['flags']}`\n"
    return text


def readme(midge):
    text = (ROOT / "README.md").read_text()
    if text.count(README_BEGIN) != 1 or text.count(README_END) != 1:
        raise ToolError("README.md has lost the comments around the output of midge verify")
    before, rest = text.split(README_BEGIN)
    _, after = rest.split(README_END)
    output = run_midge(midge, *README_COMMAND).rstrip("\n")
    return f"{before}{README_BEGIN}```\n{output}\n```\n{README_END}{after}"


DOCUMENTS = {
    "ops": ("docs/ops.md", lambda midge: run_midge(midge, "ops", "--markdown") + table(midge)),
    "footprint": ("docs/footprint.md", footprint),
    "picture": ("docs/images/arena.svg", draw),
    "readme": ("README.md", readme),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if a document is stale")
    parser.add_argument("--only", choices=DOCUMENTS, action="append", help="just this document")
    parser.add_argument("--midge", help="the program (default: .venv/bin/midge or build/host-release/cli/midge)")
    args = parser.parse_args()
    midge = find_midge(args.midge)
    stale = 0
    for document in args.only or DOCUMENTS:
        name, make = DOCUMENTS[document]
        text = make(midge)
        path = ROOT / name
        old = path.read_text() if path.exists() else ""
        if text == old:
            continue
        stale += 1
        if args.check:
            changed = next((d for d in difflib.ndiff(old.splitlines(), text.splitlines()) if d[0] in "+-"), "")
            print(f"{name}: stale: run tools/make_docs.py; first difference: {changed}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"{name}: written")
    if args.check and not stale:
        print(f"documents: {', '.join(args.only or DOCUMENTS)}: up to date")
    return 1 if args.check and stale else 0


if __name__ == "__main__":
    main_catching(main)
