"""Asks the device's own kernels: what a one-input int8 operator answers for all 256 inputs, and softmax for rows.

Tables and softmax are functions with fixed-point polynomials and single-precision steps. To write them again here would be a second
implementation that could differ; the kernel that the device runs is at hand.
"""

from __future__ import annotations

import functools

import numpy as np

from .. import _midge

Quantization = tuple[float, int]  # scale, zero point


def _run(op: str, options: dict, source: Quantization, result: Quantization, values: np.ndarray, contract: str) -> np.ndarray:
    builder = _midge.GraphBuilder("kernel")
    x = builder.add_tensor("x", "int8", list(values.shape), [source[0]], [source[1]], 0, None)
    y = builder.add_tensor("y", "int8", list(values.shape), [result[0]], [result[1]], 0, None)
    builder.add_op(op, [x], [y], options, op)
    model = _midge.HostModel(builder.finish([x], [y], "", {}), op, contract)
    model.allocate(False)
    model.write(x, np.ascontiguousarray(values, np.int8).tobytes())
    model.invoke()
    return np.frombuffer(model.read(y), np.int8).reshape(values.shape)


@functools.lru_cache(maxsize=4096)
def table(op: str, options: tuple, source: Quantization, result: Quantization, contract: str) -> np.ndarray:
    """int64 (256,): the output for the inputs -128 to 127."""
    every = np.arange(-128, 128).astype(np.int8)[None]
    return _run(op, dict(options), source, result, every, contract)[0].astype(np.int64)


def softmax(values: np.ndarray, source: Quantization, contract: str) -> np.ndarray:
    """int8 (n, classes) logits to int8 probabilities with the scale 1/256 and the zero point -128."""
    return _run("SOFTMAX", {"beta": 1.0}, source, (1 / 256, -128), values, contract)
