"""What a verdict means, and which one comes first: each input with its neighbours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qedeck.evidence.confirmation import confirmed
from qedeck.evidence.falsify import batches, falsify
from qedeck.evidence.least import touched
from qedeck.evidence.mutation import corruptions
from qedeck.evidence.obligations import obligations
from qedeck.evidence.trial import Judge
from qedeck.evidence.verify import subjects, verify
from qedeck.notes.library import read_library
from tests.evidence import written
from tests.evidence.test_verdicts import R, callout, claim, verdict

# A counterexample is confirmed at the very numbers, or in balls.

AB = r"Let $a, b \in \mathbb{R}$"
RIGHT = r"Let $x, y \in \mathbb{R}^2$ with $\langle x - y, y \rangle = 0$"
SOLVED = {
    "a projection and its mean": (
        (
            r"Let $y, f \in \mathbb{R}^2$ and $c := \frac{y_1 + y_2}{2}$, with "
            r"$\langle y - f, f \rangle = 0$ and $y_1 + y_2 = f_1 + f_2$"
        ),
        "(y_1-c)^2+(y_2-c)^2 = (y_1-f_1)^2+(y_2-f_2)^2+(f_1-c)^2+(f_2-c)^2",
    ),
    "a right triangle": (RIGHT, r"\|x\|_2^2 = \|x - y\|_2^2 + \|y\|_2^2"),
    "a point on two curves": (rf"{AB} with $a^2 + b^2 = 1$ and $a + b = 1$", "a b = 0"),
    "an equation with a double root": (rf"{AB} with $(a - b)^2 = 0$", "a = b"),
    "equal powers": (rf"{AB} with $a^3 = b^3$", "a^6 = b^6"),
}


@pytest.mark.parametrize("name", SOLVED)
def test_what_floats_solve_for_refutes_nothing(tmp_path: Path, name: str) -> None:
    trial = falsify(obligations(written.claim(tmp_path, *SOLVED[name])), 1)
    assert trial.counter is None
    assert trial.effective


REFUTED = {
    "a right triangle, a side twice": (RIGHT, r"\|x\|_2^2 = \|x - y\|_2^2 + 2 \|y\|_2^2"),
    "on a circle": (rf"{AB} with $a^2 + b^2 = 1$", r"a + b \le 1"),
    "on a line": (rf"{AB} with $a + 3 b = 1$", r"a b \le \frac{1}{20}"),
    "on a curve": (rf"{AB} with $e^a + b = 1$", "a = 1"),
    "on a simplex": (
        r"Let $p \in \mathbb{R}_{> 0}^n$ with $\sum_{i=1}^n p_i = 1$",
        r"\sum_{i=1}^n p_i^2 \le \frac{1}{2}",
    ),
    "of orthogonal matrices": (
        r"Let $Q \in \mathbb{R}^{n \times n}$ with $Q^\top Q = I$", r"\det(Q) = 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUTED)
def test_what_is_false_under_equations_is_refuted(tmp_path: Path, name: str) -> None:
    trial = falsify(obligations(written.claim(tmp_path, *REFUTED[name])), 1, first_only=True)
    assert trial.counter is not None


def test_an_instance_off_the_equations_is_moved_onto_them(tmp_path: Path) -> None:
    """Floats meet `a^2 + b^2 = 1` only nearly: the square is 1 only after solving."""
    (todo,) = obligations(written.claim(tmp_path, *REFUTED["on a circle"]))
    batch = next(iter(batches(todo, 1)))
    said = [confirmed(todo, batch, int(k)) for k in np.flatnonzero(batch.meets)[:24]]
    assert {"true", "false"} <= set(said)
    assert "open" not in said


INVERSES = {
    r"(A + u v^\top)^{-1} = A^{-1} - \frac{A^{-1} u v^\top A^{-1}}{1 + v^\top A^{-1} u}": (
        r"Let $A \in \mathbb{R}^{n \times n}$ and $u, v \in \mathbb{R}^n$."
    ),
    r"(A + U V)^{-1} = A^{-1} - A^{-1} U (I + V A^{-1} U)^{-1} V A^{-1}": (
        r"Let $A \in \mathbb{R}^{n \times n}$, $U \in \mathbb{R}^{n \times k}$ and "
        r"$V \in \mathbb{R}^{k \times n}$."
    ),
    r"(I + A B)^{-1} A = A (I + B A)^{-1}": (
        r"Let $A \in \mathbb{R}^{m \times n}$ and $B \in \mathbb{R}^{n \times m}$."
    ),
    r"(A B)^{-1} = B^{-1} A^{-1}": r"Let $A, B \in \mathbb{R}^{n \times n}$.",
}


@pytest.mark.parametrize("formula", INVERSES)
def test_a_matrix_that_is_singular_asks_for_a_hypothesis(tmp_path: Path, formula: str) -> None:
    found = verdict(tmp_path, claim(INVERSES[formula], formula))
    assert found.verdict == "fails"
    assert "is false" not in found.message
    assert "has no value at" in found.message


def test_a_limit_that_no_exact_number_reaches_is_doubtful(tmp_path: Path) -> None:
    formula = r"\lim_{x \to 0} \frac{\tanh(\sin(a x))}{x} = a + 1"
    trial = falsify(obligations(written.claim(tmp_path, r"Let $a \in \mathbb{R}$", formula)), 1)
    assert trial.counter is None
    assert trial.doubtful is not None
    said = verdict(tmp_path / "b", claim(r"Let $a \in \mathbb{R}$.", formula))
    assert said.verdict == "fails"
    assert "is doubtful at a = " in said.message
    assert "write a hypothesis" in said.message


# Sides that touch.

TOUCHED = {
    "at the logarithm of three": (R, r"e^x - 3 x > 3 - 3 \log 3"),
    "on an interval that floats do not see": (R, r"e^x - 3 x > 3 - 3 \log 3 + 10^{-12}"),
    "and not strictly": (R, r"e^x - 3 x \ge 3 - 3 \log 3 + 10^{-12}"),
    "in two numbers": (
        r"Let $x, y \in \mathbb{R}$.", r"e^x + e^y - 3 x - 2 y > 5 - 3 \log 3 - 2 \log 2",
    ),
    "at an end of one number": (
        r"Let $x \ge 1$ and $y \in \mathbb{R}$.", r"x + e^y - 3 y > 4 - 3 \log 3",
    ),
    "at one part of e": ("Let $x > 0$.", r"x \log(x) > - e^{-1}"),
    "at a root": ("Let $x > 0$.", r"x + \frac{2}{x} > 2 \sqrt{2}"),
    "at pi": (R, r"2 + \cos(x) > 1"),
    "from above": (R, r"3 x - e^x < 3 \log 3 - 3"),
    "in every entry": (
        r"Let $x \in \mathbb{R}^n$.", r"\sum_{i=1}^n (e^{x_i} - 3 x_i) > n (3 - 3 \log 3)",
    ),
}  # fmt: skip
NEAR = {
    "where no closed form is known": (R, "(e^x + x - 3)^2 > 0"),
    "to the fourth order": (R, "(e^x - 3)^4 > 0"),
}
APART = {
    "by a tenth": (R, r"e^x - 3 x > 3 - 3 \log 3 - \frac{1}{10}"),
    "by less than floats see": (R, r"e^x - 3 x > 3 - 3 \log 3 - 10^{-16}"),
    "not strictly": (R, r"e^x - 3 x \ge 3 - 3 \log 3"),
    "ever less, far out": (R, r"\frac{1}{1 + e^{-x}} < 1"),
    "ever less, slowly": (R, r"\frac{1}{1 + x^2} > 0"),
}


def least(tmp_path: Path, hypotheses: str, formula: str):
    return touched(obligations(written.claim(tmp_path, hypotheses.rstrip("."), formula)), 1)


@pytest.mark.parametrize("name", TOUCHED)
def test_sides_that_touch_are_found(tmp_path: Path, name: str) -> None:
    found = least(tmp_path, *TOUCHED[name])
    assert found is not None
    assert found.certain


@pytest.mark.parametrize("name", NEAR)
def test_sides_that_may_touch_are_found(tmp_path: Path, name: str) -> None:
    found = least(tmp_path, *NEAR[name])
    assert found is not None
    assert not found.certain


@pytest.mark.parametrize("name", APART)
def test_sides_that_stay_apart_touch_nowhere(tmp_path: Path, name: str) -> None:
    assert least(tmp_path, *APART[name]) is None


def test_a_strict_inequality_that_is_touched_is_false(tmp_path: Path) -> None:
    found = verdict(tmp_path, claim(*TOUCHED["at the logarithm of three"]))
    assert found.verdict == "fails"
    assert "is false" in found.message
    assert "x = 1.09861" in found.message


def test_one_that_may_be_touched_is_not_tested(tmp_path: Path) -> None:
    found = verdict(tmp_path, claim(*NEAR["where no closed form is known"]))
    assert (found.verdict, found.level) == ("fails", None)
    assert "is doubtful at x = 0.79" in found.message or "is false" in found.message


# Which verdict comes first.

UPSIDE_DOWN = callout(
    "definition", "d",
    "Let $t \\in \\mathbb{R}$.\n\n$$T(t) := \\frac{e^{-t} - e^{t}}{e^{t} + e^{-t}}$$",
)  # fmt: skip
TRUE_OF_TANH = {
    r"T(t) = 1 - \frac{2}{e^{2 t} + 1}": "t = ",
    r"T(t) = \frac{e^{2 t} - 1}{e^{2 t} + 1}": "t = ",
    r"T'(t) = 1 - T(t)^2": "t = ",
    r"T(2 t) = \frac{2 T(t)}{1 + T(t)^2}": "",
}


@pytest.mark.parametrize("formula", TRUE_OF_TANH)
def test_a_false_claim_is_false_before_its_definition_is_blamed(
    tmp_path: Path, formula: str
) -> None:
    found = verdict(tmp_path, claim(r"Let $t \in \mathbb{R}$.", formula), before=UPSIDE_DOWN)
    if TRUE_OF_TANH[formula]:
        assert "claim t/c is false" in found.message
        assert TRUE_OF_TANH[formula] in found.message
    assert len(found.message.splitlines()) < 12


def test_a_definition_is_not_pinned_by_a_claim_that_is_false_of_it(tmp_path: Path) -> None:
    formula = r"T(t) = 1 - \frac{2}{e^{2 t} + 1}"
    told = UPSIDE_DOWN + callout("claim", "c", claim(r"Let $t \in \mathbb{R}$.", formula))
    (tmp_path / "notes/en").mkdir(parents=True)
    (tmp_path / "snippets").mkdir()
    note = tmp_path / "notes/en/t.md"
    note.write_text(f"---\nkind: page\ntitle: T\n---\n\n{told}", "utf-8")
    library = read_library(tmp_path)
    library.check()
    found = verify(subjects(library)["t/d"], seed=1, hand=None, dependencies={})
    assert found.verdict == "unknown"
    assert "t/c, which uses it, is false at t = " in found.message
    assert len(found.message.splitlines()) == 1


OPTIMUM = callout(
    "definition", "d",
    "Let $x \\in \\mathbb{R}^n$.\n\n"
    "$$h(x) := \\min_{c \\in \\mathbb{R}} \\sum_{i=1}^n (x_i - c)^2$$",
)  # fmt: skip
LEAST = r"h(x) = \sum_{i=1}^n x_i^2 - \frac{1}{n} (\sum_{i=1}^n x_i)^2"
X = r"Let $x \in \mathbb{R}^n$."


def test_an_optimum_behind_a_definition_asks_where_it_is_attained(tmp_path: Path) -> None:
    found = verdict(tmp_path, claim(X, LEAST), before=OPTIMUM)
    assert found.verdict == "unknown"
    assert "write Attained at $c = ...$" in found.message


def test_an_optimum_behind_a_definition_is_unfolded(tmp_path: Path) -> None:
    at = r"Attained at $c = \frac{1}{n} \sum_{i=1}^n x_i$."
    found = verdict(tmp_path, claim(X, LEAST, at), before=OPTIMUM)
    assert found.verdict == "holds", found.message


def test_a_wrong_value_of_an_optimum_behind_a_definition_is_false(tmp_path: Path) -> None:
    at = r"Attained at $c = \frac{1}{n} \sum_{i=1}^n x_i$."
    found = verdict(tmp_path, claim(X, LEAST.replace(r"\frac{1}{n}", "1"), at), before=OPTIMUM)
    assert "is false" in found.message


# What is vacuous, and what is at fault.

W = r"Let $x \in \mathbb{R}^n$, $w \in \mathbb{R}_{\ge 0}^n$, $c \in \mathbb{R}$ and $a > 0$."
MET = {
    r"\sum_{i=1}^n w_i [|x_i - c| \ge a] \le \frac{1}{a^2} \sum_{i=1}^n w_i (x_i - c)^2": (
        W, r"Equality at $x = a \mathbf{1}$, $c = 0$.",
    ),
    r"\sum_{i=1}^n w_i [x_i \ge c + a] \le \frac{1}{a^2} \sum_{i=1}^n w_i (x_i - c)^2": (
        W, r"Equality at $x = (a + c) \mathbf{1}$.",
    ),
    r"\sum_{i=1}^n w_i [x_i \ge a] \le \frac{1}{a} \sum_{i=1}^n w_i x_i": (
        r"Let $x, w \in \mathbb{R}_{\ge 0}^n$ and $a > 0$.", r"Equality at $x = a \mathbf{1}$.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("formula", MET)
def test_hypotheses_that_any_numbers_meet_are_not_vacuous(tmp_path: Path, formula: str) -> None:
    hypotheses, equality = MET[formula]
    bound = written.claim(tmp_path, hypotheses.rstrip("."), formula, after=equality)
    trial = falsify(obligations(bound), 1)
    assert trial.counter is None
    assert not trial.vacuous


def test_an_equality_case_that_does_not_attain_is_refuted(tmp_path: Path) -> None:
    formula = r"\sum_{i=1}^n w_i [x_i > a] \le \frac{1}{a} \sum_{i=1}^n w_i x_i"
    hypotheses = r"Let $x, w \in \mathbb{R}_{\ge 0}^n$ and $a > 0$"
    bound = written.claim(tmp_path, hypotheses, formula, after=r"Equality at $x = a \mathbf{1}$.")
    counter = falsify(obligations(bound), 1).counter
    assert counter is not None
    assert counter.role == "equality"


@pytest.mark.parametrize("point", ["-1", "-2", r"-\frac{1}{2}"])
def test_an_equality_case_that_hypotheses_exclude_is_named(tmp_path: Path, point: str) -> None:
    after = f"Equality at $x = {point}$, $y = {point}$."
    found = verdict(
        tmp_path, claim(r"Let $x, y \in \mathbb{R}$ with $x > 0$.", r"2 x y \le x^2 + y^2", after)
    )
    assert found.verdict != "holds"
    assert "vacuous" not in found.message
    assert "equality case" in found.message


@pytest.mark.parametrize(
    "formula",
    [r"\lim_{x \to 0} \frac{a |x|}{x} = a", r"\lim_{x \to 0} \operatorname{sgn}(a x) = a"],
)
def test_a_limit_that_does_not_exist_is_not_called_vacuous(tmp_path: Path, formula: str) -> None:
    found = verdict(tmp_path, claim("Let $a > 0$.", formula))
    assert found.verdict != "holds"
    assert "vacuous" not in found.message
    assert "limit" in found.message


# Mutants.

SHAPELESS = {
    r"X^\top (y - H y) = 0": (
        r"Let $X \in \mathbb{R}^{n \times d}$ and $y \in \mathbb{R}^n$ with "
        r"$\det(X^\top X) \ne 0$ and $H := X (X^\top X)^{-1} X^\top$"
    ),
    r"(A - \lambda I) v = 0": (
        r"Let $A \in \mathbb{R}^{n \times n}$, $v \in \mathbb{R}^n$ and $\lambda \in \mathbb{R}$ "
        r"with $A v = \lambda v$"
    ),
    r"A^\top (A x - b) = 0": (
        r"Let $A \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$ and $b \in \mathbb{R}^m$ with "
        r"$A x = b$"
    ),
}


@pytest.mark.parametrize("formula", SHAPELESS)
def test_a_mutant_that_does_not_type_is_invalid(tmp_path: Path, formula: str) -> None:
    bound = written.claim(tmp_path, SHAPELESS[formula], formula)
    judge = Judge(1, None, {}, bound, obligations(bound))
    dropped = [
        one for one in corruptions(bound) if "dropped" in one.id.operator
        and one.part == "statement"
    ]  # fmt: skip
    outcomes = [judge.outcome(one)[0] for one in dropped]
    assert "invalid" in outcomes
    assert "undecided" not in outcomes


@pytest.mark.parametrize("dropped", [r"\sum_{i=1}^m a_i = 1", r"\sum_{j=1}^n b_j = 1"])
def test_a_hypothesis_that_is_needed_is_found_to_be(tmp_path: Path, dropped: str) -> None:
    formula = (
        r"\sum_{i=1}^m \sum_{j=1}^n a_i b_j \log \frac{a_i b_j}"
        r"{\sum_{k=1}^n a_i b_k \sum_{l=1}^m a_l b_j} = 0"
    )
    both = [r"\sum_{i=1}^m a_i = 1", r"\sum_{j=1}^n b_j = 1"]
    (left,) = [one for one in both if one != dropped]
    spaces = r"Let $a \in \mathbb{R}_{> 0}^m$, $b \in \mathbb{R}_{> 0}^n$"
    bound = written.claim(tmp_path, f"{spaces} with ${both[0]}$ and ${both[1]}$", formula)
    judge = Judge(1, None, {}, bound, obligations(bound))
    outcomes = {
        str(one.assumed.statement): judge.outcome(one)[0]
        for one in corruptions(bound)
        if one.part == "hypothesis" and one.assumed is not None and "Big" in str(one.assumed)
    }
    assert outcomes
    assert set(outcomes.values()) == {"killed"}
    alone = written.claim(tmp_path / "b", f"{spaces} with ${left}$", formula)
    assert falsify(obligations(alone), 1, first_only=True).counter is not None
