#!/usr/bin/env python3
"""Keeps size, memory and instructions of the runtime from growing unseen: tests/budgets.json holds what they were.

    tools/budget.py --check                     measures with `midge verify --json` and compares; exit status 1 if a figure rose
    tools/budget.py --update --reason "..."     measures and writes the file, with the reason in it

The digits example is measured on every emulated target, and each model of `extra` in the file on the targets named there,
where its file exists. A target whose compiler or emulator is missing fails the check: it is not skipped.

Figures are exact, but for instructions: they may differ by 0.1 % (the emulators' clocks tick every 1 to 50 instructions).
"""

import argparse
import json
import sys
from datetime import datetime, timezone

from midge_tool import DIGITS, DIGITS_SAMPLES, ROOT, ToolError, emulated_targets, find_midge, main_catching, run_midge_json

BUDGETS = ROOT / "tests/budgets.json"
FIGURES = ["flash_code_bytes", "arena_bytes", "stack_bytes", "ram_static_bytes", "instructions_per_inference"]
TOLERANCE = {"instructions_per_inference": 0.001}
EXTRA = [{"model": "kws_ref_model", "file": "../shared/models/mlperf/kws_ref_model.tflite", "targets": ["cortex-m4"]}]


def cases(extra):
    """(model, target, arguments of midge verify) of everything that can be measured here."""
    for target in emulated_targets():
        yield "digits", target, [DIGITS, "--input", DIGITS_SAMPLES]
    for entry in extra:
        if (ROOT / entry["file"]).exists():
            for target in entry["targets"]:
                yield entry["model"], target, [entry["file"]]


def measure(midge, extra):
    """{(model, target): figures}, and the sentences of what could not be measured."""
    measured, failures = {}, []
    for model, target, words in cases(extra):
        try:
            result = run_midge_json(midge, "verify", *words, "--target", target, "--runs", 2)
            measured[model, target] = {f: result[f] for f in FIGURES} | {"compiler": result["compiler"]}
        except ToolError as e:
            failures.append(f"{model} on {target}: {e}")
    return measured, failures


def read_budgets():
    if not BUDGETS.exists():
        return {"reasons": [], "extra": EXTRA, "budgets": {}}
    return json.loads(BUDGETS.read_text())


def table(rows):
    rows = [("model", "target", "figure", "budget", "now", "change")] + rows
    widths = [max(len(r[i]) for r in rows) for i in range(6)]
    for r in rows:
        print("  ".join(cell.ljust(w) if i < 3 else cell.rjust(w) for i, (cell, w) in enumerate(zip(r, widths))).rstrip())


def compare(budgets, measured):
    """Table rows of what rose, and of what fell; sentences of what has no budget."""
    risen, fallen, missing = [], [], []
    for (model, target), now in sorted(measured.items()):
        budget = budgets.get(model, {}).get(target)
        if budget is None:
            missing.append(f"{model} on {target}: no budget: run tools/budget.py --update --reason ...")
            continue
        if budget["compiler"] != now["compiler"]:
            print(f"{model} on {target}: measured with {now['compiler']}, the budget with {budget['compiler']}", file=sys.stderr)
        for figure in FIGURES:
            before, after = budget[figure], now[figure]
            allowance = before * TOLERANCE.get(figure, 0)
            change = f"{100 * (after - before) / before:+.2f}%" if before else "new"
            row = (model, target, figure, f"{before:,}", f"{after:,}", change)
            if after > before + allowance:
                risen.append(row)
            elif after < before - allowance:
                fallen.append(row)
    return risen, fallen, missing


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="compare with the budgets")
    action.add_argument("--update", action="store_true", help="write the budgets; needs --reason")
    parser.add_argument("--reason", help="why the figures may change; kept in the file")
    parser.add_argument("--midge", help="the program (default: .venv/bin/midge or build/host-release/cli/midge)")
    args = parser.parse_args()
    if args.update and not (args.reason or "").strip():
        parser.error("--update needs --reason: why may the figures change?")

    file = read_budgets()
    measured, failures = measure(find_midge(args.midge), file["extra"])
    for failure in failures:
        print(failure, file=sys.stderr)
    risen, fallen, missing = compare(file["budgets"], measured)
    if fallen:
        print("lower than the budget:")
        table(fallen)
    if risen:
        print("higher than the budget:")
        table(risen)
    if args.update:
        if failures:
            print("not written: what cannot be measured would lose its budget", file=sys.stderr)
            return 1
        for (model, target), now in measured.items():
            file["budgets"].setdefault(model, {})[target] = now
        file["reasons"].append({"date": datetime.now(timezone.utc).date().isoformat(), "reason": args.reason.strip()})
        BUDGETS.write_text(json.dumps(file, indent=1) + "\n")
        print(f"{BUDGETS.relative_to(ROOT)}: {len(measured)} budgets written")
        return 0
    for sentence in missing:
        print(sentence, file=sys.stderr)
    if risen:
        print("To accept this: tools/budget.py --update --reason \"...\"", file=sys.stderr)
    if risen or missing or failures:
        return 1
    print(f"budgets: {len(measured)} models and targets, none higher{', some lower' if fallen else ''}")
    return 0


if __name__ == "__main__":
    main_catching(main)
