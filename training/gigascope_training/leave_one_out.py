"""Leave-one-cluster-out: one training a fold, each by the final recipe, resumable; and the figures that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .baseline import baseline_scores, colour_texture_features
from .figures import auc, bootstrap_auc
from .patches import PatchSet, aligned_input
from .splits import JUDGED_CLUSTERS, leave_clusters_out


@dataclass(frozen=True)
class Figure:
    """One AUC with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    tumour: int
    normal: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


def figure(labels: np.ndarray, scores: np.ndarray, units: np.ndarray) -> Figure:
    low, high = bootstrap_auc(labels, scores, units)
    return Figure(auc(labels, scores), low, high, int(labels.sum()), int((1 - labels).sum()))


def fold_file(runs: Path, cluster: int) -> Path:
    return runs / f"fold-{cluster}.npz"


def collect(pcam: PatchSet, runs: Path) -> dict[str, np.ndarray]:
    """Scores of every judged patch by the fold that did not see its cluster, beside the baseline's on the same folds.

    Keys: `index` into pcam, `cluster`, `single`, `eight`, `baseline`.
    """
    features = colour_texture_features(aligned_input(pcam.images))
    parts: dict[str, list[np.ndarray]] = {key: [] for key in ("index", "cluster", "single", "eight", "baseline")}
    for cluster in JUDGED_CLUSTERS:
        train, test = leave_clusters_out(pcam, [cluster])
        with np.load(fold_file(runs, cluster)) as kept:
            if not np.array_equal(kept["index"], test):
                raise ValueError(f"{fold_file(runs, cluster)} is of another split; remove it and run again")
            parts["single"].append(kept["single"])
            parts["eight"].append(kept["eight"])
        parts["index"].append(test)
        parts["cluster"].append(np.full(len(test), cluster))
        parts["baseline"].append(baseline_scores(features[train], pcam.labels[train], features[test]))
    return {key: np.concatenate(values) for key, values in parts.items()}


def figures_by_cluster(pcam: PatchSet, scores: dict[str, np.ndarray]) -> dict[str, dict[str, Figure]]:
    """{"pooled" | "0" | "1" …: {"single" | "eight" | "baseline": Figure}}."""
    labels, groups = pcam.labels[scores["index"]], pcam.groups[scores["index"]]
    rows = {"pooled": np.ones(len(labels), bool)} | {str(c): scores["cluster"] == c for c in JUDGED_CLUSTERS}
    return {
        name: {kind: figure(labels[of], scores[kind][of], groups[of]) for kind in ("single", "eight", "baseline")}
        for name, of in rows.items()
    }


def table(figures: dict[str, dict[str, Figure]]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| left-out cluster | tumour / normal | AUC, single (95 % interval) | AUC, 8 orientations | colour and texture |",
        "|---|---|---|---|---|",
    ]
    for name, row in figures.items():
        one = row["single"]
        lines.append(f"| {name} | {one.tumour} / {one.normal} | {one} | {row['eight']} | {row['baseline']} |")
    return "\n".join(lines)
