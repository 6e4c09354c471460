"""The decisions of experiments, with nothing running."""

from __future__ import annotations

import hashlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.experiments import rules

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**52), 2**52)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("ending", sorted(rules.ENDINGS))
def test_a_job_seals_its_run_at_its_end(ending: str) -> None:
    assert rules.is_sealed(ending, 1, "")
    assert rules.is_sealed(ending, 0, "job_1")
    assert not rules.is_sealed(ending, 0, "")


@pytest.mark.parametrize("status", sorted(rules.OPEN))
def test_a_run_that_goes_on_is_not_sealed(status: str) -> None:
    assert not rules.is_sealed(status, 1, "job_1")


@pytest.mark.parametrize(
    ("current", "given_epoch", "verdict"),
    [(0, 0, "current"), (3, 3, "current"), (3, 2, "stale"), (1, 0, "stale"), (0, 1, "unknown")],
)
def test_only_the_current_epoch_may_write(current: int, given_epoch: int, verdict: str) -> None:
    assert rules.judge_epoch(current, given_epoch) == verdict


@pytest.mark.parametrize(
    ("caller_job", "run_job", "run_epoch", "allowed"),
    [
        ("", "", 0, True),
        ("", "job_a", 2, True),
        ("job_a", "job_a", 2, True),
        ("job_b", "job_a", 2, False),
        ("job_a", "", 0, False),
        ("job_a", "", 1, True),
    ],
)
def test_the_token_of_a_job_writes_to_its_own_run(caller_job: str, run_job: str, run_epoch: int, allowed: bool) -> None:
    assert rules.may_write(caller_job, run_job, run_epoch) is allowed


def test_a_param_may_be_repeated_but_not_changed() -> None:
    held = {"lr": "0.1"}
    assert rules.changed_key(held, {"lr": "0.1", "batch": "8"}) is None
    assert rules.changed_key(held, {"batch": "8", "lr": "0.2"}) == "lr"


def test_canonical_json_is_what_the_documentation_says() -> None:
    document = {"b": [1.0, 0.5, None, True], "a": {"é": "x"}}
    assert rules.canonical_json(document) == '{"a":{"é":"x"},"b":[1,0.5,null,true]}'
    expected = hashlib.sha256(b'{"seed":7}').hexdigest()
    assert rules.record_digest({"seed": 7.0}) == f"sha256:{expected}"


@given(JSON)
def test_a_digest_survives_any_json_reader(document: object) -> None:
    text = rules.canonical_json(document)
    assert rules.canonical_json(json.loads(text)) == text
    assert rules.canonical_json(json.loads(json.dumps(document), parse_int=float)) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, "a\x00b", {"\x00": 1}])
def test_what_no_document_holds_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"NUL|JSON compliant"):
        rules.canonical_json([value])


@pytest.mark.parametrize("path", ["model.onnx", "checkpoints/step-100/state.safetensors", "a b/ü.txt"])
def test_plain_relative_paths_name_artifacts(path: str) -> None:
    assert rules.is_artifact_path(path)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "a/../b", "..", "a//b", "a/", "./a", "a\\b", "a\x00", "x" * 501])
def test_other_paths_do_not(path: str) -> None:
    assert not rules.is_artifact_path(path)
