"""The real set, read from its archive."""

from pathlib import Path

import numpy as np
import pytest
from gigascope_training.nuclei_images import load_nuclei, mosaic_folds
from gigascope_training.segmentation_baseline import otsu_components, otsu_watershed
from gigascope_training.segmentation_figures import tally

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.skipif(not (DATA / "labelled").exists(), reason="the real data is not here")
def test_81_images_of_20_mosaics_hold_3429_nuclei_and_a_watershed_parts_them_better_than_components():
    nuclei = load_nuclei(DATA)
    assert len(nuclei) == 81 and len(np.unique(nuclei.mosaics)) == 20
    assert sum(len(np.unique(labels)) - 1 for labels in nuclei.labels) == 3429
    for mosaics in mosaic_folds(nuclei, 4):
        assert len(mosaics) == 5
    crowded = int(np.flatnonzero(nuclei.mosaics == 21)[0])
    parted = tally(nuclei.labels[crowded], otsu_watershed(nuclei.images[crowded]))
    whole = tally(nuclei.labels[crowded], otsu_components(nuclei.images[crowded]))
    assert parted.aji > whole.aji and abs(parted.dice - whole.dice) < 0.02
