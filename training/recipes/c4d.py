"""Makes models/c4d: which fields of a C4d slide can be read, and the capillaries in them, positive or negative.

    python training/recipes/c4d.py                       everything: phantoms, both stages, figures, bundle
    python training/recipes/c4d.py --stage capillaries   one stage of it: draw | feasible | capillaries | figures | bundle
    python training/recipes/c4d.py --stage sweep         short trainings, one for each enlargement of the boxes

Trained on phantoms alone (packages/phantom); no slide of a patient was seen. Every stage takes up what an earlier run
left in training/runs/c4d; a stopped training resumes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

TRAINING = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TRAINING))

from gigascope_training.augment import Augmentation  # noqa: E402
from gigascope_training.bundle import build_graph, multiply_adds, seal_bundle, write_changes  # noqa: E402
from gigascope_training.bundle_model import BundleModel  # noqa: E402
from gigascope_training.c4d_card import C4dFacts, capillaries_bundle, feasible_bundle, pipeline_bundle  # noqa: E402
from gigascope_training.c4d_figures import (  # noqa: E402
    judged_cells,
    judged_readings,
    judged_without_class,
    mean_ratio_error,
    read_slide,
    threshold_by_f1,
)
from gigascope_training.c4d_phantoms import C4D_CLASSES, draw_c4d, enlarged, load_fields, load_slides, load_windows, shrunk  # noqa: E402
from gigascope_training.cycles import train_in_cycles  # noqa: E402
from gigascope_training.detection_figures import Interval, f1, judge_classes, mean_average_precision, with_interval  # noqa: E402
from gigascope_training.detection_losses import DetectionLoss, LossSettings  # noqa: E402
from gigascope_training.detection_source import WindowAugmentation, WindowSource  # noqa: E402
from gigascope_training.detection_windows import Find, WindowSettings, detect_image, finder  # noqa: E402
from gigascope_training.detector import Detector, DetectorSettings, read_detector  # noqa: E402
from gigascope_training.figures import auc, bootstrap_auc  # noqa: E402
from gigascope_training.onnx_torch import OnnxModule, read_graph, write_weights  # noqa: E402
from gigascope_training.patches import aligned_input  # noqa: E402
from gigascope_training.scoring import tumour_probability  # noqa: E402
from gigascope_training.sources import PatchSource  # noqa: E402
from gigascope_training.trainer import Schedule, train  # noqa: E402

SEED = 5
"""Phantom seeds: to train on, to choose thresholds on, to judge on. Those from 1000 on are the project's own tests'."""
TRAIN_SEEDS, CHOICE_SEEDS, JUDGED_SEEDS = (1, 40), (900, 909), (910, 917)
MPP = 0.5

FEASIBLE_GRAPH = {"inputSizePx": 299, "averageFactor": 4, "classes": 2, "width": 0.1, "minChannels": 16, "seed": SEED}
FEASIBLE_AUGMENTATION = Augmentation(jitter_px=1, rotation_share=0.3, scale=0.05, blur_share=0.0)
FEASIBLE_SCHEDULE = Schedule(steps=700, seed=SEED)
"""Under 0.5: a field wrongly let in costs little, one wrongly left out loses its capillaries (99 % are let in at this)."""
REGION_THRESHOLD = 0.3

"""Capillaries measure 12 to 50 px at 0.5 µm/px, half of them less than 24 px."""
SETTINGS = DetectorSettings(C4D_CLASSES, 256, anchor_sizes_px=(16, 26, 40, 64, 128), pre_nms=400, post_nms=300, exclusive=True)
CAPILLARY_GRAPH = {"width": 0.25, "fpnChannels": 64, "headChannels": 256, "seed": SEED, **SETTINGS.graph_options()}
WINDOWS = WindowSettings(patch_px=256, stride_px=192, margin_px=16, nms_iou=0.5, exclusive=True)
MAX_OBJECT_PX = 64
CAPILLARY_AUGMENTATION = WindowAugmentation(window_px=256, scale=0.1, beyond_px=0)
LOSS = LossSettings(regions=64, pre_nms=400, post_nms=300, jittered=2)
"""The second cycle was added before any judged phantom was looked at."""
CAPILLARY_CYCLES = (
    Schedule(steps=700, batch=4, rate=2e-3, weight_decay=1e-2, warmup=100, average=0.99, seed=SEED),
    Schedule(steps=600, batch=4, rate=1.5e-3, weight_decay=1e-2, warmup=30, average=0.99, seed=SEED + 1),
)
"""How far boxes are enlarged, negative and positive, in pixels a side, to be learnt and taken off again.

Kim et al. 2019 found 40 and 50 px best on their scans and boxes; the phantoms' boxes are tight around the wall already.
"""
ENLARGED_PX = (0.0, 0.0)
SWEEP_PX = ((0.0, 0.0), (1.0, 1.0), (2.0, 3.0))
SWEEP_CYCLES = (replace(CAPILLARY_CYCLES[0], steps=400),)


def draw(runs: Path) -> None:
    draw_c4d("feasible", runs / "fields", *TRAIN_SEEDS)
    draw_c4d("feasible", runs / "fields-unseen", *CHOICE_SEEDS)
    draw_c4d("capillaries", runs / "windows", *TRAIN_SEEDS)
    draw_c4d("capillaries", runs / "windows-unseen", *CHOICE_SEEDS)
    draw_c4d("slides", runs / "slides-unseen", *JUDGED_SEEDS)


def train_feasible(runs: Path) -> None:
    """Stage 1: readable cortex or not, as metastasis is trained: class, then phantom, then field."""
    start = runs / "feasible-initial.onnx"
    if not start.exists():
        build_graph("inception-v3", FEASIBLE_GRAPH, start, runs)
    source = PatchSource(load_fields(runs / "fields"), FEASIBLE_AUGMENTATION, SEED, 0.5)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = OnnxModule(read_graph(start), "features_in", "logits", 0.2).to(device, memory_format=torch.channels_last)
    network, _ = train(network, source, FEASIBLE_SCHEDULE, runs / "feasible.pt", "feasible")
    write_weights(read_graph(start), network.weights(), runs / "feasible.onnx")
    unseen = load_fields(runs / "fields-unseen")
    score = tumour_probability(network, aligned_input(unseen.images))
    right = np.mean((score >= REGION_THRESHOLD) == (unseen.labels == 1))
    print(f"fields of unseen phantoms: AUC {auc(unseen.labels, score):.4f}, {100 * right:.1f} % right", flush=True)


def fit_capillaries(runs: Path, enlarged_px: tuple[float, float], cycles: Sequence[Schedule], name: str) -> Detector:
    """Stage 2 with boxes enlarged by so much; resumes from runs/<name>.pt."""
    start = runs / "capillaries-initial.onnx"
    if not start.exists():
        build_graph("faster-rcnn-resnet-18-fpn", CAPILLARY_GRAPH, start, runs)
    images = [enlarged(image, enlarged_px) for image in load_windows(runs / "windows")]
    device = "cuda" if torch.cuda.is_available() else "cpu"
    detector = read_detector(read_graph(start), SETTINGS).to(device)
    loss = DetectionLoss(LOSS, device, mixed_precision=device == "cuda")
    detector, _ = train_in_cycles(detector, WindowSource(images, CAPILLARY_AUGMENTATION, SEED), cycles, runs, name, loss)
    return detector.cpu()


def choose(runs: Path, find: Find, enlarged_px: tuple[float, float], every: int = 1) -> tuple[float, float, float]:
    """(threshold, F1 there, AP50) on windows of phantoms that training did not see, boxes shrunk back to their own size."""
    images = load_windows(runs / "windows-unseen")[::every]
    found = [shrunk(detect_image(find, image, WINDOWS), enlarged_px) for image in images]
    classes = judge_classes(found, [(image.boxes, image.classes) for image in images], len(C4D_CLASSES))
    threshold = threshold_by_f1(classes)
    return threshold, f1(classes, threshold), mean_average_precision(classes)


def train_capillaries(runs: Path) -> None:
    detector = fit_capillaries(runs, ENLARGED_PX, CAPILLARY_CYCLES, "capillaries")
    write_weights(read_graph(runs / "capillaries-initial.onnx"), detector.weights(), runs / "capillaries.onnx")
    threshold, best, precision = choose(runs, BundleModel(runs / "capillaries.onnx").detect, ENLARGED_PX)
    (runs / "threshold.json").write_text(json.dumps({"threshold": threshold, "f1": best, "ap50": precision}))
    print(f"windows of unseen phantoms: F1 {best:.3f} from {threshold} on, AP50 {precision:.3f}", flush=True)


def sweep(runs: Path) -> None:
    """Short trainings, alike but for the enlargement of boxes; all judged on the tight boxes of the same windows."""
    rows = []
    for negative, positive in SWEEP_PX:
        name = f"sweep-{negative:g}-{positive:g}"
        detector = fit_capillaries(runs, (negative, positive), SWEEP_CYCLES, name)
        threshold, best, precision = choose(runs, finder(detector), (negative, positive), 4)
        rows.append({"negativePx": negative, "positivePx": positive, "threshold": threshold, "f1": best, "ap50": precision})
        print(f"enlarged by {negative:g} and {positive:g} px: F1 {best:.3f} from {threshold} on, AP50 {precision:.3f}", flush=True)
    (runs / "sweep.json").write_text(json.dumps(rows, indent=2))


def judge(runs: Path) -> C4dFacts:
    """Both stages over whole phantoms that neither training nor the choice of the threshold saw."""
    fields, windows = load_fields(runs / "fields"), load_windows(runs / "windows")
    stages = (BundleModel(runs / "feasible.onnx"), BundleModel(runs / "capillaries.onnx"))
    threshold = json.loads((runs / "threshold.json").read_text())["threshold"]
    readings = [read_slide(slide, stages, WINDOWS, REGION_THRESHOLD, ENLARGED_PX) for slide in load_slides(runs / "slides-unseen")]
    classes, alone = judged_readings(readings), judged_without_class(readings)
    cells, probability, phantom = judged_cells(readings)
    swept = runs / "sweep.json"
    facts = C4dFacts(
        fields=len(fields),
        windows=len(windows),
        capillaries=sum(len(image.boxes) for image in windows),
        cells=len(cells),
        feasible_auc=Interval(auc(cells, probability), *bootstrap_auc(cells, probability, phantom)),
        feasible_kept=float(np.mean(probability[cells == 1] >= REGION_THRESHOLD)),
        feasible_wrong=float(np.mean(probability[cells == 0] >= REGION_THRESHOLD)),
        readings=readings,
        threshold=threshold,
        f1=with_interval(classes, lambda c: f1(c, threshold)),
        f1_found=with_interval(alone, lambda c: f1(c, threshold)),
        ap50=with_interval(classes, mean_average_precision),
        ratio_error=mean_ratio_error(readings, threshold),
        sweep=json.loads(swept.read_text()) if swept.exists() else [],
    )
    print(
        f"F1 {facts.f1}, whichever class {facts.f1_found}, AP50 {facts.ap50}, ratio error {facts.ratio_error} points", flush=True
    )
    return facts


def make_bundle(runs: Path, out: Path, seal: bool) -> None:
    """Measures, writes both stages' bundles and the pipeline's around them, and has the TypeScript package seal them."""
    facts = judge(runs)
    settings = {
        "seeds": {"trained": TRAIN_SEEDS, "choice": CHOICE_SEEDS, "judged": JUDGED_SEEDS},
        "mpp": MPP,
        "regionThreshold": REGION_THRESHOLD,
        "maxObjectPx": MAX_OBJECT_PX,
        "maxPerPatch": SETTINGS.max_detections,
        "enlargedPx": ENLARGED_PX,
        "windows": WINDOWS,
        "feasible": (FEASIBLE_SCHEDULE,),
        "capillaries": CAPILLARY_CYCLES,
    }
    for name, (card, changes) in (("feasible", feasible_bundle(facts, settings)), ("capillaries", capillaries_bundle(facts, settings))):
        (out / name).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(runs / f"{name}.onnx", out / name / "model.onnx")
        counted = changes | {"multiplyAddCount": multiply_adds(runs / f"{name}-initial.onnx")}
        _finish(out / name, card, counted, runs / name, seal)
    _finish(out, *pipeline_bundle(facts, settings), runs, seal)


def _finish(folder: Path, card: str, changes: dict, scratch: Path, seal: bool) -> None:
    (folder / "README.md").write_text(card)
    if seal:
        seal_bundle(folder, changes, scratch)
    else:
        write_changes(changes, scratch)


STAGES = ("all", "draw", "feasible", "capillaries", "sweep", "figures", "bundle")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", choices=STAGES, default="all")
    parser.add_argument("--runs", type=Path, default=TRAINING / "runs" / "c4d")
    parser.add_argument("--out", type=Path, default=TRAINING.parent / "models" / "c4d")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-seal", action="store_true", help="write models, cards and changes.json only")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    runs: Path = arguments.runs
    runs.mkdir(parents=True, exist_ok=True)
    stage = arguments.stage
    if stage in ("all", "draw"):
        draw(runs)
    if stage in ("all", "feasible"):
        train_feasible(runs)
    if stage in ("all", "capillaries"):
        train_capillaries(runs)
    if stage == "sweep":
        sweep(runs)
    if stage == "figures":
        judge(runs)
    if stage in ("all", "bundle"):
        make_bundle(runs, arguments.out, not arguments.no_seal)


if __name__ == "__main__":
    main()
