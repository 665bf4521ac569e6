"""The classifier's loss against values worked out by hand, and its options in the trainer."""

import math

import pytest
import torch
from gigascope_training.class_loss import ClassLoss, focal_cross_entropy
from gigascope_training.onnx_torch import OnnxModule
from gigascope_training.trainer import Schedule, train
from test_onnx_torch import _Separable
from tiny import tiny_classifier

LOGITS = torch.tensor([[0.0, math.log(9.0)], [0.0, 0.0]])  # p = 0.9 and 0.5 of class 1
LABELS = torch.tensor([1, 1])


def test_gamma_2_weighs_probabilities_of_0_9_and_0_5_by_0_01_and_0_25():
    expected = (0.01 * -math.log(0.9) + 0.25 * -math.log(0.5)) / 2
    assert focal_cross_entropy(LOGITS, LABELS, 2.0).item() == pytest.approx(expected, rel=1e-5)


def test_gamma_0_is_smoothed_cross_entropy():
    plain = torch.nn.functional.cross_entropy(LOGITS, LABELS, label_smoothing=0.1)
    assert focal_cross_entropy(LOGITS, LABELS, 0.0, 0.1).item() == pytest.approx(plain.item(), rel=1e-6)


def test_bfloat16_gives_the_same_loss_to_a_fiftieth():
    network = OnnxModule(tiny_classifier(), "features_in", "logits").eval()
    x, y = _Separable().draw(4)
    plain, mixed = (ClassLoss(0.05, mixed_precision=mixed)(network, x, y).item() for mixed in (False, True))
    assert mixed == pytest.approx(plain, rel=0.02) and mixed != plain


@pytest.mark.parametrize("how", [{"focal_gamma": 2.0}, {"mixed_precision": True}, {"optimizer": "rmsprop", "rate": 0.05}])
def test_16_steps_lower_the_loss_with_each_option(how):
    schedule = Schedule(**{"steps": 16, "batch": 8, "rate": 0.01, "warmup": 3, "average": 0.5, **how})
    _, losses = train(OnnxModule(tiny_classifier(), "features_in", "logits"), _Separable(), schedule)
    assert sum(losses[-4:]) < 0.8 * sum(losses[:4])
