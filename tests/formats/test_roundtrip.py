"""Own sets of annotations through every format and back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from plumbline_formats.registry import FORMATS
from tests.formats.roundtrip import assert_identical, assert_only_reported, there_and_back
from tests.formats.strategies import Set, sets

# Options under which a format says other things than by default.
VARIANTS: list[tuple[str, dict[str, object]]] = [
    ("native", {}),
    ("coco", {}),
    ("coco", {"task": "panoptic"}),
    ("voc", {}),
    ("voc", {"coord_base": "zero"}),
    ("voc", {"masks": True}),
    ("yolo", {}),
    ("yolo", {"task": "segment"}),
    ("yolo", {"task": "obb"}),
    ("yolo", {"task": "pose"}),
    ("labelme", {}),
    ("cvat", {}),
    ("datumaro", {}),
    ("label_studio", {}),
    ("zillin", {}),
    ("mask_png", {}),
    ("class_folders", {}),
    ("csv", {}),
    ("csv", {"raw": True}),
]
# Without a side-car, these do not even say the order of objects.
UNORDERED: list[tuple[str, dict[str, object]]] = [
    ("mask_png", {"variant": variant}) for variant in ("classes", "labels", "binary")
]
_SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
# What a folder could do otherwise than a zip file does not depend on the set.
_FEW = settings(_SETTINGS, max_examples=8)


def _ids(variants: list[tuple[str, dict[str, object]]]) -> list[str]:
    return [f"{name}-{options}" for name, options in variants]


def test_every_format_is_held_to_it() -> None:
    assert {name for name, _ in VARIANTS} == set(FORMATS)


@pytest.mark.parametrize(("name", "options"), [*VARIANTS, *UNORDERED], ids=_ids([*VARIANTS, *UNORDERED]))
@_SETTINGS
@given(before=sets())
def test_with_the_side_car_nothing_changes(name: str, options: dict[str, object], before: Set) -> None:
    _report, after, problems = there_and_back(FORMATS[name], before, options, "zip")
    assert_identical(before, after, problems, by_subset=name == "voc")


@pytest.mark.parametrize("name", FORMATS)
@_FEW
@given(before=sets())
def test_a_folder_is_as_good_as_a_zip_file(name: str, before: Set) -> None:
    _report, after, problems = there_and_back(FORMATS[name], before, {}, "folder")
    assert_identical(before, after, problems, by_subset=name == "voc")


@pytest.mark.parametrize(("name", "options"), VARIANTS, ids=_ids(VARIANTS))
@_SETTINGS
@given(before=sets())
def test_without_it_only_what_the_report_names(name: str, options: dict[str, object], before: Set) -> None:
    kind = FORMATS[name]
    if any(option.name == "sidecar" for option in kind.write_options):
        options = options | {"sidecar": False}
    report, after, _problems = there_and_back(kind, before, options, "zip")
    assert_only_reported(report, before, after)


@pytest.mark.parametrize("name", [name for name, kind in FORMATS.items() if kind.ending != ".zip"])
@_SETTINGS
@given(before=sets())
def test_a_single_file_is_enough(name: str, before: Set) -> None:
    _report, after, problems = there_and_back(FORMATS[name], before, {}, "single")
    assert_identical(before, after, problems, by_subset=name == "voc")
