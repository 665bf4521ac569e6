"""A bundle's model.onnx in ONNX Runtime: what is judged and what proposes labels is then the very file that is shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import torch


class BundleModel:
    """One graph of packages/models; every call takes uint8 windows [N, S, S, 3]."""

    def __init__(self, file: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def run(self, windows: np.ndarray, output: str) -> np.ndarray:
        return self._session.run([output], {self._input: np.ascontiguousarray(windows)})[0]

    def classify(self, windows: np.ndarray, batch: int = 32) -> np.ndarray:
        """Probabilities [N, classes]."""
        return np.concatenate([self.run(windows[at : at + batch], "probabilities") for at in range(0, len(windows), batch)])

    def foreground(self, window: np.ndarray) -> np.ndarray:
        """Probability of class 1, float64 [S, S], of one window [S, S, 3]."""
        return self.run(window[None], "probabilities")[0, 1].astype(np.float64)

    def detect(self, window: torch.Tensor) -> torch.Tensor:
        """[K, 6] (x0, y0, x1, y1, score, class) of one window uint8 [S, S, 3], from the graph's [K, 7]."""
        return torch.from_numpy(self.run(window.numpy()[None], "detections")[:, 1:].astype(np.float32))
