"""Batches of augmented windows with their boxes: flips, turns, scale, colour, and mirrored borders as slides have them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from .augment import turn_colour
from .detection_images import LabelledImage
from .detection_losses import Targets


@dataclass(frozen=True)
class WindowAugmentation:
    """How windows are cut and changed. A border is mirrored at most `beyond_px` wide, its objects with it."""

    window_px: int = 256
    scale: float = 0.2  # up to e^±this
    beyond_px: int = 64
    least_inside: float = 0.3  # a box with a smaller share inside the window is left out
    colour_share: float = 0.7
    brightness: float = 0.1
    saturation: float = 0.2
    hue: float = 0.02
    contrast: float = 0.2
    blur_share: float = 0.1


class WindowSource:
    """Draws windows of images, all images equally often; the seed and what was drawn so far decide what comes."""

    def __init__(self, images: Sequence[LabelledImage], how: WindowAugmentation, seed: int) -> None:
        self._images, self._how = images, how
        self._random = torch.Generator().manual_seed(seed)
        self._waiting: list[int] = []

    def draw(self, count: int) -> tuple[torch.Tensor, list[Targets]]:
        """float [count, 3, S, S] in [−1, 1] and the objects of each window."""
        drawn = [self._window() for _ in range(count)]
        x = self._colour(torch.stack([window for window, _ in drawn]))
        return x * 2 - 1, [targets for _, targets in drawn]

    def state(self) -> dict:
        return {"random": self._random.get_state(), "waiting": list(self._waiting)}

    def restore(self, state: dict) -> None:
        self._random.set_state(state["random"])
        self._waiting = list(state["waiting"])

    def _uniform(self, low: float, high: float) -> float:
        return float(torch.rand((), generator=self._random)) * (high - low) + low

    def _next(self) -> LabelledImage:
        if not self._waiting:
            self._waiting = torch.randperm(len(self._images), generator=self._random).tolist()
        return self._images[self._waiting.pop()]

    def _window(self) -> tuple[torch.Tensor, Targets]:
        how, image = self._how, self._next()
        height, width = image.pixels.shape[:2]
        scale = math.exp(self._uniform(-how.scale, how.scale))
        span = how.window_px / scale
        left, top = (
            self._uniform(min(-how.beyond_px, length - span), max(length - span + how.beyond_px, -how.beyond_px))
            if how.beyond_px
            else self._uniform(0, max(0.0, length - span))
            for length in (width, height)
        )
        pixels = cut(image.pixels, left, top, span, how.window_px)
        boxes, classes = _mirrored_boxes(image, left, top, span)
        boxes = (boxes - torch.tensor([left, top, left, top])) * scale
        boxes, classes = inside(boxes, classes, how.window_px, how.least_inside)
        return self._turn(pixels, boxes, classes)

    def _turn(self, pixels: torch.Tensor, boxes: torch.Tensor, classes: torch.Tensor) -> tuple[torch.Tensor, Targets]:
        """One of the 8 orientations; pixels are float [3, S, S]."""
        side = pixels.shape[-1]
        flip_x, flip_y, swap = torch.randint(0, 2, (3,), generator=self._random).bool().tolist()
        if flip_x:
            pixels, boxes = pixels.flip(2), torch.stack([side - boxes[:, 2], boxes[:, 1], side - boxes[:, 0], boxes[:, 3]], 1)
        if flip_y:
            pixels, boxes = pixels.flip(1), torch.stack([boxes[:, 0], side - boxes[:, 3], boxes[:, 2], side - boxes[:, 1]], 1)
        if swap:
            pixels, boxes = pixels.transpose(1, 2), boxes[:, [1, 0, 3, 2]]
        return pixels, Targets(boxes, classes)

    def _colour(self, x: torch.Tensor) -> torch.Tensor:
        how, count = self._how, len(x)

        def delta(maximum: float) -> torch.Tensor:
            chosen = torch.rand(count, 1, 1, 1, generator=self._random) < how.colour_share
            return chosen * (torch.rand(count, 1, 1, 1, generator=self._random) * 2 - 1) * maximum

        x = turn_colour((x + delta(how.brightness)).clamp(0, 1), 1 + delta(how.saturation), delta(how.hue))
        mean = x.mean((2, 3), keepdim=True)
        x = (x - mean) * (1 + delta(how.contrast)) + mean
        blurred = torch.rand(count, generator=self._random) < how.blur_share
        if blurred.any():
            x[blurred] = F.avg_pool2d(F.pad(x[blurred], (1, 1, 1, 1), mode="replicate"), 3, 1)
        return x.clamp(0, 1)


def cut(pixels: torch.Tensor, left: float, top: float, span: float, side_px: int) -> torch.Tensor:
    """The square of `span` px at (left, top) as float [3, side_px, side_px] in [0, 1], mirrored beyond the border."""
    at = (torch.arange(side_px) + 0.5) * (span / side_px)
    height, width = pixels.shape[:2]
    y, x = ((start + at) * (2 / length) - 1 for start, length in ((top, height), (left, width)))
    grid = torch.stack([x.expand(side_px, -1), y[:, None].expand(-1, side_px)], 2)
    whole = pixels.permute(2, 0, 1).float()[None] / 255
    return F.grid_sample(whole, grid[None], mode="bilinear", padding_mode="reflection", align_corners=False)[0].clamp_(0, 1)


def inside(boxes: torch.Tensor, classes: torch.Tensor, side_px: int, least: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Boxes clipped to the window, without those of which less than the share `least` is left."""
    clipped = boxes.clamp(0, side_px)
    area, left = ((b[:, 2:] - b[:, :2]).prod(1) for b in (boxes, clipped))
    kept = left > least * area
    return clipped[kept], classes[kept]


def _mirrored_boxes(image: LabelledImage, left: float, top: float, span: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The image's boxes and, where the window reaches beyond a border, their mirror images there."""
    height, width = image.pixels.shape[:2]
    copies = [image.boxes]
    for axis, start, length in ((0, left, width), (1, top, height)):
        fold = [0.0] * (start < 0) + [float(length)] * (start + span > length)
        copies += [_folded(boxes, axis, at) for boxes in list(copies) for at in fold]
    return torch.cat(copies), image.classes.repeat(len(copies))


def _folded(boxes: torch.Tensor, axis: int, at: float) -> torch.Tensor:
    out = boxes.clone()
    out[:, axis], out[:, axis + 2] = 2 * at - boxes[:, axis + 2], 2 * at - boxes[:, axis]
    return out
