"""Owns the table of formats: what we write is guessed back, clearly, and what nobody can tell is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline_formats import exchange, registry
from plumbline_formats.archive import Source, open_source
from plumbline_formats.format import Guess
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import FormatError
from plumbline_formats.registry import FORMATS, Undecided
from plumbline_formats.shapes import KINDS, Box, Mask, Shape, Tag
from tests.formats.roundtrip import picture

_SHAPES: list[Shape] = [Box(1.0, 2.0, 3.0, 4.0), Tag(), Mask(0, 0, 2, 2, [0, 4])]


def _images() -> list[Image]:
    ids = (f"0190a1b2-0000-7000-8000-{number:012x}" for number in range(100))
    shapes = [[shape] for shape in _SHAPES]
    return [
        Image(f"{at}.png", 64, 48, [Annotation(next(ids), "crack", one) for one in some])
        for at, some in enumerate([*shapes, []])
    ]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("ending", ["", ".zip", "single"])
@pytest.mark.parametrize("sidecar", [True, False])
def test_what_we_write_is_guessed_back(name: str, ending: str, sidecar: bool, tmp_path: Path) -> None:
    kind = FORMATS[name]
    if ending == "single" and kind.ending == ".zip":
        ending = ""
    path = tmp_path / ("set" + (kind.ending if ending == "single" else ending))
    has_sidecar = any(option.name == "sidecar" for option in kind.write_options)
    options = {"sidecar": sidecar} if has_sidecar else {}
    pictures = None if ending == "single" else picture
    exchange.write(path, Header(labels=[Label("crack")]), _images(), name, options, allow_loss=True, pictures=pictures)
    with open_source(path) as source:
        decided, found = registry.decide(source)
    assert decided.name == name, found
    assert registry.sentence(decided, found).startswith(kind.title)


@pytest.mark.parametrize(("name", "kind"), FORMATS.items())
def test_a_format_says_what_it_is(name: str, kind: registry.Format) -> None:
    assert kind.name == name
    assert kind.title
    assert kind.summary.endswith(".")
    assert kind.ending.startswith(".")
    assert set(kind.carries.kinds) <= set(KINDS)
    for option in (*kind.read_options, *kind.write_options):
        assert option.help
        assert not option.choices or option.default in option.choices


def test_what_is_none_of_them_is_asked_with_what_it_holds(tmp_path: Path) -> None:
    for name in ("a.dat", "b.dat", "c.bin"):
        (tmp_path / name).write_bytes(b"\1\2\3")
    with open_source(tmp_path) as source, pytest.raises(Undecided, match=r"holds 2 \.dat, 1 \.bin\): say which"):
        registry.decide(source)


def test_what_could_be_two_is_asked_with_both_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def likely(_source: Source) -> Guess:
        return Guess(0.95, "it has a colour of its own")

    exchange.write(tmp_path / "set", Header(), _images()[3:], "native")
    other = FORMATS["datumaro"]
    changed = {field: getattr(other, field) for field in type(other).__slots__} | {"guess": likely}
    monkeypatch.setitem(FORMATS, "datumaro", type(other)(**changed))
    reasons = r"could be several formats: .*a colour of its own.*Say which"
    with open_source(tmp_path / "set") as source, pytest.raises(Undecided, match=reasons) as raised:
        registry.decide(source)
    assert [kind.name for kind, _ in raised.value.guesses][:2] == ["native", "datumaro"]


def test_an_unknown_name_is_answered_with_the_known() -> None:
    with pytest.raises(FormatError, match="There is no format 'coca'; there are: native, "):
        registry.find("coca")
