"""Small .tflite models made in the test that needs them, through the schema that ai-edge-litert ships."""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as s

T = s.TensorType
NUMPY = {T.FLOAT32: np.float32, T.INT8: np.int8, T.INT32: np.int32, T.INT16: np.int16, T.UINT8: np.uint8, T.INT64: np.int64,
         T.BOOL: np.bool_}


def pack_int4(data) -> bytes:
    """int4 as the format stores it: two a byte, the first in the low half."""
    halves = np.asarray(data, np.int8).ravel().view(np.uint8) & 15
    halves = np.append(halves, np.zeros(halves.size % 2, np.uint8))
    return (halves[::2] | halves[1::2] << 4).tobytes()


class ModelMaker:
    """Tensors and operators in the order in which they are added; bytes() is the file."""

    def __init__(self):
        self.model = s.ModelT()
        self.model.version, self.model.description = 3, "test"
        self.model.buffers, self.model.operatorCodes, self.model.metadata = [s.BufferT()], [], []
        self.model.subgraphs = []
        self._begin()

    def tensor(self, shape, dtype=T.INT8, scale=None, zero=0, data=None, variable=False, signature=None, axis=0) -> int:
        """Adds a tensor and gives its index. `data` makes it a constant. `scale` may be a list, one for each channel of `axis`."""
        t = s.TensorT()
        t.shape, t.type, t.name, t.buffer, t.isVariable = list(shape), dtype, f"t{len(self.graph.tensors)}", 0, variable
        if signature is not None:
            t.shapeSignature = list(signature)
        if data is not None:
            t.buffer = self._buffer(pack_int4(data) if dtype == T.INT4 else np.asarray(data, NUMPY[dtype]).tobytes())
        if scale is not None:
            q = s.QuantizationParametersT()
            q.scale = [float(v) for v in np.atleast_1d(scale)]
            q.zeroPoint, q.quantizedDimension = [zero] * len(q.scale), axis
            t.quantization = q
        self.graph.tensors.append(t)
        return len(self.graph.tensors) - 1

    def op(self, name, inputs, outputs, version=1, options=None, **fields) -> int:
        """Adds an operator by the format's name, with options as the schema names them."""
        c = s.OperatorCodeT()
        c.builtinCode = getattr(s.BuiltinOperator, name)
        c.deprecatedBuiltinCode, c.version = min(c.builtinCode, 127), version
        self.model.operatorCodes.append(c)
        o = s.OperatorT()
        o.opcodeIndex, o.inputs, o.outputs = len(self.model.operatorCodes) - 1, list(inputs), list(outputs)
        if options:
            o.builtinOptionsType = getattr(s.BuiltinOptions, options)
            o.builtinOptions = getattr(s, options + "T")()
            for key, value in fields.items():
                setattr(o.builtinOptions, key, value)
        self.graph.operators.append(o)
        return len(self.graph.operators) - 1

    def next_subgraph(self, inputs, outputs):
        """Ends a subgraph; what follows belongs to the next, whose tensors count from 0."""
        self.graph.inputs, self.graph.outputs = list(inputs), list(outputs)
        self._begin()

    def metadata(self, name: str, data: bytes):
        """Adds a metadata entry."""
        m = s.MetadataT()
        m.name, m.buffer = name, self._buffer(data)
        self.model.metadata.append(m)

    def bytes(self, inputs, outputs) -> bytes:
        """The file, with these tensors as the (last) graph's inputs and outputs."""
        self.graph.inputs, self.graph.outputs = list(inputs), list(outputs)
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def _begin(self):
        self.graph = s.SubGraphT()
        self.graph.tensors, self.graph.operators, self.graph.inputs, self.graph.outputs = [], [], [], []
        self.model.subgraphs.append(self.graph)

    def _buffer(self, data: bytes) -> int:
        b = s.BufferT()
        b.data = np.frombuffer(data, np.uint8)
        self.model.buffers.append(b)
        return len(self.model.buffers) - 1


def add_model(shape=(1, 4), version=2) -> bytes:
    """One int8 ADD of two inputs."""
    m = ModelMaker()
    a, b, out = m.tensor(shape, scale=0.1), m.tensor(shape, scale=0.2), m.tensor(shape, scale=0.3)
    m.op("ADD", [a, b], [out], version, "AddOptions")
    return m.bytes([a, b], [out])
