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


@dataclass(frozen=True)
class NucleiFacts:
    """What was measured: images, pooled figures of network and baselines, the network's count of each image, the folds."""

    nuclei: NucleiSet
    pooled: dict[str, dict[str, SegmentationFigure]]
    tallies: list[Tally]
    folds: list[list[int]]


def _by_mosaic(facts: NucleiFacts) -> str:
    fold_of = {mosaic: fold for fold, mosaics in enumerate(facts.folds) for mosaic in mosaics}
    lines = ["| mosaic | fold | images | nuclei | found | Dice | AJI |", "|---|---|---|---|---|---|---|"]
    for mosaic in np.unique(facts.nuclei.mosaics).tolist():
        chosen = [one for one, of in zip(facts.tallies, facts.nuclei.mosaics, strict=True) if of == mosaic]
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


def nuclei_card(facts: NucleiFacts, schedule: Schedule, augmentation: SegmentationAugmentation, settings: dict) -> str:
    """README.md of the bundle. Its first line says what real material was seen and what was not validated."""
    network = facts.pooled["network"]
    images, mosaics = len(facts.nuclei), len(np.unique(facts.nuclei.mosaics))
    truth = sum(one.nuclei for one in facts.tallies)
    place = asdict(augmentation)
    colour = ", ".join(f"{name} {value:g}" for name, value in place.pop("colour").items())
    moved = ", ".join(f"{name} {value:g}" for name, value in place.items())
    return f"""\
Trained on {images} stained images of {mosaics} pictures ({truth:,} nuclei); NOT validated on whole slides.

# nuclei {VERSION}

Outlines of nuclei in stained brightfield images, each nucleus an object. Research use only, not for diagnosis.

A U-Net (Ronneberger et al. 2015) with padded convolutions and batch normalisation at a quarter of the width (16 to 256
channels), windows of 256 px at {settings["mpp"]} µm/px every {settings["stridePx"]} px, faded into each other. A nucleus is a 4-connected piece of the
pixels with a probability of at least {settings["threshold"]}, grown by {settings["growPx"]} px where no other piece is nearer, if it then is at least {settings["minAreaUm2"]} µm².
The network learns nuclei less a rim, so that those that touch are pieces of their own; growing gives the rim back.

## Measured

Four trainings, each without the mosaics of one fold; every image is judged by the network that saw no image of its
mosaic. {images} images, {truth:,} nuclei. Intervals: 95 %, bootstrap over the {mosaics} mosaics. Images are read as they are, pixel for
pixel. AJI: aggregated Jaccard index (Kumar et al. 2017). Baseline: Otsu's threshold on the haematoxylin channel, touching
nuclei cut by a watershed or not at all.

{_table(facts)}

Pooled: Dice **{network["dice"]}**, AJI **{network["aji"]}**.

{_by_mosaic(facts)}

## Limits

- The figures are the folds'. The shipped weights saw every image, so no public figure of theirs is unbiased.
- Most images show one purple dye on white or on purple; mosaic 19 alone is stained with eosin as slides are. Training lays
  drawn counterstains under the others. Read the row of mosaic 19 for what to expect of H&E that was never seen.
- The images' magnification is not known; their nuclei are 13 to 52 px across (median of a mosaic), and training zooms them to {augmentation.smallest_px:g} to {augmentation.largest_px:g} px.
  {settings["mpp"]} µm/px was chosen because nuclei of H&E slides at that scale lie in the middle of that.
- Mosaics may be parts of the same slide: a split by mosaic is the best that the set allows, not one by patient.
- Nuclei out of focus were not marked by the annotators and are mostly left out by the network too.
- Nuclei that overlap come out as one piece or as touching pieces.

## Data

| source | images | nuclei | licence |
|---|---|---|---|
| {SOURCE} | {images} | {truth} | {LICENCE} |

Folds, by mosaic id: {"; ".join(f"{fold}: {', '.join(map(str, ids))}" for fold, ids in enumerate(facts.folds))}.

## Recipe

`python training/recipes/nuclei.py`, seed {schedule.seed}. One fixed schedule for all folds and for the shipped weights:
{schedule.steps} steps of {schedule.batch} crops of 192 px, AdamW, rate {schedule.rate:g} with a cosine, weight decay {schedule.weight_decay:g}, weights averaged with decay
{schedule.average:g} a step. Mosaics drawn evenly. Loss: cross entropy with U-Net's weights (w0 = 10, σ = 5 px), classes
weighted to equal parts, nuclei less their outer 2 px as foreground.
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
        "trainingData": [{"name": SOURCE, "licence": LICENCE, "patches": len(facts.nuclei)}],
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
