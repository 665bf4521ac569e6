"""The networks of the metastasis recipe: what is built, how long it is trained, what its card says of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .bundle import build_initial_bundle
from .trainer import Schedule

SEED = 7


@dataclass(frozen=True)
class MetastasisNetwork:
    """One network; every value is fixed before a left-out cluster is looked at."""

    bundle: str
    architecture: str
    width: float
    min_channels: int
    phantoms: Schedule | None  # once for all folds; none where published weights are the start
    trunk: Schedule  # without one group of clusters
    cycles: tuple[Schedule, ...]  # without one cluster, and for the shipped weights
    described: str  # the network, for the card
    changed: str  # what of the recipe was changed after left-out scores had been seen, for the card
    manifest: dict  # what model.json states beyond the figures
    enlarge: int = 1  # the averaged patch, before the network sees it
    before: tuple[dict, ...] = ()  # what published weights learnt from, as model.json states training data
    trunk_phantoms: bool = True  # whether a tenth of the trunk's batches are phantoms, as of the cycles' batches

    def build(self, folder: Path, seed: int) -> None:
        build_initial_bundle(folder, self.architecture, self.width, self.min_channels, seed, self.enlarge)


PADDED = MetastasisNetwork(
    bundle="metastasis",
    architecture="inception-v3",
    width=0.1,
    min_channels=16,
    phantoms=Schedule(steps=400, seed=SEED),
    trunk=Schedule(steps=5000, last_rate=0.3, seed=SEED),
    cycles=(
        Schedule(steps=900, seed=SEED + 1),
        Schedule(steps=900, rate=5e-3, warmup=50, seed=SEED + 2),
        Schedule(steps=900, rate=3e-3, warmup=50, seed=SEED + 3),
    ),
    described="""\
Inception V3 (Szegedy et al. 2015) at depth multiplier 0.1 with at least 16 channels a layer, the network of about 300
thousand parameters that Liu et al. 2017 found enough, on 299-px patches at 0.243 µm/px behind a 4×4 average.""",
    changed="""\
the recipe as a whole was changed (longer twice, milder augmentation once) after some left-out scores of weaker
  attempts had been seen, each time because the networks under-fitted the clusters they were trained on.""",
    manifest={},
)

UNPADDED = MetastasisNetwork(
    bundle="metastasis-dense",
    architecture="inception-v3-unpadded",
    width=0.3,
    min_channels=24,
    phantoms=Schedule(steps=400, mixed_precision=True, seed=SEED),
    trunk=Schedule(steps=4500, last_rate=0.3, mixed_precision=True, seed=SEED),
    cycles=(
        Schedule(steps=800, mixed_precision=True, seed=SEED + 1),
        Schedule(steps=600, rate=5e-3, warmup=50, mixed_precision=True, seed=SEED + 2),
        Schedule(steps=600, rate=5e-3, warmup=50, mixed_precision=True, seed=SEED + 3),
    ),
    described="""\
Inception V3 (Szegedy et al. 2015) without padding and cut down to a field of 71 averaged pixels (276 µm), so that one pass
over a whole square of a slide gives the same as its patches one by one: packages/models, `inception-v3-unpadded`, width 0.3
with at least 24 channels a layer, 365 thousand parameters. On 299-px patches at 0.243 µm/px behind a 4×4 average.""",
    changed="""\
the last 600 steps were added after the scores of five clusters had been seen, because the loss of training was
  still falling; the pooled figure rose by 0.001 with them. Augmentation and sampling are those of `metastasis`.""",
    manifest={"name": "metastasis-dense", "title": "Breast cancer metastases in lymph nodes, dense", "dense": True},
)

PRECISE = MetastasisNetwork(
    bundle="metastasis-precise",
    architecture="efficientnet-lite0",
    width=1.0,
    min_channels=1,
    phantoms=None,
    trunk=Schedule(steps=400, rate=1e-3, weight_decay=0.05, warmup=60, average=0.99, seed=SEED),
    cycles=(Schedule(steps=120, rate=6e-4, weight_decay=0.05, warmup=20, average=0.98, seed=SEED + 1),),
    described="""\
EfficientNet-Lite0 (Tan and Le 2019) that began with Google's weights, learnt on ImageNet (Apache-2.0): 3.4 million parameters. On 299-px
patches at 0.243 µm/px behind a 4×4 average, enlarged again by 2 to about the size that those weights know. More often right than
`metastasis`, and many times slower.""",
    changed="""\
the network was chosen after one training without clusters 0, 1, 5 and 7 had done better on them
  than `metastasis`. The trunks were trained with an enlargement to 144 px, everything after them with 150.""",
    manifest={"name": "metastasis-precise", "title": "Breast cancer metastases in lymph nodes, precise"},
    enlarge=2,
    before=({"name": "ImageNet (Deng et al. 2009), through Google's weights", "licence": "Apache-2.0 (the weights)", "patches": 1_281_167},),
    trunk_phantoms=False,
)
