#!/usr/bin/env python3
"""The executor's speed on float models, beside LiteRT with XNNPACK, both with the same number of threads.

    cmake --build build/host-release --target midge_executor_bench
    bench/executor_bench.py [MODEL.tflite ...] [--threads 2] [--rounds 5] [--seconds 0.5] [--json]

Rounds are interleaved, so that both meet the same machine; what is printed is the median of the rounds: GMAC/s, and in brackets
GMAC a second of processor time, over all threads, which depends less on what else the machine does. LiteRT runs one sample at a
time, as it is used, and with a batch of 16, where the model's input can be resized so. Needs ai-edge-litert and NumPy.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("MIDGE_SHARED", ROOT.parent / "shared"))
MODELS = ["pretrainedResnet", "vww_96_float", "kws_true_float32_from_savedmodel", "ad01_float32_from_h5"]
BATCH = 16


class Executor:
    def __init__(self, program: str, model: str, threads: int):
        self.process = subprocess.Popen([program, model, "--threads", str(threads)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self, seconds: float) -> tuple[float, float]:
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.macs, self.simd = answer["macs"], answer["simd"]
        return answer["samples"] / answer["seconds"], answer["samples"] / answer["cpu_seconds"]


class LiteRt:
    def __init__(self, model: str, threads: int, batch: int):
        from ai_edge_litert.interpreter import Interpreter

        self.batch = batch
        self.interpreter = Interpreter(model_path=model, num_threads=threads)
        for d in self.interpreter.get_input_details() if batch > 1 else []:
            self.interpreter.resize_tensor_input(d["index"], [batch, *d["shape"][1:]])
        self.interpreter.allocate_tensors()
        random = np.random.default_rng(1)
        for d in self.interpreter.get_input_details():
            self.interpreter.set_tensor(d["index"], random.uniform(-1, 1, d["shape"]).astype(d["dtype"]))
        self.interpreter.invoke()

    def round(self, seconds: float) -> tuple[float, float]:
        start, cpu, done = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - start < seconds:
            self.interpreter.invoke()
            done += self.batch
        return done / (time.perf_counter() - start), done / (time.process_time() - cpu)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=[str(SHARED / f"models/mlperf/{m}.tflite") for m in MODELS])
    parser.add_argument("--program", default=str(ROOT / "build/host-release/bench/midge_executor_bench"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = []
    for model in options.models:
        midge = Executor(options.program, model, options.threads)
        runners = {"midge": midge, "litert": LiteRt(model, options.threads, 1), f"litert_batch{BATCH}": LiteRt(model, options.threads, BATCH)}
        rounds = {name: [] for name in runners}
        for _ in range(options.rounds):
            for name, runner in runners.items():
                rounds[name].append(runner.round(options.seconds))
        speed = {name: statistics.median(v[0] for v in values) for name, values in rounds.items()}
        per_cpu = {name: statistics.median(v[1] for v in values) for name, values in rounds.items()}
        results.append({"model": pathlib.Path(model).stem, "macs": midge.macs, "simd": midge.simd, "threads": options.threads,
                        "gmacs": {name: round(v * midge.macs * 1e-9, 2) for name, v in speed.items()},
                        "gmac_per_cpu_second": {name: round(v * midge.macs * 1e-9, 2) for name, v in per_cpu.items()},
                        "samples_per_s": {name: round(v, 1) for name, v in speed.items()}})
        if not options.json:
            r = results[-1]
            print(f"{r['model']:34} {r['macs']:>12,} MACs, GMAC/s:  " + "  ".join(f"{n} {v:.1f} ({r['gmac_per_cpu_second'][n]:.1f})" for n, v in r["gmacs"].items()), flush=True)
    if options.json:
        json.dump(results, sys.stdout, indent=1)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
