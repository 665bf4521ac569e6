"""What a segmenting network is to learn: nuclei kept apart, and U-Net's weight of each pixel (Ronneberger et al. 2015)."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_edt, find_objects, maximum_filter, minimum_filter

"""Border weight at a gap of no width, and how fast it falls with the gap's width, in pixels."""
BORDER_WEIGHT = 10.0
BORDER_SIGMA_PX = 5.0
"""Further from a nucleus than this the border term is under BORDER_WEIGHT · 2e-6, so distances are worked out no further."""
_REACH_PX = 26


def cores(labels: np.ndarray, inset_px: int) -> np.ndarray:
    """The foreground to learn, bool [H, W]: pixels of numbered objects [H, W] whose square of side 2·inset + 1 is all theirs.

    So touching objects are 2·inset pixels apart and come out as pieces of their own, each to be grown by the inset again.
    Outside the image there is nothing that could be in the way.
    """
    side = 2 * inset_px + 1
    return (labels > 0) & (maximum_filter(labels, side) == labels) & (minimum_filter(labels, side) == labels)


def border_term(labels: np.ndarray) -> np.ndarray:
    """w0 · exp(−(d1 + d2)² / 2σ²), float32 [H, W].

    d1 and d2 are the distances in pixels to the nearest and the second nearest object's nearest pixel; with fewer than
    two objects the term is 0.
    """
    nearest = np.full(labels.shape, np.inf, np.float32)
    second = np.full(labels.shape, np.inf, np.float32)
    for number, box in enumerate(find_objects(labels), start=1):
        if box is None:
            continue
        around = tuple(
            slice(max(0, part.start - _REACH_PX), min(size, part.stop + _REACH_PX))
            for part, size in zip(box, labels.shape, strict=True)
        )
        distance = distance_transform_edt(labels[around] != number).astype(np.float32)
        second[around] = np.minimum(second[around], np.maximum(nearest[around], distance))
        nearest[around] = np.minimum(nearest[around], distance)
    term = BORDER_WEIGHT * np.exp(-((nearest + second) ** 2) / (2 * BORDER_SIGMA_PX**2))
    return term.astype(np.float32)


def class_weights(foreground_share: float, balance: float) -> tuple[float, float]:
    """(background, foreground) weights whose mean over all pixels is 1; `balance` 1 makes both classes weigh the same, 0 none."""
    ratio = ((1 - foreground_share) / foreground_share) ** balance
    background = 1 / (1 - foreground_share + foreground_share * ratio)
    return background, background * ratio


def weight_map(labels: np.ndarray, weights: tuple[float, float], inset_px: int) -> tuple[np.ndarray, np.ndarray]:
    """(class int64 [H, W], weight float32 [H, W]): w(x) = w_c(x) + w0 · exp(−(d1 + d2)² / 2σ²), the second term off the cores."""
    target = cores(labels, inset_px)
    weight = np.where(target, weights[1], weights[0] + border_term(labels))
    return target.astype(np.int64), weight.astype(np.float32)
