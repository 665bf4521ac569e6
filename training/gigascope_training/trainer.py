"""The training loop: a fixed schedule, averaged weights, a progress line with losses, resume from the last checkpoint."""

from __future__ import annotations

import copy
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn

from .class_loss import ClassLoss
from .rmsprop import TfRmsProp


@dataclass(frozen=True)
class Schedule:
    """Everything that the loop needs to be repeated; no value depends on the data that is judged."""

    steps: int = 1500
    batch: int = 64
    optimizer: str = "adamw"  # or "rmsprop", TensorFlow's form with the constants of Liu et al. 2017
    rate: float = 1e-2
    weight_decay: float = 0.02
    warmup: int = 100
    last_rate: float = 0.0  # share of the rate at the last step
    label_smoothing: float = 0.05
    focal_gamma: float = 0.0  # of a classifier's loss; 0 is cross entropy, Lin et al. 2017 take 2
    mixed_precision: bool = False  # a classifier's layers in bfloat16: worth it on a GPU, and on a CPU with AMX
    average: float = 0.995  # decay per step of the averaged weights that are kept
    clip_norm: float = 5.0
    seed: int = 7


class BatchSource(Protocol):
    """Gives augmented batches: network input float [B, 3, 75, 75] in [-1, 1] and labels int64 [B]."""

    def draw(self, count: int) -> tuple[torch.Tensor, torch.Tensor]: ...

    def state(self) -> dict: ...

    def restore(self, state: dict) -> None: ...


class AveragedWeights:
    """Exponential average of every floating tensor of a module, running statistics included."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval()
        self._decay = decay
        self._updates = 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        self._updates += 1
        decay = min(self._decay, self._updates / (self._updates + 9))
        current = network.state_dict()
        for name, kept in self.network.state_dict().items():
            if kept.is_floating_point():
                kept.lerp_(current[name], 1 - decay)
            else:
                kept.copy_(current[name])

    def state_dict(self) -> dict:
        return {"network": self.network.state_dict(), "updates": self._updates}

    def load_state_dict(self, state: dict) -> None:
        self.network.load_state_dict(state["network"])
        self._updates = state["updates"]


def make_optimizer(network: nn.Module, schedule: Schedule) -> torch.optim.Optimizer:
    """Weight decay falls on matrices and filters only, not on biases and normalisation."""
    decayed = [p for p in network.parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for p in network.parameters() if p.requires_grad and p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": schedule.weight_decay}, {"params": plain, "weight_decay": 0.0}]
    if schedule.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=schedule.rate)
    if schedule.optimizer == "rmsprop":
        return TfRmsProp(groups, lr=schedule.rate)
    raise ValueError(f"unknown optimizer {schedule.optimizer}")


def rate_at(step: int, schedule: Schedule) -> float:
    """Linear warm-up, then a cosine to `last_rate` of the rate."""
    if step < schedule.warmup:
        return schedule.rate * (step + 1) / schedule.warmup
    done = (step - schedule.warmup) / max(1, schedule.steps - schedule.warmup)
    return schedule.rate * (schedule.last_rate + (1 - schedule.last_rate) * 0.5 * (1 + math.cos(math.pi * done)))


def train(
    network: nn.Module,
    source: BatchSource,
    schedule: Schedule,
    checkpoint: Path | None = None,
    label: str = "train",
    loss_of: Callable[[nn.Module, torch.Tensor, Any], torch.Tensor] | None = None,
) -> tuple[nn.Module, list[float]]:
    """Trains `network` in place and returns its averaged copy in eval mode, with the loss of every step.

    `loss_of(network, x, y)` is a classifier's (`ClassLoss`, as the schedule says) unless another is given; x and y are what the source draws.
    With `checkpoint`, state is kept there every 200 steps and taken up again; the file is written whole or not at all.
    """
    torch.manual_seed(schedule.seed)
    loss_of = loss_of or ClassLoss(schedule.label_smoothing, schedule.focal_gamma, schedule.mixed_precision)
    network.train()
    optimizer = make_optimizer(network, schedule)
    averaged = AveragedWeights(network, schedule.average)
    losses: list[float] = []
    if checkpoint is not None and checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=False)
        if kept["schedule"] == schedule:
            network.load_state_dict(kept["network"])
            optimizer.load_state_dict(kept["optimizer"])
            averaged.load_state_dict(kept["averaged"])
            source.restore(kept["source"])
            torch.set_rng_state(kept["random"])
            losses = kept["losses"]

    progress = Progress(label, schedule.steps, len(losses))
    for step in range(len(losses), schedule.steps):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, schedule)
        x, y = source.draw(schedule.batch)
        loss = loss_of(network, x, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), schedule.clip_norm)
        optimizer.step()
        averaged.update(network)
        losses.append(float(loss.detach()))
        if not math.isfinite(losses[-1]):
            raise FloatingPointError(f"the loss is {losses[-1]} at step {step}")
        progress.show(losses, getattr(loss_of, "parts", {}))
        if checkpoint is not None and ((step + 1) % 200 == 0 or step + 1 == schedule.steps):
            checkpoint.parent.mkdir(parents=True, exist_ok=True)
            partial = checkpoint.with_suffix(".partial")
            torch.save(
                {
                    "schedule": schedule,
                    "network": network.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "averaged": averaged.state_dict(),
                    "source": source.state(),
                    "random": torch.get_rng_state(),
                    "losses": losses,
                },
                partial,
            )
            os.replace(partial, checkpoint)
    return averaged.network, losses


class Progress:
    """One line on stderr: a bar, the mean loss of the last 50 steps, the time left. A log gets a line every 100 steps."""

    def __init__(self, label: str, steps: int, done: int) -> None:
        self._label, self._steps, self._first = label, steps, done
        self._start = time.monotonic()
        self._live = sys.stderr.isatty()

    def show(self, losses: list[float], parts: dict[str, float]) -> None:
        done = len(losses)
        if not self._live and done % 100 and done != self._steps:
            return
        recent = losses[-50:]
        left = (time.monotonic() - self._start) / (done - self._first) * (self._steps - done)
        filled = 20 * done // self._steps
        line = (
            f"{self._label} [{'#' * filled}{'.' * (20 - filled)}] {done}/{self._steps}"
            f" loss {sum(recent) / len(recent):.4f}{''.join(f', {name} {value:.3f}' for name, value in parts.items())} left {left:.0f} s"
        )
        end = "\n" if not self._live or done == self._steps else ""
        print(f"\r{line}" if self._live else line, end=end, file=sys.stderr, flush=True)
