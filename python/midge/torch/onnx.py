"""From an nn.Module to ONNX in memory, and by Midge's importer to a float .tflite."""

from __future__ import annotations

import io
import re
import logging
import warnings

import torch
from torch import nn

from .errors import Unsupported

OPSET = 18


def to_onnx(model: nn.Module, example_inputs) -> bytes:
    """The model in eval mode as an ONNX file: opset 18, the shapes of `example_inputs`, weights inside.

    Args:
      model: any module that torch.export takes.
      example_inputs: a tensor or a tuple of tensors. Give them the batch that the file shall have: 1 for a device.

    Raises:
      ImportError: onnx or onnxscript is missing.
      Unsupported: torch.export or its ONNX exporter refuses the model; the text has its reason.
    """
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as e:
        raise ImportError(f"PyTorch's ONNX exporter needs {e.name}, which is not installed: pip install onnx onnxscript") from e
    inputs = tuple(example_inputs) if isinstance(example_inputs, (tuple, list)) else (example_inputs,)
    modes = {m: m.training for m in model.modules()}
    model.eval()
    chatter = logging.getLogger("torch.onnx")
    level = chatter.level
    chatter.setLevel(logging.ERROR)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(model, inputs, dynamo=True, opset_version=OPSET, verbose=False, external_data=False, optimize=True)
        buffer = io.BytesIO()
        program.save(buffer, include_initializers=True)
    except Exception as e:  # the exporter has many, each with pages of text
        plain = re.sub(r"\x1b\[[0-9;]*m", "", str(e))  # colours
        reason = next((line for line in plain.splitlines() if line.strip()), type(e).__name__)
        raise Unsupported(type(model).__name__, f"torch.onnx cannot export it ({reason})",
                          "Export it to ONNX yourself, and give `midge convert` the file") from e
    finally:
        chatter.setLevel(level)
        for m, mode in modes.items():
            m.training = mode
    return buffer.getvalue()


def export_float(model: nn.Module, example_inputs, path) -> None:
    """Writes the model as a float .tflite by way of ONNX and Midge's importer. midge.Error where that refuses a node."""
    import midge

    midge.convert(model, path, example_inputs=example_inputs)
