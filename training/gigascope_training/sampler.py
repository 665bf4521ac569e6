"""The sampling of Liu et al. 2017: class with equal probability, then a slide of that class, then a patch of it."""

from __future__ import annotations

import numpy as np

from .patches import PatchSet


class ClassSlideSampler:
    """Draws patch indices; seeded, so that a run can be repeated.

    `evenness` 1 takes slides uniformly, as Liu et al. do with whole slides; 0 takes every patch of a class equally.
    Stain clusters differ in size a hundredfold, so the recipe takes a value between.
    """

    def __init__(self, patches: PatchSet, seed: int, evenness: float = 1.0) -> None:
        self._random = np.random.default_rng(seed)
        self._classes: list[tuple[np.ndarray, list[np.ndarray]]] = []
        for label in (0, 1):
            of_class = patches.labels == label
            members = [np.flatnonzero(of_class & (patches.slides == slide)) for slide in np.unique(patches.slides[of_class])]
            if not members:
                raise ValueError(f"no patches of class {label}")
            weights = np.array([len(indices) for indices in members], float) ** (1.0 - evenness)
            self._classes.append((weights / weights.sum(), members))

    def draw(self, count: int) -> np.ndarray:
        """`count` indices into the patch set, int64 [count]."""
        picked = np.empty(count, np.int64)
        for at, label in enumerate(self._random.integers(0, 2, count)):
            weights, members = self._classes[label]
            slide = members[self._random.choice(len(members), p=weights)]
            picked[at] = slide[self._random.integers(len(slide))]
        return picked

    def state(self) -> dict:
        return self._random.bit_generator.state

    def restore(self, state: dict) -> None:
        self._random.bit_generator.state = state
