"""Cases about the server itself."""

from __future__ import annotations

from typing import Any

import requests
from side import Side


def what_it_says_of_itself(side: Side) -> Any:
    status, found = side.ask("GET", "/api/3.0/mlflow/server-info")
    return [status, sorted(found), found["store_type"], found["workspaces_enabled"]]


def health_and_version(side: Side) -> Any:
    return [side.ask("GET", "/health"), side.ask("GET", "/version")]


def before_anybody_signs_in(side: Side) -> Any:
    paths = ("/api/3.0/mlflow/server-info", "/health", "/version")
    return [requests.get(side.url + path, timeout=30).status_code for path in paths]


def a_body_that_is_encoded_twice(side: Side) -> Any:
    return side.ask("POST", "experiments/create", json=f'{{"name": "{side.name}"}}')[0]


def unknown_fields_are_passed_over(side: Side) -> Any:
    return side.post("experiments/create", name=side.name, colour="red")[0]


def null_is_absent(side: Side) -> Any:
    return side.post("runs/create", experiment_id=side.experiment(), run_name=None, tags=None, user_id=None)[0]
