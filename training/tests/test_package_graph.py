"""The graph that packages/models builds, read by the trainer."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from gigascope_training.bundle import build_initial_bundle
from gigascope_training.onnx_torch import OnnxModule, read_graph, write_weights
from gigascope_training.trainer import Schedule, train
from test_onnx_torch import _Separable

NODE = Path(__file__).resolve().parents[2] / "node_modules" / ".bin" / "node"


@pytest.mark.skipif(not NODE.exists(), reason="the workspaces are not installed")
def test_inception_v3_of_297178_parameters_trains_8_steps_and_runs_as_the_trainer_says_to_1e_4(tmp_path):
    build_initial_bundle(tmp_path, "inception-v3", width=0.1, min_channels=16, seed=7)
    model = read_graph(tmp_path / "model.onnx")
    network = OnnxModule(model, "features_in", "logits", dropout=0.2)
    assert sum(weight.numel() for weight in network.parameters()) == 297_178
    trained, losses = train(network, _Separable(), Schedule(steps=8, batch=16, rate=0.01, warmup=2, average=0.5))
    assert losses[-1] < losses[0]

    write_weights(model, trained.weights(), tmp_path / "trained.onnx")
    door = OnnxModule(model, "patches", "features_in")
    patches = np.random.default_rng(1).integers(0, 256, (3, 299, 299, 3), dtype=np.uint8)
    patches[1] //= 4
    with torch.no_grad():
        by_trainer = trained(door(torch.from_numpy(patches))).softmax(1).numpy()
    session = onnxruntime.InferenceSession(str(tmp_path / "trained.onnx"), providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(["probabilities"], {"patches": patches})[0], by_trainer, atol=1e-4)
