"""Scores of patches by a trained network, single and averaged over the 8 orientations."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn


@torch.no_grad()
def tumour_probability(network: nn.Module, inputs: np.ndarray, orientations: int = 1, batch: int = 256) -> np.ndarray:
    """Probability of tumour, float64 [N], for uint8 [N, 75, 75, 3]; 8 averages 4 rotations × left-right flip."""
    network.eval()
    device = next(network.parameters()).device
    scores = []
    for start in range(0, len(inputs), batch):
        x = torch.from_numpy(np.ascontiguousarray(inputs[start : start + batch])).permute(0, 3, 1, 2).to(device).float() / 127.5 - 1
        views = [x] if orientations == 1 else [torch.rot90(v, turn, (2, 3)) for v in (x, x.flip(3)) for turn in range(4)]
        scores.append(torch.stack([network(view).softmax(1)[:, 1] for view in views]).mean(0).cpu().double().numpy())
    return np.concatenate(scores)
