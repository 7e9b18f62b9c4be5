"""The range of an activation: from what was seen, or learned, to a scale and a zero point; and the fake quantisation with them.

real = scale * (q - zero_point), q an int8. The scale is a float32, the same number in the simulation and in the file.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .fixed_point import round_half_away

LOW, HIGH = -128, 127
_LEAST_WIDTH = 1e-6  # of a range: activations that are all zero still need a scale


def round_ste(x: Tensor) -> Tensor:
    """Rounded, with the gradient of the identity."""
    return x + (torch.round(x) - x).detach()


class Range(nn.Module):
    """The scale and zero point that one tensor has, or several that must share them.

    low and high are what was observed, or parameters. Several tensors may be observed in one pass: their union counts, and goes into
    the moving average when commit() is called.
    """

    def __init__(self, learned: bool, momentum: float, fixed: tuple[float, int] | None = None):
        super().__init__()
        self.momentum, self.fixed, self.frozen = momentum, fixed, False
        for name in ("low", "high"):
            if learned and fixed is None:
                setattr(self, name, nn.Parameter(torch.zeros(())))
            else:
                self.register_buffer(name, torch.zeros(()))
        self.register_buffer("seen", torch.tensor(False))
        self._pending: tuple[Tensor, Tensor] | None = None

    def observe(self, x: Tensor) -> None:
        """Takes note of a batch's values."""
        if self.fixed is not None or self.frozen:
            return
        low, high = (v.detach() for v in torch.aminmax(x))
        if self._pending is not None:
            low, high = torch.minimum(low, self._pending[0]), torch.maximum(high, self._pending[1])
        self._pending = low, high
        if not self.seen:  # a first pass has nothing else to go by
            self._set(low, high)

    def commit(self) -> None:
        """Ends a pass: what was observed enters the average."""
        if self._pending is None:
            return
        low, high = self._pending
        self._pending = None
        if not self.seen:
            self._set(low, high)
            self.seen.fill_(True)
        elif not isinstance(self.low, nn.Parameter):
            self._set(self.low + self.momentum * (low - self.low), self.high + self.momentum * (high - self.high))

    def forget(self) -> None:
        """The next pass counts as the first."""
        self.seen.fill_(False)

    def scale_and_zero(self) -> tuple[Tensor, Tensor]:
        """float32 tensors without dimensions, with gradients where the range is learned."""
        if self.fixed is not None:
            scale, zero = self.fixed
            return self.low.new_tensor(scale), self.low.new_tensor(float(zero))
        low, high = self.low.clamp(max=0), self.high.clamp(min=0)
        scale = (high - low).clamp(min=_LEAST_WIDTH) / (HIGH - LOW)
        return scale, round_ste(LOW - low / scale).clamp(LOW, HIGH)

    @property
    def scale(self) -> float:
        """A float32's value."""
        return float(self.scale_and_zero()[0].detach())

    @property
    def zero_point(self) -> int:
        return int(self.scale_and_zero()[1].detach())

    def bounds(self, real_low: float | None, real_high: float | None) -> tuple[int, int]:
        """The int8 bounds of a fused activation, rounded as the kernels do: in single precision, ties away from zero."""
        scale, zero = (v.detach() for v in self.scale_and_zero())

        def bound(real, otherwise):
            if real is None:
                return otherwise
            return max(LOW, min(HIGH, round_half_away(float(scale.new_tensor(real) / scale)) + int(zero)))

        return bound(real_low, LOW), bound(real_high, HIGH)

    def quantize(self, x: Tensor) -> Tensor:
        """Reals to int64 tensors of int8 values, as QUANTIZE has it: divided in single precision, ties away from zero."""
        scale, zero = (v.detach() for v in self.scale_and_zero())
        steps = (x.detach() / scale).double()
        return (torch.copysign(torch.floor(steps.abs() + 0.5), steps) + zero.double()).clamp(LOW, HIGH).long()

    def dequantize(self, q: Tensor) -> Tensor:
        """int8 values of any integer type to float32 reals."""
        scale, zero = (v.detach() for v in self.scale_and_zero())
        return (q.to(scale.dtype) - zero) * scale

    def forward(self, x: Tensor, bounds: tuple[float | None, float | None] = (None, None)) -> Tensor:
        """x on the grid; outside the range, and outside the activation's bounds, it is clamped and has no gradient."""
        low, high = self.bounds(*bounds)
        scale, zero = self.scale_and_zero()
        return ((round_ste(x / scale) + zero).clamp(low, high) - zero) * scale

    def _set(self, low: Tensor, high: Tensor) -> None:
        with torch.no_grad():
            self.low.copy_(low)
            self.high.copy_(high)
