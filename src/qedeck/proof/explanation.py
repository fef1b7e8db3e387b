"""A proof in steps that a person can follow: what is said at each, as LaTeX, and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias

from qedeck.kernel import certificate as given
from qedeck.kernel.certificate import Certificate, Linear, Proof, Term
from qedeck.kernel.lemmas import instance
from qedeck.kernel.polynomials import Monomial, Number, Polynomial
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.terms import (
    Abs,
    Atom,
    Exp,
    Inverse,
    Log,
    Max,
    Opaque,
    Power,
    Root,
    Sign,
    Symbol,
)
from qedeck.kernel.values import laws, needs

Kind: TypeAlias = Literal[
    "goal",
    "value",
    "identity",
    "vanishes",
    "sum",
    "positive sum",
    "mixed sum",
    "positive mixed sum",
    "case",
    "absurd",
    "have",
    "lemma",
    "define",
    "oracle",
]
SIGNS = {"=": "=", "!=": r"\ne", ">": ">", ">=": r"\ge"}
WORDS: dict[Kind, str] = {
    "goal": "To show: ${0}$.",
    "value": "${0}$ has a value if ${1}$.",
    "identity": "Multiplied out, both sides are the same.",
    "vanishes": "${0} = {1}$, and what stands in parentheses after a dot is 0.",
    "sum": "${0} = {1}$, and no term is negative.",
    "positive sum": "${0} = {1}$; no term is negative, and one is positive.",
    "mixed sum": "${0} = {1}$; what stands in parentheses after a dot is 0, and no other term is "
    "negative.",
    "positive mixed sum": "${0} = {1}$; what stands in parentheses after a dot is 0, no other term "
    "is negative, and one is positive.",
    "case": "Where ${0}$:",
    "absurd": "Suppose not: ${0}$. That leads to a contradiction.",
    "have": "First, ${0}$.",
    "lemma": "${0}$, by {1}.",
    "define": "Consider ${0}$.",
    "oracle": "Left to {0}: ${1}$.",
}


@dataclass(frozen=True)
class Step:
    """One step of an explanation."""

    depth: int
    """How many cases and intermediate results it lies within."""
    kind: Kind
    parts: tuple[str, ...]
    """LaTeX, and names of lemmas and oracles, in the order in which `words` uses them."""

    @property
    def words(self) -> str:
        """The step as an English sentence with its formulas between dollars."""
        return re.sub(r"\{(\d)\}", lambda place: self.parts[int(place[1])], WORDS[self.kind])


def explained(sequent: Sequent, proof: Proof) -> tuple[Step, ...]:
    """The steps of a proof that the kernel accepts.

    Args:
        sequent: what is proved.
        proof: why.

    Returns:
        the steps in the order in which they are read.
    """
    return tuple(_begin(sequent, proof))


def _begin(sequent: Sequent, proof: Proof) -> Iterator[Step]:
    known: tuple[Relation, ...] = ()
    values = iter(proof.values)
    for index, atom in enumerate(sequent.atoms):
        if needs(atom):
            early = tuple(f for f in sequent.facts if max(f.poly.atoms, default=-1) < index)
            before = Sequent(sequent.atoms[:index], (*early, *known), sequent.goal)
            yield from _valued(before, atom, next(values, ()), 0)
        known += laws(index, atom)
    s = replace(sequent, facts=(*sequent.facts, *known))
    yield Step(0, "goal", (relation(s.goal, s.atoms),))
    yield from _steps(s, proof.goal, 0)


def _valued(
    s: Sequent, atom: Atom, certificates: Sequence[Certificate], depth: int
) -> Iterator[Step]:
    for k, (goal, *where) in enumerate(needs(atom)):
        shown = certificates[k] if k < len(certificates) else Linear()
        there = Sequent(s.atoms, (*s.facts, *where), goal)
        yield Step(depth, "value", (term(atom, s.atoms), relation(goal, s.atoms)))
        yield from _steps(there, shown, depth + 1)


def _steps(s: Sequent, certificate: Certificate, depth: int) -> Iterator[Step]:
    match certificate:
        case Linear():
            yield _combination(s, certificate, depth)
        case given.Split(poly, positive, zero, negative):
            facts = Relation(poly, ">"), Relation(poly, "="), Relation(-poly, ">")
            for fact, branch in zip(facts, (positive, zero, negative), strict=True):
                yield Step(depth, "case", (relation(fact, s.atoms),))
                yield from _steps(_with(s, fact), branch, depth + 1)
        case given.Whole(poly, at, below, above):
            sides = Relation(at - poly, ">="), Relation(poly - (at + 1), ">=")
            for fact, branch in zip(sides, (below, above), strict=True):
                yield Step(depth, "case", (relation(fact, s.atoms),))
                yield from _steps(_with(s, fact), branch, depth + 1)
        case given.Absurd(proof):
            yield Step(depth, "absurd", (relation(s.goal.denial, s.atoms),))
            false = replace(_with(s, s.goal.denial), goal=Relation(Polynomial(), ">"))
            yield from _steps(false, proof, depth + 1)
        case given.Have(fact, proof, then):
            yield Step(depth, "have", (relation(fact, s.atoms),))
            yield from _steps(replace(s, goal=fact), proof, depth + 1)
            yield from _steps(_with(s, fact), then, depth)
        case given.Use(name, places, conditions, then):
            made = instance(name, places, s.atoms)
            assert made is not None
            yield Step(depth, "lemma", (relation(made[1], s.atoms), name.replace("-", " ")))
            for condition, shown in zip(made[0], conditions, strict=False):
                yield from _steps(replace(s, goal=condition), shown, depth + 1)
            yield from _steps(_with(s, made[1]), then, depth)
        case given.Define(atom, values, then):
            yield Step(depth, "define", (term(atom, s.atoms),))
            yield from _valued(s, atom, values, depth + 1)
            more = laws(len(s.atoms), atom)
            yield from _steps(Sequent((*s.atoms, atom), (*s.facts, *more), s.goal), then, depth)
        case given.Oracle(name):
            yield Step(depth, "oracle", (name, relation(s.goal, s.atoms)))


def _with(s: Sequent, fact: Relation) -> Sequent:
    return replace(s, facts=(*s.facts, fact))


def _combination(s: Sequent, certificate: Linear, depth: int) -> Step:
    """What a goal is the sum of."""
    if not certificate.terms and not certificate.equations:
        return Step(depth, "identity", ())
    left = [_grouped(s.facts[k].poly, s.atoms) for k in certificate.factor]
    goal = latex(s.goal.poly, s.atoms)
    if left:
        goal = " ".join([_grouped(s.goal.poly, s.atoms), *left])
    parts = [_summand(t, s) for t in certificate.terms]
    for k, cofactor in certificate.equations:
        outer = _grouped(cofactor, s.atoms)
        zero = rf"\left( {latex(s.facts[k].poly, s.atoms)} \right)"
        parts.append({"1": zero, "-1": f"- {zero}"}.get(outer, rf"{outer} \cdot {zero}"))
    return Step(depth, _kind(s.goal, certificate), (goal, _joined(parts)))


def _kind(goal: Relation, certificate: Linear) -> Kind:
    if not certificate.terms:
        return "vanishes"
    if goal.sign == ">":
        return "positive mixed sum" if certificate.equations else "positive sum"
    return "mixed sum" if certificate.equations else "sum"


def _summand(t: Term, s: Sequent) -> str:
    factors = []
    for k in t.facts:
        inside = _grouped(s.facts[k].poly, s.atoms)
        factors.append(f"{inside}^2" if s.facts[k].sign == "!=" else inside)
    value = t.square.value
    if value is None:
        factors.append(f"{_grouped(t.square, s.atoms)}^2")
    weight = t.weight * (1 if value is None else value * value)
    if weight != 1 or not factors:
        factors.insert(0, number(weight))
    return r" \cdot ".join(factors) if _ambiguous(factors) else " ".join(factors)


def _ambiguous(factors: list[str]) -> bool:
    """Whether two numbers would stand side by side."""
    return any(a[-1].isdigit() and b[0].isdigit() for a, b in pairwise(factors))


def _joined(parts: list[str]) -> str:
    text = parts[0]
    for part in parts[1:]:
        text += f" - {part[1:].lstrip()}" if part.startswith("-") else f" + {part}"
    return text


# -- LaTeX ---------------------------------------------------------------------------------


def relation(said: Relation, atoms: Sequence[Atom]) -> str:
    """A relation as LaTeX: negative terms on the right."""
    above = Polynomial.of({m: c for m, c in said.poly if c > 0})
    below = Polynomial.of({m: -c for m, c in said.poly if c < 0})
    return f"{latex(above, atoms)} {SIGNS[said.sign]} {latex(below, atoms)}"


def latex(poly: Polynomial, atoms: Sequence[Atom]) -> str:
    """A polynomial over atoms as LaTeX."""
    if not poly:
        return "0"
    ordered = sorted(poly, key=_order)
    return _joined([_monomial(m, c, atoms) for m, c in ordered])


def _order(part: tuple[Monomial, Number]) -> tuple[int, list[tuple[int, int]]]:
    return -sum(e for _, e in part[0]), [(k, -e) for k, e in part[0]]


def _monomial(monomial: Monomial, c: Number, atoms: Sequence[Atom]) -> str:
    factors = [_raised(atoms[k], e, atoms) for k, e in monomial]
    if not factors:
        return number(c)
    sign = "-" if c < 0 else ""
    size = abs(Fraction(c))
    scale = "" if size == 1 else f"{number(size)} "
    return f"{sign}{scale}{' '.join(factors)}"


def _raised(atom: Atom, exponent: int, atoms: Sequence[Atom]) -> str:
    if isinstance(atom, Inverse):
        below = _raised_group(atom.of, exponent, atoms)
        return rf"\frac{{1}}{{{below}}}"
    text = term(atom, atoms)
    if exponent == 1:
        return text
    if isinstance(atom, Symbol | Abs | Root):
        return f"{text}^{{{exponent}}}"
    return rf"\left( {text} \right)^{{{exponent}}}"


def _raised_group(poly: Polynomial, exponent: int, atoms: Sequence[Atom]) -> str:
    if exponent == 1:
        return latex(poly, atoms)
    return f"{_grouped(poly, atoms)}^{{{exponent}}}"


def _grouped(poly: Polynomial, atoms: Sequence[Atom]) -> str:
    """A polynomial as a factor or under an exponent."""
    text = latex(poly, atoms)
    if len(poly) == 1:
        ((monomial, c),) = poly.terms
        if not monomial or (c == 1 and len(monomial) == 1 and monomial[0][1] == 1):
            simple = not monomial or isinstance(atoms[monomial[0][0]], Symbol | Abs | Root)
            if simple:
                return text
    return rf"\left( {text} \right)"


def term(atom: Atom, atoms: Sequence[Atom]) -> str:
    """An atom as LaTeX."""
    match atom:
        case Symbol(name):
            head, _, index = name.partition("_")
            return f"{head}_{{{index.strip('{}')}}}" if index else head
        case Root(2, of):
            return rf"\sqrt{{{latex(of, atoms)}}}"
        case Root(degree, of):
            return rf"\sqrt[{degree}]{{{latex(of, atoms)}}}"
        case Inverse(of):
            return rf"\frac{{1}}{{{latex(of, atoms)}}}"
        case Abs(of):
            return rf"\left\lvert {latex(of, atoms)} \right\rvert"
        case Max(left, right):
            return rf"\max\left( {latex(left, atoms)}, {latex(right, atoms)} \right)"
        case Exp(of):
            return f"e^{{{latex(of, atoms)}}}"
        case Log(of):
            return rf"\log {_grouped(of, atoms)}"
        case Power(base, exponent):
            return f"{_grouped(base, atoms)}^{{{latex(exponent, atoms)}}}"
        case Sign(of):
            return rf"\operatorname{{sgn}} {_grouped(of, atoms)}"
        case Opaque(name, arguments):
            inner = ", ".join(latex(a, atoms) for a in arguments)
            return rf"\operatorname{{{name}}}\left( {inner} \right)" if arguments else name


def number(value: Number) -> str:
    """A rational number as LaTeX."""
    fraction = Fraction(value)
    if fraction.denominator == 1:
        return str(fraction.numerator)
    sign = "-" if fraction < 0 else ""
    return rf"{sign}\frac{{{abs(fraction.numerator)}}}{{{fraction.denominator}}}"
