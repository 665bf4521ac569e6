"""Augmentation for segmentation: image and numbered objects move together, colours change in the image alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F

from .augment import Augmentation, blur, change_colour, change_stain
from .counterstain import lay_counterstain
from .elastic import elastic_displacement


@dataclass(frozen=True)
class SegmentationAugmentation:
    """Maximum changes of place, and the shares of a batch that each change of colour falls on."""

    elastic_px: float = 10.0
    smallest_px: float = 13.0  # images are zoomed until their typical object is from this
    largest_px: float = 46.0  # to this across
    counterstain_share: float = 0.35
    soften_share: float = 0.1
    noise: float = 0.01
    colour: Augmentation = field(
        default_factory=lambda: Augmentation(
            stain_share=0.5, stain_turn=0.03, colour_share=0.3, brightness=0.08, hue=0.03, contrast=0.25
        )
    )


def place(
    images: torch.Tensor,
    labels: torch.Tensor,
    step: torch.Tensor,
    side_px: int,
    how: SegmentationAugmentation,
    generator: torch.Generator,
) -> tuple[torch.Tensor, torch.Tensor]:
    """uint8 [B, H, W, 3] and int [B, H, W] to float [B, 3, S, S] in [0, 1] and int64 [B, S, S].

    One resampling: `step` [B] image pixels a pixel, shift anywhere in the image, any rotation, mirror, elastic
    deformation; outside the image it is mirrored. Grey values are bilinear, object numbers those of the nearest pixel.
    """
    count, height, width, _ = images.shape

    def uniform(low: float, high: float) -> torch.Tensor:
        return torch.rand(count, generator=generator) * (high - low) + low

    angle = uniform(0, 2 * math.pi)
    mirror = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    margin = (side_px * step / 2).clamp(max=min(height, width) / 2)
    centre = torch.stack([margin + uniform(0, 1) * (width - 2 * margin), margin + uniform(0, 1) * (height - 2 * margin)], 1)

    line = torch.arange(side_px) - (side_px - 1) / 2
    y, x = torch.meshgrid(line, line, indexing="ij")
    at = torch.stack([x, y], 2) + elastic_displacement(count, side_px, generator, how.elastic_px)  # [B, S, S, 2]
    cos, sin = angle.cos(), angle.sin()
    turn = torch.stack([torch.stack([cos * mirror, -sin], 1), torch.stack([sin * mirror, cos], 1)], 1)
    at = torch.einsum("bij,bhwj->bhwi", turn * step.view(-1, 1, 1), at) + centre.view(-1, 1, 1, 2)
    grid = at * (2 / torch.tensor([width, height])) - 1

    planes = images.permute(0, 3, 1, 2).float().div_(255)
    placed = F.grid_sample(planes, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    numbers = F.grid_sample(labels.float().unsqueeze(1), grid, mode="nearest", padding_mode="reflection", align_corners=False)
    return placed, numbers[:, 0].long()


def recolour(x: torch.Tensor, nuclei: torch.Tensor, how: SegmentationAugmentation, generator: torch.Generator) -> torch.Tensor:
    """float [B, 3, S, S] in [0, 1], with bool [B, S, S] where nuclei are, to the same in other stains, colours and focus."""
    changes = (
        (how.counterstain_share, lambda part, mask: lay_counterstain(part, mask, generator)),
        (how.colour.stain_share, lambda part, _mask: change_stain(part, how.colour, generator)),
        (how.soften_share, lambda part, _mask: blur(part, how.colour, generator)),
        (how.colour.colour_share, lambda part, _mask: change_colour(part, how.colour, generator)),
    )
    for share, change in changes:
        chosen = torch.rand(len(x), generator=generator) < share
        if chosen.any():
            x[chosen] = change(x[chosen], nuclei[chosen]).clamp_(0, 1)
    return (x + how.noise * torch.rand(len(x), 1, 1, 1, generator=generator) * torch.randn(x.shape, generator=generator)).clamp_(0, 1)
