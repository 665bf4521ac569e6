"""No held-out cluster reaches training, neither by its patches nor by patches that overlap them."""

from pathlib import Path

import numpy as np
import pytest
from gigascope_training.patches import PatchSet, load_pcam
from gigascope_training.sampler import ClassSlideSampler
from gigascope_training.splits import JUDGED_CLUSTERS, leave_clusters_out

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def _patches(rows):
    labels, clusters, groups = zip(*rows, strict=True)
    return PatchSet(
        np.zeros((len(rows), 96, 96, 3), np.uint8),
        np.array(labels),
        np.array([f"cluster:{c}" for c in clusters]),
        np.array(groups),
        "made for a test",
        "CC0-1.0",
    )


def test_a_group_that_spans_two_clusters_leaves_training_with_either():
    patches = _patches([(0, 1, "a"), (1, 2, "a"), (0, 2, "b"), (1, 3, "c")])
    train, test = leave_clusters_out(patches, [1])
    assert train.tolist() == [2, 3]
    assert test.tolist() == [0]


@pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not there")
def test_seven_folds_of_pcam_share_no_cluster_and_no_overlap_group():
    pcam = load_pcam(DATA)
    judged = 0
    for cluster in JUDGED_CLUSTERS:
        train, test = leave_clusters_out(pcam, [cluster])
        assert set(pcam.slides[test]) == {f"cluster:{cluster}"}
        assert not set(pcam.slides[train]) & set(pcam.slides[test])
        assert not set(pcam.groups[train]) & set(pcam.groups[test])
        assert len(train) + len(test) > 2880
        judged += len(test)
    assert judged == 2670


def test_4000_draws_give_both_classes_equally_and_slides_of_a_class_uniformly():
    # 1 tumour slide of 10 patches against normal slides of 90 and 10: classes 1:1, normal slides 1:1
    patches = _patches([(1, 0, "t")] * 10 + [(0, 1, "n")] * 90 + [(0, 2, "m")] * 10)
    drawn = ClassSlideSampler(patches, seed=1).draw(4000)
    assert abs(np.mean(drawn < 10) - 0.5) < 0.03
    assert abs(np.mean(drawn >= 100) - 0.25) < 0.03


def test_the_same_seed_draws_the_same_patches():
    patches = _patches([(1, 0, "t")] * 10 + [(0, 1, "n")] * 90)
    assert ClassSlideSampler(patches, 4).draw(50).tolist() == ClassSlideSampler(patches, 4).draw(50).tolist()
