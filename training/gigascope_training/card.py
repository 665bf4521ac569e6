"""The model card of `metastasis` and what goes into its model.json, from the measured figures."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from .augment import Augmentation
from .leave_one_out import Figure, table
from .metastasis_networks import MetastasisNetwork
from .patches import PatchSet

VERSION = "0.1.0"


def metastasis_card(
    figures: dict[str, dict[str, Figure]],
    level0_figure: Figure,
    phantom_auc: float,
    pcam: PatchSet,
    level0: PatchSet,
    phantoms: PatchSet,
    network: MetastasisNetwork,
    augmentation: Augmentation,
    phantom_seeds: tuple[int, int],
) -> str:
    """README.md of the bundle. Its first line says what real material was seen and what was not validated."""
    pooled = figures["pooled"]
    trunk, cycles = network.trunk, network.cycles
    begin = "published weights, then " if network.phantoms is None else f"{network.phantoms.steps} steps on phantoms alone, once for all; "
    alone = "" if network.trunk_phantoms else " (real patches only)"
    before = "".join(f"| {data['name']} | {data['patches']:,} images | – | {data['licence']} |\n" for data in network.before)
    steps, rates = (" and ".join(f"{value:g}" for value in values) for values in zip(*((c.steps, c.rate) for c in cycles), strict=True))
    real = len(pcam) + len(level0)
    clusters = len(np.unique(pcam.slides))
    settings = ", ".join(f"{name} {value:g}" for name, value in asdict(augmentation).items())
    return f"""\
Trained on {real:,} real patches ({len(pcam):,} of {clusters} stain clusters, {len(level0)} of {len(np.unique(level0.slides))} slides) and {len(phantoms):,} phantom patches; NOT validated on whole slides.

# {network.bundle} {VERSION}

Breast cancer metastases in H&E lymph nodes, one probability per 31 µm cell. Research use only, not for diagnosis.

{network.described}

## Measured on real patches

Leave one stain cluster out: seven trainings, each patch scored by the network that saw neither its cluster nor any
patch overlapping it. Clusters −1, 10 and 11 hold too few tumours and only train. Intervals: 95 %, bootstrap over
overlap groups. The baseline is a logistic regression on colour and texture on the same folds.

{table(figures)}

Pooled, single orientation: **{pooled["single"]}** beside {pooled["baseline"]} of the baseline.

The {len(level0)} level-0 patches of CAMELYON16, scored by the mean of the seven folds' networks, none of which saw them:
AUC {level0_figure} ({level0_figure.tumour} tumour, {level0_figure.normal} normal, of 3 slides; whether a PatchCamelyon patch is of one of these slides is not
known).

Phantom patches of seeds that training did not see: AUC {phantom_auc:.4f}. We drew these ourselves; they say nothing about patients.

## Limits

- The figures above are the folds'. The shipped weights saw every cluster, so no public figure of theirs is unbiased.
- No epoch or weight was picked by a left-out cluster's score. But {network.changed}
  The figures may flatter by that much.
- The clusters stand for unknown slides. PatchCamelyon is one challenge's two hospitals; other scanners were not tried.
- Patches were balanced by their makers. A slide has thousands of normal cells for each tumour cell, so false
  positives per slide are not known from these figures.
- Isolated tumour cells, other organs, other stains, frozen sections: not trained on, not measured.

## Data

| source | patches | tumour | licence |
|---|---|---|---|
{before}| {pcam.source} | {len(pcam)} | {int(pcam.labels.sum())} | {pcam.licence} |
| {level0.source} | {len(level0)} (final weights only) | {int(level0.labels.sum())} | {level0.licence} |
| {phantoms.source}, seeds {phantom_seeds[0]}–{phantom_seeds[1]} | {len(phantoms)} | {int(phantoms.labels.sum())} | {phantoms.licence} |

Phantom seeds from 1000 on are kept for judging and the recipe refuses them.

## Recipe

`python training/recipes/metastasis.py --network {network.bundle}`, seed {trunk.seed}. One fixed schedule for all folds: {begin}{trunk.steps} steps without one of two groups of clusters{alone}; {steps} steps with all clusters but the one left out.
Folds of one group share its trunk, which saw none of the group. The shipped weights are one more fold that leaves nothing
out; only they saw the {len(level0)} level-0 patches, whose stain cluster is not known. { {"adamw": "AdamW", "rmsprop": "RMSProp"}[trunk.optimizer] }, rates {rates} with a
cosine each, batch {trunk.batch} (nine tenths real), weight decay {trunk.weight_decay:g}, label smoothing {trunk.label_smoothing:g}, weights averaged with decay {trunk.average:g}
a step. Classes 1:1, then stain cluster or slide, then patch.
Augmentation: 8 orientations, {settings}.
"""


def metastasis_changes(
    figures: dict[str, dict[str, Figure]],
    level0_figure: Figure,
    phantom_auc: float,
    pcam: PatchSet,
    level0: PatchSet,
    phantoms: PatchSet,
    network: MetastasisNetwork,
) -> dict:
    """What the sealed manifest states: version, training data and figures."""
    pooled = figures["pooled"]
    stated = {
        "aucLeaveOneClusterOut": pooled["single"].value,
        "aucLeaveOneClusterOutLow": pooled["single"].low,
        "aucLeaveOneClusterOutHigh": pooled["single"].high,
        "aucLeaveOneClusterOut8Orientations": pooled["eight"].value,
        "aucLeaveOneClusterOutColourBaseline": pooled["baseline"].value,
        "aucLevel0Patches": level0_figure.value,
        "aucLevel0PatchesLow": level0_figure.low,
        "aucLevel0PatchesHigh": level0_figure.high,
        "aucUnseenPhantomPatches": phantom_auc,
    }
    for name, row in figures.items():
        if name != "pooled":
            stated[f"aucCluster{name}"] = row["single"].value
            stated[f"aucCluster{name}Low"] = row["single"].low
            stated[f"aucCluster{name}High"] = row["single"].high
    return {
        **network.manifest,
        "version": VERSION,
        "figures": {name: round(value, 4) for name, value in stated.items()},
        "trainingData": [
            *network.before,
            *({"name": patches.source, "licence": patches.licence, "patches": len(patches)} for patches in (pcam, level0, phantoms)),
        ],
    }
