"""Geometry of the patches and of their augmentation."""

import numpy as np
import pytest
import torch
from gigascope_training.augment import Augmentation, augment, turn_colour
from gigascope_training.figures import auc
from gigascope_training.patches import aligned_input, average_4x4
from gigascope_training.phantoms import draw_phantoms

PLAIN = Augmentation(jitter_px=0, rotation_share=0, stain_share=0, colour_share=0, blur_share=0)


def test_the_label_region_of_the_input_lies_at_21_to_53():
    image = np.zeros((1, 96, 96, 3), np.uint8)
    image[:, 32:64, 32:64] = 255
    rows = np.flatnonzero(aligned_input(image)[0, :, :, 0].any(axis=1))
    assert (rows[0], rows[-1]) == (21, 52)


def test_a_4x4_square_of_0_to_15_averages_to_8():
    # mean 7.5, rounded to even as numpy does
    square = np.arange(16, dtype=np.uint8).reshape(4, 4, 1).repeat(3, axis=2)
    assert average_4x4(square).tolist() == [[[8, 8, 8]]]


def test_200_plain_draws_are_the_8_orientations_of_4_aligned_crops_and_nothing_else():
    image = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (1, 96, 96, 3), dtype=np.uint8))
    drawn = augment(image.expand(200, -1, -1, -1), PLAIN, torch.Generator().manual_seed(1))
    found = {(x * 255).round().to(torch.uint8).numpy().tobytes() for x in drawn}
    allowed = set()
    for row in (10, 11):
        for column in (10, 11):
            crop = image[0, row : row + 75, column : column + 75].permute(2, 0, 1)
            for view in (crop, crop.flip(2)):
                for turn in range(4):
                    allowed.add(torch.rot90(view, turn, (1, 2)).contiguous().numpy().tobytes())
    assert len(allowed) == 32
    assert found == allowed


def test_colour_changes_stay_in_0_to_1_and_differ_between_patches():
    image = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (1, 96, 96, 3), dtype=np.uint8))
    everything = Augmentation(rotation_share=1, stain_share=1, colour_share=1, blur_share=1)
    x = augment(image.expand(8, -1, -1, -1), everything, torch.Generator().manual_seed(1))
    assert x.shape == (8, 3, 75, 75)
    assert 0 <= x.min() and x.max() <= 1
    assert len({round(float(patch.mean()), 4) for patch in x}) == 8


def test_a_third_of_a_turn_of_hue_makes_red_green_and_half_saturation_makes_it_pale():
    red = torch.tensor([1.0, 0.0, 0.0]).view(1, 3, 1, 1)
    one, none = torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1)
    torch.testing.assert_close(turn_colour(red, one, one / 3).flatten(), torch.tensor([0.0, 1.0, 0.0]), atol=1e-5, rtol=0)
    torch.testing.assert_close(turn_colour(red, one / 2, none).flatten(), torch.tensor([1.0, 0.5, 0.5]), atol=1e-5, rtol=0)


def test_auc_of_1_tie_among_2_by_2_is_0_875():
    # pairs: 0.9>0.1, 0.9>0.4, 0.4>0.1 and 0.4=0.4: (3 + 0.5) / 4
    assert auc(np.array([1, 1, 0, 0]), np.array([0.9, 0.4, 0.1, 0.4])) == 0.875


def test_phantom_seeds_from_1000_on_are_refused(tmp_path):
    with pytest.raises(ValueError, match="1000"):
        draw_phantoms(tmp_path, 990, 1000)
