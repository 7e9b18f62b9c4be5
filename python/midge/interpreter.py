"""The Interpreter class: LiteRT's methods over Midge's runtime, so that changing one import moves a script over."""

from __future__ import annotations

import os
from typing import Any, Sequence

import numpy as np

from . import _midge

_DTYPES = {
    "float32": np.float32, "float16": np.float16, "float64": np.float64, "int8": np.int8, "uint8": np.uint8, "int16": np.int16,
    "uint16": np.uint16, "int32": np.int32, "uint32": np.uint32, "int64": np.int64, "uint64": np.uint64, "bool": np.bool_,
    "complex64": np.complex64, "complex128": np.complex128,
}


class Error(RuntimeError, ValueError):
    """The model or its execution failed. The text is the status's sentence: what, where, what to do.

    It is both a RuntimeError and a ValueError because LiteRT raises one or the other for the same causes.
    """


def _checked(call, *args):
    try:
        return call(*args)
    except _midge.DiagnosticError as e:
        raise Error(str(e)) from None


class Interpreter:
    """Runs a .tflite model on the host, with the same code and the same bytes as on the target.

    Args:
      model_path: a .tflite file; or
      model_content: its bytes. Exactly one of the two.
      contract: "litert" (LiteRT's reference kernels, the default) or "tflm" (rounding twice where TensorFlow Lite Micro does).
      num_threads, experimental_op_resolver_type: taken from scripts that were LiteRT's, and ignored: there is one thread, and
        results are those of LiteRT's reference resolver.
      experimental_preserve_all_tensors: every tensor keeps memory of its own, so that get_tensor() is right for all of them
        after invoke().

    Raises:
      Error: the file is not a model that Midge accepts.
      FileNotFoundError: there is no such file.
      ValueError: neither or both of model_path and model_content, or an unknown contract.
    """

    def __init__(self, model_path: str | os.PathLike | None = None, model_content: bytes | None = None, contract: str = "litert",
                 *, num_threads: int | None = None, experimental_op_resolver_type: Any = None,
                 experimental_preserve_all_tensors: bool = False):
        if (model_path is None) == (model_content is None):
            raise ValueError("give either model_path or model_content")
        if contract not in ("litert", "tflm"):
            raise ValueError(f"contract must be 'litert' or 'tflm', not {contract!r}")
        name = ""
        if model_path is not None:
            name = os.fspath(model_path)
            with open(name, "rb") as f:
                model_content = f.read()
        self._keep_all = experimental_preserve_all_tensors
        self._model = _checked(_midge.HostModel, bytes(model_content), name, contract)
        self._inputs = self._model.inputs()
        self._outputs = self._model.outputs()

    def allocate_tensors(self) -> None:
        """Plans memory and prepares every operator. Must precede set_tensor() and invoke(), and follow resize_tensor_input()."""
        if not self._model.allocated():
            _checked(self._model.allocate, self._keep_all)

    def invoke(self) -> None:
        """Runs the model once. Raises RuntimeError before allocate_tensors(), Error where an operator fails."""
        if not self._model.allocated():
            raise RuntimeError("invoke() before allocate_tensors(): call allocate_tensors() first")
        _checked(self._model.invoke)

    def reset_all_variables(self) -> None:
        """Sets every variable tensor (the state of recurrent models) back to its zero point."""
        if not self._model.allocated():
            raise RuntimeError("reset_all_variables() before allocate_tensors(): call allocate_tensors() first")
        _checked(self._model.reset_variables)

    def resize_tensor_input(self, input_index: int, tensor_size: Sequence[int], strict: bool = False) -> None:
        """Changes the shape of a graph input, by tensor index; allocate_tensors() must follow.

        With strict, only dimensions that the model leaves open (-1 in its shape signature) may change.
        Raises ValueError for an index that is not an input, or a shape that is not valid.
        """
        if input_index not in self._inputs:
            raise ValueError(f"tensor {input_index} is not an input: inputs are {self._inputs}")
        size = [int(v) for v in tensor_size]
        if strict:
            signature = self._model.tensor_info(input_index)["signature"]
            if len(size) != len(signature) or any(s not in (-1, v) for s, v in zip(signature, size)):
                raise ValueError(f"strict resizing of tensor {input_index}: {size} does not fit its signature {signature}")
        if size == list(self._model.tensor_info(input_index)["shape"]):
            return
        _checked(self._model.resize_input, self._inputs.index(input_index), size)

    def set_tensor(self, tensor_index: int, value: Any) -> None:
        """Copies an array into a tensor; its dtype and shape must be the tensor's. Raises ValueError otherwise."""
        info, dtype = self._info(tensor_index)
        array = np.asarray(value)
        if array.dtype == np.dtype(dtype).newbyteorder():  # of the other byte order
            array = array.astype(dtype)
        if array.dtype != dtype:
            raise ValueError(f"tensor {tensor_index} '{info['name']}' is {np.dtype(dtype).name}, the array is {array.dtype.name}")
        if list(array.shape) != list(info["shape"]):
            raise ValueError(f"tensor {tensor_index} '{info['name']}' has shape {list(info['shape'])}, the array has {list(array.shape)}")
        if not self._model.allocated():
            raise ValueError("set_tensor() before allocate_tensors(): call allocate_tensors() first")
        if not self._model.write(tensor_index, np.ascontiguousarray(array).tobytes()):
            raise ValueError(f"tensor {tensor_index} '{info['name']}' cannot be written: it is a constant or has no memory")

    def get_tensor(self, tensor_index: int) -> np.ndarray:
        """A copy of a tensor. Intermediate tensors share memory; see experimental_preserve_all_tensors."""
        info, dtype = self._info(tensor_index)
        if not self._model.allocated():
            raise ValueError("get_tensor() before allocate_tensors(): call allocate_tensors() first")
        data = self._model.read(tensor_index)
        if data is None:
            raise ValueError(f"tensor {tensor_index} '{info['name']}' has no memory: no operator computes it")
        return np.frombuffer(data, dtype).reshape(info["shape"]).copy()

    def get_input_details(self) -> list[dict]:
        """One dict an input, as LiteRT's: name, index, shape, shape_signature, dtype, quantization, quantization_parameters."""
        return [self._details(i) for i in self._inputs]

    def get_output_details(self) -> list[dict]:
        """One dict an output, as get_input_details()."""
        return [self._details(i) for i in self._outputs]

    def get_tensor_details(self) -> list[dict]:
        """One dict a tensor of the model, as get_input_details()."""
        return [self._details(i) for i in range(self._model.tensor_count())]

    def arena_used_bytes(self) -> int:
        """Bytes of arena that the model takes on this host (pointers here are 8 bytes; `midge verify` measures the target)."""
        return self._model.arena_used_bytes()

    def _info(self, index: int) -> tuple[dict, Any]:
        if not 0 <= index < self._model.tensor_count():
            raise ValueError(f"there is no tensor {index}: the model has {self._model.tensor_count()}")
        info = self._model.tensor_info(index)
        if info["type"] not in _DTYPES:
            raise ValueError(f"tensor {index} '{info['name']}' is {info['type']}, which NumPy cannot hold")
        return info, _DTYPES[info["type"]]

    def _details(self, index: int) -> dict:
        info = self._model.tensor_info(index)
        scales, zeros = info["scales"], info["zero_points"]
        per_tensor = (scales[0], zeros[0]) if len(scales) == 1 else (0.0, 0)
        return {
            "name": info["name"],
            "index": index,
            "shape": np.array(info["shape"], np.int32),
            "shape_signature": np.array(info["signature"], np.int32),
            "dtype": _DTYPES.get(info["type"], info["type"]),
            "quantization": per_tensor,
            "quantization_parameters": {
                "scales": np.array(scales, np.float32),
                "zero_points": np.array(zeros, np.int32),
                "quantized_dimension": info["dimension"],
                "block_size": 0,
            },
            "sparsity_parameters": {},
        }
