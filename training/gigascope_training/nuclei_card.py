"""The model card of `nuclei` and what goes into its model.json, from the measured figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from .nuclei_images import LICENCE, SOURCE, NucleiSet
from .segmentation_augment import SegmentationAugmentation
from .segmentation_figures import SegmentationFigure, Tally
from .trainer import Schedule

VERSION = "0.1.0"
FIGURE_NAMES = ("dice", "aji", "diceMean", "ajiMean")
"""The one mosaic with eosin."""
_EOSIN = 19
_NUMBERS = {3: "Three", 4: "Four", 5: "Five"}


@dataclass(frozen=True)
class NucleiFacts:
    """What was measured: pooled figures of network and baselines, the network's count of each judged image, the judged folds."""

    trained: NucleiSet  # what the shipped weights saw
    judged: NucleiSet
    pooled: dict[str, dict[str, SegmentationFigure]]
    tallies: list[Tally]
    folds: list[list[int]]
    shipped_saw_all: bool


def _by_mosaic(facts: NucleiFacts) -> str:
    fold_of = {mosaic: fold for fold, mosaics in enumerate(facts.folds) for mosaic in mosaics}
    lines = ["| mosaic | fold | images | nuclei | found | Dice | AJI |", "|---|---|---|---|---|---|---|"]
    for mosaic in np.unique(facts.judged.mosaics).tolist():
        chosen = [one for one, of in zip(facts.tallies, facts.judged.mosaics, strict=True) if of == mosaic]
        total = sum(chosen[1:], chosen[0])
        lines.append(
            f"| {mosaic} | {fold_of[mosaic]} | {len(chosen)} | {total.nuclei} | {total.found} | {total.dice:.3f} | {total.aji:.3f} |"
        )
    return "\n".join(lines)


def _table(facts: NucleiFacts) -> str:
    lines = ["| | Dice, pooled | AJI, pooled | Dice, mean of images | AJI, mean of images |", "|---|---|---|---|---|"]
    titles = {"network": "this network", "watershed": "Otsu and watershed", "components": "Otsu and components"}
    for name, title in titles.items():
        lines.append(f"| {title} | " + " | ".join(str(facts.pooled[name][kind]) for kind in FIGURE_NAMES) + " |")
    return "\n".join(lines)


def _judged(facts: NucleiFacts) -> str:
    if facts.shipped_saw_all:
        return f"{_NUMBERS[len(facts.folds)]} trainings, each without the mosaics of one fold; every image is judged by the network that saw no image of its mosaic."
    return "The shipped weights, on images of mosaics of which training saw none. Mosaics were dealt by their numbers: every third is judged on."


def _shipped(facts: NucleiFacts) -> str:
    if facts.shipped_saw_all:
        return "- The figures are the folds'. The shipped weights saw every image, so no public figure of theirs is unbiased."
    return "- One split, one training: how much the figures depend on the split is only in the intervals, over few mosaics."


def _eosin(facts: NucleiFacts) -> str:
    if _EOSIN in facts.judged.mosaics:
        return f"Read the row of mosaic {_EOSIN} for what to expect of H&E that was never seen."
    return "It was trained on, so nothing is known of H&E from elsewhere: look before you trust it on a slide."


def nuclei_card(facts: NucleiFacts, schedule: Schedule, augmentation: SegmentationAugmentation, settings: dict) -> str:
    """README.md of the bundle. Its first line says what real material was seen and what was not validated."""
    network = facts.pooled["network"]
    images, mosaics, truth = (len(facts.judged), len(np.unique(facts.judged.mosaics)), sum(one.nuclei for one in facts.tallies))
    seen, seen_mosaics = len(facts.trained), np.unique(facts.trained.mosaics).tolist()
    seen_nuclei = sum(len(np.unique(labels)) - 1 for labels in facts.trained.labels)
    place = asdict(augmentation)
    colour = ", ".join(f"{name} {value:g}" for name, value in place.pop("colour").items())
    moved = ", ".join(f"{name} {value:g}" for name, value in place.items())
    return f"""\
Trained on {seen} stained images of {len(seen_mosaics)} pictures ({seen_nuclei:,} nuclei); NOT validated on whole slides nor clinically.

# nuclei {VERSION}

Outlines of nuclei in stained brightfield images, each nucleus an object. Research use only, not for diagnosis.

A U-Net (Ronneberger et al. 2015) with padded convolutions and batch normalisation at a quarter of the width (16 to 256
channels), windows of 256 px at {settings["mpp"]} µm/px every {settings["stridePx"]} px, faded into each other. A nucleus is a 4-connected piece of the
pixels with a probability of at least {settings["threshold"]}, grown by {settings["growPx"]} px where no other piece is nearer, if it then is at least {settings["minAreaUm2"]} µm².
The network learns nuclei less a rim, so that those that touch are pieces of their own; growing gives the rim back.

## Measured

{_judged(facts)}
{images} images, {truth:,} nuclei. Intervals: 95 %, bootstrap over the {mosaics} mosaics. Images are read as they are, pixel for
pixel. AJI: aggregated Jaccard index (Kumar et al. 2017). Baseline: Otsu's threshold on the haematoxylin channel, touching
nuclei cut by a watershed or not at all.

{_table(facts)}

Pooled: Dice **{network["dice"]}**, AJI **{network["aji"]}**.

{_by_mosaic(facts)}

## Limits

{_shipped(facts)}
- Most images show one purple dye on white or on purple; mosaic {_EOSIN} alone is stained with eosin as slides are. Training lays
  drawn counterstains under the others. {_eosin(facts)}
- The images' magnification is not known; their nuclei are 13 to 52 px across (median of a mosaic), and training zooms them to {augmentation.smallest_px:g} to {augmentation.largest_px:g} px.
  {settings["mpp"]} µm/px was chosen because nuclei of H&E slides at that scale lie in the middle of that.
- Mosaics may be parts of the same slide: a split by mosaic is the best that the set allows, not one by patient.
- Nuclei out of focus were not marked by the annotators and are mostly left out by the network too.
- Nuclei that overlap come out as one piece or as touching pieces.

## Data

| source | images | nuclei | licence |
|---|---|---|---|
| {SOURCE} | {seen} | {seen_nuclei} | {LICENCE} |

Trained on the mosaics {", ".join(map(str, seen_mosaics))}. Judged on, fold by fold: {"; ".join(", ".join(map(str, ids)) for ids in facts.folds)}.

## Recipe

`python training/recipes/nuclei.py`, seed {schedule.seed}. One fixed schedule, no step or weight picked by what is judged:
{schedule.steps} steps of {schedule.batch} crops of {settings["cropPx"]} px, AdamW, rate {schedule.rate:g} with a cosine, weight decay {schedule.weight_decay:g}, weights averaged with decay
{schedule.average:g} a step. Mosaics drawn evenly. Loss: cross entropy with U-Net's weights (w0 = 10, σ = 5 px), classes
weighted to equal parts, nuclei less their outer {settings["insetPx"]} px as foreground.
Augmentation: {moved}; {colour}.
"""


def nuclei_manifest(facts: NucleiFacts, patch_px: int, settings: dict) -> dict:
    """model.json of the bundle, less hashes, golden output and counts, which sealing works out."""
    stated: dict[str, float] = {}
    for prefix, name in (("", "network"), ("baseline", "watershed")):
        for kind in FIGURE_NAMES:
            figure = facts.pooled[name][kind]
            key = kind if not prefix else prefix + kind[0].upper() + kind[1:]
            stated |= {key: figure.value, f"{key}Low": figure.low, f"{key}High": figure.high}
    return {
        "schemaVersion": 1,
        "task": "segment",
        "name": "nuclei",
        "version": VERSION,
        "title": "Nuclei",
        "architecture": "u-net-same",
        "classes": ["background", "nucleus"],
        "scope": {"organ": "any", "stain": "H&E", "species": "human", "mppRange": [0.2, 0.6]},
        "licence": "Apache-2.0",
        "intendedUse": "Research. Not for diagnosis.",
        "trainingData": [{"name": SOURCE, "licence": LICENCE, "patches": len(facts.trained)}],
        "figures": {key: round(value, 4) for key, value in stated.items()},
        "patchSizePx": patch_px,
        "stridePx": settings["stridePx"],
        "mpp": settings["mpp"],
        "input": {"name": "patches", "layout": "NHWC", "dtype": "uint8", "colour": "RGB", "normalisation": "b / 127.5 − 1"},
        "padding": "mirror",
        "output": {"name": "probabilities", "meaning": "probabilities"},
        "outputSizePx": patch_px,
        "merge": "blend",
        "threshold": settings["threshold"],
        "simplifyUm": 0.25,
        "minAreaUm2": settings["minAreaUm2"],
        "growPx": settings["growPx"],
        "objects": True,
    }
