"""Training in cycles of the rate, each from the averaged weights of the one before: more steps are one more cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .trainer import BatchSource, Schedule, train


def train_in_cycles(
    network: nn.Module,
    source: BatchSource,
    cycles: Sequence[Schedule],
    runs: Path,
    name: str,
    loss_of: Callable[[nn.Module, torch.Tensor, Any], torch.Tensor] | None = None,
) -> tuple[nn.Module, list[float]]:
    """The averaged network of the last cycle and the losses of all; finished cycles are taken up from `runs`/<name>[-n].pt."""
    losses: list[float] = []
    for index, schedule in enumerate(cycles):
        checkpoint = runs / (f"{name}.pt" if index == 0 else f"{name}-{index + 1}.pt")
        network, more = train(network, source, schedule, checkpoint, f"{name}, cycle {index + 1}", loss_of)
        losses += more
    return network, losses


def described(cycles: Sequence[Schedule]) -> str:
    """Steps and rates in words, for a card."""
    steps, rates = _each(f"{cycle.steps:,}" for cycle in cycles), _each(f"{cycle.rate:g}" for cycle in cycles)
    batches, decays = (_each(dict.fromkeys(f"{value:g}" for value in values)) for values in zip(*((c.batch, c.average) for c in cycles), strict=True))
    one = cycles[0]
    optimizer = {"adamw": "AdamW", "rmsprop": "RMSProp"}[one.optimizer]
    return (
        f"{steps} steps of {batches}, {optimizer}, rate {rates} with a cosine{' each' if len(cycles) > 1 else ''}, weight decay {one.weight_decay:g}, weights averaged with\n"
        f"decay {decays} a step, seed {one.seed}"
    )


def _each(values: Iterable[str]) -> str:
    return " and ".join(values)
