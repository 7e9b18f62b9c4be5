#!/usr/bin/env python3
"""docs/onnx.md: the operators of ONNX that are imported, and how ONNX's own node tests fare.

    PYTHONPATH=build/host-release/python PYTHON tools/onnx_coverage.py [--write] [--only WORD]

Needs the onnx package, which generates the tests. Ends with 1 if a test failed; a refusal, with a diagnostic, is none.
"""

import argparse
import collections
import pathlib
import re
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

LINE = re.compile(r'MIDGE_ONNX\("([^"]*)", (\w+), (\w+), "([^"]*)"\)')
QUANTIZERS = {"QuantizeLinear", "QLinearConv", "QLinearMatMul", "DynamicQuantizeLinear"}


def operators() -> list[tuple[str, str, str]]:
    """(domain, name, limits) of ops.def."""
    text = (ROOT / "compiler" / "import" / "onnx" / "ops.def").read_text()
    return [(d, n, note) for d, n, _, note in LINE.findall(text)]


def node_cases():
    """(name, operator, model, inputs, outputs, tolerances) of each node test with one operator, of tensors."""
    import onnx.numpy_helper
    from onnx.backend.test.case.node import collect_testcases

    def arrays(values):
        return [onnx.numpy_helper.to_array(v) if isinstance(v, onnx.TensorProto) else v for v in values]

    for case in collect_testcases(None):
        kinds = {n.op_type for n in case.model.graph.node}
        if case.name.endswith("_expanded") or "_expanded_ver" in case.name:
            continue
        for inputs, outputs in case.data_sets[:1]:
            yield case.name, "+".join(sorted(kinds)), case.model, arrays(inputs), arrays(outputs), case.rtol, case.atol


def run(known: set[str], only: str):
    from onnx_cases import Refused, difference, run_node_test

    count = collections.defaultdict(collections.Counter)
    refused, failed, others = {}, {}, collections.Counter()
    for name, kind, model, inputs, outputs, rtol, atol in node_cases():
        if only not in name:
            continue
        domains = {n.domain for n in model.graph.node}
        if kind not in known and domains <= {"", "ai.onnx", "ai.onnx.ml"}:
            others[kind] += 1
            continue
        if not all(isinstance(a, (np.ndarray, np.generic)) for a in [*inputs, *outputs]) or kind not in known:
            count[kind]["refused"] += 1
            refused[name] = "not of tensors alone"
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / f"{name}.onnx"
            path.write_bytes(model.SerializeToString())
            try:
                got = run_node_test(path, [np.asarray(a) for a in inputs], pathlib.Path(folder))
                steps = 1 if kind in QUANTIZERS else 0
                wrong = [d for g, w in zip(got, outputs, strict=True) if (d := difference(g, np.asarray(w), rtol, atol, steps))]
            except Refused as reason:
                count[kind]["refused"] += 1
                refused[name] = str(reason).split(".onnx: ", 1)[-1]
                continue
            except Exception as error:  # noqa: BLE001
                wrong = [f"{type(error).__name__}: {error}"]
        count[kind]["failed" if wrong else "passed"] += 1
        if wrong:
            failed[name] = "; ".join(wrong)
    return count, refused, failed, others


def page(count, refused, others, version: str) -> str:
    total = collections.Counter()
    for c in count.values():
        total.update(c)
    lines = [
        "# ONNX operators",
        "",
        "What the importer takes, written by `tools/onnx_coverage.py` from `compiler/import/onnx/ops.def`. Opsets 13 to 22 are tested; 7 to 28",
        "are read where the operators mean the same, older ones than 13 with a warning. Whatever is not in this list is refused by name.",
        "",
        f"ONNX's own node tests (onnx {version}) of these operators: {total['passed']} passed, {total['refused']} refused, {total['failed']} failed.",
        "What a test gives as an input and an exporter writes as a constant (shapes, axes, scales) is made a constant where the operator",
        "needs one. Floats are compared with the tolerances of the tests. Integers must be equal, those of quantising operators within one.",
        "",
        "| Operator | Limits | Passed | Refused | Failed |",
        "|---|---|---:|---:|---:|",
    ]
    for domain, name, note in operators():
        c = count.get(name, {}) if domain in ("", "ai.onnx.ml") else {}
        full = f"{domain}.{name}" if domain else name
        numbers = " | ".join(str(c.get(k, 0)) if c else "" for k in ("passed", "refused", "failed"))
        lines.append(f"| {full} | {note} | {numbers} |")
    lines += ["", "## Refused tests", ""]
    by_reason = collections.defaultdict(list)
    for name, reason in sorted(refused.items()):
        by_reason[re.sub(r"^(node|input) [^:]*: ", "", re.sub(r"'[^']*'", "...", reason)).split(";")[0][:160]].append(name.removeprefix("test_"))
    for reason, names in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        lines.append(f"- {reason}: {', '.join(names)}")
    lines += ["", "## Operators that are not imported", "",
              ", ".join(f"{k} ({n})" for k, n in sorted(others.items()) if k), "", "(in brackets: their node tests)", ""]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/onnx.md")
    parser.add_argument("--only", default="", help="tests whose name has this word")
    args = parser.parse_args()
    import onnx

    count, refused, failed, others = run({n for _, n, _ in operators()}, args.only)
    for name, wrong in failed.items():
        print(f"FAILED {name}: {wrong}")
    print(f"{sum(c['passed'] for c in count.values())} passed, {len(refused)} refused, {len(failed)} failed")
    if args.write:
        (ROOT / "docs" / "onnx.md").write_text(page(count, refused, others, onnx.__version__))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
