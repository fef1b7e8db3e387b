"""Whatever a file holds, reading it ends soon, with mistakes and never with a traceback."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qedeck.errors import SourceError
from qedeck.notes.code import Snippets
from qedeck.notes.reader import read_source
from qedeck.notes.source import MAX_BYTES, MAX_LINES, Source

FRONT = "---\ntitle: T\nkind: page\n---\n"
NOWHERE = Path("nowhere")
PARTS = st.sampled_from(
    [
        *("> ", ">", "\n", "\n\n", "$", "$$", "`", "```\n", "[!claim|a] T", "[!card|b]- Q", "[!"),
        *("[!cloze|c] ==x==", "](", "[a](#b)", "![", "figure:a.b", "--8<-- ", '"a.py:b"', "- "),
        *("1. ", "    ", "\t", "## History", "---\n", "\\", "x", "|", "{", "<div>", "[a]: b 'c"),
        *("\x00", "\r", "\u2028", "[fact]", "==", ":", "\x85", "\ufeff"),
    ]
)


def read(text):
    source = Source.of(text, "notes/en/t.md")
    return read_source(source, "en", "t", NOWHERE / "t.md", Snippets(NOWHERE))


def check(text):
    """Reading raises nothing else, and every place it names exists."""
    try:
        reading = read(text)
    except SourceError as error:
        mistakes = error.mistakes
    else:
        mistakes = reading.mistakes
        for statement in reading.note.statements:
            for line in statement.display.lines:
                assert line.column <= len(line.source) + 1
    for mistake in mistakes:
        assert mistake.line >= 1
        assert 1 <= mistake.column <= len(mistake.source) + 1
        assert str(mistake)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text):
    check(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(PARTS, max_size=40).map("".join))
def test_any_markup_is_read_or_refused(text):
    check(FRONT + text)


@settings(deadline=None)
@given(st.lists(PARTS, max_size=20).map("".join))
def test_any_front_matter_is_read_or_refused(text):
    check(f"---\n{text}\n---\n")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    file = tmp_path_factory.getbasetemp() / "bytes.md"
    file.write_bytes(data)
    try:
        source = Source.load(file, "notes/en/t.md")
    except SourceError as error:
        (mistake,) = error.mistakes
        place = mistake.path
    else:
        place = source.path
        check(source.raw)
    assert place == "notes/en/t.md"


FILLERS = {
    "dollars": "$ ",
    "openers": "$x ",
    "displays": "$$",
    "backticks": "`" * 7 + " " + "`" * 3 + " ",
    "brackets": "[",
    "links": "[a](#b) ",
    "open links": "[](a",
    "images": "![](figure:a.b) ",
    "quotes": "> ",
    "deletions": "==",
    "backslashes": "\\",
    "escapes": "\\(",
    "braces": "{",
    "stars": "*_",
    "facts": "[fact](",
    "html": "<a b='",
    "spaces": " ",
    "dashes": "-8<-",
    "entities": "&",
}


@pytest.mark.parametrize("name", FILLERS)
@pytest.mark.parametrize("start", ["", "> [!claim|a] T\n>\n> ", "> [!cloze|a] T "])
def test_long_lines_of_one_thing_take_little_time(name, start, effort):
    width, count = 9_000, 5
    line = (FILLERS[name] * width)[:width]
    check(FRONT + f"{start}{line}\n\n" * count)
    assert effort() < 3


LINES = {
    "quotes": "> a\n\n",
    "claims": "> [!claim|a] T\n>\n> Let $x$, [a](#b).\n>\n> $$x$$\n\n",
    "cards": "> [!card|a] T\n>\n> - $x$ [fact]\n\n",
    "paragraph": "[a](#b) $x$ `y` text text text text text text text text text\n",
    "items": "- $x$\n",
    "nested": "> - > - > - > - > - > - > - > - > - > - > - $x$\n",
    "headings": "## A\n\n",
    "fences": "```\n",
    "displays": "$$\n",
    "titles": "> [!claim\n",
    "references": "[a]: b\n",
    "includes": '--8<-- "a.py:b"\n',
}


def calls(text):
    """How many functions are called to read a text: the same on any machine, idle or not."""
    count = 0

    def called(*_):
        nonlocal count
        count += 1

    sys.setprofile(called)
    try:
        check(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", LINES)
def test_a_note_of_half_the_greatest_size_takes_as_much_longer_as_it_is_longer(name):
    block = LINES[name]
    count = min(MAX_LINES // 2 // block.count("\n"), MAX_BYTES // 2 // len(block))
    # Four times the work where it grows with the length, sixteen times where with its square.
    assert calls(FRONT + block * count) < 5 * calls(FRONT + block * (count // 4))


def test_a_far_too_large_note_is_refused(tmp_path):
    file = tmp_path / "t.md"
    file.write_bytes(b"x" * 10_000_000)
    with pytest.raises(SourceError, match=r"t\.md:1:1: the note has 10,000,000 bytes"):
        Source.load(file, "t.md")
    file.write_text(FRONT + "> [!claim|a] T\n>\n> $$x$$\n\n" * 50_000)
    with pytest.raises(SourceError, match=r"t\.md:1:1: the note has 1,300,028 bytes"):
        Source.load(file, "t.md")
    with pytest.raises(SourceError, match=r"t\.md:1:1: the note has 20,001 lines"):
        Source.of("\n" * 20_000, "t.md")
    with pytest.raises(SourceError, match=r"t\.md:2:1: the line has 10,001 characters"):
        Source.of("\n" + "x" * 10_001, "t.md")


def test_yaml_that_explodes_is_refused_soon(effort):
    bomb = "a: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b]\n"
    check(f"---\n{bomb}---\n")
    check("---\ntitle: " + "[" * 9_000 + "\n---\n")
    check("---\ntitle: " + "{a: " * 2_000 + "\n---\n")
    assert effort() < 5


def test_many_mistakes_are_cut_short():
    reading = read(FRONT + "a $b\n\n" * 5_000)
    assert len(reading.mistakes) == 101
    assert reading.mistakes[-1].problem == "4,900 more mistakes follow in this note"
