"""How versions are named on the command line."""

from __future__ import annotations

import pytest

from plumbline.cli.failures import Misused
from plumbline.cli.references import assignments, numbered, versioned


@pytest.mark.parametrize(
    ("text", "named"),
    [("tiles", ("tiles", 0)), ("tiles@v3", ("tiles", 3)), ("tiles@3", ("tiles", 3)), ("defects@s12", ("defects", 12))],
)
def test_a_version_is_a_name_and_a_number(text: str, named: tuple[str, int]) -> None:
    assert numbered(text) == named


@pytest.mark.parametrize("text", ["tiles@", "tiles@latest", "@v3", "tiles@v-1"])
def test_what_is_no_version_is_misused(text: str) -> None:
    with pytest.raises(Misused, match="names no version"):
        numbered(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("net", ("net", "")),
        ("net@v2", ("net", "2")),
        ("net@2", ("net", "2")),
        ("net@production", ("net", "production")),
    ],
)
def test_a_model_version_may_be_an_alias(text: str, named: tuple[str, str]) -> None:
    assert versioned(text) == named


def test_assignments_keep_what_follows_the_first_equals_sign() -> None:
    assert assignments(["a=1", "b=x=y"], "--config") == {"a": "1", "b": "x=y"}


def test_an_assignment_without_a_value_is_misused() -> None:
    with pytest.raises(Misused, match="--config a has no value"):
        assignments(["a"], "--config")
