"""Alerts and dashboard ask for metrics that the platform exposes, and every alert has its page in the runbook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import promql_parser
import pytest
import yaml

from tests.chart.kube_store import Object
from tests.chart.release import ROOT

FOLDER = ROOT / "deploy" / "observability"
ALERTS = {
    rule["alert"]: rule
    for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"]
    for rule in group["rules"]
}
PANELS = [p for p in json.loads((FOLDER / "dashboard.json").read_text())["panels"] if p["type"] != "row"]
RUNBOOK = (ROOT / "docs" / "operations.md").read_text()

# What the platform exposes, with the labels that an expression may ask for.
METRICS = {
    "plumb_http_requests_total": {"route", "method", "status"},
    "plumb_http_duration_seconds_bucket": {"route", "method", "le"},
    "plumb_rpc_requests_total": {"service", "method", "code"},
    "plumb_rpc_duration_seconds_bucket": {"service", "method", "le"},
    "plumb_outbox_lag_seconds": {"service"},
    "plumb_dead_letters_total": {"service"},
    "plumb_jobs": {"state"},
    "up": {"app_kubernetes_io_component", "app_kubernetes_io_part_of"},
}


def expressions() -> Iterator[tuple[str, str]]:
    for name, rule in ALERTS.items():
        yield name, rule["expr"]
    for panel in PANELS:
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$__rate_interval", "5m").replace("$service", ".*")


def selectors(node: object) -> Iterator[promql_parser.VectorSelector]:
    """All metric selectors of a parsed expression."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("expr", "lhs", "rhs", "param", "vector_selector", "vs"):
        child = getattr(node, name, None)
        if child is not None:
            yield from selectors(child)
    for child in getattr(node, "args", None) or []:
        yield from selectors(child)


@pytest.mark.parametrize(("title", "expression"), list(expressions()))
def test_expressions_ask_for_metrics_that_exist(title: str, expression: str) -> None:
    found = list(selectors(promql_parser.parse(expression)))
    assert found, title
    for selector in found:
        assert selector.name is not None
        assert selector.name in METRICS
        assert {m.name for m in selector.matchers.matchers} <= METRICS[selector.name]


@pytest.mark.parametrize(("title", "expression"), list(expressions()))
def test_expressions_group_by_labels_that_exist(title: str, expression: str) -> None:
    labels = set().union(*(METRICS[s.name or ""] for s in selectors(promql_parser.parse(expression))))
    for group in re.findall(r"\bby \(([^)]*)\)", expression):
        assert {label.strip() for label in group.split(",")} <= labels, title


def test_there_are_enough_alerts() -> None:
    assert len(ALERTS) >= 12


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_has_a_page(name: str) -> None:
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["runbook_url"].endswith(f"/docs/operations.md#{name.lower()}")
    page = re.search(rf"^### {name}\n(.*?)(?=^#|\Z)", RUNBOOK, re.DOTALL | re.MULTILINE)
    assert page, f"docs/operations.md has no section {name}"
    assert len(page[1].split()) > 15


def test_the_runbook_describes_no_alert_that_is_gone() -> None:
    described = set(re.findall(r"^### (Plumbline\w+)$", RUNBOOK, re.MULTILINE))
    assert described == ALERTS.keys()


def test_the_dashboard_shows_rate_errors_and_duration_of_each_service() -> None:
    by_service = [p["title"] for p in PANELS if any("by (service" in t["expr"] for t in p["targets"])]
    assert by_service[:3] == ["Calls", "Errors", "Duration, p99"]
    assert all(overlap(a, b) is False for i, a in enumerate(PANELS) for b in PANELS[:i])


def overlap(a: Object, b: Object) -> bool:
    p, q = a["gridPos"], b["gridPos"]
    beside = p["x"] + p["w"] <= q["x"] or q["x"] + q["w"] <= p["x"]
    above = p["y"] + p["h"] <= q["y"] or q["y"] + q["h"] <= p["y"]
    return not (beside or above)
