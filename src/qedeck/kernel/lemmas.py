"""The one table of lemmas: about atoms that have values, each with the argument for it beside it.

That they have values is part of the argument: Log(p) means p > 0, and Power(b, e) means b > 0, or
b = 0 and e > 0 and the value 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import (
    Abs,
    Atom,
    Exp,
    Log,
    Power,
    Root,
    Sign,
    arguments,
    with_arguments,
)

Instance = tuple[tuple[Relation, ...], Relation]
"""Side conditions and conclusion."""


@dataclass(frozen=True)
class Seen:
    """An atom beside its value: `v` is the value, other names are those of the atom."""

    v: Polynomial
    atom: Atom

    def __getattr__(self, name: str) -> Any:
        return getattr(self.atom, name)


@dataclass(frozen=True)
class Lemma:
    """For all atoms of these kinds that meet the conditions, the conclusion holds."""

    kinds: tuple[type, ...]
    rule: Callable[..., Instance | None]


def instance(lemma: Lemma, seen: tuple[Seen, ...]) -> Instance | None:
    """Conditions and conclusion for given atoms; None where they are not of its kinds."""
    kinds = tuple(type(s.atom) for s in seen)
    if len(kinds) != len(lemma.kinds) or not all(map(issubclass, kinds, lemma.kinds)):
        return None
    return lemma.rule(*seen)


def _eq(a: Any, b: Any) -> Relation:
    return Relation(a - b, "=")


def _le(a: Any, b: Any) -> Relation:
    return Relation(b - a, ">=")


def _lt(a: Any, b: Any) -> Relation:
    return Relation(b - a, ">")


def _ne(a: Any, b: Any) -> Relation:
    return Relation(b - a, "!=")


def _congruence(a: Seen, b: Seen) -> Instance | None:
    """A function (of one degree, of one name) has equal values at equal arguments."""
    zero = Polynomial()
    if with_arguments(a.atom, lambda _: zero) != with_arguments(b.atom, lambda _: zero):
        return None
    pairs = zip(arguments(a.atom), arguments(b.atom), strict=True)
    return tuple(_eq(p, q) for p, q in pairs), _eq(a.v, b.v)


def _root_monotone(a: Seen, b: Seen, less: Any) -> Instance | None:
    """T ↦ t^m is strictly increasing on t >= 0, for odd m everywhere; so is its inverse."""
    return ((less(a.of, b.of),), less(a.v, b.v)) if a.degree == b.degree else None


def _root_product(r: Seen, a: Seen, b: Seen) -> Instance | None:
    """(ab)^m = a^m b^m, and ab is of the sign that the root has (for even m neither is below 0)."""
    same = r.degree == a.degree == b.degree
    return ((_eq(r.of, a.of * b.of),), _eq(r.v, a.v * b.v)) if same else None


_ABOUT_ABS = {
    # by definition
    "abs-positive": Lemma((Abs,), lambda a: ((_le(0, a.of),), _eq(a.v, a.of))),
    "abs-negative": Lemma((Abs,), lambda a: ((_le(a.of, 0),), _eq(a.v, -a.of))),
    "sign-positive": Lemma((Sign,), lambda s: ((_lt(0, s.of),), _eq(s.v, 1))),
    "sign-zero": Lemma((Sign,), lambda s: ((_eq(s.of, 0),), _eq(s.v, 0))),
    "sign-negative": Lemma((Sign,), lambda s: ((_lt(s.of, 0),), _eq(s.v, -1))),
    # by the cases of the sign
    "sign-abs": Lemma((Sign, Abs), lambda s, a: ((_eq(s.of, a.of),), _eq(s.v * s.of, a.v))),
    # both sides are not negative and have equal squares
    "abs-product": Lemma(
        (Abs, Abs, Abs), lambda r, a, b: ((_eq(r.of, a.of * b.of),), _eq(r.v, a.v * b.v))
    ),
    # the triangle inequality: ±p <= |p| and ±q <= |q|, added
    "abs-sum": Lemma(
        (Abs, Abs, Abs), lambda r, a, b: ((_eq(r.of, a.of + b.of),), _le(r.v, a.v + b.v))
    ),
}
_ABOUT_ROOTS = {
    "root-monotone": Lemma((Root, Root), lambda a, b: _root_monotone(a, b, _le)),
    "root-monotone-strict": Lemma((Root, Root), lambda a, b: _root_monotone(a, b, _lt)),
    "root-product": Lemma((Root, Root, Root), _root_product),
}
_ABOUT_EXP = {
    "exp-zero": Lemma((Exp,), lambda e: ((_eq(e.of, 0),), _eq(e.v, 1))),
    # the functional equation
    "exp-sum": Lemma(
        (Exp, Exp, Exp), lambda r, a, b: ((_eq(r.of, a.of + b.of),), _eq(r.v, a.v * b.v))
    ),
    # exp is convex with the tangent 1 + x at 0, which touches there alone
    "exp-tangent": Lemma((Exp,), lambda e: ((), _le(1 + e.of, e.v))),
    "exp-tangent-strict": Lemma((Exp,), lambda e: ((_ne(e.of, 0),), _lt(1 + e.of, e.v))),
    # the same at q - p, times exp(p)
    "exp-tangent-at": Lemma((Exp, Exp), lambda p, q: ((), _le(p.v * (1 + q.of - p.of), q.v))),
    "exp-monotone": Lemma((Exp, Exp), lambda p, q: ((_le(p.of, q.of),), _le(p.v, q.v))),
    "exp-monotone-strict": Lemma((Exp, Exp), lambda p, q: ((_lt(p.of, q.of),), _lt(p.v, q.v))),
    # exp and log undo each other
    "exp-log": Lemma((Exp, Log), lambda e, a: ((_eq(e.of, a.v),), _eq(e.v, a.of))),
    "log-exp": Lemma((Log, Exp), lambda a, e: ((_eq(a.of, e.v),), _eq(a.v, e.of))),
}
_ABOUT_LOG = {
    "log-one": Lemma((Log,), lambda a: ((_eq(a.of, 1),), _eq(a.v, 0))),
    # exp of both sides, where all three arguments are positive
    "log-product": Lemma(
        (Log, Log, Log), lambda r, a, b: ((_eq(r.of, a.of * b.of),), _eq(r.v, a.v + b.v))
    ),
    "log-power": Lemma(
        (Log, Power, Log),
        lambda r, w, a: ((_eq(r.of, w.v), _eq(w.base, a.of)), _eq(r.v, w.exponent * a.v)),
    ),
    # log is concave with the tangent t - 1 at 1, which touches there alone
    "log-tangent": Lemma((Log,), lambda a: ((), _le(a.v, a.of - 1))),
    "log-tangent-strict": Lemma((Log,), lambda a: ((_ne(a.of, 1),), _lt(a.v, a.of - 1))),
    # the same at t / s, times s > 0
    "log-tangent-at": Lemma((Log, Log), lambda t, s: ((), _le(s.of * (t.v - s.v), t.of - s.of))),
    "log-monotone": Lemma((Log, Log), lambda a, b: ((_le(a.of, b.of),), _le(a.v, b.v))),
    "log-monotone-strict": Lemma((Log, Log), lambda a, b: ((_lt(a.of, b.of),), _lt(a.v, b.v))),
}
_POWER_LAWS = {
    # the exponent 0 means b > 0, and so does b = 1; at b = 0 both sides of b^1 = b are 0
    "power-zero": Lemma((Power,), lambda w: ((_eq(w.exponent, 0),), _eq(w.v, 1))),
    "power-one": Lemma((Power,), lambda w: ((_eq(w.exponent, 1),), _eq(w.v, w.base))),
    "power-of-one": Lemma((Power,), lambda w: ((_eq(w.base, 1),), _eq(w.v, 1))),
    "power-of-zero": Lemma((Power,), lambda w: ((_eq(w.base, 0),), _eq(w.v, 0))),
    "power-positive": Lemma((Power,), lambda w: ((_lt(0, w.base),), _lt(0, w.v))),
    # for b > 0 the laws of exp(e log b); at b = 0 all exponents are positive and both sides are 0
    "power-sum": Lemma(
        (Power, Power, Power),
        lambda r, a, b: (
            (
                _eq(r.exponent, a.exponent + b.exponent),
                _eq(r.base, a.base),
                _eq(r.base, b.base),
            ),
            _eq(r.v, a.v * b.v),
        ),
    ),
    # if bc = 0, the exponent is positive, and one of the factors on the right is 0
    "power-product": Lemma(
        (Power, Power, Power),
        lambda r, a, b: (
            (
                _eq(r.base, a.base * b.base),
                _eq(r.exponent, a.exponent),
                _eq(r.exponent, b.exponent),
            ),
            _eq(r.v, a.v * b.v),
        ),
    ),
    # (b^e)^f = b^(ef); at b = 0 both e and f are positive and both sides are 0
    "power-power": Lemma(
        (Power, Power, Power),
        lambda r, a, c: (
            (_eq(r.base, a.v), _eq(c.exponent, a.exponent * r.exponent), _eq(c.base, a.base)),
            _eq(r.v, c.v),
        ),
    ),
    # opposite exponents at once mean b > 0
    "power-inverse": Lemma(
        (Power, Power),
        lambda a, b: ((_eq(a.exponent + b.exponent, 0), _eq(a.base, b.base)), _eq(a.v * b.v, 1)),
    ),
    # b >= 0, and its root is the number of at least 0 with that power
    "power-root": Lemma(
        (Power, Root),
        lambda w, r: ((_eq(w.exponent * r.degree, 1), _eq(w.base, r.of)), _eq(w.v, r.v)),
    ),
    # that Log(b) has a value means b > 0, where this is the definition
    "power-exp": Lemma(
        (Power, Exp, Log),
        lambda w, e, a: ((_eq(e.of, w.exponent * a.v), _eq(w.base, a.of)), _eq(w.v, e.v)),
    ),
}


def _in_base(conditions: Callable[[Any, Any], tuple[Relation, ...]], less: Any) -> Lemma:
    """Powers of one exponent compared."""
    return Lemma(
        (Power, Power),
        lambda a, b: (
            (_eq(a.exponent, b.exponent), *conditions(a.exponent, (a.base, b.base))),
            less(a.v, b.v),
        ),
    )


def _in_exponent(conditions: Callable[[Any, Any], tuple[Relation, ...]], less: Any) -> Lemma:
    """Powers of one base compared."""
    return Lemma(
        (Power, Power),
        lambda a, b: (
            (_eq(a.base, b.base), *conditions(a.base, (a.exponent, b.exponent))),
            less(a.v, b.v),
        ),
    )


def _tangent(range_of: Callable[[Any], tuple[Relation, ...]], less: Any) -> Lemma:
    """a^p beside the tangent of t^p at m: m^p + p m^(p-1) (a - m); k is m^(p-1)."""
    return Lemma(
        (Power, Power, Power),
        lambda a, m, k: (
            (
                _eq(a.exponent, m.exponent),
                _eq(k.base, m.base),
                _eq(k.exponent, m.exponent - 1),
                *range_of(m.exponent),
            ),
            less(m.v + m.exponent * k.v * (a.base - m.base), a.v),
        ),
    )


_POWER_BOUNDS = {
    # t^e rises on t >= 0 for e >= 0 (at t = 0 the exponent is positive), falls on t > 0 for e <= 0
    "power-base": _in_base(lambda e, t: (_le(0, e), _le(*t)), _le),
    "power-base-strict": _in_base(lambda e, t: (_lt(0, e), _lt(*t)), _lt),
    "power-base-falling": _in_base(lambda e, t: (_le(e, 0), _le(t[1], t[0])), _le),
    "power-base-falling-strict": _in_base(lambda e, t: (_lt(e, 0), _lt(t[1], t[0])), _lt),
    # b^e rises in e for b >= 1 and falls for b <= 1 (at b = 0 both are 0)
    "power-exponent": _in_exponent(lambda b, e: (_le(1, b), _le(*e)), _le),
    "power-exponent-strict": _in_exponent(lambda b, e: (_lt(1, b), _lt(*e)), _lt),
    "power-exponent-falling": _in_exponent(lambda b, e: (_le(b, 1), _le(e[1], e[0])), _le),
    "power-exponent-falling-strict": _in_exponent(
        lambda b, e: (_lt(b, 1), _lt(0, b), _lt(e[1], e[0])), _lt
    ),
    # t^p is convex for p >= 1 on t >= 0 and for p <= 0 on t > 0, and concave between. At m = 0 the
    # value k means p > 1, and the tangent is 0; at a = 0 and 0 < p <= 1 it is (1 - p) m^p >= 0
    "power-tangent": _tangent(lambda p: (_le(1, p),), _le),
    "power-tangent-falling": _tangent(lambda p: (_le(p, 0),), _le),
    "power-tangent-concave": _tangent(
        lambda p: (_le(0, p), _le(p, 1)), lambda tangent, value: _le(value, tangent)
    ),
    # exp(x) >= 1 + x at x = e log b
    "power-log": Lemma(
        (Power, Log), lambda w, a: ((_eq(w.base, a.of),), _le(w.exponent * a.v, w.v - 1))
    ),
}
LEMMAS: dict[str, Lemma] = {
    "congruence": Lemma((object, object), _congruence),
    **_ABOUT_ABS,
    **_ABOUT_ROOTS,
    **_ABOUT_EXP,
    **_ABOUT_LOG,
    **_POWER_LAWS,
    **_POWER_BOUNDS,
}
