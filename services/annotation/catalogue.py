"""Owns what the service offers of the formats: which there are, and checked requests for one. Does not open files."""

from __future__ import annotations

from collections.abc import Mapping

from plumbapi.annotation import v1 as pb
from plumbline_formats import format as formats
from plumbline_formats import registry
from plumbline_formats.format import Format, Option
from plumbline_formats.problems import FormatError
from services.annotation.errors import FormatUnsupported, OptionInvalid

Values = dict[str, formats.OptionValue]


def every() -> list[pb.Format]:
    """All formats, the native one first."""
    return [_message(found) for found in registry.FORMATS.values()]


def find(name: str) -> Format:
    """Raises FormatUnsupported: there is no such format."""
    found = registry.FORMATS.get(name)
    if found is None:
        raise FormatUnsupported(f"There is no format {name!r}; choose one of {', '.join(registry.FORMATS)}.")
    return found


def writable(name: str) -> Format:
    """Raises FormatUnsupported: there is no such format, or it is read only."""
    found = find(name)
    if found.create is None:
        raise FormatUnsupported(f"{found.title} is read only; choose another format for an export.")
    return found


def values(options: tuple[Option, ...], given: Mapping[str, str]) -> Values:
    """All options with their values. Raises OptionInvalid."""
    try:
        return formats.values(options, given)
    except FormatError as error:
        raise OptionInvalid(str(error)) from error


def _message(found: Format) -> pb.Format:
    return pb.Format(
        name=found.name,
        title=found.title,
        summary=found.summary,
        ending=found.ending,
        writable=found.create is not None,
        kinds=[pb.CarriedKind(kind=kind, becomes=becomes) for kind, becomes in found.carries.kinds.items()],
        annotation_fields=sorted(found.carries.annotation),
        image_fields=sorted(found.carries.image),
        label_fields=sorted(found.carries.label),
        header_fields=sorted(found.carries.header),
        read_options=map(_option, found.read_options),
        write_options=map(_option, found.write_options),
    )


def _option(option: Option) -> pb.FormatOption:
    kind = "BOOLEAN" if isinstance(option.default, bool) else "NUMBER" if isinstance(option.default, int) else "TEXT"
    text = str(option.default)
    return pb.FormatOption(
        name=option.name,
        type=kind,
        default_value=text.lower() if kind == "BOOLEAN" else text,
        help=option.help,
        choices=option.choices,
    )
