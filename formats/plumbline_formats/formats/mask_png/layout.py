"""Owns where the files of mask folders lie, and what each variant says with its pixels.

`instances`: `classes/<stem>.png`, whose values are lines of `labels.txt` (the first is the background), and
`instances/<stem>.png`, whose values count the objects of the image. `classes`: the first of these alone. `labels`: one
image of 0 and 255 for each label, `labels/<label>/<stem>.png`. `binary`: one for each image, `masks/<stem>.png`.
`beside`, for reading only: the mask of `<label>/<stem>.jpg` is `<label>/<stem>.png`. Photographs are in `images/`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from plumbline_formats import lists, pngs
from plumbline_formats.archive import Source
from plumbline_formats.problems import Malformed

NAME = "mask_png"
SIDECAR_FILE = "masks.x_plumb.jsonl"
COLORS = "label_colors.txt"
BACKGROUND = "background"
IGNORE = 255
VARIANTS = ("instances", "classes", "labels", "binary")
FOLDERS = {"classes": "classes/", "instances": "instances/", "labels": "labels/", "binary": "masks/"}
_PHOTOGRAPHS = "images/"
_HEADER_BYTES = 33
_PALETTE_TYPE = 3


@dataclass(slots=True)
class Entry:
    """One image and its mask files, by the label that the folder of each says (empty when it says none)."""

    path: str
    masks: dict[str, str] = field(default_factory=dict)
    instances: str = ""


def recognised(source: Source) -> tuple[str, str]:
    """The variant of a source, empty when it is none, and what says so."""
    masks = [name for name in source.names if _may_be_mask(name)]
    for variant in VARIANTS:
        inside = [name for name in masks if name.startswith(FOLDERS[variant])]
        if inside and not (variant == "binary" and _has_palette(source, inside[0])):
            return variant, f"PNG images in {FOLDERS[variant]}"
    if _is_beside(source.names, masks):
        return "beside", "PNG images with the names of other images beside them"
    said = next((name for name in (lists.LABELS, COLORS) if name in source.names), None)
    if said and (masks or lists.IMAGES in source.names):
        return "classes", f"PNG images and {said}"
    if masks and all(_has_palette(source, name) for name in masks[:8]):
        return "classes", "PNG images with palettes"
    return "", ""


def entries(source: Source, variant: str) -> list[Entry]:
    """All images of a source in the order of its list, else of their names."""
    found = _beside(source) if variant == "beside" else _in_folders(source, variant)
    listed = {path: at for at, path in enumerate(lists.read(source, lists.IMAGES) or [])}
    for path in listed.keys() - {entry.path for entry in found}:
        found.append(Entry(path))
    return sorted(found, key=lambda entry: (listed.get(entry.path, len(listed)), entry.path))


def _beside(source: Source) -> list[Entry]:
    by_stem: dict[str, list[str]] = defaultdict(list)
    for name in source.names:
        if lists.is_image(name):
            by_stem[lists.stem(name)].append(name)
    found = []
    for stem, names in by_stem.items():
        masks = [name for name in names if name.lower().endswith(".png")]
        photographs = [name for name in names if name not in masks]
        if not photographs:
            found += [Entry(name) for name in masks]
        for photograph in photographs:
            label = stem.rpartition("/")[0].rpartition("/")[2]
            found.append(Entry(photograph, dict.fromkeys([label], masks[0]) if masks else {}))
    return found


def _in_folders(source: Source, variant: str) -> list[Entry]:
    folder = FOLDERS[variant if variant != "instances" else "classes"]
    own = any(name.startswith(folder) for name in source.names)
    masks: dict[str, dict[str, str]] = defaultdict(dict)
    counted: dict[str, str] = {}
    photographs: list[str] = []
    for name in source.names:
        if not lists.is_image(name):
            continue
        inside = name.removeprefix(folder) if own else name
        if variant == "instances" and name.startswith(FOLDERS["instances"]):
            counted[lists.stem(name.removeprefix(FOLDERS["instances"]))] = name
        elif _may_be_mask(name) and (inside != name or not own):
            label, stem = _split(lists.stem(inside), variant)
            masks[stem][label] = name
        else:
            photographs.append(name.removeprefix(_PHOTOGRAPHS))
    return _joined(masks, counted, photographs, lists.read(source, lists.IMAGES) or [])


def _joined(
    masks: dict[str, dict[str, str]], counted: dict[str, str], photographs: list[str], listed: list[str]
) -> list[Entry]:
    by_stem = {lists.stem(path): path for path in (*photographs, *listed)}
    # masks in another folder than their images still have their names, when these are unique
    by_name: dict[str, list[str]] = defaultdict(list)
    for stem in by_stem:
        by_name[stem.rpartition("/")[2]].append(stem)
    found = {path: Entry(path) for path in by_stem.values()}
    for stem in sorted(masks.keys() | counted.keys()):
        twins = by_name[stem.rpartition("/")[2]]
        path = by_stem.get(stem) or (by_stem[twins[0]] if len(twins) == 1 else f"{stem}.png")
        entry = found.setdefault(path, Entry(path))
        entry.masks |= masks.get(stem, {})
        entry.instances = counted.get(stem, entry.instances)
    return list(found.values())


def _split(stem: str, variant: str) -> tuple[str, str]:
    if variant != "labels" or "/" not in stem:
        return "", stem
    label, _, rest = stem.partition("/")
    return label, rest


def _may_be_mask(name: str) -> bool:
    return name.lower().endswith(".png") and not name.startswith(_PHOTOGRAPHS)


def _is_beside(names: list[str], masks: list[str]) -> bool:
    others = {lists.stem(name) for name in names if lists.is_image(name) and not name.lower().endswith(".png")}
    return any(lists.stem(mask) in others for mask in masks)


def _has_palette(source: Source, name: str) -> bool:
    with source.open(name) as file:
        head = file.read(_HEADER_BYTES)
    try:
        pngs.size(head)
    except Malformed:
        return False
    return head[25] == _PALETTE_TYPE
