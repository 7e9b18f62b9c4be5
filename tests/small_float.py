"""Small float .tflite models for tests: a list of operators over named tensors, written with LiteRT's own schema."""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

TYPES = {np.dtype(np.float32): 0, np.dtype(np.int32): 2, np.dtype(np.int64): 4, np.dtype(np.bool_): 6}


class Model:
    """m = Model(); x = m.input([1, 4]); y = m.op("TANH", [x], [1, 4]); m.output(y); m.bytes()"""

    def __init__(self):
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.description = b"small"
        self.model.operatorCodes = []
        self.model.buffers = [schema.BufferT()]
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators, self.graph.inputs, self.graph.outputs = [], [], [], []
        self.model.subgraphs = [self.graph]

    def tensor(self, shape, dtype=np.float32, name=None, data=None):
        t = schema.TensorT()
        t.shape = list(shape)
        t.type = TYPES[np.dtype(dtype)]
        t.name = (name or f"t{len(self.graph.tensors)}").encode()
        t.buffer = 0
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
            t.buffer = len(self.model.buffers)
            self.model.buffers.append(buffer)
        self.graph.tensors.append(t)
        return len(self.graph.tensors) - 1

    def constant(self, values, dtype=np.float32, name=None):
        values = np.asarray(values, dtype)
        return self.tensor(values.shape, dtype, name, values)

    def input(self, shape, dtype=np.float32, name=None):
        i = self.tensor(shape, dtype, name)
        self.graph.inputs.append(i)
        return i

    def op(self, code, inputs, shape, options=None, dtype=np.float32, outputs=1, name=None, version=1, **fields):
        """`options`: the schema's table, as "Conv2DOptions"; `fields` of it. Several outputs have one shape."""
        number = getattr(schema.BuiltinOperator, code)
        entry = schema.OperatorCodeT()
        entry.builtinCode, entry.deprecatedBuiltinCode, entry.version = number, min(number, 127), version
        self.model.operatorCodes.append(entry)
        op = schema.OperatorT()
        op.opcodeIndex = len(self.model.operatorCodes) - 1
        op.inputs = list(inputs)
        op.outputs = [self.tensor(shape, dtype, name) for _ in range(outputs)]
        if options:
            op.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            op.builtinOptions = getattr(schema, options + "T")()
            for key, value in fields.items():
                setattr(op.builtinOptions, key, value)
        self.graph.operators.append(op)
        return op.outputs[0] if outputs == 1 else op.outputs

    def output(self, *tensors):
        self.graph.outputs += tensors
        return self

    def bytes(self):
        builder = flatbuffers.Builder(1 << 16)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())
