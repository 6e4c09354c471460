"""Owns the pure rules: task states, verification, configuration, splits, edits and digests. Does no input or output.

Annotations are plain dictionaries in canonical form here (see `geometry.canonical`), with float64 coordinates exactly
as drawn.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

DIGEST_FORMAT = "plumbline-annotations/1"
DEFAULT_SETS = ("train", "validation", "test")

# (state, action) -> next state. The customer's verdict is an axis of its own, see `verification_after_edit`.
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("OPEN", "save"): "ANNOTATING",
    ("OPEN", "submit"): "IN_REVIEW",
    ("ANNOTATING", "save"): "ANNOTATING",
    ("ANNOTATING", "submit"): "IN_REVIEW",
    ("IN_REVIEW", "save"): "ANNOTATING",
    ("IN_REVIEW", "accept"): "ACCEPTED",
    ("IN_REVIEW", "reject"): "REJECTED",
    ("REJECTED", "save"): "ANNOTATING",
    ("REJECTED", "submit"): "IN_REVIEW",
    ("ACCEPTED", "save"): "ANNOTATING",
    # A reviewer may take an acceptance back; nobody has to edit first.
    ("ACCEPTED", "reject"): "REJECTED",
}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")
_WORD = re.compile(r"[^\x00-\x1f\x7f]{1,100}")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")

_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class Refused(ValueError):
    """An edit that the rules do not allow; the message is a sentence for the person who made it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One operation on the annotations of an image: `kind` is add, update, remove or answer.

    `annotation` is set for add and update, `target` (an annotation id) for remove, `question` and `value` for answer.
    """

    kind: str
    annotation: dict[str, Any] | None = None
    target: str = ""
    question: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of annotations that were added, changed and removed between two revisions, and re-answered questions."""

    added: list[str]
    changed: list[str]
    removed: list[str]
    answered: list[str]


def next_state(state: str, action: str) -> str | None:
    """The state after an action, None when the action is not allowed in this state."""
    return TRANSITIONS.get((state, action))


def allowed_actions(state: str) -> list[str]:
    """The actions a task in this state allows."""
    return sorted(action for known, action in TRANSITIONS if known == state)


def verification_after_edit(verification: str) -> str:
    """A verdict on the revision before an edit says nothing about the one after it."""
    return "STALE" if verification in {"VERIFIED", "REFUSED"} else verification


def verification_of(verdict: str) -> str:
    """What the customer's verdict on the newest revision makes of the task."""
    return {"ACCEPT": "VERIFIED", "REJECT": "REFUSED"}[verdict]


def encode(value: Any) -> str:
    """Canonical JSON: sorted keys, no white space, shortest floats that read back equal."""
    return _canonical(value)


def revision_digest(image_sha256: str, annotations_json: str, answers_json: str) -> str:
    """`sha256:<hex>` of the canonical JSON `[format, image sha256, annotations, answers]`.

    Takes the two last members already encoded, as they are stored, so that a save encodes them once.
    """
    document = f"[{_canonical(DIGEST_FORMAT)},{_canonical(image_sha256)},{annotations_json},{answers_json}]"
    return "sha256:" + sha256(document.encode()).hexdigest()


def apply(
    annotations: Sequence[dict[str, Any]], answers: Mapping[str, str], edits: Iterable[Edit]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The annotations and answers after the edits. The order of annotations is the order they were drawn in.

    Raises:
        Refused: an id is added twice, or one that is not there is updated or removed; the message counts from 0.
    """
    marked = {annotation["id"]: annotation for annotation in annotations}
    answered = dict(answers)
    for position, edit in enumerate(edits):
        if edit.kind == "answer":
            answered.pop(edit.question, None)
            if edit.value:
                answered[edit.question] = edit.value
            continue
        key = edit.target if edit.kind == "remove" else (edit.annotation or {})["id"]
        if edit.kind == "add" and key in marked:
            raise Refused(f"operations[{position}].add: the image already has an annotation {key}; update it.")
        if edit.kind != "add" and key not in marked:
            raise Refused(f"operations[{position}].{edit.kind}: the image has no annotation {key}; load it again.")
        if edit.kind == "remove":
            del marked[key]
        else:
            marked[key] = edit.annotation  # type: ignore[assignment]
    return list(marked.values()), answered


def difference(
    old: Sequence[dict[str, Any]],
    new: Sequence[dict[str, Any]],
    old_answers: Mapping[str, str],
    new_answers: Mapping[str, str],
) -> Difference:
    """What the newer revision has that the older one has not."""
    before = {annotation["id"]: annotation for annotation in old}
    after = {annotation["id"]: annotation for annotation in new}
    return Difference(
        added=[key for key in after if key not in before],
        changed=[key for key in after if key in before and after[key] != before[key]],
        removed=[key for key in before if key not in after],
        answered=sorted(
            key for key in old_answers.keys() | new_answers.keys() if old_answers.get(key) != new_answers.get(key)
        ),
    )


def label_counts(annotations: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many annotations each label has."""
    return dict(Counter(annotation["label"] for annotation in annotations))


def answer_problem(questions: Sequence[Mapping[str, Any]], key: str, value: str) -> str:
    """Why an answer cannot be taken, empty when it can; an empty value takes an answer back."""
    question = next((question for question in questions if question["key"] == key), None)
    if question is None:
        return f"the project asks no question {key!r}"
    choices = question["choices"]
    if value and choices and value not in choices:
        return f"{value!r} is no choice of question {key!r}; choose one of {', '.join(choices)}"
    return ""


def project_name_problem(name: str) -> str:
    """Why a project cannot have this name, empty when it can."""
    if _NAME.fullmatch(name) and not name.startswith("prj_"):
        return ""
    return (
        "A project's name starts with a letter or digit, goes on with letters, digits, blanks, dots, dashes or "
        "underscores, has at most 100 characters and does not start with prj_."
    )


def configuration_problem(
    labels: Sequence[Mapping[str, str]],
    tools: Sequence[str],
    questions: Sequence[Mapping[str, Any]],
    image_sets: Sequence[str],
) -> str:
    """Why a project cannot be configured like this, empty when it can."""
    for kind, names in (
        ("label", [label["name"] for label in labels]),
        ("tool", list(tools)),
        ("question", [question["key"] for question in questions]),
        ("image set", list(image_sets)),
    ):
        for name in names:
            if not _WORD.fullmatch(name):
                return f"{name!r} cannot name a {kind}: use 1 to 100 visible characters."
        repeated = [name for name, count in Counter(names).items() if count > 1]
        if repeated:
            return f"The {kind} {repeated[0]!r} is there twice; remove one."
    bad = next((label for label in labels if label["color"] and not _COLOR.fullmatch(label["color"])), None)
    if bad:
        return f"The colour {bad['color']!r} of label {bad['name']!r} is not #rrggbb."
    return ""


def split_problem(
    shares: Sequence[tuple[str, float]], rules: Sequence[tuple[str, str]], image_sets: Sequence[str]
) -> str:
    """Why images cannot be split like this, empty when they can."""
    for image_set in [name for name, _ in shares] + [name for _, name in rules]:
        if image_set not in image_sets:
            return f"The project has no image set {image_set!r}; it has {', '.join(image_sets)}."
    if any(not 0 < share <= 1 for _, share in shares) or (shares and abs(sum(s for _, s in shares) - 1) > 1e-6):
        return "Each share must be above 0 and all shares together must add up to 1."
    return ""


def image_set_of(
    image_sha256: str,
    tags: Iterable[str],
    *,
    rules: Sequence[tuple[str, str]],
    shares: Sequence[tuple[str, float]],
    seed: int,
) -> str:
    """The set an image goes to: the first matching tag rule, else its place in [0, 1) by a hash of image and seed.

    The place depends on nothing else, so images added later move no image that is already there.
    """
    carried = set(tags)
    for tag, image_set in rules:
        if tag in carried:
            return image_set
    place = int.from_bytes(sha256(f"{seed}:{image_sha256}".encode()).digest()[:8], "big") / 2**64
    passed = 0.0
    for image_set, share in shares:
        passed += share
        if place < passed:
            return image_set
    return shares[-1][0]
