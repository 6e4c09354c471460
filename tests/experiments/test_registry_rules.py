"""The decisions of the model registry, with nothing running."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.experiments import registry_rules as rules


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("12", 12), ("0", None), ("01", None), ("production", None)])
def test_a_version_is_a_number_or_an_alias(text: str, number: int | None) -> None:
    assert rules.version_number(text) == number


@given(st.text(max_size=20))
def test_no_alias_is_ever_read_as_a_number(text: str) -> None:
    assert not (rules.is_alias(text) and rules.version_number(text) is not None)


def test_a_model_name_is_never_read_as_an_id() -> None:
    assert rules.is_model_name("Tile defects v2")
    assert not rules.is_model_name("mdl_0192f0c1")
    assert not rules.is_model_name("")
    assert not rules.is_model_name("a/b")


@pytest.mark.parametrize("name", ["latest", "LATEST", "v3", "V12", "7", "", "a b", "a/b", "x" * 256])
def test_an_alias_is_not_mistaken_for_something_else(name: str) -> None:
    assert not rules.is_alias(name)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("runs:/run_1/model", ("run_1", "model")),
        ("runs:/run_1", ("run_1", "")),
        ("models:/m-0123456789abcdef0123456789abcdef", ("m-0123456789abcdef0123456789abcdef", "")),
        ("mlflow-artifacts:/exp_1/run_1/artifacts/a/b", ("run_1", "a/b")),
        ("mlflow-artifacts:/exp_1/models/m-1/artifacts", ("m-1", "")),
        ("mlflow-artifacts://host:80/exp_1/run_1/artifacts", ("run_1", "")),
        ("models:/tiles/3", None),
        ("s3://bucket/model", None),
    ],
)
def test_a_source_names_the_owner_of_its_files(source: str, place: tuple[str, str] | None) -> None:
    assert rules.artifact_place(source) == place


def test_the_digest_of_a_source_is_that_of_its_files() -> None:
    files = [("model/a", "1" * 64), ("model/b", "2" * 64)]
    assert rules.source_digest("runs:/x/model", files) == rules.source_digest("models:/y", files)
    assert rules.source_digest("s3://a", []) != rules.source_digest("s3://b", [])
    assert rules.source_digest("", files) != rules.source_digest("", files[:1])
