"""Assertions and their verdicts."""

from __future__ import annotations

import pytest

from qedeck.errors import SourceError

NOTE = r"""---
kind: page
title: Said
---

> [!claim|zero] Zero is zero
>
> $$0 = 0$$

> [!misconception|one] Zero is one
>
> $$0 = 1$$
>
> Fails: $0 \ne 1$. True for [zero](#zero).

## A section
"""


@pytest.fixture
def read(base):
    """Reads a page with one assertion; the assertion, and what is wrong."""

    def _read(body: str):
        quoted = "\n".join(f"> {line}".rstrip() for line in body.split("\n"))
        text = f"{NOTE}\n> [!assertion|s1] Zero is nothing\n>\n{quoted}\n"
        found = base({"notes/en/said.md": text})
        return found.note("said").assertions, [m.problem for m in found.mistakes]

    return _read


@pytest.mark.parametrize(
    ("body", "verdict", "targets"),
    [
        ("**True.** See [zero](#zero).", "true", ["said/zero"]),
        ("**True if** it [is](#zero), not [one](#one).", "true if", ["said/zero", "said/one"]),
        ("**False.** It [is not](#one).", "false", ["said/one"]),
        ("**Imprecise.** No claim says so, see [below](#a-section).", "imprecise", []),
        ("**True.**\n\nMore: [zero](#zero).", "true", ["said/zero"]),
    ],
)
def test_an_assertion_has_a_verdict_and_what_decides_it(read, body, verdict, targets):
    (assertion,), mistakes = read(body)
    assert mistakes == []
    assert assertion.verdict == verdict
    assert [link.target for link in assertion.links] == targets


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("It is true. See [zero](#zero).", "the assertion has no verdict"),
        ("**Probably.** See [zero](#zero).", "the assertion has no verdict"),
        ("**False.** See [zero](#zero).", "no misconception makes this assertion false"),
        ("**True.** See [one](#one).", "nothing true decides this assertion"),
        ("**True.** See [gone](#gone).", "the note `said` has no callout `gone`"),
        ("**True.**\n\n$$0 = 0$$", "a display formula stands outside a callout"),
    ],
)
def test_a_verdict_that_cannot_be_decided_so_is_a_mistake(read, body, problem):
    assert problem in read(body)[1]


def test_a_verdict_is_refused_with_what_to_write(base):
    text = "---\nkind: page\ntitle: Said\n---\n\n> [!assertion|s1] So\n>\n> Yes.\n"
    with pytest.raises(SourceError, match=r"said.md:8:3: .*`\*\*True if\*\*`"):
        base({"notes/en/said.md": text}).check()
