"""Makes var/coarse-to-fine/metastasis-fast: `metastasis` only where the unpadded network sees something at a quarter of the resolution.

    python training/recipes/metastasis_fast.py

Not shipped: `npm run bench -- faster-models` finds it no faster than the full model alone on the machine that it was made on, where
inference and not reading takes the time, and the first stage infers every cell, too. A first stage that is worth it must be a
smaller network.

Trains nothing. The first stage has the weights of models/metastasis-dense behind no average, so that it reads a pyramid level of
1 µm/px, a sixteenth of the pixels; the second is models/metastasis as it is. Needs what metastasis.py --network metastasis-dense left in
training/runs/metastasis-dense, whose left-out scores say what the first stage passes over.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

TRAINING = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TRAINING))

from gigascope_training.bundle import build_graph, multiply_adds, seal_bundle  # noqa: E402
from gigascope_training.leave_one_out import collect  # noqa: E402
from gigascope_training.metastasis_fast_card import coarse_manifest, fast_card, fast_manifest, passed_over  # noqa: E402
from gigascope_training.metastasis_networks import SEED, UNPADDED  # noqa: E402
from gigascope_training.onnx_torch import OnnxModule, read_graph, write_weights  # noqa: E402
from gigascope_training.patches import load_pcam  # noqa: E402

MODELS = TRAINING.parent / "models"
"""Probability from which a cell, and the cells that touch it, are read at full resolution."""
REGION_THRESHOLD = 0.2


def make_coarse(folder: Path, runs: Path) -> None:
    """The unpadded network with the trained weights, on 75 px at 0.972 µm/px."""
    initial = runs / "coarse-initial.onnx"
    options = {"classes": 2, "inputSizePx": 75, "averageFactor": 1, "width": UNPADDED.width, "minChannels": UNPADDED.min_channels, "seed": SEED}
    build_graph(UNPADDED.architecture, options, initial, runs)
    trained = OnnxModule(read_graph(MODELS / UNPADDED.bundle / "model.onnx"), "features_in", "logits")
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(read_graph(initial), trained.weights(), folder / "model.onnx")
    manifest = coarse_manifest(MODELS / UNPADDED.bundle / "model.json", multiply_adds(initial))
    (folder / "README.md").write_text(f"The first stage of `metastasis-fast`: the network of `{UNPADDED.bundle}`, whose card says what it learnt from.\n")
    seal_bundle(folder, manifest, runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=TRAINING.parent.parent / "shared" / "data")
    parser.add_argument("--runs", type=Path, default=TRAINING / "runs" / UNPADDED.bundle)
    parser.add_argument("--out", type=Path, default=TRAINING.parent / "var" / "coarse-to-fine" / "metastasis-fast")
    arguments = parser.parse_args()
    out: Path = arguments.out
    pcam = load_pcam(arguments.data)
    scores = collect(pcam, arguments.runs)
    share = passed_over(pcam.labels[scores["index"]], scores["single"], REGION_THRESHOLD)
    print(f"of left-out real patches: {share.tumour_missed:.3f} of tumour passed over, {share.normal_read:.3f} of normal read again")
    make_coarse(out / "low-resolution", arguments.runs)
    shutil.copytree(MODELS / "metastasis", out / "full-resolution", dirs_exist_ok=True)
    (out / "README.md").write_text(fast_card(share, REGION_THRESHOLD))
    seal_bundle(out, fast_manifest(MODELS / "metastasis" / "model.json", share, REGION_THRESHOLD), arguments.runs)


if __name__ == "__main__":
    main()
