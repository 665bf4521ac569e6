"""A small padded U-Net with the names and layers of packages/models' `u-net-same`, built without Node for the fast tests."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def tiny_unet(side_px: int = 64, base: int = 8, seed: int = 3) -> onnx.ModelProto:
    """uint8 `patches` [N, S, S, 3] → `features_in` → two levels down and up → `logits`, `probabilities` [N, 2, S, S]."""
    random = np.random.default_rng(seed)
    nodes, weights = [], []

    def weight(name: str, value: np.ndarray) -> str:
        weights.append(numpy_helper.from_array(value.astype(np.float32), name))
        return name

    def node(kind: str, inputs: list[str], output: str, **attributes) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def unit(name: str, x: str, channels_in: int, channels: int) -> str:
        filters = random.normal(0, (2 / (9 * channels_in)) ** 0.5, (channels, channels_in, 3, 3))
        x = node("Conv", [x, weight(f"{name}.conv.weight", filters)], f"{name}.conv", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        inputs = [x] + [
            weight(f"{name}.bn.{part}", np.full(channels, value))
            for part, value in (("gamma", 1.0), ("beta", 0.0), ("mean", 0.0), ("var", 1.0))
        ]
        return node("Relu", [node("BatchNormalization", inputs, f"{name}.bn", epsilon=1e-5)], f"{name}.relu")

    x = node("Transpose", ["patches"], "door.planes", perm=[0, 3, 1, 2])
    x = node("Cast", [x], "door.cast", to=TensorProto.FLOAT)
    x = node("Mul", [x, weight("door.scale", np.array([1 / 127.5]))], "door.scaled")
    x = node("Sub", [x, weight("door.one", np.array([1.0]))], "features_in")
    skip = unit("down1", x, 3, base)
    x = node("MaxPool", [skip], "pool1", kernel_shape=[2, 2], strides=[2, 2])
    x = unit("down2", x, base, 2 * base)
    up = random.normal(0, (1 / (2 * base)) ** 0.5, (2 * base, base, 2, 2))
    inputs = [x, weight("up1.conv.weight", up), weight("up1.conv.bias", np.zeros(base))]
    x = node("ConvTranspose", inputs, "up1.conv", kernel_shape=[2, 2], strides=[2, 2])
    x = unit("right1", node("Concat", [skip, x], "joined1", axis=1), 2 * base, base)
    head = [x, weight("head.conv.weight", random.normal(0, 0.3, (2, base, 1, 1))), weight("head.conv.bias", np.zeros(2))]
    node("Softmax", [node("Conv", head, "logits", kernel_shape=[1, 1])], "probabilities", axis=1)
    graph = helper.make_graph(
        nodes,
        "tiny-u-net",
        [helper.make_tensor_value_info("patches", TensorProto.UINT8, ["N", side_px, side_px, 3])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 2, side_px, side_px])],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
