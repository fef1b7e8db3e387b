"""What a user reads when a claim fails."""

from __future__ import annotations

import pytest

from qedeck.evidence.reasons import Counter
from qedeck.evidence.words import number, shown, witness


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"), (-0.5, r"-\frac{1}{2}"), (1 / 3, r"\frac{1}{3}"), (0.1234567, "0.123457"),
        (float("inf"), r"\infty"), (float("-inf"), r"-\infty"), (float("nan"), r"\text{undefined}"),
    ],
)  # fmt: skip
def test_numbers_read_as_people_write_them(value: float, text: str) -> None:
    assert number(value) == text


def test_vectors_and_matrices_are_written_out() -> None:
    assert shown([1.0, 0.5]) == r"(1, \frac{1}{2})"
    assert shown([[1.0, 2.0], [3.0, 4.0]]) == r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"


def test_a_witness_names_values_and_the_relation_that_fails() -> None:
    counter = Counter({"n": 2, "x": [3.0, 4.0]}, 7.0, "<=", 5.0)
    assert witness(counter) == r"n = 2, x = (3, 4): 7 \le 5 \text{ fails}"
