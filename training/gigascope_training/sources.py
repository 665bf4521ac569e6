"""Where training batches come from: one patch set sampled and augmented, or several mixed by share."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from .augment import Augmentation, augment
from .patches import PatchSet
from .sampler import ClassSlideSampler


class PatchSource:
    """Batches of one patch set after Liu et al.'s sampling, augmented."""

    def __init__(self, patches: PatchSet, how: Augmentation, seed: int, evenness: float) -> None:
        self._sampler = ClassSlideSampler(patches, seed, evenness)
        self._images = torch.from_numpy(patches.images)
        self._labels = torch.from_numpy(patches.labels)
        self._how = how
        self._random = torch.Generator().manual_seed(seed)

    def draw(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        picked = torch.from_numpy(self._sampler.draw(count))
        return augment(self._images[picked], self._how, self._random) * 2 - 1, self._labels[picked]

    def state(self) -> dict:
        return {"sampler": self._sampler.state(), "random": self._random.get_state()}

    def restore(self, state: dict) -> None:
        self._sampler.restore(state["sampler"])
        self._random.set_state(state["random"])


class MixedSource:
    """Batches with fixed shares of several sources, e.g. half real, half phantom."""

    def __init__(self, parts: Sequence[tuple[PatchSource, float]]) -> None:
        self._parts = parts

    def draw(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        drawn = []
        left = count
        for index, (source, share) in enumerate(self._parts):
            take = left if index == len(self._parts) - 1 else round(count * share)
            left -= take
            drawn.append(source.draw(take))
        return torch.cat([x for x, _ in drawn]), torch.cat([y for _, y in drawn])

    def state(self) -> dict:
        return {"parts": [source.state() for source, _ in self._parts]}

    def restore(self, state: dict) -> None:
        for (source, _), part in zip(self._parts, state["parts"], strict=True):
            source.restore(part)
