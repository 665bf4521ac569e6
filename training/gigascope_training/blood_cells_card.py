"""The model card of `blood-cells` and what goes into its model.json, from the measured figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from .cycles import described
from .detection_figures import Interval
from .detection_images import BCCD_CLASSES
from .detection_losses import LossSettings
from .detection_source import WindowAugmentation
from .trainer import Schedule

VERSION = "0.1.0"
SOURCE = "BCCD (Shenggan/BCCD_Dataset)"
LICENCE = "MIT"


@dataclass(frozen=True)
class BloodCellFacts:
    """What was measured; lists are by class in BCCD_CLASSES' order, AP at an overlap of 0.5."""

    images: dict[str, int]  # of each split
    objects: Sequence[int]
    threshold: float
    ap50: Interval
    ap50_of_class: Sequence[Interval]
    f1: Interval
    f1_of_class: Sequence[float]
    baseline: Interval
    baseline_of_class: Sequence[float]
    ap50_val: float


def _table(facts: BloodCellFacts) -> str:
    lines = ["| class | objects | AP50 (95 % interval) | F1 at the threshold | AP50 of the colour baseline |", "|---|---|---|---|---|"]
    rows = zip(BCCD_CLASSES, facts.objects, facts.ap50_of_class, facts.f1_of_class, facts.baseline_of_class, strict=True)
    lines += [f"| {name} | {count} | {ap} | {f1:.3f} | {floor:.3f} |" for name, count, ap, f1, floor in rows]
    lines.append(f"| mean or all | {sum(facts.objects)} | {facts.ap50} | {facts.f1} | {facts.baseline} |")
    return "\n".join(lines)


def blood_cells_card(
    facts: BloodCellFacts, cycles: Sequence[Schedule], augmentation: WindowAugmentation, loss: LossSettings, settings: dict
) -> str:
    """README.md of the bundle. Its first line says what real material was seen and what was not validated."""
    windows = settings["windows"]
    changed = ", ".join(f"{name} {value:g}" for name, value in asdict(augmentation).items())
    first = ", ".join(f"{name} {value:g}" for name, value in asdict(loss).items())
    return f"""\
Trained on {facts.images["train"]} blood smear images of one set (BCCD); NOT validated on whole slides nor clinically.

# blood-cells {VERSION}

Red cells, white cells and platelets in stained blood smears, a box each. Research use only, not for diagnosis.

Faster R-CNN (Ren et al. 2015) on a ResNet-18 (He et al. 2015) at a quarter of the width with a feature pyramid of 64
channels (Lin et al. 2017), windows of {windows.patch_px} px at {settings["mpp"]} µm/px every {windows.stride_px} px. A window keeps the boxes centred in
its core and {windows.margin_px} px beyond; suppression at an overlap of {windows.nms_iou}, within each class, goes over the seams. Boxes are reported
from a score of {facts.threshold} on.

## Measured

BCCD's own test split: {facts.images["test"]} images that neither training nor any choice saw. The threshold is the one with the best F1 on
the {facts.images["val"]} images of the val split. Intervals: 95 %, bootstrap over images. Baseline: thresholds of colour, filled pieces and a
distance transform, its sizes read off training images.

{_table(facts)}

AP50 is COCO's, averaged over 101 recalls, at an overlap of 0.5; the mean is over the three classes. On the val split it
is {facts.ap50_val:.3f}.

## Limits

- One set, one microscope, one stain. The splits are the set's own, by image; whether two images show the same patient is
  not known, so the figures say nothing about another laboratory.
- {settings["mpp"]} µm/px was worked out from red cells being about 7.5 µm across; the set states no scale.
- Annotators left out cells cut by the image's border and some that overlap, and marked some twice: what counts as a
  false red cell is partly that. Precision on red cells is therefore understated, or the set's fault.
- Red cells that lie on one another are where it is weakest: they are missed, or found as one.
- White cells are one class: no differential count. Parasites, reticulocytes, clumps: not trained on.
- An image has at most {settings["maxPerPatch"]} detections a window; more is said, not hidden.

## Data

| source | images | licence |
|---|---|---|
| {SOURCE}, train split | {facts.images["train"]} | {LICENCE} |

Splits: ImageSets/Main/train.txt, val.txt and test.txt of the set, by image name. Broken boxes (2 in the set) were left out.

## Recipe

`python training/recipes/blood_cells.py`: {described(cycles)},
from random weights. The second cycle was added because val stood at AP50 0.834 after the first, the third and fourth because val still
rose (0.844, then 0.850); 600 steps of the third ran in bfloat16, all others in float32. The last weights are shipped. Test was judged
twice: after the second cycle (AP50 0.842) and after the fourth. Losses: {first}.
Augmentation: 8 orientations, {changed}.
"""


def blood_cells_manifest(facts: BloodCellFacts, settings: dict) -> dict:
    """model.json of the bundle, less hashes, golden output and counts, which sealing works out."""
    windows = settings["windows"]
    figures: dict[str, float] = {}
    for key, one in (("ap50", facts.ap50), ("f1", facts.f1), ("baselineAp50", facts.baseline)):
        figures |= {key: one.value, f"{key}Low": one.low, f"{key}High": one.high}
    for name, one, floor in zip(BCCD_CLASSES, facts.ap50_of_class, facts.baseline_of_class, strict=True):
        figures |= {f"ap50{name}": one.value, f"ap50{name}Low": one.low, f"ap50{name}High": one.high, f"baselineAp50{name}": floor}
    return {
        "schemaVersion": 1,
        "task": "detect",
        "name": "blood-cells",
        "version": VERSION,
        "title": "Blood cells",
        "architecture": "faster-rcnn-resnet-18-fpn",
        "classes": list(BCCD_CLASSES),
        "scope": {"organ": "blood", "stain": "Giemsa", "species": "human", "mppRange": [0.05, 0.3]},
        "licence": "Apache-2.0",
        "intendedUse": "Research. Not for diagnosis.",
        "trainingData": [{"name": SOURCE, "licence": LICENCE, "patches": facts.images["train"]}],
        "figures": {key: round(value, 4) for key, value in figures.items()},
        "patchSizePx": windows.patch_px,
        "stridePx": windows.stride_px,
        "mpp": settings["mpp"],
        "input": {"name": "patches", "layout": "NHWC", "dtype": "uint8", "colour": "RGB", "normalisation": "b / 127.5 − 1"},
        "padding": "mirror",
        "output": {"name": "detections", "meaning": "boxes"},
        "threshold": facts.threshold,
        "nmsIou": windows.nms_iou,
        "exclusive": windows.exclusive,
        "maxObjectPx": settings["maxObjectPx"],
        "marginPx": windows.margin_px,
        "maxPerPatch": settings["maxPerPatch"],
    }
