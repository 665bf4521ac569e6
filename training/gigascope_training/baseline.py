"""The floor to beat: logistic regression on colour and texture, judged on the same folds."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

_CENTRE = slice(21, 53)


def colour_texture_features(inputs: np.ndarray) -> np.ndarray:
    """float64 [N, 111] of uint8 [N, 75, 75, 3].

    Colour: mean, spread and percentiles of each channel, over the window and its label region. Texture: grey
    differences at 4 distances, grey histograms, local binary patterns at 3 scales and in the label region.
    """
    x = inputs.astype(np.float32) / 255
    grey = x.mean(axis=3)
    columns = []
    for window in (x, x[:, _CENTRE, _CENTRE]):
        columns += [window.mean(axis=(1, 2)), window.std(axis=(1, 2))]
        columns += list(np.percentile(window, (10, 90), axis=(1, 2)))
    columns.append(np.percentile(x, 50, axis=(1, 2)))
    for step in (1, 2, 4, 8):
        across = np.abs(grey[:, :, step:] - grey[:, :, :-step])
        down = np.abs(grey[:, step:] - grey[:, :-step])
        columns.append(((across.mean(axis=(1, 2)) + down.mean(axis=(1, 2))) / 2)[:, None])
        columns.append(((across.std(axis=(1, 2)) + down.std(axis=(1, 2))) / 2)[:, None])
    columns += [(grey < 0.45).mean(axis=(1, 2))[:, None], (grey > 0.8).mean(axis=(1, 2))[:, None]]
    columns += [(x[..., c] - x[..., 2]).std(axis=(1, 2))[:, None] for c in (0, 1)]
    for window in (grey, grey[:, _CENTRE, _CENTRE]):
        columns.append(np.stack([np.histogram(patch, 16, (0, 1))[0] for patch in window]) / window[0].size)
    columns += [_local_binary_patterns(window) for window in (grey, _pooled(grey, 2), _pooled(grey, 3), grey[:, 20:54, 20:54])]
    return np.concatenate(columns, axis=1).astype(np.float64)


def _pooled(grey: np.ndarray, side: int) -> np.ndarray:
    size = grey.shape[1] // side
    return grey[:, : size * side, : size * side].reshape(len(grey), size, side, size, side).mean(axis=(2, 4))


def _local_binary_patterns(grey: np.ndarray) -> np.ndarray:
    """Histogram [N, 10] of the rotation-invariant uniform patterns of 8 neighbours (Ojala et al. 2002)."""
    centre = grey[:, 1:-1, 1:-1]
    height, width = centre.shape[1:]
    code = np.zeros(centre.shape, int)
    for bit, (row, column) in enumerate([(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]):
        code |= (grey[:, row : row + height, column : column + width] >= centre).astype(int) << bit
    turned = [k ^ ((k >> 1) | ((k & 1) << 7)) for k in range(256)]
    pattern = np.array([k.bit_count() if turned[k].bit_count() <= 2 else 9 for k in range(256)])[code]
    return np.stack([(pattern == kind).mean(axis=(1, 2)) for kind in range(10)], axis=1)


def baseline_scores(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Probabilities [len(test)] of a regression fitted to the features `train`, classes weighted equally."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced"))
    return model.fit(train, labels).predict_proba(test)[:, 1]
