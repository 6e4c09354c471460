"""Owns the loss report: what a format cannot say, counted and named. Does not decide what a format can say."""

from __future__ import annotations

from dataclasses import dataclass, field

from plumbline_formats.fields import Fields
from plumbline_formats.model import Annotation, Header, Image, Label

_EXAMPLES = 5
# Identity, provenance and looks: what nobody asks for but whoever wrote it. A side-car is enough for these.
_BOOKKEEPING = frozenset(
    {
        *("id", "origin", "author", "created", "updated", "foreign"),
        *("image.sha256", "image.source", "image.state", "image.foreign"),
        *("label.color", "label.kinds", "label.foreign"),
        *("header.name", "header.description", "header.versions", "header.foreign"),
    }
)


@dataclass(frozen=True, slots=True)
class Carries:
    """What a format says of the model without a side-car, by the names of its fields.

    Attributes:
        annotation: besides label and shape.
        image: besides path, annotations and whether it is annotated.
        label: besides the name.
        header: of the set.
        kinds: by kind of shape: empty when it is said as it is, else what becomes of it (`polygon of 4 corners`).
            A kind that is not listed has no place.
        unsaid: by class of the model, the fields that it does not say; identity and content of a thing are no fields.
    """

    annotation: frozenset[str] = frozenset()
    image: frozenset[str] = frozenset()
    label: frozenset[str] = frozenset()
    header: frozenset[str] = frozenset()
    kinds: dict[str, str] = field(default_factory=dict)
    unsaid: dict[type, Fields] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        unsaid = {
            Annotation: Fields(Annotation, self.annotation | {"label", "shape"}),
            Image: Fields(Image, self.image | {"path", "annotations", "annotated"}),
            Label: Fields(Label, self.label | {"name"}),
            Header: Fields(Header, self.header | {"labels"}),
        }
        # the only way to set a field of a frozen class
        object.__setattr__(self, "unsaid", unsaid)


@dataclass(slots=True)
class Loss:
    """Things of one sort that a written file does not say.

    Attributes:
        code: `shape` (becomes another), `object` (has no place), `precision`, or the name of a field: of annotations
            (`attributes`, `z`), of images (`image.tags`), of labels (`label.color`), of the set (`header.versions`).
        kind: of shape, where that matters.
        action: what becomes of it: `polygon of 4 corners`, `dropped`.
        examples: ids of annotations, or paths of images; at most five.
    """

    code: str
    kind: str
    action: str
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def is_kept(self, *, has_sidecar: bool) -> bool:
        """Whether it is bookkeeping that the side-car of the file keeps: nobody has to allow it."""
        return has_sidecar and self.code in _BOOKKEEPING

    @property
    def sentence(self) -> str:
        """For people: `3 rotated_box -> polygon of 4 corners`."""
        what = (
            self.kind if self.code in ("shape", "object") else f"{self.code} of {self.kind}" if self.kind else self.code
        )
        return f"{self.count} {what} {'dropped' if self.action == 'dropped' else '-> ' + self.action}"


class LossReport:
    """Losses of one write. With a side-car they are losses for other readers only: ours reads everything back."""

    def __init__(self) -> None:
        self._losses: dict[tuple[str, str, str], Loss] = {}
        # those of objects by field, since they are asked for most
        self._fields: dict[str, Loss] = {}

    def add(self, code: str, kind: str = "", action: str = "dropped", example: str = "", count: int = 1) -> None:
        """Count a loss; see `Loss` for the arguments."""
        loss = self._losses.get((code, kind, action))
        if loss is None:
            loss = self._losses[code, kind, action] = Loss(code, kind, action)
        loss.count += count
        if example and len(loss.examples) < _EXAMPLES:
            loss.examples.append(example)

    def annotation(self, annotation: Annotation, carries: Carries) -> None:
        """Count every field of an object that the format does not say; the shape is the writer's to count."""
        for name in carries.unsaid[Annotation].said(annotation):
            self._lose(annotation, name)

    def imported(self, annotation: Annotation, carries: Carries) -> None:
        """As `annotation`, for formats that do not say who made an object: they read it as imported."""
        for name in carries.unsaid[Annotation].said(annotation):
            if name != "origin" or annotation.origin != "imported":
                self._lose(annotation, name)

    def _lose(self, annotation: Annotation, name: str) -> None:
        loss = self._fields.get(name)
        if loss is None:
            self.add(name, count=0)
            loss = self._fields[name] = self._losses[name, "", "dropped"]
        loss.count += len(annotation.attributes) if name == "attributes" else 1
        if len(loss.examples) < _EXAMPLES:
            loss.examples.append(annotation.id)

    def image(self, image: Image, carries: Carries) -> None:
        """Count every field of an image, but its annotations, that the format does not say."""
        for name in carries.unsaid[Image].said(image):
            self.add(f"image.{name}", example=image.path)

    def header(self, header: Header, carries: Carries) -> None:
        """Count every field of the set and its labels that the format does not say."""
        for name in carries.unsaid[Header].said(header):
            self.add(f"header.{name}")
        for label in header.labels:
            for name in carries.unsaid[Label].said(label):
                self.add(f"label.{name}", example=label.name)

    @property
    def losses(self) -> list[Loss]:
        """Sorted by code, kind and action."""
        return [self._losses[key] for key in sorted(self._losses)]

    @property
    def sentences(self) -> list[str]:
        return [loss.sentence for loss in self.losses]

    def to_allow(self, *, has_sidecar: bool) -> list[Loss]:
        """The losses that somebody has to allow: all, but for bookkeeping that a side-car keeps."""
        return [loss for loss in self.losses if not loss.is_kept(has_sidecar=has_sidecar)]

    def __bool__(self) -> bool:
        return bool(self._losses)
