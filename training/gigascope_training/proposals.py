"""What a trained bundle finds in an image, as proposals for a person to correct (the assisted labelling of Kim et al. 2019)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .bundle_model import BundleModel
from .c4d_figures import read_image
from .detection_images import LabelledImage
from .detection_windows import WindowSettings, detect_image
from .geojson import Proposal, box_outline, object_outlines
from .segmentation_windows import blended, objects_of


def read_manifest(folder: Path) -> dict:
    return json.loads((folder / "model.json").read_text())


def bundle_mpp(folder: Path) -> float:
    """µm per pixel at which the bundle's objects are looked for; a pipeline's is that of its second stage."""
    manifest = read_manifest(folder)
    return bundle_mpp(folder / manifest["stages"][1]["folder"]) if manifest["task"] == "pipeline" else manifest["mpp"]


def resampled(image: np.ndarray, factor: float) -> np.ndarray:
    """uint8 [H, W, 3] with its sides times `factor`, averaged when that is less than 1."""
    if abs(factor - 1) < 1e-3:
        return image
    height, width, _ = image.shape
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC))


def propose(folder: Path, image: np.ndarray, least: float | None) -> list[Proposal]:
    """Proposals of uint8 [H, W, 3] at the bundle's own µm per pixel, from probability or score `least` on (else its threshold)."""
    manifest = read_manifest(folder)
    task = manifest["task"]
    if task == "segment":
        return _outlines(manifest, BundleModel(folder / "model.onnx"), image, least)
    if task == "detect":
        model = BundleModel(folder / "model.onnx")
        return _boxes(manifest, detect_image(model.detect, _unlabelled(image), _windows(manifest)), least)
    if task == "pipeline":
        first, second = (folder / stage["folder"] for stage in manifest["stages"])
        detect = read_manifest(second)
        stages = (BundleModel(first / "model.onnx"), BundleModel(second / "model.onnx"))
        _, found = read_image(_unlabelled(image), stages, _windows(detect), manifest["regions"]["threshold"])
        return _boxes(detect, found, least)
    raise ValueError(f"a bundle that is to {task} has no objects to propose")


def _windows(manifest: dict) -> WindowSettings:
    keys = ("patchSizePx", "stridePx", "marginPx", "nmsIou", "exclusive")
    return WindowSettings(*(manifest[key] for key in keys))


def _unlabelled(image: np.ndarray) -> LabelledImage:
    return LabelledImage("", torch.from_numpy(image.copy()), torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64))


def _boxes(manifest: dict, found: torch.Tensor, least: float | None) -> list[Proposal]:
    bound = manifest["threshold"] if least is None else least
    return [Proposal(box_outline(row[:4]), manifest["classes"][int(row[5])], row[4]) for row in found.tolist() if row[4] >= bound]


def _outlines(manifest: dict, model: BundleModel, image: np.ndarray, least: float | None) -> list[Proposal]:
    probability = blended(model.foreground, image, manifest["patchSizePx"], manifest["stridePx"])
    bound = manifest["threshold"] if least is None else least
    numbered = objects_of(probability, bound, manifest["minAreaUm2"] / manifest["mpp"] ** 2, manifest.get("growPx", 0))
    sure = {number: float(probability[numbered == number].mean()) for number in range(1, int(numbered.max()) + 1)}
    return [Proposal(outline, manifest["classes"][1], sure[number]) for number, outline in object_outlines(numbered).items()]
