"""The four losses of Faster R-CNN (Ren et al. 2015) and the focal loss as an alternative (Lin et al. 2017)."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F

from .boxes import clip, encode
from .detection_matching import NEGATIVE, match, sample
from .detector import HEAD_WEIGHTS, Detector

_SMOOTH = 1 / 9  # where smooth L1 turns from square to linear


@dataclass(frozen=True)
class Targets:
    """The objects of one window: boxes float [M, 4] in window pixels, classes int64 [M], 0-based."""

    boxes: torch.Tensor
    classes: torch.Tensor


@dataclass(frozen=True)
class LossSettings:
    """Samples per image, thresholds of overlap and weights. `focal_gamma` 0 is sampled cross entropy."""

    anchors: int = 256
    anchor_high: float = 0.7
    anchor_low: float = 0.3
    regions: int = 512
    region_positive_share: float = 0.25
    region_iou: float = 0.5
    pre_nms: int = 1000
    post_nms: int = 1000
    focal_gamma: float = 0.0
    focal_alpha: float = 0.25
    jittered: int = 0  # copies of each truth box, moved a little, that join the proposals
    jitter: float = 0.15


def focal_loss(logits: torch.Tensor, wanted: torch.Tensor, alpha: float, gamma: float) -> torch.Tensor:
    """FL(p_t) = −α_t (1 − p_t)^γ log(p_t) of binary logits, elementwise; `wanted` holds 0 and 1."""
    entropy = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    p_t = torch.exp(-entropy)
    alpha_t = alpha * wanted + (1 - alpha) * (1 - wanted)
    return alpha_t * (1 - p_t) ** gamma * entropy


@dataclass
class DetectionLoss:
    """`loss_of` for the trainer: calls with (detector, x, targets); the parts' recent means are in `parts`."""

    how: LossSettings
    device: str = "cpu"
    mixed_precision: bool = False
    parts: dict[str, float] = field(default_factory=dict)

    def __call__(self, detector: Detector, x: torch.Tensor, targets: list[Targets]) -> torch.Tensor:
        x = x.to(self.device)
        targets = [Targets(t.boxes.to(self.device), t.classes.to(self.device)) for t in targets]
        with torch.autocast(self.device.split(":")[0], torch.bfloat16, enabled=self.mixed_precision):
            seen = detector.see(x)
            losses = {**self._proposal_losses(seen, targets), **self._box_losses(detector, seen, targets)}
        for name, loss in losses.items():
            self.parts[name] = 0.98 * self.parts.get(name, float(loss.detach())) + 0.02 * float(loss.detach())
        return sum(losses.values())

    def _proposal_losses(self, seen, targets: list[Targets]) -> dict[str, torch.Tensor]:
        how = self.how
        scored, wanted, moved, towards = [], [], [], []
        for index, truth in enumerate(targets):
            matched = match(truth.boxes, seen.anchors, how.anchor_high, how.anchor_low, keep_best=True)
            if how.focal_gamma:
                positive, negative = (torch.nonzero(kind)[:, 0] for kind in (matched >= 0, matched == NEGATIVE))
            else:
                positive, negative = sample(matched, how.anchors, 0.5)
            scored += [seen.objectness[index, positive], seen.objectness[index, negative]]
            wanted += [torch.ones_like(scored[-2]), torch.zeros_like(scored[-1])]
            moved.append(seen.deltas[index, positive])
            towards.append(encode(truth.boxes[matched[positive]], seen.anchors[positive]))
        logits, labels = torch.cat(scored), torch.cat(wanted)
        if how.focal_gamma:
            entropy = focal_loss(logits, labels, how.focal_alpha, how.focal_gamma).sum() / labels.sum().clamp(min=1)
            count = labels.sum().clamp(min=1)
        else:
            entropy, count = F.binary_cross_entropy_with_logits(logits, labels), len(labels)
        distance = F.smooth_l1_loss(torch.cat(moved), torch.cat(towards), reduction="sum", beta=_SMOOTH) / count
        return {"objectness": entropy, "proposal boxes": distance}

    @torch.no_grad()
    def _regions(self, detector: Detector, seen, targets: list[Targets]):
        """Sampled regions of each image with their classes (0 is background) and the boxes they should become."""
        how = self.how
        chosen, labels, boxes = [], [], []
        for found, truth in zip(detector.proposals(seen, how.pre_nms, how.post_nms), targets, strict=True):
            found = torch.cat([found, truth.boxes, *(self._moved(truth.boxes, seen.side_px) for _ in range(how.jittered))])
            matched = match(truth.boxes, found, how.region_iou, how.region_iou, keep_best=False)
            positive, negative = sample(matched, how.regions, how.region_positive_share)
            chosen.append(found[torch.cat([positive, negative])])
            labels.append(torch.cat([truth.classes[matched[positive]] + 1, torch.zeros_like(negative)]))
            boxes.append(truth.boxes[matched[positive]])
        return chosen, labels, boxes

    def _moved(self, boxes: torch.Tensor, side_px: int) -> torch.Tensor:
        size = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
        return clip(boxes + size * self.how.jitter * (torch.rand(boxes.shape).to(boxes.device) * 2 - 1), side_px)

    def _box_losses(self, detector: Detector, seen, targets: list[Targets]) -> dict[str, torch.Tensor]:
        chosen, labels, boxes = self._regions(detector, seen, targets)
        logits, deltas = detector.judge(seen, chosen)
        wanted = torch.cat(labels)
        positive = torch.nonzero(wanted)[:, 0]
        towards = encode(torch.cat(boxes), torch.cat(chosen)[positive], HEAD_WEIGHTS)
        moved = deltas[positive, wanted[positive]]
        distance = F.smooth_l1_loss(moved, towards, reduction="sum", beta=_SMOOTH) / max(1, len(wanted))
        return {"classes": F.cross_entropy(logits, wanted), "boxes": distance}
