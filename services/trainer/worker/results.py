"""Owns the shape of results as the platform keeps them: slices, failures, verdicts of a repetition."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from plumbline.record import assess
from services.trainer.engine.infer import Prediction
from services.trainer.engine.report import Report
from services.trainer.engine.samples import TEST, Sample

_DIMENSIONS = {"split": "image_set", "source": "source", "tag": "tag"}
# parts of a record that name the run rather than what it was computed with
_OWN_PARTS = ("command",)
# a tag holds 8000 characters; a value such as the diff of the code can be longer than that alone
_MOST_DIFFERENCES = 20
_MOST_CHARACTERS = 120


def slices(report: Report) -> list[dict[str, Any]]:
    """Slices of an evaluation in the form of the API."""
    documents = []
    for entry in report.slices:
        name, _, value = entry.name.partition("=")
        metrics = {key.removeprefix("m/"): number for key, number in entry.metrics("m").items()}
        counts = {
            "true_positives": entry.true_positives,
            "false_positives": entry.false_positives,
            "false_negatives": entry.false_negatives,
            "true_negatives": entry.true_negatives,
        }
        documents.append(
            {
                "dimension": _DIMENSIONS.get(name, "all"),
                "value": value,
                "image_count": entry.images,
                "metrics": [{"key": key, "value": number} for key, number in {**metrics, **counts}.items()],
            }
        )
    return documents


def failures(
    report: Report, samples: Sequence[Sample], predictions: Mapping[str, Prediction], paths: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Images that the model calls wrongly, with what was expected and what was found."""
    overall = report.slice("all")
    kinds = dict.fromkeys(overall.false_positive_images, "FALSE_POSITIVE")
    kinds |= dict.fromkeys(overall.false_negative_images, "FALSE_NEGATIVE")
    return [
        {
            "kind": kinds[sample.sha256],
            "image_sha256": sample.sha256,
            "path": paths[sample.sha256],
            "source": sample.source,
            "tags": list(sample.tags),
            "expected": _labels(sample.annotations or ()),
            "predicted": _labels(predictions[sample.sha256].annotations),
            "score": predictions[sample.sha256].score,
        }
        for sample in samples
        if sample.sha256 in kinds
    ]


def trained_on(samples: Sequence[Sample]) -> dict[str, Any]:
    """How many images a training looks at, in all, per source and per tag, without those it only evaluates."""
    seen = [sample for sample in samples if sample.split != TEST]
    return {
        "images": len(seen),
        "source": dict(Counter(sample.source for sample in seen)),
        "tag": dict(Counter(tag for sample in seen for tag in sample.tags)),
    }


def repetition(original: dict[str, Any], repeated: dict[str, Any]) -> dict[str, str]:
    """Tags that say how a repetition compares with its original; both are runs of the API with their records."""
    found = assess(original, repeated)
    differences = [item for item in found.differences if item["field"].split(".")[0] not in _OWN_PARTS]
    return {
        "repeat.verdict": found.verdict.value,
        "repeat.identical": "true" if found.part("weights").state == "same" else "false",
        "repeat.differences": json.dumps([_shortened(item) for item in differences[:_MOST_DIFFERENCES]]),
    }


def _shortened(difference: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _short(value) for name, value in difference.items()}


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else json.dumps(value)
    if len(text) <= _MOST_CHARACTERS:
        return value
    return f"{text[:_MOST_CHARACTERS]}... (sha256 {hashlib.sha256(text.encode()).hexdigest()[:16]})"


def _labels(annotations: Sequence[dict[str, Any]]) -> str:
    return ", ".join(sorted({annotation["label"] for annotation in annotations}))
