"""Labels proposed with a bundle lie on what is in the image, in level-0 pixels."""

import json
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from gigascope_training.geojson import object_outlines
from gigascope_training.onnx_torch import OnnxModule, write_weights
from gigascope_training.segmentation_augment import SegmentationAugmentation
from gigascope_training.segmentation_source import SegmentationSource, weighted_pixel_loss
from gigascope_training.trainer import Schedule, train
from PIL import Image
from test_segmentation import _drawn
from tiny_unet import tiny_unet

RECIPE = Path(__file__).resolve().parents[1] / "recipes" / "propose_labels.py"


def _bundle(folder):
    """A tiny trained bundle of nuclei."""
    model = tiny_unet()
    source = SegmentationSource(_drawn(), 64, SegmentationAugmentation(smallest_px=10, largest_px=20), 1.0, 1, 5)
    schedule = Schedule(steps=60, batch=4, rate=0.01, warmup=5, average=0.8)
    trained, _ = train(OnnxModule(model, "features_in", "logits"), source, schedule, loss_of=weighted_pixel_loss)
    write_weights(model, trained.weights(), folder / "model.onnx")
    manifest = {
        "task": "segment",
        "classes": ["background", "nucleus"],
        "patchSizePx": 64,
        "stridePx": 48,
        "mpp": 0.5,
        "threshold": 0.5,
        "minAreaUm2": 5,
        "growPx": 1,
    }
    (folder / "model.json").write_text(json.dumps(manifest))


def test_outlines_of_nuclei_at_twice_the_resolution_lie_at_the_level_0_pixels_of_their_nuclei(tmp_path, monkeypatch, capsys):
    _bundle(tmp_path)
    nuclei = _drawn(1)
    height, width = nuclei.labels[0].shape
    Image.fromarray(nuclei.images[0]).resize((2 * width, 2 * height), Image.Resampling.NEAREST).save(tmp_path / "region.png")
    given = f"--bundle {tmp_path} --image {tmp_path}/region.png --mpp 0.25 --x 1000 --y 2000 --downsample 4 --out {tmp_path}/labels.geojson"
    monkeypatch.setattr(sys, "argv", ["propose_labels.py", *given.split()])
    runpy.run_path(str(RECIPE), run_name="__main__")
    assert "nucleus proposed" in capsys.readouterr().out

    found = json.loads((tmp_path / "labels.geojson").read_text())
    assert found["type"] == "FeatureCollection" and len(found["features"]) >= 5
    scores = [feature["properties"]["measurements"]["score"] for feature in found["features"]]
    assert scores == sorted(scores, reverse=True) and scores[-1] >= 0.3
    hit = 0
    for feature in found["features"]:
        assert feature["properties"]["objectType"] == "annotation"
        assert feature["properties"]["classification"]["name"] == "nucleus"
        (ring,) = feature["geometry"]["coordinates"]
        assert ring[0] == ring[-1] and len(ring) >= 4
        # 8 level-0 pixels are one pixel of the drawn image.
        x, y = ((np.array(ring).mean(0) - [1000, 2000]) / 8).astype(int)
        hit += nuclei.labels[0][min(y, height - 1), min(x, width - 1)] > 0
    assert hit >= 0.7 * len(found["features"])


def test_the_outline_of_a_square_of_4_px_goes_round_its_pixels():
    numbered = np.zeros((12, 12), np.int32)
    numbered[3:7, 5:9] = 2
    outline = object_outlines(numbered)[2]
    assert outline.min(0) == pytest.approx([5, 3], abs=0.01) and outline.max(0) == pytest.approx([9, 7], abs=0.01)


def test_a_classifier_has_no_objects_to_propose(tmp_path):
    from gigascope_training.proposals import propose

    (tmp_path / "model.json").write_text(json.dumps({"task": "classify"}))
    with pytest.raises(ValueError, match="classify"):
        propose(tmp_path, np.zeros((8, 8, 3), np.uint8), None)
