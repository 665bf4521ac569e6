"""Faster R-CNN from the package's graph: it learns, and the exported graph detects what the trainer does."""

from pathlib import Path

import numpy as np
import pytest
import torch
from gigascope_training.bundle import build_graph
from gigascope_training.bundle_model import BundleModel
from gigascope_training.detection_losses import DetectionLoss, LossSettings, Targets
from gigascope_training.detection_source import WindowAugmentation, WindowSource
from gigascope_training.detector import DetectorSettings, read_detector
from gigascope_training.onnx_torch import read_graph, write_weights
from gigascope_training.trainer import Schedule, train
from test_detection_source import squares

NODE = Path(__file__).resolve().parents[2] / "node_modules" / ".bin" / "node"
pytestmark = pytest.mark.skipif(not NODE.exists(), reason="the workspaces are not installed")
LOSS = LossSettings(anchors=64, regions=32, pre_nms=100, post_nms=60, jittered=2)


def _settings(exclusive):
    return DetectorSettings(("red", "green"), 96, (16, 24, 32, 48, 64), 100, 60, 20, exclusive=exclusive)


def _graph(tmp_path, settings):
    options = {"width": 0.25, "fpnChannels": 16, "headChannels": 32, "seed": 2, **settings.graph_options()}
    build_graph("faster-rcnn-resnet-18-fpn", options, tmp_path / "initial.onnx", tmp_path)
    return read_graph(tmp_path / "initial.onnx")


@pytest.mark.parametrize("exclusive", [False, True])
def test_60_steps_lower_the_loss_and_the_exported_graph_detects_as_the_trainer_to_1e_4(tmp_path, exclusive):
    torch.set_num_threads(1)
    settings = _settings(exclusive)
    model = _graph(tmp_path, settings)
    source = WindowSource(squares(6), WindowAugmentation(window_px=96, beyond_px=0, scale=0.1), 4)
    loss = DetectionLoss(LOSS)
    schedule = Schedule(steps=60, batch=2, rate=3e-3, warmup=5, average=0.8)
    detector, losses = train(read_detector(model, settings), source, schedule, loss_of=loss)
    assert np.mean(losses[-10:]) < 0.6 * np.mean(losses[:5])
    assert set(loss.parts) == {"objectness", "proposal boxes", "classes", "boxes"}

    write_weights(model, detector.weights(), tmp_path / "model.onnx")
    shipped = BundleModel(tmp_path / "model.onnx")
    pixels = torch.stack([image.pixels[:96, 20:116] for image in squares(3, seed=9)])
    with torch.no_grad():
        by_trainer = detector.eval().detect(pixels.permute(0, 3, 1, 2).float() / 127.5 - 1)
    together = shipped.run(pixels.numpy(), "detections")
    for index, (window, expected) in enumerate(zip(pixels, by_trainer, strict=True)):
        found = shipped.detect(window)
        assert len(expected) > 0 and abs(len(found) - len(expected)) <= 1
        for rows, others in ((found, expected), (expected, found), (torch.from_numpy(together[together[:, 0] == index, 1:]), expected)):
            for row in rows[rows[:, 4] >= 0.1]:
                apart = (others - row).abs().amax(1).min()
                assert apart < 1e-3 and (others[:, 4] - row[4]).abs().min() < 1e-4


def test_focal_loss_trains_too_and_bfloat16_gives_the_same_loss_to_a_twentieth(tmp_path):
    settings = _settings(False)
    detector = read_detector(_graph(tmp_path, settings), settings)
    source = WindowSource(squares(4), WindowAugmentation(window_px=96, beyond_px=0), 4)
    x, targets = source.draw(2)
    torch.manual_seed(1)
    plain = DetectionLoss(LOSS)(detector, x, targets).detach()
    torch.manual_seed(1)
    mixed = DetectionLoss(LOSS, mixed_precision=True)(detector, x, targets).detach()
    assert abs(float(plain) - float(mixed)) < 0.05 * float(plain)
    focal = DetectionLoss(LossSettings(anchors=64, regions=32, pre_nms=100, post_nms=60, focal_gamma=2.0))
    schedule = Schedule(steps=25, batch=2, rate=3e-3, warmup=2, average=0.8)
    _, losses = train(detector, source, schedule, loss_of=focal)
    assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:3])


def test_a_window_without_objects_has_a_finite_loss_and_no_box_loss(tmp_path):
    settings = _settings(False)
    detector = read_detector(_graph(tmp_path, settings), settings)
    loss = DetectionLoss(LOSS)
    nothing = Targets(torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64))
    value = loss(detector, torch.zeros(2, 3, 96, 96), [nothing, nothing])
    assert bool(torch.isfinite(value))
    assert loss.parts["boxes"] == 0 and loss.parts["proposal boxes"] == 0
