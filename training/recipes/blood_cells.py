"""Makes models/blood-cells: Faster R-CNN for red cells, white cells and platelets in blood smears.

    python training/recipes/blood_cells.py                 everything: graph, training, threshold, figures, bundle
    python training/recipes/blood_cells.py --stage train   one stage of it: prepare | train | figures | bundle

Data: BCCD (MIT), see training/README.md. Its train split is learnt, its val split chooses the threshold, its test split
is only judged. Every stage takes up what an earlier run left in training/runs/blood-cells; a stopped training resumes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

TRAINING = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TRAINING))

from gigascope_training.blood_cells_card import BloodCellFacts, blood_cells_card, blood_cells_manifest  # noqa: E402
from gigascope_training.bundle import build_graph, multiply_adds, seal_bundle, write_changes  # noqa: E402
from gigascope_training.bundle_model import BundleModel  # noqa: E402
from gigascope_training.cycles import train_in_cycles  # noqa: E402
from gigascope_training.detection_baseline import detect_by_colour  # noqa: E402
from gigascope_training.detection_figures import (  # noqa: E402
    average_precision,
    best_threshold,
    f1,
    judge_classes,
    mean_average_precision,
    with_interval,
)
from gigascope_training.detection_images import BCCD_CLASSES, load_bccd  # noqa: E402
from gigascope_training.detection_losses import DetectionLoss, LossSettings  # noqa: E402
from gigascope_training.detection_source import WindowAugmentation, WindowSource  # noqa: E402
from gigascope_training.detection_windows import WindowSettings, detect_image  # noqa: E402
from gigascope_training.detector import DetectorSettings, read_detector  # noqa: E402
from gigascope_training.onnx_torch import read_graph, write_weights  # noqa: E402
from gigascope_training.trainer import Schedule  # noqa: E402

SEED = 3
"""Platelets measure 20 px, red cells 52, white cells 60 to 145: an anchor about each."""
SETTINGS = DetectorSettings(BCCD_CLASSES, patch_px=256, anchor_sizes_px=(20, 50, 100, 140, 200), pre_nms=400, post_nms=300)
GRAPH = {"width": 0.25, "fpnChannels": 64, "headChannels": 256, "seed": SEED, **SETTINGS.graph_options()}
"""Smears are halved: red cells, 7.5 µm across, then measure 52 px."""
REDUCE = 2
MPP = 0.145
"""The largest object of the train split has 144.5 px; windows overlap by that much."""
MAX_OBJECT_PX = 144
WINDOWS = WindowSettings(patch_px=256, stride_px=112, margin_px=16, nms_iou=0.5, exclusive=False)
AUGMENTATION = WindowAugmentation(window_px=256)
LOSS = LossSettings(regions=64, pre_nms=400, post_nms=300, jittered=2)
"""The second cycle was added because val had AP50 0.834 after the first, the others because it still rose: 0.844, 0.850."""
CYCLES = (
    Schedule(steps=1200, batch=4, rate=2e-3, weight_decay=1e-2, warmup=100, average=0.995, seed=SEED),
    Schedule(steps=1400, batch=4, rate=1.5e-3, weight_decay=1e-2, warmup=50, average=0.995, seed=SEED + 1),
    Schedule(steps=1400, batch=8, rate=1.2e-3, weight_decay=1e-2, warmup=50, average=0.997, seed=SEED + 2),
    Schedule(steps=1200, batch=8, rate=1.2e-3, weight_decay=1e-2, warmup=50, average=0.997, seed=SEED + 3),
)


def prepare(runs: Path) -> None:
    if not (runs / "initial.onnx").exists():
        build_graph("faster-rcnn-resnet-18-fpn", GRAPH, runs / "initial.onnx", runs)


def run_training(data: Path, runs: Path) -> None:
    """One training on the train split by a fixed schedule; the last averaged weights are kept, whatever val says."""
    images, broken = load_bccd(data, "train", REDUCE)
    print(f"{len(images)} smears, {broken} broken boxes left out", flush=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    detector = read_detector(read_graph(runs / "initial.onnx"), SETTINGS).to(device)
    loss = DetectionLoss(LOSS, device, mixed_precision=device == "cuda")
    detector, _ = train_in_cycles(detector, WindowSource(images, AUGMENTATION, SEED), CYCLES, runs, "train", loss)
    write_weights(read_graph(runs / "initial.onnx"), detector.cpu().weights(), runs / "trained.onnx")


def judge(data: Path, runs: Path, split: str = "test") -> BloodCellFacts:
    """The threshold from val, the figures from test, the shipped graph read in windows as the service reads a slide."""
    model = BundleModel(runs / "trained.onnx")
    judged = {}
    for name in dict.fromkeys(("val", split)):
        images, _ = load_bccd(data, name, REDUCE)
        truth = [(image.boxes, image.classes) for image in images]
        judged[name] = judge_classes([detect_image(model.detect, image, WINDOWS) for image in images], truth, len(BCCD_CLASSES))
        baseline = judge_classes(detect_by_colour(images), truth, len(BCCD_CLASSES))
    threshold = best_threshold(judged["val"])
    classes = judged[split]
    facts = BloodCellFacts(
        images={name: len(load_bccd(data, name, REDUCE)[0]) for name in ("train", "val", "test")},
        objects=[sum(image.objects for image in of_class) for of_class in classes],
        threshold=threshold,
        ap50=with_interval(classes, mean_average_precision),
        ap50_of_class=[with_interval([of_class], mean_average_precision) for of_class in classes],
        f1=with_interval(classes, lambda c: f1(c, threshold)),
        f1_of_class=[f1([of_class], threshold) for of_class in classes],
        baseline=with_interval(baseline, mean_average_precision),
        baseline_of_class=[average_precision(of_class) for of_class in baseline],
        ap50_val=mean_average_precision(judged["val"]),
    )
    print(f"val AP50 {facts.ap50_val:.3f}, threshold {threshold}")
    print(f"{split} AP50 {facts.ap50}, baseline {facts.baseline}, F1 {facts.f1}")
    for name, one, floor in zip(BCCD_CLASSES, facts.ap50_of_class, facts.baseline_of_class, strict=True):
        print(f"  {name}: AP50 {one}, baseline {floor:.3f}", flush=True)
    return facts


def make_bundle(data: Path, runs: Path, out: Path, seal: bool) -> None:
    """Measures, writes model, card and manifest, and has the TypeScript package seal them."""
    facts = judge(data, runs)
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.onnx").write_bytes((runs / "trained.onnx").read_bytes())
    settings = {"mpp": MPP, "maxObjectPx": MAX_OBJECT_PX, "maxPerPatch": SETTINGS.max_detections, "windows": WINDOWS}
    (out / "README.md").write_text(blood_cells_card(facts, CYCLES, AUGMENTATION, LOSS, settings))
    changes = blood_cells_manifest(facts, settings) | {"multiplyAddCount": multiply_adds(runs / "initial.onnx")}
    if seal:
        seal_bundle(out, changes, runs)
    else:
        write_changes(changes, runs)


STAGES = ("all", "prepare", "train", "val", "figures", "bundle")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", choices=STAGES, default="all", help="val: figures of the val split, to look at while choosing")
    parser.add_argument("--data", type=Path, default=TRAINING.parent.parent / "shared" / "data")
    parser.add_argument("--runs", type=Path, default=TRAINING / "runs" / "blood-cells")
    parser.add_argument("--out", type=Path, default=TRAINING.parent / "models" / "blood-cells")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-seal", action="store_true", help="write model, card and changes.json only")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    runs: Path = arguments.runs
    runs.mkdir(parents=True, exist_ok=True)
    stage = arguments.stage
    if stage in ("all", "prepare", "train"):
        prepare(runs)
    if stage in ("all", "train"):
        run_training(arguments.data, runs)
    if stage in ("val", "figures"):
        judge(arguments.data, runs, "val" if stage == "val" else "test")
    if stage in ("all", "bundle"):
        make_bundle(arguments.data, runs, arguments.out, not arguments.no_seal)


if __name__ == "__main__":
    main()
