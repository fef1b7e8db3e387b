"""One step by algebra: a goal as a combination of what is known, found by linear programming."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement

from qedeck.kernel.certificate import Absurd, Certificate, Linear, Term
from qedeck.kernel.polynomials import ONE, Monomial, Polynomial, TooLarge
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import Inverse
from qedeck.proof.search.state import FALSE, ZERO, Budget, State
from qedeck.proof.search.weights import combination, solve, vanishing

MOST_COLUMNS = 700
MOST_EQUATION_COLUMNS = 1_500
MOST_SQUARES = 90
MOST_FACTS = 70
ROUNDS = ((5,), (1, 2, 5), (2,))
"""Rounds of products at each level."""


@dataclass(frozen=True)
class Column:
    """A polynomial that is known to be at least 0, or 0, in normal form."""

    poly: Polynomial
    facts: tuple[int, ...] = ()
    square: Polynomial = ONE
    strict: bool = False
    equation: int | None = None
    """The fact of which this is a multiple, for what vanishes."""
    cofactor: Polynomial = ONE
    law: bool = False
    """Whether it vanishes by the law of an inverse, which needs no word."""

    @property
    def free(self) -> bool:
        return self.equation is not None or self.law


def directly(state: State, budget: Budget, level: int) -> Certificate | None:
    """A certificate by one combination, products of up to two facts at level 1, squares at 2."""
    try:
        if state.goal.sign == "=":
            return equation(state, budget)
        if state.goal.sign == "!=":
            return None
        return inequality(state, budget, level)
    except TooLarge:
        return None


# -- equations -----------------------------------------------------------------------------


def equation(state: State, budget: Budget) -> Certificate | None:
    """A goal that vanishes, as a combination of equations with polynomial cofactors."""
    target = state.normal(state.goal.poly)
    if not target:
        return state.closed(state.linear())
    wanted = {m for m, _ in target}
    for _ in range(3):
        columns = list(_vanishing(state, wanted))
        if not columns or len(columns) > MOST_EQUATION_COLUMNS:
            return None
        budget.spend(len(columns))
        weights = solve([dict(c.poly.terms) for c in columns], dict(target.terms))
        if weights is not None:
            return state.closed(_written(state, columns, weights))
        grown = wanted.union(*[{m for m, _ in c.poly} for c in columns])
        if grown == wanted:
            return None
        wanted = grown
    return None


def multiple(state: State) -> Certificate | None:
    """A goal that is a multiple of one equation by a number."""
    target = state.normal(state.goal.poly)
    lead, number = target.terms[0]
    for k, fact in enumerate(state.facts):
        if fact.sign != "=":
            continue
        poly = state.normal(fact.poly)
        scale = Fraction(number) / Fraction(dict(poly.terms).get(lead, 0) or number)
        if poly * scale == target:
            return state.closed(state.linear((), ((k, Polynomial.constant(scale)),)))
    return None


def _vanishing(state: State, wanted: set[Monomial]) -> Iterator[Column]:
    """Equations times monomials, and laws of inverses, that have a wanted monomial."""
    ruled = {rule.fact for rule in state.rules}
    bases: list[tuple[int | None, Polynomial]] = [
        (k, state.normal(f.poly))
        for k, f in enumerate(state.facts)
        if f.sign == "=" and k not in ruled
    ]
    for index, atom in enumerate(state.atoms):
        if isinstance(atom, Inverse) and len(atom.of) > 1:
            bases.append((None, state.normal(Polynomial.atom(index) * atom.of - 1)))
    seen: set[tuple[int | None, Monomial]] = set()
    for place, (k, base) in enumerate(bases):
        for mine, _ in base:
            for monomial in sorted(wanted):
                shift = _quotient(monomial, mine)
                if shift is None or (place, shift) in seen:
                    continue
                seen.add((place, shift))
                cofactor = Polynomial.of({shift: 1})
                poly = state.normal(base * cofactor)
                if poly:
                    yield Column(poly, equation=k, cofactor=cofactor, law=k is None)
                if len(seen) > MOST_EQUATION_COLUMNS:
                    return


def _quotient(m: Monomial, lead: Monomial) -> Monomial | None:
    exponents = dict(m)
    for k, e in lead:
        left = exponents.get(k, 0) - e
        if left < 0:
            return None
        exponents[k] = left
    return tuple((k, e) for k, e in exponents.items() if e)


def _written(
    state: State, columns: list[Column], weights: dict[int, Fraction], factor: tuple[int, ...] = ()
) -> Certificate:
    terms = tuple(
        Term(w, columns[j].facts, columns[j].square)
        for j, w in sorted(weights.items())
        if not columns[j].free
    )
    equations: dict[int, Polynomial] = {}
    for j, w in weights.items():
        k = columns[j].equation
        if k is not None:
            equations[k] = equations.get(k, ZERO) + columns[j].cofactor * w
    return state.linear(terms, tuple(equations.items()), factor)


# -- inequalities --------------------------------------------------------------------------


def inequality(
    state: State, budget: Budget, level: int, factor: tuple[int, ...] = ()
) -> Certificate | None:
    """A goal with ≥ or >, perhaps times facts that are positive."""
    target = state.goal.poly
    for k in factor:
        target *= state.facts[k].poly
    target = state.normal(target)
    value = target.value
    strict = state.goal.sign == ">"
    if factor:
        level = max(level, 0)
    elif value is not None and (value > 0 or (value == 0 and not strict)):
        terms = (Term(value),) if value else ()
        return state.closed(state.linear(terms))
    found = None if factor else _by_shape(state, target, strict=strict)
    if found is not None:
        return found
    if level < 0:
        return None
    if not strict and not factor:
        squares = gram(target)
        if squares is not None:
            return state.closed(state.linear(squares))
    wanted = {m for m, _ in target}
    before = 0
    for rounds in ROUNDS[level] if target else ():
        columns = _columns(state, wanted, level, rounds)
        if len(columns) == before:
            break
        before = len(columns)
        budget.spend(len(columns) * (1 + level))
        weights = _combined(columns, target, strict=strict)
        if weights is not None:
            return state.closed(_written(state, columns, weights, factor))
    return None


def gram(target: Polynomial) -> tuple[Term, ...] | None:
    """A polynomial as a sum of squares, where one Gram matrix is at hand and no pivot negative.

    The basis are the monomials whose squares occur; a product of two that arises in several ways
    is shared out evenly.
    """
    basis = [
        tuple((k, e // 2) for k, e in m)
        for m, c in target
        if c > 0 and all(e % 2 == 0 for _, e in m)
    ]
    if not 1 <= len(basis) <= MOST_SQUARES:
        return None
    pairs: dict[Monomial, list[tuple[int, int]]] = {}
    for i, a in enumerate(basis):
        for j, b in enumerate(basis[: i + 1]):
            product = (Polynomial.of({a: 1}) * Polynomial.of({b: 1})).terms[0][0]
            pairs.setdefault(product, []).append((i, j))
    entries: dict[tuple[int, int], Fraction] = {}
    for m, c in target:
        found = [p for p in pairs.get(m, []) if p[0] != p[1]] if m not in _squared(basis) else None
        if found is None:
            i = basis.index(tuple((k, e // 2) for k, e in m))
            entries[i, i] = Fraction(c)
        elif not found:
            return None
        else:
            for i, j in found:
                entries[i, j] = entries[j, i] = Fraction(c) / (2 * len(found))
    return _pivoted(basis, entries)


def _squared(basis: list[Monomial]) -> set[Monomial]:
    return {_doubled(m) for m in basis}


def _pivoted(
    basis: list[Monomial], entries: dict[tuple[int, int], Fraction]
) -> tuple[Term, ...] | None:
    """Squares by completing them one after the other."""
    terms: list[Term] = []
    left = set(range(len(basis)))
    for i in range(len(basis)):
        pivot = entries.get((i, i), Fraction(0))
        left.discard(i)
        row = {j: entries[i, j] for j in left if entries.get((i, j))}
        if pivot < 0 or (pivot == 0 and row):
            return None
        if pivot == 0:
            continue
        root = {basis[i]: Fraction(1)} | {basis[j]: c / pivot for j, c in row.items()}
        terms.append(Term(pivot, (), Polynomial.of(root)))
        for j, c in row.items():
            for k, d in row.items():
                entries[j, k] = entries.get((j, k), Fraction(0)) - c * d / pivot
    return tuple(terms)


def collapsed(state: State) -> Certificate | None:
    """Anything, where a fact says of a number what does not hold."""
    for k, fact in enumerate(state.facts):
        poly = state.normal(fact.poly)
        value = poly.value
        if value is None:
            continue
        denied = state.assumed(state.goal.denial).aimed(FALSE)
        if fact.sign == "=" and value:
            scale = Polynomial.constant(-1 / Fraction(value))
            return state.closed(Absurd(denied.linear((Term(1),), ((k, scale),))))
        if (fact.sign in (">", "!=") and value == 0) or (fact.sign == ">" and value < 0):
            rest = (Term(-value),) if value else ()
            return state.closed(Absurd(denied.linear((Term(1, (k,)), *rest))))
        if fact.sign == ">=" and value < 0:
            return state.closed(Absurd(denied.linear((Term(1, (k,)), Term(-value)))))
    return None


def contradiction(state: State, budget: Budget, level: int) -> Certificate | None:
    """A goal from the absurdity of its denial."""
    try:
        return _contradiction(state, budget, level)
    except TooLarge:
        return None


def _contradiction(state: State, budget: Budget, level: int) -> Certificate | None:
    denied = state.assumed(state.goal.denial).aimed(FALSE)
    last = len(denied.facts) - 1
    normal = denied.normal(denied.facts[last].poly)
    if denied.facts[last].sign == "=":
        wanted = {m for m, _ in state.normal(state.goal.poly)} | {()}
    else:
        wanted = {m for m, _ in normal}
    before = 0
    for rounds in ROUNDS[level]:
        columns = _columns(denied, wanted, level, rounds, first=last)
        if len(columns) == before:
            break
        before = len(columns)
        budget.spend(len(columns) * (1 + level))
        weights = vanishing(
            [c.poly for c in columns],
            [c.free for c in columns],
            [c.strict for c in columns],
            ZERO,
        )
        if weights is not None:
            return state.closed(Absurd(_written(denied, columns, weights)))
    return None


def _combined(
    columns: list[Column], target: Polynomial, *, strict: bool
) -> dict[int, Fraction] | None:
    polys, free = [c.poly for c in columns], [c.free for c in columns]
    if not strict:
        return combination(polys, free, target)
    # goal = Σ with a strict term: the goal times a positive number, which is scaled to 1
    found = vanishing(
        [*polys, -target], [*free, False], [*[c.strict for c in columns], False], ZERO
    )
    if found is None or len(polys) not in found:
        return None
    scale = found.pop(len(polys))
    return {j: w / scale for j, w in found.items()}


def _by_shape(state: State, target: Polynomial, *, strict: bool) -> Certificate | None:
    """A sum of terms each of which is at least 0, perhaps beside a multiple of one fact."""
    signs = Signs(state)
    found = _terms(signs, target)
    if found is None or (strict and not any(c.strict for _, c in found)):
        found = None
        monomials = dict(target.terms)
        for k, fact in enumerate(state.facts):
            if fact.sign not in (">", ">="):
                continue
            poly = state.normal(fact.poly)
            scales = {Fraction(monomials[m]) / Fraction(c) for m, c in poly if m in monomials}
            for scale in sorted(s for s in scales if s > 0):
                rest = _terms(signs, target - poly * scale)
                if rest is not None and (
                    not strict or fact.sign == ">" or any(c.strict for _, c in rest)
                ):
                    found = [*rest, (scale, Column(poly, (k,), strict=fact.sign == ">"))]
                    break
            if found is not None:
                break
    if found is None or (strict and not any(c.strict for _, c in found)):
        return None
    columns = [c for _, c in found]
    return state.closed(_written(state, columns, {j: w for j, (w, _) in enumerate(found)}))


def _terms(signs: Signs, target: Polynomial) -> list[tuple[Fraction, Column]] | None:
    found = []
    for monomial, number in target:
        column = signs.column(monomial, 1 if number > 0 else -1)
        if column is None:
            return None
        found.append((abs(Fraction(number)), column))
    return found


class Signs:
    """Facts that say what sign an atom has."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.known: dict[int, tuple[int, int, bool]] = {}
        """For an atom: its sign, the fact, and whether it is strict."""
        self.nonzero: dict[int, int] = {}
        for k, fact in enumerate(state.facts):
            if len(fact.poly) != 1 or fact.sign == "=":
                continue
            ((monomial, number),) = fact.poly.terms
            if len(monomial) != 1 or monomial[0][1] != 1 or abs(number) != 1:
                continue
            atom = monomial[0][0]
            if fact.sign == "!=":
                self.nonzero.setdefault(atom, k)
            elif atom not in self.known or (fact.sign == ">" and not self.known[atom][2]):
                self.known[atom] = (1 if number > 0 else -1, k, fact.sign == ">")

    def column(self, monomial: Monomial, sign: int) -> Column | None:
        """The column sign · monomial, if that is at least 0 by the signs of its atoms."""
        square: dict[int, int] = {}
        facts: list[int] = []
        strict = True
        for atom, exponent in monomial:
            known = self.known.get(atom)
            if known is not None and known[2] and exponent <= 4:
                facts += [known[1]] * exponent
                sign *= known[0] ** exponent
                continue
            if exponent >= 2:
                square[atom] = exponent // 2
                strict = False
            if exponent % 2:
                if known is None:
                    return None
                facts.append(known[1])
                sign *= known[0]
                strict = strict and known[2]
        if sign < 0:
            return None
        root = Polynomial.of({tuple(sorted(square.items())): 1})
        return Column(
            Polynomial.of({monomial: 1}) * self._turned(monomial),
            tuple(sorted(facts)),
            root,
            strict,
        )

    def _turned(self, monomial: Monomial) -> int:
        sign = 1
        for atom, exponent in monomial:
            known = self.known.get(atom)
            if exponent % 2 and known is not None:
                sign *= known[0]
        return sign


def _columns(
    state: State, wanted: set[Monomial], level: int, rounds: int, first: int | None = None
) -> list[Column]:
    """Candidates that share a monomial with what is wanted, directly or through others."""
    single = _distinct(
        Column(state.normal(f.poly ** state.times(k)), (k,), strict=f.sign in (">", "!="))
        for k, f in enumerate(state.facts)
        if f.sign != "="
    )
    chosen: dict[tuple[Polynomial, bool, bool], Column] = {}
    reached = set(wanted)

    def take(columns: Iterable[Column]) -> None:
        for c in columns:
            chosen.setdefault((c.poly, c.free, c.strict), c)

    take([Column(ONE, strict=True)])
    if first is not None:
        denied = [c for c in single if first in c.facts]
        take(denied)
        if level >= 1:
            for c in denied:
                for other in single:
                    if not c.poly.atoms.isdisjoint(other.poly.atoms):
                        take([_times(state, c, other)])
            reached.update(m for c in chosen.values() for m, _ in c.poly)
    for _ in range(rounds):
        before = len(chosen)
        hits = [c for c in single if any(m in reached for m, _ in c.poly)]
        take(hits)
        if level >= 1:
            take(_pairs(state, single[:MOST_FACTS], reached))
            take(_multiples(state, single[:MOST_FACTS], reached))
        if level >= 2:
            squares = list(_squares(state, reached))
            take(squares)
            small = [c for c in squares if len(c.poly) <= 3][:MOST_SQUARES]
            for a in single[:20]:
                for c in small:
                    poly = state.normal(a.poly * c.poly)
                    if any(m in reached for m, _ in poly):
                        take([Column(poly, a.facts, c.square)])
        for c in list(chosen.values()):
            reached.update(m for m, _ in c.poly)
        if len(chosen) == before or len(chosen) > MOST_COLUMNS:
            break
    take(_vanishing(state, reached))
    signs = Signs(state)
    for c in list(chosen.values()):
        reached.update(m for m, _ in c.poly)
    for monomial in sorted(reached):
        both = (signs.column(monomial, sign) for sign in (1, -1))
        take(column for column in both if column is not None)
    return list(chosen.values())


def _times(state: State, a: Column, b: Column) -> Column:
    return Column(
        state.normal(a.poly * b.poly),
        tuple(sorted(a.facts + b.facts)),
        a.square * b.square,
        a.strict and b.strict,
    )


def _pairs(state: State, single: list[Column], reached: set[Monomial]) -> Iterator[Column]:
    """Products of two facts that have a monomial that is wanted."""
    holding: dict[Monomial, set[int]] = {}
    for j, b in enumerate(single):
        for m, _ in b.poly:
            holding.setdefault(m, set()).add(j)
    for i, a in enumerate(single):
        fitting: set[int] = set()
        for mine, _ in a.poly:
            if not mine:
                continue
            for monomial in reached:
                shift = _quotient(monomial, mine)
                if shift:
                    fitting |= holding.get(shift, set())
        for j in sorted(fitting):
            if j <= i:
                yield _times(state, a, single[j])


def _distinct(columns: Iterable[Column]) -> list[Column]:
    """Without facts that say no more than others: a multiple of one polynomial."""
    best: dict[Polynomial, Column] = {}
    for c in columns:
        if not c.poly and not c.strict:
            continue
        lead = abs(Fraction(c.poly.terms[0][1])) if c.poly else Fraction(1)
        key = c.poly * (1 / lead)
        if key not in best or (c.strict and not best[key].strict):
            best[key] = c
    return list(best.values())


def _multiples(state: State, plain: list[Column], wanted: set[Monomial]) -> Iterator[Column]:
    """Facts times monomials of known sign that take them to what is wanted."""
    signs = Signs(state)
    seen: set[tuple[tuple[int, ...], Monomial]] = set()
    for a in plain:
        for mine, _ in a.poly:
            for monomial in wanted:
                shift = _quotient(monomial, mine)
                if not shift or (a.facts, shift) in seen or sum(e for _, e in shift) > 4:
                    continue
                seen.add((a.facts, shift))
                factor = signs.column(shift, 1) or signs.column(shift, -1)
                if factor is not None:
                    yield Column(
                        state.normal(a.poly * factor.poly),
                        tuple(sorted(a.facts + factor.facts)),
                        factor.square,
                        a.strict and factor.strict,
                    )


def _squares(state: State, wanted: set[Monomial]) -> Iterator[Column]:
    """Squares of monomials, and of sums and differences of two, whose products are wanted."""
    halves: dict[Monomial, None] = {(): None} if () in wanted else {}
    for m in sorted(wanted):
        if all(e % 2 == 0 for _, e in m):
            halves[tuple((k, e // 2) for k, e in m)] = None
        elif len(m) == 2 and all(e == 1 for _, e in m):
            halves[m[:1]] = None
            halves[m[1:]] = None
    half = list(halves)[:MOST_SQUARES]
    for a, b in combinations_with_replacement(half, 2):
        for sign in (1, -1) if a != b else (0,):
            root = Polynomial.of({a: 1}) + (Polynomial.of({b: sign}) if sign else ZERO)
            square = state.normal(root * root)
            if a == b or any(m in wanted for m, _ in square if m not in (_doubled(a), _doubled(b))):
                yield Column(square, (), root)


def _doubled(m: Monomial) -> Monomial:
    return tuple((k, 2 * e) for k, e in m)


def identity(state: State) -> Certificate:
    """The certificate of what is an identity."""
    return state.closed(Linear())


def relation(poly: Polynomial, sign: str) -> Relation:
    """A relation with a sign that is known to be one."""
    return Relation(poly, sign)  # type: ignore[arg-type]
