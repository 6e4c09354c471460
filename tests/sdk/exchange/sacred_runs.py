"""Owns folders as Sacred's file storage writes them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

ENTRY: dict[str, Any] = {
    "artifacts": ["model.bin"],
    "command": "main",
    "experiment": {
        "base_dir": "/home/ada/tiles",
        "dependencies": ["numpy==2.4.6", "sacred==0.8.7"],
        "mainfile": "train.py",
        "name": "tiles",
        "repositories": [{"url": "git@host:tiles.git", "commit": "c0ffee", "dirty": True}],
        "sources": [],
    },
    "heartbeat": "2024-05-01T10:00:20.000001",
    "host": {
        "ENV": {},
        "cpu": "EPYC",
        "hostname": "lab",
        "os": ["Linux", "Linux-6.1"],
        "python_version": "3.11.7",
    },
    "meta": {"command": "main", "options": {"--comment": "with more light"}},
    "resources": [],
    "result": 0.75,
    "start_time": "2024-05-01T10:00:00.250000",
    "status": "COMPLETED",
    "stop_time": "2024-05-01T10:00:21",
}
CONFIG: dict[str, Any] = {
    "net": {"depth": 18, "widths": [16, 32], "opt": {"lr": 0.1, "name": "adamw"}},
    "shape": {"py/tuple": [1, 2]},
    "seed": 7,
    "nothing": None,
}
METRICS: dict[str, Any] = {
    "train.loss": {
        "steps": [0, 0.5, 1],
        "timestamps": ["2024-05-01T10:00:01", "2024-05-01T10:00:02.500000", "2024-05-01T10:00:03"],
        "values": [0.9, float("nan"), {"dtype": "float32", "py/object": "numpy.float32", "value": 0.5}],
    }
}


def store(root: Path, kind: str, name: str, content: bytes) -> str:
    """Keep a shared file as Sacred does; returns its path below the folder."""
    folder = root / f"_{kind}"
    folder.mkdir(exist_ok=True)
    stem, _, ending = name.rpartition(".")
    md5 = hashlib.md5(content).hexdigest()
    (folder / f"{stem}_{md5}.{ending}").write_bytes(content)
    return f"_{kind}/{stem}_{md5}.{ending}"


def write(root: Path, number: int, **changes: Any) -> Path:
    """One run; `changes` replace values of its run.json."""
    folder = root / str(number)
    folder.mkdir(parents=True)
    entry = json.loads(json.dumps(ENTRY)) | changes
    if "experiment" not in changes:
        entry["experiment"]["sources"] = [["src/train.py", store(root, "sources", "train.py", b"print(1)\n")]]
    if "resources" not in changes:
        stored = store(root, "resources", "classes.txt", b"crack\n")
        entry["resources"] = [["/data/classes.txt", f"/another/machine/{stored}"]]
    (folder / "run.json").write_text(json.dumps(entry, indent=2))
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2))
    (folder / "metrics.json").write_text(json.dumps(METRICS, indent=2))
    (folder / "info.json").write_text("{}")
    (folder / "cout.txt").write_text("hello\n")
    (folder / "model.bin").write_bytes(b"weights")
    return folder
