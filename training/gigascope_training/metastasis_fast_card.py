"""The card and manifests of `metastasis-fast`: `metastasis` on every fourth cell of every fourth row first."""

from __future__ import annotations

import json
import math
from pathlib import Path

from .patches import AVERAGE_PX

VERSION = "0.1.0"
"""Cells of the full model along the side of a cell of the first stage."""
CELLS_APART = 4


def coarse_manifest(full: Path, multiply_add_count: int) -> dict:
    """model.json of the first stage: the full model's, at a quarter of the resolution and on a lattice four times as wide."""
    stated = json.loads(full.read_text())
    for worked_out in ("files", "golden", "parameterCount"):
        stated.pop(worked_out)
    stated["input"]["normalisation"] = "b / 127.5 − 1"
    return stated | {
        "name": "metastasis-low-resolution",
        "title": "Breast cancer metastases in lymph nodes, at 0.97 µm/px",
        "patchSizePx": -(-stated["patchSizePx"] // AVERAGE_PX),
        "stridePx": stated["stridePx"] * CELLS_APART // AVERAGE_PX,
        "mpp": round(stated["mpp"] * AVERAGE_PX, 6),
        "multiplyAddCount": multiply_add_count,
    }


def surely_seen_um(full: Path) -> float:
    """Diameter of the smallest disc that holds the centre of a first-stage cell wherever it lies: the diagonal of a cell."""
    stated = json.loads(full.read_text())
    return math.sqrt(2) * stated["stridePx"] * CELLS_APART * stated["mpp"]


def fast_manifest(full: Path, threshold: float) -> dict:
    """model.json of the pipeline but its files."""
    stated = json.loads(full.read_text())
    kept = ("schemaVersion", "classes", "positiveClass", "scope", "licence", "intendedUse", "trainingData")
    return {name: stated[name] for name in kept} | {
        "name": "metastasis-fast",
        "version": VERSION,
        "title": "Breast cancer metastases in lymph nodes, from coarse to fine",
        "task": "pipeline",
        "figures": {"surelySeenDiameterUm": round(surely_seen_um(full), 1)},
        "stages": [
            {"name": "low resolution", "folder": "low-resolution"},
            {"name": "full resolution", "folder": "full-resolution"},
        ],
        "regions": {"class": "tumour", "threshold": threshold},
    }


def fast_card(full: Path, threshold: float) -> str:
    """README.md: what is done, what that can miss, and where it was measured."""
    stated = json.loads(full.read_text())
    cell_um = stated["stridePx"] * stated["mpp"]
    return f"""\
NOT validated on whole slides of patients. Research use only, not for diagnosis.

# metastasis-fast {VERSION}

The network of `metastasis`, in two passes. The first looks at one place in sixteen: patches of 75 px of a pyramid level of 1 µm/px,
{cell_um * CELLS_APART:.0f} µm apart. Where it gives tumour a probability of {threshold:g} or more, the {cell_um * CELLS_APART:.0f}-µm cell about that place is read again by
`metastasis` as it is, every {cell_um:.0f} µm at full resolution, and its probability counts there. Elsewhere the heatmap keeps the first
pass's probability, which lies below {threshold:g}; the overlay's outline is drawn around what was read again.

## What it can miss

- Size. A lesion that holds a disc of {surely_seen_um(full):.0f} µm holds a place that the first pass looks at, wherever it lies; so every lesion that is
  no isolated tumour cells (over 200 µm) and about round is looked at. A thinner or smaller one may lie between the places: one of
  a single cell is looked at in 1 of 16 cases.
- Probability. Both passes are the same network and its graph begins with the average that makes 0.97 µm/px of 0.243, so what the first calls
  below {threshold:g} the second would, too, but for the difference between that average and the scanner's own smaller level.
- Borders. Cells beside a chosen one are not read again: a lesion's border may be cut along the first pass's cells, and its area with it.
- Phantoms (`npm run bench -- faster-models`): docs/performance.md has the lesions missed, FROC beside the full model's, and the time. We drew
  these ourselves; they say nothing about patients.

Slides without a pyramid level near 1 µm/px are read at full resolution and averaged: right, but not fast.

## Recipe

`python training/recipes/metastasis_fast.py`; trains nothing. The cards in `low-resolution/` and `full-resolution/` say what the network learnt from.
"""
