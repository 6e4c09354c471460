"""Annotation formats of computer vision, read and written without losing anything silently."""

from plumbline_formats.exchange import Checked, Conversion, Opened, check, convert, preview, read, write
from plumbline_formats.format import Format, Guess, Option
from plumbline_formats.losses import Carries, Loss, LossReport
from plumbline_formats.model import Annotation, AttributeSpec, Header, Image, Label, Question
from plumbline_formats.problems import FormatError, LossRefused, Problem, Problems, Refused
from plumbline_formats.registry import FORMATS, Undecided, guess

__all__ = [
    "FORMATS",
    "Annotation",
    "AttributeSpec",
    "Carries",
    "Checked",
    "Conversion",
    "Format",
    "FormatError",
    "Guess",
    "Header",
    "Image",
    "Label",
    "Loss",
    "LossRefused",
    "LossReport",
    "Opened",
    "Option",
    "Problem",
    "Problems",
    "Question",
    "Refused",
    "Undecided",
    "check",
    "convert",
    "guess",
    "preview",
    "read",
    "write",
]
