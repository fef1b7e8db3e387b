"""The one table of lemmas: about atoms that have values, each with the argument for it beside it.

That they have values is part of the argument: Log(p) means p > 0, and Power(b, e) means b > 0, or
b = 0 and e > 0 and the value 0.
"""

from __future__ import annotations

import ast
import re
from operator import add, mul, sub
from typing import Any, NamedTuple, TypeAlias

from qedeck.kernel import terms
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Comparison, Relation
from qedeck.kernel.terms import Atom, arguments, shape

OPERATIONS: dict[type, Any] = {ast.Add: add, ast.Sub: sub, ast.Mult: mul, ast.Pow: pow}
SIGNS: dict[type, Comparison] = {ast.Eq: "=", ast.NotEq: "!=", ast.GtE: ">=", ast.Gt: ">"}
TURNED: dict[type, Comparison] = {ast.LtE: ">=", ast.Lt: ">"}
PARTS = {"b": "base", "e": "exponent"}
Statement: TypeAlias = ast.Compare
Instance: TypeAlias = tuple[tuple[Relation, ...], Relation]
Seen: TypeAlias = dict[str, tuple[int, Atom]]
"""The index and the atom that a name stands for."""
TABLE = """
# by definition
abs-positive | Abs a | a.of >= 0 | a == a.of
abs-negative | Abs a | a.of <= 0 | a == 0 - a.of
sign-zero | Sign s | s.of == 0 | s == 0
sign-abs | Sign s, Abs a | s.of == a.of | s * s.of == a
max-left | Max a | a.left >= a.right | a == a.left
max-right | Max a | a.left <= a.right | a == a.right
# the functional equation
exp-sum | Exp r a b | r.of == a.of + b.of | r == a * b
# exp is convex with the tangent 1 + x at 0; then the same at q - p, times exp(p)
exp-tangent | Exp a | | a >= 1 + a.of
exp-tangent-at | Exp p q | | q >= p * (1 + q.of - p.of)
# exp undoes log
exp-log | Exp e, Log a | e.of == a | e == a.of
# exp of both sides, as all that stands under a logarithm is positive
log-product | Log r a b | r.of == a.of * b.of | r == a + b
# log is concave with the tangent t - 1 at 1; then the same at 1 / t, times t > 0, and at t / s,
# times s > 0
log-tangent | Log a | | a <= a.of - 1
log-tangent-below | Log a | | a.of * a >= a.of - 1
log-tangent-at | Log t s | | s.of * (t - s) <= t.of - s.of
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
# b >= 0, and its root is the one number of at least 0 with that power
power-root | Power a, Root r | a.e * r.degree == 1, a.b == r.of | a == r
# that Log(b) has a value means b > 0, where this is the definition
power-exp | Power a, Exp e, Log l | e.of == a.e * l, a.b == l.of | a == e
# exp(x) >= 1 + x at x = e log b
power-log | Power a, Log l | a.b == l.of | a.e * l <= a - 1
# t^e rises on t >= 0 for e >= 0 (at t = 0 the exponent is positive)
power-base | Power a b | a.e == b.e, a.e >= 0, a.b <= b.b | a <= b
# t^e is strictly increasing on t >= 0 for e > 0, with 0 and 1 where t is 0 and 1; what is 0 has no
# positive base
power-back-below-one | Power a | a.e > 0, a <= 1 | a.b <= 1
power-back-above-one | Power a | a.e > 0, a >= 1 | a.b >= 1
power-vanishes | Power a | a == 0 | a.b == 0
# b^e rises in e for b >= 1 and falls for b <= 1 (at b = 0 both are 0)
power-exponent | Power a b | a.b == b.b, a.b >= 1, a.e <= b.e | a <= b
power-exponent-strict | Power a b | a.b == b.b, a.b > 1, a.e < b.e | a < b
power-exponent-falling | Power a b | a.b == b.b, a.b <= 1, a.e <= b.e | a >= b
# t^p is convex on t >= 0 for p >= 1, and concave for 0 <= p <= 1: beside its tangent at m, times m,
# where both sides are 0 for m = 0
power-tangent | Power a m | a.e == m.e, m.e >= 1 | a * m.b >= m * (m.b + m.e * (a.b - m.b))
power-tangent-concave | Power a m | a.e == m.e, m.e >= 0, m.e <= 1 |
    a * m.b <= m * (m.b + m.e * (a.b - m.b))
# t^p at s/n = c/n (a/c) + d/n (b/d) is at most the mean of its values at a/c and b/d, for p >= 1;
# times n^p c^p d^p n. Where one of n, c, d is 0, so are both sides, as c = 0 makes c^p = 0
power-mean | Power s a b n c d |
    s.e == n.e, a.e == n.e, b.e == n.e, c.e == n.e, d.e == n.e, n.e >= 1,
    s.b == a.b + b.b, n.b == c.b + d.b |
    s * n.b * c * d <= n * (a * c.b * d + b * d.b * c)
# (a/b)^q <= (a/b)^p for a <= b and p <= q, times b^p b^q; for a = 0 both sides are 0
power-ratio | Power ap aq bp bq | ap.b == aq.b, bp.b == bq.b, ap.e == bp.e, aq.e == bq.e,
    ap.b <= bp.b, ap.e <= aq.e | aq * bp <= ap * bq
# b^f to the power e is b where ef = 1, and t^e rises for e >= 0
power-undone | Power a b | a.e * b.e == 1, a.b == b | a == b.b
power-undone-below | Power a b | a.e * b.e == 1, a.e >= 0, a.b <= b | a <= b.b
power-undone-above | Power a b | a.e * b.e == 1, a.e >= 0, a.b >= b | a >= b.b
"""
"""Name | kinds of atoms | side conditions | conclusion; `a` is the value of an atom, `a.of` its
argument, `a.b` and `a.e` are base and exponent. What follows from others is not here: that exp
and log rise, from their tangents; that roots rise, from the equation of their
powers."""


class Row(NamedTuple):
    """What holds of all atoms of some kinds: its laws, where its needs do."""

    kinds: tuple[type, ...]
    names: tuple[str, ...]
    needs: tuple[Statement, ...]
    laws: tuple[Statement, ...]
    powers: tuple[Statement, ...] = ()


def rows(table: str) -> dict[str, Row]:
    """The rows of a table by name."""
    return dict(map(_row, re.findall(r"^\w.*$", table.replace("\n    ", " "), re.MULTILINE)))


def _row(text: str) -> tuple[str, Row]:
    name, atoms, *said = (part.strip() for part in text.split("|"))
    pairs = [(kind, n) for kind, *names in map(str.split, atoms.split(",")) for n in names]
    kinds, names = (tuple(getattr(terms, k) for k, _ in pairs), tuple(n for _, n in pairs))
    parsed: list[Any] = [ast.parse(f"[{part}]", mode="eval").body for part in said]
    return name, Row(kinds, names, *(tuple(part.elts) for part in parsed))


LEMMAS = rows(TABLE)


def instance(name: str, places: tuple[int, ...], atoms: tuple[Atom, ...]) -> Instance | None:
    """Side conditions and conclusion for atoms at some indices; None where it is not about them."""
    if not all(type(k) is int and 0 <= k < len(atoms) for k in places):
        return None
    chosen = [atoms[k] for k in places]
    if name == "congruence":
        return _congruence(places, chosen)
    lemma = LEMMAS.get(name)
    if lemma is None or tuple(map(type, chosen)) != lemma.kinds:
        return None
    seen = dict(zip(lemma.names, zip(places, chosen, strict=True), strict=True))
    return tuple(relation(one, seen) for one in lemma.needs), relation(lemma.laws[0], seen)


def _congruence(places: tuple[int, ...], chosen: list[Atom]) -> Instance | None:
    """A function (of one degree, of one name) has equal values at equal arguments.

    Symbols are no functions: two with one name are still two.
    """
    alike = len(chosen) == 2 and shape(chosen[0]) == shape(chosen[1])
    if not alike or isinstance(chosen[0], terms.Symbol):
        return None
    pairs = zip(*map(arguments, chosen), strict=True)
    a, b = map(Polynomial.atom, places)
    return tuple(Relation(p - q, "=") for p, q in pairs), Relation(a - b, "=")


def relation(statement: Statement, seen: Seen) -> Relation:
    """What a statement says of the atoms that its names stand for."""
    gap = _value(statement.left, seen) - _value(statement.comparators[0], seen)
    sign = type(statement.ops[0])
    return Relation(-gap, TURNED[sign]) if sign in TURNED else Relation(gap, SIGNS[sign])


def _value(node: ast.expr, seen: Seen) -> Any:
    """The polynomial, or the number, that an expression stands for."""
    match node:
        case ast.Constant(number):
            return number
        case ast.Name(name):
            return Polynomial.atom(seen[name][0])
        case ast.Attribute(ast.Name(name), part):
            return getattr(seen[name][1], PARTS.get(part, part))
        case ast.BinOp(left, sign, right):
            return OPERATIONS[type(sign)](_value(left, seen), _value(right, seen))
    raise ValueError(ast.dump(node))
