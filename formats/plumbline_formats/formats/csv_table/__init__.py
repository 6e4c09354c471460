"""Owns the table with a row for each object, `annotations.csv`, for spreadsheets and data frames.

UTF-8 and RFC 4180. Boxes are in columns of their own, other shapes are JSON. An image that holds nothing has one row
without a label; a label that nothing has stands in a row without an image. Texts that a spreadsheet would take for a
formula get a quote before them, unless the option `raw` says otherwise.
"""

from __future__ import annotations

from plumbline_formats.archive import Source
from plumbline_formats.format import SIDECAR, Format, Guess, Option
from plumbline_formats.formats.csv_table import columns
from plumbline_formats.formats.csv_table.reader import CsvReader, only_file, titles
from plumbline_formats.formats.csv_table.writer import CsvWriter
from plumbline_formats.problems import Refused

_RAW = Option("raw", False, "leave texts as they are, even those that a spreadsheet takes for formulas")


def _guess(source: Source) -> Guess | None:
    try:
        name = only_file(source)
        found = columns.meant(titles(source, name)).values()
    except Refused:
        return None
    if "image" not in found or not {"label", "xmin", "x", "kind"} & set(found):
        return None
    is_ours = columns.SIDECAR_COLUMN in found
    return Guess(1.0 if is_ours else 0.6, f"{name} has columns {', '.join(list(found)[:6])}")


FORMAT = Format(
    name=columns.NAME,
    title="CSV table",
    summary="One row for each object, for spreadsheets and data frames.",
    ending=".csv",
    carries=columns.CARRIES,
    open=CsvReader,
    create=CsvWriter,
    guess=_guess,
    read_options=(_RAW,),
    write_options=(_RAW, SIDECAR),
)
