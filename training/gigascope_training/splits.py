"""Splits by stain cluster, overlap groups kept whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .patches import PatchSet

"""Clusters left out in turn; -1, 10 and 11 hold too few tumours to be judged on and only train."""
JUDGED_CLUSTERS = (0, 1, 2, 3, 5, 7, 8)


def leave_clusters_out(patches: PatchSet, clusters: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """(train, test) indices: test holds the clusters whole; train loses every patch that shares a group with them."""
    held = np.isin(patches.slides, [f"cluster:{cluster}" for cluster in clusters])
    touched = np.isin(patches.groups, np.unique(patches.groups[held]))
    return np.flatnonzero(~held & ~touched), np.flatnonzero(held)
