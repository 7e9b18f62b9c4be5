"""Raw data to a model's input by a declaration (docs/preprocessing.md), with the code that firmware runs: the same bytes.

    declared = midge.preprocess.Declaration("kws.preprocess.json")
    x = declared.apply("yes.wav", shape=(1, 49, 40, 1))                                    # float32: what the float network is trained on
    q = declared.apply("yes.wav", tensor=interpreter.get_input_details()[0])               # int8: what firmware gives to the int8 model

Quantising the first by the input's scale and zero point gives the second.
"""

from __future__ import annotations

import json
import os
from typing import Any, Sequence

import numpy as np

from . import _midge
from .interpreter import _checked

_DTYPES = ("float32", "int8", "uint8", "int16")


def read(path: Any, sample_rate: int = 0) -> np.ndarray:
    """A picture as uint8 [height, width, 1 or 3], or a .wav file as int16 [samples], mixed down to one channel.

    Raises midge.Error for a file that cannot be read, or sound of another sample rate where one is given."""
    d = _checked(_midge.preprocess_read, os.fspath(path), sample_rate)
    if "pixels" in d:
        return np.frombuffer(d["pixels"], np.uint8).reshape(d["height"], d["width"], d["channels"]).copy()
    return np.frombuffer(d["samples"], np.int16).copy()


def apply(declaration: Any, raw: Any, **options: Any) -> np.ndarray:
    """Declaration(declaration).apply(raw, **options)."""
    return Declaration(declaration).apply(raw, **options)


class Declaration:
    """What is declared, from a dict, a JSON text, or a file. Raises midge.Error with the line and the key of what is wrong."""

    def __init__(self, source: Any):
        name = "the declaration"
        if isinstance(source, dict):
            text = json.dumps(source)
        elif isinstance(source, str) and source.lstrip().startswith("{"):
            text = source
        else:
            name = os.fspath(source)
            with open(name, encoding="utf-8") as file:
                text = file.read()
        self._text, self._name = _checked(_midge.preprocess_format, text, name), name

    @property
    def text(self) -> str:
        """The JSON with every key written out."""
        return self._text

    @property
    def inputs(self) -> list[dict]:
        return json.loads(self._text)["inputs"]

    def apply(self, raw: Any, *, tensor: dict | None = None, shape: Sequence[int] | None = None, dtype: Any = np.float32, scale: float = 1.0,
              zero_point: int = 0, input: int = 0) -> np.ndarray:
        """One sample as the model's input.

        Args:
          raw: a path, or for pictures uint8 [height, width], [height, width, 1 or 3]; for sound int16 [samples]; for a tensor numbers.
          tensor: an input's details, as Interpreter.get_input_details() gives them, for shape, dtype, scale and zero point.
          shape, dtype, scale, zero_point: of the result, where there is no tensor. dtype: float32, int8, uint8 or int16.
          input: which of the declared inputs.

        Raises:
          ValueError: a raw sample, shape or type that does not fit what is declared.
        """
        declared = self.inputs
        if not 0 <= input < len(declared):
            raise ValueError(f"nothing is declared for input {input}")
        steps = declared[input]
        if tensor is not None:
            shape, dtype = [int(n) for n in tensor["shape"]], tensor["dtype"]
            scale, zero_point = tensor["quantization"]
        elif shape is None:
            raise ValueError("give either tensor or shape")
        shape, dtype = [int(n) for n in shape], np.dtype(dtype)
        if dtype.name not in _DTYPES:
            raise ValueError(f"dtype must be one of {', '.join(_DTYPES)}, not {dtype.name}")
        if isinstance(raw, (str, os.PathLike)):
            raw = read(raw, steps.get("sample_rate", 0))
        raw = np.asarray(raw)
        rest = (shape, dtype.name, float(scale) if dtype.kind in "iu" else 1.0, int(zero_point))
        if steps["kind"] == "image":
            if raw.dtype != np.uint8 or raw.ndim not in (2, 3) or (raw.ndim == 3 and raw.shape[2] not in (1, 3)) or raw.size == 0:
                raise ValueError(f"a picture is uint8 [height, width, 1 or 3], not {list(raw.shape)} of {raw.dtype.name}")
            channels = raw.shape[2] if raw.ndim == 3 else 1
            out = _midge.preprocess_image(self._text, self._name, input, np.ascontiguousarray(raw).tobytes(), raw.shape[1], raw.shape[0], channels, *rest)
        elif steps["kind"] == "audio":
            if raw.dtype != np.int16 or raw.ndim != 1:
                raise ValueError(f"sound is int16 [samples], not {list(raw.shape)} of {raw.dtype.name}")
            out = _midge.preprocess_audio(self._text, self._name, input, np.ascontiguousarray(raw).tobytes(), *rest)
        else:
            if dtype != np.float32:
                raise ValueError("a tensor is made float32; quantise it by the input's scale and zero point")
            values = np.ascontiguousarray(raw, np.float32)
            if values.size != int(np.prod(shape)):
                raise ValueError(f"the array has shape {list(raw.shape)}, the input {shape}")
            out = _midge.preprocess_tensor(self._text, self._name, input, values.tobytes(), shape)
        return np.frombuffer(out, dtype).reshape(shape).copy()
