"""The one table of lemmas: about atoms that have values, each with the argument for it beside it.

That they have values is part of the argument: Log(p) means p > 0, and Power(b, e) means b > 0, or
b = 0 and e > 0 and the value 0.
"""

from __future__ import annotations

import ast
import operator
import re
from dataclasses import dataclass
from typing import Any

from qedeck.kernel import terms
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Comparison, Relation
from qedeck.kernel.terms import Atom, arguments, with_arguments

ZERO = Polynomial()
OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}
SIGNS: dict[type, tuple[bool, Comparison]] = {
    ast.Eq: (False, "="),
    ast.NotEq: (False, "!="),
    ast.GtE: (False, ">="),
    ast.Gt: (False, ">"),
    ast.LtE: (True, ">="),
    ast.Lt: (True, ">"),
}
PARTS = {"b": "base", "e": "exponent"}
TABLE = """
# by definition
abs-positive | Abs a | a.of >= 0 | a == a.of
abs-negative | Abs a | a.of <= 0 | a == -a.of
sign-positive | Sign s | s.of > 0 | s == 1
sign-zero | Sign s | s.of == 0 | s == 0
sign-negative | Sign s | s.of < 0 | s == -1
sign-abs | Sign s, Abs a | s.of == a.of | s * s.of == a
max-left | Max a | a.left >= a.right | a == a.left
max-right | Max a | a.left <= a.right | a == a.right
# neither side is negative, and their squares are equal
abs-product | Abs r a b | r.of == a.of * b.of | r == a * b
abs-vanishes | Abs a | a == 0 | a.of == 0
# p and -p are at most |p|, q and -q at most |q|
abs-sum | Abs r a b | r.of == a.of + b.of | r <= a + b
# t^m is strictly increasing on t >= 0, for odd m everywhere; so is its inverse
root-monotone | Root a b | a.degree == b.degree, a.of <= b.of | a <= b
root-monotone-strict | Root a b | a.degree == b.degree, a.of < b.of | a < b
root-vanishes | Root a | a == 0 | a.of == 0
# (ab)^m = a^m b^m, and ab has the sign that the root has: for even m neither is negative
root-product | Root r a b | r.degree == a.degree, r.degree == b.degree, r.of == a.of * b.of |
    r == a * b
# the functional equation
exp-zero | Exp a | a.of == 0 | a == 1
exp-sum | Exp r a b | r.of == a.of + b.of | r == a * b
# exp is strictly convex with the tangent 1 + x at 0; then the same at q - p, times exp(p)
exp-tangent | Exp a | | a >= 1 + a.of
exp-tangent-strict | Exp a | a.of != 0 | a > 1 + a.of
exp-tangent-at | Exp p q | | q >= p * (1 + q.of - p.of)
exp-monotone | Exp a b | a.of <= b.of | a <= b
exp-monotone-strict | Exp a b | a.of < b.of | a < b
# exp and log undo each other
exp-log | Exp e, Log a | e.of == a | e == a.of
log-exp | Log a, Exp e | a.of == e | a == e.of
# exp of both sides, as all that stands under a logarithm is positive
log-one | Log a | a.of == 1 | a == 0
log-product | Log r a b | r.of == a.of * b.of | r == a + b
log-power | Log r, Power w, Log a | r.of == w, w.b == a.of | r == w.e * a
# log is strictly concave with the tangent t - 1 at 1, where it touches alone; then the same at
# 1 / t, times t > 0, and at t / s, times s > 0
log-tangent | Log a | | a <= a.of - 1
log-tangent-below | Log a | | a.of * a >= a.of - 1
log-tangent-strict | Log a | a.of != 1 | a < a.of - 1
log-tangent-at | Log t s | | s.of * (t - s) <= t.of - s.of
log-monotone | Log a b | a.of <= b.of | a <= b
log-monotone-strict | Log a b | a.of < b.of | a < b
# the exponent 0 means b > 0; at b = 0 both sides of b^1 = b are 0
power-zero | Power a | a.e == 0 | a == 1
power-one | Power a | a.e == 1 | a == a.b
power-of-one | Power a | a.b == 1 | a == 1
power-of-zero | Power a | a.b == 0 | a == 0
power-positive | Power a | a.b > 0 | a > 0
# for b > 0 by the laws of exp(e log b); at b = 0 all exponents are positive, and both sides are 0
power-sum | Power r a b | r.e == a.e + b.e, r.b == a.b, r.b == b.b | r == a * b
# the same; where bc = 0 the exponent is positive, and one of the factors is 0
power-product | Power r a b | r.b == a.b * b.b, r.e == a.e, r.e == b.e | r == a * b
# the same; at b = 0 both exponents are positive, and both sides are 0
power-power | Power r a c | r.b == a, c.e == a.e * r.e, c.b == a.b | r == c
# that both have values means b > 0
power-inverse | Power a b | a.e == -b.e, a.b == b.b | a * b == 1
# b >= 0, and its root is the one number of at least 0 with that power
power-root | Power a, Root r | a.e * r.degree == 1, a.b == r.of | a == r
# that Log(b) has a value means b > 0, where this is the definition
power-exp | Power a, Exp e, Log l | e.of == a.e * l, a.b == l.of | a == e
# exp(x) >= 1 + x at x = e log b
power-log | Power a, Log l | a.b == l.of | a.e * l <= a - 1
# t^e rises on t >= 0 for e >= 0 (at t = 0 the exponent is positive), falls on t > 0 for e <= 0
power-base | Power a b | a.e == b.e, a.e >= 0, a.b <= b.b | a <= b
power-base-strict | Power a b | a.e == b.e, a.e > 0, a.b < b.b | a < b
power-base-falling | Power a b | a.e == b.e, a.e <= 0, a.b <= b.b | a >= b
# t^e is strictly increasing on t >= 0 for e > 0, with 0 and 1 where t is 0 and 1; what is 0 has no
# positive base
power-back | Power a b | a.e == b.e, a.e > 0, a <= b | a.b <= b.b
power-back-below-one | Power a | a.e > 0, a <= 1 | a.b <= 1
power-back-above-one | Power a | a.e > 0, a >= 1 | a.b >= 1
power-vanishes | Power a | a == 0 | a.b == 0
# b^e rises in e for b >= 1 and falls for b <= 1 (at b = 0 both are 0)
power-exponent | Power a b | a.b == b.b, a.b >= 1, a.e <= b.e | a <= b
power-exponent-strict | Power a b | a.b == b.b, a.b > 1, a.e < b.e | a < b
power-exponent-falling | Power a b | a.b == b.b, a.b <= 1, a.e <= b.e | a >= b
# the same against 1, where b = 0 means e > 0
power-above-one | Power a | a.b >= 1, a.e >= 0 | a >= 1
power-above-one-strict | Power a | a.b > 1, a.e > 0 | a > 1
power-below-one | Power a | a.b <= 1, a.e >= 0 | a <= 1
power-below-one-strict | Power a | a.b < 1, a.e > 0 | a < 1
# t^p is convex for p >= 1 on t >= 0 and for p <= 0 on t > 0, and concave between: beside its
# tangent at 1, and beside that at m, times m, where both sides are 0 for m = 0
power-tangent-one | Power a | a.e >= 1 | a >= 1 + a.e * (a.b - 1)
power-tangent-one-concave | Power a | a.e >= 0, a.e <= 1 | a <= 1 + a.e * (a.b - 1)
power-tangent | Power a m | a.e == m.e, m.e >= 1 | a * m.b >= m * (m.b + m.e * (a.b - m.b))
power-tangent-falling | Power a m | a.e == m.e, m.e <= 0 |
    a * m.b >= m * (m.b + m.e * (a.b - m.b))
power-tangent-concave | Power a m | a.e == m.e, m.e >= 0, m.e <= 1 |
    a * m.b <= m * (m.b + m.e * (a.b - m.b))
# t^p at s/n = c/n (a/c) + d/n (b/d) is at most the mean of its values at a/c and b/d, for p >= 1;
# times n^p c^p d^p n. Where one of n, c, d is 0, so are both sides, as c = 0 makes c^p = 0
power-mean | Power s a b n c d |
    s.e == n.e, a.e == n.e, b.e == n.e, c.e == n.e, d.e == n.e,
    n.e >= 1, s.b == a.b + b.b, n.b == c.b + d.b |
    s * n.b * c * d <= n * (a * c.b * d + b * d.b * c)
# (a/b)^q <= (a/b)^p for a <= b and p <= q, times b^p b^q; for a = 0 both sides are 0
power-ratio | Power ap aq bp bq |
    ap.b == aq.b, bp.b == bq.b, ap.e == bp.e, aq.e == bq.e, ap.b <= bp.b, ap.e <= aq.e |
    aq * bp <= ap * bq
# b^f to the power e is b where ef = 1, and t^e rises for e >= 0
power-undone | Power a b | a.e * b.e == 1, a.b == b | a == b.b
power-undone-below | Power a b | a.e * b.e == 1, a.e >= 0, a.b <= b | a <= b.b
power-undone-above | Power a b | a.e * b.e == 1, a.e >= 0, a.b >= b | a >= b.b
"""
"""Name | kinds of atoms | side conditions | conclusion; `a` is the value of an atom, `a.of` its
argument, `a.b` and `a.e` are base and exponent."""


@dataclass(frozen=True)
class Lemma:
    """For all atoms of these kinds that meet the conditions, the conclusion holds."""

    kinds: tuple[type, ...]
    names: tuple[str, ...]
    conditions: tuple[ast.Compare, ...]
    conclusion: ast.Compare


def _row(text: str) -> tuple[str, Lemma]:
    name, atoms, conditions, conclusion = (part.strip() for part in text.split("|"))
    pairs = [(kind, n) for kind, *names in map(str.split, atoms.split(",")) for n in names]
    kinds = tuple(getattr(terms, kind) for kind, _ in pairs)
    sides: Any = ast.parse(f"({conditions},)" if conditions else "()", mode="eval").body
    then: Any = ast.parse(conclusion, mode="eval").body
    return name, Lemma(kinds, tuple(n for _, n in pairs), tuple(sides.elts), then)


LEMMAS = dict(map(_row, re.findall(r"^\w.*$", TABLE.replace("\n    ", " "), re.MULTILINE)))


def instance(
    name: str, places: tuple[int, ...], atoms: tuple[Atom, ...]
) -> tuple[tuple[Relation, ...], Relation] | None:
    """Side conditions and conclusion for atoms at some indices; None where it is not about them."""
    chosen = [atoms[k] for k in places]
    if name == "congruence" and len(chosen) == 2:
        return _congruence((places[0], chosen[0]), (places[1], chosen[1]))
    lemma = LEMMAS.get(name)
    if lemma is None or len(chosen) != len(lemma.kinds):
        return None
    if not all(map(isinstance, chosen, lemma.kinds)):
        return None
    seen = dict(zip(lemma.names, zip(places, chosen, strict=True), strict=True))
    return tuple(_relation(c, seen) for c in lemma.conditions), _relation(lemma.conclusion, seen)


def _congruence(
    first: tuple[int, Atom], second: tuple[int, Atom]
) -> tuple[tuple[Relation, ...], Relation] | None:
    """A function (of one degree, of one name) has equal values at equal arguments."""
    (j, a), (k, b) = first, second
    if with_arguments(a, lambda _: ZERO) != with_arguments(b, lambda _: ZERO):
        return None
    pairs = zip(arguments(a), arguments(b), strict=True)
    conclusion = Relation(Polynomial.atom(j) - Polynomial.atom(k), "=")
    return tuple(Relation(p - q, "=") for p, q in pairs), conclusion


def _relation(node: ast.Compare, seen: dict[str, tuple[int, Atom]]) -> Relation:
    gap = _value(node.left, seen) - _value(node.comparators[0], seen)
    turned, sign = SIGNS[type(node.ops[0])]
    return Relation(-gap if turned else gap, sign)


def _value(node: ast.expr, seen: dict[str, tuple[int, Atom]]) -> Polynomial:
    match node:
        case ast.Constant(int(number)):
            return Polynomial.constant(number)
        case ast.Name(name):
            return Polynomial.atom(seen[name][0])
        case ast.Attribute(ast.Name(name), part):
            of: Polynomial | int = getattr(seen[name][1], PARTS.get(part, part))
            return ZERO + of
        case ast.UnaryOp(ast.USub(), inner):
            return -_value(inner, seen)
        case ast.BinOp(left, sign, right):
            made: Polynomial = OPERATIONS[type(sign)](_value(left, seen), _value(right, seen))
            return made
    raise ValueError(ast.dump(node))
