"""Makes int8 variants of a classifying bundle's network, to be measured beside it: var/quantised/NAME.int8.onnx.

    python training/recipes/quantise.py metastasis
    gigascope models check metastasis --variant var/quantised/metastasis.int8.onnx --slide SLIDE
    npm run bench -- arithmetic

Static quantisation of onnxruntime (QDQ form, signed weights by channel, activations by their largest values) between `features_in` and
`logits`, calibrated on real and phantom patches that training saw. Nothing is shipped unless it is faster here and its figures hold.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

TRAINING = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TRAINING))

from gigascope_training.patches import ALIGNED_OFFSET_PX, INPUT_PX, load_pcam  # noqa: E402

ENLARGE = 4
PATCH_PX = 299
CALIBRATION_PATCHES = 256


class Patches(CalibrationDataReader):
    """Patches as the graph takes them, 32 at a time: each averaged pixel repeated to a square of 4, so that the average gives it back."""

    def __init__(self, images: np.ndarray) -> None:
        at = slice(ALIGNED_OFFSET_PX, ALIGNED_OFFSET_PX + INPUT_PX)
        large = images[:, at, at].repeat(ENLARGE, axis=1).repeat(ENLARGE, axis=2)[:, :PATCH_PX, :PATCH_PX]
        self._batches = iter(np.array_split(np.ascontiguousarray(large), len(large) // 32))

    def get_next(self) -> dict | None:
        batch = next(self._batches, None)
        return None if batch is None else {"patches": batch}


def between(model: onnx.ModelProto, first: str, last: str) -> list[str]:
    """Names of the nodes that `first` leads to and that lead to `last`."""
    behind: set[str] = {first}
    found = []
    for node in model.graph.node:
        if behind.intersection(node.input):
            behind.update(node.output)
            found.append(node.name)
        if last in node.output:
            break
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="a bundle of models/ whose patches are 299 px behind a 4×4 average")
    parser.add_argument("--data", type=Path, default=TRAINING.parent.parent / "shared" / "data")
    arguments = parser.parse_args()
    source = TRAINING.parent / "models" / arguments.name / "model.onnx"
    out = TRAINING.parent / "var" / "quantised"
    out.mkdir(parents=True, exist_ok=True)
    prepared, target = out / f"{arguments.name}.prepared.onnx", out / f"{arguments.name}.int8.onnx"
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    model = onnx.load(prepared)
    images = load_pcam(arguments.data).images
    chosen = images[np.random.default_rng(7).permutation(len(images))[:CALIBRATION_PATCHES]]
    quantize_static(
        str(prepared),
        str(target),
        Patches(chosen),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        weight_type=QuantType.QInt8,
        activation_type=QuantType.QUInt8,
        nodes_to_quantize=between(model, "features_in", "logits"),
    )
    prepared.unlink()
    print(f"{target}: {target.stat().st_size:,} bytes, the bundle's own {source.stat().st_size:,}")


if __name__ == "__main__":
    main()
