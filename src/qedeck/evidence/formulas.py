"""Statements as formulas of the prover: relations of scalars and what joins them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from qedeck.evidence.proof.certificate import And, Fact, Formula, Iff, Implies, Or, Rel
from qedeck.evidence.proof.nodes import nodes, size
from qedeck.formula import tree
from qedeck.formula.evaluate import (
    Array,
    Environment,
    Inexact,
    TooLarge,
    Undecided,
    Undefined,
    Unsupported,
    Value,
    evaluate,
    sides,
)
from qedeck.formula.rings.kinks import Meeting
from qedeck.formula.rings.ring import Ring
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.tree import Integers, Interval, Listing, Member, Relation, Space, Statement

LONGEST = 80
"""Parts of an integrand that is integrated."""
UNABLE = (
    *(Inexact, Undecided, Undefined, Unsupported, TooLarge, ValueError),
    NotImplementedError,  # SymPy's, of what it cannot compute
)
"""What evaluation raises where a rule is missing."""


class Unprovable(Exception):
    """No rule turns an obligation into goals."""


def facts_of(statement: Statement, environment: Environment[Any], ring: SymbolicRing) -> list[Fact]:
    """What an assumption says, as relations of scalars; nothing where it cannot be said so."""
    try:
        formula = formula_of(statement, environment, ring)
    except (Unprovable, *UNABLE):
        return []
    if isinstance(formula, Or) and all(
        isinstance(p, Rel) and p.sign == "!=" for p in formula.parts
    ):
        # Two vectors differ where the squared distance is positive.
        gaps = [(p.left - p.right) ** 2 for p in formula.parts if isinstance(p, Rel)]
        return [Fact(ring.total(gaps), ">", ring.number(Fraction(0)))]
    parts = formula.parts if isinstance(formula, And) else (formula,)
    return [fact for p in parts if isinstance(p, Rel) for fact in _spread(p)]


def _spread(relation: Rel) -> list[Fact]:
    """A bound on the least of several numbers as one on each."""
    import sympy

    if isinstance(relation.left, sympy.Min) and relation.sign in (">", ">="):
        return [Fact(one, relation.sign, relation.right) for one in relation.left.args]
    return [Fact(relation.left, relation.sign, relation.right)]


def formula_of(statement: Statement, environment: Environment[Any], ring: Ring[Any]) -> Formula:
    """A statement over scalars.

    Raises:
        Unprovable: for statements that no rule turns into relations.
    """
    match statement:
        case Relation(_, signs):
            if any(sign in (">>", ">>=") for sign in signs):
                raise Unprovable("a matrix order")
            relations = [
                _related(link.left, str(link.sign), link.right)
                for link in sides(statement, environment, ring)
            ]
            return relations[0] if len(relations) == 1 else And(tuple(relations))
        case tree.Implies(given, then):
            return _implied(given, then, environment, ring)
        case tree.Iff(left, right):
            return Iff(formula_of(left, environment, ring), formula_of(right, environment, ring))
        case tree.Both(parts):
            return And(tuple(formula_of(part, environment, ring) for part in parts))
        case tree.Restricted(inner, condition):
            return _implied(condition, inner, environment, ring)
        case Member():
            return _membership(statement, environment, ring)
        case _:
            raise Unprovable(f"{type(statement).__name__} statements are not proved about")


def stated(
    statement: Statement, environment: Environment[Any], ring: SymbolicRing
) -> tuple[Formula, tuple[Formula, ...]]:
    """A statement over scalars, and what must hold for the derivatives in it to exist."""
    ring.needed = []
    try:
        formula = formula_of(statement, environment, ring)
        needed = tuple(_apart(one) for one in dict.fromkeys(ring.needed))
    finally:
        ring.needed = None
    return formula, needed


def _apart(needed: Any) -> Formula:
    """What a derivative needs, as a formula."""
    zero = SymbolicRing().whole(0)
    match needed:
        case Implies():
            return needed
        case Meeting(given, parts):
            signs = {1: ">=", -1: "<=", 0: "="}
            where = And(tuple(Rel(one, signs[side], zero) for one, side in given))
            return Implies(where, And(tuple(Rel(one, "=", zero) for one in parts)))
        case _:
            return Rel(needed, "!=", zero)


def _implied(
    given: Statement, then: Statement, environment: Environment[Any], ring: Ring[Any]
) -> Formula:
    """An implication; what its consequent needs is needed where the antecedent holds."""
    antecedent = formula_of(given, environment, ring)
    needed = ring.needed if isinstance(ring, SymbolicRing) else None
    before = len(needed or ())
    consequent = formula_of(then, environment, ring)
    if needed is not None:
        needed[before:] = [Implies(antecedent, _apart(one)) for one in needed[before:]]
    return Implies(antecedent, consequent)


def _related(left: Value[Any], sign: str, right: Value[Any]) -> Formula:
    """A relation between scalars, or between arrays entry by entry."""
    if isinstance(left, Array) != isinstance(right, Array):
        raise Unprovable("a scalar beside an array")
    if not isinstance(left, Array) or not isinstance(right, Array):
        return Rel(integrated(left), sign, integrated(right))
    entries = tuple(
        Rel(integrated(a), sign, integrated(b))
        for a, b in zip(left.entries, right.entries, strict=True)
    )
    if len(entries) == 1:
        return entries[0]
    return Or(entries) if sign == "!=" else And(entries)


def integrated(value: Any) -> Any:
    """The expression with integrals between numbers of what has no other symbols worked out."""
    if not hasattr(value, "args"):
        return value
    import sympy

    parts = [p for p in nodes(value) if isinstance(p, sympy.Integral | sympy.Heaviside)]
    if not parts:
        return value
    integrals = [p for p in parts if isinstance(p, sympy.Integral) and not p.free_symbols]
    # SymPy cannot be asked to stop: what is long is left to those who need no closed form.
    known = {i: i.doit() for i in integrals if size(i.function) <= LONGEST}
    value = value.xreplace(known) if known else value
    return value.replace(_steps, _without_steps) if value.has(sympy.Heaviside) else value


def _steps(node: Any) -> bool:
    import sympy

    return isinstance(node, sympy.Mul) and any(isinstance(f, sympy.Heaviside) for f in node.args)


def _without_steps(product: Any) -> Any:
    """A product in which a step stands beside the positive part of its argument, without it."""
    import sympy

    bases = [factor.as_base_exp() for factor in product.args]
    parts = {b for b, e in bases if isinstance(b, sympy.Max) and e.is_positive}

    def idle(factor: Any) -> bool:
        return isinstance(factor, sympy.Heaviside) and sympy.Max(0, factor.args[0]) in parts

    return sympy.Mul(*[factor for factor in product.args if not idle(factor)])


def _membership(statement: Member, environment: Environment[Any], ring: Ring[Any]) -> Formula:
    value = evaluate(statement.element, environment, ring)
    parts: tuple[Formula, ...] = value.entries if isinstance(value, Array) else (value,)
    match statement.region:
        case Interval(low, high, closed_low, closed_high):
            ends = [evaluate(end, environment, ring) for end in (low, high)]
            return And((
                Rel(ends[0], "<=" if closed_low else "<", value),
                Rel(value, "<=" if closed_high else "<", ends[1]),
            ))  # fmt: skip
        case Space(_, "any") | Integers():
            return And(())
        case Space(_, sign):
            zero = ring.number(Fraction(0))
            return And(
                tuple(Rel(part, ">" if sign == "positive" else ">=", zero) for part in parts)
            )
        case Listing(elements):
            options = tuple(Rel(value, "=", evaluate(e, environment, ring)) for e in elements)
            return options[0] if len(options) == 1 else Or(options)
        case _:
            raise Unprovable(f"{type(statement.region).__name__} as a set")
