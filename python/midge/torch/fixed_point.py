"""The integer kernels' arithmetic on torch tensors: what base/fixed_point.h says, element by element.

Accumulators are int64 tensors that hold int32 values. Multipliers are made in double precision as LiteRT makes them, and rounded to
31 bits; products below stay under 2^62, so that int64 holds them exactly.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

INT32_MIN, INT32_MAX = -(1 << 31), (1 << 31) - 1


class Multipliers(NamedTuple):
    """Real multipliers value * 2^(shift - 31), one a channel or one for all; int64 tensors of one dimension."""

    value: Tensor
    shift: Tensor

    def over(self, dims: int) -> "Multipliers":
        """For an accumulator whose channels are dimension 1 of `dims`."""
        if self.value.numel() == 1:
            return Multipliers(self.value.reshape(()), self.shift.reshape(()))
        shape = [1, -1] + [1] * (dims - 2)
        return Multipliers(self.value.reshape(shape), self.shift.reshape(shape))


def multiplier_of(real: float) -> tuple[int, int]:
    """(value, shift) of a real multiplier that is not negative: 31 bits, to nearest, ties away from zero; 0 below 2^-32."""
    if real == 0:
        return 0, 0
    mantissa, shift = math.frexp(real)
    value = math.floor(mantissa * (1 << 31) + 0.5)  # exact: the mantissa has 53 bits
    if value == 1 << 31:
        value, shift = value >> 1, shift + 1
    if shift < -31:
        return 0, 0
    if shift > 30:
        raise OverflowError(f"the ratio of scales {real:g} is too large for the integer kernels")
    return value, shift


def multipliers_of(reals, device=None) -> Multipliers:
    """The same for a list of reals."""
    pairs = [multiplier_of(float(r)) for r in np.atleast_1d(np.asarray(reals, np.float64))]
    value, shift = zip(*pairs)
    return Multipliers(torch.tensor(value, dtype=torch.int64, device=device), torch.tensor(shift, dtype=torch.int64, device=device))


def wrap_int32(x: Tensor) -> Tensor:
    """An int64 tensor as int32 arithmetic would leave it."""
    return ((x - INT32_MIN) & 0xFFFFFFFF) + INT32_MIN


def multiply_twice_rounded(x: Tensor, m: Multipliers) -> Tensor:
    """x * m: the doubled high product rounded to nearest, ties up; then the right shift rounded to nearest, ties away from zero."""
    left, right = m.shift.clamp(min=0), (-m.shift).clamp(min=0)
    high = (wrap_int32(x << left) * m.value + (1 << 30)) >> 31
    mask = (torch.ones_like(right) << right) - 1
    threshold = (mask >> 1) + (high < 0)
    return (high >> right) + ((high & mask) > threshold)


def multiply_as_double(x: Tensor, m: Tensor) -> Tensor:
    """x * m in double precision, rounded to nearest, ties away from zero. FULLY_CONNECTED, as LiteRT has it. m: float64."""
    product = (x.double() * m).clamp(INT32_MIN, INT32_MAX)
    whole = product.trunc()
    rest = product - whole  # exact
    return (whole + (rest >= 0.5).double() - (rest <= -0.5).double()).long()


def round_half_away(x: float) -> int:
    """To the nearest integer, ties away from zero."""
    whole = math.trunc(x)
    rest = x - whole
    return whole + (rest >= 0.5) - (rest <= -0.5)


def divide_rounded(total: Tensor, count: Tensor | int) -> Tensor:
    """total / count as the poolings round it: to nearest, ties away from zero, by C's division."""
    half = count // 2
    return torch.div(torch.where(total > 0, total + half, total - half), count, rounding_mode="trunc")
