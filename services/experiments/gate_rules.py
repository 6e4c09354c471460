"""Owns what a gate asks for and how it is said: conditions, standing approvals, words. Reads and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict

ALL_VERIFIED = "ALL_TRAINING_IMAGES_VERIFIED"
NO_TEST_IMAGE = "NO_TEST_IMAGE_IN_TRAINING"
METRIC = "METRIC_AT_LEAST"
APPROVE, REJECT = "APPROVE", "REJECT"

DEFAULT_TEST_SETS = ("test",)
DEFAULT_APPROVERS = ("OWNER", "MANAGER", "CUSTOMER")
APPROVERS = frozenset({"OWNER", "MANAGER", "DEVELOPER", "REVIEWER", "CUSTOMER"})
MOST_CONDITIONS = 50
MOST_APPROVALS = 20

Verdict = Literal["MET", "UNMET", "UNKNOWN"]


class Condition(TypedDict, total=False):
    """A condition as it is kept; what does not belong to its kind is left out."""

    kind: str
    test_sets: list[str]
    dimension: str
    value: str
    key: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Image:
    """An image that is in the way."""

    image_sha256: str
    path: str
    caption: str
    task_id: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a gate asks for and how it stands; `condition` is None for the approvals."""

    condition: Condition | None
    verdict: Verdict
    title: str
    explanation: str
    done: int = 0
    total: int = 0
    links: Sequence[tuple[str, str]] = ()
    images: Sequence[Image] = field(default=())


@dataclass(frozen=True, slots=True)
class Voice:
    """What one member said last."""

    member_id: str
    name: str
    role: str
    verdict: str


def title(condition: Condition) -> str:
    """What a condition asks for, as a sentence."""
    if condition["kind"] == ALL_VERIFIED:
        return "The customer has verified every image it was trained on"
    if condition["kind"] == NO_TEST_IMAGE:
        return f"No image of {listed(condition['test_sets'])} was trained on"
    return f"{condition['key']} on {slice_name(condition)} is at least {condition['threshold']:g}"


def slice_name(condition: Condition) -> str:
    """The part of the data a metric is asked for, in words."""
    if condition["dimension"] == "all":
        return "all evaluated images"
    return f"{condition['dimension'].replace('_', ' ')} {condition['value']}"


def standing(voices: Iterable[Voice], roles: Sequence[str]) -> tuple[list[Voice], list[Voice]]:
    """Who approves and who rejects by their newest word, among the roles that count.

    Args:
        voices: newest first; an older word of the same member has no weight.
    """
    newest: dict[str, Voice] = {}
    for voice in voices:
        if voice.role in roles:
            newest.setdefault(voice.member_id, voice)
    return (
        [voice for voice in newest.values() if voice.verdict == APPROVE],
        [voice for voice in newest.values() if voice.verdict == REJECT],
    )


def approvals(voices: Iterable[Voice], count: int, roles: Sequence[str]) -> Check | None:
    """How the approvals stand; None when none is asked for and nobody rejects."""
    approving, rejecting = standing(voices, roles)
    if not count and not rejecting:
        return None
    who = listed(sorted(role.lower() for role in roles), "or")
    heading = f"{count} {'approval' if count == 1 else 'approvals'} by {who}"
    said = [f"{len(approving)} of {count} given"]
    if approving:
        said[0] += f", by {listed(voice.name for voice in approving)}"
    said += [f"{voice.name} ({voice.role.lower()}) rejects it" for voice in rejecting]
    verdict: Verdict = "MET" if len(approving) >= count and not rejecting else "UNMET"
    return Check(None, verdict, heading, "; ".join(said) + ".", done=len(approving), total=count)


def is_open(checks: Iterable[Check]) -> bool:
    """Whether a gate lets a version through: everything is known to hold."""
    return all(check.verdict == "MET" for check in checks)


def message(version: str, alias: str, checks: Sequence[Check]) -> str:
    """Everything that is missing, in plain words; or that nothing is."""
    missing = [check for check in checks if check.verdict != "MET"]
    if not missing:
        return f"{version} may become {alias}: {_everything(len(checks))}."
    reasons = " ".join(
        f"({number}) {check.title}: {check.explanation}" for number, check in enumerate(missing, start=1)
    )
    return f"{version} may not become {alias} yet. {reasons}"


def parts(counts: Mapping[str, int]) -> str:
    """Counts above zero with their words, such as `3 not seen, 1 refused`."""
    return ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def listed(words: Iterable[str], conjunction: str = "and") -> str:
    """`a, b and c`."""
    found = list(words)
    return f"{', '.join(found[:-1])} {conjunction} {found[-1]}" if len(found) > 1 else "".join(found)


def _everything(count: int) -> str:
    return "no gate asks for anything" if not count else "all that its gate asks for is there"
