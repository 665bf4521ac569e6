"""Cards say in their first line what was trained on and that nothing is validated; manifests state the measured figures."""

import numpy as np
import pytest
import torch
from gigascope_training.blood_cells_card import BloodCellFacts, blood_cells_card, blood_cells_manifest
from gigascope_training.c4d_card import C4dFacts, capillaries_bundle, feasible_bundle, pipeline_bundle
from gigascope_training.c4d_figures import Reading
from gigascope_training.cycles import described
from gigascope_training.detection_figures import Interval
from gigascope_training.detection_losses import LossSettings
from gigascope_training.detection_source import WindowAugmentation
from gigascope_training.detection_windows import WindowSettings
from gigascope_training.nuclei_card import NucleiFacts, nuclei_card, nuclei_manifest
from gigascope_training.segmentation_augment import SegmentationAugmentation
from gigascope_training.segmentation_figures import Tally, pooled_figures
from gigascope_training.trainer import Schedule
from test_segmentation import _drawn

HALF = Interval(0.5, 0.4, 0.6)
WINDOWS = WindowSettings(256, 192, 16, 0.5, True)


def _blood():
    return BloodCellFacts({"train": 205, "val": 87, "test": 72}, [3, 2, 1], 0.55, HALF, [HALF] * 3, HALF, [0.5] * 3, HALF, [0.1] * 3, 0.5)


def test_blood_cells_says_205_images_and_states_the_mean_and_each_class():
    settings = {"mpp": 0.145, "maxObjectPx": 144, "maxPerPatch": 100, "windows": WINDOWS}
    card = blood_cells_card(_blood(), (Schedule(),), WindowAugmentation(), LossSettings(), settings)
    first = card.splitlines()[0]
    assert "205 blood smear images" in first and "NOT validated" in first
    assert "Research use only" in card and "0.500 (0.400–0.600)" in card and "val.txt" in card
    manifest = blood_cells_manifest(_blood(), settings)
    assert manifest["figures"]["ap50"] == 0.5 and manifest["figures"]["ap50PlateletsLow"] == 0.4
    assert manifest["stridePx"] == 192 and manifest["threshold"] == 0.55


def test_all_three_cards_of_c4d_say_first_that_phantoms_were_used_and_no_slide_of_a_patient():
    boxes = torch.tensor([[0.0, 0, 10, 10], [20, 0, 30, 10]])
    reading = Reading(910, np.ones((1, 1)), torch.tensor([[0.0, 0, 10, 10, 0.9, 1]]), (boxes, torch.tensor([1, 0])), np.ones((1, 1), int))
    facts = C4dFacts(3000, 480, 9144, 100, HALF, 0.99, 0.1, [reading], 0.5, HALF, HALF, HALF, HALF, [])
    cycle = (Schedule(),)
    settings = {
        "seeds": {"trained": (1, 40), "choice": (900, 909), "judged": (910, 917)},
        **{"mpp": 0.5, "regionThreshold": 0.3, "maxObjectPx": 64, "maxPerPatch": 100, "enlargedPx": (0.0, 0.0)},
        **{"windows": WINDOWS, "feasible": cycle, "capillaries": cycle},
    }
    for make, task in ((feasible_bundle, "classify"), (capillaries_bundle, "detect"), (pipeline_bundle, "pipeline")):
        card, changes = make(facts, settings)
        first = card.splitlines()[0]
        assert "phantoms" in first and "NO slide of a patient" in first and "NOT validated" in first
        assert "Research use only" in card and "910–917" in card
        assert changes["task"] == task and changes["licence"] == "Apache-2.0"
    assert "| 910 | 2 | 50.0 % | 1 | 100.0 % | 50.0 |" in card


@pytest.mark.parametrize("whole", [False, True])
def test_nuclei_says_how_many_images_it_saw_and_on_which_mosaics_it_was_judged(whole):
    nuclei = _drawn()
    trained, judged = nuclei.subset(nuclei.mosaics != 0), nuclei.subset(nuclei.mosaics == 0)
    tallies = [Tally(10, 12, 14, 8, 20, 3, 4)] * 2
    pooled = {name: pooled_figures(tallies, judged.mosaics) for name in ("network", "watershed", "components")}
    facts = NucleiFacts(nuclei if whole else trained, judged, pooled, tallies, [[0], [1], [2]] if whole else [[0]], whole)
    settings = {"mpp": 0.25, "stridePx": 192, "threshold": 0.5, "minAreaUm2": 3.0, "growPx": 3, "cropPx": 160, "insetPx": 2}
    card = nuclei_card(facts, Schedule(), SegmentationAugmentation(), settings)
    assert card.startswith(f"Trained on {6 if whole else 4} stained images") and "NOT validated" in card.splitlines()[0]
    assert ("saw every image" in card) == whole and ("training saw none" in card) != whole
    manifest = nuclei_manifest(facts, 256, settings)
    assert manifest["growPx"] == 3 and manifest["figures"]["dice"] == round(20 / 26, 4)


def test_two_cycles_are_described_with_both_their_steps():
    assert described((Schedule(steps=1200, rate=0.002), Schedule(steps=800, rate=0.001))).startswith("1,200 and 800 steps of 64, AdamW, rate 0.002 and 0.001")
