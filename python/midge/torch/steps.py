"""Steps of a quantised model: each is one operator of the .tflite file, twice: as fake quantisation for training, with gradients,
and in the integers of the device's kernel.

A step has `inputs` and `output`, names of values; `sources` and `result`, their ranges. train_forward() takes and gives float32
tensors in PyTorch's layout; integer() takes and gives int64 tensors of int8 values, in the same layout. How a step becomes
operators is emit.py's business.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import kernels
from .fixed_point import (INT32_MAX, INT32_MIN, divide_rounded, multiplier_of, multipliers_of, multiply_as_double,
                          multiply_twice_rounded, Multipliers, wrap_int32)
from .ranges import HIGH, LOW, Range, round_ste

ACTIVATIONS = {"": (None, None), "relu": (0.0, None), "relu6": (0.0, 6.0), "relu_n1_to_1": (-1.0, 1.0)}


def float32(x: float) -> float:
    """Rounded to single precision."""
    return float(torch.tensor(x, dtype=torch.float32))


class Step(nn.Module):
    """What all steps have in common. `where` names it in messages."""

    observes = True  # False: the result shares the range of a source, whose values it only moves or selects

    def __init__(self, where: str, inputs: list[str], output: str, activation: str = ""):
        super().__init__()
        self.where, self.inputs, self.output, self.activation = where, inputs, output, activation
        self.contract, self.exact_training = "litert", False

    def attach(self, sources: list[Range], result: Range) -> None:
        """Gives it its ranges, which the model owns."""
        self.__dict__["sources"], self.__dict__["result"] = sources, result

    def activate(self, x: Tensor) -> Tensor:
        low, high = ACTIVATIONS[self.activation]
        return x if low is None else x.clamp(min=low, max=high)

    def real(self, *xs: Tensor) -> Tensor:
        """The operator on reals, before the fused activation."""
        raise NotImplementedError

    def integer(self, *qs: Tensor) -> Tensor:
        """The kernel."""
        raise NotImplementedError

    def deployed(self) -> bool:
        """Computes with what integer() computes with."""
        return True

    def train_forward(self, *xs: Tensor) -> Tensor:
        y = self.activate(self.real(*xs))
        if self.observes and self.training:
            self.result.observe(y)
        y = self.result(y, ACTIVATIONS[self.activation])
        if self.exact_training and self.deployed():
            with torch.no_grad():
                exact = self.result.dequantize(self.integer(*[r.quantize(x) for r, x in zip(self.sources, xs)]))
            y = y + (exact - y).detach()
        return y

    def bounds(self) -> tuple[int, int]:
        return self.result.bounds(*ACTIVATIONS[self.activation])

    def finish(self, scaled: Tensor) -> Tensor:
        """Adds the zero point and clamps: the last step of every integer kernel."""
        return wrap_int32(scaled + self.result.zero_point).clamp(*self.bounds())


class Weighted(Step):
    """Conv1d, Conv2d, Linear, or a batch normalisation alone; with the batch normalisation that follows folded into the weights.

    While the normalisation is trained, the weights are folded with the running statistics, quantised, and the result is divided by
    the factor again, so that the batch's statistics normalise what the deployed weights compute. Frozen, and in eval mode, the layer
    is the deployed one: folded weights, int8 for each channel, int32 bias.
    """

    def __init__(self, where, inputs, output, layer: nn.Module | None, norm: nn.Module | None, activation: str, geometry: dict):
        super().__init__(where, inputs, output, activation)
        self.kind: str = geometry["kind"]  # conv, depthwise, linear
        self.one_dimensional: bool = geometry.get("one_dimensional", False)
        self.stride, self.padding, self.dilation = (geometry.get(k, d) for k, d in
                                                    (("stride", (1, 1)), ("padding", ((0, 0), (0, 0))), ("dilation", (1, 1))))
        self.groups: int = geometry.get("groups", 1)
        self.per_channel = self.kind != "linear"
        self.norm_frozen = False
        self.__dict__["layer"], self.__dict__["norm"] = layer, norm  # the model owns them

    # -- weights

    def plain_weight(self) -> Tensor:
        """(out, in / groups, height, width), or (out, in); not folded."""
        if self.layer is None:
            like = self.norm.running_var
            return torch.ones(len(like), 1, 1, 1, dtype=like.dtype, device=like.device)
        w = self.layer.weight
        return w.unsqueeze(2) if self.one_dimensional else w

    def factor(self) -> Tensor | None:
        """What folding multiplies each channel's weights by: gamma / sigma of the running statistics."""
        if self.norm is None:
            return None
        n = self.norm
        factor = torch.rsqrt(n.running_var + n.eps)
        return factor if n.weight is None else factor * n.weight

    def plain_bias(self) -> Tensor | None:
        return None if self.layer is None else self.layer.bias

    def folded(self, dtype=None) -> tuple[Tensor, Tensor]:
        """Weights and bias with the normalisation in them; float64 where that is asked for."""
        w, b, n, factor = self.plain_weight(), self.plain_bias(), self.norm, self.factor()
        b = torch.zeros_like(w[:, 0].reshape(len(w), -1)[:, 0]) if b is None else b
        cast = (lambda t: t) if dtype is None else (lambda t: t.to(dtype))
        w, b = cast(w), cast(b)
        if n is not None:
            b = (b - cast(n.running_mean)) * cast(factor)
            w = w * cast(factor).reshape(-1, *[1] * (w.dim() - 1))
            b = b if n.bias is None else b + cast(n.bias)
        return w, b

    def weight_scales(self, w: Tensor, b: Tensor | None = None) -> Tensor:
        """float32, one a channel or one for all, of folded weights. Zero weights get a scale with which the bias fits int32."""
        w = w.detach().double()
        peak = w.abs().reshape(len(w), -1).amax(1)
        scale = peak / HIGH
        if b is not None:
            scale = torch.maximum(scale, b.detach().double().abs() / (self.sources[0].scale * 2.0**30))
        if not self.per_channel:
            scale = scale.amax().reshape(1)
        return torch.where(scale < 1e-30, torch.ones_like(scale), scale).float()

    def quantized(self) -> tuple[Tensor, Tensor, Tensor]:
        """int64 weights within +-127, int64 bias that fits int32, and the float32 scales of the weights."""
        with torch.no_grad():
            w, b = self.folded(torch.float64)
            scales = self.weight_scales(w, b)
            wide = scales.double().reshape(-1, *[1] * (w.dim() - 1))
            q = torch.round(w / wide).clamp(-HIGH, HIGH).long()
            bias = torch.round(b / (scales.double() * self.sources[0].scale)).clamp(INT32_MIN, INT32_MAX).long()
            return q, bias, scales

    @staticmethod
    def fake(w: Tensor, scales: Tensor) -> Tensor:
        wide = scales.reshape(-1, *[1] * (w.dim() - 1))
        return round_ste(w / wide).clamp(-HIGH, HIGH) * wide

    # -- the two computations

    def apply(self, x: Tensor, w: Tensor, b: Tensor | None) -> Tensor:
        if self.kind == "linear":
            return F.linear(x, w, b)
        if self.one_dimensional:
            x = x.unsqueeze(2)
        (top, bottom), (left, right) = self.padding
        if top or bottom or left or right:
            x = F.pad(x, (left, right, top, bottom))
        y = F.conv2d(x, w, b, self.stride, 0, self.dilation, self.groups)
        return y.squeeze(2) if self.one_dimensional else y

    def deployed(self) -> bool:
        return self.norm is None or self.norm_frozen or not self.training

    def real(self, x: Tensor) -> Tensor:
        if self.deployed():
            w, b = self.folded()
            return self.apply(x, self.fake(w, self.weight_scales(w, b)), b)
        w, factor = self.plain_weight(), self.factor()
        factor = torch.where(factor.abs() < 1e-8, torch.full_like(factor, 1e-8), factor)
        folded = w * factor.reshape(-1, *[1] * (w.dim() - 1))
        y = self.apply(x, self.fake(folded, self.weight_scales(folded)), None)
        channels = [1, -1] + [1] * (y.dim() - 2)
        y = y / factor.reshape(channels)
        b = self.plain_bias()
        return self.norm(y if b is None else y + b.reshape(channels))

    def integer(self, q: Tensor) -> Tensor:
        w, bias, scales = self.quantized()
        # Sums of products of int8 are exact in double precision, in whatever order they are taken.
        acc = self.apply((q - self.sources[0].zero_point).double(), w.double(), None)
        acc = torch.round(acc).long()
        acc = wrap_int32(acc + bias.reshape([1, -1] + [1] * (acc.dim() - 2)))
        return self.finish(self.rescale(acc, scales.double().cpu().numpy()))

    def rescale(self, acc: Tensor, scales) -> Tensor:
        source, result = self.sources[0].scale, self.result.scale
        if self.kind == "linear" and self.contract == "litert":
            return multiply_as_double(acc, torch.tensor(source * scales / result, dtype=torch.float64, device=acc.device))
        if self.kind == "linear" and len(scales) == 1:  # the product of the first two in single precision
            return multiply_twice_rounded(acc, multipliers_of([float32(source * float(scales[0])) / result], acc.device).over(acc.dim()))
        return multiply_twice_rounded(acc, multipliers_of(source * scales / result, acc.device).over(acc.dim()))


class Sum(Step):
    """a + b or a - b, broadcast: both are brought to a common scale with 20 more bits."""

    def __init__(self, where, inputs, output, activation="", sign: int = 1):
        super().__init__(where, inputs, output, activation)
        self.sign = sign

    def real(self, a, b):
        return a + self.sign * b

    def integer(self, a, b):
        scales = [r.scale for r in self.sources]
        larger = max(scales)
        parts = []
        for q, r in zip((a, b), self.sources):
            value, shift = multiplier_of(r.scale / larger / 2)
            parts.append(multiply_twice_rounded((q - r.zero_point) << 20, _one(value, shift, q)))
        value, shift = multiplier_of(larger / self.result.scale * 2.0**-19)
        total = wrap_int32(parts[0] + self.sign * parts[1])
        return self.finish(multiply_twice_rounded(total, _one(value, shift, a)))


class Product(Step):
    """a * b, broadcast."""

    def real(self, a, b):
        return a * b

    def integer(self, a, b):
        (sa, sb), out = [r.scale for r in self.sources], self.result.scale
        ratio = float32(float32(sa * sb) / out) if self.contract == "litert" else sa * sb / out
        acc = (a - self.sources[0].zero_point) * (b - self.sources[1].zero_point)
        return self.finish(multiply_twice_rounded(acc, _one(*multiplier_of(ratio), a)))


class Concat(Step):
    """Along a dimension of PyTorch's layout. All inputs have the result's scale."""

    observes = False

    def __init__(self, where, inputs, output, dim: int):
        super().__init__(where, inputs, output)
        self.dim = dim

    def real(self, *xs):
        return torch.cat(xs, self.dim)

    def integer(self, *qs):
        return torch.cat(qs, self.dim)


class Pool(Step):
    """Largest or mean element of a window. The result has the input's scale. Padding: ((top, bottom), (left, right))."""

    observes = False

    def __init__(self, where, inputs, output, kind: str, kernel, stride, padding, one_dimensional: bool, same: bool):
        super().__init__(where, inputs, output)
        self.kind, self.kernel, self.stride, self.padding = kind, kernel, stride, padding
        self.one_dimensional = one_dimensional
        self.same = same  # the format's SAME padding is this one; padding does not count in a mean

    def _pool(self, x, fill: float, pool):
        x = x.unsqueeze(2) if self.one_dimensional else x
        (top, bottom), (left, right) = self.padding
        y = pool(F.pad(x, (left, right, top, bottom), value=fill))
        return y.squeeze(2) if self.one_dimensional else y

    def _counts(self, x: Tensor) -> Tensor:
        """How many elements each window's mean is over."""
        one = torch.ones_like(x[:1, :1])
        sums = lambda t: F.avg_pool2d(t, self.kernel, self.stride, divisor_override=1)
        return self._pool(one, 0.0 if self.same else 1.0, sums)

    def real(self, x):
        if self.kind == "max":
            return self._pool(x, float("-inf"), lambda t: F.max_pool2d(t, self.kernel, self.stride))
        sums = self._pool(x, 0.0, lambda t: F.avg_pool2d(t, self.kernel, self.stride, divisor_override=1))
        return sums / self._counts(x)

    def integer(self, q):
        if self.kind == "max":
            return self._pool(q.double(), LOW, lambda t: F.max_pool2d(t, self.kernel, self.stride)).long()
        outside = 0 if self.same else self.result.zero_point
        sums = self._pool(q.double(), outside, lambda t: F.avg_pool2d(t, self.kernel, self.stride, divisor_override=1))
        return divide_rounded(torch.round(sums).long(), torch.round(self._counts(q.double())).long()).clamp(LOW, HIGH)


class Mean(Step):
    """Over dimensions of PyTorch's layout, to a scale of its own."""

    def __init__(self, where, inputs, output, dims: list[int], keep: bool):
        super().__init__(where, inputs, output)
        self.dims, self.keep = dims, keep

    def real(self, x):
        return x.mean(self.dims, keepdim=self.keep)

    def integer(self, q):
        count = 1
        for d in self.dims:
            count *= q.shape[d]
        value, shift = multiplier_of(self.sources[0].scale / self.result.scale)
        extra = min(count.bit_length() - 1, 31 + shift)
        value, shift = (value << extra) // count, shift - extra
        total = wrap_int32(q.sum(self.dims, keepdim=self.keep) - count * self.sources[0].zero_point)
        return self.finish(multiply_twice_rounded(total, _one(value, shift, q)))


class Elementwise(Step):
    """A function of one input: for int8 a table of 256 outputs, as the device's kernel answers."""

    def __init__(self, where, inputs, output, op: str, function, options: dict | None = None):
        super().__init__(where, inputs, output)
        self.op, self.function, self.options = op, function, options or {}

    def real(self, x):
        return self.function(x)

    def integer(self, q):
        ends = [(r.scale, r.zero_point) for r in (self.sources[0], self.result)]
        values = kernels.table(self.op, tuple(sorted(self.options.items())), *ends, self.contract)
        return torch.from_numpy(values).to(q.device)[q - LOW]


class Softmax(Step):
    """Over the last dimension of (n, classes)."""

    def real(self, x):
        return torch.softmax(x, -1)

    def integer(self, q):
        rows = kernels.softmax(q.cpu().numpy(), (self.sources[0].scale, self.sources[0].zero_point), self.contract)
        return torch.from_numpy(rows.astype("int64")).to(q.device)


class Reshape(Step):
    """To `dims`, the batch aside, in PyTorch's order of elements."""

    observes = False

    def __init__(self, where, inputs, output, dims: tuple[int, ...]):
        super().__init__(where, inputs, output)
        self.dims = dims

    def real(self, x):
        return x.reshape(x.shape[0], *self.dims)

    integer = real


class Pad(Step):
    """Zeros around height and width: ((top, bottom), (left, right))."""

    observes = False

    def __init__(self, where, inputs, output, padding):
        super().__init__(where, inputs, output)
        self.padding = padding

    def _pad(self, x, value):
        (top, bottom), (left, right) = self.padding
        return F.pad(x, (left, right, top, bottom) if x.dim() == 4 else (left, right), value=value)

    def real(self, x):
        return self._pad(x, 0.0)

    def integer(self, q):
        return self._pad(q, self.result.zero_point)


class Dropout(Step):
    """Of the training; nothing in the file. What it scales up is not on the grid, so the exact training leaves its readers alone."""

    observes = False

    def __init__(self, where, inputs, output, p: float):
        super().__init__(where, inputs, output)
        self.p = p

    def train_forward(self, x):
        return F.dropout(x, self.p, self.training)

    def integer(self, q):
        return q


def _one(value: int, shift: int, like: Tensor) -> Multipliers:
    make = lambda v: torch.tensor(v, dtype=torch.int64, device=like.device)
    return Multipliers(make(value), make(shift))
