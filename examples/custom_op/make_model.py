"""Writes median.tflite: RELU, then the custom operator MedianOfThree, on int8[1,8]. Needs ai-edge-litert and flatbuffers."""

import pathlib

import flatbuffers
from ai_edge_litert import schema_py_generated as s


def tensor(name: str) -> s.TensorT:
    t = s.TensorT()
    t.shape, t.type, t.name, t.buffer = [1, 8], s.TensorType.INT8, name, 0
    t.quantization = s.QuantizationParametersT()
    t.quantization.scale, t.quantization.zeroPoint = [0.0625], [-28]
    return t


def operator(index: int, source: int, target: int) -> s.OperatorT:
    o = s.OperatorT()
    o.opcodeIndex, o.inputs, o.outputs = index, [source], [target]
    return o


def main():
    relu, custom = s.OperatorCodeT(), s.OperatorCodeT()
    relu.builtinCode = relu.deprecatedBuiltinCode = s.BuiltinOperator.RELU
    custom.builtinCode = custom.deprecatedBuiltinCode = s.BuiltinOperator.CUSTOM
    custom.customCode, relu.version, custom.version = "MedianOfThree", 1, 1
    graph = s.SubGraphT()
    graph.tensors = [tensor(name) for name in ("scores", "positive", "steady")]
    graph.inputs, graph.outputs = [0], [2]
    graph.operators = [operator(0, 0, 1), operator(1, 1, 2)]
    model = s.ModelT()
    model.version, model.description = 3, "custom operator example"
    model.operatorCodes, model.subgraphs, model.buffers = [relu, custom], [graph], [s.BufferT()]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    pathlib.Path(__file__).with_name("median.tflite").write_bytes(builder.Output())


if __name__ == "__main__":
    main()
