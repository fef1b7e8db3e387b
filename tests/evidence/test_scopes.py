"""Scopes in words."""

from __future__ import annotations

import pytest

from qedeck.evidence.scopes import in_words


@pytest.mark.parametrize(
    ("tried", "words"), [(("",), "one shape"), (("n = 1", "n = 2"), "two shapes")]
)
def test_a_test_says_over_how_many_shapes_it_went(tried, words):
    told = in_words(None, "tested", (), 1280, tried)
    assert told == f"no counterexample in 1,280 random instances over {words}"
