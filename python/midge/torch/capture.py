"""From an nn.Module to steps: torch.fx traces it, every node is looked up here, and normalisations and activations join the layer
before them where nothing else reads it.

Shapes are those of one run on the example inputs; the first dimension is the batch everywhere.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field

import torch
from torch import fx, nn
from torch.nn import functional as F

from .errors import Unsupported
from .steps import Concat, Dropout, Elementwise, Mean, Pad, Pool, Product, Reshape, Softmax, Step, Sum, Weighted

_MATRIX_RANK, _VECTOR_RANK = 4, 2


@dataclass
class Value:
    """A tensor between steps. dims: PyTorch's, without the batch. label: its name in the file, a module's path where one makes it."""

    name: str
    dims: tuple[int, ...]
    label: str = ""


@dataclass
class Captured:
    module: fx.GraphModule
    steps: list[Step] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    structure: object = None  # of the outputs: a name, or a tuple, list or dict of names


# The operators that are one function: module types, functions and methods to a name.
_NAMES = {
    "add": (operator.add, operator.iadd, torch.add, "add", "add_"),
    "sub": (operator.sub, operator.isub, torch.sub, "sub", "sub_"),
    "mul": (operator.mul, operator.imul, torch.mul, "mul", "mul_"),
    "concat": (torch.cat, torch.concat),
    "relu": (nn.ReLU, torch.relu, torch.relu_, F.relu, F.relu_, "relu", "relu_"),
    "relu6": (nn.ReLU6, F.relu6),
    "hardtanh": (nn.Hardtanh, F.hardtanh, F.hardtanh_, torch.clamp, "clamp", "clamp_"),
    "sigmoid": (nn.Sigmoid, torch.sigmoid, F.sigmoid, "sigmoid", "sigmoid_"),
    "tanh": (nn.Tanh, torch.tanh, F.tanh, "tanh", "tanh_"),
    "hardswish": (nn.Hardswish, F.hardswish),
    "silu": (nn.SiLU, F.silu),
    "leaky_relu": (nn.LeakyReLU, F.leaky_relu, F.leaky_relu_),
    "elu": (nn.ELU, F.elu, F.elu_),
    "gelu": (nn.GELU, F.gelu),
    "max_pool": (nn.MaxPool1d, nn.MaxPool2d, F.max_pool1d, F.max_pool2d, torch.max_pool1d, torch.max_pool2d),
    "avg_pool": (nn.AvgPool1d, nn.AvgPool2d, F.avg_pool1d, F.avg_pool2d),
    "adaptive_avg_pool": (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, F.adaptive_avg_pool1d, F.adaptive_avg_pool2d),
    "mean": (torch.mean, "mean"),
    "reshape": (nn.Flatten, nn.Unflatten, torch.flatten, torch.reshape, torch.squeeze, torch.unsqueeze, "flatten", "reshape", "view",
                "squeeze", "unsqueeze"),
    "identity": (nn.Identity, "contiguous", "clone"),
    "dropout": (nn.Dropout, nn.Dropout1d, nn.Dropout2d, F.dropout, F.dropout1d, F.dropout2d),
    "softmax": (nn.Softmax, F.softmax, torch.softmax, "softmax"),
    "pad": (nn.ZeroPad1d, nn.ZeroPad2d, nn.ConstantPad1d, nn.ConstantPad2d, F.pad),
}
_KINDS = {key: kind for kind, keys in _NAMES.items() for key in keys}
for _f in (F.max_pool1d, F.max_pool2d):  # torch.fx meets the function behind the dispatch
    _KINDS.setdefault(getattr(_f, "__wrapped__", _f), "max_pool")
_KINDS.setdefault(torch._C._nn.avg_pool2d, "avg_pool")

# Parameters in their order after the tensor, and defaults: what a call may give by position.
_PARAMETERS = {
    "hardtanh": (("min_val", -1.0), ("max_val", 1.0)),
    "leaky_relu": (("negative_slope", 0.01),),
    "elu": (("alpha", 1.0),),
    "gelu": (("approximate", "none"),),
    "max_pool": (("kernel_size", None), ("stride", None), ("padding", 0), ("dilation", 1), ("ceil_mode", False)),
    "avg_pool": (("kernel_size", None), ("stride", None), ("padding", 0), ("ceil_mode", False), ("count_include_pad", True),
                 ("divisor_override", None)),
    "adaptive_avg_pool": (("output_size", None),),
    "mean": (("dim", None), ("keepdim", False)),
    "dropout": (("p", 0.5),),
    "softmax": (("dim", None),),
    "pad": (("pad", None), ("mode", "constant"), ("value", 0)),
    "concat": (("dim", 0),),
}
_ATTRIBUTES = {"pad": "padding"}  # where a module calls it otherwise


def pair(v, one_dimensional: bool) -> tuple[int, int]:
    """A size of PyTorch's as (height, width)."""
    if isinstance(v, int):
        return (1, v) if one_dimensional else (v, v)
    v = tuple(int(i) for i in v)
    return (1, v[0]) if one_dimensional else (v[0], v[0]) if len(v) == 1 else v


def is_same(size: int, kernel: int, stride: int, padding: tuple[int, int]) -> bool:
    """The format's SAME is this padding."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return padding == (total // 2, total - total // 2)


def needed(size: int, kernel: int, stride: int, padding: int) -> tuple[int, int]:
    """Padding before and after, as far as windows reach; without rest where it is PyTorch's."""
    outputs = (size + 2 * padding - kernel) // stride + 1
    return padding, max((outputs - 1) * stride + kernel - size - padding, 0)


def functional(module: fx.GraphModule) -> None:
    """What changes a tensor in place becomes a new value, which all later readers of the old one read."""
    layers, place = dict(module.named_modules()), {n: k for k, n in enumerate(module.graph.nodes)}
    for node in place:
        if node.op == "call_module":
            changes = getattr(layers[node.target], "inplace", False)
        elif node.op in ("call_function", "call_method"):
            name = node.target if node.op == "call_method" else getattr(node.target, "__name__", "")
            changes = node.kwargs.get("inplace", False) or name in ("iadd", "isub", "imul") or (name.endswith("_") and name[0] != "_")
        else:
            continue
        if changes and node.args and isinstance(node.args[0], fx.Node):
            for user in list(node.args[0].users):
                if place[user] > place[node]:
                    user.replace_input_with(node.args[0], node)


class _Recorder(fx.Interpreter):
    """Runs the graph once and keeps each node's shape, or its value where that is no tensor."""

    def __init__(self, module):
        super().__init__(module)
        self.shapes: dict[fx.Node, tuple[int, ...]] = {}
        self.constants: dict[fx.Node, object] = {}

    def run_node(self, n):
        result = super().run_node(n)
        if isinstance(result, torch.Tensor):
            self.shapes[n] = tuple(result.shape)
        elif n.op != "output":
            self.constants[n] = result
        return result


def trace(model: nn.Module) -> fx.GraphModule:
    try:
        return fx.symbolic_trace(model)
    except Exception as e:  # whatever the model's own code raises when it meets a proxy
        raise Unsupported(type(model).__name__, f"torch.fx cannot trace its forward() ({e})",
                          "Move what depends on values out of forward(), or mark the module that does it with torch.fx.wrap") from None


class Capture:
    """Walks the traced graph. Methods named after a kind make its steps."""

    def __init__(self, model: nn.Module, example_inputs: tuple):
        self.module = trace(model)
        functional(self.module)
        training = {m: m.training for m in self.module.modules()}
        self.module.eval()
        self.recorder = _Recorder(self.module)
        with torch.no_grad():
            self.recorder.run(*example_inputs)
        for m, was in training.items():
            m.training = was
        self.layers = dict(self.module.named_modules())
        self.done = Captured(self.module)
        self.alias: dict[fx.Node, str] = {}  # a tensor's node to its value
        self.absorbed: set[fx.Node] = set()
        self.folded_pads: dict[fx.Node, tuple] = {}  # paddings that become part of the convolution behind them
        self.batch = example_inputs[0].shape[0]

    def run(self) -> Captured:
        for node in self.module.graph.nodes:
            if node in self.absorbed:
                continue
            if node in self.recorder.constants:
                if _has_tensor(self.recorder.constants[node]):
                    raise self.fail(node, "makes several tensors at once, for which there is no integer form here",
                                    "Use a supported layer (docs/design/qat.md lists them), or apply it outside of the quantised model")
                continue
            if node.op == "placeholder":
                self.alias[node] = self.value(node)
                self.done.inputs.append(node.name)
            elif node.op == "output":
                self.done.structure = fx.node.map_arg(node.args[0], lambda n: self.alias[n])
                self.done.outputs = _names(self.done.structure)
            elif node.op == "get_attr":
                raise Unsupported(f"'{node.target}'", "a parameter or buffer that is used as a tensor has no integer form here",
                                  "Put it into a layer (Linear, Conv, BatchNorm), or leave it out of the quantised part")
            else:
                self.lower(node)
        return self.done

    # -- looking at nodes

    def where(self, node: fx.Node) -> str:
        if node.op == "call_module":
            return f"'{node.target}' ({type(self.layers[node.target]).__name__})"
        name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))
        stack = node.meta.get("nn_module_stack") or {}
        inside = f" in '{list(stack)[-1]}'" if stack else ""
        return f"'{node.name}' ({name}{inside})"

    def kind(self, node: fx.Node) -> str | None:
        if node.op == "call_module":
            layer = self.layers[node.target]
            if isinstance(layer, (nn.Conv1d, nn.Conv2d, nn.Linear)) and not isinstance(layer, nn.modules.lazy.LazyModuleMixin):
                return "layer"
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                return "norm"
            return next((k for t in type(layer).__mro__ if (k := _KINDS.get(t))), None)
        try:
            return _KINDS.get(node.target)
        except TypeError:
            return None

    def fail(self, node: fx.Node, what: str, way_out: str) -> Unsupported:
        return Unsupported(self.where(node), what, way_out)

    def parameter(self, node: fx.Node, name: str):
        """A parameter of a module or a call."""
        parameters = _PARAMETERS[self.kind(node)]
        position = [n for n, _ in parameters].index(name)
        if node.op == "call_module":
            layer = self.layers[node.target]
            return getattr(layer, name, getattr(layer, _ATTRIBUTES.get(name, name), parameters[position][1]))
        aliases = {"min_val": ("min",), "max_val": ("max",), "dim": ("axis",), "keepdim": ("keepdims",)}
        for key in (name, *aliases.get(name, ())):
            if key in node.kwargs:
                return self.constant(node.kwargs[key])
        return self.constant(node.args[position + 1]) if len(node.args) > position + 1 else parameters[position][1]

    def constant(self, a):
        return fx.node.map_arg(a, lambda n: self.recorder.constants[n])

    def dims(self, node: fx.Node) -> tuple[int, ...]:
        """Without the batch."""
        return self.recorder.shapes[node][1:]

    def value(self, node: fx.Node, maker: fx.Node | None = None) -> str:
        """Enters what `node` stands for. maker: the node that counts for its label, where others were fused behind it."""
        shape = self.recorder.shapes[node]
        if not 2 <= len(shape) <= _MATRIX_RANK or shape[0] != self.batch:
            raise self.fail(node, f"makes a tensor of shape {list(shape)}; supported are (n, c), (n, c, length) and (n, c, h, w) with the "
                            "batch first", "Keep the batch as the first dimension, and the rank between 2 and 4")
        maker = maker or node
        self.done.values[node.name] = Value(node.name, shape[1:], maker.target if maker.op == "call_module" else maker.name)
        return node.name

    def tensors(self, node: fx.Node) -> list[fx.Node]:
        return [n for n in node.all_input_nodes if n in self.recorder.shapes]

    def only_reader(self, node: fx.Node) -> fx.Node | None:
        """The node that alone reads this one, itself and no constant."""
        users = [u for u in node.users if u not in self.recorder.constants]
        return users[0] if len(users) == 1 and len(node.users) == 1 and users[0].op != "output" else None

    # -- making steps

    def emit(self, node: fx.Node, step: Step) -> None:
        """The step's result is what `node` stands for."""
        self.alias[node] = step.output
        self.done.steps.append(step)

    def lower(self, node: fx.Node) -> None:
        kind = self.kind(node)
        make = getattr(self, f"make_{kind}", None) if kind else None
        if make is None:
            raise self.fail(node, "midge.torch has no integer kernel for it",
                            "Use a supported layer (docs/design/qat.md lists them), or apply it outside of the quantised model")
        make(node)

    def activation_after(self, node: fx.Node) -> tuple[str, fx.Node]:
        """The activation that can be fused into what makes `node`, and the node that then stands for the result."""
        reader = self.only_reader(node)
        name = self.activation(reader) if reader is not None else None
        if not name:
            return "", node
        self.absorbed.add(reader)
        return name, reader

    def activation(self, node: fx.Node) -> str | None:
        """The fused activation that a node is; None if it is none."""
        kind = self.kind(node)
        if kind in ("relu", "relu6"):
            return kind
        if kind == "hardtanh":
            given = "min_val" in node.kwargs or node.target in (F.hardtanh, F.hardtanh_) or node.op == "call_module"
            bounds = (self.parameter(node, "min_val"), self.parameter(node, "max_val")) if given else self.clamp_bounds(node)
            return {(-1, 1): "relu_n1_to_1", (0, 6): "relu6", (0, None): "relu"}.get(bounds)
        return None

    def clamp_bounds(self, node: fx.Node):
        """Of torch.clamp, where a bound that is not given is open."""
        low, high = (self.constant(a) for a in (*node.args[1:], None, None)[:2])
        return node.kwargs.get("min", low), node.kwargs.get("max", high)

    def source(self, node: fx.Node) -> str:
        return self.alias[self.tensors(node)[0]]

    def make_layer(self, node: fx.Node) -> None:
        layer = self.layers[node.target]
        source = self.tensors(node)[0]
        geometry = self.linear(node, layer) if isinstance(layer, nn.Linear) else self.conv(node, layer, source)
        last, norm = node, None
        reader = self.only_reader(node)
        if reader is not None and self.kind(reader) == "norm":
            norm = self.checked_norm(reader)
            self.absorbed.add(reader)
            last = reader
        activation, last = self.activation_after(last)
        self.emit(last, Weighted(self.where(node), [self.alias[source]], self.value(last, node), layer, norm, activation, geometry))

    def checked_norm(self, node: fx.Node):
        norm = self.layers[node.target]
        if not norm.track_running_stats:
            raise self.fail(node, "keeps no running statistics, so that it cannot be folded", "Use track_running_stats=True")
        return norm

    def linear(self, node, layer) -> dict:
        if len(self.dims(node)) != 1:
            raise self.fail(node, f"is applied to {list(self.recorder.shapes[node])}; FULLY_CONNECTED is supported on (n, features)",
                            "Flatten before it, or use a Conv1d with a kernel of 1")
        return {"kind": "linear"}

    def conv(self, node, layer, source: fx.Node) -> dict:
        flat, dims = isinstance(layer, nn.Conv1d), self.dims(source)
        if len(dims) != (2 if flat else 3):
            raise self.fail(node, "is applied to an input without batch", "Give it a batch as its first dimension")
        kernel, stride, dilation = (pair(v, flat) for v in (layer.kernel_size, layer.stride, layer.dilation))
        size = (1, dims[1]) if flat else dims[1:]
        if layer.padding_mode != "zeros" and layer.padding not in (0, (0,), (0, 0), "valid"):
            raise self.fail(node, f"pads with mode '{layer.padding_mode}'", "Use padding_mode='zeros'")
        reach = tuple((k - 1) * d + 1 for k, d in zip(kernel, dilation))
        if layer.padding == "same":
            padding = tuple(((r - 1) // 2, r - 1 - (r - 1) // 2) for r in reach)
        else:
            begin = (0, 0) if layer.padding == "valid" else pair(layer.padding, flat)
            begin = (0, begin[1]) if flat else begin
            padding = tuple(needed(s, r, t, p) for s, r, t, p in zip(size, reach, stride, begin))
        if source in self.folded_pads:
            before = self.folded_pads[source]
            padding = tuple((a, max(b - (n - r) % t, 0)) for (a, b), n, r, t in zip(before, size, reach, stride))
        depthwise = layer.groups == layer.in_channels and layer.groups > 1
        return {"kind": "depthwise" if depthwise else "conv", "one_dimensional": flat, "stride": stride, "dilation": dilation,
                "padding": padding, "groups": layer.groups}

    def make_norm(self, node: fx.Node) -> None:
        """Alone it is a depthwise convolution of one tap."""
        norm, dims = self.checked_norm(node), self.dims(node)
        if len(dims) == 1:
            raise self.fail(node, "normalises (n, features) without a Linear before it that nothing else reads",
                            "Put it directly behind a Linear, or leave it out")
        activation, last = self.activation_after(node)
        geometry = {"kind": "depthwise", "one_dimensional": len(dims) == 2, "groups": dims[0]}
        self.emit(last, Weighted(self.where(node), [self.source(node)], self.value(last, node), None, norm, activation, geometry))

    def operands(self, node: fx.Node) -> list[str]:
        nodes = [a for a in (*node.args[:2], *node.kwargs.values()) if isinstance(a, fx.Node) and a in self.recorder.shapes]
        if len(nodes) != 2 or node.kwargs.get("alpha", 1) != 1:
            raise self.fail(node, "has a constant operand", "Fold the constant into the layer before it, or apply it outside of the model")
        if len(self.dims(nodes[0])) != len(self.dims(nodes[1])):
            raise self.fail(node, "broadcasts tensors of different rank", "Give both the same rank, for example with unsqueeze()")
        return [self.alias[n] for n in nodes]

    def make_add(self, node: fx.Node, sign: int = 1) -> None:
        inputs = self.operands(node)
        activation, last = self.activation_after(node)
        self.emit(last, Sum(self.where(node), inputs, self.value(last, node), activation, sign))

    def make_sub(self, node: fx.Node) -> None:
        self.make_add(node, -1)

    def make_mul(self, node: fx.Node) -> None:
        inputs = self.operands(node)
        activation, last = self.activation_after(node)
        self.emit(last, Product(self.where(node), inputs, self.value(last, node), activation))

    def make_concat(self, node: fx.Node) -> None:
        parts = node.args[0] if node.args else node.kwargs["tensors"]
        rank = len(self.dims(node)) + 1
        dim = self.parameter(node, "dim") % rank
        if dim == 0:
            raise self.fail(node, "joins batches", "Join along another dimension")
        self.emit(node, Concat(self.where(node), [self.alias[p] for p in parts], self.value(node), dim))

    def unary(self, node: fx.Node, op: str, function, **options) -> None:
        self.emit(node, Elementwise(self.where(node), [self.source(node)], self.value(node), op, function, options))

    def make_relu(self, node):
        self.unary(node, "RELU", torch.relu)

    def make_relu6(self, node):
        self.unary(node, "RELU6", F.relu6)

    def make_hardtanh(self, node):
        name = self.activation(node)
        if name is None:
            raise self.fail(node, "clamps to bounds without a kernel", "Use ReLU, ReLU6 or Hardtanh(-1, 1)")
        self.unary(node, {"relu": "RELU", "relu6": "RELU6"}.get(name, "RELU_N1_TO_1"), _CLAMPS[name])

    def make_sigmoid(self, node):
        self.unary(node, "LOGISTIC", torch.sigmoid)

    def make_tanh(self, node):
        self.unary(node, "TANH", torch.tanh)

    def make_hardswish(self, node):
        self.unary(node, "HARD_SWISH", F.hardswish)

    def make_leaky_relu(self, node):
        slope = float(self.parameter(node, "negative_slope"))
        self.unary(node, "LEAKY_RELU", lambda x: F.leaky_relu(x, slope), alpha=slope)

    def make_elu(self, node):
        if self.parameter(node, "alpha") != 1:
            raise self.fail(node, "has an alpha that ELU's kernel does not know", "Use alpha=1")
        self.unary(node, "ELU", F.elu)

    def make_gelu(self, node):
        how = self.parameter(node, "approximate")
        self.unary(node, "GELU", lambda x: F.gelu(x, approximate=how), approximate=int(how == "tanh"))

    def make_silu(self, node: fx.Node) -> None:
        """x * sigmoid(x), in two steps."""
        source, gate = self.source(node), f"{node.name}_gate"
        self.done.values[gate] = Value(gate, self.dims(node), gate)
        self.done.steps.append(Elementwise(self.where(node), [source], gate, "LOGISTIC", torch.sigmoid))
        self.emit(node, Product(self.where(node), [source, gate], self.value(node)))

    def window(self, node: fx.Node):
        """kernel, stride, padding, and whether it is of one dimension."""
        dims = self.dims(self.tensors(node)[0])
        if len(dims) not in (2, 3):
            raise self.fail(node, "pools a tensor without batch", "Give it a batch as its first dimension")
        flat = len(dims) == 2
        kernel = pair(self.parameter(node, "kernel_size"), flat)
        stride = self.parameter(node, "stride")
        stride = kernel if stride in (None, ()) or stride == [] else pair(stride, flat)
        begin = pair(self.parameter(node, "padding"), flat)
        begin = (0, begin[1]) if flat else begin
        size = (1, dims[1]) if flat else dims[1:]
        if self.parameter(node, "ceil_mode") and any((s + 2 * p - k) % t for s, k, t, p in zip(size, kernel, stride, begin)):
            raise self.fail(node, "rounds its output's size up", "Use ceil_mode=False, or a size that the stride divides")
        return size, kernel, stride, begin, flat

    def make_max_pool(self, node: fx.Node) -> None:
        size, kernel, stride, begin, flat = self.window(node)
        if pair(self.parameter(node, "dilation"), flat) not in ((1, 1),):
            raise self.fail(node, "is dilated", "Use dilation=1")
        padding = tuple(needed(*v) for v in zip(size, kernel, stride, begin))
        same = all(is_same(*v) for v in zip(size, kernel, stride, padding))
        self.emit(node, Pool(self.where(node), [self.source(node)], self.value(node), "max", kernel, stride, padding, flat, same))

    def make_avg_pool(self, node: fx.Node) -> None:
        size, kernel, stride, begin, flat = self.window(node)
        if self.parameter(node, "divisor_override") is not None:
            raise self.fail(node, "overrides the divisor", "Leave divisor_override out")
        padding = tuple(needed(*v) for v in zip(size, kernel, stride, begin))
        padded = any(any(p) for p in padding)
        same = all(is_same(*v) for v in zip(size, kernel, stride, padding)) and not (padded and self.parameter(node, "count_include_pad"))
        if padded and not same and not self.parameter(node, "count_include_pad"):
            raise self.fail(node, "leaves a padding out of its means that is not the format's SAME",
                            "Use count_include_pad=True, or no padding")
        self.emit(node, Pool(self.where(node), [self.source(node)], self.value(node), "mean", kernel, stride, padding, flat, same))

    def make_adaptive_avg_pool(self, node: fx.Node) -> None:
        dims = self.dims(self.tensors(node)[0])
        flat = len(dims) == 2
        size, out = ((1, dims[1]) if flat else dims[1:]), ((1, *self.dims(node)[1:]) if flat else self.dims(node)[1:])
        if tuple(out) == (1, 1):
            step = Mean(self.where(node), [self.source(node)], self.value(node), [2] if flat else [2, 3], True)
        elif any(s % o for s, o in zip(size, out)):
            raise self.fail(node, f"makes {list(out)} of {list(size)}, with windows of different sizes",
                            "Use a size that divides the input's")
        else:
            kernel = tuple(s // o for s, o in zip(size, out))
            step = Pool(self.where(node), [self.source(node)], self.value(node), "mean", kernel, kernel, ((0, 0), (0, 0)), flat, True)
        self.emit(node, step)

    def make_mean(self, node: fx.Node) -> None:
        rank = len(self.dims(self.tensors(node)[0])) + 1
        dims = self.parameter(node, "dim")
        dims = [dims] if isinstance(dims, int) else list(dims or range(rank))
        dims = sorted(d % rank for d in dims)
        if 0 in dims:
            raise self.fail(node, "is a mean over the batch", "Give the dimensions, without the first")
        self.emit(node, Mean(self.where(node), [self.source(node)], self.value(node), dims, bool(self.parameter(node, "keepdim"))))

    def make_reshape(self, node: fx.Node) -> None:
        self.emit(node, Reshape(self.where(node), [self.source(node)], self.value(node), self.dims(node)))

    def make_identity(self, node: fx.Node) -> None:
        self.alias[node] = self.source(node)

    def make_dropout(self, node: fx.Node) -> None:
        self.emit(node, Dropout(self.where(node), [self.source(node)], self.value(node), float(self.parameter(node, "p"))))

    def make_softmax(self, node: fx.Node) -> None:
        if len(self.dims(node)) != 1 or self.parameter(node, "dim") not in (1, -1):
            raise self.fail(node, "is over another dimension than the last of (n, classes)", "Use dim=-1 on (n, classes)")
        self.emit(node, Softmax(self.where(node), [self.source(node)], self.value(node)))

    def make_pad(self, node: fx.Node) -> None:
        if node.op != "call_module" and self.parameter(node, "mode") != "constant" or self.parameter(node, "value") not in (0, None):
            raise self.fail(node, "pads with something else than zeros", "Pad with zeros")
        amounts = self.parameter(node, "pad")
        dims = self.dims(node)
        amounts = [amounts] * (2 * (len(dims) - 1)) if isinstance(amounts, int) else list(amounts)
        amounts += [0] * (2 * len(dims) - len(amounts))
        if len(dims) == 1 or any(amounts[2 * (len(dims) - 1):]) or min(amounts) < 0:
            raise self.fail(node, "pads another dimension than height and width, or crops", "Pad height and width only")
        padding = ((0, 0), tuple(amounts[:2])) if len(dims) == 2 else (tuple(amounts[2:4]), tuple(amounts[:2]))
        reader = self.only_reader(node)
        if reader is not None and reader.op == "call_module" and isinstance(conv := self.layers[reader.target], (nn.Conv1d, nn.Conv2d)):
            if conv.padding == "valid" or conv.padding != "same" and not any(pair(conv.padding, False)):
                self.folded_pads[node], self.alias[node] = padding, self.source(node)
                return
        self.emit(node, Pad(self.where(node), [self.source(node)], self.value(node), padding))


_CLAMPS = {"relu": torch.relu, "relu6": F.relu6, "relu_n1_to_1": F.hardtanh}


def _has_tensor(result) -> bool:
    return isinstance(result, torch.Tensor) or isinstance(result, (tuple, list)) and any(_has_tensor(r) for r in result)


def _names(structure) -> list[str]:
    if isinstance(structure, str):
        return [structure]
    if isinstance(structure, dict):
        structure = structure.values()
    return [n for s in structure for n in _names(s)]


def capture(model: nn.Module, example_inputs: tuple) -> Captured:
    """The steps of a model. Unsupported names the module and a way out."""
    return Capture(model, example_inputs).run()
