"""The trained weights give ONNX Runtime the trainer's own outputs."""

import numpy as np
import onnxruntime
import torch
from gigascope_training.onnx_torch import OnnxModule, read_graph, write_weights
from gigascope_training.trainer import Schedule, train
from tiny import tiny_classifier


class _Separable:
    """Random features whose class is their brightness, so that a loss can fall."""

    def __init__(self):
        self._random = torch.Generator().manual_seed(5)

    def draw(self, count):
        labels = torch.randint(0, 2, (count,), generator=self._random)
        x = torch.randn(count, 3, 75, 75, generator=self._random) * 0.2 + (labels.float() - 0.5).view(-1, 1, 1, 1)
        return x, labels

    def state(self):
        return {"random": self._random.get_state()}

    def restore(self, state):
        self._random.set_state(state["random"])


def _run(path, patches, wanted="probabilities"):
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run([wanted], {"patches": patches})[0]


def test_40_steps_lower_the_loss_and_the_exported_graph_equals_the_trainer_to_1e_4(tmp_path):
    model = tiny_classifier()
    network = OnnxModule(model, "features_in", "logits", dropout=0.2)
    trained, losses = train(network, _Separable(), Schedule(steps=40, batch=16, rate=0.01, warmup=5, average=0.8))
    assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:5])

    write_weights(model, trained.weights(), tmp_path / "model.onnx")
    whole = OnnxModule(read_graph(tmp_path / "model.onnx"), "patches", "probabilities").eval()
    features = OnnxModule(read_graph(tmp_path / "model.onnx"), "patches", "features_in").eval()
    patches = np.random.default_rng(1).integers(0, 256, (4, 299, 299, 3), dtype=np.uint8)
    with torch.no_grad():
        by_trainer = trained.eval()(features(torch.from_numpy(patches))).softmax(1).numpy()
        by_whole = whole(torch.from_numpy(patches)).numpy()
    by_runtime = _run(tmp_path / "model.onnx", patches)
    assert np.ptp(by_runtime) > 0.01
    np.testing.assert_allclose(by_runtime, by_trainer, atol=1e-4)
    np.testing.assert_allclose(by_runtime, by_whole, atol=1e-4)


def test_only_the_named_weights_of_the_file_change(tmp_path):
    model = tiny_classifier()
    before = tiny_classifier()
    write_weights(model, {"fc.bias": np.array([1.0, -1.0])}, tmp_path / "model.onnx")
    after = read_graph(tmp_path / "model.onnx")
    assert list(after.graph.node) == list(before.graph.node)
    changed = [a.name for a, b in zip(after.graph.initializer, before.graph.initializer, strict=True) if a.raw_data != b.raw_data]
    assert changed == ["fc.bias"]


def test_a_run_stopped_at_step_200_and_resumed_ends_as_the_undisturbed_one(tmp_path):
    schedule = Schedule(steps=204, batch=2, rate=0.01, warmup=5)

    class _Stops(_Separable):
        def draw(self, count):
            self.drawn = getattr(self, "drawn", 0) + 1
            if self.drawn == 203:
                raise KeyboardInterrupt
            return super().draw(count)

    def fresh():
        return OnnxModule(tiny_classifier(), "features_in", "logits")

    undisturbed, _ = train(fresh(), _Separable(), schedule)
    try:
        train(fresh(), _Stops(), schedule, tmp_path / "checkpoint.pt")
        raise AssertionError("the run was not stopped")
    except KeyboardInterrupt:
        pass
    resumed, losses = train(fresh(), _Separable(), schedule, tmp_path / "checkpoint.pt")
    assert len(losses) == 204
    for name, value in undisturbed.weights().items():
        np.testing.assert_array_equal(value, resumed.weights()[name])
