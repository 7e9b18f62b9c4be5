"""The converter end to end on real networks: accuracy, the same bytes everywhere, and what it says about bad data."""

import json

import midge
import numpy as np
import pytest

# name: (float model, least SQNR of the output in dB against the float network, on the evaluation samples)
NETWORKS = {
    "ad": ("mlperf/ad01_float32_from_h5.tflite", 43.5),
    "kws": ("mlperf/kws_true_float32_from_savedmodel.tflite", 28.5),
    "resnet": ("mlperf/pretrainedResnet.tflite", 23.5),
    "vww": ("mlperf/vww_96_float.tflite", 38.0),
}
ONNX = {
    "ad": "onnx/ad01_fp32.onnx",
    "kws": "onnx/kws_true_float32.onnx",
    "resnet": "onnx/pretrainedResnet.onnx",
    "vww": "onnx/vww_96_float.onnx",
}


def samples(shared, name, array):
    data = np.load(shared / "calib" / f"{name}.npz")[array]
    return data.astype(np.float32) / np.float32(255) if name == "vww" else data.astype(np.float32)


def run(interpreter, inputs):
    """Outputs as they are stored, one row a sample, and as real numbers."""
    interpreter.allocate_tensors()
    i, o = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    scale, zero = i["quantization"]
    rows = []
    for x in inputs:
        x = x.reshape(i["shape"])
        if i["dtype"] != np.float32:
            x = np.clip(np.round(x / scale) + zero, -128, 127).astype(i["dtype"])
        interpreter.set_tensor(i["index"], x)
        interpreter.invoke()
        rows.append(interpreter.get_tensor(o["index"]).ravel().copy())
    stored = np.stack(rows)
    if stored.dtype == np.float32:
        return stored, stored
    scale, zero = o["quantization"]
    return stored, (stored.astype(np.float64) - zero) * scale


def sqnr_db(expected, got):
    return 10 * np.log10((expected.astype(np.float64) ** 2).sum() / ((expected - got) ** 2).sum())


@pytest.mark.parametrize("name", NETWORKS)
def test_int8_is_near_the_float_network(shared, name):
    path, least = NETWORKS[name]
    conversion = midge.convert(shared / "models" / path, calibrate=samples(shared, name, "calib"))
    stored, real = run(midge.Interpreter(model_content=conversion.content), samples(shared, name, "eval"))
    expected = np.load(shared / "calib" / f"{name}.float_out.npz")["out"].reshape(real.shape)
    assert sqnr_db(expected, real) >= least, conversion.report["trials"]

    litert = pytest.importorskip("ai_edge_litert.interpreter")
    reference = litert.Interpreter(model_content=conversion.content, experimental_op_resolver_type=litert.OpResolverType.BUILTIN_REF)
    assert np.array_equal(run(reference, samples(shared, name, "eval")[:10])[0], stored[:10])


@pytest.mark.parametrize("name", ONNX)
def test_onnx_is_as_good_as_tflite(shared, name):
    conversion = midge.convert(shared / "models" / ONNX[name], calibrate=samples(shared, name, "calib"))
    _, real = run(midge.Interpreter(model_content=conversion.content), samples(shared, name, "eval"))
    # The .onnx of ad has other weights than the .tflite: each is measured against its own float network.
    floats = midge.convert(shared / "models" / ONNX[name])
    _, expected = run(midge.Interpreter(model_content=floats.content), samples(shared, name, "eval"))
    assert sqnr_db(expected, real) >= NETWORKS[name][1], conversion.report["trials"]


def test_the_same_samples_give_the_same_bytes(shared):
    path = shared / "models" / NETWORKS["kws"][0]
    x = samples(shared, "kws", "calib")[:40]
    first = midge.convert(path, calibrate=x)
    assert first.content == midge.convert(path, calibrate=(s for s in x)).content
    assert first.content == midge.convert(path, calibrate={"in0": x}, threads=1).content


def test_an_integer_network_gets_smaller_and_keeps_its_bytes(shared):
    path = shared / "models/mlperf/vww_96_int8.tflite"
    conversion = midge.convert(path)
    assert conversion.report["macs"] == 3_727_313
    golden = np.load(shared / "models/mlperf/vww_96_int8.golden.npz")["in0"]
    random = np.random.default_rng(5).integers(-128, 128, (20, *golden.shape[1:]), dtype=np.int8)
    rows = []
    for content in (path.read_bytes(), conversion.content):
        interpreter = midge.Interpreter(model_content=content)
        interpreter.allocate_tensors()
        for x in (*golden, *random):
            interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
            interpreter.invoke()
            rows.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]).tobytes())
    assert rows[: len(rows) // 2] == rows[len(rows) // 2 :]


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda x: x[:0], "no samples"),
        (lambda x: x[:, :3], "(N,49,10,1)"),
        (lambda x: x * np.nan, "NaN"),
        (lambda x: x.astype(str), "samples"),
    ],
)
def test_bad_samples(shared, change, said):
    x = samples(shared, "kws", "calib")[:4]
    with pytest.raises((midge.Error, ValueError), match=r".*") as error:
        midge.convert(shared / "models" / NETWORKS["kws"][0], calibrate=change(x))
    assert said in str(error.value)


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_few_samples(shared, count):
    x = samples(shared, "kws", "calib")[:count]
    conversion = midge.convert(shared / "models" / NETWORKS["kws"][0], calibrate=x)
    _, real = run(midge.Interpreter(model_content=conversion.content), samples(shared, "kws", "eval"))
    expected = np.load(shared / "calib/kws.float_out.npz")["out"].reshape(real.shape)
    assert sqnr_db(expected, real) > 10


def test_constant_samples_are_refused(shared):
    x = samples(shared, "kws", "calib")[:4] * 0
    with pytest.raises(midge.Error, match="nothing but the value 0"):
        midge.convert(shared / "models" / NETWORKS["kws"][0], calibrate=x)


def test_what_is_quantised_is_not_quantised_again(shared):
    with pytest.raises(midge.Error, match="quantised already"):
        midge.convert(shared / "models/mlperf/kws_ref_model.tflite", calibrate=samples(shared, "kws", "calib")[:4])


@pytest.mark.parametrize("kind", ["int8", "uint8", "float32"])
def test_input_and_output_types(shared, kind):
    x = samples(shared, "kws", "calib")[:20]
    conversion = midge.convert(shared / "models" / NETWORKS["kws"][0], calibrate=x, input_type=kind, output_type=kind)
    interpreter = midge.Interpreter(model_content=conversion.content)
    assert np.dtype(interpreter.get_input_details()[0]["dtype"]) == kind
    assert np.dtype(interpreter.get_output_details()[0]["dtype"]) == kind


def test_a_recipe_for_some_layers(shared, tmp_path):
    x = samples(shared, "kws", "calib")[:20]
    recipe = {"equalize": False, "range": "min-max", "layers": {"*dense*": {"scheme": "int16x8"}}}
    conversion = midge.convert(shared / "models" / NETWORKS["kws"][0], calibrate=x, recipe=recipe)
    interpreter = midge.Interpreter(model_content=conversion.content)
    interpreter.allocate_tensors()
    assert {np.dtype(t["dtype"]).name for t in interpreter.get_tensor_details()} >= {"int8", "int16"}
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({"scheme": "int7"}))
    with pytest.raises(midge.Error, match="int16x8"):
        midge.convert(shared / "models" / NETWORKS["kws"][0], calibrate=x, recipe=path)
