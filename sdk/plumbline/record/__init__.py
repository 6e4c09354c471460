"""The reproducibility record of a run: what must be equal for its result to be equal, one file per subject.

It is made of what this process is and does; nothing is imported for it: of torch and numpy only what is loaded already.
Secrets are never recorded: the environment is read by an allow-list, everything else is scrubbed.
"""

from __future__ import annotations

from plumbline.record.collection import FORMAT, Collected, collect, dynamic, static
from plumbline.record.comparison import compare, flat
from plumbline.record.verdict import Assessment, Part, Verdict, assess, expect
from plumbline.record.weights import weights_digest

__all__ = [
    "FORMAT",
    "Assessment",
    "Collected",
    "Part",
    "Verdict",
    "assess",
    "collect",
    "compare",
    "dynamic",
    "expect",
    "flat",
    "static",
    "weights_digest",
]
