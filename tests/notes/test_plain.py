"""Maths, code and links in Markdown, held against what the site's Markdown does."""

from __future__ import annotations

import html
import re

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qedeck.notes.plain import find_deletions, find_fact, find_links, split_inline, split_maths


def kinds(text):
    return [(p.kind, p.body) for p in split_maths(text) if p.kind != "text"]


def rendered(text):
    """Formulas that pymdownx.arithmatex finds."""
    page = markdown.markdown(
        text,
        extensions=["pymdownx.arithmatex", "pymdownx.superfences"],
        extension_configs={
            "pymdownx.arithmatex": {
                "generic": True,
                "smart_dollar": True,
                "inline_syntax": ["dollar"],
                "block_syntax": ["dollar"],
            }
        },
    )
    found = re.findall(
        r'<(span|div) class="arithmatex">\\[(\[]\s*(.*?)\s*\\[)\]]</', page, re.DOTALL
    )
    names = {"span": "math", "div": "display"}
    return [(names[tag], html.unescape(body)) for tag, body in found]


@pytest.mark.parametrize(
    "text",
    [
        "Let $x$ and $y$ be.",
        r"It costs \$5 and $x$.",
        "It costs $5 or $6.",
        "A `$x$` and ``$ ` $`` and $y$.",
        r"A \\$x$ and \\\$y.",
        r"$a \$ b$",
        "$x$$y$",
        "$ x$ and $y $",
        "$x\ny$",
        "$x\n\ny$",
        "$$x$$",
        "$$x\n+ y$$",
        "$$\n\\text{$x$}\n$$",
        "text\n\n$$x$$\n\n- $y$",
        "```\n$x$\n\n$$y$$\n```\n\n$z$",
        "~~~ python\n$x$\n~~~\n\n$z$",
        "[a $x$](b.md)",
    ],
)
def test_formulas_are_those_that_the_site_renders(text):
    found = [(kind, body.strip()) for kind, body in kinds(text) if kind in {"math", "display"}]
    assert found == rendered(text)


@settings(deadline=None)
@given(st.text(alphabet="$\\ xy\n", max_size=30))
def test_inline_formulas_of_any_text_are_those_that_the_site_renders(text):
    pieces = split_maths(text)
    assert "".join(piece.source for piece in pieces) == text
    if "$$" not in text and not re.search(r"^\s{4}|\n\s{4}", text):
        found = [" ".join(p.body.split()) for p in pieces if p.kind == "math"]
        assert found == [" ".join(body.split()) for _, body in rendered(text)]


@settings(deadline=None, max_examples=500)
@given(st.text(alphabet="`$\\ab~=[]()!\n >-", max_size=60))
def test_pieces_join_to_the_text(text):
    for pieces in (split_maths(text), split_inline(text)):
        assert "".join(piece.source for piece in pieces) == text
        assert all(text[p.start : p.end] == p.source for p in pieces)
    find_links(text)
    find_deletions(text)
    find_fact(text)


def test_maths_in_code_is_none():
    assert kinds("`$a$`\n\n``` python\n$$b$$\n```\n") == [
        ("code", "$a$"),
        ("code", "``` python\n$$b$$\n```\n"),
    ]


def test_code_between_double_dollars_comes_first():
    assert kinds("a $$b `c` d$$") == [("unclosed", "$$"), ("code", "c"), ("unclosed", "$$")]


def test_a_stray_dollar_is_unclosed():
    assert kinds("a $b") == [("unclosed", "$")]
    assert kinds("$$b\n\nc$$") == [("unclosed", "$$"), ("unclosed", "$$")]


def test_links_keep_their_offsets():
    text = r"see [a [b]](c.md#d 'T') \[no](x) `[no](y)` $[z](w)$ ![i](<j k.png>)"
    found = [
        (link.image, text[slice(*link.label)], text[slice(*link.destination)])
        for link in find_links(text)
    ]
    assert found == [(False, "a [b]", "c.md#d"), (True, "i", "j k.png")]


def test_deletions_stand_outside_code_and_maths():
    found, unpaired = find_deletions("A ==b $x==y$== `==` and == c")
    assert [deletion.body for deletion in found] == ["b $x==y$"]
    assert unpaired == len("A ==b $x==y$== `==` and ")


def test_fact_is_a_marker_and_no_link():
    text = "So it is. [fact]"
    start, end = find_fact(text)
    assert text[:start] + text[end:] == "So it is."
    assert find_fact("See [fact](x.md) and `[fact]` and $[fact]$.") is None
