"""The model that prepare() makes: the user's own layers and parameters, run step by step with quantised activations.

In training mode activations and weights are fake-quantised and gradients pass straight through the rounding. In eval mode
everything between the inputs and the outputs is integer arithmetic, the device's.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from .capture import Captured, Value, capture
from .ranges import Range
from .recipe import Recipe
from .steps import Concat, Dropout, Elementwise, Softmax, Step, Weighted

_FIXED = {"LOGISTIC": (1 / 256, -128), "TANH": (1 / 128, 0)}  # what the format demands of an output
PROBABILITIES = (1 / 256, -128)


class QuantizedModel(nn.Module):
    """A model under quantisation-aware training. Made by prepare(); its parameters are the model's own, under `network`.

    forward() takes and gives float32 tensors like the model it was made of. In eval mode its outputs lie on the grid of the exported
    file's outputs, bit for bit: quantize_outputs() gives their integers, run_integer() computes with integers from end to end.
    """

    def __init__(self, captured: Captured, recipe: Recipe):
        super().__init__()
        self.recipe = recipe
        self.network = captured.module
        self.steps, self.values = nn.ModuleList(), captured.values
        self.input_names, self.output_names, self.structure = captured.inputs, captured.outputs, captured.structure
        self._plan(captured.steps)
        self._bind()

    # -- ranges

    def _fixed_ranges(self, steps: list[Step]) -> dict[str, tuple[float, int]]:
        """Values whose scale is not free."""
        fixed = {n: q for n, q in zip(self.input_names, self.recipe.inputs) if q is not None}
        for s in steps:
            if isinstance(s, Elementwise) and s.op in _FIXED:
                fixed[s.output] = _FIXED[s.op]
            elif isinstance(s, Softmax):
                fixed[s.output] = PROBABILITIES
        return fixed

    def _plan(self, steps: list[Step]) -> None:
        """Which values share a range; where a joined input has a fixed one, a step in between that changes its scale."""
        fixed = self._fixed_ranges(steps)
        group: dict[str, str] = {}

        def root(name: str) -> str:
            while group.setdefault(name, name) != name:
                name = group[name]
            return name

        for s in steps:
            if isinstance(s, Concat):
                for k, name in enumerate(s.inputs):
                    if root(name) not in fixed:
                        group[root(name)] = root(s.output)
                        continue
                    moved = f"{s.output}_{k}_rescaled"
                    self.values[moved] = Value(moved, self.values[name].dims, moved)
                    self.steps.append(Elementwise(s.where, [name], moved, "QUANTIZE", nn.Identity()))
                    group[moved] = root(s.output)
                    s.inputs[k] = moved
            elif not s.observes:
                group[root(s.output)] = root(s.inputs[0])
            self.steps.append(s)
        self.range_of = {name: root(name) for name in self.values}
        learned, momentum = self.recipe.ranges == "learned", self.recipe.momentum
        self.ranges = nn.ModuleDict({n: Range(learned, momentum, fixed.get(n)) for n in sorted(set(self.range_of.values()))})

    def _bind(self) -> None:
        unsteady = {s.output for s in self.steps if isinstance(s, Dropout)}
        for s in self.steps:
            s.attach([self.range(n) for n in s.inputs], self.range(s.output))
            s.contract = self.recipe.contract
            s.exact_training = self.recipe.exact_training and not unsteady.intersection(s.inputs)

    def range(self, name: str) -> Range:
        """The range of a value, by its name."""
        return self.ranges[self.range_of[name]]

    # -- running

    def forward(self, *inputs: Tensor):
        """Fake-quantised while training; in eval mode the integer kernels, without gradients."""
        self._check(inputs)
        if not self.training:
            with torch.no_grad():
                qs = [self.range(n).quantize(x) for n, x in zip(self.input_names, inputs)]
                results = self._run(dict(zip(self.input_names, qs)), lambda s, xs: s.integer(*xs))
                return self._arrange({n: self.range(n).dequantize(results[n]) for n in self.output_names})
        values = {}
        for name, x in zip(self.input_names, inputs):
            self.range(name).observe(x)
            values[name] = self.range(name)(x)
        results = self._run(values, lambda s, xs: s.train_forward(*xs))
        for r in self.ranges.values():
            r.commit()
        return self._arrange(results)

    @torch.no_grad()
    def run_integer(self, *inputs: Tensor) -> list[Tensor]:
        """int8 inputs (n, ...) in PyTorch's layout to the int8 outputs that the exported file gives, in their order."""
        self._check(inputs)
        values = {n: q.long() for n, q in zip(self.input_names, inputs)}
        results = self._run(values, lambda s, xs: s.integer(*xs))
        return [results[n].to(torch.int8) for n in self.output_names]

    def quantize_inputs(self, *inputs: Tensor) -> list[Tensor]:
        """float32 inputs as the int8 that the exported file takes."""
        return [self.range(n).quantize(x).to(torch.int8) for n, x in zip(self.input_names, inputs)]

    def quantize_outputs(self, *outputs: Tensor) -> list[Tensor]:
        """forward()'s outputs, flat in their order, as int8."""
        return [self.range(n).quantize(y).to(torch.int8) for n, y in zip(self.output_names, outputs)]

    @torch.no_grad()
    def calibrate(self, batches) -> None:
        """Observes ranges over batches of inputs (a tensor or a tuple each), normalisations as in eval mode. Starts the averages anew."""
        was = self.training
        norms = [s for s in self.steps if isinstance(s, Weighted)]
        frozen = [s.norm_frozen for s in norms]
        for r in self.ranges.values():
            r.forget()
        self.train()
        for s in self.steps:
            if isinstance(s, Weighted):
                s.norm_frozen = True
            elif isinstance(s, Dropout):
                s.training = False
        self._freeze_statistics(True)
        for batch in batches:
            self(*batch) if isinstance(batch, (tuple, list)) else self(batch)
        for s, f in zip(norms, frozen):
            s.norm_frozen = f
        self.train(was)

    def freeze_batch_norm(self) -> None:
        """Statistics stay as they are, and training goes on with the weights as they will be deployed. For the last epochs."""
        for s in self.steps:
            if isinstance(s, Weighted):
                s.norm_frozen = True
        self.train(self.training)

    def freeze_ranges(self) -> None:
        """Ranges of activations stay as they are."""
        for r in self.ranges.values():
            r.frozen = True
            for p in r.parameters():
                p.requires_grad_(False)

    def freeze(self) -> None:
        """Both: freeze_batch_norm() and freeze_ranges()."""
        self.freeze_batch_norm()
        self.freeze_ranges()

    def train(self, mode: bool = True):
        super().train(mode)
        self._freeze_statistics(False)
        return self

    def _freeze_statistics(self, every: bool) -> None:
        for s in self.steps:
            if isinstance(s, Weighted) and s.norm is not None and (every or s.norm_frozen):
                s.norm.eval()

    def _run(self, values: dict[str, Tensor], run) -> dict[str, Tensor]:
        for s in self.steps:
            values[s.output] = run(s, [values[n] for n in s.inputs])
        return values

    def _arrange(self, values: dict[str, Tensor]):
        """As the model that was prepared returns them."""
        build = lambda s: (values[s] if isinstance(s, str) else {k: build(v) for k, v in s.items()} if isinstance(s, dict)
                           else type(s)(build(v) for v in s))
        return build(self.structure)

    def _check(self, inputs) -> None:
        if len(inputs) != len(self.input_names):
            raise TypeError(f"the model has {len(self.input_names)} inputs ({', '.join(self.input_names)}), {len(inputs)} were given")
        for n, x in zip(self.input_names, inputs):
            if tuple(x.shape[1:]) != tuple(self.values[n].dims):
                wanted = ", ".join(map(str, self.values[n].dims))
                raise ValueError(f"input '{n}' has shape {list(x.shape)}, the model was prepared for (n, {wanted})")


def prepare(model: nn.Module, example_inputs, recipe: Recipe | None = None) -> QuantizedModel:
    """A copy of `model` with quantised weights and activations, to be trained as usual.

    Args:
      model: a module that torch.fx can trace; trained in float already, or not.
      example_inputs: a tensor or a tuple of tensors with a batch as their first dimension; they fix the shapes and begin the ranges
        of activations. Real samples are better than random ones.
      recipe: see Recipe.

    Raises:
      Unsupported: a layer has no integer form. The text names it and says what to do.
    """
    inputs = tuple(example_inputs) if isinstance(example_inputs, (tuple, list)) else (example_inputs,)
    quantized = QuantizedModel(capture(copy.deepcopy(model), inputs), recipe or Recipe())
    quantized.calibrate([inputs])
    return quantized
