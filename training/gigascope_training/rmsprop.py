"""RMSProp in TensorFlow's form, which the published constants of Liu et al. 2017 are for."""

from __future__ import annotations

import torch


class TfRmsProp(torch.optim.Optimizer):
    """ms ← ρ·ms + (1−ρ)·g²; mom ← µ·mom + lr·g / √(ms + ε); w ← w − mom, with ms starting at 1.

    PyTorch's own adds ε outside the root, where the published ε = 1.0 means a different step.
    """

    def __init__(self, params, lr: float, decay: float = 0.9, momentum: float = 0.9, eps: float = 1.0, weight_decay: float = 0.0):
        super().__init__(params, {"lr": lr, "decay": decay, "momentum": momentum, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                gradient = weight.grad
                if group["weight_decay"]:
                    gradient = gradient.add(weight, alpha=group["weight_decay"])
                state = self.state[weight]
                if not state:
                    state["mean_square"] = torch.ones_like(weight)
                    state["momentum"] = torch.zeros_like(weight)
                mean_square, momentum = state["mean_square"], state["momentum"]
                mean_square.mul_(group["decay"]).addcmul_(gradient, gradient, value=1 - group["decay"])
                momentum.mul_(group["momentum"]).addcdiv_(gradient, (mean_square + group["eps"]).sqrt_(), value=group["lr"])
                weight.sub_(momentum)
        return loss
