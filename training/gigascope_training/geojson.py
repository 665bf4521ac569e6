"""Proposed labels as GeoJSON (RFC 7946) with the properties by which QuPath takes annotations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from skimage.measure import approximate_polygon, find_contours, regionprops

_COLOURS = ((60, 110, 220), (200, 60, 40), (60, 160, 60), (190, 140, 20), (140, 70, 180))


@dataclass(frozen=True)
class Proposal:
    """One object to be looked at: its closed outline (x, y) in image pixels, its class, and how sure the network is."""

    outline: np.ndarray  # float [K, 2], the first point again at the end
    name: str
    score: float


@dataclass(frozen=True)
class Frame:
    """Where image pixel (0, 0) lies on the slide, and how many level-0 pixels one image pixel is."""

    x_l0: float = 0.0
    y_l0: float = 0.0
    downsample: float = 1.0

    def place(self, outline: np.ndarray) -> list[list[float]]:
        return np.round(outline * self.downsample + [self.x_l0, self.y_l0], 2).tolist()


def box_outline(box: Sequence[float]) -> np.ndarray:
    x0, y0, x1, y1 = box
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]], float)


def object_outlines(numbered: np.ndarray, tolerance_px: float = 0.5) -> dict[int, np.ndarray]:
    """The longest outline of each numbered object [H, W], pixel centres at +0.5; holes are left out."""
    outlines = {}
    for part in regionprops(numbered):
        top, left = part.bbox[:2]
        found = max(find_contours(np.pad(part.image, 1).astype(float), 0.5), key=len)
        outline = approximate_polygon(found, tolerance_px)
        if len(outline) >= 4:
            outlines[part.label] = outline[:, ::-1] - 1 + [left + 0.5, top + 0.5]
    return outlines


def write_proposals(proposals: Sequence[Proposal], frame: Frame, file: Path) -> None:
    """A FeatureCollection in level-0 pixels, surest first; every feature is an annotation that a person may change or delete."""
    colour = {name: _COLOURS[index % len(_COLOURS)] for index, name in enumerate(sorted({p.name for p in proposals}))}
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [frame.place(one.outline)]},
            "properties": {
                "objectType": "annotation",
                "name": f"{one.name} {one.score:.2f}, proposed",
                "classification": {"name": one.name, "color": list(colour[one.name])},
                "isLocked": False,
                "measurements": {"score": round(one.score, 4)},
            },
        }
        for one in sorted(proposals, key=lambda p: -p.score)
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
