"""A file that the client sends and reads in parts, straight to and from the object store."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import mlflow

content = hashlib.shake_256(b"weights").digest(23 * 2**20)
folder = Path(tempfile.mkdtemp())
(folder / "weights.bin").write_bytes(content)
mlflow.set_experiment("large files")
with mlflow.start_run() as run:
    mlflow.log_artifact(str(folder / "weights.bin"), "model")
back = Path(
    mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/model/weights.bin", dst_path=str(folder / "back"))
)
print(json.dumps({"run_id": run.info.run_id, "same": back.read_bytes() == content}))
