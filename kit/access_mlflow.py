"""Owns the rows of the permission table for MLflow's routes in the gateway; `kit.access` joins them.

They are as wide as the calls behind them: each route leads to calls of the experiments service, which ask again.
Webhooks are the gateway's own.
"""

from __future__ import annotations

from collections.abc import Iterator

_READERS = frozenset({"OWNER", "MANAGER", "DEVELOPER", "ANNOTATOR", "REVIEWER", "CUSTOMER", "VIEWER", "JOB", "SERVICE"})
_BUILDERS = frozenset({"OWNER", "MANAGER", "DEVELOPER"})
_WRITERS = _BUILDERS | {"JOB"}
_MANAGERS = frozenset({"OWNER", "MANAGER"})
_ANYONE = frozenset({"ANONYMOUS"})

_PREFIXES = ("/api/2.0/mlflow", "/api/2.0/mlflow-artifacts", "/api/3.0/mlflow")


def _not_offered() -> Iterator[str]:
    for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        for prefix in (*_PREFIXES, *(f"/ajax-{prefix[1:]}" for prefix in _PREFIXES)):
            yield f"{verb} {prefix}/{{operation:path}}"


TABLE: dict[str, frozenset[str]] = {
    "GET /api/3.0/mlflow/server-info": _ANYONE,
    "GET /ajax-api/3.0/mlflow/server-info": _ANYONE,
    "GET /health": _ANYONE,
    "GET /version": _ANYONE,
    "POST /api/2.0/mlflow/webhooks": _MANAGERS,
    "GET /api/2.0/mlflow/webhooks": _MANAGERS,
    "GET /api/2.0/mlflow/webhooks/{webhook_id}": _MANAGERS,
    "PATCH /api/2.0/mlflow/webhooks/{webhook_id}": _MANAGERS,
    "DELETE /api/2.0/mlflow/webhooks/{webhook_id}": _MANAGERS,
    "POST /api/2.0/mlflow/webhooks/{webhook_id}/test": _MANAGERS,
    # answer 501
    **dict.fromkeys(_not_offered(), _READERS),
}
