"""Windows and their boxes move together."""

from pathlib import Path

import pytest
import torch
from gigascope_training.detection_baseline import detect_by_colour
from gigascope_training.detection_images import BCCD_CLASSES, LabelledImage, load_bccd
from gigascope_training.detection_figures import judge_classes, mean_average_precision
from gigascope_training.detection_source import WindowAugmentation, WindowSource

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def squares(count=3, seed=0):
    """Dark grainy ground with a bright red and a bright green square in each image, classes 0 and 1."""
    random = torch.Generator().manual_seed(seed)
    images = []
    for index in range(count):
        pixels = torch.full((120, 150, 3), 40, dtype=torch.uint8)
        boxes = []
        for colour in range(2):
            x, y = (int(torch.randint(10 + 60 * colour, 40 + 60 * colour, (1,), generator=random)) for _ in range(2))
            y = min(y, 90)
            pixels[y : y + 20, x : x + 24, colour] = 230
            boxes.append([x, y, x + 24, y + 20])
        grain = torch.randint(-15, 16, pixels.shape, generator=random)  # no two places alike, so that no scores tie
        pixels = (pixels + grain).to(torch.uint8)
        images.append(LabelledImage(f"{index}", pixels, torch.tensor(boxes).float(), torch.tensor([0, 1])))
    return images


@pytest.mark.parametrize("beyond_px", [0, 32])
def test_in_50_windows_each_box_lies_on_its_square_to_a_pixel(beyond_px):
    plain = WindowAugmentation(window_px=96, scale=0.2, beyond_px=beyond_px, colour_share=0, blur_share=0)
    x, targets = WindowSource(squares(), plain, 4).draw(50)
    assert x.shape == (50, 3, 96, 96) and -1 <= x.min() and x.max() <= 1
    checked = 0
    for window, truth in zip(x, targets, strict=True):
        for box, kind in zip(truth.boxes, truth.classes, strict=True):
            x0, y0, x1, y1 = box.round().int().tolist()
            if min(x1 - x0, y1 - y0) < 6:
                continue
            bright = window[int(kind)] > 0
            inner = bright[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2]
            assert inner.float().mean() > 0.95
            outside = bright.clone()
            for other in truth.boxes[truth.classes == kind]:
                a, b, c, d = other.round().int().tolist()
                outside[max(0, b - 2) : d + 2, max(0, a - 2) : c + 2] = False
            assert outside.float().mean() < 0.02  # what is left of squares that lie mostly outside
            checked += 1
    assert checked > 40


def test_a_source_taken_up_again_draws_what_it_would_have_drawn():
    source = WindowSource(squares(), WindowAugmentation(window_px=64), 4)
    source.draw(2)
    kept = source.state()
    first, targets = source.draw(3)
    source.restore(kept)
    again, same = source.draw(3)
    assert torch.equal(first, again)
    assert all(torch.equal(a.boxes, b.boxes) for a, b in zip(targets, same, strict=True))


@pytest.mark.skipif(not (DATA / "labelled").exists(), reason="the real data is not here")
def test_bccd_has_205_87_and_72_images_two_broken_boxes_and_a_colour_baseline_that_is_no_straw_man():
    counts, broken = zip(*((len(images), lost) for images, lost in (load_bccd(DATA, split) for split in ("train", "val", "test"))))
    assert counts == (205, 87, 72) and sum(broken) == 2
    images, _ = load_bccd(DATA, "test")
    assert not {image.name for image in images} & {image.name for image in load_bccd(DATA, "train")[0]}
    judged = judge_classes(detect_by_colour(images[:20]), [(image.boxes, image.classes) for image in images[:20]], len(BCCD_CLASSES))
    assert 0.4 < mean_average_precision(judged) < 0.9
