"""Detections of whole images as the service makes them: mirrored windows on the patch grid, cores, seams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torchvision.ops import batched_nms

from .detection_images import LabelledImage, mirrored
from .detector import Detector

"""Finds the objects of one window: uint8 [S, S, 3] to [K, 6] (x0, y0, x1, y1, score, class)."""
Find = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class WindowSettings:
    """How windows are laid and put together again; the same names and meanings as in a detector's manifest."""

    patch_px: int
    stride_px: int
    margin_px: int
    nms_iou: float
    exclusive: bool


def detect_image(
    find: Find, image: LabelledImage, how: WindowSettings, reads: Callable[[int, int, int, int], bool] = lambda *_core: True
) -> torch.Tensor:
    """[K, 6] in image pixels: x0, y0, x1, y1, score, class.

    Windows keep the boxes whose centre lies in their core plus a margin; suppression goes over the seams; boxes are
    clipped to the image and dropped when centred off it. Windows whose core `reads` (x0, y0, x1, y1) refuses are left out.
    """
    halo = (how.patch_px - how.stride_px) // 2
    height, width = image.pixels.shape[:2]
    kept = [torch.zeros(0, 6)]
    for top in range(0, height, how.stride_px):
        for left in range(0, width, how.stride_px):
            if not reads(left, top, min(width, left + how.stride_px), min(height, top + how.stride_px)):
                continue
            found = find(mirrored([image], 0, left - halo, top - halo, how.patch_px))
            centre = (found[:, :2] + found[:, 2:4]) / 2
            core = ((centre >= halo - how.margin_px) & (centre < halo + how.stride_px + how.margin_px)).all(1)
            kept.append(found[core] + found.new_tensor([left - halo, top - halo, left - halo, top - halo, 0, 0]))
    return settle(torch.cat(kept), width, height, how.nms_iou, how.exclusive)


def finder(detector: Detector) -> Find:
    """One window at a time through the trainer's network."""
    detector.eval()
    return lambda window: detector.detect(window.permute(2, 0, 1)[None].float() / 127.5 - 1)[0]


def settle(found: torch.Tensor, width: int, height: int, nms_iou: float, exclusive: bool) -> torch.Tensor:
    """One detection per object of one image: off-image boxes dropped, the rest clipped and suppressed, best first."""
    centre = (found[:, :2] + found[:, 2:4]) / 2
    found = found[((centre >= 0) & (centre < centre.new_tensor([width, height]))).all(1)]
    boxes = torch.minimum(found[:, :4].clamp(min=0), found.new_tensor([width, height, width, height]))
    which = torch.zeros_like(found[:, 5]) if exclusive else found[:, 5]
    best = batched_nms(boxes, found[:, 4], which, nms_iou)
    return torch.cat([boxes[best], found[best, 4:]], 1)
