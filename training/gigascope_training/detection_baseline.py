"""The floor for blood cells: colour thresholds, filled components and sizes read off training images."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from scipy import ndimage

from .detection_images import BCCD_CLASSES, LabelledImage

_RBC, _WBC, _PLATELETS = range(len(BCCD_CLASSES))


def detect_by_colour(images: Sequence[LabelledImage]) -> list[torch.Tensor]:
    """Per image [K, 6] in pixels of half-size smears: x0, y0, x1, y1, score, class.

    Purple (blue above green) pieces are white cells when large and platelets when small; what is darker in green than the
    background by Otsu's threshold and not purple is split into discs at the maxima of its distance transform.
    """
    return [torch.cat([_purple(image), _discs(image)]) for image in images]


def otsu(values: np.ndarray) -> float:
    """The threshold between two groups of values that maximises the variance between them (Otsu 1979)."""
    counts, edges = np.histogram(values, 256)
    middle = (edges[:-1] + edges[1:]) / 2
    below = counts.cumsum()
    mass = (counts * middle).cumsum()
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (mass[-1] * below / below[-1] - mass) ** 2 / (below * (below[-1] - below))
    return float(middle[np.nanargmax(between[:-1])])


def _excess(image: LabelledImage) -> np.ndarray:
    """How much more blue than green each pixel is beyond the image's own background."""
    rgb = ndimage.gaussian_filter(image.pixels.numpy().astype(float), (1, 1, 0))
    excess = rgb[..., 2] - rgb[..., 1]
    return excess - np.median(excess)


def _purple(image: LabelledImage) -> torch.Tensor:
    excess = _excess(image)
    found = []
    for kind, least, smallest, largest in ((_WBC, max(20.0, otsu(excess)), 1200, math.inf), (_PLATELETS, 14.0, 40, 500)):
        pieces, _ = ndimage.label(ndimage.binary_opening(excess > least))
        for index, place in enumerate(ndimage.find_objects(pieces), 1):
            inside = pieces[place] == index
            if not smallest < inside.sum() < largest:
                continue
            rows, columns = place
            score = min(1.0, float(excess[place][inside].mean()) / 128)
            if kind == _WBC:
                found.append([columns.start - 8, rows.start - 8, columns.stop + 8, rows.stop + 8, score, kind])
            else:
                found.append([*_square((columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2, 20), score, kind])
    return _table(found)


def _discs(image: LabelledImage) -> torch.Tensor:
    green = ndimage.gaussian_filter(image.pixels.numpy()[..., 1].astype(float), 1)
    cells = ndimage.binary_fill_holes(green < otsu(green)) & ~ndimage.binary_dilation(_excess(image) > 30, iterations=6)
    deep = ndimage.gaussian_filter(ndimage.distance_transform_edt(np.pad(cells, 25, mode="reflect"))[25:-25, 25:-25], 2)
    peaks = (deep == ndimage.maximum_filter(deep, 31)) & (deep > 12)
    found = []
    for y, x in np.argwhere(peaks):
        found.append([*_square(x, y, 51), float(np.exp(-abs(deep[y, x] - 23) / 10)), _RBC])
    return _table(found)


def _table(rows: list[list[float]]) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float32).reshape(-1, 6)


def _square(x: float, y: float, side: float) -> list[float]:
    return [x - side / 2, y - side / 2, x + side / 2, y + side / 2]
