"""Figures of detections: average precision at one overlap, F1, and bootstrap intervals over images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torchvision.ops import box_iou

"""Recalls at which COCO reads the precision."""
_RECALLS = np.linspace(0, 1, 101)


@dataclass(frozen=True)
class Judged:
    """Detections of one class in one image: scores falling, which of them hit an object, and how many objects there are."""

    scores: np.ndarray  # float [K]
    hits: np.ndarray  # bool [K]
    objects: int


@dataclass(frozen=True)
class Interval:
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


def judge(found: torch.Tensor, boxes: torch.Tensor, iou: float = 0.5) -> Judged:
    """Matches detections [K, ≥ 5] (box, score), best first, each to the object it overlaps most of those still free."""
    order = torch.argsort(found[:, 4], descending=True, stable=True)
    found = found[order]
    hits = np.zeros(len(found), bool)
    if len(boxes) and len(found):
        overlap = box_iou(found[:, :4].double(), boxes.double()).numpy()
        free = np.ones(len(boxes), bool)
        for index in range(len(found)):
            candidates = np.where(free, overlap[index], -1)
            best = int(candidates.argmax())
            if candidates[best] >= iou:
                hits[index], free[best] = True, False
    return Judged(found[:, 4].double().numpy(), hits, len(boxes))


def judge_classes(found: Sequence[torch.Tensor], truth: Sequence[tuple[torch.Tensor, torch.Tensor]], classes: int, iou: float = 0.5) -> list[list[Judged]]:
    """For each class the judged images; `found` per image [K, 6] (box, score, class), `truth` per image (boxes, classes)."""
    return [
        [judge(f[f[:, 5] == c], boxes[labels == c], iou) for f, (boxes, labels) in zip(found, truth, strict=True)]
        for c in range(classes)
    ]


def average_precision(images: Sequence[Judged]) -> float:
    """COCO's AP of one class: the mean, over 101 recalls, of the best precision at that recall or beyond."""
    objects = sum(image.objects for image in images)
    if objects == 0:
        return float("nan")
    scores = np.concatenate([image.scores for image in images])
    hits = np.concatenate([image.hits for image in images])[np.argsort(-scores, kind="stable")]
    true = hits.cumsum()
    precision = true / np.arange(1, len(hits) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(true / objects, _RECALLS, side="left")
    return float(np.where(at < len(precision), np.append(precision, 0)[np.minimum(at, len(precision))], 0).mean())


def mean_average_precision(classes: Sequence[Sequence[Judged]]) -> float:
    """The mean over the classes that have objects."""
    return float(np.nanmean([average_precision(images) for images in classes]))


def f1(classes: Sequence[Sequence[Judged]], threshold: float) -> float:
    """F1 over all classes together, of detections from `threshold` on."""
    judged = [image for images in classes for image in images]
    true = sum(int(image.hits[image.scores >= threshold].sum()) for image in judged)
    reported = sum(int((image.scores >= threshold).sum()) for image in judged)
    return 2 * true / max(1, reported + sum(image.objects for image in judged))


def best_threshold(classes: Sequence[Sequence[Judged]]) -> float:
    """The threshold of 0.05, 0.10 … 0.95 with the highest F1: to be chosen on validation images only."""
    return max((round(step * 0.05, 2) for step in range(1, 20)), key=lambda threshold: f1(classes, threshold))


def with_interval(
    classes: Sequence[Sequence[Judged]], of: Callable[[Sequence[Sequence[Judged]]], float], seed: int = 0, rounds: int = 1000
) -> Interval:
    """A figure with its 95 % percentile interval; whole images are drawn, since their objects are alike."""
    random = np.random.default_rng(seed)
    count = len(classes[0])
    values = []
    for _ in range(rounds):
        drawn = random.integers(0, count, count)
        values.append(of([[images[index] for index in drawn] for images in classes]))
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return Interval(of(classes), float(low), float(high))
