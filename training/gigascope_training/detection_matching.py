"""Which anchors and regions are which object: matching by overlap, and the balanced samples that losses are taken on."""

from __future__ import annotations

import torch
from torchvision.ops import box_iou

NEGATIVE, BETWEEN = -1, -2


def match(truth: torch.Tensor, boxes: torch.Tensor, high: float, low: float, keep_best: bool) -> torch.Tensor:
    """For each box the index of its truth box, NEGATIVE (overlap under `low`) or BETWEEN; int64 [N].

    With `keep_best` a truth box keeps the boxes that overlap it most, however little (Ren et al. 2015, 3.1.2).
    """
    if len(truth) == 0:
        return torch.full((len(boxes),), NEGATIVE, dtype=torch.int64, device=boxes.device)
    overlap = box_iou(truth, boxes)  # [M, N]
    most, which = overlap.max(0)
    matched = torch.where(most < low, NEGATIVE, torch.where(most < high, BETWEEN, which))
    if keep_best:
        best = (overlap == overlap.amax(1, keepdim=True)) & (overlap > 0)
        chosen = best.any(0)
        matched[chosen] = which[chosen]
    return matched


def sample(matched: torch.Tensor, count: int, positive_share: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Indices of (positives, negatives) drawn from torch's seeded generator: at most `count`, positives at most their share of it."""
    drawn = []
    wanted = int(count * positive_share)
    for of_kind in (matched >= 0, matched == NEGATIVE):
        indices = torch.nonzero(of_kind)[:, 0]
        order = torch.randperm(len(indices))[:wanted].to(indices.device)
        drawn.append(indices[order])
        wanted = count - len(drawn[0])
    return drawn[0], drawn[1]
