"""Makes models/metastasis-fast: `metastasis` on one place in sixteen first, and everywhere only where that sees something.

    python training/recipes/metastasis_fast.py

Trains nothing. The first stage has the weights of models/metastasis behind no average, so that it reads a pyramid level of 1 µm/px, a
sixteenth of the pixels, on a lattice of cells four times as wide; the second is models/metastasis as it is.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

TRAINING = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TRAINING))

from gigascope_training.bundle import build_graph, multiply_adds, seal_bundle  # noqa: E402
from gigascope_training.metastasis_fast_card import coarse_manifest, fast_card, fast_manifest  # noqa: E402
from gigascope_training.metastasis_networks import PADDED, SEED  # noqa: E402
from gigascope_training.onnx_torch import OnnxModule, read_graph, write_weights  # noqa: E402

MODELS = TRAINING.parent / "models"
FULL = MODELS / PADDED.bundle
"""Probability from which a cell of the first stage is read at full resolution; a lesion begins at 0.5."""
REGION_THRESHOLD = 0.3


def make_coarse(folder: Path, scratch: Path) -> None:
    """The full model's network with its trained weights, on 75 px at 0.972 µm/px."""
    initial = scratch / "coarse-initial.onnx"
    manifest = coarse_manifest(FULL / "model.json", 0)
    options = {"classes": 2, "inputSizePx": manifest["patchSizePx"], "averageFactor": 1, "width": PADDED.width, "minChannels": PADDED.min_channels, "seed": SEED}
    build_graph(PADDED.architecture, options, initial, scratch)
    trained = OnnxModule(read_graph(FULL / "model.onnx"), "features_in", "logits")
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(read_graph(initial), trained.weights(), folder / "model.onnx")
    (folder / "README.md").write_text(f"The first stage of `metastasis-fast`: the network of `{PADDED.bundle}`, whose card says what it learnt from.\n")
    seal_bundle(folder, manifest | {"multiplyAddCount": multiply_adds(initial)}, scratch)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=MODELS / "metastasis-fast")
    parser.add_argument("--threshold", type=float, default=REGION_THRESHOLD)
    arguments = parser.parse_args()
    out: Path = arguments.out
    with tempfile.TemporaryDirectory() as kept:
        scratch = Path(kept)
        make_coarse(out / "low-resolution", scratch)
        shutil.copytree(FULL, out / "full-resolution", dirs_exist_ok=True)
        (out / "README.md").write_text(fast_card(FULL / "model.json", arguments.threshold))
        seal_bundle(out, fast_manifest(FULL / "model.json", arguments.threshold), scratch)


if __name__ == "__main__":
    main()
