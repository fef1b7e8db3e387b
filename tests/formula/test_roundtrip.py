"""What is printed reads back to the same tree."""

from __future__ import annotations

from hypothesis import given, settings

from qedeck.formula.printer import latex
from qedeck.formula.tree import Statement

from .reading import callout
from .typed import HYPOTHESES, statements

SCOPE = callout("1 = 1", HYPOTHESES).scope


@settings(max_examples=400, deadline=None)
@given(statements())
def test_a_printed_tree_reads_back(tree: Statement) -> None:
    text = latex(tree)
    again = callout(text, HYPOTHESES).statement
    assert again == tree, text
