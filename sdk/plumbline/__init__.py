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

from typing import Any

from plumbline import config, record
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
from plumbline.inputs import dataset_version, model_version, snapshot
from plumbline.record.seeds import seed_everything
from plumbline.run import Run
from plumbline.starting import begin, begin_offline, creation
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
    "init",
    "model_version",
    "record",
    "seed_everything",
    "snapshot",
    "verify_export",
]


def init(
    experiment: str = "", *, mode: str = "", capture: Any = None, parent: Run | None = None, **options: Any
) -> Run:
    """Start a run without a client at hand; `options` are those of `client.runs.start`, `parent` a run it is part of.

    Mode `offline` (or PLUMB_MODE=offline) needs neither platform nor token: the run is written on this machine and sent
    by `plumb sync`.

    Raises:
        SignedOut: nothing says where the platform is or who calls.
    """
    body = creation(experiment, **options)
    if config.is_offline(mode):
        return begin_offline(body, capture, parent=parent)
    if parent is not None:
        body["parent_run_id"] = parent.id
    return begin(connect(), body, capture)
