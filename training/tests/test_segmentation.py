"""Segmentation from numbered images to the exported graph, on images drawn here."""

import numpy as np
import onnxruntime
import pytest
import torch
from gigascope_training.counterstain import lay_counterstain
from gigascope_training.nuclei_images import NucleiSet, mosaic_folds
from gigascope_training.onnx_torch import OnnxModule, read_graph, write_weights
from gigascope_training.segmentation_augment import SegmentationAugmentation, place
from gigascope_training.segmentation_figures import Tally, pooled_figures, tally
from gigascope_training.segmentation_source import SegmentationSource, weighted_pixel_loss
from gigascope_training.segmentation_windows import fade, foreground_probability, objects_of, window_starts
from gigascope_training.trainer import Schedule, train
from tiny_unet import tiny_unet


def _drawn(count=6, height=96, width=112, seed=1):
    """Purple discs on pale ground, numbered, two images a mosaic."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    images = np.full((count, height, width, 3), (205, 195, 220), np.uint8)
    labels = np.zeros((count, height, width), np.int32)
    for image, numbered in zip(images, labels, strict=True):
        for number in range(1, 13):
            inside = np.hypot(y - random.integers(0, height), x - random.integers(0, width)) < random.integers(5, 10)
            image[inside] = (100, 60, 150)
            numbered[inside] = number
    images = np.clip(images + random.normal(0, 6, images.shape), 0, 255).astype(np.uint8)
    return NucleiSet(images, labels, np.arange(count) // 2, np.array([f"{i}" for i in range(count)]))


def test_60_steps_halve_the_loss_and_the_exported_graph_equals_the_trainer_to_1e_4(tmp_path):
    torch.set_num_threads(1)
    nuclei = _drawn()
    model = tiny_unet()
    source = SegmentationSource(nuclei, 64, SegmentationAugmentation(smallest_px=10, largest_px=20), 1.0, 1, 5)
    schedule = Schedule(steps=60, batch=4, rate=0.01, warmup=5, average=0.8)
    trained, losses = train(OnnxModule(model, "features_in", "logits"), source, schedule, loss_of=weighted_pixel_loss)
    assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:5])

    write_weights(model, trained.weights(), tmp_path / "model.onnx")
    patches = nuclei.images[:3, :64, :64]
    door = OnnxModule(read_graph(tmp_path / "model.onnx"), "patches", "features_in")
    whole = OnnxModule(read_graph(tmp_path / "model.onnx"), "patches", "probabilities").eval()
    with torch.no_grad():
        by_trainer = trained(door(torch.from_numpy(patches))).softmax(1).numpy()
        by_whole = whole(torch.from_numpy(patches)).numpy()
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"), providers=["CPUExecutionProvider"])
    by_runtime = session.run(["probabilities"], {"patches": patches})[0]
    assert np.ptp(by_runtime) > 0.5
    np.testing.assert_allclose(by_runtime, by_trainer, atol=1e-4)
    np.testing.assert_allclose(by_runtime, by_whole, atol=1e-4)

    found = objects_of(foreground_probability(trained, nuclei.images[0], 64, 48), 0.5, 10, 1)
    assert tally(nuclei.labels[0], found).dice > 0.8


def test_the_weighted_loss_of_equal_weights_is_the_mean_cross_entropy_and_a_weight_of_0_silences_a_pixel():
    network = torch.nn.Conv2d(3, 2, 1)
    x = torch.randn(2, 3, 5, 5, generator=torch.Generator().manual_seed(1))
    target = torch.randint(0, 2, (2, 5, 5), generator=torch.Generator().manual_seed(2))
    plain = torch.nn.functional.cross_entropy(network(x), target)
    even = weighted_pixel_loss(network, x, {"target": target, "weight": torch.full((2, 5, 5), 3.0)})
    assert even.item() == pytest.approx(plain.item(), rel=2e-2)  # bfloat16 where the processor has it
    weight = torch.ones(2, 5, 5)
    weight[0] = 0
    half = weighted_pixel_loss(network, x, {"target": target, "weight": weight})
    only = torch.nn.functional.cross_entropy(network(x[1:]), target[1:])
    assert half.item() == pytest.approx(only.item(), rel=2e-2)


def test_without_change_of_size_and_shape_a_crop_holds_the_image_and_its_numbers_at_the_same_places():
    nuclei = _drawn(1)
    marked = np.repeat((nuclei.labels * 20)[..., None], 3, axis=3).astype(np.uint8)
    still = SegmentationAugmentation(elastic_px=0)
    generator = torch.Generator().manual_seed(3)
    for _ in range(5):
        x, numbers = place(torch.from_numpy(marked), torch.from_numpy(nuclei.labels), torch.ones(1), 64, still, generator)
        grey = x[0, 0] * 255 / 20
        around = torch.nn.functional.max_pool2d(torch.stack([numbers, -numbers], 1).float(), 3, 1, 1)[0]
        inner = around[0] == -around[1]  # off the edges
        same = (grey - numbers[0]).abs()[inner] < 0.05
        assert same.float().mean() > 0.995 and inner.float().mean() > 0.5


def test_a_counterstain_changes_the_ground_more_than_the_nuclei():
    nuclei = _drawn(1)
    x = torch.from_numpy(nuclei.images).permute(0, 3, 1, 2).float() / 255
    mask = torch.from_numpy(nuclei.labels > 0)
    generator = torch.Generator().manual_seed(1)
    change = torch.stack([(lay_counterstain(x, mask, generator) - x).abs().mean(1) for _ in range(20)])
    off, on = change[:, ~mask].mean(), change[:, mask].mean()
    assert float(off) > 0.05 and float(on) > 0.01
    stained = lay_counterstain(x, mask, generator)
    assert bool(torch.isfinite(stained).all()) and float(stained.min()) >= 0 and float(stained.max()) <= 1


def test_windows_of_256_at_stride_192_begin_at_minus_32_and_fade_to_a_sum_of_1_between_two():
    assert window_starts(320, 256, 192) == [-32, 160]
    assert window_starts(192, 256, 192) == [-32]
    total = np.zeros(320 + 400)
    for start in window_starts(320, 256, 192):
        total[start + 200 : start + 456] += fade(256, 192)
    np.testing.assert_allclose(total[232:520], 1, atol=1e-12)


def test_windows_of_a_pixelwise_network_give_the_whole_image_and_mirror_at_the_border():
    image = np.random.default_rng(2).integers(0, 256, (70, 101, 3), dtype=np.uint8)
    pixelwise = torch.nn.Conv2d(3, 2, 1)
    x = torch.from_numpy(image).permute(2, 0, 1).float()[None] / 127.5 - 1
    with torch.no_grad():
        whole = pixelwise(x).softmax(1)[0, 1].numpy()
        blurred = torch.nn.Sequential(torch.nn.ReflectionPad2d(1), torch.nn.Conv2d(3, 2, 3))
        expected = blurred(x).softmax(1)[0, 1].numpy()
    np.testing.assert_allclose(foreground_probability(pixelwise, image, 32, 24), whole, atol=1e-6)
    padded = foreground_probability(torch.nn.Sequential(torch.nn.ReflectionPad2d(1), blurred[1]), image, 128, 104)
    np.testing.assert_allclose(padded[:, :90], expected[:, :90], atol=1e-6)


def test_pieces_that_touch_at_a_corner_are_two_objects_and_one_under_the_least_area_is_none():
    probability = np.zeros((6, 6))
    probability[0:2, 0:2] = probability[2:4, 2:4] = 0.9
    probability[5, 5] = 0.9
    assert objects_of(probability, 0.5, 2, 0).max() == 2
    assert objects_of(probability, 0.5, 1, 0).max() == 3
    assert objects_of(probability, 0.95, 1, 0).max() == 0


def test_pieces_grow_by_2_px_towards_each_other_and_never_merge():
    probability = np.zeros((1, 12))
    probability[0, [2, 5]] = 0.9
    assert objects_of(probability, 0.5, 1, 2).tolist() == [[1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 0]]


def test_aji_of_a_split_a_missed_and_an_invented_nucleus_is_8_by_40():
    truth, found = np.zeros((6, 20), int), np.zeros((6, 20), int)
    truth[0:4, 0:4] = 1  # 16 px, found as 8 + 6
    found[0:4, 0:2] = 1
    found[0:3, 2:4] = 2
    truth[0:4, 6:9] = 2  # 12 px, missed
    found[0:3, 12:14] = 3  # 6 px, invented
    # Pair 1–1: 8 of 16. Missed 12. Unused 2 and 3: 6 + 6. So 8 / (16 + 12 + 12).
    counts = tally(truth, found)
    assert (counts.joint, counts.union) == (8, 40)
    assert counts.dice == pytest.approx(2 * 14 / (28 + 20))
    assert (counts.nuclei, counts.found) == (2, 3)
    assert tally(truth, truth).aji == 1


def test_pooled_figures_sum_pixels_and_draw_whole_mosaics():
    tallies = [Tally(10, 10, 10, 10, 10, 1, 1), Tally(0, 30, 0, 0, 30, 3, 0)]
    figures = pooled_figures(tallies, np.array([1, 2]))
    assert figures["dice"].value == pytest.approx(20 / 50)
    assert figures["aji"].value == pytest.approx(10 / 40)
    assert figures["diceMean"].value == pytest.approx(0.5)
    assert (figures["aji"].low, figures["aji"].high) == (0, 1)
    together = pooled_figures(tallies, np.array([1, 1]))
    assert together["aji"].low == together["aji"].high == pytest.approx(0.25)


def test_every_mosaic_is_judged_in_one_of_4_folds():
    nuclei = _drawn(20)
    folds = mosaic_folds(nuclei, 4)
    assert sorted(np.concatenate(folds).tolist()) == list(range(10))


def test_a_source_taken_up_again_draws_what_it_would_have_drawn():
    source = SegmentationSource(_drawn(), 64, SegmentationAugmentation(smallest_px=10, largest_px=20), 1.0, 1, 5)
    source.draw(2)
    kept = source.state()
    first = source.draw(3)
    source.restore(kept)
    again = source.draw(3)
    assert torch.equal(first[0], again[0]) and torch.equal(first[1]["weight"], again[1]["weight"])
