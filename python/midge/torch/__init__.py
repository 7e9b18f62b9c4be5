"""Quantisation-aware training in PyTorch for Midge: prepare, train as usual, export.

    from midge import torch as mt

    model = mt.prepare(network, example_images)        # network: any traceable nn.Module, best trained in float already
    ...                                                # the training loop as it was, with model in place of network
    model.freeze()                                     # for the last epochs: statistics and ranges stay
    ...
    mt.export(model.eval(), "network.tflite", softmax=True)

The exported file computes what the model computes in eval mode, bit for bit. How, and what is supported: docs/design/qat.md.
"""

try:
    import torch as _torch  # noqa: F401
except ImportError as e:
    raise ImportError("midge.torch needs PyTorch, which is not installed: pip install torch") from e

from .emit import export, to_tflite
from .errors import Unsupported
from .model import QuantizedModel, prepare
from .onnx import export_float, to_onnx
from .recipe import Recipe

__all__ = ["QuantizedModel", "Recipe", "Unsupported", "export", "export_float", "prepare", "to_onnx", "to_tflite"]
