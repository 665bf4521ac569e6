"""C4d phantoms with exact truth, drawn by packages/phantom through draw-c4d-fields.ts and kept under runs/."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .detection_images import LabelledImage
from .patches import PATCH_PX, PatchSet
from .phantoms import REPOSITORY, RESERVED_SEED, TRAINING

C4D_CLASSES = ("ptc-negative", "ptc-positive")
SOURCE = "C4d phantoms of packages/phantom"
LICENCE = "Apache-2.0"
_FILES = {"feasible": "fields", "capillaries": "windows", "slides": "slides"}
_OF_TRUTH = {"negative": 0, "positive": 1}
_WINDOW_PX = 512


@dataclass(frozen=True)
class PhantomSlide:
    """A whole phantom at 0.5 µm/px with all its capillaries, boxes in its pixels."""

    seed: int
    image: LabelledImage
    feasible: np.ndarray  # int64 [rows, columns], of each cell of 128 px


def draw_c4d(kind: str, folder: Path, first_seed: int, last_seed: int, per_seed: int | None = None) -> None:
    """Draws what `kind` names (feasible, capillaries, slides) of the seeds [first, last] unless it is there already."""
    if last_seed >= RESERVED_SEED:
        raise ValueError(f"phantom seeds from {RESERVED_SEED} on are kept for judging")
    listed = folder / f"{_FILES[kind]}.json"
    if listed.exists() and {record["seed"] for record in json.loads(listed.read_text())} == set(range(first_seed, last_seed + 1)):
        return
    node, script = REPOSITORY / "node_modules" / ".bin" / "node", TRAINING / "draw-c4d-fields.ts"
    command = [node, script, kind, str(first_seed), str(last_seed), folder, *([] if per_seed is None else [str(per_seed)])]
    subprocess.run(command, check=True, cwd=REPOSITORY)


def _records(folder: Path, name: str) -> list[dict]:
    records = json.loads((folder / f"{name}.json").read_text())
    if any(record["seed"] >= RESERVED_SEED for record in records):
        raise ValueError(f"{folder} holds phantoms that are kept for judging")
    return records


def load_fields(folder: Path) -> PatchSet:
    """Fields of 96×96 px at 2 µm/px, 1 where the central 32 px are feasible; each phantom is a slide and a group of its own."""
    records = _records(folder, "fields")
    images = np.fromfile(folder / "fields.rgb", np.uint8).reshape(-1, PATCH_PX, PATCH_PX, 3)
    if len(images) != len(records):
        raise ValueError(f"{folder} holds {len(images)} fields but {len(records)} labels")
    slides = np.array([f"c4d:{record['seed']}" for record in records])
    return PatchSet(images, np.array([record["label"] for record in records], np.int64), slides, slides, SOURCE, LICENCE)


def load_windows(folder: Path) -> list[LabelledImage]:
    """Windows of 512×512 px at 0.5 µm/px; boxes are tight around each capillary's wall and clipped at the border."""
    records = _records(folder, "windows")
    pixels = np.fromfile(folder / "windows.rgb", np.uint8).reshape(-1, _WINDOW_PX, _WINDOW_PX, 3)
    if len(pixels) != len(records):
        raise ValueError(f"{folder} holds {len(pixels)} windows but {len(records)} records")
    return [
        _labelled(f"{record['seed']} at {record['x0L0']}, {record['y0L0']}", window, record["boxes"])
        for record, window in zip(records, pixels, strict=True)
    ]


def load_slides(folder: Path) -> list[PhantomSlide]:
    """Whole phantoms, each from a file of its own."""
    slides = []
    for record in _records(folder, "slides"):
        pixels = np.fromfile(folder / f"{record['seed']}.rgb", np.uint8).reshape(record["heightPx"], record["widthPx"], 3)
        labelled = _labelled(str(record["seed"]), pixels, record["boxes"])
        slides.append(PhantomSlide(record["seed"], labelled, np.array(record["feasible"])))
    return slides


def _labelled(name: str, pixels: np.ndarray, listed: Sequence[dict]) -> LabelledImage:
    boxes = torch.tensor([one["box"] for one in listed], dtype=torch.float32).reshape(-1, 4)
    classes = torch.tensor([_OF_TRUTH[one["class"]] for one in listed], dtype=torch.int64)
    return LabelledImage(name, torch.from_numpy(pixels), boxes, classes)


def enlarged(image: LabelledImage, by_px: Sequence[float]) -> LabelledImage:
    """The image with its boxes enlarged on every side by their class's length: Kim et al. 2019 enlarge the masks before boxing."""
    grow = torch.tensor(by_px, dtype=torch.float32)[image.classes][:, None]
    height, width = image.pixels.shape[:2]
    boxes = image.boxes + torch.cat([-grow, -grow, grow, grow], 1)
    limit = boxes.new_tensor([width, height, width, height])
    return LabelledImage(image.name, image.pixels, torch.minimum(boxes.clamp(min=0), limit), image.classes)


def shrunk(found: torch.Tensor, by_px: Sequence[float]) -> torch.Tensor:
    """Detections [K, 6] (box, score, class) with the enlargement of their class taken off again, at least 1 px left."""
    grow = torch.tensor(by_px, dtype=found.dtype)[found[:, 5].long()][:, None]
    centre, half = (found[:, :2] + found[:, 2:4]) / 2, (found[:, 2:4] - found[:, :2]) / 2
    half = (half - grow).clamp(min=0.5)
    return torch.cat([centre - half, centre + half, found[:, 4:]], 1)
