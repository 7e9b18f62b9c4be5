"""Networks whose weights alone are quantised: how near they come to the float ones, and that Midge and LiteRT agree on them."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

import midge

SAMPLES = 20
FLOAT32, FLOAT16, INT8 = (getattr(schema.TensorType, n) for n in ("FLOAT32", "FLOAT16", "INT8"))
MODELS = {
    "ad": "ad01_float32_from_h5",
    "kws": "kws_true_float32_from_savedmodel",
    "resnet": "pretrainedResnet",
    "vww": "vww_96_float",
}
LEAST_DB = {  # scheme: model: against the float outputs, on the first evaluation samples
    "float16": {"ad": 65, "kws": 60, "resnet": 43, "vww": 57},
    "dynamic": {"ad": 40, "kws": 25.5, "resnet": 19.5, "vww": 22},
}
MOST_OF_SIZE = {"float16": 0.65, "dynamic": 0.47}


def sqnr(want, got):
    want, got = np.asarray(want, np.float64), np.asarray(got, np.float64)
    noise = ((want - got) ** 2).sum()
    return np.inf if noise == 0 else 10 * np.log10((want**2).sum() / noise)


def outputs(interpreter, samples):
    interpreter.allocate_tensors()
    i, o = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    out = []
    for x in samples:
        interpreter.set_tensor(i["index"], x.reshape(i["shape"]))
        interpreter.invoke()
        out.append(np.array(interpreter.get_tensor(o["index"])).ravel())
    return np.stack(out)


def reference(content):
    return Interpreter(model_content=content, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)


def evaluation(shared, name):
    x = np.load(shared / f"calib/{name}.npz")["eval"][:SAMPLES].astype(np.float32)
    return x / np.float32(255 if name == "vww" else 1)


def weights(content):
    """Of each CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED: code, weight tensor."""
    model = schema.ModelT.InitFromPackedBuf(content)
    graph, out = model.subgraphs[0], []
    for op in graph.operators:
        code = model.operatorCodes[op.opcodeIndex].builtinCode
        if code in (3, 4, 9):
            out.append((code, graph.tensors[op.inputs[1]], op))
    return model, out


@pytest.mark.parametrize("scheme", LEAST_DB)
@pytest.mark.parametrize("name", MODELS)
def test_near_the_float_network_and_as_in_litert(shared, name, scheme):
    path = shared / f"models/mlperf/{MODELS[name]}.tflite"
    content = midge.convert(path, quantize=scheme).content
    assert len(content) < MOST_OF_SIZE[scheme] * path.stat().st_size
    x = evaluation(shared, name)
    want = np.load(shared / f"calib/{name}.float_out.npz")["out"][:SAMPLES].reshape(SAMPLES, -1)
    got, litert = outputs(midge.Interpreter(model_content=content), x), outputs(reference(content), x)
    assert sqnr(want, got) >= LEAST_DB[scheme][name]
    assert sqnr(litert, got) >= 120  # float sums may differ in their last bits


@pytest.mark.parametrize("name", MODELS)
def test_dynamic_weights_are_symmetric_int8_and_biases_float(shared, name):
    model, layers = weights(midge.convert(shared / f"models/mlperf/{MODELS[name]}.tflite", quantize="dynamic").content)
    graph = model.subgraphs[0]
    assert layers
    for _, w, op in layers:
        assert graph.tensors[op.inputs[0]].type == FLOAT32 and graph.tensors[op.outputs[0]].type == FLOAT32
        assert w.type == INT8 or (w.type == FLOAT32 and np.prod(w.shape) < 1024)
        if w.type == INT8:
            assert not np.any(w.quantization.zeroPoint)
            assert np.asarray(model.buffers[w.buffer].data, np.uint8).view(np.int8).min() >= -127
        if len(op.inputs) > 2 and op.inputs[2] >= 0:
            assert graph.tensors[op.inputs[2]].type == FLOAT32


def test_float16_networks_can_be_quantised(shared, tmp_path):
    source = shared / f"models/mlperf/{MODELS['kws']}.tflite"
    half = tmp_path / "half.tflite"
    midge.convert(source, half, quantize="float16")
    model, _ = weights(half.read_bytes())
    dequantized = [op for op in model.subgraphs[0].operators if model.operatorCodes[op.opcodeIndex].builtinCode == 6]
    constants = [op.inputs[0] for op in dequantized]
    assert constants and len(set(constants)) == len(constants)  # one a constant, shared by its readers
    assert all(model.subgraphs[0].tensors[c].type == FLOAT16 for c in constants)
    x = evaluation(shared, "kws")
    a, b = (outputs(midge.Interpreter(model_content=midge.convert(p, quantize="dynamic").content), x) for p in (source, half))
    assert sqnr(a, b) >= 25
