"""The loss of a classifier: smoothed cross entropy, or the focal loss (Lin et al. 2017), where the network's weights are."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class ClassLoss:
    """`loss_of` for the trainer: calls with (network, x [N, 3, S, S], labels int64 [N])."""

    label_smoothing: float = 0.0
    focal_gamma: float = 0.0
    mixed_precision: bool = False

    def __call__(self, network: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        device = next(network.parameters()).device
        with torch.autocast(device.type, torch.bfloat16, enabled=self.mixed_precision):
            logits = network(x.to(device))
        return focal_cross_entropy(logits.float(), y.to(device), self.focal_gamma, self.label_smoothing)


def focal_cross_entropy(logits: torch.Tensor, y: torch.Tensor, gamma: float, label_smoothing: float = 0.0) -> torch.Tensor:
    """Mean of (1 − p_t)^γ times the cross entropy of logits [N, C]; γ = 0 is cross entropy. Classes are balanced by the sampler, so no α."""
    entropy = F.cross_entropy(logits, y, reduction="none", label_smoothing=label_smoothing)
    if gamma:
        p_t = logits.softmax(1).gather(1, y[:, None])[:, 0]
        entropy = (1 - p_t) ** gamma * entropy
    return entropy.mean()
