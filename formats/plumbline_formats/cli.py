"""Owns the command `plumbline-formats`. Does not know any file format."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from plumbline_formats import exchange, registry
from plumbline_formats.archive import open_source
from plumbline_formats.format import Format, Option
from plumbline_formats.losses import LossReport
from plumbline_formats.problems import FormatError, LossRefused, Problems

_SHOWN_PROBLEMS = 20
_PROGRESS_STEP = 500


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns 0, 1 when something was refused or not understood, or 2 for a wrong call (argparse)."""
    given = _parser().parse_args(arguments)
    try:
        return given.run(given)
    except LossRefused as error:
        _show_losses(error.report, sys.stderr.write)
        print("Nothing was written: add --allow-loss to write it all the same.", file=sys.stderr)
    except FormatError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'A file'} cannot be read or written: {error.strerror}.", file=sys.stderr)
    return 1


def _guess(given: argparse.Namespace) -> int:
    with open_source(given.source) as source:
        guesses = registry.guess(source)
        for kind, found in guesses:
            print(f"{kind.name:15} {found.confidence:4.0%}  {registry.sentence(kind, found)}")
        registry.decide(source)
    return 0


def _check(given: argparse.Namespace) -> int:
    with _Progress() as progress:
        checked = exchange.check(given.source, given.source_format, _options(given.source_options), progress)
    _show_read(checked)
    _show_problems(checked.problems)
    return 1 if checked.problems.errors else 0


def _losses(given: argparse.Namespace) -> int:
    source_options = _options(given.source_options)
    with exchange.read(given.source, given.source_format, source_options) as opened, _Progress() as progress:
        counted = progress.each(opened)
        report = exchange.preview(opened.header, counted, given.to, _options(given.options))
        problems = opened.problems
    _show_losses(report, sys.stdout.write)
    _show_problems(problems)
    return 1 if problems.errors else 0


def _convert(given: argparse.Namespace) -> int:
    with _Progress() as progress:
        done = exchange.convert(
            given.source,
            given.target,
            given.to,
            _options(given.options),
            source_format=given.source_format,
            source_options=_options(given.source_options),
            allow_loss=given.allow_loss,
            skip_errors=given.skip_errors,
            with_images=given.with_images,
            progress=progress,
        )
    _show_read(done)
    if done.pictures is not None:
        print(f"image files: {done.pictures}")
    _show_problems(done.problems)
    _show_losses(done.losses, sys.stdout.write)
    return 0


def _formats(_given: argparse.Namespace) -> int:
    for kind in registry.FORMATS.values():
        print(f"{kind.name:15} {kind.title}. {kind.summary}")
        for name, options in (("--from-option", kind.read_options), ("--option", kind.write_options)):
            for option in options:
                print(f"{'':15} {name} {_described(option)}")
    return 0


def _described(option: Option) -> str:
    choices = f" ({', '.join(option.choices)})" if option.choices else ""
    default = str(option.default).lower() if isinstance(option.default, bool) else option.default
    return f"{option.name}={default}{choices}: {option.help}"


def _show_read(done: exchange.Checked | exchange.Conversion) -> None:
    kind: Format = done.format
    print(f"read as {registry.sentence(kind, done.guess)}")
    print(f"images: {done.images}, annotations: {done.annotations}")


def _show_losses(report: LossReport, write: Callable[[str], object]) -> None:
    write("".join(f"lost: {sentence}\n" for sentence in report.sentences) or "nothing lost\n")


def _show_problems(problems: Problems) -> None:
    for problem in problems.kept[:_SHOWN_PROBLEMS]:
        print(f"{problem.severity}: {problem}", file=sys.stderr)
    more = problems.errors + problems.notes - _SHOWN_PROBLEMS
    if more > 0:
        print(f"and {more} more", file=sys.stderr)


def _options(given: Sequence[str]) -> dict[str, object]:
    options: dict[str, object] = {}
    for text in given:
        name, is_given, value = text.partition("=")
        if not is_given:
            raise FormatError(f"{text!r} is no option: write name=value.")
        options[name] = value
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="plumbline-formats", description="Annotations from one tool to another.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    guess = commands.add_parser("guess", help="say which format a folder, zip file or file is, and why")
    guess.add_argument("source", type=Path)
    guess.set_defaults(run=_guess)
    check = commands.add_parser("check", help="read all of it and say what is wrong, with file and place")
    _add_source(check)
    check.set_defaults(run=_check)
    losses = commands.add_parser("losses", help="say what another format would lose, without writing anything")
    _add_source(losses)
    _add_format(losses)
    losses.set_defaults(run=_losses)
    convert = commands.add_parser("convert", help="write it in another format")
    _add_source(convert)
    convert.add_argument("target", type=Path, help="a new .zip file, folder, or file of the format's ending")
    _add_format(convert)
    convert.add_argument("--allow-loss", action="store_true", help="write although the format cannot say everything")
    convert.add_argument("--skip-errors", action="store_true", help="leave out what is not understood")
    convert.add_argument("--with-images", action="store_true", help="include the image files of the source")
    convert.set_defaults(run=_convert)
    commands.add_parser("formats", help="list the formats and their options").set_defaults(run=_formats)
    return parser


def _add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", type=Path, help="a folder, a zip file or a single file")
    command.add_argument("--from", dest="source_format", metavar="FORMAT", help="instead of a guess")
    command.add_argument("--from-option", dest="source_options", metavar="NAME=VALUE", action="append", default=[])


def _add_format(command: argparse.ArgumentParser) -> None:
    command.add_argument("--to", required=True, metavar="FORMAT", help="one of `plumbline-formats formats`")
    command.add_argument("--option", dest="options", metavar="NAME=VALUE", action="append", default=[])


class _Progress:
    """A count on a line of its own, when somebody is there to see it."""

    def __init__(self) -> None:
        self._is_seen = sys.stderr.isatty()
        self._is_shown = False

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")

    def __call__(self, images: int) -> None:
        if self._is_seen and images % _PROGRESS_STEP == 0:
            sys.stderr.write(f"\rimages: {images}")
            sys.stderr.flush()
            self._is_shown = True

    def each(self, images: exchange.Opened) -> exchange.Counted:
        """The images of a source, each shown as it passes."""
        return exchange.Counted(images, self, may_fail=True)
