"""What the bundle that only collage slides are judged with states about itself."""

from __future__ import annotations

from collections.abc import Sequence

from .leave_one_out import Figure
from .patches import PatchSet
from .trainer import Schedule

VERSION = "0.1.0"


def bundle_name(clusters: Sequence[int]) -> str:
    return f"metastasis-without-{''.join(str(cluster) for cluster in clusters)}"


def collage_card(
    figures: dict[str, Figure], sets: Sequence[PatchSet], clusters: Sequence[int], schedules: tuple[Schedule | None, Schedule]
) -> str:
    """The card: what it is for, what it saw, what it reaches on the patches that it did not see."""
    phantoms, trunk = schedules
    begin = "published weights" if phantoms is None else f"{phantoms.steps} steps on phantoms"
    left_out = ", ".join(str(cluster) for cluster in clusters)
    rows = "\n".join(f"| {name} | {value.tumour} / {value.normal} | {value} |" for name, value in figures.items())
    data = "\n".join(f"| {part.source} | {len(part)} | {int(part.labels.sum())} | {part.licence} |" for part in sets)
    return f"""# {bundle_name(clusters)}

The network of `metastasis`, trained more briefly and without PatchCamelyon's stain clusters {left_out} (groups of overlapping
patches kept whole), so that slides made of those clusters' patches can be judged. Not for diagnosis; use `metastasis` for
everything else.

| left-out cluster | tumour / normal | AUC, single (95 % interval) |
|---|---|---|
{rows}

| trained on | patches | tumour | licence |
|---|---|---|---|
{data}

`python training/recipes/collage_model.py`: {begin}, {trunk.steps} steps of {trunk.batch}, seed {trunk.seed}.
"""


def collage_changes(figures: dict[str, Figure], sets: Sequence[PatchSet], clusters: Sequence[int]) -> dict:
    """What the sealed manifest states."""
    pooled = figures["pooled"]
    stated = {
        "aucLeftOutClusters": pooled.value,
        "aucLeftOutClustersLow": pooled.low,
        "aucLeftOutClustersHigh": pooled.high,
        **{f"aucCluster{name}": value.value for name, value in figures.items() if name != "pooled"},
    }
    return {
        "name": bundle_name(clusters),
        "title": f"Lymph-node metastases, trained without stain clusters {', '.join(str(c) for c in clusters)}",
        "version": VERSION,
        "figures": {name: round(value, 4) for name, value in stated.items()},
        "trainingData": [{"name": part.source, "licence": part.licence, "patches": len(part)} for part in sets],
    }
