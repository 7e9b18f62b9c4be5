#!/usr/bin/env python3
"""Post-training quantisation beside TFLiteConverter: accuracy with few and many samples, and time and memory for the ResNet.

    bench/ptq_peers.py accuracy [--counts 10,50,100,500] [--models ad,kws,resnet,vww]
    bench/ptq_peers.py speed [--rounds 3]

Needs the shared models and samples, and a Python with tensorflow==2.21.0 and ai-edge-litert, named by --tensorflow (a virtual
environment's python). The float .tflite is turned into a TensorFlow function with the same weights, which TFLiteConverter then
quantises from the same samples. SQNR is that of the output against the float outputs on the 100 evaluation samples, on LiteRT's
reference kernels. Times are wall clock of whole processes, interleaved; memory is the peak resident size of each.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
MODELS = {
    "ad": "ad01_float32_from_h5.tflite",
    "kws": "kws_true_float32_from_savedmodel.tflite",
    "resnet": "pretrainedResnet.tflite",
    "vww": "vww_96_float.tflite",
}
SCALE = {"vww": 1 / 255}


def samples(name, array):
    import numpy as np

    return np.load(SHARED / "calib" / f"{name}.npz")[array].astype(np.float32) * np.float32(SCALE.get(name, 1))


def sqnr_db(model_bytes, name):
    """Of a quantised model's output on the evaluation samples, in dB."""
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(model_content=model_bytes, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    i, o = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    outputs = []
    for x in samples(name, "eval"):
        x = x.reshape(i["shape"])
        if i["dtype"] != np.float32:
            scale, zero = i["quantization"]
            info = np.iinfo(i["dtype"])
            x = np.clip(np.round(x / scale) + zero, info.min, info.max).astype(i["dtype"])
        interpreter.set_tensor(i["index"], x)
        interpreter.invoke()
        y = interpreter.get_tensor(o["index"]).astype(np.float64)
        if o["dtype"] != np.float32:
            y = (y - o["quantization"][1]) * o["quantization"][0]
        outputs.append(y.ravel())
    expected = np.load(SHARED / "calib" / f"{name}.float_out.npz")["out"].astype(np.float64)
    got = np.stack(outputs).reshape(expected.shape)
    return float(10 * np.log10((expected**2).sum() / ((expected - got) ** 2).sum()))


def tensorflow_function(path):
    """The network of a float .tflite file (convolutional ones) as a TensorFlow function with constant weights."""
    import numpy as np
    import tensorflow as tf
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(path.read_bytes()))
    graph = model.subgraphs[0]
    names = {v: k for k, v in vars(schema.BuiltinOperator).items() if isinstance(v, int)}

    def constant(i):
        t = graph.tensors[i]
        data = model.buffers[t.buffer].data
        if data is None or len(data) == 0:
            return None
        kind = {schema.TensorType.FLOAT32: np.float32, schema.TensorType.INT32: np.int32}[t.type]
        return np.frombuffer(bytes(data), kind).reshape(t.shape)

    def activate(x, options):
        a = options.fusedActivationFunction
        return {0: lambda v: v, 1: tf.nn.relu, 3: tf.nn.relu6}[a](x)

    def call(x):
        values = {graph.inputs[0]: x}
        for op in graph.operators:
            name = names[max(model.operatorCodes[op.opcodeIndex].builtinCode, model.operatorCodes[op.opcodeIndex].deprecatedBuiltinCode)]
            get = lambda k: values[op.inputs[k]] if op.inputs[k] in values else constant(op.inputs[k])  # noqa: E731
            o = op.builtinOptions
            padding = "SAME" if getattr(o, "padding", 0) == 0 else "VALID"
            if name == "CONV_2D":
                w = np.transpose(get(1), (1, 2, 3, 0))
                y = activate(tf.nn.bias_add(tf.nn.conv2d(get(0), w, [1, o.strideH, o.strideW, 1], padding), get(2)), o)
            elif name == "DEPTHWISE_CONV_2D":
                w = np.transpose(get(1), (1, 2, 3, 0))
                y = activate(tf.nn.bias_add(tf.nn.depthwise_conv2d(get(0), w, [1, o.strideH, o.strideW, 1], padding), get(2)), o)
            elif name == "FULLY_CONNECTED":
                y = activate(tf.nn.bias_add(tf.matmul(get(0), get(1).T), get(2)), o)
            elif name == "ADD":
                y = activate(tf.add(get(0), get(1)), o)
            elif name in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
                pool = tf.nn.avg_pool2d if name[0] == "A" else tf.nn.max_pool2d
                y = pool(get(0), [o.filterHeight, o.filterWidth], [o.strideH, o.strideW], padding)
            elif name == "RESHAPE":
                y = tf.reshape(get(0), graph.tensors[op.outputs[0]].shape)
            elif name == "SOFTMAX":
                y = tf.nn.softmax(get(0))
            elif name == "PAD":
                y = tf.pad(get(0), get(1))
            elif name == "MEAN":
                y = tf.reduce_mean(get(0), get(1), keepdims=o.keepDims)
            elif name == "RELU":
                y = tf.nn.relu(get(0))
            else:
                raise SystemExit(f"{path.name}: {name} is not known to this bench")
            values[op.outputs[0]] = y
        return values[graph.outputs[0]]

    shape = list(graph.tensors[graph.inputs[0]].shape)
    return tf.function(call, input_signature=[tf.TensorSpec(shape, tf.float32)]), shape


def convert_with_tensorflow(name, count, out):
    import tensorflow as tf

    function, shape = tensorflow_function(SHARED / "models" / "mlperf" / MODELS[name])
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function.get_concrete_function()], tf.Module())
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([x.reshape(shape)] for x in samples(name, "calib")[:count])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    Path(out).write_bytes(converter.convert())


def convert_with_midge(name, count, out):
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        npz = Path(folder, "samples.npz")
        np.savez(npz, samples=samples(name, "calib")[:count])
        model = SHARED / "models" / "mlperf" / MODELS[name]
        command = [os.environ.get("MIDGE", str(ROOT / ".venv/bin/midge")), "convert", str(model), "-o", out, "--calibrate", str(npz)]
        return timed(command)


def timed(command):
    """Seconds and peak resident MiB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{errors[-2000:]}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def child(args, verb, name, count, out):
    return [args.tensorflow, __file__, "child", "--verb", verb, "--models", name, "--counts", str(count), "--out", str(out)]


def accuracy(args, folder):
    print("| model | samples | TFLiteConverter, dB | Midge, dB |\n|---|---|---|---|")
    for name in args.models.split(","):
        for count in map(int, args.counts.split(",")):
            peer, ours = folder / "peer.tflite", folder / "ours.tflite"
            timed(child(args, "convert", name, count, peer))
            convert_with_midge(name, count, str(ours))
            values = [json.loads(subprocess.check_output(child(args, "sqnr", name, count, p), stderr=subprocess.DEVNULL)) for p in (peer, ours)]
            print(f"| {name} | {count} | {values[0]:.1f} | {values[1]:.1f} |", flush=True)


def speed(args, folder):
    print("| round | TFLiteConverter, s | MiB | Midge, s | MiB | time ratio | memory ratio |\n|---|---|---|---|---|---|---|")
    for n in range(args.rounds):
        peer = timed(child(args, "convert", "resnet", 500, folder / "peer.tflite"))
        ours = convert_with_midge("resnet", 500, str(folder / "ours.tflite"))
        print(f"| {n + 1} | {peer[0]:.1f} | {peer[1]:.0f} | {ours[0]:.1f} | {ours[1]:.0f} | {ours[0] / peer[0]:.2f} | {ours[1] / peer[1]:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["accuracy", "speed", "child"])
    parser.add_argument("--tensorflow", default=sys.executable, help="the python that has tensorflow and ai-edge-litert")
    parser.add_argument("--models", default="ad,kws,resnet,vww")
    parser.add_argument("--counts", default="10,50,100,500")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--verb", help=argparse.SUPPRESS)
    parser.add_argument("--out", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.what == "child":
        if args.verb == "convert":
            convert_with_tensorflow(args.models, int(args.counts), args.out)
        else:
            print(json.dumps(sqnr_db(Path(args.out).read_bytes(), args.models)))
        return
    with tempfile.TemporaryDirectory() as folder:
        {"accuracy": accuracy, "speed": speed}[args.what](args, Path(folder))


if __name__ == "__main__":
    main()
