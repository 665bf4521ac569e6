"""A small classifier with the names and layers of packages/models' graphs, built without Node for the fast tests."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def tiny_classifier(seed: int = 3) -> onnx.ModelProto:
    """uint8 `patches` [N, 299, 299, 3] → 4×4 average → `features_in` [N, 3, 75, 75] → two branches → `probabilities`."""
    random = np.random.default_rng(seed)
    nodes, weights = [], []

    def weight(name: str, value: np.ndarray) -> str:
        weights.append(numpy_helper.from_array(value.astype(np.float32), name))
        return name

    def node(kind: str, inputs: list[str], output: str, **attributes) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def unit(name: str, x: str, channels_in: int, channels: int, **attributes) -> str:
        fan_in = channels_in * int(np.prod(attributes["kernel_shape"]))
        shape = (channels, channels_in, *attributes["kernel_shape"])
        x = node("Conv", [x, weight(f"{name}.conv.weight", random.normal(0, (2 / fan_in) ** 0.5, shape))], f"{name}.conv", **attributes)
        inputs = [x] + [
            weight(f"{name}.bn.{part}", np.full(channels, value))
            for part, value in (("scale", 1.0), ("bias", 0.0), ("mean", 0.0), ("var", 1.0))
        ]
        return node("Relu", [node("BatchNormalization", inputs, f"{name}.bn", epsilon=1e-3)], f"{name}.relu")

    x = node("Cast", ["patches"], "float", to=TensorProto.FLOAT)
    x = node("Transpose", [x], "nchw", perm=[0, 3, 1, 2])
    x = node("AveragePool", [x], "averaged", kernel_shape=[4, 4], strides=[4, 4], pads=[0, 0, 1, 1])
    x = node("Mul", [x, weight("door.scale", np.array(1 / 127.5))], "scaled")
    x = node("Sub", [x, weight("door.shift", np.array(1.0))], "features_in")
    x = unit("stem", x, 3, 8, kernel_shape=[3, 3], strides=[2, 2])
    x = node("MaxPool", [x], "pool", kernel_shape=[3, 3], strides=[2, 2])
    left = unit("left", x, 8, 8, kernel_shape=[1, 7], pads=[0, 3, 0, 3])
    right = unit("right", node("AveragePool", [x], "smooth", kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1]), 8, 8, kernel_shape=[1, 1])
    x = node("Concat", [left, right], "mixed", axis=1)
    x = node("Flatten", [node("GlobalAveragePool", [x], "gap")], "flat")
    x = node("Gemm", [x, weight("fc.weight", random.normal(0, 0.1, (2, 16))), weight("fc.bias", np.zeros(2))], "logits", transB=1)
    node("Softmax", [x], "probabilities", axis=1)
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("patches", TensorProto.UINT8, ["N", 299, 299, 3])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 2])],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
