"""Assertions on a page: their verdicts follow from the evidence."""

from __future__ import annotations

import re

import pytest

from qedeck.evidence.library import read_project
from qedeck.site.assertions import undecided
from qedeck.site.catalogue import Catalogue, catalogue

PAGE = """\
---
kind: page
title: Said
---

<!-- qedeck:verdicts -->

> [!assertion|s1] The formula is *wide*.
>
> **True.** It [is](norms.md#wide).

> [!assertion|s2] Every p gives a norm.
>
> **False.** Below 1 it [does not](norms.md#every-p).

> [!assertion|s3] It holds at times.
>
> **True if** one [looks](norms.md#changed).

> [!assertion|s4] It fails.
>
> **Imprecise.** See [the claim](norms.md#broken) and [another](norms.md#wide).

> [!assertion|s5] Nobody knows.
>
> **Imprecise.** Nor do we.
"""


@pytest.fixture
def said(project, listed, render):
    """The page with these assertions, as HTML, and the catalogue that it is drawn from."""
    (project / "notes/en/said.md").write_text(PAGE, encoding="utf-8")
    shown = {name: (e.evidence, e.stale) for name, e in listed.entries.items()}
    known = catalogue(read_project(project), shown)
    return render(PAGE.split("---\n", 2)[2], page="said", catalogue=known), known


def box(html: str, slug: str) -> str:
    """What a reader sees of one assertion."""
    part = html[html.index(f'id="{slug}"') :].split('<div class="qd-box', 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))


@pytest.mark.parametrize(
    ("slug", "verdict", "answer"),
    [
        ("s1", "True", "It is ."),
        ("s2", "False", "Below 1 it does not ."),
        ("s3", "Undecided", "If one looks ."),
        ("s4", "Undecided", "See the claim and another ."),
        ("s5", "Imprecise", "Nor do we."),
    ],
)
def test_a_verdict_stands_only_on_evidence_that_stands(said, slug, verdict, answer):
    assert f"{slug} {verdict} {answer}" in box(said[0], slug)


def test_a_verdict_that_fell_says_why(said):
    told = box(said[0], "s4")
    assert "“imprecise”, but this is not established: A claim that fails (fails)." in told
    assert "A claim that has changed (stale)" in box(said[0], "s3")


def test_what_nothing_decides_says_so_plainly(said):
    assert "No claim decides this: the verdict is the author's word." in box(said[0], "s5")
    assert 'class="qd-chip qd-imprecise qd-word"' in said[0]


def test_the_page_counts_its_verdicts(said):
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said[0]))
    assert "True 1 Imprecise 1 False 1 Undecided 2" in told
    assert "5 assertions. For 4 of them the verdict follows from statements" in told


def test_the_build_warns_of_what_is_not_decided(said):
    (warning,) = undecided(said[1])
    assert warning.startswith("notes/en/said.md: nothing decides the assertions s3, s4: ")
    assert warning.endswith("for norms/changed, norms/broken")
    assert undecided(Catalogue()) == []
