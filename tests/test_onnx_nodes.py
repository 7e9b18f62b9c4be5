"""ONNX's own node tests of the shared folder: equal within their tolerance, or refused with a diagnostic that names the node."""

import json
import os
import pathlib

import numpy as np
import pytest

from onnx_cases import Refused, difference, run_model, run_node_test

SHARED = pathlib.Path(os.environ.get("MIDGE_SHARED", pathlib.Path(__file__).resolve().parents[2] / "shared"))
MANIFEST = SHARED / "onnx_node_tests" / "manifest.json"
CASES = {case["name"]: case for case in json.loads(MANIFEST.read_text())} if MANIFEST.exists() else {}

# A test whose operator is imported, and which is refused all the same, has its reason in the diagnostic. Not more than these many.
MOST_REFUSED = 25
QUANTIZERS = {"QuantizeLinear", "QLinearConv", "QLinearMatMul", "DynamicQuantizeLinear"}


def run_case(folder: pathlib.Path, case: dict, scratch: pathlib.Path) -> str:
    arrays = np.load(folder / f"{case['name']}.npz", allow_pickle=False)
    inputs = [arrays[f"in{i}"] for i in range(len(arrays.files)) if f"in{i}" in arrays.files]
    outputs = [arrays[f"out{i}"] for i in range(len(arrays.files)) if f"out{i}" in arrays.files]
    got = run_node_test(folder / f"{case['name']}.onnx", inputs, scratch)
    steps = 1 if case["op"] in QUANTIZERS else 0
    wrong = [f"output {i}: {d}" for i, (g, w) in enumerate(zip(got, outputs, strict=True)) if (d := difference(g, w, case["rtol"], case["atol"], steps))]
    return "; ".join(wrong)


def test_node_tests(shared, tmp_path):
    refused, failed = {}, {}
    for name, case in CASES.items():
        try:
            if wrong := run_case(shared / "onnx_node_tests", case, tmp_path):
                failed[name] = wrong
        except Refused as reason:
            refused[name] = str(reason)
    for name, reason in refused.items():
        print(f"refused {name}: {reason}")
    assert not failed
    assert all("node " in r or "input " in r or "output " in r for r in refused.values())
    assert len(refused) <= MOST_REFUSED, f"{len(refused)} of {len(CASES)} refused"


@pytest.mark.parametrize("name", ["ad01_fp32", "dscnn_torch", "kws_true_float32", "pretrainedResnet", "resnet8_torch", "vww_96_float"])
def test_real_models_equal_their_goldens(shared, name):
    path = shared / "models" / "onnx" / f"{name}.onnx"
    golden = np.load(f"{path}.golden.npz")
    for n in range(len(golden["in0"])):
        got = run_model(path, [golden["in0"][n]])
        want = golden["out0"][n]
        np.testing.assert_allclose(got[0].reshape(want.shape), want, rtol=1e-3, atol=1e-4)
