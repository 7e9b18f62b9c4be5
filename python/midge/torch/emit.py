"""From a trained model to a .tflite file: each step's operators, with channels last.

(n, c, h, w) becomes (1, h, w, c), and (n, c, length) becomes (1, 1, length, c). A flattening of more than one place and channel would
need a transposition; where only Linear layers read it, their weights are put into the other order instead.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import numpy as np

from .. import _midge
from . import steps as s
from .capture import is_same
from .model import PROBABILITIES, QuantizedModel

_SAME, _VALID = 0, 1
_ACTIVATIONS = {"": 0, "relu": 1, "relu_n1_to_1": 2, "relu6": 3}


def physical(dims: tuple[int, ...]) -> list[int]:
    """The file's dimensions of a value."""
    if len(dims) == 3:
        return [1, dims[1], dims[2], dims[0]]
    return [1, 1, dims[1], dims[0]] if len(dims) == 2 else [1, dims[0]]


def order(dims: tuple[int, ...]) -> np.ndarray:
    """For each element of the file's tensor, in its order, which element of PyTorch's it is."""
    index = np.arange(int(np.prod(dims))).reshape(dims)
    return (np.moveaxis(index, 0, -1) if len(dims) > 1 else index).ravel()


def axis_of(dim: int, rank: int) -> int:
    """Where a dimension of PyTorch's (the batch is 0) lies in the file. rank counts the batch."""
    return {4: [0, 3, 1, 2], 3: [0, 3, 2], 2: [0, 1]}[rank][dim]


class Emitter:
    """Writes one model. Methods named after a step's class write that step."""

    def __init__(self, model: QuantizedModel):
        self.model = model
        self.builder = _midge.GraphBuilder("main")
        self.tensors: dict[str, int] = {}
        self.orders: dict[str, np.ndarray] = {}  # of flattened values whose elements are in the file's order
        self.readers: dict[str, list[s.Step]] = {}
        for step in model.steps:
            for name in step.inputs:
                self.readers.setdefault(name, []).append(step)

    def write(self, softmax: bool, float_io: bool, metadata: dict[str, bytes]) -> bytes:
        for name in self.model.input_names:
            self.tensors[name] = self.activation(name)
        inputs = [self.tensors[n] for n in self.model.input_names]
        if float_io:
            inputs = [self.converted("QUANTIZE", n, i, True) for n, i in zip(self.model.input_names, inputs)]
        for step in self.model.steps:
            getattr(self, type(step).__name__.lower())(step)
        outputs = [self.tensors[n] for n in self.model.output_names]
        if softmax:
            outputs = [self.head(n) for n in self.model.output_names]
        if float_io:
            outputs = [self.converted("DEQUANTIZE", n, o, False) for n, o in zip(self.model.output_names, outputs)]
        about = {"converter": f"midge {_midge.__version__}", "contract": self.model.recipe.contract, "recipe": {"name": "midge.torch"}}
        metadata = {"midge.conversion": json.dumps(about).encode(), **metadata}
        return self.builder.finish(inputs, outputs, f"midge {_midge.__version__}", metadata)

    # -- tensors

    def label(self, name: str) -> str:
        return self.model.values[name].label

    def activation(self, name: str, dims: list[int] | None = None, suffix: str = "") -> int:
        """A computed tensor with a value's scale."""
        r = self.model.range(name)
        dims = physical(self.model.values[name].dims) if dims is None else dims
        return self.builder.add_tensor(self.label(name) + suffix, "int8", dims, [r.scale], [r.zero_point], 0, None)

    def constant(self, name: str, values: np.ndarray, scales=(), dimension: int = 0) -> int:
        values = np.ascontiguousarray(values)
        scales, zero_points = [float(v) for v in scales], [0] * len(scales)
        return self.builder.add_tensor(name, values.dtype.name, list(values.shape), scales, zero_points, dimension, values.tobytes())

    def op(self, step: s.Step, code: str, inputs: list[int], output: int, **options) -> None:
        self.builder.add_op(code, inputs, [output], options, step.where)

    def result(self, step: s.Step) -> int:
        self.tensors[step.output] = self.activation(step.output)
        return self.tensors[step.output]

    def source(self, step: s.Step) -> int:
        return self.tensors[step.inputs[0]]

    # -- steps

    def padded(self, step, name: str, source: int, padding, code: str = "PAD", lowest: bool = False) -> int:
        """The input with explicit padding: zeros, or the lowest value for a maximum."""
        dims = physical(self.model.values[name].dims)
        amounts = np.array([(0, 0), *padding, (0, 0)], np.int32)
        grown = [int(d + a + b) for d, (a, b) in zip(dims, amounts)]
        result = self.activation(name, grown, f".padded_for.{self.label(step.output)}")
        inputs = [source, self.constant(f"{self.label(step.output)}.padding", amounts)]
        if lowest:
            r = self.model.range(name)
            inputs.append(self.builder.add_tensor(f"{self.label(step.output)}.lowest", "int8", [1], [r.scale], [r.zero_point], 0, b"\x80"))
        self.op(step, "PADV2" if lowest else code, inputs, result)
        return result

    def same(self, step, kernel, stride) -> bool:
        size = physical(self.model.values[step.inputs[0]].dims)[1:3]
        return all(is_same(*v) for v in zip(size, kernel, stride, step.padding))

    def weighted(self, step: s.Weighted) -> None:
        w, bias, scales = (t.cpu().numpy() for t in step.quantized())
        w = w.astype(np.int8)
        source = self.source(step)
        if step.kind == "linear":
            if step.inputs[0] in self.orders:
                w = w[:, self.orders[step.inputs[0]]]
            dimension = 0
        elif step.kind == "depthwise":
            w, dimension = w.transpose(1, 2, 3, 0), 3
        else:
            w, dimension = w.transpose(0, 2, 3, 1), 0
        filter_ = self.constant(f"{self.label(step.output)}.weight", w, scales, dimension)
        bias_scales = scales.astype(np.float32) * np.float32(step.sources[0].scale)
        inputs = [None, filter_, self.constant(f"{self.label(step.output)}.bias", bias.astype(np.int32), bias_scales)]
        options = {"fused_activation_function": _ACTIVATIONS[step.activation]}
        if step.kind == "linear":
            return self.op(step, "FULLY_CONNECTED", [source, *inputs[1:]], self.result(step), **options)
        kernel = w.shape[1:3]
        reach = [(k - 1) * d + 1 for k, d in zip(kernel, step.dilation)]
        mode = _VALID
        if any(any(p) for p in step.padding):
            if self.same(step, reach, step.stride):
                mode = _SAME
            else:
                source = self.padded(step, step.inputs[0], source, step.padding)
        options |= {"padding": mode, "stride_h": step.stride[0], "stride_w": step.stride[1], "dilation_h_factor": step.dilation[0],
                    "dilation_w_factor": step.dilation[1]}
        if step.kind == "depthwise":
            options["depth_multiplier"] = len(bias) // step.groups
        self.op(step, "DEPTHWISE_CONV_2D" if step.kind == "depthwise" else "CONV_2D", [source, *inputs[1:]], self.result(step), **options)

    def sum(self, step: s.Sum) -> None:
        self.op(step, "ADD" if step.sign > 0 else "SUB", [self.tensors[n] for n in step.inputs], self.result(step),
                fused_activation_function=_ACTIVATIONS[step.activation])

    def product(self, step: s.Product) -> None:
        self.op(step, "MUL", [self.tensors[n] for n in step.inputs], self.result(step),
                fused_activation_function=_ACTIVATIONS[step.activation])

    def concat(self, step: s.Concat) -> None:
        rank = len(self.model.values[step.output].dims) + 1
        self.op(step, "CONCATENATION", [self.tensors[n] for n in step.inputs], self.result(step), axis=axis_of(step.dim, rank))

    def pool(self, step: s.Pool) -> None:
        source, mode = self.source(step), _VALID
        if any(any(p) for p in step.padding):
            if step.same:
                mode = _SAME
            else:
                source = self.padded(step, step.inputs[0], source, step.padding, lowest=step.kind == "max")
        self.op(step, "MAX_POOL_2D" if step.kind == "max" else "AVERAGE_POOL_2D", [source], self.result(step), padding=mode,
                stride_h=step.stride[0], stride_w=step.stride[1], filter_height=step.kernel[0], filter_width=step.kernel[1])

    def mean(self, step: s.Mean) -> None:
        rank = len(self.model.values[step.inputs[0]].dims) + 1
        axes = sorted(axis_of(d, rank) for d in step.dims)
        dims = physical(self.model.values[step.inputs[0]].dims)
        result = self.result(step)
        kept = [1 if i in axes else d for i, d in enumerate(dims)]
        target = physical(self.model.values[step.output].dims)
        dropped = [d for i, d in enumerate(dims) if i not in axes]
        axis = self.constant(f"{self.label(step.output)}.axes", np.array(axes, np.int32))
        if target in (kept, dropped):
            return self.op(step, "MEAN", [self.source(step), axis], result, keep_dims=int(target == kept))
        between = self.activation(step.output, kept, ".kept")  # the elements are in the same order: one dimension of several is left
        self.op(step, "MEAN", [self.source(step), axis], between, keep_dims=1)
        self.reorder(step, between, tuple(1 if d in step.dims else n for d, n in enumerate(self.model.values[step.inputs[0]].dims, 1)),
                     self.model.values[step.output].dims, result)

    def elementwise(self, step: s.Elementwise) -> None:
        self.op(step, step.op, [self.source(step)], self.result(step), **step.options)

    def softmax(self, step: s.Softmax) -> None:
        self.op(step, "SOFTMAX", [self.source(step)], self.result(step), beta=1.0)

    def reshape(self, step: s.Reshape) -> None:
        before, after = self.model.values[step.inputs[0]].dims, step.dims
        source = self.source(step)
        if before == after:
            self.tensors[step.output] = source
            if step.inputs[0] in self.orders:
                self.orders[step.output] = self.orders[step.inputs[0]]
            return
        readers = self.kernels_behind(step.output)
        only_linear = bool(readers) and all(isinstance(r, s.Weighted) and r.kind == "linear" for r in readers)
        moved = not np.array_equal(order(before), order(after))
        if len(after) == 1 and only_linear and not self.is_output(step.output):
            # FULLY_CONNECTED takes any shape. The weights are put into the file's order of elements.
            self.tensors[step.output] = source
            if moved:
                self.orders[step.output] = order(before)
            return
        self.reorder(step, source, before, after, self.result(step))

    def is_output(self, name: str) -> bool:
        """Of the model, or a Dropout's, which is the same in the file."""
        dropped = [r.output for r in self.readers.get(name, []) if isinstance(r, s.Dropout)]
        return name in self.model.output_names or any(map(self.is_output, dropped))

    def kernels_behind(self, name: str) -> list[s.Step]:
        """What reads a value in the file, which has no Dropout."""
        return [k for r in self.readers.get(name, []) for k in (self.kernels_behind(r.output) if isinstance(r, s.Dropout) else [r])]

    def reorder(self, step, source: int, before, after, result: int) -> None:
        """A reshape in PyTorch's order of elements: by way of channels first where that is another one."""
        if np.array_equal(order(before), order(after)):
            return self.to_shape(step, source, physical(after), result)
        if not np.array_equal(order(before), np.arange(int(np.prod(before)))):
            dims = physical(before)
            first = self.activation(step.output, [dims[i] for i in (0, 3, 1, 2)], ".first")
            permutation = self.constant(f"{self.label(step.output)}.first_order", np.array([0, 3, 1, 2], np.int32))
            self.op(step, "TRANSPOSE", [source, permutation], first)
            source = first
        if np.array_equal(order(after), np.arange(int(np.prod(after)))):
            return self.to_shape(step, source, physical(after), result)
        dims = physical(after)
        shaped = self.activation(step.output, [dims[i] for i in (0, 3, 1, 2)], ".shaped")
        self.to_shape(step, source, [dims[i] for i in (0, 3, 1, 2)], shaped)
        permutation = self.constant(f"{self.label(step.output)}.last_order", np.array([0, 2, 3, 1], np.int32))
        self.op(step, "TRANSPOSE", [shaped, permutation], result)

    def to_shape(self, step, source: int, dims: list[int], result: int) -> None:
        shape = self.constant(f"{self.label(step.output)}.shape", np.array(dims, np.int32))
        self.op(step, "RESHAPE", [source, shape], result, new_shape=dims)

    def pad(self, step: s.Pad) -> None:
        self.tensors[step.output] = self.padded(step, step.inputs[0], self.source(step), step.padding)

    def dropout(self, step: s.Dropout) -> None:
        self.tensors[step.output] = self.source(step)
        if step.inputs[0] in self.orders:
            self.orders[step.output] = self.orders[step.inputs[0]]

    def converted(self, op: str, name: str, tensor: int, is_input: bool) -> int:
        """The float32 tensor before an input, or behind an output."""
        real = self.builder.add_tensor(f"{self.label(name)}.float", "float32", physical(self.model.values[name].dims), [], [], 0, None)
        self.builder.add_op(op, [real if is_input else tensor], [tensor if is_input else real], {}, name)
        return real

    def head(self, name: str) -> int:
        """Probabilities of an output of logits."""
        dims = physical(self.model.values[name].dims)
        if len(dims) != 2:
            raise ValueError(f"softmax needs outputs of shape (n, classes); '{name}' is {dims}")
        result = self.builder.add_tensor(f"{self.label(name)}.softmax", "int8", dims, [PROBABILITIES[0]], [PROBABILITIES[1]], 0, None)
        self.builder.add_op("SOFTMAX", [self.tensors[name]], [result], {"beta": 1.0}, name)
        return result


def to_tflite(model: QuantizedModel, softmax: bool = False, float_io: bool = False,
              metadata: dict[str, bytes] | None = None) -> bytes:
    """The bytes of the file. See export()."""
    was = model.training
    model.eval()
    try:
        return Emitter(model).write(softmax, float_io, metadata or {})
    finally:
        model.train(was)


def write_whole(path, content: bytes) -> None:
    """Writes a file that is there whole or not at all."""
    path = Path(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as f:
            f.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def export(model: QuantizedModel, path, softmax: bool = False, float_io: bool = False, metadata: dict[str, bytes] | None = None) -> None:
    """Writes a trained model as an int8 .tflite with a batch of 1.

    The file's outputs are model.run_integer()'s, byte for byte, in LiteRT's reference kernels and in Midge; under the recipe's contract
    "tflm" in TensorFlow Lite Micro. Images are channels last in the file: (n, c, h, w) becomes (1, h, w, c), and (n, c, length) becomes
    (1, 1, length, c).

    Args:
      model: what prepare() made.
      path: of the file; it is written whole or not at all.
      softmax: adds the softmax that the training's loss function has inside.
      float_io: inputs and outputs are float32, with a QUANTIZE and a DEQUANTIZE for each.
      metadata: further entries of the file, by name, as "midge.preprocess" with what is declared about the raw data.
    """
    write_whole(path, to_tflite(model, softmax, float_io, metadata))
