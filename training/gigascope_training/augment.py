"""Augmentation of whole batches in torch: orientation, jitter, free rotation, stain and colour."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from .patches import ALIGNED_OFFSET_PX, INPUT_PX, PATCH_PX

_LN10 = math.log(10)
"""Rows: optical density of haematoxylin, eosin and residual in R, G, B (Ruifrok and Johnston 2001)."""
_STAINS = torch.tensor([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]])


@dataclass(frozen=True)
class Augmentation:
    """Shares of a batch that each change falls on, and its maximum deltas.

    The published colour deltas (Liu et al. 2017, as in tf.image: brightness added, hue in turns) are 64/255, 0.25,
    0.04 and 0.75. A network this small, trained for minutes, learns better from a brightness and contrast of half that.
    """

    jitter_px: int = 2  # at 0.972 µm/px: 8 level-0 px
    rotation_share: float = 0.2  # turned by any angle and scaled, which resampling blurs a little
    scale: float = 0.1
    stain_share: float = 0.4
    stain_scale: float = 0.2  # each stain's density times 1 ± this
    stain_turn: float = 0.02  # change of the stain vectors
    stain_shift: float = 0.02  # density added
    stain_mix: float = 0.5  # share, of those stained, whose density statistics move towards another patch's
    colour_share: float = 0.5
    brightness: float = 32 / 255
    saturation: float = 0.25
    hue: float = 0.04
    contrast: float = 0.4
    blur_share: float = 0.05  # blurred as by another scanner


def augment(images: torch.Tensor, how: Augmentation, generator: torch.Generator) -> torch.Tensor:
    """uint8 [B, 96, 96, 3] to float [B, 3, 75, 75] in [0, 1]."""
    x = _place(images, how, generator)
    for share, change in ((how.stain_share, change_stain), (how.blur_share, blur), (how.colour_share, change_colour)):
        chosen = torch.rand(len(x), generator=generator) < share
        if chosen.any():
            x[chosen] = change(x[chosen], how, generator).clamp_(0, 1)
    return x


def _uniform(count: int, low: float, high: float, generator: torch.Generator) -> torch.Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _place(images: torch.Tensor, how: Augmentation, generator: torch.Generator) -> torch.Tensor:
    """Crops 75×75 about the label region: exact 8-orientation crops, and a share of free rotations."""
    count = len(images)
    offsets = ALIGNED_OFFSET_PX - 1 + torch.randint(0, 2, (count, 2), generator=generator)
    offsets += torch.randint(-how.jitter_px, how.jitter_px + 1, (count, 2), generator=generator)
    span = torch.arange(INPUT_PX)
    turns = torch.randint(0, 2, (count, 3), generator=generator).bool()
    rows = offsets[:, :1] + torch.where(turns[:, :1], span.flip(0), span)
    columns = offsets[:, 1:] + torch.where(turns[:, 1:2], span.flip(0), span)
    crops = images[torch.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]  # [B, 75, 75, 3]
    crops = torch.where(turns[:, 2, None, None, None], crops.transpose(1, 2), crops)
    x = crops.permute(0, 3, 1, 2).float().div_(255)

    free = torch.rand(count, generator=generator) < how.rotation_share
    chosen = int(free.sum())
    if chosen:
        angle = _uniform(chosen, 0, 2 * math.pi, generator)
        zoom = torch.exp(_uniform(chosen, -how.scale, how.scale, generator)) * (INPUT_PX / PATCH_PX)
        mirror = torch.where(torch.rand(chosen, generator=generator) < 0.5, -1.0, 1.0)
        shift = _uniform(2 * chosen, -how.jitter_px, how.jitter_px, generator).view(chosen, 2) * (2 / PATCH_PX)
        theta = torch.stack(
            [
                torch.stack([zoom * angle.cos() * mirror, -zoom * angle.sin(), shift[:, 0]], 1),
                torch.stack([zoom * angle.sin() * mirror, zoom * angle.cos(), shift[:, 1]], 1),
            ],
            1,
        )
        grid = F.affine_grid(theta, [chosen, 3, INPUT_PX, INPUT_PX], align_corners=False)
        whole = images[free].permute(0, 3, 1, 2).float().div_(255)
        x[free] = F.grid_sample(whole, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    return x


def change_stain(x: torch.Tensor, how: Augmentation, generator: torch.Generator) -> torch.Tensor:
    """Scales, turns and mixes stains in optical density, where they add."""
    count = len(x)
    density = -torch.log10(x.clamp(min=1 / 255)).flatten(2)  # [B, 3, 5625]

    if how.stain_mix > 0:
        mean = density.mean(2, keepdim=True)
        spread = density.std(2, keepdim=True).clamp(min=0.02)
        other = torch.randperm(count, generator=generator)
        far = torch.rand(count, 1, 1, generator=generator)
        far *= (torch.rand(count, 1, 1, generator=generator) < how.stain_mix).float()
        gain = torch.exp(far * torch.log(spread[other] / spread)).clamp(0.5, 2.0)
        density = (density - mean) * gain + mean + far * (mean[other] - mean)

    stains = F.normalize(_STAINS, dim=1)
    turned = stains + how.stain_turn * torch.randn(count, 3, 3, generator=generator)
    turned = F.normalize(turned, dim=2)
    strength = _uniform(3 * count, 1 - how.stain_scale, 1 + how.stain_scale, generator).view(count, 3, 1)
    shift = _uniform(3 * count, -how.stain_shift, how.stain_shift, generator).view(count, 1, 3)
    matrix = torch.linalg.inv(stains) @ (strength * turned)  # [B, 3, 3], density row vectors times matrix
    density = matrix.transpose(1, 2) @ density + (shift @ turned).transpose(1, 2)
    return torch.exp(density.mul_(-_LN10)).clamp_(0, 1).view_as(x)


def blur(x: torch.Tensor, _how: Augmentation, generator: torch.Generator) -> torch.Tensor:
    soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return torch.lerp(x, soft, torch.rand(len(x), 1, 1, 1, generator=generator))


def change_colour(x: torch.Tensor, how: Augmentation, generator: torch.Generator) -> torch.Tensor:
    """Brightness, saturation, hue, contrast in that order; no clipping between, so that none of them loses range."""
    count = len(x)

    def delta(maximum: float) -> torch.Tensor:
        return _uniform(count, -maximum, maximum, generator).view(count, 1, 1, 1)

    x = (x + delta(how.brightness)).clamp_(0, 1)
    x = turn_colour(x, 1 + delta(how.saturation), delta(how.hue))
    mean = x.mean(dim=(2, 3), keepdim=True)
    return (x - mean) * (1 + delta(how.contrast)) + mean


def turn_colour(x: torch.Tensor, saturation: torch.Tensor, hue: torch.Tensor) -> torch.Tensor:
    """HSV saturation times a factor (clipped at 1) and hue plus turns, as tf.image does it. x is [B, 3, H, W] in [0, 1]."""
    red, green, blue = x.unbind(1)
    value, which = x.max(1)
    chroma = value - x.amin(1)
    safe = chroma.clamp(min=1e-8)
    sixth = torch.where(which == 0, (green - blue) / safe, torch.where(which == 1, (blue - red) / safe + 2, (red - green) / safe + 4))
    turned = sixth + 6 * hue[:, 0]
    chroma = torch.minimum(chroma * saturation[:, 0], value)
    # f(n) = V - C · clamp(min(k, 4 - k), 0, 1), k = (n + H/60°) mod 6, for n = 5, 3, 1
    channels = []
    for n in (5, 3, 1):
        k = (turned + n) % 6
        channels.append(value - chroma * torch.minimum(k, 4 - k).clamp(0, 1))
    return torch.stack(channels, 1)
