"""The graph that packages/models builds, read by the trainer."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from gigascope_training.bundle import build_initial_bundle
from gigascope_training.metastasis_networks import PRECISE
from gigascope_training.onnx_torch import OnnxModule, read_graph, write_weights
from gigascope_training.published_weights import BLOCKS, PACKAGE, efficientnet_lite0_weights
from gigascope_training.trainer import Schedule, train
from test_onnx_torch import _Separable

NODE = Path(__file__).resolve().parents[2] / "node_modules" / ".bin" / "node"


needs_package = pytest.mark.skipif(not NODE.exists(), reason="the workspaces are not installed")


def _assert_runs_as_the_trainer_says(model, trained, path, count):
    """Writes the weights and compares ONNX Runtime's probabilities of so many patches of noise, one of them dark."""
    write_weights(model, trained.weights(), path)
    door = OnnxModule(model, "patches", "features_in")
    patches = np.random.default_rng(1).integers(0, 256, (count, 299, 299, 3), dtype=np.uint8)
    patches[1] //= 4
    with torch.no_grad():
        by_trainer = trained(door(torch.from_numpy(patches))).softmax(1).numpy()
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(["probabilities"], {"patches": patches})[0], by_trainer, atol=1e-4)


@needs_package
def test_inception_v3_of_297178_parameters_trains_8_steps_and_runs_as_the_trainer_says_to_1e_4(tmp_path):
    build_initial_bundle(tmp_path, "inception-v3", width=0.1, min_channels=16, seed=7)
    model = read_graph(tmp_path / "model.onnx")
    network = OnnxModule(model, "features_in", "logits", dropout=0.2)
    assert sum(weight.numel() for weight in network.parameters()) == 297_178
    trained, losses = train(network, _Separable(), Schedule(steps=8, batch=16, rate=0.01, warmup=2, average=0.5))
    assert losses[-1] < losses[0]

    _assert_runs_as_the_trainer_says(model, trained, tmp_path / "trained.onnx", 3)


@needs_package
@pytest.mark.skipif(find_spec(PACKAGE) is None, reason="the published weights are not installed")
def test_efficientnet_lite0_takes_every_published_weight_trains_and_runs_as_the_trainer_says_to_1e_4(tmp_path):
    PRECISE.build(tmp_path, seed=7)
    model = read_graph(tmp_path / "model.onnx")
    published = efficientnet_lite0_weights()
    own = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer if ".conv." in tensor.name or ".bn." in tensor.name}
    assert {name: value.shape for name, value in published.items()} == own
    assert len(own) == 5 * (3 * sum(BLOCKS) - 1 + 2)

    write_weights(model, published, tmp_path / "begun.onnx")
    network = OnnxModule(read_graph(tmp_path / "begun.onnx"), "features_in", "logits", dropout=0.2)
    trained, losses = train(network, _Separable(), Schedule(steps=12, batch=8, rate=5e-4, warmup=2, average=0.5))
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    _assert_runs_as_the_trainer_says(model, trained, tmp_path / "trained.onnx", 2)
