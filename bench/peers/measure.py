"""Measures one peer on one slide in a process of its own: python measure.py KIND JOB.json, and one JSON row on standard output.

The job says what to read, so that a peer reads what ours reads. Importing libraries and building networks is not counted.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TRAINING = Path(__file__).resolve().parents[2] / "training"
JPEG_QUALITY = 85
#: Data-loading processes that TIAToolbox is tried with; the better one counts.
WORKERS = (0, 2)
#: Of the mask, along a tissue cell.
MASK_PIXELS = 16


def openslide_patches(job: dict) -> tuple[Callable[[], int], str]:
    """Each patch by read_region, as RGB in an array: what a data set class made with the binding does."""
    import numpy as np
    import openslide

    def run() -> int:
        with openslide.OpenSlide(job["slide"]) as slide:
            for x, y in job["patches"]:
                np.asarray(slide.read_region((x, y), 0, (job["patchPx"], job["patchPx"])).convert("RGB"))
        return len(job["patches"])

    return run, f"openslide-python {openslide.__version__}, libopenslide {openslide.__library_version__}"


def deep_zoom_tiles(job: dict) -> tuple[Callable[[], int], str]:
    """The same tiles, encoded as JPEG of the same quality."""
    import openslide
    from openslide.deepzoom import DeepZoomGenerator

    def run() -> int:
        with openslide.OpenSlide(job["slide"]) as slide:
            image = DeepZoomGenerator(slide, tile_size=job["tilePx"], overlap=job["overlapPx"])
            for level, column, row in job["tiles"]:
                image.get_tile(level, (column, row)).save(io.BytesIO(), "JPEG", quality=JPEG_QUALITY)
        return len(job["tiles"])

    return run, f"openslide-python {openslide.__version__}, Pillow"


def tiatoolbox_patches(job: dict) -> tuple[Callable[[], int], str]:
    """Its own patches, whose origins differ from ours by a constant, wherever our tissue mask has tissue."""
    import tiatoolbox
    from tiatoolbox.tools.patchextraction import SlidingWindowPatchExtractor

    def run() -> int:
        extractor = SlidingWindowPatchExtractor(
            job["slide"],
            patch_size=job["patchPx"],
            input_mask=_mask(job),
            resolution=0,
            units="level",
            stride=job["stridePx"],
            min_mask_ratio=0,
        )
        return sum(1 for _ in extractor)

    return run, f"tiatoolbox {tiatoolbox.__version__}"


def tiatoolbox_prediction(job: dict, workers: int) -> tuple[Callable[[], int], str]:
    """PatchPredictor over the whole slide with our bundle's own graph in PyTorch, which is first compared with the bundle's golden patch."""
    sys.path.insert(0, str(TRAINING))
    import tiatoolbox
    import torch
    from gigascope_training.onnx_torch import OnnxModule, read_graph
    from tiatoolbox.models.engine.io_config import IOPatchPredictorConfig
    from tiatoolbox.models.engine.patch_predictor import PatchPredictor
    from tiatoolbox.models.models_abc import ModelABC

    class Bundle(ModelABC):
        """Takes patches uint8 [N, S, S, 3] as the data loader stacks them."""

        def __init__(self, graph: Path) -> None:
            super().__init__()
            self.network = OnnxModule(read_graph(graph), "patches", "probabilities").eval()

        def forward(self, patches: torch.Tensor) -> torch.Tensor:
            return self.network(patches)

        @staticmethod
        def infer_batch(model: ModelABC, batch_data: torch.Tensor, *, device: str):
            with torch.inference_mode():
                return model(batch_data.to(device)).cpu().numpy()

    model = Bundle(Path(job["bundle"]) / "model.onnx")
    difference = _golden_difference(model, job)
    settings = IOPatchPredictorConfig(
        patch_input_shape=[job["patchPx"]] * 2,
        stride_shape=[job["stridePx"]] * 2,
        input_resolutions=[{"resolution": 1.0, "units": "baseline"}],
    )

    def run() -> int:
        predictor = PatchPredictor(model=model, batch_size=job["batchSize"], num_workers=workers, verbose=False)
        with tempfile.TemporaryDirectory() as folder:
            predictor.run(
                [Path(job["slide"])],
                masks=[_mask(job)],
                patch_mode=False,
                ioconfig=settings,
                save_dir=Path(folder) / "out",
                output_type="zarr",
                return_probabilities=True,
            )
            return _rows_of(Path(folder) / "out")

    detail = f"tiatoolbox {tiatoolbox.__version__}, torch {torch.__version__}, golden patch within {difference:.1e}"
    return run, f"{detail}, {workers} loading processes"


def _golden_difference(model, job: dict) -> float:
    """How far PyTorch's probabilities of the bundle's golden patch lie from those in its manifest; ends where it is another network."""
    import numpy as np
    import torch

    bundle = Path(job["bundle"])
    golden = json.loads((bundle / "model.json").read_text())["golden"]
    size = job["patchPx"]
    patch = np.fromfile(bundle / golden["file"], np.uint8).reshape(1, size, size, 3)
    found = model.infer_batch(model, torch.from_numpy(patch), device="cpu")[0]
    difference = float(np.abs(found - np.array(golden["expected"])).max())
    if difference > 10 * golden["tolerance"]:
        sys.exit(f"the network in PyTorch is another one: {difference} from the golden patch")
    return difference


def _rows_of(folder: Path) -> int:
    """Patches of which a prediction was written."""
    import zarr

    (store,) = folder.glob("*.zarr")
    return int(zarr.open(str(store), mode="r")["probabilities"].shape[0])


def _mask(job: dict):
    """Our tissue cells as a picture of the whole slide. Enlarged, because TIAToolbox rounds a patch to the mask's whole pixels."""
    import numpy as np

    cells = np.array(job["cells"], np.uint8).reshape(job["cellRows"], job["cellColumns"])
    return cells.repeat(MASK_PIXELS, 0).repeat(MASK_PIXELS, 1)


def main(kind: str, job_file: str) -> None:
    job = json.loads(Path(job_file).read_text())
    kinds = {
        "openslide-patches": lambda: [openslide_patches(job)],
        "deep-zoom-tiles": lambda: [deep_zoom_tiles(job)],
        "tiatoolbox-patches": lambda: [tiatoolbox_patches(job)],
        "tiatoolbox-prediction": lambda: [tiatoolbox_prediction(job, workers) for workers in WORKERS],
    }
    best = None
    for run, detail in kinds[kind]():
        began = time.perf_counter()
        count = run()
        row = {"kind": kind, "count": count, "seconds": time.perf_counter() - began, "detail": detail}
        if best is None or row["count"] / row["seconds"] > best["count"] / best["seconds"]:
            best = row
    print(json.dumps(best))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
