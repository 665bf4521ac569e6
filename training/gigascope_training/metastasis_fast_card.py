"""The card and manifests of `metastasis-fast`, and what its first stage passes over."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

VERSION = "0.1.0"


@dataclass(frozen=True)
class PassedOver:
    """Shares of left-out real patches at one threshold."""

    tumour: int
    normal: int
    tumour_missed: float
    normal_read: float


def passed_over(labels: np.ndarray, scores: np.ndarray, threshold: float) -> PassedOver:
    """What a threshold on the first stage's probability leaves out of tumour, and lets through of normal patches."""
    tumour, normal = scores[labels == 1], scores[labels == 0]
    return PassedOver(len(tumour), len(normal), float(np.mean(tumour < threshold)), float(np.mean(normal >= threshold)))


def coarse_manifest(dense: Path, multiply_add_count: int) -> dict:
    """model.json of the first stage: the dense network's, at a quarter of the resolution."""
    stated = json.loads(dense.read_text())
    for worked_out in ("files", "golden", "parameterCount"):
        stated.pop(worked_out)
    stated["input"]["normalisation"] = "b / 127.5 − 1"
    return stated | {
        "name": "metastasis-low-resolution",
        "title": "Breast cancer metastases in lymph nodes, at 0.97 µm/px",
        "patchSizePx": 75,
        "stridePx": 32,
        "mpp": 0.972,
        "multiplyAddCount": multiply_add_count,
    }


def fast_manifest(full: Path, share: PassedOver, threshold: float) -> dict:
    """model.json of the pipeline but its files."""
    stated = json.loads(full.read_text())
    kept = ("schemaVersion", "classes", "positiveClass", "scope", "licence", "intendedUse", "trainingData")
    return {name: stated[name] for name in kept} | {
        "name": "metastasis-fast",
        "version": VERSION,
        "title": "Breast cancer metastases in lymph nodes, from coarse to fine",
        "task": "pipeline",
        "figures": {
            "tumourPatchesPassedOver": round(share.tumour_missed, 4),
            "normalPatchesReadAgain": round(share.normal_read, 4),
        },
        "stages": [
            {"name": "low resolution", "folder": "low-resolution"},
            {"name": "full resolution", "folder": "full-resolution"},
        ],
        "regions": {"class": "tumour", "threshold": threshold},
    }


def fast_card(share: PassedOver, threshold: float) -> str:
    """README.md: what is done, what that can miss, and where it was measured."""
    return f"""\
NOT validated on whole slides of patients. Research use only, not for diagnosis.

# metastasis-fast {VERSION}

Two passes. The unpadded network of `metastasis-dense` reads a pyramid level of 1 µm/px (a sixteenth of the pixels) in whole
squares. Where it gives a cell of 31 µm a probability of {threshold:g} or more, that cell and those that touch it are read again at full
resolution by `metastasis`, whose probability counts there. Elsewhere the heatmap keeps the first pass's probability, which lies
below {threshold:g} and therefore makes no lesion.

## What it can miss

A lesion is missed when the first pass gives every one of its cells less than {threshold:g}.

- Real patches, each scored by a network that saw neither its stain cluster nor a patch overlapping it (PatchCamelyon, leave one
  cluster out): {share.tumour_missed * 100:.1f} % of {share.tumour} tumour patches lie below {threshold:g}. That is the risk of a lesion of a single cell; larger ones have more
  cells, though not independent ones.
- {share.normal_read * 100:.1f} % of {share.normal} normal patches lie above it and are read again, so on real slides the gain is less than on phantoms.
- Phantoms (`npm run bench -- faster-models`): lesions missed, FROC beside the full model's, and the time. We drew these ourselves; they say
  nothing about patients.

Slides without a pyramid level near 1 µm/px are read at full resolution and averaged: right, but not fast.

## Recipe

`python training/recipes/metastasis_fast.py`; trains nothing. The cards in `low-resolution/` and `full-resolution/` say what the networks learnt from.
"""
