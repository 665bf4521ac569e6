"""Stained brightfield images of the Data Science Bowl 2018 (BBBC038, CC0) with one mask a nucleus, read from the archive."""

from __future__ import annotations

import csv
import io
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

HEIGHT_PX, WIDTH_PX = 256, 320
SOURCE = "Data Science Bowl 2018, stained brightfield images (BBBC038)"
LICENCE = "CC0-1.0"
_MEMBER = re.compile(r"(?:\./)?([0-9a-f]{64})/(images|masks)/[0-9a-f]{64}\.png")


@dataclass(frozen=True)
class NucleiSet:
    """Images with their nuclei numbered. Arrays share their first axis."""

    images: np.ndarray  # uint8 [N, 256, 320, 3]
    labels: np.ndarray  # int32 [N, 256, 320]: 0 background, 1 … the nuclei of that image
    mosaics: np.ndarray  # int64 [N], images of one mosaic are neighbouring crops of one picture
    names: np.ndarray  # str [N], the set's own image ids

    def __len__(self) -> int:
        return len(self.names)

    def subset(self, keep: np.ndarray) -> NucleiSet:
        """The images where `keep` (bool [N] or indices) says so."""
        return NucleiSet(self.images[keep], self.labels[keep], self.mosaics[keep], self.names[keep])


def load_nuclei(data_root: Path) -> NucleiSet:
    """The 81 images, by name. Nothing is unpacked to disk; where two masks overlap, the later in the archive wins."""
    folder = data_root / "labelled" / "segmentation" / "dsbowl2018"
    with open(folder / "mosaics.csv", newline="") as file:
        mosaic_of = {row["image_id"]: int(row["mosaic"]) for row in csv.DictReader(file)}
    names = sorted(mosaic_of)
    row_of = {name: row for row, name in enumerate(names)}
    images = np.zeros((len(names), HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    labels = np.zeros((len(names), HEIGHT_PX, WIDTH_PX), np.int32)
    seen = set()
    with tarfile.open(folder / "stained.tar.gz", "r:gz") as archive:
        for member in archive:
            found = _MEMBER.fullmatch(member.name)
            if found is None or not member.isfile():
                continue
            name, kind = found.groups()
            with Image.open(io.BytesIO(archive.extractfile(member).read())) as image:
                if kind == "images":
                    images[row_of[name]] = np.asarray(image.convert("RGB"))
                    seen.add(name)
                else:
                    numbered = labels[row_of[name]]
                    numbered[np.asarray(image.convert("L")) > 127] = numbered.max() + 1
    if seen != set(names):
        raise ValueError(f"{len(set(names) - seen)} images of mosaics.csv are not in stained.tar.gz")
    return NucleiSet(images, labels, np.array([mosaic_of[name] for name in names], np.int64), np.array(names))


def mosaic_folds(nuclei: NucleiSet, folds: int) -> list[np.ndarray]:
    """Mosaics of each fold, dealt in the order of their numbers: the split depends on nothing that could be chosen."""
    return [np.unique(nuclei.mosaics)[fold::folds] for fold in range(folds)]
