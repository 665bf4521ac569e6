"""What the graph of packages/models detects beside what the trainer's detector makes of the same weights."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from gigascope_training.bundle import build_graph
from gigascope_training.detector import DetectorSettings, read_detector
from gigascope_training.onnx_torch import OnnxModule, read_graph, write_weights

NODE = Path(__file__).resolve().parents[2] / "node_modules" / ".bin" / "node"
SIDE_PX = 256
ANCHORS_PX = (12.5, 33, 90, 180, 300)
OPTIONS = {
    "inputSizePx": SIDE_PX,
    "classes": 2,
    "width": 0.125,
    "fpnChannels": 16,
    "headChannels": 32,
    "anchorSizesPx": ANCHORS_PX,
    "preNms": 150,
    "postNms": 80,
    "maxDetections": 30,
    "scoreThreshold": 0.3,
    "nmsIou": 0.4,
    "seed": 5,
}
SETTINGS = DetectorSettings(("a", "b"), SIDE_PX, ANCHORS_PX, 150, 80, 30, 0.7, 0.3, 0.4)


def spread(detector, x):
    """Scales and shifts the last layers so that their results differ as a trained detector's do."""
    with torch.no_grad():
        seen = detector.see(x)
        scale(detector.trunk, "rpn.objectness.weight", 2 / seen.objectness.std())
        scale(detector.trunk, "rpn.deltas.weight", 0.3 / seen.deltas.std())
        seen = detector.see(x)
        logits, deltas = detector.judge(seen, detector.proposals(seen, SETTINGS.pre_nms, SETTINGS.post_nms))
        by = 1.5 / logits.std(0).mean()
        scale(detector.head, "box.logits.weight", by)
        getattr(detector.head, "box/logits/bias").copy_(-by * logits.mean(0))
        scale(detector.head, "box.deltas.weight", 2 / deltas.std())


def scale(module, name, by):
    getattr(module, name.replace(".", "/")).mul_(by)


@pytest.mark.skipif(not NODE.exists(), reason="the workspaces are not installed")
@pytest.mark.parametrize("backbone", ["resnet-18", "resnet-50"])
def test_the_graph_gives_3_patches_the_detections_of_the_trainer_to_a_hundredth_of_a_pixel(tmp_path, backbone):
    build_graph(f"faster-rcnn-{backbone}-fpn", OPTIONS, tmp_path / "initial.onnx", tmp_path)
    model = read_graph(tmp_path / "initial.onnx")
    patches = np.random.default_rng(1).integers(0, 256, (3, SIDE_PX, SIDE_PX, 3), dtype=np.uint8)
    patches[1] //= 3
    patches[2, 60:140, 100:220] = 20
    detector, door = read_detector(model, SETTINGS).eval(), OnnxModule(model, "patches", "features_in")
    x = door(torch.from_numpy(patches))
    spread(detector, x)
    write_weights(model, detector.weights(), tmp_path / "spread.onnx")

    expected = detector.detect(x)
    session = onnxruntime.InferenceSession(str(tmp_path / "spread.onnx"), providers=["CPUExecutionProvider"])
    (found,) = session.run(["detections"], {"patches": patches})
    counts = [len(of_image) for of_image in expected]
    assert min(counts) > 5
    assert [int((found[:, 0] == image).sum()) for image in range(3)] == counts
    for image, of_image in enumerate(expected):
        rows = found[found[:, 0] == image, 1:]
        np.testing.assert_allclose(rows[:, :4], of_image[:, :4].numpy(), atol=1e-2)
        np.testing.assert_allclose(rows[:, 4], of_image[:, 4].numpy(), atol=1e-4)
        np.testing.assert_array_equal(rows[:, 5], of_image[:, 5].numpy())
