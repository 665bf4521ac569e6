"""Dice and aggregated Jaccard index of segmented objects, pooled, with bootstrap intervals over mosaics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Tally:
    """Pixel counts of one image; counts of several images may be added."""

    both: int  # pixels in truth and prediction
    truth: int
    predicted: int
    joint: int  # numerator of the aggregated Jaccard index
    union: int  # its denominator
    nuclei: int
    found: int  # predicted objects

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(a + b for a, b in zip(self.numbers(), other.numbers(), strict=True)))

    def numbers(self) -> tuple[int, ...]:
        return (self.both, self.truth, self.predicted, self.joint, self.union, self.nuclei, self.found)

    @property
    def dice(self) -> float:
        total = self.truth + self.predicted
        return 2 * self.both / total if total else 1.0

    @property
    def aji(self) -> float:
        return self.joint / self.union if self.union else 1.0


def tally(truth: np.ndarray, predicted: np.ndarray) -> Tally:
    """Compares numbered objects [H, W].

    Aggregated Jaccard index (Kumar et al. 2017): each true object is paired with the predicted one of greatest Jaccard
    index; intersections and unions are summed, and predicted objects that no true one chose join the denominator.
    """
    true_count, found_count = int(truth.max()), int(predicted.max())
    shared = np.zeros((true_count + 1, found_count + 1), np.int64)
    np.add.at(shared, (truth.ravel(), predicted.ravel()), 1)
    true_area, found_area = shared.sum(1), shared.sum(0)
    joint = union = 0
    used = np.zeros(found_count + 1, bool)
    for number in range(1, true_count + 1):
        if true_area[number] == 0:
            continue
        if not shared[number, 1:].any():
            union += int(true_area[number])
            continue
        either = true_area[number] + found_area[1:] - shared[number, 1:]
        best = 1 + int(np.argmax(shared[number, 1:] / either))
        joint += int(shared[number, best])
        union += int(either[best - 1])
        used[best] = True
    union += int(found_area[1:][~used[1:]].sum())
    return Tally(
        both=int(shared[1:, 1:].sum()),
        truth=int(true_area[1:].sum()),
        predicted=int(found_area[1:].sum()),
        joint=joint,
        union=union,
        nuclei=int((true_area[1:] > 0).sum()),
        found=int((found_area[1:] > 0).sum()),
    )


@dataclass(frozen=True)
class SegmentationFigure:
    """One figure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


def pooled_figures(
    tallies: list[Tally], mosaics: np.ndarray, seed: int = 0, rounds: int = 2000
) -> dict[str, SegmentationFigure]:
    """`dice` and `aji` from summed counts, `diceMean` and `ajiMean` over images; whole mosaics are drawn for the intervals."""
    counts = np.array([one.numbers() for one in tallies], np.float64)
    each = np.array([[one.dice, one.aji] for one in tallies])
    groups = [np.flatnonzero(mosaics == mosaic) for mosaic in np.unique(mosaics)]

    def values(index: np.ndarray) -> np.ndarray:
        both, truth, predicted, joint, union = counts[index].sum(0)[:5]
        return np.array([2 * both / (truth + predicted), joint / union, *each[index].mean(0)])

    random = np.random.default_rng(seed)
    drawn = np.array(
        [values(np.concatenate([groups[g] for g in random.integers(0, len(groups), len(groups))])) for _ in range(rounds)]
    )
    whole = values(np.arange(len(tallies)))
    low, high = np.percentile(drawn, (2.5, 97.5), axis=0)
    names = ("dice", "aji", "diceMean", "ajiMean")
    return {name: SegmentationFigure(*map(float, three)) for name, three in zip(names, zip(whole, low, high, strict=True), strict=True)}
