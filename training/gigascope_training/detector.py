"""Faster R-CNN for training: the graph's trunk and head as torch modules, and what the graph does between and after them.

Proposals, RoIAlign and the last suppression are in the ONNX graph too; here they are torchvision's operators, so that
gradients can run through the features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from torch import nn
from torchvision.ops import batched_nms, roi_align

from .boxes import RATIOS, clip, decode, level_anchors
from .onnx_torch import OnnxModule

LEVELS = ("p2", "p3", "p4", "p5", "pool")
HEAD_WEIGHTS = (10.0, 10.0, 5.0, 5.0)
_POOLED_PX = 7
_POOLED_LEVELS = 4  # RoIAlign does not read the pool level


@dataclass(frozen=True)
class DetectorSettings:
    """What the graph was built with; sizes in patch pixels."""

    classes: tuple[str, ...]
    patch_px: int
    anchor_sizes_px: tuple[float, ...]
    pre_nms: int = 1000
    post_nms: int = 1000
    max_detections: int = 100
    proposal_iou: float = 0.7
    score_threshold: float = 0.05
    nms_iou: float = 0.5
    exclusive: bool = False  # detections of different classes suppress one another

    def graph_options(self) -> dict:
        """What packages/models is asked for by these settings."""
        return {
            "inputSizePx": self.patch_px,
            "classes": len(self.classes),
            "anchorSizesPx": list(self.anchor_sizes_px),
            "preNms": self.pre_nms,
            "postNms": self.post_nms,
            "maxDetections": self.max_detections,
            "proposalIou": self.proposal_iou,
            "scoreThreshold": self.score_threshold,
            "nmsIou": self.nms_iou,
            "exclusive": self.exclusive,
        }


@dataclass(frozen=True)
class Seen:
    """What the trunk made of a batch of windows of one size."""

    maps: tuple[torch.Tensor, ...]
    objectness: torch.Tensor  # [N, anchors], logits
    deltas: torch.Tensor  # [N, anchors, 4]
    anchors: torch.Tensor  # [anchors, 4]
    per_level: tuple[int, ...]
    side_px: int


class Detector(nn.Module):
    """`trunk` gives 5 maps, 5 objectness and 5 delta tensors of float [N, 3, S, S]; `head` logits and deltas of regions."""

    def __init__(self, trunk: nn.Module, head: nn.Module, settings: DetectorSettings) -> None:
        super().__init__()
        self.trunk, self.head, self.settings = trunk, head, settings

    def see(self, x: torch.Tensor) -> Seen:
        out = self.trunk(x)
        maps, objectness, deltas = out[:5], out[5:10], out[10:]
        sizes = self.settings.anchor_sizes_px
        anchors = [level_anchors(size, RATIOS, x.shape[-1], m.shape[-1], x.device) for size, m in zip(sizes, maps, strict=True)]
        flat = [o.permute(0, 2, 3, 1).flatten(1) for o in objectness]  # [N, h·w·A]
        boxes = [d.permute(0, 2, 3, 1).reshape(len(d), -1, 4) for d in deltas]  # [N, h·w·A, 4]
        counts = tuple(len(a) for a in anchors)
        return Seen(maps, torch.cat(flat, 1).float(), torch.cat(boxes, 1).float(), torch.cat(anchors), counts, x.shape[-1])

    @torch.no_grad()
    def proposals(self, seen: Seen, pre_nms: int, post_nms: int) -> list[torch.Tensor]:
        """Regions of each image, best first: the top of each level, then suppression within levels."""
        found = []
        starts = np.cumsum((0, *seen.per_level))
        for objectness, deltas in zip(seen.objectness, seen.deltas, strict=True):
            tops = [
                torch.topk(objectness[a:b], min(pre_nms, b - a)).indices + int(a)
                for a, b in zip(starts[:-1], starts[1:], strict=True)
            ]
            level = torch.cat([torch.full_like(top, index) for index, top in enumerate(tops)])
            chosen = torch.cat(tops)
            boxes = clip(decode(deltas[chosen, None], seen.anchors[chosen])[:, 0], seen.side_px)
            scores = objectness[chosen].sigmoid()
            size = boxes[:, 2:] - boxes[:, :2]
            real = (size >= 1e-3).all(1)
            boxes, scores, level = boxes[real], scores[real], level[real]
            found.append(boxes[batched_nms(boxes, scores, level, self.settings.proposal_iou)[:post_nms]])
        return found

    def pool(self, seen: Seen, regions: Sequence[torch.Tensor]) -> torch.Tensor:
        """RoIAlign 7×7 with 2×2 samples a bin, each region from the level of its size (Lin et al. 2017, equation 1)."""
        image = torch.cat([torch.full((len(r), 1), float(index), device=r.device) for index, r in enumerate(regions)])
        boxes = torch.cat(list(regions))
        side = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).clamp(min=0).sqrt()
        level = torch.floor(4 + torch.log2(side / 224) + 1e-6).clamp(2, 5).long() - 2
        rois = torch.cat([image, boxes], 1)
        pooled = seen.maps[0].new_zeros(len(boxes), seen.maps[0].shape[1], _POOLED_PX, _POOLED_PX)
        for index in range(_POOLED_LEVELS):
            of_level = torch.nonzero(level == index)[:, 0]
            if len(of_level):
                map_ = seen.maps[index].contiguous()
                scale = 2.0 ** round(float(np.log2(map_.shape[-1] / seen.side_px)))
                taken = roi_align(map_, rois[of_level].to(map_.dtype), _POOLED_PX, scale, 2, aligned=False)
                pooled = pooled.index_copy(0, of_level, taken)
        return pooled

    def judge(self, seen: Seen, regions: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """Class logits [R, 1 + C] and class-specific deltas [R, 1 + C, 4] of all regions, images in turn."""
        logits, deltas = self.head(self.pool(seen, regions))
        return logits.float(), deltas.float().view(len(deltas), -1, 4)

    @torch.no_grad()
    def detect(self, x: torch.Tensor) -> list[torch.Tensor]:
        """Per image [K, 6]: x0, y0, x1, y1, score, class (0-based), best first; what the graph's `detections` holds."""
        how = self.settings
        seen = self.see(x)
        regions = self.proposals(seen, how.pre_nms, how.post_nms)
        logits, deltas = self.judge(seen, regions)
        results, start = [], 0
        for of_image in regions:
            rows = slice(start, start + len(of_image))
            start += len(of_image)
            results.append(self._settle(of_image, logits[rows], deltas[rows], seen.side_px))
        return results

    def _settle(self, regions: torch.Tensor, logits: torch.Tensor, deltas: torch.Tensor, side_px: int) -> torch.Tensor:
        how = self.settings
        boxes = clip(decode(deltas, regions, HEAD_WEIGHTS), side_px)[:, 1:]  # [R, C, 4]
        scores = logits.softmax(1)[:, 1:]
        which = torch.arange(scores.shape[1], device=scores.device).expand_as(scores)
        boxes, scores, which = boxes.reshape(-1, 4), scores.reshape(-1), which.reshape(-1)
        kept = (scores > how.score_threshold) & ((boxes[:, 2:] - boxes[:, :2]) >= 1e-2).all(1)
        boxes, scores, which = boxes[kept], scores[kept], which[kept]
        best = batched_nms(boxes, scores, torch.zeros_like(which) if how.exclusive else which, how.nms_iou)[: how.max_detections]
        return torch.cat([boxes[best], scores[best, None], which[best, None].to(boxes.dtype)], 1)

    def weights(self) -> dict[str, np.ndarray]:
        """Every weight under its initializer's name in the graph."""
        return {**self.trunk.weights(), **self.head.weights()}


def read_detector(model: onnx.ModelProto, settings: DetectorSettings) -> Detector:
    """The trainable parts of a `faster-rcnn-*` graph of packages/models."""
    outputs = [f"{kind}.{level}" for kind in ("fpn", "rpn.objectness", "rpn.deltas") for level in LEVELS]
    trunk = OnnxModule(model, "features_in", outputs)
    head = OnnxModule(model, "roi_features", ["box_logits", "box_deltas"])
    return Detector(trunk, head, settings)
