"""What goes into the job: Markdown, rows of several shapes, traced folders; ids, licences, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.datagen.markdown import problems_in_markdown
from prover.datagen.sources import Kind, read_sources, split_name
from prover.errors import InputError
from prover.problems.reading import RowError
from prover.types import Problem

PAGE = """---
licence: CC-BY-4.0
source: The seminar's notes
---
# Notes

An introduction.

## Problem sum_of_odds

The sum of two odd numbers is even.

```
# Problem hidden
```

### Proof

$2a + 1 + 2b + 1 = 2(a + b + 1)$.

## Problem: the answer

What is $6 \\cdot 7$?

### Answer

42

### Licence

MIT

## Problem

Third.

# Afterword

No problem.
"""


def test_markdown() -> None:
    first, second, third = problems_in_markdown(PAGE, "notes")
    assert isinstance(first, Problem)
    assert first.id == "sum_of_odds"
    assert first.informal_statement.startswith("The sum of two odd numbers is even.")
    assert "# Problem hidden" in first.informal_statement
    assert first.informal_proof == "$2a + 1 + 2b + 1 = 2(a + b + 1)$."
    assert (first.licence, first.meta["source"], first.source) == ("CC-BY-4.0", "The seminar's notes", "9")
    assert isinstance(second, Problem)
    assert (second.id, second.meta["answer"], second.licence) == ("the answer", "42", "MIT")
    assert isinstance(third, Problem)
    assert (third.id, third.informal_statement) == ("notes_3", "Third.")


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("just words", 0, "a heading `# Problem NAME`"),
        ("---\nlicence: MIT\n# Problem a\nx", 1, "has no end"),
        ("---\ncolour: red\n---\n# Problem a\nx", 2, "a key among licence"),
        ("---\nlicence: a\nlicense: b\n---\n# Problem a\nx", 3, "stands there twice"),
        ("# Problem a\n\n## Proof\nx", 1, "no words"),
        ("# Problem a\nx\n## Hint\ny", 3, "expected Answer, Proof"),
        ("# Problem a\nx\n## Proof\ny\n## Solution\nz", 5, "two parts"),
    ],
)
def test_what_is_wrong_in_markdown_is_told_with_its_line(text: str, line: int, expected: str) -> None:
    errors = [one for one in problems_in_markdown(text, "x") if isinstance(one, RowError)]
    assert len(errors) == 1
    assert errors[0].line == line
    assert expected in errors[0].reason


def test_one_bad_problem_leaves_the_others() -> None:
    text = "# Problem a\nx\n## Hint\ny\n# Problem b\nz\n"
    found = list(problems_in_markdown(text, "x"))
    assert isinstance(found[0], RowError)
    assert isinstance(found[1], Problem)
    assert found[1].id == "b"


def write(path: Path, *rows: dict[str, str]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


LEAN = "theorem two : 1 + 1 = 2 := by sorry"


def test_kinds_ids_and_licences(tmp_path: Path) -> None:
    numina = write(
        tmp_path / "numina.jsonl",
        {"problem": "What is 1 + 1?", "answer": "2", "solution": "It is 2.", "source": "olympiads"},
        {"problem": "Another."},
    )
    lean = write(tmp_path / "lean.jsonl", {"name": "two", "formal_statement": LEAN, "licence": "MIT"})
    again = write(tmp_path / "again.jsonl", {"name": "two", "formal_statement": LEAN})
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    read = read_sources([numina, lean, again, str(page)], licences={numina: "Apache-2.0"})
    ids = [item.problem.id for item in read.items]
    assert len(set(ids)) == len(ids) == 7
    assert ids[0].startswith("words_")
    assert ids[2:4] == ["two", "two@again.jsonl"]
    assert [item.kind for item in read.items[:3]] == [Kind.WORDS, Kind.WORDS, Kind.STATEMENT]
    assert read.items[0].problem.meta["answer"] == "2"
    assert read.items[0].problem.informal_proof == "It is 2."
    assert [item.problem.licence for item in read.items[:5]] == [
        "Apache-2.0",
        "Apache-2.0",
        "MIT",
        "unknown",
        "CC-BY-4.0",
    ]
    assert read.items[2].place == "lean.jsonl:1"
    assert not any(str(tmp_path) in f"{item.source} {item.place}" for item in read.items)


def test_words_alone_leave_the_lean_aside(tmp_path: Path) -> None:
    both = write(
        tmp_path / "both.jsonl",
        {"name": "two", "formal_statement": LEAN, "informal_statement": "One and one are two."},
        {"name": "dumb", "formal_statement": LEAN.replace("two", "dumb")},
    )
    read = read_sources([], [both])
    (item,) = read.items
    assert item.kind is Kind.WORDS
    assert item.problem.statement is None
    assert "1 rows without words" in read.sources[0].refused[0]


def test_a_traced_folder_is_known_by_its_files(tmp_path: Path) -> None:
    row = {
        "Name": "two",
        "Statement": "theorem two : 1 + 1 = 2",
        "formal_proof": "by rfl",
        "header": "import Mathlib",
    }
    write(
        tmp_path / "theorems.jsonl",
        {**row, "formal_statement": LEAN, "File_path": "A.lean", "Commit": "c0ffee"},
    )
    write(tmp_path / "premises.jsonl", {"full_name": "two"})
    (item,) = read_sources([str(tmp_path)]).items
    assert item.kind is Kind.TRACED
    assert item.problem.reference_proof == "by rfl"
    assert item.problem.meta["file_path"] == "A.lean"


def test_a_split_stands_behind_a_colon(tmp_path: Path) -> None:
    odd = tmp_path / "a:b.jsonl"
    write(odd, {"name": "two", "formal_statement": LEAN})
    assert split_name("core:validation") == ("core", "valid")
    assert split_name(str(odd)) == (str(odd), "")
    assert len(read_sources(["core:valid"]).items) == 46


@pytest.mark.parametrize(
    ("names", "words", "licences", "expected"),
    [
        ([], [], {}, "no source"),
        (["-"], [], {}, "read again"),
        (["nowhere.jsonl"], [], {}, "neither a benchmark"),
        (["core"], [], {"elsewhere": "MIT"}, "no source is named so"),
    ],
)
def test_calls_that_name_nothing(
    names: list[str], words: list[str], licences: dict[str, str], expected: str
) -> None:
    with pytest.raises(InputError, match=expected):
        read_sources(names, words, licences)
