"""Labelled lymph-node patches, all in one form: 96×96 RGB at 0.972 µm/px, labelled by the central 32×32 px (31.1 µm).

That is PatchCamelyon's own form; level-0 material (0.243 µm/px) comes to it by the same 4×4 average that the
network's graph begins with. The surplus around the network's 75 px leaves room for jitter and rotation.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

PATCH_PX = 96
INPUT_PX = 75
LABEL_PX = 32
AVERAGE_PX = 4
"""The label region of a 299-px patch is [85, 213), so [21.25, 53.25) behind the average; PCam's is [32, 64): offset 11."""
ALIGNED_OFFSET_PX = 11


@dataclass(frozen=True)
class PatchSet:
    """Patches with what a split and a sampler need. Arrays share their first axis."""

    images: np.ndarray  # uint8 [N, 96, 96, 3]
    labels: np.ndarray  # int64 [N], 1 = tumour
    slides: np.ndarray  # str [N], the slide or, where unknown, the stain cluster that stands for it
    groups: np.ndarray  # str [N], patches that share pixels have the same group
    source: str
    licence: str

    def __len__(self) -> int:
        return len(self.labels)

    def subset(self, keep: np.ndarray) -> PatchSet:
        """The patches where `keep` (bool [N] or indices) says so."""
        return PatchSet(
            self.images[keep], self.labels[keep], self.slides[keep], self.groups[keep], self.source, self.licence
        )


def average_4x4(level0: np.ndarray) -> np.ndarray:
    """uint8 [H, W, 3] at 0.243 µm/px to uint8 [H/4, W/4, 3] at 0.972, as the graph's first layer does, rounded."""
    height, width, _ = level0.shape
    blocks = level0[: height // 4 * 4, : width // 4 * 4].reshape(height // 4, 4, width // 4, 4, 3)
    return np.rint(blocks.mean(axis=(1, 3), dtype=np.float64)).astype(np.uint8)


def load_pcam(data_root: Path) -> PatchSet:
    """PatchCamelyon sample (Veeling et al. 2018, CC0); a patch's `slide` is its stain cluster, e.g. `cluster:3`."""
    folder = data_root / "labelled" / "classification" / "pcam"
    with open(folder / "labels.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    images = np.empty((len(rows), PATCH_PX, PATCH_PX, 3), np.uint8)
    for index, row in enumerate(rows):
        name = "tumor" if row["label"] == "1" else "normal"
        with Image.open(folder / name / f"{row['kaggle_id']}.webp") as image:
            images[index] = np.asarray(image.convert("RGB"))
    return PatchSet(
        images,
        np.array([int(row["label"]) for row in rows], np.int64),
        np.array([f"cluster:{row['stain_cluster']}" for row in rows]),
        np.array([f"pcam:{row['overlap_group']}" for row in rows]),
        "PatchCamelyon (Veeling et al. 2018)",
        "CC0-1.0",
    )


def camelyon16_level0(data_root: Path) -> list[tuple[Path, int]]:
    """The 57 level-0 patches of 256 px with their labels, in file-name order."""
    folder = data_root / "labelled" / "classification" / "camelyon16-patches"
    return [(path, label) for label, name in ((0, "normal"), (1, "tumor")) for path in sorted((folder / name).glob("*.png"))]


def load_camelyon16(data_root: Path) -> PatchSet:
    """CAMELYON16 patches of 256 level-0 px: averaged to 64 px, mirrored out to 96; their label is the whole patch's."""
    listed = camelyon16_level0(data_root)
    images, slides = [], []
    for path, _ in listed:
        with Image.open(path) as image:
            small = average_4x4(np.asarray(image.convert("RGB")))
        margin = (PATCH_PX - small.shape[0]) // 2
        images.append(np.pad(small, ((margin, margin), (margin, margin), (0, 0)), mode="reflect"))
        slides.append("camelyon16:" + "_".join(path.stem.split("_")[:2]))
    return PatchSet(
        np.stack(images),
        np.array([label for _, label in listed], np.int64),
        np.array(slides),
        np.array(slides),
        "CAMELYON16 level-0 patches (DIDSR/DeepLearningCamelyon_II)",
        "CC0-1.0",
    )


def aligned_input(images: np.ndarray) -> np.ndarray:
    """The unaugmented network input: uint8 [N, 96, 96, 3] cropped to [N, 75, 75, 3] about the label region."""
    at = slice(ALIGNED_OFFSET_PX, ALIGNED_OFFSET_PX + INPUT_PX)
    return images[:, at, at]
