"""Figures: ROC AUC with bootstrap intervals, pooled and per cluster."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata


def auc(labels: np.ndarray, scores: np.ndarray) -> float:
    """ROC AUC as the Mann-Whitney statistic, ties counting half; NaN when a class is missing."""
    positive = labels == 1
    n_pos, n_neg = int(positive.sum()), int((~positive).sum())
    if n_pos == 0 or n_neg == 0:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[positive].sum() - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg))


def bootstrap_auc(
    labels: np.ndarray, scores: np.ndarray, units: np.ndarray, seed: int = 0, rounds: int = 1000
) -> tuple[float, float]:
    """95 % percentile interval of the AUC. Whole `units` (overlap groups) are drawn, since their patches share pixels."""
    random = np.random.default_rng(seed)
    _, unit_of = np.unique(units, return_inverse=True)
    order = np.argsort(unit_of, kind="stable")
    starts = np.searchsorted(unit_of[order], np.arange(unit_of.max() + 2))
    values = []
    for _ in range(rounds):
        drawn = random.integers(0, len(starts) - 1, len(starts) - 1)
        chosen = order[np.concatenate([np.arange(starts[unit], starts[unit + 1]) for unit in drawn])]
        value = auc(labels[chosen], scores[chosen])
        if not np.isnan(value):
            values.append(value)
    return float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))
