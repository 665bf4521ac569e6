"""Makes models/nuclei: a padded U-Net that outlines nuclei in stained brightfield images.

    python training/recipes/nuclei.py                 everything: graph, training without a third of the mosaics, bundle
    python training/recipes/nuclei.py --stage folds   one stage of it: prepare | folds | final | figures | bundle
    python training/recipes/nuclei.py --judge 0 1 2   each third left out in turn, and final weights that saw all: 4 trainings

Data: the stained brightfield images of the Data Science Bowl 2018 (BBBC038, CC0), see training/README.md. Every stage
takes up what an earlier run left in training/runs/nuclei; a stopped training resumes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

TRAINING = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TRAINING))

from gigascope_training.bundle import build_graph, multiply_adds, seal_bundle, write_changes  # noqa: E402
from gigascope_training.nuclei_card import FIGURE_NAMES, NucleiFacts, nuclei_card, nuclei_manifest  # noqa: E402
from gigascope_training.nuclei_images import NucleiSet, load_nuclei, mosaic_folds  # noqa: E402
from gigascope_training.onnx_torch import OnnxModule, read_graph, write_weights  # noqa: E402
from gigascope_training.segmentation_augment import SegmentationAugmentation  # noqa: E402
from gigascope_training.segmentation_baseline import otsu_components, otsu_watershed  # noqa: E402
from gigascope_training.segmentation_figures import pooled_figures, tally  # noqa: E402
from gigascope_training.segmentation_source import SegmentationSource, weighted_pixel_loss  # noqa: E402
from gigascope_training.segmentation_windows import foreground_probability, objects_of  # noqa: E402
from gigascope_training.trainer import Schedule, train  # noqa: E402

SEED = 11
GRAPH = {"inputSizePx": 256, "width": 0.25, "classes": 2, "seed": SEED}
STRIDE_PX = 192
MPP = 0.25
THRESHOLD = 0.5
MIN_AREA_UM2 = 3.0
"""Nuclei are learnt less a rim of INSET_PX, which parts those that touch, and grown again by GROW_PX (chosen on images trained on)."""
INSET_PX, GROW_PX = 2, 3
"""Mosaics are dealt to thirds. Only the first is left out and judged by default, and what is shipped never saw it."""
FOLDS = 3
JUDGED = (0,)
CROP_PX = 160
BALANCE = 1.0
AUGMENTATION = SegmentationAugmentation()
SCHEDULE = Schedule(steps=900, batch=6, rate=5e-3, weight_decay=1e-2, warmup=50, average=0.99, seed=SEED)


def network_of(file: Path) -> OnnxModule:
    """The network of a file between `features_in` and `logits`, to be trained; on the GPU where there is one."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return OnnxModule(read_graph(file), "features_in", "logits").to(device, memory_format=torch.channels_last)


def prepare(runs: Path) -> None:
    if not (runs / "initial.onnx").exists():
        build_graph("u-net-same", GRAPH, runs / "initial.onnx", runs)


def fit(nuclei: NucleiSet, runs: Path, name: str) -> tuple[OnnxModule, list[float]]:
    """One training by the one schedule, from the graph's initial weights; resumes from runs/<name>.pt."""
    source = SegmentationSource(nuclei, CROP_PX, AUGMENTATION, BALANCE, INSET_PX, SEED)
    network, losses = train(network_of(runs / "initial.onnx"), source, SCHEDULE, runs / f"{name}.pt", name, weighted_pixel_loss)
    return network.cpu(), losses


def fold_file(runs: Path, fold: int) -> Path:
    return runs / f"fold-{fold}.npz"


def run_fold(fold: int, nuclei: NucleiSet, runs: Path) -> None:
    """Trains without the fold's mosaics, keeps the weights and the probabilities of its images."""
    held = np.isin(nuclei.mosaics, mosaic_folds(nuclei, FOLDS)[fold])
    network, _ = fit(nuclei.subset(~held), runs, f"fold-{fold}")
    write_weights(read_graph(runs / "initial.onnx"), network.weights(), runs / f"fold-{fold}.onnx")
    size = GRAPH["inputSizePx"]
    found = [foreground_probability(network, image, size, STRIDE_PX) for image in nuclei.images[held]]
    np.savez(fold_file(runs, fold), names=nuclei.names[held], probability=np.stack(found).astype(np.float32))


def run_final(nuclei: NucleiSet, runs: Path) -> None:
    """As a fold, but leaving nothing out; for when every third has been judged."""
    network, losses = fit(nuclei, runs, "final")
    write_weights(read_graph(runs / "initial.onnx"), network.weights(), runs / "final.onnx")
    print(f"loss {np.mean(losses[:50]):.3f} at first, {np.mean(losses[-50:]):.3f} at last", flush=True)


def judge(nuclei: NucleiSet, runs: Path, judged: Sequence[int]) -> NucleiFacts:
    """Figures over the judged thirds, each by the network that saw nothing of its mosaics, and the baselines' beside them."""
    folds = mosaic_folds(nuclei, FOLDS)
    held = np.isin(nuclei.mosaics, np.concatenate([folds[fold] for fold in judged]))
    probability = np.empty(nuclei.labels.shape, np.float32)
    for fold in judged:
        of_fold = np.isin(nuclei.mosaics, folds[fold])
        with np.load(fold_file(runs, fold)) as kept:
            if not np.array_equal(kept["names"], nuclei.names[of_fold]):
                raise ValueError(f"{fold_file(runs, fold)} is of another split; remove it and run again")
            probability[of_fold] = kept["probability"]
    of, probability = nuclei.subset(held), probability[held]
    least = MIN_AREA_UM2 / MPP**2
    tallies = {
        "network": [tally(t, objects_of(p, THRESHOLD, least, GROW_PX)) for t, p in zip(of.labels, probability, strict=True)],
        "watershed": [tally(t, otsu_watershed(i)) for t, i in zip(of.labels, of.images, strict=True)],
        "components": [tally(t, otsu_components(i)) for t, i in zip(of.labels, of.images, strict=True)],
    }
    pooled = {name: pooled_figures(counts, of.mosaics) for name, counts in tallies.items()}
    for name, figures in pooled.items():
        print(f"{name:10}", ", ".join(f"{kind} {figures[kind]}" for kind in FIGURE_NAMES), flush=True)
    whole = set(judged) == set(range(FOLDS))
    return NucleiFacts(nuclei if whole else nuclei.subset(~held), of, pooled, tallies["network"], [folds[f].tolist() for f in judged], whole)


def make_bundle(nuclei: NucleiSet, runs: Path, out: Path, judged: Sequence[int], seal: bool) -> None:
    """Measures, writes model, card and manifest, and has the TypeScript package seal them."""
    facts = judge(nuclei, runs, judged)
    out.mkdir(parents=True, exist_ok=True)
    shipped = runs / ("final.onnx" if facts.shipped_saw_all else f"fold-{judged[0]}.onnx")
    (out / "model.onnx").write_bytes(shipped.read_bytes())
    settings = {
        "mpp": MPP,
        "stridePx": STRIDE_PX,
        "threshold": THRESHOLD,
        "minAreaUm2": MIN_AREA_UM2,
        "growPx": GROW_PX,
        "cropPx": CROP_PX,
        "insetPx": INSET_PX,
    }
    (out / "README.md").write_text(nuclei_card(facts, SCHEDULE, AUGMENTATION, settings))
    changes = nuclei_manifest(facts, GRAPH["inputSizePx"], settings) | {"multiplyAddCount": multiply_adds(runs / "initial.onnx")}
    if seal:
        seal_bundle(out, changes, runs)
    else:
        write_changes(changes, runs)


STAGES = ("all", "prepare", "folds", "final", "figures", "bundle")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", choices=STAGES, default="all")
    parser.add_argument("--judge", type=int, nargs="+", choices=range(FOLDS), default=list(JUDGED), help="thirds to leave out: one, or all")
    parser.add_argument("--data", type=Path, default=TRAINING.parent.parent / "shared" / "data")
    parser.add_argument("--runs", type=Path, default=TRAINING / "runs" / "nuclei")
    parser.add_argument("--out", type=Path, default=TRAINING.parent / "models" / "nuclei")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-seal", action="store_true", help="write model, card and changes.json only")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    runs: Path = arguments.runs
    runs.mkdir(parents=True, exist_ok=True)
    nuclei = load_nuclei(arguments.data)
    stage = arguments.stage
    if stage in ("all", "prepare"):
        prepare(runs)
    if stage in ("all", "folds"):
        for fold in arguments.judge:
            if not (fold_file(runs, fold).exists() and (runs / f"fold-{fold}.onnx").exists()):
                run_fold(fold, nuclei, runs)
    if stage == "final" or (stage == "all" and len(arguments.judge) == FOLDS):
        run_final(nuclei, runs)
    if stage == "figures":
        judge(nuclei, runs, arguments.judge)
    if stage in ("all", "bundle"):
        make_bundle(nuclei, runs, arguments.out, arguments.judge, not arguments.no_seal)


if __name__ == "__main__":
    main()
