"""U-Net's weights and deformation against values worked out by hand."""

import math

import numpy as np
import pytest
import torch
from gigascope_training.elastic import elastic_displacement
from gigascope_training.weight_map import border_term, class_weights, cores, weight_map
from scipy.ndimage import label


def _two_squares(gap_px):
    labels = np.zeros((9, 20), np.int32)
    labels[2:7, 1:6] = 1
    labels[2:7, 6 + gap_px : 11 + gap_px] = 2
    return labels


def test_the_middle_of_a_gap_of_3_px_weighs_10_exp_minus_16_by_50():
    # Column 7 lies between columns 5 and 9: d1 = d2 = 2, so (2 + 2)² / (2 · 25) = 16 / 50.
    term = border_term(_two_squares(3))
    assert term[4, 7] == pytest.approx(10 * math.exp(-16 / 50), rel=1e-6)
    # Column 0 of row 4: 1 px from the first square, 9 px from the second, whose first column is 9.
    assert term[4, 0] == pytest.approx(10 * math.exp(-((1 + 9) ** 2) / 50), rel=1e-6)
    # Row 0, column 7: √(2² + 2²) from either square.
    assert term[0, 7] == pytest.approx(10 * math.exp(-((2 * math.sqrt(8)) ** 2) / 50), rel=1e-6)


def test_one_nucleus_alone_has_no_border_term():
    labels = _two_squares(3)
    labels[labels == 2] = 0
    assert (border_term(labels) == 0).all()


def test_each_box_far_from_the_other_gives_what_whole_distances_give_to_1e_4():
    from scipy.ndimage import distance_transform_edt

    random = np.random.default_rng(4)
    labels = np.zeros((120, 160), np.int32)
    for number in range(1, 12):
        y, x = random.integers(5, 110), random.integers(5, 150)
        labels[y : y + 8, x : x + 7] = number
    present = np.unique(labels)[1:]
    distances = np.sort(np.stack([distance_transform_edt(labels != n) for n in present]), axis=0)
    expected = 10 * np.exp(-((distances[0] + distances[1]) ** 2) / 50)
    np.testing.assert_allclose(border_term(labels), expected, atol=1e-4)


def test_touching_nuclei_become_two_4_connected_cores_2_px_apart_at_an_inset_of_1_and_4_px_at_2():
    labels = _two_squares(0)
    core = cores(labels, 1)
    assert core[4].astype(int).tolist() == [0, 0, 1, 1, 1, 0, 0, 1, 1, 1, *[0] * 10]
    assert core[2].sum() == 0 and core[3].sum() == 6
    assert label(core)[1] == 2
    assert cores(labels, 2).sum() == 2
    # A pixel of the first square beside the second: d1 = 0, d2 = 1.
    assert border_term(labels)[4, 5] == pytest.approx(10 * math.exp(-1 / 50), rel=1e-6)


def test_an_object_cut_by_the_images_border_keeps_its_core_up_to_there():
    labels = np.zeros((8, 8), np.int32)
    labels[0:5, 0:5] = 3
    assert cores(labels, 1)[:5, :5].astype(int).tolist() == [[1, 1, 1, 1, 0]] * 4 + [[0] * 5]


def test_class_weights_at_a_share_of_0_2_are_0_625_and_2_5_and_mean_1():
    background, foreground = class_weights(0.2, 1.0)
    assert (background, foreground) == (pytest.approx(0.625), pytest.approx(2.5))
    assert class_weights(0.2, 0.0) == (1.0, 1.0)
    target, weight = weight_map(_two_squares(3), (background, foreground), 1)
    assert weight[4, 3] == pytest.approx(2.5)
    assert weight[4, 7] == pytest.approx(0.625 + 10 * math.exp(-16 / 50), rel=1e-6)
    assert target[4, 3] == 1 and target[4, 7] == 0


def test_elastic_displacement_meets_its_9_random_values_at_the_lattice_and_spreads_by_10_px():
    field = elastic_displacement(400, 65, torch.Generator().manual_seed(2))
    assert field.shape == (400, 65, 65, 2)
    coarse = torch.randn(400, 2, 3, 3, generator=torch.Generator().manual_seed(2)) * 10
    torch.testing.assert_close(field[:, ::32, ::32], coarse.permute(0, 2, 3, 1), atol=1e-4, rtol=0)
    assert field[:, 32, 32].std() == pytest.approx(10, rel=0.1)
    assert (field[:, 1:] - field[:, :-1]).abs().max() < 4
