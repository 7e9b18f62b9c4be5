"""What a quantisation-aware training may choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

_RANGES = ("ema", "learned")
_CONTRACTS = ("litert", "tflm")


@dataclass(frozen=True)
class Recipe:
    """How a model is quantised while it is trained.

    Attributes:
      ranges: of activations. "ema": a moving average of each batch's smallest and largest value. "learned": begins with the first
        batch's, then trained with the weights.
      momentum: of the moving average; how much of a new batch goes in.
      linear_per_channel: one scale for each output of a Linear, as convolutions always have. Off by default: old runtimes read the
        first scale only.
      exact_training: the training's forward pass computes with the integer kernels' rounding too, as eval mode always does. Takes
        two to three times as long; gradients are the same.
      contract: whose rounding is simulated where LiteRT and TensorFlow Lite Micro differ: "litert" or "tflm".
      inputs: (scale, zero point) of each model input that is int8 data of a known meaning, None for one whose range is observed.
    """

    ranges: str = "ema"
    momentum: float = 0.05
    linear_per_channel: bool = False
    exact_training: bool = False
    contract: str = "litert"
    inputs: Sequence[tuple[float, int] | None] = ()

    def __post_init__(self):
        if self.ranges not in _RANGES:
            raise ValueError(f"ranges must be one of {_RANGES}, not {self.ranges!r}")
        if self.contract not in _CONTRACTS:
            raise ValueError(f"contract must be one of {_CONTRACTS}, not {self.contract!r}")
        if not 0 < self.momentum <= 1:
            raise ValueError(f"momentum must be above 0 and at most 1, not {self.momentum}")
