"""Elastic deformation from random displacements on a coarse grid (Ronneberger et al. 2015, section 3.1)."""

from __future__ import annotations

import torch
import torch.nn.functional as F

GRID = 3
SPREAD_PX = 10.0


def elastic_displacement(
    count: int, side_px: int, generator: torch.Generator, spread_px: float = SPREAD_PX, grid: int = GRID
) -> torch.Tensor:
    """Displacements [count, side, side, 2] (x, y) in pixels: Gaussian on a grid×grid lattice, bicubic between, corners on corners."""
    coarse = torch.randn(count, 2, grid, grid, generator=generator) * spread_px
    return F.interpolate(coarse, size=(side_px, side_px), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)
