"""Owns `docs/errors.md` and `docs/events.md`: `python -m tools.catalogue` writes them from the code.

With `--check` it fails when they are not current. Errors are the classes of the services and the reasons given where
one is raised; events are the names given to `journal.change`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from inspect import cleandoc
from pathlib import Path

from kit import contract
from kit.errors import KINDS, PlumbError

ROOT = Path(__file__).resolve().parent.parent
ERRORS = ROOT / "docs/errors.md"
EVENTS = ROOT / "docs/events.md"

_ERRORS_HEAD = """# Errors

Every failure is `application/problem+json` over REST and a status with `google.rpc.ErrorInfo` over gRPC. `reason` is
for programs and stable; `detail` is for people and says what to do next. Written by `make gen`; do not edit.

| reason | HTTP | gRPC | raised by | meaning |
|---|---|---|---|---|
"""
_EVENTS_HEAD = """# Events

Every change is an event in the same transaction: a CloudEvent of the type `plumb.<name>.v1` with a `sequence` that has
no gap within the workspace. Read them at `GET /api/v1/events`, live at `GET /api/v1/events:stream`, or from NATS on
`feed.<workspace>.<name>.v1`. `subject` is the id of what changed, `data` what the table says. Written by `make gen`; do
not edit.

| name | happened | data |
|---|---|---|
"""


@dataclass(frozen=True, order=True)
class Reason:
    """One stable reason: where it comes from and what kind of failure it is."""

    reason: str
    owner: str
    kind: type[PlumbError]
    meaning: str


@dataclass(frozen=True, order=True)
class EventName:
    """One name given to `journal.change`, with the parts of its data."""

    name: str
    data: tuple[str, ...]


def reasons() -> list[Reason]:
    """Every reason a caller may meet, sorted; one that two services share is there twice."""
    found = [Reason(kind.reason, "kit", kind, _sentence(kind)) for kind in KINDS]
    found += [Reason("INTERNAL", "kit", PlumbError, "A bug of the platform; the log has the details.")]
    said = _said()
    for service in contract.SERVICES:
        module = import_module(f"services.{service}.errors")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, PlumbError) and value.__module__ == module.__name__:
                meaning = said.get((service, value.__name__)) or _sentence(value)
                found.append(Reason(value.reason, service, _kind(value), meaning))
    found += [reason for path in _sources() for reason in _inline(path)]
    unique = {(reason.owner, reason.reason): reason for reason in reversed(found)}
    return sorted(unique.values(), key=lambda reason: (reason.reason, reason.owner))


def events() -> list[EventName]:
    """Every event name of the services, sorted, with what its data holds."""
    data: dict[str, set[str]] = {}
    for path in _sources():
        constants = _constants(path.parent / "events.py")
        for call in _calls(path, "change"):
            argument = call.args[2]
            name = constants[argument.attr] if isinstance(argument, ast.Attribute) else ast.literal_eval(argument)
            data.setdefault(name, set()).update(_data(call))
    return sorted(EventName(name, tuple(sorted(parts))) for name, parts in data.items())


def errors_document() -> str:
    """The text of `docs/errors.md`."""
    rows: dict[str, list[Reason]] = {}
    for reason in reasons():
        rows.setdefault(reason.reason, []).append(reason)
    return _ERRORS_HEAD + "".join(
        f"| `{name}` | {group[0].kind.http_status} | {group[0].kind.code.name} "
        f"| {', '.join(reason.owner for reason in group)} | {group[0].meaning} |\n"
        for name, group in rows.items()
    )


def events_document() -> str:
    """The text of `docs/events.md`."""
    return _EVENTS_HEAD + "".join(
        f"| `{event.name}` | {_happened(event.name)} | {', '.join(event.data) or 'nothing more'} |\n"
        for event in events()
    )


def _sources() -> Iterator[Path]:
    for folder in ("kit", "services"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def _kind(error: type[PlumbError]) -> type[PlumbError]:
    return next(kind for kind in KINDS if issubclass(error, kind))


def _sentence(error: type[PlumbError]) -> str:
    """The first sentence of the class, else its name in words."""
    own = error.__dict__.get("__doc__")
    if own:
        return " ".join(cleandoc(own).split("\n\n")[0].split())
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in error.__name__).strip()
    return f"{words.capitalize()}."


def _inline(path: Path) -> Iterator[Reason]:
    """Reasons given where an error of a kind is raised: `Invalid("...", reason="BODY_INVALID")`."""
    kinds = {kind.__name__: kind for kind in KINDS}
    owner = path.relative_to(ROOT).parts[1] if "services" in path.parts else "kit"
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in kinds:
            continue
        for keyword in node.keywords:
            if keyword.arg == "reason" and isinstance(keyword.value, ast.Constant):
                yield Reason(
                    str(keyword.value.value),
                    owner,
                    kinds[node.func.id],
                    _message(node) or _sentence(kinds[node.func.id]),
                )


def _said() -> dict[tuple[str, str], str]:
    """What the errors of a service say where they are raised, by service and class; the first of several."""
    said: dict[tuple[str, str], str] = {}
    for service in contract.SERVICES:
        for path in sorted((ROOT / "services" / service).rglob("*.py")):
            tree = ast.parse(path.read_text())
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and _message(node):
                    said.setdefault((service, ast.unparse(node.func).split(".")[-1]), _message(node))
            # errors that always say the same say it in their constructor
            for made in (node for node in tree.body if isinstance(node, ast.ClassDef)):
                for call in ast.walk(made):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                        said.setdefault((service, made.name), _message(call))
    return said


def _message(call: ast.Call) -> str:
    """The text an error is made with; what is filled in shows as an ellipsis. Empty when it is not written there."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value.replace("|", "or")
    if isinstance(first, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else "…" for part in first.values)
        return "".join(parts).replace("|", "or")
    return ""


def _calls(path: Path, function: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"journal.{function}":
            yield node


def _constants(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    found = {}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found[ast.unparse(node.targets[0])] = str(node.value.value)
    return found


def _data(call: ast.Call) -> Iterator[str]:
    if len(call.args) > 4 and isinstance(call.args[4], ast.Call):
        yield f"the {ast.unparse(call.args[4].func).split('.')[-1].replace('_', ' ')}"
    for keyword in call.keywords:
        yield f"`{keyword.arg}`" if keyword.arg else "the facts of the change"


def _happened(name: str) -> str:
    _, noun, verb = name.split(".")
    words, done = noun.replace("_", " "), verb.replace("_", " ")
    if done == "cancel requested":
        return "Somebody asked to cancel a job."
    if noun == "images":
        return f"{words.capitalize()} were {done}."
    if done in ("joined", "ended", "started"):
        return f"{'An' if words[0] in 'aeiou' else 'A'} {words} {done}."
    return f"{'An' if words[0] in 'aeiou' else 'A'} {words} was {done}."


def main() -> int:
    documents = {ERRORS: errors_document(), EVENTS: events_document()}
    if "--check" not in sys.argv:
        for path, text in documents.items():
            path.write_text(text)
        return 0
    stale = [path.relative_to(ROOT) for path, text in documents.items() if path.read_text() != text]
    for path in stale:
        print(f"{path} is not current: run `make gen` and commit the result.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
