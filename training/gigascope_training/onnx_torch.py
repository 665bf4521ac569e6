"""ONNX graphs as trainable torch modules, and their trained weights back into the same file.

packages/models (TypeScript) is the one definition of each network. This module reads the graph it builds, runs the
stretch between two named tensors in PyTorch with every weight a parameter and BatchNormalization in train mode, and
writes the trained initializers back without touching anything else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import nn


class OnnxModule(nn.Module):
    """The nodes that lead from tensor `source` to tensor `target`, as one torch module; several targets give a tuple.

    Floating initializers become parameters (running mean and variance: buffers); `dropout` acts on the input of the
    last Gemm in train mode only and leaves no trace in the file.
    """

    def __init__(self, model: onnx.ModelProto, source: str, target: str | Sequence[str], dropout: float = 0.0) -> None:
        super().__init__()
        graph = model.graph
        constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant":
                constants[node.output[0]] = numpy_helper.to_array(next(a.t for a in node.attribute if a.name == "value"))
        self._source, self._target, self._dropout = source, target, dropout
        self._steps: list[tuple[Callable, list[str], list[str]]] = []
        self._key: dict[str, str] = {}

        nodes = _between(graph, source, [target] if isinstance(target, str) else target)
        self._classifier = next((node.output[0] for node in reversed(nodes) if node.op_type in ("Gemm", "MatMul")), None)
        statistics = {name for node in nodes if node.op_type == "BatchNormalization" for name in node.input[3:5]}
        shapes = {name for node in nodes if node.op_type in _SHAPE_INPUTS for name in list(node.input)[1:]}
        for node in nodes:
            if node.op_type not in _OPERATORS:
                raise NotImplementedError(f"ONNX operator {node.op_type} ({node.name}) is not known to the trainer")
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            fixed = [constants.get(name) if name in shapes else None for name in node.input]
            self._steps.append((_OPERATORS[node.op_type](attributes, fixed), list(node.input), list(node.output)))
            for name in node.input:
                if name in self._key or name not in constants or name in shapes:
                    continue
                value = torch.from_numpy(np.array(constants[name]))
                key = self._key[name] = name.replace(".", "/")
                if name in statistics or not value.is_floating_point():
                    self.register_buffer(key, value)
                else:
                    self.register_parameter(key, nn.Parameter(value))

    def forward(self, x: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, ...]:
        values = {self._source: x}
        for operate, inputs, outputs in self._steps:
            if self._dropout and outputs[0] == self._classifier:
                values[inputs[0]] = F.dropout(values[inputs[0]], self._dropout, self.training)
            given = [getattr(self, self._key[name]) if name in self._key else values.get(name) for name in inputs]
            values[outputs[0]] = operate(self, *given)
        return values[self._target] if isinstance(self._target, str) else tuple(values[name] for name in self._target)

    def weights(self) -> dict[str, np.ndarray]:
        """Every floating weight under its initializer's name."""
        held = self.state_dict()
        return {name: held[key].detach().cpu().numpy() for name, key in self._key.items() if held[key].is_floating_point()}


def read_graph(path: Path) -> onnx.ModelProto:
    """The model of a file whose weights lie inside it."""
    return onnx.load(str(path), load_external_data=False)


def write_weights(model: onnx.ModelProto, weights: dict[str, np.ndarray], path: Path) -> None:
    """Writes `model` with the named initializers replaced (same type and shape) to `path`, whole or not at all."""
    named = {tensor.name: tensor for tensor in model.graph.initializer}
    for name, value in weights.items():
        old = numpy_helper.to_array(named[name])
        if old.shape != value.shape:
            raise ValueError(f"{name} has shape {value.shape}, the graph wants {old.shape}")
        named[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value, old.dtype), name))
    partial = path.with_suffix(".partial")
    partial.write_bytes(model.SerializeToString(deterministic=True))
    os.replace(partial, path)


def _between(graph: onnx.GraphProto, source: str, targets: Sequence[str]) -> list[onnx.NodeProto]:
    """The nodes on which `targets` depend up to `source`, in graph order."""
    producer = {name: node for node in graph.node for name in node.output}
    wanted, needed, found_source = list(targets), set(), False
    while wanted:
        name = wanted.pop()
        if name == source:
            found_source = True
        elif name in producer and name not in needed and producer[name].op_type != "Constant":
            needed.add(name)
            wanted.extend(producer[name].input)
    if not found_source:
        raise ValueError(f"{' and '.join(targets)} do not depend on {source}")
    return [node for node in graph.node if any(name in needed for name in node.output)]


def _window(attributes: dict) -> tuple[list[int], list[int], list[int]]:
    """(stride, padding begin [top, left], padding end) of a convolution or pooling."""
    if attributes.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
        raise NotImplementedError("auto_pad other than NOTSET and VALID")
    pads = list(attributes.get("pads", [0, 0, 0, 0]))
    return list(attributes.get("strides", [1, 1])), pads[:2], pads[2:]


def _padded(x: torch.Tensor, begin: list[int], end: list[int], value: float = 0.0) -> tuple[torch.Tensor, list[int]]:
    """x and the symmetric padding still to apply; uneven padding is applied here."""
    if begin == end:
        return x, begin
    return F.pad(x, (begin[1], end[1], begin[0], end[0]), value=value), [0, 0]


def _conv(attributes: dict, _fixed: list):
    stride, begin, end = _window(attributes)
    dilation, groups = list(attributes.get("dilations", [1, 1])), attributes.get("group", 1)

    def operate(_module, x, weight, bias=None):
        x, padding = _padded(x, begin, end)
        return F.conv2d(x, weight, bias, stride, padding, dilation, groups)

    return operate


def _conv_transpose(attributes: dict, _fixed: list):
    stride, begin, end = _window(attributes)
    if begin != end:
        raise NotImplementedError("ConvTranspose with uneven padding")
    dilation, groups = list(attributes.get("dilations", [1, 1])), attributes.get("group", 1)
    extra = list(attributes.get("output_padding", [0, 0]))
    return lambda _module, x, weight, bias=None: F.conv_transpose2d(x, weight, bias, stride, begin, extra, groups, dilation)


def _batch_normalization(attributes: dict, _fixed: list):
    epsilon, keep = attributes.get("epsilon", 1e-5), attributes.get("momentum", 0.9)

    def operate(module, x, scale, shift, mean, variance):
        return F.batch_norm(x, mean, variance, scale, shift, module.training, 1 - keep, epsilon)

    return operate


def _max_pool(attributes: dict, _fixed: list):
    stride, begin, end = _window(attributes)
    kernel, ceil = list(attributes["kernel_shape"]), bool(attributes.get("ceil_mode", 0))

    def operate(_module, x):
        x, padding = _padded(x, begin, end, float("-inf"))
        return F.max_pool2d(x, kernel, stride, padding, ceil_mode=ceil)

    return operate


def _average_pool(attributes: dict, _fixed: list):
    stride, begin, end = _window(attributes)
    kernel, ceil = list(attributes["kernel_shape"]), bool(attributes.get("ceil_mode", 0))
    count = bool(attributes.get("count_include_pad", 0))

    def operate(_module, x):
        if begin == end:
            return F.avg_pool2d(x, kernel, stride, begin, ceil, count)
        present = torch.ones_like(x[:1, :1])
        total = F.avg_pool2d(_padded(x, begin, end)[0], kernel, stride, 0, ceil)
        return total if count else total / F.avg_pool2d(_padded(present, begin, end)[0], kernel, stride, 0, ceil)

    return operate


def _gemm(attributes: dict, _fixed: list):
    alpha, beta = attributes.get("alpha", 1.0), attributes.get("beta", 1.0)
    turn_a, turn_b = attributes.get("transA", 0), attributes.get("transB", 0)

    def operate(_module, a, b, c=None):
        product = alpha * ((a.T if turn_a else a) @ (b.T if turn_b else b))
        return product if c is None else product + beta * c

    return operate


def _reshape(attributes: dict, fixed: list):
    if attributes.get("allowzero", 0):
        raise NotImplementedError("Reshape with allowzero")
    wanted = fixed[1].tolist()

    def operate(_module, x, _shape=None):
        return x.reshape([x.shape[axis] if size == 0 else size for axis, size in enumerate(wanted)])

    return operate


def _reduce_mean(attributes: dict, fixed: list):
    axes = attributes.get("axes") if len(fixed) < 2 or fixed[1] is None else fixed[1].tolist()
    keep = bool(attributes.get("keepdims", 1))
    return lambda _module, x, _axes=None: x.mean(dim=list(axes), keepdim=keep)


def _resize(attributes: dict, fixed: list):
    """Enlargement by whole factors: each pixel repeated (nearest, asymmetric, floor), or linear between the pixels' centres."""
    how = [attributes.get(name, default) for name, default in (("mode", b"nearest"), ("coordinate_transformation_mode", b"half_pixel"), ("nearest_mode", b""))]
    modes = {(b"nearest", b"asymmetric", b"floor"): "nearest", (b"linear", b"half_pixel", b""): "bilinear"}
    mode = modes.get(tuple(how))
    if mode is None or len(fixed) < 3 or fixed[2] is None:
        raise NotImplementedError(f"Resize other than by fixed factors, repeated or linear: {how}")
    scales = fixed[2].tolist()
    if scales[:2] != [1, 1] or any(scale != round(scale) for scale in scales):
        raise NotImplementedError(f"Resize by {scales}")
    return lambda _module, x, *_rest: F.interpolate(x, scale_factor=scales[2:], mode=mode)


def _clip(_attributes: dict, fixed: list):
    limits = [None if len(fixed) <= which or fixed[which] is None else float(fixed[which]) for which in (1, 2)]
    return lambda _module, x, *_rest: x.clamp(*limits)


def _flatten(attributes: dict, _fixed: list):
    axis = attributes.get("axis", 1)
    return lambda _module, x: x.reshape(int(np.prod(x.shape[:axis])), -1)


def _slice(_attributes: dict, fixed: list):
    starts, ends, axes = (values.tolist() for values in fixed[1:4])
    if len(fixed) > 4 and any(step != 1 for step in fixed[4].tolist()):
        raise NotImplementedError("Slice with steps")

    def operate(_module, x, *_rest):
        cut = [slice(None)] * x.ndim
        for start, end, axis in zip(starts, ends, axes, strict=True):
            cut[axis] = slice(start, end)
        return x[tuple(cut)]

    return operate


_SHAPE_INPUTS = {"Clip", "Reshape", "ReduceMean", "Resize", "Slice"}

_OPERATORS: dict[str, Callable[[dict, list], Callable]] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "BatchNormalization": _batch_normalization,
    "MaxPool": _max_pool,
    "AveragePool": _average_pool,
    "Gemm": _gemm,
    "Reshape": _reshape,
    "ReduceMean": _reduce_mean,
    "Flatten": _flatten,
    "Resize": _resize,
    "Clip": _clip,
    "Slice": _slice,
    "Relu": lambda _a, _f: lambda _m, x: F.relu(x),
    "Concat": lambda a, _f: lambda _m, *parts: torch.cat(parts, a["axis"]),
    "GlobalAveragePool": lambda _a, _f: lambda _m, x: x.mean(dim=(2, 3), keepdim=True),
    "Add": lambda _a, _f: lambda _m, x, y: x + y,
    "Sub": lambda _a, _f: lambda _m, x, y: x - y,
    "Mul": lambda _a, _f: lambda _m, x, y: x * y,
    "Div": lambda _a, _f: lambda _m, x, y: x / y,
    "MatMul": lambda _a, _f: lambda _m, x, y: x @ y,
    "Softmax": lambda a, _f: lambda _m, x: F.softmax(x, a.get("axis", -1)),
    "Sigmoid": lambda _a, _f: lambda _m, x: torch.sigmoid(x),
    "Transpose": lambda a, _f: lambda _m, x: x.permute(list(a["perm"])),
    "Cast": lambda a, _f: lambda _m, x: x.to(_TYPES[a["to"]]),
    "Identity": lambda _a, _f: lambda _m, x: x,
}

_TYPES = {onnx.TensorProto.FLOAT: torch.float32, onnx.TensorProto.UINT8: torch.uint8, onnx.TensorProto.INT64: torch.int64}
