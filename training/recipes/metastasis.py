"""Makes models/metastasis, -dense and -precise: Inception V3, padded or not, and EfficientNet-Lite0, for breast cancer metastases in lymph nodes.

    python training/recipes/metastasis.py                            everything: graph, phantoms, 7 folds, final weights, bundle
    python training/recipes/metastasis.py --network metastasis-dense the same for the unpadded network, or metastasis-precise
    python training/recipes/metastasis.py --stage folds              one stage: prepare | pretrain | trunks | folds | final | bundle

Every stage takes up what an earlier run left in training/runs/NETWORK; a stopped training resumes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch

TRAINING = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TRAINING))

from gigascope_training.augment import Augmentation  # noqa: E402
from gigascope_training.bundle import seal_bundle  # noqa: E402
from gigascope_training.card import metastasis_card, metastasis_changes  # noqa: E402
from gigascope_training.cycles import train_in_cycles  # noqa: E402
from gigascope_training.figures import auc  # noqa: E402
from gigascope_training.leave_one_out import collect, figure, figures_by_cluster, fold_file, table  # noqa: E402
from gigascope_training.metastasis_networks import PADDED, PRECISE, UNPADDED, MetastasisNetwork  # noqa: E402
from gigascope_training.onnx_torch import OnnxModule, read_graph, write_weights  # noqa: E402
from gigascope_training.patches import PatchSet, aligned_input, load_camelyon16, load_pcam  # noqa: E402
from gigascope_training.phantoms import draw_phantoms, load_phantoms  # noqa: E402
from gigascope_training.published_weights import efficientnet_lite0_weights  # noqa: E402
from gigascope_training.scoring import tumour_probability  # noqa: E402
from gigascope_training.sources import MixedSource, PatchSource  # noqa: E402
from gigascope_training.splits import JUDGED_CLUSTERS, leave_clusters_out  # noqa: E402
from gigascope_training.trainer import train  # noqa: E402

SEED = 7
DROPOUT = 0.2
PHANTOM_SEEDS = (1, 45)
UNSEEN_PHANTOM_SEEDS = (900, 904)
REAL_SHARE = 0.9
EVENNESS = 0.5
AUGMENTATION = Augmentation()
"""Phantoms are learnt soon, so more of them are changed."""
PHANTOM_AUGMENTATION = Augmentation(rotation_share=0.3, stain_share=0.5, colour_share=0.6, blur_share=0.1)
"""Folds whose clusters are in one group share a trunk that saw none of the group: 2 long trainings instead of 7."""
TRUNKS = ((0, 1, 5, 7), (2, 3, 8))
NETWORKS = {network.bundle: network for network in (PADDED, UNPADDED, PRECISE)}


def network_of(file: Path) -> OnnxModule:
    """The network of a file between `features_in` and `logits`, to be trained; on the GPU where there is one."""
    network = OnnxModule(read_graph(file), "features_in", "logits", DROPOUT)
    return network.to("cuda" if torch.cuda.is_available() else "cpu", memory_format=torch.channels_last)


def source_of(real: list[PatchSet], phantoms: PatchSet) -> MixedSource:
    """Batches of real patches and phantoms; several real sets share the real part by their sizes."""
    total = sum(len(patches) for patches in real)
    parts = [
        (PatchSource(patches, AUGMENTATION, SEED + index, EVENNESS), REAL_SHARE * len(patches) / total)
        for index, patches in enumerate(real)
    ]
    return MixedSource([*parts, (PatchSource(phantoms, AUGMENTATION, SEED + 99, EVENNESS), 1 - REAL_SHARE)])


def prepare(chosen: MetastasisNetwork, runs: Path) -> None:
    if not (runs / "initial" / "model.onnx").exists():
        chosen.build(runs / "initial", SEED)
    draw_phantoms(runs / "phantoms", *PHANTOM_SEEDS)
    draw_phantoms(runs / "phantoms-unseen", *UNSEEN_PHANTOM_SEEDS)


def pretrain(chosen: MetastasisNetwork, runs: Path) -> None:
    """Trains on phantoms alone, once for all folds and the final weights: it sees no real patch, so none can leak. Or takes published weights."""
    if (runs / "pretrained.onnx").exists():
        return
    if chosen.phantoms is None:
        return write_weights(read_graph(runs / "initial" / "model.onnx"), efficientnet_lite0_weights(), runs / "pretrained.onnx")
    source = PatchSource(load_phantoms(runs / "phantoms"), PHANTOM_AUGMENTATION, SEED, 1.0)
    network, _ = train(
        network_of(runs / "initial" / "model.onnx"), source, chosen.phantoms, runs / "pretrained.pt", "phantoms"
    )
    write_weights(read_graph(runs / "initial" / "model.onnx"), network.weights(), runs / "pretrained.onnx")


def trunk_file(runs: Path, trunk: int) -> Path:
    return runs / f"trunk-{trunk}.onnx"


def run_trunk(chosen: MetastasisNetwork, trunk: int, data: Path, runs: Path) -> None:
    """The long training without one group of clusters, from which that group's folds start."""
    pcam = load_pcam(data)
    seen, _ = leave_clusters_out(pcam, TRUNKS[trunk])
    real = pcam.subset(seen)
    phantoms = load_phantoms(runs / "phantoms")
    source = source_of([real], phantoms) if chosen.trunk_phantoms else PatchSource(real, AUGMENTATION, SEED, EVENNESS)
    start = runs / "pretrained.onnx"
    network, _ = train(network_of(start), source, chosen.trunk, runs / f"trunk-{trunk}.pt", f"trunk {trunk}")
    write_weights(read_graph(start), network.weights(), trunk_file(runs, trunk))


def run_fold(chosen: MetastasisNetwork, cluster: int, data: Path, runs: Path) -> None:
    """Trains without one cluster and keeps its scores. CAMELYON16's level-0 patches stay out: their cluster is unknown."""
    pcam = load_pcam(data)
    seen, held = leave_clusters_out(pcam, [cluster])
    source = source_of([pcam.subset(seen)], load_phantoms(runs / "phantoms"))
    start = trunk_file(runs, next(index for index, group in enumerate(TRUNKS) if cluster in group))
    network, _ = train_in_cycles(network_of(start), source, chosen.cycles, runs, f"fold-{cluster}")
    level0 = aligned_input(load_camelyon16(data).images)
    inputs = aligned_input(pcam.images[held])
    single = tumour_probability(network, inputs)
    np.savez(
        fold_file(runs, cluster),
        index=held,
        single=single,
        eight=tumour_probability(network, inputs, 8),
        level0=tumour_probability(network, level0),
    )
    print(f"cluster {cluster}: AUC {auc(pcam.labels[held], single):.4f}", flush=True)


def run_each(stage: str, option: str, waiting: list[int], arguments: argparse.Namespace) -> None:
    """One stage for each of several numbers, `jobs` at a time, each in a process of its own."""
    running: list[subprocess.Popen] = []
    while waiting or running:
        while waiting and len(running) < arguments.jobs:
            command = [sys.executable, __file__, "--stage", stage, option, str(waiting.pop(0))]
            command += ["--network", arguments.network, "--data", str(arguments.data), "--threads", str(arguments.threads)]
            command += [] if arguments.runs is None else ["--runs", str(arguments.runs)]
            running.append(subprocess.Popen(command))
        ended = next((process for process in running if process.poll() is not None), None)
        if ended is None:
            time.sleep(1)
            continue
        running.remove(ended)
        if ended.returncode != 0:
            for process in running:
                process.wait()
            raise SystemExit(f"a {stage} failed; its message is above")


def run_final(chosen: MetastasisNetwork, data: Path, runs: Path) -> None:
    """As a fold of the first trunk, but leaving nothing out: every cluster, the level-0 patches, phantoms."""
    real = [load_pcam(data), load_camelyon16(data)]
    source = source_of(real, load_phantoms(runs / "phantoms"))
    network, losses = train_in_cycles(network_of(trunk_file(runs, 0)), source, chosen.cycles, runs, "final")
    write_weights(read_graph(runs / "initial" / "model.onnx"), network.weights(), runs / "trained.onnx")
    print(f"loss {np.mean(losses[:50]):.3f} at first, {np.mean(losses[-50:]):.3f} at last", flush=True)


def make_bundle(chosen: MetastasisNetwork, data: Path, runs: Path, out: Path) -> None:
    """Measures, writes model, card and manifest, and has the TypeScript package seal them."""
    pcam, level0 = load_pcam(data), load_camelyon16(data)
    figures = figures_by_cluster(pcam, collect(pcam, runs))
    print(table(figures))
    by_folds = np.mean([np.load(fold_file(runs, cluster))["level0"] for cluster in JUDGED_CLUSTERS], axis=0)
    level0_figure = figure(level0.labels, by_folds, np.arange(len(level0)).astype(str))
    unseen = load_phantoms(runs / "phantoms-unseen")
    network = OnnxModule(read_graph(runs / "trained.onnx"), "features_in", "logits").eval()
    phantom = auc(unseen.labels, tumour_probability(network, aligned_input(unseen.images)))
    print(f"level-0 patches by the mean of the 7 folds' networks: {level0_figure}; unseen phantom patches: {phantom:.4f}")

    seen_phantoms = load_phantoms(runs / "phantoms")
    chosen.build(out, SEED)
    (out / "model.onnx").write_bytes((runs / "trained.onnx").read_bytes())
    facts = (figures, level0_figure, phantom, pcam, level0, seen_phantoms)
    (out / "README.md").write_text(metastasis_card(*facts, chosen, AUGMENTATION, PHANTOM_SEEDS))
    seal_bundle(out, metastasis_changes(*facts, chosen), runs)


STAGES = ("all", "prepare", "pretrain", "trunks", "trunk", "folds", "fold", "final", "bundle")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", choices=STAGES, default="all")
    parser.add_argument("--cluster", type=int, choices=JUDGED_CLUSTERS)
    parser.add_argument("--trunk", type=int, choices=range(len(TRUNKS)))
    parser.add_argument("--data", type=Path, default=TRAINING.parent.parent / "shared" / "data")
    parser.add_argument("--network", choices=NETWORKS, default=PADDED.bundle)
    parser.add_argument("--runs", type=Path, help="training/runs/NETWORK unless stated")
    parser.add_argument("--out", type=Path, help="models/NETWORK unless stated")
    parser.add_argument("--jobs", type=int, default=2, help="folds trained at the same time")
    parser.add_argument("--threads", type=int, default=1, help="threads of each training")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    chosen = NETWORKS[arguments.network]
    runs: Path = arguments.runs or TRAINING / "runs" / chosen.bundle
    runs.mkdir(parents=True, exist_ok=True)
    stage = arguments.stage
    if stage in ("all", "prepare"):
        prepare(chosen, runs)
    if stage in ("all", "pretrain"):
        pretrain(chosen, runs)
    if stage == "trunk":
        run_trunk(chosen, arguments.trunk, arguments.data, runs)
    if stage in ("all", "trunks"):
        waiting = [trunk for trunk in range(len(TRUNKS)) if not trunk_file(runs, trunk).exists()]
        run_each("trunk", "--trunk", waiting, arguments)
    if stage == "fold":
        run_fold(chosen, arguments.cluster, arguments.data, runs)
    if stage in ("all", "folds"):
        run_each("fold", "--cluster", [c for c in JUDGED_CLUSTERS if not fold_file(runs, c).exists()], arguments)
    if stage in ("all", "final"):
        run_final(chosen, arguments.data, runs)
    if stage in ("all", "bundle"):
        make_bundle(chosen, arguments.data, runs, arguments.out or TRAINING.parent / "models" / chosen.bundle)


if __name__ == "__main__":
    main()
