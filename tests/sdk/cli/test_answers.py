"""How the seven answers look: question, verdict, sentence, evidence."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from plumbline.cli.answers import print_answers

ANSWER: dict[str, Any] = {
    "id": "Q3",
    "question": "Was the model trained only with images of site A?",
    "verdict": "NO",
    "summary": "No: tile-net@2 was trained on 30 images.",
    "columns": ["source", "images"],
    "rows": [["site A", "20"], ["[bold]site B", "10"]],
    "images": [],
    "links": {"dataset_digest": "sha256:" + "a" * 64},
}


def printed(answer: dict[str, Any]) -> list[str]:
    console = Console(file=io.StringIO(), width=200, markup=False)
    print_answers(console, [answer])
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


def test_an_answer_has_verdict_sentence_table_and_links() -> None:
    lines = printed(ANSWER)
    assert lines[0] == "Q3  Was the model trained only with images of site A?  NO"
    assert lines[1].strip() == "No: tile-net@2 was trained on 30 images."
    assert [line.split() for line in lines if "site" in line][-1] == ["[bold]site", "B", "10"]
    assert any(line.strip() == "dataset digest  sha256:" + "a" * 64 for line in lines)


def test_long_evidence_says_how_much_it_leaves_out() -> None:
    rows = [[str(number), "1"] for number in range(50)]
    images = [{"path": f"{number}.png", "caption": "missed", "image_sha256": "f" * 64} for number in range(9)]
    lines = printed({**ANSWER, "rows": rows, "images": images})
    assert any("38 more rows" in line for line in lines)
    assert any("3 more images" in line for line in lines)
    assert sum("missed" in line for line in lines) == 6


def test_an_answer_without_evidence_is_two_lines_and_a_gap() -> None:
    assert len(printed({**ANSWER, "rows": [], "links": {}})) == 3
