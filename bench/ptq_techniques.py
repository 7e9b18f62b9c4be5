#!/usr/bin/env python3
"""Post-training quantisation, technique by technique, on the four MLPerf Tiny float models: SQNR of the outputs against the float
model, in dB, on the evaluation samples of ../shared/calib, with LiteRT's reference kernels. The peers' own files are measured the same
way. Prints a table in Markdown.

    PYTHONPATH=build/host-release/python .venv/bin/python bench/ptq_techniques.py [--counts 500] [--sets 5] [--models ad,kws]

--counts N: the first N calibration samples. --sets K: K disjoint sets of 100 instead, as mean and least."""

import argparse
import json
import pathlib
import sys
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from midge import _midge

SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared"
MODELS = {"ad": "ad01_float32_from_h5", "kws": "kws_true_float32_from_savedmodel", "resnet": "pretrainedResnet", "vww": "vww_96_float"}


def recipe(range_="min-max", rounding="nearest", equalize=False, bias=False, own_pool=False, **more):
    return {"name": "bench", "range": range_, "rounding": rounding, "equalize": equalize, "bias_correction": bias, "own_pool_scale": own_pool, **more}


TECHNIQUES = {
    "min-max": recipe(),
    "percentile 99.99": recipe("percentile", percentile=99.99),
    "MSE": recipe("mse"),
    "entropy": recipe("entropy"),
    "moving average": recipe("moving-average"),
    "min-max, own pool scale": recipe(own_pool=True),
    "min-max, equalised": recipe(equalize=True),
    "min-max, bias correction": recipe(bias=True),
    "min-max, sequential": recipe(rounding="sequential", bias=True),
    "min-max, GPTQ": recipe(rounding="gptq", bias=True),
    "min-max, coordinate descent": recipe(rounding="coordinate-descent", bias=True),
    "MSE, own pool, bias": recipe("mse", bias=True, own_pool=True),
    "MSE, own pool, sequential": recipe("mse", "sequential", bias=True, own_pool=True),
    "MSE, own pool, equalised, bias": recipe("mse", equalize=True, bias=True, own_pool=True),
    "MSE, own pool, equalised, sequential": recipe("mse", "sequential", True, True, True),
    "MSE, own pool, equalised, GPTQ": recipe("mse", "gptq", True, True, True),
    "MSE, own pool, equalised, coordinate descent": recipe("mse", "coordinate-descent", True, True, True),
    "int16x8": {"scheme": "int16x8"},
    "int4 weights": {"scheme": "int4"},
    "auto": {},
}
PEERS = {"TFLiteConverter": "tf_int8", "ai-edge-quantizer": "aeq_int8"}


def samples(name, part):
    x = np.load(SHARED / f"calib/{name}.npz")[part].astype(np.float32)
    return np.ascontiguousarray(x / np.float32(255) if name == "vww" else x)


def run(model, inputs):
    """Outputs as real numbers."""
    it = Interpreter(model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    it.allocate_tensors()
    i, o = it.get_input_details()[0], it.get_output_details()[0]
    out = []
    for x in inputs:
        x = x.reshape(i["shape"])
        if i["dtype"] != np.float32:
            scale, zero = i["quantization"]
            info = np.iinfo(i["dtype"])
            x = np.clip(np.round(x / np.float32(scale)) + zero, info.min, info.max).astype(i["dtype"])
        it.set_tensor(i["index"], x)
        it.invoke()
        out.append(it.get_tensor(o["index"])[0].astype(np.float64))
    scale, zero = o["quantization"]
    out = np.stack(out)
    return out if scale == 0 else (out - zero) * scale


def sqnr(want, got):
    want = want.reshape(got.shape).astype(np.float64)
    return 10 * np.log10((want**2).sum() / ((want - got) ** 2).sum())


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--counts", default="500")
    p.add_argument("--sets", type=int, default=0)
    p.add_argument("--models", default=",".join(MODELS))
    p.add_argument("--techniques", default="", help="only those that contain this text")
    args = p.parse_args()
    names = args.models.split(",")
    data = {n: (samples(n, "calib"), samples(n, "eval"), np.load(SHARED / f"calib/{n}.float_out.npz")["out"]) for n in names}
    for count in [int(c) for c in args.counts.split(",")]:
        print(f"\n| {'5 disjoint sets' if args.sets else f'{count} samples'}, dB | " + " | ".join(names) + " | seconds |")
        print("|-|" + "-|" * (len(names) + 1))
        for peer, word in PEERS.items():
            cells = []
            for n in names:
                file = SHARED / f"ptq_peers/{n}_{word}_{count}.tflite"
                cells.append(f"{sqnr(data[n][2], run(file.read_bytes(), data[n][1])):.1f}" if file.exists() and not args.sets else "-")
            print(f"| {peer} | " + " | ".join(cells) + " | - |", flush=True)
        for technique, r in TECHNIQUES.items():
            if args.techniques not in technique:
                continue
            cells, seconds = [], []
            for n in names:
                model = (SHARED / f"models/mlperf/{MODELS[n]}.tflite").read_bytes()
                calib, evaluation, want = data[n]
                sets = [calib[k * 100 : k * 100 + 100] for k in range(args.sets)] or [calib[:count]]
                results = []
                for s in sets:
                    start = time.perf_counter()
                    q = _midge.quantize(model, [np.ascontiguousarray(s).tobytes()], recipe=json.dumps(r))
                    seconds.append(time.perf_counter() - start)
                    results.append(sqnr(want, run(q["model"], evaluation)))
                cells.append(f"{np.mean(results):.1f}" + (f" ({np.min(results):.1f})" if args.sets else ""))
            print(f"| {technique} | " + " | ".join(cells) + f" | {min(seconds):.1f} to {max(seconds):.1f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
