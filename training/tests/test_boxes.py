"""Boxes, anchors and their matching against values worked out by hand."""

import math

import pytest
import torch
from gigascope_training.boxes import MAX_LOG_SCALE, clip, decode, encode, level_anchors
from gigascope_training.detection_losses import focal_loss
from gigascope_training.detection_matching import BETWEEN, NEGATIVE, match, sample


def test_a_box_twice_as_wide_and_10_px_right_of_its_anchor_is_delta_half_0_log2_0():
    anchor, box = torch.tensor([[0.0, 0.0, 20.0, 20.0]]), torch.tensor([[0.0, 0.0, 40.0, 20.0]])
    expected = torch.tensor([[0.5, 0.0, math.log(2), 0.0]])
    torch.testing.assert_close(encode(box, anchor), expected)
    torch.testing.assert_close(encode(box, anchor, (10, 10, 5, 5)), expected * torch.tensor([10.0, 10, 5, 5]))


def test_decoding_what_was_encoded_gives_200_random_boxes_back():
    random = torch.Generator().manual_seed(1)
    corner, size = torch.rand(400, 2, generator=random) * 200, torch.rand(400, 2, generator=random) * 60 + 4
    boxes = torch.cat([corner, corner + size], 1)
    anchors, truth = boxes[:200], boxes[200:]
    for weights in ((1, 1, 1, 1), (10, 10, 5, 5)):
        again = decode(encode(truth, anchors, weights)[:, None], anchors, weights)[:, 0]
        torch.testing.assert_close(again, truth, atol=1e-3, rtol=1e-4)


def test_a_delta_of_100_makes_a_box_62_5_times_its_anchor_and_no_more():
    grown = decode(torch.tensor([[[0.0, 0.0, 100.0, 100.0]]]), torch.tensor([[0.0, 0.0, 8.0, 8.0]]))
    assert math.exp(MAX_LOG_SCALE) == pytest.approx(62.5)
    torch.testing.assert_close(grown[0, 0, 2:] - grown[0, 0, :2], torch.tensor([500.0, 500.0]))
    assert clip(grown, 200).max() == 200


def test_anchors_of_size_32_on_4_cells_of_64_px_stand_row_by_row_with_the_ratio_innermost():
    anchors = level_anchors(32, (0.5, 1.0, 2.0), 128, 2)
    assert anchors.shape == (12, 4)
    assert anchors[1].tolist() == [-16, -16, 16, 16]
    assert anchors[0].tolist() == [-23, -11, 23, 11]  # 32 / sqrt(0.5) = 45.25 wide, 22.63 high, corners rounded
    assert anchors[4].tolist() == [48, -16, 80, 16] and anchors[7].tolist() == [-16, 48, 16, 80]


def test_overlaps_of_1_0_5_and_0_match_fall_between_and_are_negative_and_a_best_anchor_is_kept():
    truth = torch.tensor([[0.0, 0.0, 10.0, 10.0], [100.0, 100.0, 110.0, 110.0]])
    anchors = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 20], [50, 50, 60, 60], [100, 100, 110, 140]])
    assert match(truth, anchors, 0.7, 0.3, keep_best=False).tolist() == [0, BETWEEN, NEGATIVE, NEGATIVE]
    assert match(truth, anchors, 0.7, 0.3, keep_best=True).tolist() == [0, BETWEEN, NEGATIVE, 1]
    assert match(torch.zeros(0, 4), anchors, 0.7, 0.3, keep_best=True).tolist() == [NEGATIVE] * 4


def test_256_samples_hold_at_most_half_positives_and_negatives_fill_up():
    torch.manual_seed(0)
    matched = torch.cat([torch.zeros(300, dtype=torch.int64), torch.full((1000,), NEGATIVE), torch.full((50,), BETWEEN)])
    positive, negative = sample(matched, 256, 0.5)
    assert (len(positive), len(negative)) == (128, 128)
    positive, negative = sample(matched[290:], 256, 0.5)
    assert (len(positive), len(negative)) == (10, 246)
    assert bool((matched[290:][negative] == NEGATIVE).all())


def test_focal_loss_of_a_probability_of_0_9_is_a_quarter_of_a_hundredth_of_its_cross_entropy():
    logit = torch.tensor([math.log(9.0)])
    entropy = -math.log(0.9)
    assert focal_loss(logit, torch.ones(1), 0.25, 2.0).item() == pytest.approx(0.25 * 0.1**2 * entropy, rel=1e-5)
    assert focal_loss(logit, torch.zeros(1), 0.25, 2.0).item() == pytest.approx(0.75 * 0.9**2 * -math.log(0.1), rel=1e-5)
    assert focal_loss(logit, torch.ones(1), 1.0, 0.0).item() == pytest.approx(entropy, rel=1e-5)
