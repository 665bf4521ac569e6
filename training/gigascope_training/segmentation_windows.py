"""A whole image through a segmenting network in overlapping windows, as the service reads a slide."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.ndimage import label
from skimage.segmentation import expand_labels
from torch import nn


def window_starts(length_px: int, patch_px: int, stride_px: int) -> list[int]:
    """Where windows begin along one axis: cells of `stride_px`, each window centred about its cell."""
    halo = (patch_px - stride_px) // 2
    return [cell * stride_px - halo for cell in range(-(-length_px // stride_px))]


def fade(patch_px: int, stride_px: int) -> np.ndarray:
    """Weight of each pixel of a window along one axis, float64 [patch]: rises and falls evenly over the overlap."""
    overlap = patch_px - stride_px
    edge = np.minimum(np.arange(patch_px), np.arange(patch_px)[::-1]) + 0.5
    return np.minimum(1.0, edge / overlap) if overlap else np.ones(patch_px)


def blended(predict: Callable[[np.ndarray], np.ndarray], image: np.ndarray, patch_px: int, stride_px: int) -> np.ndarray:
    """What `predict` (uint8 [S, S, 3] to float64 [S, S]) makes of uint8 [H, W, 3]; mirrored without the edge pixel outside."""
    height, width, _ = image.shape
    ramp = np.outer(fade(patch_px, stride_px), fade(patch_px, stride_px))
    total, weight = np.zeros((height, width)), np.zeros((height, width))
    for top in window_starts(height, patch_px, stride_px):
        rows = _mirrored(top, patch_px, height)
        for left in window_starts(width, patch_px, stride_px):
            found = predict(np.ascontiguousarray(image[rows][:, _mirrored(left, patch_px, width)]))
            inside = (slice(max(0, -top), min(patch_px, height - top)), slice(max(0, -left), min(patch_px, width - left)))
            there = (slice(max(0, top), min(height, top + patch_px)), slice(max(0, left), min(width, left + patch_px)))
            total[there] += found[inside] * ramp[inside]
            weight[there] += ramp[inside]
    return total / weight


@torch.no_grad()
def foreground_probability(network: nn.Module, image: np.ndarray, patch_px: int, stride_px: int) -> np.ndarray:
    """Probability of class 1, float64 [H, W], of uint8 [H, W, 3] by the trainer's network, windows blended."""
    network.eval()

    def predict(window: np.ndarray) -> np.ndarray:
        x = torch.from_numpy(window).permute(2, 0, 1).float().unsqueeze(0) / 127.5 - 1
        return network(x).float().softmax(1)[0, 1].double().numpy()

    return blended(predict, image, patch_px, stride_px)


def objects_of(probability: np.ndarray, threshold: float, min_area_px: float, grow_px: int) -> np.ndarray:
    """Numbers int32 [H, W] of the 4-connected pieces at or above the threshold, each grown by `grow_px`.

    A pixel within that distance joins the nearest piece, so pieces never merge. Afterwards objects under `min_area_px` go.
    """
    numbered, count = label(probability >= threshold)
    numbered = expand_labels(numbered, grow_px)
    kept = np.bincount(numbered.ravel(), minlength=count + 1) >= min_area_px
    kept[0] = False
    renumbered = np.cumsum(kept) * kept
    return renumbered[numbered].astype(np.int32)


def _mirrored(start: int, count: int, length: int) -> np.ndarray:
    """Indices of `count` pixels from `start` on, reflected at 0 and length − 1."""
    if length == 1:
        return np.zeros(count, int)
    period = 2 * (length - 1)
    at = np.arange(start, start + count) % period
    return np.minimum(at, period - at)
