"""Against LiteRT's reference kernels: the real models' goldens, random operators and random networks of the shared folder."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest

import midge

MODELS = [
    "mlperf/ad01_float32_from_h5", "mlperf/ad01_fp32", "mlperf/ad01_int8", "mlperf/kws_ref_model", "mlperf/kws_ref_model_float32",
    "mlperf/kws_true_float32_from_savedmodel", "mlperf/model_ToyCar_dynrange", "mlperf/model_ToyCar_fullint_floatio",
    "mlperf/pretrainedResnet", "mlperf/pretrainedResnet_quant", "mlperf/str_ww_ref_model", "mlperf/vww_96_float", "mlperf/vww_96_int8",
    "tflm/hello_world_float", "tflm/hello_world_int8", "tflm/micro_speech_quantized", "tflm/person_detect", "tflm/simple_add_model",
]

FAMILIES = [f"{op}.{t}" for op in (
    "conv_2d", "depthwise_conv_2d", "fully_connected", "add", "mul", "sub", "average_pool_2d", "max_pool_2d", "mean", "pad", "concatenation",
    "reshape", "softmax", "logistic", "tanh", "relu", "relu6", "strided_slice", "pack", "shape", "transpose") for t in ("int8", "float")]
FAMILIES += ["quantize.float_to_int8", "quantize.int8_to_int8", "dequantize.int8", "fully_connected.hybrid", "conv_2d.hybrid"]

SEED = 20


@pytest.mark.parametrize("name", MODELS)
def test_real_models_equal_their_goldens(shared, name):
    path = shared / "models" / f"{name}.tflite"
    golden = np.load(path.with_suffix(".golden.npz"))
    it = midge.Interpreter(model_path=path)
    it.allocate_tensors()
    for n in range(len(golden["in0"])):
        for k, d in enumerate(it.get_input_details()):
            it.set_tensor(d["index"], golden[f"in{k}"][n])
        it.invoke()
        for k, d in enumerate(it.get_output_details()):
            got, want = it.get_tensor(d["index"]), golden[f"out{k}"][n]
            if want.dtype.kind == "f":
                # Accumulation order and exp differ: 1e-5 of the range is 100 times the error of a float sum of that length.
                np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5 * float(np.abs(want).max()))
            else:
                np.testing.assert_array_equal(got, want)


def run_generator(shared: pathlib.Path, script: str, *arguments: str):
    command = [sys.executable, str(shared / "conformance" / script), "--check", "midge", "--seed", str(SEED), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("family", FAMILIES)
def test_random_operators(shared, family):
    # --only takes every family whose name contains this, so the count covers those too.
    sys.path.insert(0, str(shared / "conformance"))
    import opgen

    failures = []
    for k in range(50):
        seed = SEED * 100003 + k
        content, inputs, want, refused = opgen.make(family, seed)
        if refused:
            continue
        try:
            wrong = opgen.differs(opgen.under_test(midge, content, inputs), want)
        except midge.Error as e:
            wrong = str(e)
        if wrong:
            failures.append(f"{family} seed {seed}: {wrong}")
    assert not failures, "\n".join(failures[:5])


def test_random_networks(shared):
    assert "0 failed" in run_generator(shared, "netgen.py", "--count", "1000")
