"""Average precision, F1 and windows against values worked out by hand."""

import numpy as np
import pytest
import torch
from gigascope_training.detection_figures import Judged, average_precision, best_threshold, f1, judge, judge_classes, with_interval
from gigascope_training.detection_images import LabelledImage, mirrored
from gigascope_training.detection_windows import WindowSettings, detect_image
from scipy.ndimage import find_objects, label


def test_two_detections_of_one_object_are_a_hit_and_a_false_alarm():
    found = torch.tensor([[0.0, 0, 10, 10, 0.6], [0, 0, 10, 11, 0.9], [40, 40, 50, 50, 0.5]])
    judged = judge(found, torch.tensor([[0.0, 0, 10, 10]]))
    np.testing.assert_allclose(judged.scores, [0.9, 0.6, 0.5], rtol=1e-6)
    assert judged.hits.tolist() == [True, False, False] and judged.objects == 1


def test_hit_miss_hit_of_two_objects_has_an_average_precision_of_51_by_101_plus_two_thirds_of_50_by_101():
    # Recall 0 … 0.50 (51 of 101 recalls) at precision 1, 0.51 … 1 (50) at 2 of 3.
    judged = Judged(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]), 2)
    assert average_precision([judged]) == pytest.approx((51 + 50 * 2 / 3) / 101)
    missed = Judged(np.array([0.9]), np.array([True]), 2)
    assert average_precision([missed]) == pytest.approx(51 / 101)
    assert np.isnan(average_precision([Judged(np.zeros(0), np.zeros(0, bool), 0)]))


def test_f1_counts_all_classes_together_and_the_best_threshold_drops_the_false_alarms():
    classes = [[Judged(np.array([0.9, 0.3]), np.array([True, False]), 1)], [Judged(np.array([0.8]), np.array([True]), 2)]]
    assert f1(classes, 0.5) == pytest.approx(2 * 2 / (2 + 3))
    assert f1(classes, 0.2) == pytest.approx(2 * 2 / (3 + 3))
    assert 0.3 < best_threshold(classes) <= 0.8


def test_an_interval_over_images_that_are_alike_is_a_point():
    same = [Judged(np.array([0.9]), np.array([True]), 2)] * 5
    interval = with_interval([same], lambda classes: f1(classes, 0.5), rounds=50)
    assert interval.low == interval.high == interval.value == pytest.approx(2 / 3)


def test_the_class_of_a_detection_decides_what_it_may_hit():
    found = [torch.tensor([[0.0, 0, 10, 10, 0.9, 1]])]
    truth = [(torch.tensor([[0.0, 0, 10, 10]]), torch.tensor([0]))]
    first, second = judge_classes(found, truth, 2)
    assert first[0].objects == 1 and len(first[0].hits) == 0
    assert second[0].hits.tolist() == [False]


def _with_white_square(x0, y0, side, width=300, height=200):
    pixels = torch.zeros(height, width, 3, dtype=torch.uint8)
    pixels[y0 : y0 + side, x0 : x0 + side] = 255
    return LabelledImage("drawn", pixels, torch.tensor([[x0, y0, x0 + side, y0 + side]]).float(), torch.tensor([0]))


def _white(window):
    """The box of each white piece, as a detector that makes no mistake would give it."""
    pieces, _ = label(window[..., 0].numpy() > 127)
    return torch.tensor(
        [[x.start, y.start, x.stop, y.stop, 0.9, 0] for y, x in find_objects(pieces)], dtype=torch.float32
    ).reshape(-1, 6)


@pytest.mark.parametrize("x0", [20, 84, 88, 100, 180, 260])
def test_an_object_is_one_detection_wherever_it_lies_on_the_seams_at_96_and_192(x0):
    image = _with_white_square(x0, 88, 16)
    found = detect_image(_white, image, WindowSettings(160, 96, 16, 0.5, False))
    assert found[:, :4].tolist() == image.boxes.tolist()


def test_windows_that_are_not_to_be_read_find_nothing():
    image = _with_white_square(20, 20, 16)
    how = WindowSettings(128, 96, 16, 0.5, False)
    assert len(detect_image(_white, image, how, lambda x0, y0, x1, y1: x0 >= 96)) == 0
    cores = []
    detect_image(_white, image, how, lambda *core: cores.append(core) or False)
    assert cores[0] == (0, 0, 96, 96) and cores[-1] == (288, 192, 300, 200)


def test_two_classes_on_one_place_are_one_detection_when_they_exclude_each_other():
    both = torch.tensor([[10.0, 10, 30, 30, 0.6, 0], [10, 10, 30, 31, 0.8, 1]])
    image = LabelledImage("blank", torch.zeros(60, 60, 3, dtype=torch.uint8), torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64))
    for exclusive, classes in ((True, [1]), (False, [1, 0])):
        found = detect_image(lambda _window: both, image, WindowSettings(60, 60, 16, 0.5, exclusive))
        assert found[:, 5].int().tolist() == classes


def test_the_mirror_does_not_repeat_the_edge_pixel():
    pixels = torch.arange(5, dtype=torch.uint8)[None, :, None].expand(4, 5, 3)
    image = LabelledImage("ramp", pixels, torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64))
    assert mirrored([image], 0, -2, 0, 9)[0, :, 0].tolist() == [2, 1, 0, 1, 2, 3, 4, 3, 2]
