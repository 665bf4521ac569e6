"""Proposes labels with a trained bundle, for a person to correct: GeoJSON that QuPath opens on the slide.

    python training/recipes/propose_labels.py --bundle models/nuclei --image region.png --mpp 0.25 --out labels.geojson
    npx gigascope region SLIDE --x 8000 --y 6000 --width 4000 --height 4000 --out region.png      makes such an image
    python training/recipes/propose_labels.py … --x 8000 --y 6000        so that the labels lie where the region lay

A second set labelled in this way improved detection in Kim et al. 2019 (Scientific Reports 9:5123). Proposals are what the
network thinks, so what it never finds a person must still draw; --least takes in what it is less sure of.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

TRAINING = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TRAINING))

from gigascope_training.geojson import Frame, write_proposals  # noqa: E402
from gigascope_training.proposals import bundle_mpp, propose, resampled  # noqa: E402


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="folder of a detect, segment or pipeline bundle")
    parser.add_argument("--image", type=Path, required=True, help="PNG, TIFF or JPEG of a region")
    parser.add_argument("--mpp", type=float, required=True, help="µm per pixel of the image")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--x", type=float, default=0, help="level-0 pixel at which the image begins")
    parser.add_argument("--y", type=float, default=0)
    parser.add_argument("--downsample", type=float, default=1, help="level-0 pixels that one pixel of the image is")
    parser.add_argument("--least", type=float, help="least probability or score; the bundle's own threshold when left out")
    arguments = parser.parse_args(given)
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(arguments.image) as picture:
        image = np.asarray(picture.convert("RGB"))
    factor = arguments.mpp / bundle_mpp(arguments.bundle)
    found = propose(arguments.bundle, resampled(image, factor), arguments.least)
    inside = [replace(one, outline=one.outline / factor) for one in found]
    write_proposals(inside, Frame(arguments.x, arguments.y, arguments.downsample), arguments.out)
    counts = ", ".join(f"{count} {name}" for name, count in sorted(Counter(one.name for one in inside).items()))
    print(f"{counts or 'nothing'} proposed in {arguments.out}")


if __name__ == "__main__":
    main()
