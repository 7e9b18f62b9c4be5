#!/usr/bin/env python3
"""Random operators on emulated targets: the cases of ../shared/conformance/opgen.py, through the image midge_any_model.

    tests/run_cases.py [--count N] [--seed S] [--contract litert|tflm] [--only WORD] [TARGET...]

N cases of every family run on each target (default: cortex-m4 and cortex-m55, 1 case). The bytes must be those of the host's
midge, and agree with the oracle as opgen.py compares. A line a target; exit status 1 where a case fails.
"""

import argparse
import os
import pathlib
import sys
import time

import numpy as np
from target_runner import ROOT, TargetError, TargetRunner

import midge

CONFORMANCE = pathlib.Path(os.environ.get("MIDGE_SHARED", ROOT.parent / "shared")) / "conformance"
if (CONFORMANCE / "opgen.py").exists():
    sys.path.insert(0, str(CONFORMANCE))
    import opgen

FIRST_SEED = 100003  # seeds of a family's cases as opgen.py counts them


def joined(outputs: list[np.ndarray]) -> bytes:
    return b"".join(np.ascontiguousarray(o).tobytes() for o in outputs)


def check(runner: TargetRunner, content: bytes, samples: list[list[np.ndarray]], want) -> str:
    """What is wrong, or nothing."""
    try:
        host = opgen.under_test(midge, content, samples)
        wrong = opgen.differs(host, want)
        if wrong:
            return f"the host differs from the oracle: {wrong}"
        target = runner.run(content, samples)
    except (midge.Error, TargetError) as e:
        return str(e)
    for n, (got, outputs) in enumerate(zip(target, host)):
        expected = joined(outputs)
        if got != expected:
            first = next(i for i, (a, b) in enumerate(zip(got, expected)) if a != b)
            return f"sample {n}: byte {first} of {len(expected)} of the outputs is {got[first]}, on the host {expected[first]}"
    return ""


def run_target(target: str, cases, contract: str) -> int:
    start, failures = time.monotonic(), 0
    with TargetRunner(target, contract) as runner:
        for name, content, samples, want in cases:
            wrong = check(runner, content, samples, want)
            if wrong:
                failures += 1
                print(f"{target}: {name}: {wrong}", flush=True)
    verdict = "FAILED" if failures else "PASSED"
    print(f"{target:14} {verdict}  {len(cases)} cases, {failures} failed, {time.monotonic() - start:.1f} s", flush=True)
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", default=["cortex-m4", "cortex-m55"], metavar="TARGET")
    parser.add_argument("--count", type=int, default=1, help="cases of each family")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--only", default="", help="families whose name contains this")
    parser.add_argument("--contract", choices=["litert", "tflm"], default="litert")
    arguments = parser.parse_args()
    for target in arguments.targets:
        if not (ROOT / "targets" / target / "target.json").exists():
            parser.error(f"{target}: not a target")
    if "opgen" not in globals():
        print(f"random cases: {'FAILED' if os.environ.get('CI') else 'skipped'}: {CONFORMANCE} with the generator is missing")
        return 1 if os.environ.get("CI") else 0
    opgen.CONTRACT = arguments.contract
    cases = []
    for family in opgen.FAMILIES:
        if arguments.only not in family:
            continue
        for k in range(arguments.count):
            seed = arguments.seed * FIRST_SEED + k
            content, samples, want, refused = opgen.make(family, seed)
            if not refused:
                cases.append((f"{family} seed {seed}", content, samples, want))
    return 1 if sum(run_target(target, cases, arguments.contract) for target in arguments.targets) else 0


if __name__ == "__main__":
    sys.exit(main())
