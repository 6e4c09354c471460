"""The pure rules: states, edits, splits, digests, configuration."""

from __future__ import annotations

from hashlib import sha256

import pytest

from services.annotation import rules
from services.annotation.rules import Edit


def mark(key: str, label: str = "scratch") -> dict:
    return {"id": key, "label": label}


def test_only_listed_transitions_exist() -> None:
    assert rules.next_state("OPEN", "submit") == "IN_REVIEW"
    assert rules.next_state("ACCEPTED", "save") == "ANNOTATING"
    assert rules.next_state("ANNOTATING", "accept") is None
    assert rules.next_state("ACCEPTED", "submit") is None
    assert rules.allowed_actions("IN_REVIEW") == ["accept", "reject", "save"]


def test_every_state_can_be_left_by_an_edit() -> None:
    states = {state for state, _ in rules.TRANSITIONS} | set(rules.TRANSITIONS.values())
    assert {rules.next_state(state, "save") for state in states} == {"ANNOTATING"}


@pytest.mark.parametrize(
    ("before", "after"),
    [("UNVERIFIED", "UNVERIFIED"), ("VERIFIED", "STALE"), ("REFUSED", "STALE"), ("STALE", "STALE")],
)
def test_an_edit_makes_a_verdict_stale(before: str, after: str) -> None:
    assert rules.verification_after_edit(before) == after


def test_edits_apply_in_order_and_keep_the_drawing_order() -> None:
    edits = [
        Edit("add", annotation=mark("c")),
        Edit("update", annotation=mark("a", "dent")),
        Edit("remove", target="b"),
        Edit("answer", question="clean", value="no"),
        Edit("answer", question="old", value=""),
    ]
    marks, answers = rules.apply([mark("a"), mark("b")], {"old": "x"}, edits)
    assert marks == [mark("a", "dent"), mark("c")]
    assert answers == {"clean": "no"}


@pytest.mark.parametrize(
    "edit", [Edit("add", annotation=mark("a")), Edit("update", annotation=mark("z")), Edit("remove", target="z")]
)
def test_edits_of_what_is_or_is_not_there_are_refused(edit: Edit) -> None:
    with pytest.raises(rules.Refused, match=r"operations\[0\]"):
        rules.apply([mark("a")], {}, [edit])


def test_a_difference_names_ids_and_questions() -> None:
    found = rules.difference(
        [mark("a"), mark("b")], [mark("a", "dent"), mark("c")], {"q": "1", "r": "1"}, {"q": "2", "r": "1"}
    )
    assert (found.added, found.changed, found.removed, found.answered) == (["c"], ["a"], ["b"], ["q"])


def test_the_digest_is_the_sha256_of_one_canonical_line() -> None:
    annotations, answers = rules.encode([{"x": 0.1, "id": "a"}]), rules.encode({"clean": "nö"})
    line = '["plumbline-annotations/1","ab",[{"id":"a","x":0.1}],{"clean":"nö"}]'
    assert rules.revision_digest("ab", annotations, answers) == "sha256:" + sha256(line.encode()).hexdigest()


def test_the_split_follows_tags_first_and_then_the_hash() -> None:
    shares = [("train", 0.8), ("test", 0.2)]
    images = [sha256(str(n).encode()).hexdigest() for n in range(2000)]
    chosen = {i: rules.image_set_of(i, ["a"], rules=[("lab", "test")], shares=shares, seed=1) for i in images}
    assert 0.75 < sum(name == "train" for name in chosen.values()) / 2000 < 0.85
    assert rules.image_set_of(images[0], ["a", "lab"], rules=[("lab", "test")], shares=shares, seed=1) == "test"
    other = [rules.image_set_of(i, [], rules=[], shares=shares, seed=2) for i in images]
    assert other != list(chosen.values())
    again = [rules.image_set_of(i, [], rules=[], shares=shares, seed=1) for i in images]
    assert again == list(chosen.values())


def test_shares_that_sum_to_almost_one_leave_no_image_out() -> None:
    shares = [("train", 0.7), ("validation", 0.2), ("test", 0.1)]
    assert not rules.split_problem(shares, [], ["train", "validation", "test"])
    assert {rules.image_set_of(str(n), [], rules=[], shares=shares, seed=0) for n in range(500)} == {
        "train",
        "validation",
        "test",
    }


@pytest.mark.parametrize(
    ("shares", "tags", "words"),
    [
        ([("train", 0.5)], [], "add up to 1"),
        ([("train", 1.5), ("test", -0.5)], [], "above 0"),
        ([("holdout", 1.0)], [], "'holdout'"),
        ([], [("lab", "holdout")], "'holdout'"),
    ],
)
def test_a_wrong_split_is_explained(shares: list, tags: list, words: str) -> None:
    assert words in rules.split_problem(shares, tags, ["train", "test"])


def test_configurations_are_checked() -> None:
    good = ([{"name": "a", "color": "#ff0000"}], ["BOX"], [], ["train"])
    assert not rules.configuration_problem(*good)
    twice = [{"name": "a", "color": ""}, {"name": "a", "color": ""}]
    assert "twice" in rules.configuration_problem(twice, *good[1:])
    assert "#rrggbb" in rules.configuration_problem([{"name": "a", "color": "red"}], *good[1:])
    assert "visible" in rules.configuration_problem([{"name": "", "color": ""}], *good[1:])


def test_answers_fit_their_question() -> None:
    questions = [{"key": "clean", "choices": ["yes", "no"]}, {"key": "note", "choices": []}]
    assert not rules.answer_problem(questions, "clean", "yes")
    assert not rules.answer_problem(questions, "clean", "")
    assert not rules.answer_problem(questions, "note", "anything")
    assert "yes, no" in rules.answer_problem(questions, "clean", "maybe")
    assert "no question" in rules.answer_problem(questions, "other", "x")


@pytest.mark.parametrize("name", ["", "a/b", "prj_x", " a", "a" * 101])
def test_names_that_would_confuse_are_refused(name: str) -> None:
    assert rules.project_name_problem(name)
    assert not rules.project_name_problem("Tiles 2026.v1")
