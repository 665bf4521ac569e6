"""The two steps that the TypeScript package does: building a bundle with initial weights, and sealing a trained one."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from .phantoms import REPOSITORY

_TOOL = REPOSITORY / "packages" / "models" / "src" / "bundle-tool.ts"
_NODE = REPOSITORY / "node_modules" / ".bin" / "node"


def build_initial_bundle(folder: Path, architecture: str, width: float, min_channels: int, seed: int, enlarge: int = 1) -> None:
    """Writes an untrained `metastasis` bundle (a classifier of 299-px patches behind a 4×4 average) into `folder`."""
    options = ["--architecture", architecture, "--width", str(width), "--min-channels", str(min_channels), "--seed", str(seed)]
    _run("initial", str(folder), *options, *(["--enlarge", str(enlarge)] if enlarge != 1 else []))


def build_graph(name: str, options: dict, out: Path, scratch: Path) -> None:
    """Writes the architecture `name` of packages/models with initial weights to the ONNX file `out`, and its size beside it."""
    scratch.mkdir(parents=True, exist_ok=True)
    file = scratch / "graph-options.json"
    file.write_text(json.dumps(options))
    said = _run("graph", name, str(file), str(out))
    counts = re.search(r"(\d+) multiply-adds", said)
    if counts is None:
        raise ValueError(f"the graph step says nothing of multiply-adds: {said}")
    _counts_file(out).write_text(json.dumps({"multiplyAddCount": int(counts[1])}))


def multiply_adds(graph: Path) -> int:
    """Multiply-adds a patch of a graph that `build_graph` wrote; training changes no shape."""
    return json.loads(_counts_file(graph).read_text())["multiplyAddCount"]


def _counts_file(graph: Path) -> Path:
    return graph.with_suffix(".counts.json")


def write_changes(changes: dict, scratch: Path) -> Path:
    """Writes what goes into model.json to `scratch`/changes.json."""
    scratch.mkdir(parents=True, exist_ok=True)
    file = scratch / "changes.json"
    file.write_text(json.dumps(changes, indent=2, ensure_ascii=False))
    return file


def seal_bundle(folder: Path, changes: dict, scratch: Path) -> None:
    """Works out hashes, golden output and parameter count after new weights and card; `changes` go into model.json."""
    _run("seal", str(folder), str(write_changes(changes, scratch)))


def _run(*arguments: str) -> str:
    said = subprocess.run([str(_NODE), str(_TOOL), *arguments], check=True, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True).stdout
    print(said, end="", flush=True)
    return said
