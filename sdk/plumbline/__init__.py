"""Plumbline for Python.

    import plumbline

    client = plumbline.connect()                      # PLUMB_URL and PLUMB_TOKEN, or what `plumb login` stored
    batch = client.datasets.push("tiles", "photos/", source="site A")
    version = client.datasets.publish("tiles")
    with client.runs.start("tile-defects", inputs=[plumbline.dataset_version("tiles", 3)]) as run:
        run.log({"train/loss": 0.4}, step=1)

Speaks REST only. Every method returns the JSON of the platform's API as dictionaries (see `/api/openapi.json`).
"""

from __future__ import annotations

from plumbline.client import Client, connect
from plumbline.errors import (
    Denied,
    Missing,
    Overtaken,
    PlumblineError,
    Refused,
    SignedOut,
    Unreachable,
)
from plumbline.runs import Run, dataset_version, model_version, snapshot
from plumbline.verify import VerificationReport, verify_export

__all__ = [
    "Client",
    "Denied",
    "Missing",
    "Overtaken",
    "PlumblineError",
    "Refused",
    "Run",
    "SignedOut",
    "Unreachable",
    "VerificationReport",
    "connect",
    "dataset_version",
    "model_version",
    "snapshot",
    "verify_export",
]
