"""Owns coordinates as decimal text. Sums and differences are those of the written digits, so that nothing is lost on
the way through a far corner or a count from one.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from plumbline_formats.format import Option
from plumbline_formats.problems import Malformed

# Digits that a sum of two float64 of everyday size needs, and many more.
_CONTEXT = Context(prec=80, rounding=ROUND_HALF_EVEN)
_LONGEST = 400
FULL = "full"
_PLACES = ("0", "1", "2", "3", "4", "6", "8", "10", FULL)


def of(value: float) -> Decimal:
    """The shortest decimal number that reads back as this float64."""
    return Decimal(repr(value))


def add(one: Decimal, other: Decimal) -> Decimal:
    return _CONTEXT.add(one, other)


def subtract(one: Decimal, other: Decimal) -> Decimal:
    return _CONTEXT.subtract(one, other)


def half(value: Decimal) -> Decimal:
    return _CONTEXT.divide(value, Decimal(2))


def text(value: Decimal, places: int | None) -> str:
    """With so many decimals, or all there are; never with an exponent."""
    if places is not None:
        return f"{value:.{places}f}"
    return f"{value:.0f}" if value == value.to_integral_value() else f"{value:f}"


def read(written: str | None) -> Decimal:
    """The number of a text.

    Raises:
        Malformed: it is no finite number.
    """
    if written is None:
        raise Malformed("is missing")
    try:
        # a longer one is no coordinate, and costs more than it is worth
        is_plain = len(written) <= _LONGEST and written.isascii() and "_" not in written
        value = Decimal(written.strip()) if is_plain else Decimal("nan")
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or abs(value.adjusted()) > _LONGEST:
        raise Malformed(f"is {written[:40]!r}, expected a number")
    return value


def turned(degrees: Decimal) -> float:
    """An angle in [0, 360)."""
    rest = _CONTEXT.remainder(degrees, Decimal(360))
    angle = float(_CONTEXT.add(rest, Decimal(360)) if rest < 0 else rest)
    # what is only just less than a full turn is one as float64; and no turn has no sign
    return 0.0 if angle >= 360.0 or angle == 0.0 else angle


def option(default: int) -> Option:
    """The option `decimals` of a writer, which means the same in every format."""
    help_ = f"digits behind the point; {FULL}: all that there are, so that nothing is rounded"
    return Option("decimals", str(default), help_, _PLACES)


def places(chosen: object) -> int | None:
    """Digits behind the point that the option says; None for all."""
    return None if chosen == FULL else int(str(chosen))


def action(places: int | None) -> str:
    """What becomes of a number that is rounded, for the loss report."""
    return "all decimals" if places is None else f"{places} decimals"
