"""Slopes of expressions, and where they are not known to be slopes.

An expression with absolute values, extrema, signs or cases bends or jumps where what decides them
is 0. There it has the slopes of its pieces if these meet to first order, which is shown by algebra:
the difference of the two pieces has the square of the deciding expression as a factor, or it and
its slope vanish where that expression, linear in one variable, is 0. Such a difference is `o(h)` at
each point of the seam, so that the function has there the slopes that the pieces have, in all
directions at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

Expression = Any
"""A `sympy.Expr`."""
MOST_SEAMS = 24
MOST_SPLITS = 4
"""Bends inside of what decides."""
MOST_CHOICES = 27
"""Of sides of other seams, where pieces are compared at one point."""


@dataclass(frozen=True)
class Meeting:
    """What must be 0 at a point, if it lies on a seam, for the pieces beside it to meet there.

    Two pieces whose difference is 0 at a point, with its slopes, differ by `o(h)` about it. Of
    several seams through the point each is crossed with all others held on either side or on them,
    so that every piece about it is reached, and the value at the point too.
    """

    given: tuple[tuple[Expression, int], ...]
    """What is at least 0 (1), at most 0 (-1) or 0 at the point; elsewhere nothing is asked."""
    zero: tuple[Expression, ...]

    def at(self, point: Mapping[Expression, Expression]) -> Meeting:
        """The same with values for variables."""
        given = tuple((one.xreplace(point), side) for one, side in self.given)
        return Meeting(given, tuple(one.xreplace(point) for one in self.zero))


Needed = Expression | Meeting
"""An expression that must not be 0, or what must be 0 where it is."""


def slopes(
    part: Expression, variables: Sequence[Expression]
) -> tuple[list[Expression], list[Needed]]:
    """The derivatives by each variable, and what must hold for them to be that."""
    import sympy

    if not part.has(*variables):
        return [sympy.S.Zero for _ in variables], []
    seams = list(_seams(part, variables))
    needed: list[Needed] = list(dict.fromkeys(_roots(part, variables)))
    plain = part
    for seam in seams:
        plain = _beside(plain, seam)
    found = [
        sympy.diff(plain, variable).replace(sympy.DiracDelta, _nothing) for variable in variables
    ]
    simple = [seam for seam in seams if not _deciding(seam, variables)]
    nested = [seam for seam in seams if seam not in simple]
    if len(simple) > (MOST_SPLITS if nested else MOST_SEAMS):
        return found, [*needed, *seams]
    for seam in simple:
        continued = [_continued(slope, seam, variables) for slope in found]
        if None in continued or not _meet(part, seam, variables):
            needed += _meetings(part, found, (seam, ()), variables)
        else:
            found = continued
    # What decides and itself bends is simple on each side of its bends.
    for sides in product((1, -1), repeat=len(simple)) if nested else ():
        piece, slopes_there = part, found
        for seam, side in zip(simple, sides, strict=True):
            piece = _side(piece, seam, side)
            slopes_there = [_side(slope, seam, side) for slope in slopes_there]
        for seam in _seams(piece, variables):
            gaps = [_side(slope, seam, 1) - _side(slope, seam, 0) for slope in slopes_there]
            if not (
                _meet(piece, seam, variables)
                and all(_vanishes(gap, seam, variables, 1) for gap in gaps)
            ):
                where = tuple(zip(simple, sides, strict=True))
                needed += _meetings(piece, slopes_there, (seam, where), variables)
    return found, list(dict.fromkeys(needed))


def _meetings(
    part: Expression,
    slopes: Sequence[Expression],
    on: tuple[Expression, tuple[tuple[Expression, int], ...]],
    variables: Sequence[Expression],
) -> list[Needed]:
    """What must be 0 on a seam, for each choice of sides of the others; or that nothing lies on it.

    Args:
        part: The function.
        slopes: What is taken for its slopes, also on the seam.
        on: The seam, and on which side of others that is asked.
        variables: By which it is differentiated.
    """
    import sympy

    seam, where = on
    sides = {side: _side(part, seam, side) for side in (1, -1, 0)}
    taken = [_side(slope, seam, side) for slope in slopes for side in (1, -1, 0)]
    found: list[Needed] = []
    for chosen, parts in _choices((*sides.values(), *taken), variables):
        above, below, here, *rest = parts
        if len(found) == MOST_CHOICES or any(any(_roots(one, variables)) for one in parts):
            return [seam]
        zero = [above - here]
        for k in range(0, len(rest), 3):
            zero += [rest[k] - rest[k + 2], rest[k + 1] - rest[k + 2]]
        if all(side for _, side in chosen):
            # What is nothing but the place where others end has no slopes.
            gap = above - below
            zero += [gap, *(sympy.diff(gap, variable) for variable in variables)]
        left = tuple(one for one in dict.fromkeys(map(sympy.expand, zero)) if one != 0)
        if left:
            found.append(Meeting(((seam, 0), *where, *chosen), left))
    return found


def _choices(
    parts: tuple[Expression, ...], variables: Sequence[Expression]
) -> Iterator[tuple[tuple[tuple[Expression, int], ...], tuple[Expression, ...]]]:
    """The pieces of several expressions on all sides of all that decides, and on it."""
    import sympy

    seams = _seams(sympy.Tuple(*parts), variables)
    simple = next((one for one in seams if not _deciding(one, variables)), None)
    if simple is None:
        yield (), parts
        return
    for side in (1, -1, 0):
        inside = tuple(_side(one, simple, side) for one in parts)
        for chosen, pieces in _choices(inside, variables):
            yield ((simple, side), *chosen), pieces


def _deciding(seam: Expression, variables: Sequence[Expression]) -> bool:
    """Whether an expression bends or jumps itself."""
    return bool(_seams(seam, variables))


def _continued(slope: Expression, seam: Expression, variables: Sequence[Expression]) -> Any:
    """A slope that is on the seam what it is beside it; None where none is found."""
    import sympy

    for one in (slope, _beside(slope, seam, on=True)):
        if _vanishes(_side(one, seam, 1) - _side(one, seam, 0), seam, variables, 1):
            return one
    above, below = (_side(slope, seam, side) for side in (1, -1))
    if not _vanishes(above - below, seam, variables, 1):
        return None
    # Where neither case holds on the seam: there it is what both come to.
    return sympy.Piecewise((above, seam >= 0), (below, True))


def _nothing(*_: Any) -> Any:
    import sympy

    return sympy.S.Zero


def _seams(part: Expression, variables: Sequence[Expression]) -> list[Expression]:
    """What decides absolute values, extrema, signs and cases that depend on the variables."""
    found = dict.fromkeys(_directed(gap)[0] for gap in _gaps(part))
    return [seam for seam in found if seam.has(*variables)]


def _gaps(part: Expression) -> Iterator[Expression]:
    """The differences of which the sign decides something."""
    import sympy

    nodes = list(sympy.preorder_traversal(part))
    # |w|^r with r > 1 has the slope 0 where w is 0, and so says its derivative.
    smooth = {
        node.base for node in nodes
        if isinstance(node, sympy.Pow) and isinstance(node.base, sympy.Abs)
        and (node.exp - 1).is_positive
    }  # fmt: skip
    bare = {one for node in nodes if not isinstance(node, sympy.Pow) for one in node.args}
    for node in nodes:
        if isinstance(node, sympy.Abs) and node in smooth - bare:
            continue
        if isinstance(node, sympy.Abs | sympy.sign | sympy.Heaviside):
            yield node.args[0]
        elif isinstance(node, sympy.Max | sympy.Min):
            yield from (one - other for one, other in combinations(node.args, 2))
        elif isinstance(node, sympy.core.relational.Relational):
            yield node.lhs - node.rhs


def _directed(gap: Expression) -> tuple[Expression, int]:
    """An expression up to a factor, and the sign of that."""
    import sympy

    gap = sympy.expand(gap)
    content, rest = gap.as_content_primitive()
    turned = rest.could_extract_minus_sign()
    sign = (-1 if turned else 1) * (-1 if content.is_negative else 1)
    return (-rest if turned else rest), sign


def _roots(part: Expression, variables: Sequence[Expression]) -> Iterator[Expression]:
    """Bases of powers that are no powers about 0: there they end or have no slope."""
    import sympy

    for node in sympy.preorder_traversal(part):
        if not isinstance(node, sympy.Pow) or not node.base.has(*variables):
            continue
        base, exponent = node.as_base_exp()
        if exponent.is_integer or base.is_positive or base.is_nonzero:
            continue
        if exponent.is_negative:
            continue  # without a value at 0
        # Smaller than a slope where the base has a minimum, and the derivative says so.
        if base.is_nonnegative and (exponent - 1).is_positive:
            continue
        yield base


def _beside(part: Expression, seam: Expression, *, on: bool = False) -> Expression:
    """The expression off the seam: without cases that hold on it alone; on it, with one side."""
    import sympy

    def off(node: Any) -> Any:
        if _directed(node.lhs - node.rhs)[0] != seam:
            return node
        return sympy.false if isinstance(node, sympy.Eq) else sympy.true

    kinds = (sympy.Eq, sympy.Ne)
    found = {one: off(one) for one in part.atoms(*kinds)}
    part = part.xreplace(found) if found else part
    signs = {
        one: _cases(one, on=on) for one in part.atoms(sympy.sign, sympy.Heaviside)
        if _directed(one.args[0])[0] == seam
    }  # fmt: skip
    return part.xreplace(signs) if signs else part


def _cases(node: Any, *, on: bool) -> Any:
    """A sign or a step off its jump; on it, with the value on the right of the seam."""
    import sympy

    low = -1 if isinstance(node, sympy.sign) else 0
    upwards = _directed(node.args[0])[1] > 0
    above = node.args[0] >= 0 if on and upwards else node.args[0] > 0
    return sympy.Piecewise((1, above), (low, True))


def _side(part: Expression, seam: Expression, side: int) -> Expression:
    """The piece on one side of a seam (1, -1) or what it is on it (0)."""
    import sympy

    if not hasattr(part, "args") or not part.args:
        return part
    if isinstance(part, sympy.core.relational.Relational):
        gap, sign = _directed(part.lhs - part.rhs)
        if gap == seam:
            return sympy.true if part.func(side * sign, 0) == True else sympy.false  # noqa: E712
    args = [_side(one, seam, side) for one in part.args]
    if isinstance(part, sympy.Abs | sympy.sign | sympy.Heaviside):
        gap, sign = _directed(part.args[0])
        if gap == seam:
            facing = side * sign
            if isinstance(part, sympy.Abs):
                return args[0] * facing if facing else sympy.S.Zero
            if isinstance(part, sympy.sign):
                return sympy.Integer(facing)
            return sympy.Rational(1, 2) * (1 + facing)
    if isinstance(part, sympy.Max | sympy.Min):
        kept = _kept(part, seam, side)
        args = [_side(one, seam, side) for one in kept]
        return args[0] if len(args) == 1 else part.func(*args)
    return part.func(*args)


def _kept(part: Any, seam: Expression, side: int) -> list[Any]:
    """The numbers of an extremum that may be it on one side of a seam."""
    import sympy

    args = list(part.args)
    larger = isinstance(part, sympy.Max)
    for one in part.args:
        for other in part.args:
            if one is other or one not in args or other not in args:
                continue
            gap, sign = _directed(one - other)
            # On the seam either may stand: they are equal.
            if gap == seam and (side * sign if larger else -side * sign) >= (1 if side else 0):
                args.remove(other)
    return args


def _meet(part: Expression, seam: Expression, variables: Sequence[Expression]) -> bool:
    """Whether the pieces beside a seam meet to first order, and the value on it is theirs."""
    above, below, on = (_side(part, seam, side) for side in (1, -1, 0))
    return _vanishes(above - below, seam, variables, 2) and _vanishes(
        above - on, seam, variables, 1
    )


def _vanishes(
    gap: Expression, seam: Expression, variables: Sequence[Expression], order: int
) -> bool:
    """Whether a difference is 0 to an order on a seam, whatever other choices it holds."""
    import sympy

    if gap == 0:
        return True
    for variable in variables:
        slope = sympy.diff(seam, variable) if seam.has(variable) else sympy.S.Zero
        if slope.has(*variables) or not slope.is_nonzero:
            continue
        place = {variable: -seam.xreplace({variable: sympy.S.Zero}) / slope}
        held = _held(_settled(gap, place, variables), variables)
        if any(True for _ in _roots(held, variables)):
            return False
        return all(_zero(one.xreplace(place)) for one in (held, sympy.diff(held, variable))[:order])
    held = _held(gap, variables)
    return not any(True for _ in _roots(held, variables)) and _divisible(
        held, seam**order, variables
    )


def _settled(
    part: Expression, place: Mapping[Expression, Expression], variables: Sequence[Expression]
) -> Expression:
    """The expression about a place, with the choices that are the same all about it made."""
    for seam in _seams(part, variables):
        there = seam.xreplace(place)
        if there.is_positive or there.is_negative:
            part = _side(part, seam, 1 if there.is_positive else -1)
    return part


def _held(gap: Expression, variables: Sequence[Expression]) -> Expression:
    """A difference with other choices as constants: they are bounded about each point."""
    import sympy

    kinds = (
        sympy.Abs, sympy.sign, sympy.Max, sympy.Min, sympy.Piecewise, sympy.Heaviside
    )  # fmt: skip
    return gap.xreplace({
        one: sympy.Dummy(real=True) for one in gap.atoms(*kinds) if one.has(*variables)
    })  # fmt: skip


def _zero(one: Expression) -> bool:
    import sympy

    try:
        return bool(sympy.simplify(one) == 0)
    except (ValueError, TypeError, NotImplementedError, AttributeError):  # SymPy: unknown
        return False


def _divisible(gap: Expression, by: Expression, variables: Sequence[Expression]) -> bool:
    """Whether a polynomial is a factor of another one."""
    import sympy

    held = [v for v in variables if gap.has(v) or by.has(v)]
    try:
        divisor = sympy.Poly(by, *held)
        if not divisor.LC().is_number:
            return False  # it may be 0, and the quotient without bound
        _, rest = sympy.div(sympy.Poly(gap, *held), divisor)
    except (sympy.PolynomialError, sympy.polys.polyerrors.DomainError):
        return False
    return bool(sympy.simplify(rest.as_expr()) == 0)


def coincide(gap: Expression) -> bool:
    """Whether an expression is 0 at all real numbers, seen on each side of its seams and on them.

    The signs of what decides divide the numbers into finitely many parts; on each, the expression
    is one without choices, which simplifies to 0. Nothing in it lacks a value anywhere.
    """
    import sympy

    variables = sorted(gap.free_symbols, key=str)
    seams = _seams(gap, variables)
    if not seams or len(seams) > MOST_SPLITS or any(_deciding(one, variables) for one in seams):
        return False
    for node in sympy.preorder_traversal(gap):
        whole = isinstance(node, sympy.Pow) and node.exp.is_integer and node.exp.is_nonnegative
        partial = isinstance(node, sympy.Pow) and not (whole or node.base.is_positive)
        if partial or isinstance(node, sympy.log | sympy.tan | sympy.gamma | sympy.Integral):
            return False
    return all(
        _nothing_left(gap, dict(zip(seams, sides, strict=True)))
        for sides in product((1, -1, 0), repeat=len(seams))
    )


def _nothing_left(gap: Expression, sides: Mapping[Expression, int]) -> bool:
    """Whether an expression is 0 where what decides has these signs."""
    import sympy

    for seam, side in sides.items():
        gap = _side(gap, seam, side)
    if _seams(gap, sorted(gap.free_symbols, key=str)):
        return False
    for seam in (seam for seam, side in sides.items() if side == 0):
        for variable in sorted(seam.free_symbols, key=str):
            slope = sympy.diff(seam, variable)
            if slope.is_number and slope != 0:
                gap = gap.xreplace({variable: -seam.xreplace({variable: sympy.S.Zero}) / slope})
                break
    return _zero(gap)
