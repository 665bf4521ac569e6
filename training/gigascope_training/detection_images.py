"""Labelled images for detection, and the blood smears of BCCD as such."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image


@dataclass(frozen=True)
class LabelledImage:
    """RGB uint8 [H, W, 3] with its objects: boxes float32 [M, 4] (x0 y0 x1 y1 in its pixels), classes int64 [M]."""

    name: str
    pixels: torch.Tensor
    boxes: torch.Tensor
    classes: torch.Tensor


BCCD_CLASSES = ("RBC", "WBC", "Platelets")


def load_bccd(data: Path, split: str, reduce: int = 2) -> tuple[list[LabelledImage], int]:
    """The images of a split of BCCD (ImageSets), averaged `reduce` × `reduce`, and how many broken boxes were dropped.

    A box is broken when it is empty; Pascal's corners count pixels from 1 and include the last, so 1 is taken off the
    first two.
    """
    folder = data / "labelled" / "detection" / "bccd"
    images, broken = [], 0
    for name in (folder / "ImageSets" / "Main" / f"{split}.txt").read_text().split():
        with Image.open(folder / "JPEGImages" / f"{name}.jpg") as picture:
            pixels = np.asarray(picture.convert("RGB").reduce(reduce))
        boxes, classes = [], []
        for found in ElementTree.parse(folder / "Annotations" / f"{name}.xml").getroot().findall("object"):
            corners = [float(found.findtext(f"bndbox/{side}", "nan")) for side in ("xmin", "ymin", "xmax", "ymax")]
            if not (corners[2] > corners[0] and corners[3] > corners[1]):
                broken += 1
                continue
            boxes.append([max(0.0, corners[0] - 1), max(0.0, corners[1] - 1), *corners[2:]])
            classes.append(BCCD_CLASSES.index(found.findtext("name", "")))
        truth = torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4) / reduce
        images.append(LabelledImage(name, torch.from_numpy(pixels.copy()), truth, torch.tensor(classes, dtype=torch.int64)))
    return images, broken


def mirrored(images: Sequence[LabelledImage], at: int, left: int, top: int, side_px: int) -> torch.Tensor:
    """The square of one image at (left, top), beyond the border mirrored without repeating the edge pixel, as slides are read."""
    pixels = images[at].pixels
    rows, columns = (reflect(torch.arange(start, start + side_px), length) for start, length in ((top, len(pixels)), (left, pixels.shape[1])))
    return pixels[rows[:, None], columns]


def reflect(index: torch.Tensor, length: int) -> torch.Tensor:
    """Indices beyond 0 .. length − 1 reflected into it, as often as needed."""
    period = 2 * (length - 1)
    folded = index % period
    return torch.where(folded < length, folded, period - folded)
