"""Batches for a segmenting network, and the loss that reads them."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .nuclei_images import NucleiSet
from .segmentation_augment import SegmentationAugmentation, place, recolour
from .weight_map import class_weights, weight_map


class SegmentationSource:
    """Augmented crops of labelled images: mosaic with equal probability, then an image of it.

    The weights follow from the crop as the network sees it, after deformation, so gaps between nuclei are as wide at
    every zoom. Zoom is drawn evenly by the logarithm of the size that the mosaic's median nucleus comes to.
    """

    def __init__(
        self, nuclei: NucleiSet, side_px: int, how: SegmentationAugmentation, balance: float, inset_px: int, seed: int
    ) -> None:
        self._images = torch.from_numpy(nuclei.images)
        self._labels = torch.from_numpy(nuclei.labels)
        self._members = [np.flatnonzero(nuclei.mosaics == mosaic) for mosaic in np.unique(nuclei.mosaics)]
        self._weights = class_weights(float((nuclei.labels > 0).mean()), balance)
        self._side_px, self._how, self._inset_px = side_px, how, inset_px
        typical = {mosaic: typical_diameter_px(nuclei.labels[nuclei.mosaics == mosaic]) for mosaic in np.unique(nuclei.mosaics)}
        self._diameters = torch.tensor([typical[mosaic] for mosaic in nuclei.mosaics])
        self._random = torch.Generator().manual_seed(seed)

    def draw(self, count: int) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Network input [B, 3, S, S] in [-1, 1]; `target` int64 and `weight` float32, both [B, S, S]."""
        picked = torch.tensor([self._pick() for _ in range(count)])
        low, high = math.log(self._how.smallest_px), math.log(self._how.largest_px)
        wanted = torch.exp(torch.rand(count, generator=self._random) * (high - low) + low)
        step = self._diameters[picked] / wanted
        x, numbers = place(self._images[picked], self._labels[picked], step, self._side_px, self._how, self._random)
        x = recolour(x, numbers > 0, self._how, self._random)
        maps = [weight_map(number.numpy(), self._weights, self._inset_px) for number in numbers]
        target = torch.from_numpy(np.stack([one for one, _ in maps]))
        weight = torch.from_numpy(np.stack([one for _, one in maps]))
        return x * 2 - 1, {"target": target, "weight": weight}

    def _pick(self) -> int:
        members = self._members[int(torch.randint(len(self._members), (1,), generator=self._random))]
        return int(members[int(torch.randint(len(members), (1,), generator=self._random))])

    def state(self) -> dict:
        return {"random": self._random.get_state()}

    def restore(self, state: dict) -> None:
        self._random.set_state(state["random"])


def typical_diameter_px(labels: np.ndarray) -> float:
    """Diameter of the disc of the median object's area over numbered images [N, H, W]; specks of under 20 px do not count."""
    areas = np.concatenate([np.bincount(numbered.ravel())[1:] for numbered in labels])
    areas = areas[areas >= 20]
    if not len(areas):
        raise ValueError("no object of 20 px or more to take a size from")
    return float(2 * np.sqrt(np.median(areas) / np.pi))


def bfloat16_is_fast() -> bool:
    """Whether this processor multiplies bfloat16 matrices in hardware, where mixed precision takes a third of the time."""
    return bool(getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)())


def weighted_pixel_loss(network: nn.Module, x: torch.Tensor, y: dict[str, torch.Tensor]) -> torch.Tensor:
    """U-Net's energy: −Σ w(x) log p(x) over the pixels, divided by Σ w(x). Runs where the network's weights are."""
    device = next(network.parameters()).device
    mixed = bfloat16_is_fast() if device.type == "cpu" else True
    x = x.to(device, memory_format=torch.channels_last)
    with torch.autocast(device.type, torch.bfloat16, enabled=mixed):
        logits = network(x)
    energy = F.cross_entropy(logits.float(), y["target"].to(device), reduction="none")
    weight = y["weight"].to(device)
    return (energy * weight).sum() / weight.sum()
