"""A certificate as something that a person can follow: sentences with formulas between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from qedeck.kernel.certificate import (
    Absurd,
    Certificate,
    Define,
    Have,
    Linear,
    Oracle,
    Proof,
    Rename,
    Split,
    Term,
    Use,
    Whole,
)  # fmt: skip
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
)  # fmt: skip
from qedeck.kernel.values import laws

SIGNS = {"=": "=", ">=": r"\ge", ">": ">", "!=": r"\ne"}
MOST_LINES = 24
MOST_LETTERS = 300
"""Longer formulas are not written out."""


def explained(sequent: Sequent, proof: Proof) -> tuple[str, ...]:
    """Lines of text with LaTeX between dollars."""
    state = _State(sequent.atoms, [*sequent.facts])
    given = ", ".join(f"${state.relation(fact)}$" for fact in sequent.facts)
    goal = f"${state.relation(sequent.goal)}$"
    lines = [f"To show: {goal}" + (f", where {given}." if given else ".")]
    state.facts += [law for k, atom in enumerate(sequent.atoms) for law in laws(k, atom)]
    lines += state.told(proof.goal, sequent.goal)
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… and {len(lines) - MOST_LINES} more steps."]
    return tuple(lines)


class _State:
    """What is known at a place of a proof."""

    def __init__(self, atoms: Sequence[Atom], facts: list[Relation]) -> None:
        self.atoms = list(atoms)
        self.facts = facts

    def told(self, certificate: Certificate, goal: Relation) -> Iterator[str]:
        """What a certificate says, in order."""
        match certificate:
            case Linear():
                yield self._linear(certificate, goal)
            case Split(poly, positive, zero, negative):
                parts = (positive, zero, negative)
                cases = zip((">", "=", "<"), (poly, poly, -poly), parts, strict=True)
                for sign, value, part in cases:
                    yield f"Where ${self.poly(poly)} {sign} 0$:"
                    relation = Relation(value, "=" if sign == "=" else ">")
                    yield from self._with(relation).told(part, goal)
            case Whole(poly, at, below, above):
                yield f"Where ${self.poly(poly)} \\le {at}$:"
                yield from self._with(Relation(at - poly, ">=")).told(below, goal)
                yield f"Where ${self.poly(poly)} \\ge {at + 1}$:"
                yield from self._with(Relation(poly - (at + 1), ">=")).told(above, goal)
            case Absurd(inner):
                denial = goal.denial
                yield f"Suppose not: ${self.relation(denial)}$. Then $0 > 0$:"
                yield from self._with(denial).told(inner, Relation(Polynomial(), ">"))
            case Have(relation, shown, then):
                yield f"First, ${self.relation(relation)}$:"
                yield from self.told(shown, relation)
                yield from self._with(relation).told(then, goal)
            case Use(lemma, places, _, then):
                made = instance(lemma, places, tuple(self.atoms))
                assert made is not None
                yield f"By the lemma {lemma}, ${self.relation(made[1])}$."
                yield from self._with(made[1]).told(then, goal)
            case Define(atom, _, then):
                grown = _State([*self.atoms, atom], [*self.facts, *laws(len(self.atoms), atom)])
                yield f"Consider ${grown.atom(len(self.atoms))}$."
                yield from grown.told(then, goal)
            case Rename(_, _):
                yield "In other symbols."
            case Oracle(name):
                yield f"On the word of {name}."

    def _with(self, fact: Relation) -> _State:
        return _State(self.atoms, [*self.facts, fact])

    def _linear(self, certificate: Linear, goal: Relation) -> str:
        if not certificate.terms and not certificate.equations:
            return "Both sides are the same polynomial."
        parts = [self._term(term) for term in certificate.terms]
        for k, cofactor in certificate.equations:
            parts.append(self._scaled(self.poly(cofactor), self._fact(k)))
        factor = " ".join(f"\\left({self._fact(k)}\\right)" for k in certificate.factor)
        left = f"\\left({self.poly(goal.poly)}\\right) {factor}" if factor else self.poly(goal.poly)
        text = f"{left} = {' + '.join(parts)}"
        if len(text) > MOST_LETTERS:
            count = len(certificate.terms) + len(certificate.equations)
            return f"It is a combination of {count} of these, with weights that are not negative."
        return f"${text}$."

    def _term(self, term: Term) -> str:
        factors = [f"\\left({self._fact(k)}\\right)" for k in term.facts]
        if term.square.value != 1:
            factors.append(f"\\left({self.poly(term.square)}\\right)^2")
        weight = "" if term.weight == 1 and factors else _number(term.weight)
        return " ".join([*([weight] if weight else []), *factors])

    def _scaled(self, weight: str, value: str) -> str:
        return f"\\left({weight}\\right) \\left({value}\\right)"

    def _fact(self, k: int) -> str:
        return self.poly(self.facts[k].poly) if k < len(self.facts) else r"\dots"

    def relation(self, relation: Relation) -> str:
        """A relation in LaTeX."""
        return f"{self.poly(relation.poly)} {SIGNS[relation.sign]} 0"

    def poly(self, poly: Polynomial) -> str:
        """A polynomial in LaTeX."""
        text = ""
        for monomial, number in poly.terms:
            part = self._monomial(monomial, abs(number))
            text += f" {'-' if number < 0 else '+'} {part}"
        text = text.removeprefix(" + ").removeprefix(" ")
        return text or "0"

    def _monomial(self, monomial: Monomial, number: Number) -> str:
        parts = [] if number == 1 and monomial else [_number(number)]
        for k, e in monomial:
            one = self.atom(k)
            if e > 1:
                one = f"{one}^{{{e}}}" if isinstance(self.atoms[k], Abs) else f"{{{one}}}^{{{e}}}"
            parts.append(one)
        return " ".join(parts)

    def atom(self, k: int) -> str:
        """An atom in LaTeX."""
        match self.atoms[k]:
            case Symbol(name):
                base, line, place = name.rpartition("_")
                return f"{base}_{{{place}}}" if line and base else name
            case Root(2, of):
                return f"\\sqrt{{{self.poly(of)}}}"
            case Root(degree, of):
                return f"\\sqrt[{degree}]{{{self.poly(of)}}}"
            case Inverse(of):
                return f"\\frac{{1}}{{{self.poly(of)}}}"
            case Abs(of):
                return f"\\left|{self.poly(of)}\\right|"
            case Max(left, right):
                return f"\\max\\left({self.poly(left)}, {self.poly(right)}\\right)"
            case Exp(of):
                return f"e^{{{self.poly(of)}}}"
            case Log(of):
                return f"\\log\\left({self.poly(of)}\\right)"
            case Power(base_of, exponent):
                return f"\\left({self.poly(base_of)}\\right)^{{{self.poly(exponent)}}}"
            case Sign(of):
                return f"\\operatorname{{sgn}}\\left({self.poly(of)}\\right)"
            case Opaque("pi", ()):
                return "\\pi"
            case Opaque(function, parts):
                inside = ", ".join(self.poly(part) for part in parts)
                return f"\\operatorname{{{function}}}\\left({inside}\\right)"
        raise AssertionError(self.atoms[k])


def _number(number: Number) -> str:
    value = Fraction(number)
    if value.denominator == 1:
        return str(value.numerator)
    return f"\\frac{{{value.numerator}}}{{{value.denominator}}}"
