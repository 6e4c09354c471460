"""Addresses of files: whose they are, and that none leads out of its folder."""

from __future__ import annotations

import pytest

from services.gateway.mlflow import places
from services.gateway.mlflow.errors import MlflowError
from services.gateway.mlflow.places import Place


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("0/run_1/artifacts/a/b.txt", Place("run_1", "a/b.txt")),
        ("exp_1/run_1/artifacts", Place("run_1", "")),
        ("exp_1/models/m-1/artifacts/MLmodel", Place("m-1", "MLmodel")),
        ("0/run_1/artifacts/./a//b", Place("run_1", "a/b")),
    ],
)
def test_a_place_names_its_owner(path: str, expected: Place) -> None:
    assert places.place(path) == expected


@pytest.mark.parametrize("path", ["", "0", "0/run_1", "0/run_1/files/a", "models/m-1/artifacts/a/b/../c"])
def test_what_belongs_to_nobody_is_refused(path: str) -> None:
    with pytest.raises(MlflowError):
        places.place(path)


@pytest.mark.parametrize("path", ["..", "a/../b", "/etc/passwd", "%2e%2e/a", "%252e%252e/a", "a\\b", "c:/x", "a#b"])
def test_no_path_leads_out(path: str) -> None:
    with pytest.raises(MlflowError, match="Invalid path"):
        places.safe(path)
