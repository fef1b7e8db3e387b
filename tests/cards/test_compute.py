"""Cards that compute: numbers that show something, and all that the answer needs."""

from __future__ import annotations

from fractions import Fraction

import flint
import pytest

from qedeck.cards.compute import instances
from qedeck.cards.derive import Source
from qedeck.cards.logarithms import LogarithmRing
from qedeck.notes.binding import bind
from qedeck.notes.library import read_library

NOTE = r"""---
title: Sequences
kind: page
---

> [!definition|ema] A running average
>
> Let $v \in \mathbb{R}^K$, $r_0 \in \mathbb{R}$ and $0 < m < 1$.
>
> $$r_t := (1 - m) r_{t-1} + m v_t$$

> [!definition|total] A running total
>
> Let $w \in \mathbb{R}^K$ and $s_0 \in \mathbb{R}$.
>
> $$s_t := s_{t-1} + w_t$$

> [!definition|share] Softmax
>
> Let $z \in \mathbb{R}^n$.
>
> $$\operatorname{softmax}(z)_i := \frac{e^{z_i}}{\sum_{j=1}^{n} e^{z_j}}$$

> [!definition|affine] Scaled and shifted
>
> Let $x, \gamma, \beta \in \mathbb{R}^n$ and $\epsilon > 0$.
>
> $$\operatorname{A}(x)_i := \gamma_i \frac{x_i}{\sqrt{\epsilon}} + \beta_i$$

> [!claim|same] What comes to a letter
>
> Let $a, b \in \mathbb{R}$. Then
>
> $$(a + b) - b = a$$
"""


@pytest.fixture
def made(tmp_path):
    """The instances of a box."""

    def of(slug):
        (tmp_path / "notes/en").mkdir(parents=True)
        (tmp_path / "notes/en/sequences.md").write_text(NOTE)
        library = read_library(tmp_path)
        library.check()
        bound = bind(library, "en").bound[f"sequences/{slug}"]
        (statement,) = (s for s in library.notes[0].statements if s.slug == slug)
        return instances(Source(statement, None, bound))

    return of


def answers(found):
    return [back.rpartition("&= ")[2].partition(r" \end")[0] for _, back in found]


@pytest.mark.parametrize(("slug", "start"), [("ema", "r_0 = "), ("total", "s_0 = ")])
def test_the_start_of_a_recursion_is_told(made, slug, start):
    found = made(slug)
    assert found
    assert all(start in question for question, _ in found)
    assert all("1 - 1" not in answer for _, answer in found)


def test_softmax_is_asked_for_at_logarithms_and_comes_to_fractions(made):
    found = made("share")
    assert len(found) == 20
    assert all(r"\log" in question for question, _ in found)
    assert all(r"\frac" in answer for answer in answers(found))
    assert len(set(answers(found))) >= 10


def test_numbers_that_show_nothing_are_rare(made):
    found = made("affine")
    assert len(found) == 20
    assert len(set(answers(found))) >= 10
    for question, _ in found[:10]:
        numbers = question.partition("For ")[2].partition(" compute")[0]
        assert "(0" not in numbers
        assert " 0" not in numbers


def test_what_comes_to_a_letter_is_not_asked_for(made):
    assert made("same") == ()


def test_logarithms_are_added_and_compared_exactly():
    ring = LogarithmRing(flint.arb(0))
    two, three = (ring.logarithm(Fraction(k)) for k in (2, 3))
    assert ring.compare(ring.exp(ring.add(two, three)), "=", ring.whole(6)).decided
    assert ring.compare(ring.add(two, ring.neg(two)), "=", ring.whole(0)).decided
    assert ring.compare(two, "<", three).decided
    assert ring.compare(three, "=", ring.log(ring.whole(3))).decided
    fourth = ring.exp(ring.mul(two, ring.whole(-2)))
    assert ring.compare(fourth, "=", ring.number(Fraction(1, 4))).decided
    root = ring.exp(ring.mul(two, ring.number(Fraction(1, 2))))
    assert root.exact is None
    assert ring.compare(root, "<", ring.number(Fraction(3, 2))).decided
