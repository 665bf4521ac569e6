"""Detections of whole images as the service makes them: mirrored windows on the patch grid, cores, seams."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torchvision.ops import batched_nms

from .detection_images import LabelledImage, mirrored
from .detector import Detector


def detect_images(detector: Detector, images: Sequence[LabelledImage], stride_px: int, margin_px: int, exclusive: bool) -> list[torch.Tensor]:
    """Per image [K, 6] in image pixels: x0, y0, x1, y1, score, class.

    Windows keep the boxes whose centre lies in their core plus a margin; suppression goes over the seams; boxes are
    clipped to the image and dropped when centred off it.
    """
    detector.eval()
    patch_px = detector.settings.patch_px
    halo = (patch_px - stride_px) // 2
    results = []
    for index, image in enumerate(images):
        height, width = image.pixels.shape[:2]
        kept = []
        for top in range(0, height, stride_px):
            for left in range(0, width, stride_px):
                window = mirrored(images, index, left - halo, top - halo, patch_px)
                x = window.permute(2, 0, 1)[None].float() / 127.5 - 1
                found = detector.detect(x)[0]
                centre = (found[:, :2] + found[:, 2:4]) / 2
                core = ((centre >= halo - margin_px) & (centre < halo + stride_px + margin_px)).all(1)
                kept.append(found[core] + found.new_tensor([left - halo, top - halo, left - halo, top - halo, 0, 0]))
        results.append(settle(torch.cat(kept), width, height, detector.settings.nms_iou, exclusive))
    return results


def settle(found: torch.Tensor, width: int, height: int, nms_iou: float, exclusive: bool) -> torch.Tensor:
    """One detection per object of one image: off-image boxes dropped, the rest clipped and suppressed, best first."""
    centre = (found[:, :2] + found[:, 2:4]) / 2
    found = found[((centre >= 0) & (centre < centre.new_tensor([width, height]))).all(1)]
    boxes = torch.minimum(found[:, :4].clamp(min=0), found.new_tensor([width, height, width, height]))
    which = torch.zeros_like(found[:, 5]) if exclusive else found[:, 5]
    best = batched_nms(boxes, found[:, 4], which, nms_iou)
    return torch.cat([boxes[best], found[best, 4:]], 1)
