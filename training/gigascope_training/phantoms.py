"""Phantom patches with exact truth, drawn by packages/phantom through draw-phantom-patches.ts and kept under runs/."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np

from .patches import PATCH_PX, PatchSet

TRAINING = Path(__file__).resolve().parent.parent
REPOSITORY = TRAINING.parent

"""Seeds from here on are judged on (phantom FROC) and never trained on; the drawing script refuses them too."""
RESERVED_SEED = 1000


def draw_phantoms(folder: Path, first_seed: int, last_seed: int) -> None:
    """Draws the patches of the seeds [first, last] into `folder` unless they are there already."""
    if last_seed >= RESERVED_SEED:
        raise ValueError(f"phantom seeds from {RESERVED_SEED} on are kept for judging")
    if (folder / "patches.json").exists():
        seeds = {record["seed"] for record in json.loads((folder / "patches.json").read_text())}
        if seeds == set(range(first_seed, last_seed + 1)):
            return
    node = REPOSITORY / "node_modules" / ".bin" / "node"
    script = TRAINING / "draw-phantom-patches.ts"
    subprocess.run([node, script, str(first_seed), str(last_seed), folder], check=True, cwd=REPOSITORY)


def load_phantoms(folder: Path) -> PatchSet:
    """The drawn patches; each phantom is a slide and a group of its own."""
    records = json.loads((folder / "patches.json").read_text())
    if any(record["seed"] >= RESERVED_SEED for record in records):
        raise ValueError(f"{folder} holds phantoms that are kept for judging")
    images = np.fromfile(folder / "patches.rgb", np.uint8).reshape(-1, PATCH_PX, PATCH_PX, 3)
    if len(images) != len(records):
        raise ValueError(f"{folder} holds {len(images)} patches but {len(records)} labels")
    slides = np.array([f"phantom:{record['seed']}" for record in records])
    labels = np.array([record["label"] for record in records], np.int64)
    return PatchSet(images, labels, slides, slides, "phantoms of packages/phantom", "Apache-2.0")
