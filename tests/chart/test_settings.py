"""Every variable that the chart sets is a setting that the process reads."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest

from kit.settings import Platform, Settings
from tests.chart.release import SERVICES, Release


def variables_read_by(service: str) -> set[str]:
    """The variables of the platform's settings and of the service's own."""
    module = importlib.import_module(f"services.{service}.settings")
    kinds: list[type[Settings]] = [Platform]
    kinds += [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, Settings)]
    return {f"{kind.model_config['env_prefix']}{field}".upper() for kind in kinds for field in kind.model_fields}


@pytest.mark.parametrize("value_set", ["minimal", "monitoring", "local-engine"])
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_what_the_chart_sets(service: str, value_set: str, rendered: Callable[[str], Release]) -> None:
    assert rendered(value_set).env(service).keys() <= variables_read_by(service)


def test_log_levels_are_those_of_the_logger(minimal: Release) -> None:
    assert Platform.model_fields["log_level"].default == minimal.env("auth")["PLUMB_LOG_LEVEL"]["value"]
