"""C4d phantoms: kept seeds, enlarged boxes, what is counted of a slide."""

import json

import numpy as np
import pytest
import torch
from gigascope_training.c4d_figures import Reading, judged_readings, judged_without_class, mean_ratio_error, read_image, threshold_by_f1
from gigascope_training.c4d_phantoms import draw_c4d, enlarged, load_fields, load_windows, shrunk
from gigascope_training.detection_figures import Judged, f1
from gigascope_training.detection_images import LabelledImage
from gigascope_training.detection_windows import WindowSettings


def test_seeds_from_1000_on_are_neither_drawn_nor_loaded(tmp_path):
    with pytest.raises(ValueError, match="1000"):
        draw_c4d("feasible", tmp_path, 998, 1000)
    (tmp_path / "fields.json").write_text(json.dumps([{"seed": 1000, "label": 1}]))
    (tmp_path / "fields.rgb").write_bytes(bytes(96 * 96 * 3))
    with pytest.raises(ValueError, match="judging"):
        load_fields(tmp_path)


def test_windows_come_with_boxes_and_classes_negative_0_and_positive_1(tmp_path):
    boxes = [{"box": [1, 2, 30, 40], "class": "positive"}, {"box": [50, 60, 80, 90], "class": "negative"}]
    (tmp_path / "windows.json").write_text(json.dumps([{"seed": 3, "x0L0": 5, "y0L0": 6, "boxes": boxes}]))
    (tmp_path / "windows.rgb").write_bytes(bytes(512 * 512 * 3))
    (window,) = load_windows(tmp_path)
    assert window.classes.tolist() == [1, 0] and window.boxes[0].tolist() == [1, 2, 30, 40]


def test_boxes_enlarged_by_2_and_3_px_a_side_and_shrunk_again_are_the_same():
    pixels = torch.zeros(100, 100, 3, dtype=torch.uint8)
    image = LabelledImage("", pixels, torch.tensor([[10.0, 10, 20, 22], [1, 50, 30, 60]]), torch.tensor([0, 1]))
    grown = enlarged(image, (2, 3))
    assert grown.boxes.tolist() == [[8, 8, 22, 24], [0, 47, 33, 63]]  # the second is cut at the border
    found = torch.cat([grown.boxes, torch.tensor([[0.9, 0], [0.8, 1]])], 1)
    assert shrunk(found, (2, 3))[0, :4].tolist() == [10, 10, 20, 22]
    assert shrunk(torch.tensor([[0.0, 0, 2, 2, 0.5, 1]]), (2, 3))[0, :4].tolist() == [0.5, 0.5, 1.5, 1.5]


def _reading(found, truth_classes):
    boxes = torch.tensor([[20.0 * i, 0, 20.0 * i + 10, 10] for i in range(len(truth_classes))])
    rows = [[*boxes[i].tolist(), score, kind] for i, score, kind in found]
    return Reading(1, np.ones((1, 1)), torch.tensor(rows).reshape(-1, 6), (boxes, torch.tensor(truth_classes)), np.ones((1, 1), int))


def test_of_4_capillaries_one_missed_and_one_of_the_wrong_class_f1_is_4_by_7_and_whichever_class_6_by_7():
    reading = _reading([(0, 0.9, 1), (1, 0.8, 0), (2, 0.7, 1)], [1, 0, 0, 0])
    assert f1(judged_readings([reading]), 0.5) == pytest.approx(4 / 7)
    assert f1(judged_without_class([reading]), 0.5) == pytest.approx(6 / 7)
    # Found 2 positive of 3, true 1 of 4.
    assert reading.counts(0.5) == (1, 2)
    assert reading.ratio_error(0.5) == pytest.approx(100 * (2 / 3 - 1 / 4))
    assert mean_ratio_error([reading, _reading([(0, 0.9, 1)], [1])], 0.5).value == pytest.approx(50 * (2 / 3 - 1 / 4))


def test_the_chosen_threshold_lies_in_the_middle_of_the_best_stretch():
    judged = [[Judged(np.array([0.8, 0.4]), np.array([True, False]), 1)]]
    assert threshold_by_f1(judged) == pytest.approx(0.6, abs=0.02)


class _Stage:
    """Says of each patch whether its middle is bright, and finds a box in the middle of every window."""

    def classify(self, patches):
        bright = (patches[:, 149, 149, 0] > 127).astype(float)
        return np.stack([1 - bright, bright], 1)

    def detect(self, window):
        return torch.tensor([[120.0, 120, 136, 136, 0.9, 0]])


def test_only_windows_over_feasible_cells_are_read_and_only_boxes_centred_in_one_count():
    pixels = torch.zeros(256, 512, 3, dtype=torch.uint8)
    pixels[:128, :128] = 255  # the first cell of 2 × 4
    image = LabelledImage("", pixels, torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64))
    probability, found = read_image(image, (_Stage(), _Stage()), WindowSettings(256, 128, 16, 0.5, True), 0.5)
    assert probability.tolist() == [[1, 0, 0, 0], [0, 0, 0, 0]]
    assert found[:, :4].tolist() == [[56, 56, 72, 72]]
