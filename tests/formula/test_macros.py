"""One table of macros, for the engine, the site and the exporters."""

from __future__ import annotations

import json

import pytest

from qedeck.cards.maths import for_anki
from qedeck.errors import SourceError
from qedeck.formula.macros import COMMAND, MACROS, expand, without_macros
from qedeck.formula.span import Span
from qedeck.notes.binding import bind
from qedeck.notes.library import read_library
from qedeck.site.bundle import macro_script

NOTE = r"""---
kind: page
title: Short
---

> [!claim|long] Long
>
> Let $x \in \mathbb{R}^n$ and $\mathbb{E}[X^2] < \infty$. Then
>
> $$\operatorname{Var}(X) + \lVert x \rVert_2 \ge \lvert x_1 \rvert$$

> [!claim|short] Short
>
> Let $x \in \R^n$ and $\E[X^2] < \infty$. Then
>
> $$\Var(X) + \norm{x}_2 \ge \abs{x_1}$$

> [!claim|wrong] Wrong
>
> Let $x \in \R^n$. Then
>
> $$\norm{x}_2 \ge
> \abs{y_1}$$

> [!claim|bare] Without an argument
>
> $$0 \le \norm$$
"""


@pytest.fixture
def bindings(tmp_path):
    (tmp_path / "notes/en").mkdir(parents=True)
    (tmp_path / "notes/en/short.md").write_text(NOTE, encoding="utf-8")
    library = read_library(tmp_path)
    library.check()
    return bind(library)


def test_the_engine_reads_a_macro_as_what_it_stands_for(bindings):
    long, short = (bindings.bound[f"short/{slug}"] for slug in ("long", "short"))
    assert short.statement == long.statement
    assert short.scope.declared == long.scope.declared


def test_a_mistake_behind_a_macro_is_reported_where_it_was_written(bindings):
    places = [(m.line, m.column, m.problem) for m in bindings.mistakes]
    assert places[0][:2] == (23, 8)
    assert "y" in places[0][2]
    assert places[1] == (27, 11, r"the macro \norm lacks an argument")


@pytest.mark.parametrize("name", sorted(MACROS))
def test_every_reader_has_the_same_table(name):
    body = MACROS[name]
    assert COMMAND.fullmatch(name)
    assert "\n" not in body
    assert json.loads(macro_script().partition(" = ")[2].rstrip(";\n"))[name] == body
    call = name + "{x}" * body.count("#")
    plain = body.replace("#1", "x")
    assert for_anki(call, MACROS) == plain
    assert without_macros(Span.of(call)).text == plain


def test_each_character_knows_where_it_was_written():
    found = expand(r"a + \abs{b c} d", {r"\abs": r"|#1|"})
    assert found.text == "a + |b c| d"
    assert [r"a + \abs{b c} d"[k] for k in found.origins[:-1]] == list(r"a + \b c\ d")
    assert found.origins[-1] == len(r"a + \abs{b c} d")


@pytest.mark.parametrize("macros", [{r"\a": r"\a"}, {r"\a": r"\b\b", r"\b": r"\a\a"}])
def test_macros_in_a_circle_are_refused_in_bounded_time(macros):
    with pytest.raises(ValueError, match="without end"):
        expand(r"\a", macros)


def test_a_macro_that_is_not_closed_is_a_mistake_of_the_note():
    with pytest.raises(SourceError, match=r":1:5: the argument of the macro \\norm is not closed"):
        without_macros(Span.of(r"0 = \norm{x"))
