"""Owns how tests read what arrived on the platform."""

from __future__ import annotations

from typing import Any

from plumbline import Client


def tags_of(document: dict[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in document["tags"]}


def params_of(run: dict[str, Any]) -> dict[str, str]:
    return {param["key"]: param["value"] for param in run["params"]}


def points_of(client: Client, run_id: str, key: str) -> list[tuple[Any, Any, Any]]:
    """Step, value and time of every point."""
    series = client.get(f"/v1/runs/{run_id}/points", key=key, page_size=100_000)["series"]
    return list(zip(series["steps"], series["values"], series["times"], strict=True))
