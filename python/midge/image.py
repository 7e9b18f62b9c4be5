"""From a camera's frames to a model's input, with the code that firmware runs (image/preprocessor.h): the same bytes.

    frame = np.fromfile("frame.bin", np.uint8).reshape(120, 160, 2)     # as the camera sent it
    x = midge.image.preprocess(frame, "rgb565_be", tensor=interpreter.get_input_details()[0], crop="center")
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)

Pixel formats: "gray", "rgb888", "bgr888", "rgb565_be" (the high byte first, as most sensors send), "rgb565_le", "yuyv". A frame is
an array [height, width] or [height, width, bytes a pixel] of uint8, or [height, width] of uint16 for what has two bytes a pixel.
"""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from . import _midge

PIXEL_BYTES = {"gray": 1, "rgb888": 3, "bgr888": 3, "rgb565_be": 2, "rgb565_le": 2, "yuyv": 2}
_DTYPES = (np.dtype(np.int8), np.dtype(np.uint8), np.dtype(np.float32))


def convert(frame: Any, format: str, channels: int = 3) -> np.ndarray:
    """A frame as uint8 [height, width, channels], grey (1) or RGB (3). Raises ValueError for a frame that is not of its format."""
    data, width, height = _frame(frame, format)
    if channels not in (1, 3):
        raise ValueError(f"channels must be 1 (grey) or 3 (RGB), not {channels}")
    return np.frombuffer(_midge.image_convert(data, format, width, height, channels), np.uint8).reshape(height, width, channels).copy()


def center_crop(width: int, height: int, out_width: int, out_height: int) -> tuple[int, int, int, int]:
    """(x, y, width, height) of the largest rectangle in the middle of an image that has the proportions of the output."""
    return tuple(_midge.image_center_crop(width, height, out_width, out_height))


def preprocess(frame: Any, format: str, *, tensor: dict | None = None, size: Sequence[int] | None = None, channels: int = 1,
               dtype: Any = np.int8, scale: float = 1 / 255, zero_point: int | None = None, crop: Any = None, filter: str = "bilinear",
               gain: Any = 1 / 255, offset: Any = 0.0) -> np.ndarray:
    """Crops, converts, resizes and normalises a frame.

    Args:
      frame, format: see the module.
      tensor: an input's details, as Interpreter.get_input_details() gives them: its shape [1, height, width, channels], dtype and
        quantization take the place of size, channels, dtype, scale and zero_point, and are those of the result.
      size: (height, width) of the result, where there is no tensor; the result is [height, width, channels].
      channels: 1 (grey) or 3 (RGB).
      dtype: int8, uint8 or float32.
      scale, zero_point: of int8 and uint8. The zero point is the type's lowest value by default.
      crop: (x, y, width, height) of the frame; "center" for center_crop(); None for all of it.
      filter: "bilinear" or "nearest".
      gain, offset: real = pixel * gain + offset, one number or one a channel. The integer is round(real / scale) + zero_point. By
        default 0 ... 255 stand for 0 ... 1; for -1 ... 1 pass 1 / 127.5 and -1.

    Raises:
      ValueError: a frame that is not of its format, or sizes, types or scales that cannot be.
    """
    data, width, height = _frame(frame, format)
    if tensor is not None:
        shape = [int(n) for n in tensor["shape"]]
        if len(shape) != 4 or shape[0] != 1:
            raise ValueError(f"tensor '{tensor['name']}' has shape {shape}: an image's is [1, height, width, channels]")
        size, channels, dtype = shape[1:3], shape[3], tensor["dtype"]
        scale, zero_point = tensor["quantization"]
    elif size is None:
        raise ValueError("give either tensor or size")
    else:
        shape = [int(size[0]), int(size[1]), channels]
    dtype = np.dtype(dtype)
    if dtype not in _DTYPES:
        raise ValueError(f"dtype must be int8, uint8 or float32, not {dtype.name}")
    if channels not in (1, 3):
        raise ValueError(f"channels must be 1 (grey) or 3 (RGB), not {channels}")
    if filter not in ("bilinear", "nearest"):
        raise ValueError(f"filter must be 'bilinear' or 'nearest', not {filter!r}")
    if zero_point is None:
        zero_point = np.iinfo(dtype).min if dtype.kind in "iu" else 0
    out_height, out_width = int(size[0]), int(size[1])
    if isinstance(crop, str):
        if crop != "center":
            raise ValueError(f"crop must be (x, y, width, height), 'center' or None, not {crop!r}")
        crop = center_crop(width, height, out_width, out_height)
    elif crop is not None:
        crop = tuple(int(n) for n in crop)
        if len(crop) != 4 or min(crop[2:]) < 1:
            raise ValueError(f"crop must be (x, y, width, height) and not empty, not {crop}")
    result = _midge.image_preprocess(data, format, width, height, crop or (0, 0, 0, 0), out_width, out_height, channels, filter == "nearest",
                                     dtype.name, _a_channel(gain, channels), _a_channel(offset, channels), float(scale), int(zero_point))
    return np.frombuffer(result, dtype).reshape(shape).copy()


def _frame(frame: Any, format: str) -> tuple[bytes, int, int]:
    """The bytes of a frame, its width and height."""
    if format not in PIXEL_BYTES:
        raise ValueError(f"format must be one of {', '.join(PIXEL_BYTES)}, not {format!r}")
    array, pixel = np.asarray(frame), PIXEL_BYTES[format]
    shapes = {1: f"[height, width, {pixel}] of uint8"}
    fits = array.dtype == np.uint8 and array.ndim == 3 and array.shape[2] == pixel
    if pixel == 1:
        shapes[2] = "[height, width] of uint8"
        fits = fits or (array.dtype == np.uint8 and array.ndim == 2)
    if pixel == 2:
        shapes[2] = "[height, width] of uint16"
        fits = fits or (array.dtype == np.uint16 and array.ndim == 2)
    if not fits or array.size == 0:
        raise ValueError(f"a frame of {format} is {' or '.join(shapes.values())}, not {list(array.shape)} of {array.dtype.name}")
    return np.ascontiguousarray(array).tobytes(), int(array.shape[1]), int(array.shape[0])


def _a_channel(value: Any, channels: int) -> list[float]:
    """Three numbers, of which `channels` count, from one or from one a channel."""
    values = [float(v) for v in np.ravel(value)]
    if len(values) not in (1, channels):
        raise ValueError(f"gain and offset are one number or {channels}, not {len(values)}")
    return (values * 3)[:3]
