"""Cards that compute: all numbers that the answer needs stand in the question."""

from __future__ import annotations

import pytest

from qedeck.cards.compute import instances
from qedeck.cards.derive import Source
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
"""


@pytest.mark.parametrize(("slug", "start"), [("ema", "r_0 = "), ("total", "s_0 = ")])
def test_the_start_of_a_recursion_is_told(tmp_path, slug, start):
    (tmp_path / "notes/en").mkdir(parents=True)
    (tmp_path / "notes/en/sequences.md").write_text(NOTE)
    library = read_library(tmp_path)
    library.check()
    bound = bind(library, "en").bound[f"sequences/{slug}"]
    (statement,) = (s for s in library.notes[0].statements if s.slug == slug)
    found = instances(Source(statement, None, bound))
    assert found
    assert all(start in question for question, _ in found)
