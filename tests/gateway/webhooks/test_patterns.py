"""Patterns stand for the events that their readers think they stand for."""

from __future__ import annotations

import pytest

from services.gateway.webhooks.patterns import is_pattern, matches, name_of


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("*", "auth.member.joined"),
        ("storage.*", "storage.dataset.published"),
        ("storage.dataset.*", "storage.dataset.published"),
        ("experiments.model_version.created", "experiments.model_version.created"),
    ],
)
def test_a_pattern_stands_for_its_events(pattern: str, name: str) -> None:
    assert is_pattern(pattern)
    assert matches([pattern], name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("storage.*", "storages.dataset.published"),
        ("storage.data.*", "storage.dataset.published"),
        ("experiments.model.created", "experiments.model.created_again"),
        ("experiments.model.*", "experiments.model_version.created"),
    ],
)
def test_a_pattern_does_not_stand_for_what_begins_alike(pattern: str, name: str) -> None:
    assert is_pattern(pattern)
    assert not matches([pattern], name)


@pytest.mark.parametrize(
    "text", ["", "**", "*.created", "storage", "storage.dataset", "Storage.*", "a.b.c.d", "a.b.c*"]
)
def test_other_texts_are_no_patterns(text: str) -> None:
    assert not is_pattern(text)


def test_the_name_of_a_type() -> None:
    assert name_of("plumb.experiments.alias.set.v1") == "experiments.alias.set"
