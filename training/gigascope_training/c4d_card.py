"""The cards and manifests of `c4d`: the pipeline and its two stages, from the measured figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .c4d_figures import PATCH_PX, STRIDE_PX, Reading
from .c4d_phantoms import C4D_CLASSES, LICENCE, SOURCE
from .cycles import described
from .detection_figures import Interval
from .trainer import Schedule

VERSION = "0.1.0"
FEASIBLE_CLASSES = ("non-feasible", "feasible")
_INPUT = {"name": "patches", "layout": "NHWC", "dtype": "uint8", "colour": "RGB", "normalisation": "b / 127.5 − 1"}
_COMMON = {
    "schemaVersion": 1,
    "version": VERSION,
    "scope": {"organ": "kidney", "stain": "C4d", "species": "human", "mppRange": [0.2, 0.55]},
    "licence": "Apache-2.0",
    "intendedUse": "Research. Not for diagnosis.",
}


@dataclass(frozen=True)
class C4dFacts:
    """What was trained on, and what was measured on phantoms that training did not see."""

    fields: int
    windows: int
    capillaries: int
    cells: int
    feasible_auc: Interval
    feasible_kept: float  # share of the feasible cells that are let in
    feasible_wrong: float  # share of the others that are
    readings: Sequence[Reading]
    threshold: float
    f1: Interval
    f1_found: Interval
    ap50: Interval
    ratio_error: Interval
    sweep: Sequence[dict]


def _trained_line(what: str) -> str:
    return f"Trained on {what} of phantoms that we drew ourselves, on NO slide of a patient; NOT validated on anything real, nor clinically.\n"


def _seeds(settings: dict) -> str:
    text = {name: f"{first}–{last}" for name, (first, last) in settings["seeds"].items()}
    return (
        f"Phantom seeds {text['trained']} train, {text['choice']} choose the threshold, {text['judged']} are judged on. Seeds from 1000 on are kept for the"
        "\nproject's own tests; the recipe refuses them."
    )


def _recipe(cycles: Sequence[Schedule], what: str) -> str:
    return f"`python training/recipes/c4d.py`, {what}: {described(cycles)}.\nNo step or weight was picked by what is judged."


def _slide_table(facts: C4dFacts) -> str:
    lines = ["| phantom | true capillaries | true ratio | found | ratio found | error, points |", "|---|---|---|---|---|---|"]
    for one in facts.readings:
        negative, positive = one.counts(facts.threshold)
        true, found = int((one.truth[1] == 1).sum()), negative + positive
        lines.append(
            f"| {one.seed} | {len(one.truth[1])} | {100 * true / len(one.truth[1]):.1f} % | {found} | {100 * positive / max(1, found):.1f} % |"
            f" {one.ratio_error(facts.threshold):.1f} |"
        )
    return "\n".join(lines)


def _enlargement(facts: C4dFacts, settings: dict) -> str:
    negative, positive = settings["enlargedPx"]
    text = (
        f"Boxes are learnt enlarged by {negative:g} px (negative) and {positive:g} px (positive) a side at {settings['mpp']} µm/px. Kim et al. 2019 found 40 and 50 px best"
        "\non their masks and scans; the phantoms' boxes lie on the wall's outer border already."
    )
    if not facts.sweep:
        return text + "\nThe recipe's sweep over other enlargements was not run for these weights."
    rows = ["", "", "| enlarged, negative and positive, px | F1 of short trainings | AP50 |", "|---|---|---|"]
    rows += [f"| {row['negativePx']:g}, {row['positivePx']:g} | {row['f1']:.3f} | {row['ap50']:.3f} |" for row in facts.sweep]
    return text + "\n".join(rows)


def feasible_bundle(facts: C4dFacts, settings: dict) -> tuple[str, dict]:
    """(README.md, model.json's part) of stage 1."""
    card = f"""\
{_trained_line(f"{facts.fields:,} fields")}
# c4d-feasible {VERSION}

Stage 1 of `c4d`: whether a field of 64 µm of a C4d-stained kidney can be read for peritubular capillaries. Glass, glomeruli,
large vessels, folds, ink and blur cannot. Research use only, not for diagnosis.

Inception V3 (Szegedy et al. 2015) at depth multiplier 0.1 with at least 16 channels a layer, on {PATCH_PX}-px patches at {settings["mpp"]} µm/px
every {STRIDE_PX} px behind a 4×4 average.

## Measured on phantoms that training did not see

{facts.cells:,} fields of {len(facts.readings)} whole phantoms: AUC {facts.feasible_auc} (95 %, bootstrap over phantoms). At {settings["regionThreshold"]}, {100 * facts.feasible_kept:.1f} % of the fields that can be read are
let in, and {100 * facts.feasible_wrong:.1f} % of those that cannot.

## Limits

- Phantoms are simpler than kidneys. What the figures say of real slides is not known.
- Medulla, infarcts, inflammation, other stains: not drawn, not known.

## Data and recipe

{SOURCE} ({LICENCE}). {_seeds(settings)}

{_recipe(settings["feasible"], "fields")}
"""
    changes = _COMMON | {
        "task": "classify",
        "name": "c4d-feasible",
        "title": "Fields that can be read for capillaries",
        "architecture": "inception-v3",
        "classes": list(FEASIBLE_CLASSES),
        "positiveClass": FEASIBLE_CLASSES[1],
        "trainingData": [{"name": SOURCE, "licence": LICENCE, "patches": facts.fields}],
        "figures": _rounded(
            {
                "phantomAuc": facts.feasible_auc.value,
                "phantomAucLow": facts.feasible_auc.low,
                "phantomAucHigh": facts.feasible_auc.high,
                "phantomFeasibleLetIn": facts.feasible_kept,
                "phantomOtherLetIn": facts.feasible_wrong,
            }
        ),
        "patchSizePx": PATCH_PX,
        "stridePx": STRIDE_PX,
        "mpp": settings["mpp"],
        "input": _INPUT | {"normalisation": "mean of 4×4 pixels, b / 127.5 − 1"},
        "padding": "mirror",
        "tissue": "none",  # stage 1 reads all of the slide: saturation misses a pale immunostain beside a pen mark
        "output": {"name": "probabilities", "meaning": "probabilities"},
        "threshold": settings["regionThreshold"],
        "nmsRadiusUm": STRIDE_PX * settings["mpp"],
    }
    return card, changes


def capillaries_bundle(facts: C4dFacts, settings: dict) -> tuple[str, dict]:
    """(README.md, model.json's part) of stage 2."""
    windows = settings["windows"]
    card = f"""\
{_trained_line(f"{facts.windows} windows with {facts.capillaries:,} capillaries")}
# c4d-capillaries {VERSION}

Stage 2 of `c4d`: peritubular capillaries, each C4d-positive or negative, a box each. Research use only, not for diagnosis.

Faster R-CNN (Ren et al. 2015) on a ResNet-18 at a quarter of the width with a feature pyramid of 64 channels, windows of
{windows.patch_px} px at {settings["mpp"]} µm/px every {windows.stride_px} px. A window keeps the boxes centred in its core and {windows.margin_px} px beyond; suppression at an overlap of
{windows.nms_iou} goes over the seams and across the two classes: a capillary is positive or negative, never both. Boxes are reported from a score of
{facts.threshold} on.

## Measured on phantoms that training did not see

{_measured(facts)}

## Limits

- Phantoms are simpler than kidneys. What the figures say of real slides is not known.

## Enlargement of the boxes

{_enlargement(facts, settings)}

## Data and recipe

{SOURCE} ({LICENCE}). {_seeds(settings)}

{_recipe(settings["capillaries"], "windows")}
"""
    changes = _COMMON | {
        "task": "detect",
        "name": "c4d-capillaries",
        "title": "Peritubular capillaries, C4d positive or negative",
        "architecture": "faster-rcnn-resnet-18-fpn",
        "classes": list(C4D_CLASSES),
        "trainingData": [{"name": SOURCE, "licence": LICENCE, "patches": facts.windows}],
        "figures": _figures(facts),
        "patchSizePx": windows.patch_px,
        "stridePx": windows.stride_px,
        "mpp": settings["mpp"],
        "input": _INPUT,
        "padding": "mirror",
        "tissue": "none",  # stage 1 reads all of the slide: saturation misses a pale immunostain beside a pen mark
        "output": {"name": "detections", "meaning": "boxes"},
        "threshold": facts.threshold,
        "nmsIou": windows.nms_iou,
        "exclusive": windows.exclusive,
        "maxObjectPx": settings["maxObjectPx"],
        "marginPx": windows.margin_px,
        "maxPerPatch": settings["maxPerPatch"],
    }
    return card, changes


def pipeline_bundle(facts: C4dFacts, settings: dict) -> tuple[str, dict]:
    """(README.md, model.json's part) of the pipeline around both stages, whose folders are `feasible` and `capillaries`."""
    card = f"""\
{_trained_line(f"{facts.fields:,} fields and {facts.windows} windows")}
# c4d {VERSION}

Counts C4d-positive and negative peritubular capillaries of a kidney biopsy and gives the Banff C4d grade of their ratio, in two
stages after Kim et al. 2019 (Scientific Reports 9:5123). Research use only, not for diagnosis: a grade from it must not reach a
report.

1. `feasible` looks at every field of 64 µm and says whether it can be read (probability from {settings["regionThreshold"]} on).
2. `capillaries` finds positive and negative capillaries in the fields that can; those from a score of {facts.threshold} on count.

## Measured on phantoms that training did not see

{_measured(facts)}

Stage 1 alone: AUC {facts.feasible_auc} on {facts.cells:,} fields; at {settings["regionThreshold"]} it lets in {100 * facts.feasible_kept:.1f} % of those that can be read and
{100 * facts.feasible_wrong:.1f} % of those that cannot.

## Limits

- These are drawings. Kim et al. had 380 real slides; this bundle shows that the two-stage service works and stands where a model
  trained on real slides belongs. Its figures say nothing about patients.
- In the phantoms no capillary lies in a field that cannot be read, so what stage 1 leaves out wrongly costs capillaries, and
  what it lets in costs little.

## Data and recipe

{SOURCE} ({LICENCE}). {_seeds(settings)}

`python training/recipes/c4d.py`; see the stages' own cards. Licence of the weights: {_COMMON["licence"]}.
"""
    changes = _COMMON | {
        "task": "pipeline",
        "name": "c4d",
        "title": "C4d-positive peritubular capillaries",
        "classes": list(C4D_CLASSES),
        "trainingData": [{"name": SOURCE, "licence": LICENCE, "patches": facts.fields + facts.windows}],
        "figures": _figures(facts),
        "stages": [{"name": "feasible", "folder": "feasible"}, {"name": "capillaries", "folder": "capillaries"}],
        "regions": {"class": FEASIBLE_CLASSES[1], "threshold": settings["regionThreshold"]},
        "positiveClass": C4D_CLASSES[1],
        "grading": "banff-c4d",
    }
    return card, changes


def _measured(facts: C4dFacts) -> str:
    total = sum(len(one.truth[1]) for one in facts.readings)
    return f"""\
{len(facts.readings)} whole phantoms of 1 to 1.5 × 1 mm, {total:,} capillaries, both stages as the service runs them, the shipped graphs. Intervals: 95 %,
bootstrap over phantoms. A capillary is found when boxes overlap by 0.5.

| | |
|---|---|
| F1, place and class right | {facts.f1} |
| F1, place right, whichever class | {facts.f1_found} |
| AP50, mean of the classes | {facts.ap50} |
| error of the ratio, points, mean over phantoms | {facts.ratio_error} |

{_slide_table(facts)}

There is no baseline beside it: no real slide with labelled capillaries was at hand to measure one on."""


def _figures(facts: C4dFacts) -> dict:
    named = {"phantomF1": facts.f1, "phantomF1AnyClass": facts.f1_found, "phantomAp50": facts.ap50, "phantomRatioErrorPoints": facts.ratio_error}
    out: dict[str, float] = {}
    for key, one in named.items():
        out |= {key: one.value, f"{key}Low": one.low, f"{key}High": one.high}
    return _rounded(out)


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {key: round(float(value), 4) for key, value in values.items()}
