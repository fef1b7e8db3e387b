"""The bridge: what an encoding says is what the page says, and every corruption is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from qedeck.evidence.obligations import obligations
from qedeck.evidence.settings import cases
from qedeck.formula.scope import Bound
from qedeck.kernel.polynomials import Polynomial
from qedeck.proof.bridge import Mismatch, compare
from qedeck.proof.encoding import Encoding, Origin, Piece, Said, encodings
from tests.evidence.written import claim

CLAIMS = {
    "a norm": (
        r"Let $x, y \in \mathbb{R}^n$ and $1 \le p < \infty$",
        r"\|x + y\|_p \le \|x\|_p + \|y\|_p",
    ),
    "a largest entry": (
        r"Let $c, x \in \mathbb{R}^n$",
        r"\langle c, x \rangle \le \|c\|_\infty \, \|x\|_1",
    ),
    "an equation among the hypotheses": (
        r"Let $w \in \mathbb{R}_{>0}^n$ and $\sum_{i=1}^{n} w_i = 1$",
        r"-\sum_{i=1}^{n} w_i \log w_i \ge 0",
    ),
    "orthonormal columns": (
        r"Let $x \in \mathbb{R}^n$ and $Q \in \mathbb{R}^{n \times n}$ with $Q^\top Q = I$",
        r"\|Q x\|_2^2 = \|x\|_2^2",
    ),
    "an equivalence": (
        r"Let $x \in \mathbb{R}^n$ and $p > 0$",
        r"\|x\|_p = 0 \iff x = 0",
    ),
    "a quotient and a logarithm": (
        r"Let $a, b > 0$ and $a \ge b$",
        r"\log \frac{a}{b} \le \frac{a - b}{b}",
    ),
    "a derivative beside a kink": (
        r"Let $x \in \mathbb{R}^n$, $i \in [n]$ and $x_i \ne 0$",
        r"\frac{\partial \|x\|_1}{\partial x_i} = \operatorname{sgn}(x_i)",
    ),
    "a truth": (
        r"Let $x \in \mathbb{R}^n$",
        r"\sum_{i=1}^{n} [x_i \ne 0] \le n",
    ),
}  # fmt: skip


def encoded(bound: Bound, length: int = 2) -> list[Encoding]:
    return [
        one for obligation in obligations(bound) for case in cases(obligation, (length,))
        for one in encodings(obligation, case)
    ]  # fmt: skip


@pytest.fixture(params=CLAIMS)
def encodings_of_a_claim(request: pytest.FixtureRequest, tmp_path: Path) -> list[Encoding]:
    return encoded(claim(tmp_path, *CLAIMS[request.param]))


def test_what_the_encoding_says_is_on_the_page(encodings_of_a_claim: list[Encoding]) -> None:
    assert encodings_of_a_claim
    for one in encodings_of_a_claim:
        compare(one)


def changed(poly: Polynomial, atoms: int) -> Iterator[Polynomial]:
    """Other polynomials: a sign, a term, a coefficient, an atom."""
    terms = dict(poly.terms)
    yield -poly
    yield poly + 1
    for monomial, number in poly.terms:
        yield Polynomial.of({**terms, monomial: -number})
        yield Polynomial.of({**terms, monomial: number + Fraction(1, 7)})
        yield Polynomial.of({m: c for m, c in poly.terms if m != monomial})
        for k, _ in monomial[:1]:
            other = (k + 1) % atoms
            rest = poly - Polynomial.of({monomial: number})
            without = tuple(f for f in monomial if f[0] != k)
            yield rest + Polynomial.of({without: number}) * Polynomial.atom(other)


def corrupted(one: Encoding) -> Iterator[tuple[str, Encoding]]:
    """The encoding with one error."""
    atoms = len(one.table.atoms)
    for k, fact in enumerate(one.facts):
        others = [replace(fact, value=poly) for poly in changed(fact.value, atoms)]
        others += [replace(fact, sign=s) for s in ("=", ">=", ">", "!=") if s != fact.sign]
        for other in others:
            if other.value != fact.value or other.sign != fact.sign:
                facts = (*one.facts[:k], other, *one.facts[k + 1 :])
                yield f"fact {k}", replace(one, facts=facts)
    invented = Said(Polynomial.atom(0), ">", Origin("hypothesis", (99, 0)))
    yield "a fact that nobody says", replace(one, facts=(*one.facts, invented))
    wanted = Said(one.pieces[-1].goal.value, one.pieces[-1].goal.sign, Origin("hypothesis", (0, 0)))
    yield "the goal as a fact", replace(one, facts=(*one.facts, wanted))
    for k, piece in enumerate(one.pieces):
        if not piece.need:
            for new in pieces(piece, atoms):
                yield f"goal {k}", replace(one, pieces=(*one.pieces[:k], new, *one.pieces[k + 1 :]))
            rest = (*one.pieces[:k], *one.pieces[k + 1 :])
            yield f"goal {k} left out", replace(one, pieces=rest)
    if one.path:
        (poly, signs), *others = one.path
        yield "another branch", replace(one, path=((poly, frozenset((-1, 0, 1)) - signs), *others))


def pieces(piece: Piece[Polynomial], atoms: int) -> Iterator[Piece[Polynomial]]:
    goal = piece.goal
    for poly in changed(goal.value, atoms):
        if poly != goal.value:
            yield replace(piece, goal=replace(goal, value=poly))
    for sign in ("=", ">=", ">", "!="):
        if sign != goal.sign:
            yield replace(piece, goal=replace(goal, sign=sign))  # type: ignore[arg-type]
    yield replace(piece, facts=(*piece.facts, Said(goal.value, goal.sign, Origin("given", ()))))
    if piece.facts:
        yield replace(piece, facts=piece.facts[:-1])


def refused(one: Encoding) -> str:
    """Why the bridge refuses an encoding; empty where it does not."""
    try:
        compare(one)
    except Mismatch as error:
        return str(error)
    return ""


def test_every_corruption_is_refused(encodings_of_a_claim: list[Encoding]) -> None:
    tried = 0
    for one in encodings_of_a_claim[:2]:
        for name, wrong in corrupted(one):
            assert refused(wrong), f"{name} was taken: {wrong.facts} {wrong.pieces}"
            tried += 1
    assert tried > 20


@pytest.mark.parametrize(
    ("hypotheses", "statement"),
    [
        (r"Let $x \in \mathbb{R}$", r"\frac{x}{x} = 1"),
        (r"Let $x \ge 0$", r"x \log x - \log(x) x = 0"),
        (r"Let $x \in \mathbb{R}$", r"(\sqrt{x})^2 = x"),
    ],
)
def test_a_page_without_a_value_is_refused(tmp_path: Path, hypotheses: str, statement: str) -> None:
    found = [refused(one) for one in encoded(claim(tmp_path, hypotheses, statement))]
    assert any("no value" in why for why in found)


def test_where_no_point_meets_the_hypotheses_nothing_is_granted(tmp_path: Path) -> None:
    bound = claim(tmp_path, r"Let $x \in \mathbb{R}$ and $x^2 < 0$", r"x = x + 1")
    assert all("no point" in refused(one) for one in encoded(bound))
