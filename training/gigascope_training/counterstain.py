"""A counterstain under nuclei that have none: most labelled images are stained with one dye, most slides with two.

In optical density stains add, so the even background is taken off and a texture of another stain laid on.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

_LN10 = math.log(10)
"""Optical densities of eosin and haematoxylin in R, G, B (Ruifrok and Johnston 2001)."""
_EOSIN = torch.tensor([0.07, 0.99, 0.11])
_HAEMATOXYLIN = torch.tensor([0.65, 0.70, 0.29])
_TEXTURE = 48


def lay_counterstain(x: torch.Tensor, nuclei: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """float [B, 3, H, W] in [0, 1] and nuclei bool [B, H, W] to the same image on pink, fibrous, patchy ground."""
    count, _, height, width = x.shape

    def uniform(low: float, high: float) -> torch.Tensor:
        return (torch.rand(count, generator=generator) * (high - low) + low).view(count, 1, 1, 1)

    density = -torch.log10(x.clamp(min=1 / 255))
    taken = uniform(0.3, 1.0) * _ground(density, nuclei)
    purple = uniform(-0.5, 0.5).clamp(min=0).view(count, 1)
    stain = (torch.lerp(_EOSIN, _HAEMATOXYLIN, purple) + torch.randn(count, 3, generator=generator) * torch.tensor([0.06, 0.05, 0.15])).clamp(min=0)
    stain = F.normalize(stain, dim=1).view(count, 3, 1, 1)
    texture = uniform(0.05, 0.5) + uniform(0.05, 0.35) * _fibres(count, height, width, generator)
    texture = texture + uniform(0.0, 0.15) * _fibres(count, height, width, generator, fine=True)
    inside = F.avg_pool2d(F.avg_pool2d(nuclei.float().unsqueeze(1), 5, 1, 2), 5, 1, 2)  # no edge that gives the outline away
    texture = texture.clamp(min=0) * (1 - uniform(0.3, 1.0) * inside)
    return torch.exp((density - taken).clamp(min=0).add(texture * stain).mul(-_LN10))


def _ground(density: torch.Tensor, nuclei: torch.Tensor) -> torch.Tensor:
    """The median density [B, 3, 1, 1] off the nuclei, 0 where an image has no such pixel."""
    medians = [
        image[:, ~mask].median(dim=1).values if bool((~mask).any()) else torch.zeros(3)
        for image, mask in zip(density, nuclei, strict=True)
    ]
    return torch.stack(medians).view(-1, 3, 1, 1)


def _fibres(count: int, height: int, width: int, generator: torch.Generator, fine: bool = False) -> torch.Tensor:
    """Noise [B, 1, H, W] of about unit spread, stretched along a random direction, smooth or with steep edges."""
    noise = torch.randn(count, 1, _TEXTURE, _TEXTURE, generator=generator)
    angle = torch.rand(count, generator=generator) * math.pi
    along = torch.exp(torch.rand(count, generator=generator) * -2.0) * (1.0 if fine else 0.35)
    across = along * torch.exp(torch.rand(count, generator=generator) * -1.8)
    rotation = torch.stack([along * angle.cos(), -along * angle.sin(), across * angle.sin(), across * angle.cos()], 1)
    theta = torch.cat([rotation.view(count, 2, 2), torch.zeros(count, 2, 1)], 2)
    grid = F.affine_grid(theta, [count, 1, height, width], align_corners=False)
    smooth = F.grid_sample(noise, grid, mode="bicubic", padding_mode="reflection", align_corners=False)
    steepness = torch.exp(torch.rand(count, 1, 1, 1, generator=generator) * 2.5)
    return torch.tanh(smooth * steepness)
