"""ONNX's backend node tests: one case through Midge's importer, its float module run by midge.Interpreter, compared within tolerance."""

import pathlib

import numpy as np

import midge
from midge import _midge


class Refused(Exception):
    """The importer said, with a diagnostic, that it cannot."""


def run_model(path: pathlib.Path, inputs: list[np.ndarray], input_dims: dict | None = None) -> list[np.ndarray]:
    """The outputs of a model file of any format. Inputs are in the order of the model's."""
    try:
        data, _ = _midge.import_model(str(path), input_dims or {})
    except _midge.DiagnosticError as error:
        raise Refused(str(error)) from error
    it = midge.Interpreter(model_content=data)
    it.allocate_tensors()
    for detail, value in zip(it.get_input_details(), inputs, strict=True):
        value = np.asarray(value)
        if value.dtype != detail["dtype"] and value.dtype.kind in "fV":
            value = value.astype(detail["dtype"])  # float16 and float64 are computed in float32
        it.set_tensor(detail["index"], value.reshape(detail["shape"]))
    it.invoke()
    return [it.get_tensor(d["index"]) for d in it.get_output_details()]


def difference(got: np.ndarray, want: np.ndarray, rtol: float, atol: float, steps: int = 0) -> str:
    """What is wrong with an output; "" if nothing. steps: by how many integers a quantised output may be off (ties)."""
    want = np.asarray(want)
    if tuple(got.shape) != tuple(want.shape):
        return f"shape {got.shape}, not {want.shape}"
    if want.dtype.kind in "fV":
        if want.dtype.kind == "V":
            rtol = max(rtol, 2.0**-7)  # bfloat16, computed in float32
        want = want.astype(np.float32)
        if got.dtype.kind != "f":
            return f"type {got.dtype}, not float"
        close = np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True)
        return "" if close.all() else f"{(~close).sum()} of {close.size} elements differ, by up to {np.nanmax(np.abs(got - want))}"
    if got.dtype != want.dtype:
        return f"type {got.dtype}, not {want.dtype}"
    if want.dtype == bool:
        return "" if (got == want).all() else "differs"
    off = np.abs(got.astype(np.int64) - want.astype(np.int64)).max(initial=0)
    return "" if off <= steps else f"integers differ by up to {off}"


# Node tests give everything as an input: also shapes, axes and scales, which exporters write as constants. freeze() makes constants of
# them: an initialiser with the name of an input stands for it. Field numbers are those of ONNX's messages.
ELEMENTS = {"float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "bool": 9, "float16": 10, "float64": 11,
            "uint32": 12, "uint64": 13}


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def fields(data: bytes):
    """(number, kind, value, first byte, end) of each field of a message."""
    def number(at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            value |= (data[at] & 127) << shift
            shift, at = shift + 7, at + 1
            if not data[at - 1] & 128:
                return value, at

    at = 0
    while at < len(data):
        start = at
        tag, at = number(at)
        if tag & 7 == 0:
            value, at = number(at)
        elif tag & 7 == 2:
            size, at = number(at)
            value, at = data[at:at + size], at + size
        else:
            size = 4 if tag & 7 == 5 else 8
            value, at = data[at:at + size], at + size
        yield tag >> 3, tag & 7, value, start, at


def part(number: int, body: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(body)) + body


def freeze(model: bytes, arrays: list[np.ndarray], first: int) -> bytes:
    """The model with its inputs from `first` on as constants."""
    out = b""
    for number, _, value, start, end in fields(model):
        if number != 7:
            out += model[start:end]
            continue
        names = [next(v for n, _, v, _, _ in fields(info) if n == 1) for n, _, info, _, _ in fields(value) if n == 11]
        graph = value
        for name, array in list(zip(names, arrays, strict=True))[first:]:
            dims = b"".join(varint(1 << 3) + varint(d) for d in array.shape)
            kind = varint(2 << 3) + varint(ELEMENTS[array.dtype.name])
            graph += part(5, dims + kind + part(8, name) + part(9, np.ascontiguousarray(array).tobytes()))
        out += part(7, graph)
    return out


def run_node_test(path: pathlib.Path, inputs: list[np.ndarray], folder: pathlib.Path) -> list[np.ndarray]:
    """With all inputs given; if that is refused, with all but the first as constants; at last with all."""
    reason = None
    for first in (len(inputs), 1, 0):
        if first > len(inputs):
            continue
        frozen = folder / "frozen.onnx"
        if first < len(inputs) and any(a.dtype.name not in ELEMENTS for a in inputs):
            break
        frozen.write_bytes(freeze(path.read_bytes(), inputs, first) if first < len(inputs) else path.read_bytes())
        try:
            return run_model(frozen, inputs[:first])
        except Refused as error:
            reason = error
    raise reason


def node(kind: str, inputs: list[str], outputs: list[str], name: str = "") -> bytes:
    """A NodeProto without attributes."""
    lists = b"".join(part(1, i.encode()) for i in inputs) + b"".join(part(2, o.encode()) for o in outputs)
    return lists + part(3, name.encode()) + part(4, kind.encode())


def graph_model(nodes: list[bytes], inputs: dict[str, tuple], outputs: list[str], opset: int = 17) -> bytes:
    """A ModelProto of float inputs; a dimension that is a string is open. An input called "s" is int64."""
    def value(name: str, dims: tuple) -> bytes:
        each = b"".join(part(1, part(2, d.encode()) if isinstance(d, str) else varint(1 << 3) + varint(d)) for d in dims)
        return part(1, name.encode()) + part(2, part(1, varint(1 << 3) + varint(7 if name == "s" else 1) + part(2, each)))

    graph = b"".join(part(1, n) for n in nodes) + part(2, b"test")
    graph += b"".join(part(11, value(n, d)) for n, d in inputs.items()) + b"".join(part(12, value(o, ())) for o in outputs)
    return varint(1 << 3) + varint(8) + part(7, graph) + part(8, part(1, b"") + varint(2 << 3) + varint(opset))
