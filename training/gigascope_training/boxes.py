"""Boxes against anchors: the layout of anchors, Faster R-CNN's deltas and their inverse (Ren et al. 2015).

Boxes are float [..., 4], x0 y0 x1 y1 in patch pixels. Everything here follows torchvision's detection models, which the
graph of packages/models follows too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

"""Greatest dw and dh that are decoded: a box is at most 62.5 times its anchor."""
MAX_LOG_SCALE = math.log(1000 / 16)
RATIOS = (0.5, 1.0, 2.0)


def level_anchors(size_px: float, ratios: Sequence[float], patch_px: int, side: int, device=None) -> torch.Tensor:
    """Anchors of one square pyramid level, float [side · side · len(ratios), 4], cells row by row and ratio innermost.

    The corners of a cell's anchors are rounded; the stride is the whole part of patch_px / side; the first cell's
    anchors are centred on (0, 0).
    """
    ratio = torch.tensor(ratios, dtype=torch.float32, device=device)
    height, width = ratio.sqrt() * size_px, size_px / ratio.sqrt()
    cell = (torch.stack([-width, -height, width, height], 1) / 2).round()
    shift = torch.arange(side, device=device, dtype=torch.float32) * (patch_px // side)
    y, x = torch.meshgrid(shift, shift, indexing="ij")
    shifts = torch.stack([x, y, x, y], 2).reshape(-1, 1, 4)
    return (shifts + cell).reshape(-1, 4)


def encode(boxes: torch.Tensor, anchors: torch.Tensor, weights: Sequence[float] = (1, 1, 1, 1)) -> torch.Tensor:
    """Deltas dx, dy, dw, dh [N, 4] that lead from each anchor to its box, times the weights."""
    size, centre = anchors[:, 2:] - anchors[:, :2], (anchors[:, 2:] + anchors[:, :2]) / 2
    wanted, towards = boxes[:, 2:] - boxes[:, :2], (boxes[:, 2:] + boxes[:, :2]) / 2
    deltas = torch.cat([(towards - centre) / size, (wanted / size).log()], 1)
    return deltas * deltas.new_tensor(weights)


def decode(deltas: torch.Tensor, anchors: torch.Tensor, weights: Sequence[float] = (1, 1, 1, 1)) -> torch.Tensor:
    """The boxes [N, K, 4] that deltas [N, K, 4] make of anchors [N, 4]."""
    size, centre = anchors[:, None, 2:] - anchors[:, None, :2], (anchors[:, None, 2:] + anchors[:, None, :2]) / 2
    deltas = deltas / deltas.new_tensor(weights)
    centre = centre + deltas[..., :2] * size
    half = size * deltas[..., 2:].clamp(max=MAX_LOG_SCALE).exp() / 2
    return torch.cat([centre - half, centre + half], -1)


def clip(boxes: torch.Tensor, patch_px: int) -> torch.Tensor:
    return boxes.clamp(0, patch_px)
