"""Makes var/collage/model, the network that `npm run bench -- collage-froc` judges: the metastasis recipe without the clusters of trunk 0.

    python training/recipes/collage_model.py [--network metastasis-dense] [--steps 2000] [--threads 1]

The shipped bundle saw every stain cluster, so slides made of any PatchCamelyon patch would flatter it. This one is a shorter
training by the same code: phantoms, then one trunk that saw nothing of the left-out clusters, its rate run down to zero because
no fold follows. It resumes from training/runs/collage. Of another network than `metastasis` it makes var/collage/model-NETWORK.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import metastasis as recipe
import torch
from gigascope_training.bundle import seal_bundle
from gigascope_training.collage_card import collage_card, collage_changes
from gigascope_training.leave_one_out import Figure, figure
from gigascope_training.metastasis_networks import PADDED, MetastasisNetwork
from gigascope_training.onnx_torch import OnnxModule, read_graph
from gigascope_training.patches import PatchSet, aligned_input, load_pcam
from gigascope_training.phantoms import load_phantoms
from gigascope_training.scoring import tumour_probability
from gigascope_training.splits import leave_clusters_out

TRUNK = 0


def figures_on_left_out(pcam: PatchSet, network: OnnxModule) -> dict[str, Figure]:
    """AUC on the patches that the collages are made of, pooled and for each left-out cluster."""
    _, held = leave_clusters_out(pcam, recipe.TRUNKS[TRUNK])
    labels, groups, clusters = pcam.labels[held], pcam.groups[held], pcam.slides[held]
    scores = tumour_probability(network, aligned_input(pcam.images[held]))
    found = {"pooled": figure(labels, scores, groups)}
    for cluster in recipe.TRUNKS[TRUNK]:
        of = clusters == f"cluster:{cluster}"
        found[str(cluster)] = figure(labels[of], scores[of], groups[of])
    return found


def make_bundle(chosen: MetastasisNetwork, data: Path, runs: Path, out: Path) -> None:
    """Measures, writes model, card and manifest, and has the TypeScript package seal them."""
    pcam, phantoms = load_pcam(data), load_phantoms(runs / "phantoms")
    seen, _ = leave_clusters_out(pcam, recipe.TRUNKS[TRUNK])
    trained = recipe.trunk_file(runs, TRUNK)
    figures = figures_on_left_out(pcam, OnnxModule(read_graph(trained), "features_in", "logits").eval())
    for name, value in figures.items():
        print(f"AUC on left-out patches, {name}: {value}", flush=True)
    chosen.build(out, recipe.SEED)
    (out / "model.onnx").write_bytes(trained.read_bytes())
    sets = (pcam.subset(seen), phantoms)
    (out / "README.md").write_text(collage_card(figures, sets, recipe.TRUNKS[TRUNK], (chosen.phantoms, chosen.trunk)))
    seal_bundle(out, {**chosen.manifest, **collage_changes(figures, sets, recipe.TRUNKS[TRUNK])}, runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2000, help="steps of the trunk")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--data", type=Path, default=recipe.TRAINING.parent.parent / "shared" / "data")
    parser.add_argument("--network", choices=recipe.NETWORKS, default=PADDED.bundle)
    parser.add_argument("--runs", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    chosen = recipe.NETWORKS[arguments.network]
    chosen = replace(chosen, trunk=replace(chosen.trunk, steps=arguments.steps, last_rate=0.0))
    suffix = "" if chosen.bundle == PADDED.bundle else f"-{chosen.bundle}"
    runs: Path = arguments.runs or recipe.TRAINING / "runs" / f"collage{suffix}"
    out = arguments.out or recipe.TRAINING.parent / "var" / "collage" / f"model{suffix}"
    runs.mkdir(parents=True, exist_ok=True)
    recipe.prepare(chosen, runs)
    recipe.pretrain(chosen, runs)
    if not recipe.trunk_file(runs, TRUNK).exists():
        recipe.run_trunk(chosen, TRUNK, arguments.data, runs)
    make_bundle(chosen, arguments.data, runs, out)


if __name__ == "__main__":
    main()
