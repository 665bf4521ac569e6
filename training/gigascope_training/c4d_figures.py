"""The two C4d stages over whole phantoms, as the service runs them, and what is counted of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from .bundle_model import BundleModel
from .c4d_phantoms import PhantomSlide, shrunk
from .detection_figures import Interval, Judged, f1, judge_classes
from .detection_images import LabelledImage, mirrored
from .detection_windows import WindowSettings, detect_image

PATCH_PX, STRIDE_PX = 299, 128
"""First pixel of the first patch: its cell of STRIDE_PX lies in its middle."""
_START_PX = -((PATCH_PX - STRIDE_PX) // 2)


@dataclass(frozen=True)
class Reading:
    """One phantom read by both stages: the feasible cells, and what was found in them, best first."""

    seed: int
    probability: np.ndarray  # float [rows, columns] of a cell of 128 px being feasible
    found: torch.Tensor  # [K, 6], centred in a feasible cell
    truth: tuple[torch.Tensor, torch.Tensor]
    feasible: np.ndarray  # int64 [rows, columns], the truth of the cells

    def counts(self, threshold: float) -> tuple[int, int]:
        """(negative, positive) capillaries from the threshold on."""
        which = self.found[self.found[:, 4] >= threshold, 5]
        return int((which == 0).sum()), int((which == 1).sum())

    def ratio_error(self, threshold: float) -> float:
        """Points (hundredths) between the ratio found and the true one; finding nothing counts as ratio 0."""
        negative, positive = self.counts(threshold)
        true = float((self.truth[1] == 1).float().mean())
        return 100 * abs(positive / max(1, negative + positive) - true)


def feasible_map(image: LabelledImage, model: BundleModel) -> np.ndarray:
    """Probability float [rows, columns] that each cell of 128 px is feasible; the image is mirrored at its border."""
    height, width = image.pixels.shape[:2]
    rows, columns = -(-height // STRIDE_PX), -(-width // STRIDE_PX)
    out = np.empty((rows, columns))
    for row in range(rows):
        patches = [
            mirrored([image], 0, _START_PX + column * STRIDE_PX, _START_PX + row * STRIDE_PX, PATCH_PX).numpy()
            for column in range(columns)
        ]
        out[row] = model.classify(np.stack(patches))[:, 1]
    return out


def read_image(
    image: LabelledImage, stages: tuple[BundleModel, BundleModel], how: WindowSettings, region_threshold: float
) -> tuple[np.ndarray, torch.Tensor]:
    """Stage 1 on every cell, stage 2 on windows whose core touches a feasible cell; detections centred in one count."""
    probability = feasible_map(image, stages[0])
    feasible = probability >= region_threshold

    def reads(x0: int, y0: int, x1: int, y1: int) -> bool:
        return bool(feasible[y0 // STRIDE_PX : (y1 - 1) // STRIDE_PX + 1, x0 // STRIDE_PX : (x1 - 1) // STRIDE_PX + 1].any())

    found = detect_image(stages[1].detect, image, how, reads)
    cell = (((found[:, :2] + found[:, 2:4]) / 2) // STRIDE_PX).long()
    inside = torch.from_numpy(feasible)[cell[:, 1].clamp(0, len(feasible) - 1), cell[:, 0].clamp(0, feasible.shape[1] - 1)]
    return probability, found[inside]


def read_slide(
    slide: PhantomSlide,
    stages: tuple[BundleModel, BundleModel],
    how: WindowSettings,
    region_threshold: float,
    enlarged_px: Sequence[float],
) -> Reading:
    """A phantom read by both stages, its boxes freed of the enlargement they were learnt with."""
    probability, found = read_image(slide.image, stages, how, region_threshold)
    return Reading(slide.seed, probability, shrunk(found, enlarged_px), (slide.image.boxes, slide.image.classes), slide.feasible)


def judged_cells(readings: Sequence[Reading]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(truth, probability, phantom) of every cell of all phantoms."""
    return (
        np.concatenate([r.feasible.ravel() for r in readings]),
        np.concatenate([r.probability.ravel() for r in readings]),
        np.concatenate([np.full(r.feasible.size, r.seed) for r in readings]),
    )


def judged_readings(readings: Sequence[Reading]) -> list[list[Judged]]:
    """Each class's judged phantoms, at an overlap of 0.5."""
    return judge_classes([r.found for r in readings], [r.truth for r in readings], 2)


def judged_without_class(readings: Sequence[Reading]) -> list[list[Judged]]:
    """The same when any capillary found is right, whichever class it was given."""
    found = [torch.cat([r.found[:, :5], torch.zeros(len(r.found), 1)], 1) for r in readings]
    return judge_classes(found, [(r.truth[0], torch.zeros_like(r.truth[1])) for r in readings], 1)


def mean_ratio_error(readings: Sequence[Reading], threshold: float, seed: int = 0, rounds: int = 2000) -> Interval:
    """Mean error of the ratio in points with its 95 % interval over phantoms."""
    errors = np.array([reading.ratio_error(threshold) for reading in readings])
    drawn = np.random.default_rng(seed).integers(0, len(errors), (rounds, len(errors)))
    low, high = np.percentile(errors[drawn].mean(1), (2.5, 97.5))
    return Interval(float(errors.mean()), float(low), float(high))


def threshold_by_f1(classes: Sequence[Sequence[Judged]]) -> float:
    """As `best_threshold`, in steps of 0.01 and the middle of the best stretch, so that it does not sit on an edge."""
    steps = [round(step * 0.01, 2) for step in range(10, 96)]
    values = np.array([f1(classes, step) for step in steps])
    best = np.flatnonzero(values >= values.max() - 1e-3)
    return steps[int(best[len(best) // 2])]
