"""From an obligation in one case to sequents of the kernel, and back to where each part is from.

A statement becomes relations `value ▷ 0`; hypotheses become facts, each with its origin; a choice
that is open becomes several branches whose conditions are facts. The same walk runs over terms (for
the sequents) and over balls (for the bridge).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from qedeck.evidence import forms
from qedeck.evidence.formulas import UNABLE, Unprovable, formula_of
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.certificate import And, Formula, Iff, Implies, Or, Rel
from qedeck.evidence.settings import Case, _said
from qedeck.formula import tree
from qedeck.formula.evaluate import Environment
from qedeck.formula.rings.ring import Ring
from qedeck.formula.tree import Statement
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Comparison, Relation, Sequent
from qedeck.kernel.terms import Atom, Symbol, arguments
from qedeck.proof.canonical import ordered, renamed, with_arguments
from qedeck.proof.places import environment
from qedeck.proof.terms import (
    ALLOWED,
    ANY,
    NONNEGATIVE,
    POSITIVE,
    Branch,
    Infinity,
    Path,
    Signs,
    Table,
    TermRing,
)  # fmt: skip

T = TypeVar("T")
MOST_BRANCHES = 64
MOST_ALTERNATIVES = 32
SIGNS: Mapping[str, Signs] = {"": ANY, "positive": POSITIVE, "nonnegative": NONNEGATIVE}


@dataclass(frozen=True)
class Origin:
    """Where a fact is from."""

    kind: Literal["hypothesis", "given", "case", "span", "linked"]
    """`given`: what an implication in the statement assumes; `case`: the condition of a branch."""
    place: tuple[int | str, ...] = ()


@dataclass(frozen=True)
class Said(Generic[T]):
    """`value ▷ 0`, in some ring."""

    value: T
    sign: Comparison
    origin: Origin | None = None


@dataclass(frozen=True)
class Piece(Generic[T]):
    """One thing to be shown, under the facts that hold where it is said."""

    facts: tuple[Said[T], ...]
    """Those that an implication adds to the hypotheses."""
    goal: Said[T]
    place: tuple[int, ...]
    """Where in the statement; those of needs come after them."""
    need: bool = False
    """Whether it is not said, but needed for what is said to have a value."""


class Excluded(Exception):
    """A case in which a hypothesis is false between numbers: `n >= 2` at n = 1."""


@dataclass(frozen=True)
class Encoding:
    """An obligation on one branch of one case."""

    obligation: Obligation
    case: Case
    path: Path
    table: Table
    facts: tuple[Said[Polynomial], ...]
    pieces: tuple[Piece[Polynomial], ...]
    ring: TermRing = field(repr=False, compare=False)
    place: Environment[Any] = field(repr=False, compare=False)

    def sequent(self, piece: Piece[Polynomial], more: Sequence[Relation] = ()) -> Sequent:
        """The sequent of a piece, with the facts that may matter to it and more of them."""
        facts = [Relation(s.value, s.sign) for s in (*piece.facts, *self.facts)]
        goal = Relation(piece.goal.value, piece.goal.sign)
        if plain(goal):
            return Sequent((), (), goal)
        return ordered(reduced(self.table.atoms, [*more, *facts], goal))


def encodings(obligation: Obligation, case: Case) -> list[Encoding]:
    """The branches of an obligation in a case; the conditions of all together leave nothing out.

    Raises:
        Unprovable, Unsupported and their like: where something is not said in terms.
        Excluded: where a hypothesis is false in the case.
    """
    table = Table()
    left: list[Path] = [()]
    found: list[Encoding] = []
    while left:
        path = left.pop()
        try:
            found.append(_encoded(obligation, case, path, table))
        except Branch as branch:
            able = TermRing(table, path).path.get(branch.poly, ANY)
            both = (able - branch.signs, able & branch.signs)
            left.extend(_narrowed(path, branch.poly, signs) for signs in both)
        if len(found) + len(left) > MOST_BRANCHES:
            raise Unprovable(f"more than {MOST_BRANCHES} branches")
    return found


def _narrowed(path: Path, poly: Polynomial, signs: Signs) -> Path:
    """A path with less left for the sign of a polynomial."""
    return (*(one for one in path if one[0] != poly), (poly, signs))


def _encoded(obligation: Obligation, case: Case, path: Path, table: Table) -> Encoding:
    ring = TermRing(table, path)
    span: list[Said[Polynomial]] = []
    last = last_coordinates(case)

    def leaf(name: str, sign: str) -> Any:
        one = ring.symbol(name, SIGNS[sign])
        if name in last and one:
            span.append(Said(one, ">=", Origin("span", (name,))))
        return one

    here = environment(obligation, case, ring, leaf)
    facts = [*conditions(path), *span]
    for one in hypotheses(obligation, here, ring):
        said: Said[Any] = one
        if not path and said.value.value is not None and not plain(_relation(said)):
            raise Excluded
        if said.value.value is None or path:
            facts.append(said)
            ring.assume(Relation(said.value, said.sign))
    ring.needs.clear()
    pieces: tuple[Piece[Any], ...] = tuple(said_of(obligation.statement, here, ring))
    return Encoding(obligation, case, path, table, tuple(facts), pieces, ring, here)


def _relation(said: Said[Polynomial]) -> Relation:
    return Relation(said.value, said.sign)


def last_coordinates(case: Case) -> frozenset[str]:
    """The last coordinates of the vectors of a span, which are not negative."""
    vectors = case.flat.vectors if case.flat is not None else ()
    return frozenset(f"{name}_{k}" for k, name in enumerate(vectors, 1))


def conditions(path: Path) -> Iterator[Said[Polynomial]]:
    """The facts of a branch."""
    for k, (poly, signs) in enumerate(path):
        for sign in _words(signs):
            turned = sign.startswith("<")
            value, plain = (-poly, sign.replace("<", ">")) if turned else (poly, sign)
            yield Said(value, plain, Origin("case", (k,)))  # type: ignore[arg-type]


def _words(signs: Signs) -> list[str]:
    return [sign for sign, allowed in ALLOWED.items() if allowed == signs]


# Statements


def hypotheses(obligation: Obligation, here: Environment[T], ring: Ring[T]) -> Iterator[Said[T]]:
    """What the hypotheses say, as far as it is relations of scalars."""
    for k, statement in enumerate(forms.assumed(obligation.scope)):
        for j, one in enumerate(_said(statement, obligation.scope)):
            try:
                options = alternatives(formula_of(one, here, ring), ring, (k, j))
            except (Unprovable, *UNABLE):
                continue
            if len(options) == 1:
                for value, sign, place in options[0]:
                    yield Said(value, sign, Origin("hypothesis", place))


def said_of(statement: Statement, here: Environment[T], ring: Ring[T]) -> Iterator[Piece[T]]:
    """What a statement says, piece by piece, and what it needs to have a value."""
    yield from _pieces(statement, here, ring, (), ())


def _pieces(
    statement: Statement, here: Environment[T], ring: Ring[T],
    given: tuple[Said[T], ...], place: tuple[int, ...],
) -> Iterator[Piece[T]]:  # fmt: skip
    match statement:
        case tree.Both(parts):
            for k, part in enumerate(parts):
                yield from _pieces(part, here, ring, given, (*place, k))
        case tree.Implies(assumed, then):
            yield from _implied(assumed, then, here, ring, given, place)
        case tree.Restricted(then, assumed):
            yield from _implied(assumed, then, here, ring, given, place)
        case tree.Iff(left, right):
            yield from _implied(left, right, here, ring, given, (*place, 0))
            yield from _implied(right, left, here, ring, given, (*place, 1))
        case _:
            formula = formula_of(statement, here, ring)
            yield from _needed(ring, given, place)
            yield from _shown(formula, ring, given, place)


def _implied(
    assumed: Statement, then: Statement, here: Environment[T], ring: Ring[T],
    given: tuple[Said[T], ...], place: tuple[int, ...],
) -> Iterator[Piece[T]]:  # fmt: skip
    """What follows, once for each alternative of what is assumed."""
    formula = formula_of(assumed, here, ring)
    yield from _needed(ring, given, (*place, 0))
    for k, option in enumerate(alternatives(formula, ring, (*place, 0))):
        new = tuple(Said(v, s, Origin("given", where)) for v, s, where in option)
        yield from _pieces(then, here, ring, (*given, *new), (*place, 1, k))


def _needed(
    ring: Ring[T], given: tuple[Said[T], ...], place: tuple[int, ...]
) -> Iterator[Piece[T]]:
    """What must hold for what was evaluated to have a value."""
    if isinstance(ring, TermRing):
        needed = list(ring.needs)
        ring.needs.clear()
        for k, one in enumerate(needed):
            value: Any = one.poly
            yield Piece(given, Said(value, one.sign), (*place, k), need=True)


def _shown(
    formula: Formula, ring: Ring[T], given: tuple[Said[T], ...], place: tuple[int, ...]
) -> Iterator[Piece[T]]:
    match formula:
        case Rel() if not _finite(formula):
            ends: tuple[Any, Any] = (formula.left, formula.right)
            if ring.compare(ends[0], formula.sign, ends[1]).decided is not True:  # type: ignore[arg-type]
                raise Unprovable("infinity in a relation")
        case Rel():
            value, sign = related(formula, ring)
            yield Piece(given, Said(value, sign), place)
        case And(parts):
            for k, part in enumerate(parts):
                yield from _shown(part, ring, given, (*place, k))
        case Or(parts):
            apart = _apart(parts, ring)
            if apart is not None:
                yield Piece(given, Said(apart, ">"), place)
                return
            if not all(isinstance(part, Rel) for part in parts):
                raise Unprovable("an alternative of more than relations")
            *others, last = parts
            denied = tuple(
                Said(*_denied(*related(part, ring), ring), Origin("given", (*place, k)))
                for k, part in enumerate(others)
                if isinstance(part, Rel)
            )
            yield from _shown(last, ring, (*given, *denied), (*place, len(others)))
        case Implies() | Iff():
            raise Unprovable("an implication inside a relation")


Option: TypeAlias = list[tuple[Any, Comparison, tuple[int, ...]]]


def alternatives(formula: Formula, ring: Ring[Any], place: tuple[int, ...]) -> list[Option]:
    """What a formula assumes, as alternatives each of some relations."""
    match formula:
        case Rel():
            return [[(*related(formula, ring), place)]] if _finite(formula) else [[]]
        case And(parts):
            each = [alternatives(part, ring, (*place, k)) for k, part in enumerate(parts)]
            found = [[said for option in chosen for said in option] for chosen in product(*each)]
            if len(found) > MOST_ALTERNATIVES:
                raise Unprovable("too many alternatives")
            return found
        case Or(parts):
            apart = _apart(parts, ring)
            if apart is not None:
                return [[(apart, ">", place)]]
            each = [alternatives(part, ring, (*place, k)) for k, part in enumerate(parts)]
            return [option for options in each for option in options]
    raise Unprovable("an implication that is assumed")


def _finite(relation: Rel) -> bool:
    """Whether a relation between numbers; symbols are finite, so `p < oo` says nothing."""
    ends = [end for end in (relation.left, relation.right) if isinstance(end, Infinity)]
    return not ends and not any(_infinite(end) for end in (relation.left, relation.right))


def _infinite(value: Any) -> bool:
    known = getattr(value, "is_finite", None)
    return callable(known) and not known() and not value.is_nan()


def related(relation: Rel, ring: Ring[T]) -> tuple[T, Comparison]:
    """A relation as `value ▷ 0`: what is larger minus what is smaller."""
    left, right = relation.left, relation.right
    if not _finite(relation):
        raise Unprovable("infinity in a relation")
    match relation.sign:
        case "=" | "!=" | ">=" | ">":
            return ring.sub(left, right), relation.sign
        case "<=":
            return ring.sub(right, left), ">="
        case "<":
            return ring.sub(right, left), ">"
    raise Unprovable(f"the relation {relation.sign}")


def _denied(value: T, sign: Comparison, ring: Ring[T]) -> tuple[T, Comparison]:
    """What holds exactly where a relation does not."""
    match sign:
        case "=":
            return value, "!="
        case "!=":
            return value, "="
        case ">=":
            return ring.neg(value), ">"
        case _:
            return ring.neg(value), ">="


def _apart(parts: Sequence[Formula], ring: Ring[T]) -> T | None:
    """That some of several numbers differ, as a sum of squares that is positive."""
    if not all(isinstance(part, Rel) and part.sign == "!=" for part in parts) or not parts:
        return None
    gaps = [related(part, ring)[0] for part in parts if isinstance(part, Rel)]
    return ring.squares(gaps)


# Sequents


def reduced(atoms: Sequence[Atom], facts: Sequence[Relation], goal: Relation) -> Sequent:
    """The sequent with the facts that share a symbol with the goal, directly or through others."""
    below: dict[int, frozenset[int]] = {}

    def reach(poly: Polynomial) -> frozenset[int]:
        return frozenset().union(*(symbols(k) for k in poly.atoms))

    def symbols(k: int) -> frozenset[int]:
        if k not in below:
            own = frozenset((k,)) if isinstance(atoms[k], Symbol) else frozenset()
            below[k] = own.union(*(reach(part) for part in arguments(atoms[k])))
        return below[k]

    known = list(dict.fromkeys(facts))
    reached = reach(goal.poly)
    kept: set[Relation] = set()
    grown = True
    while grown:
        grown = False
        for fact in known:
            if fact not in kept and (reach(fact.poly) & reached or not reach(fact.poly)):
                kept.add(fact)
                grown = grown or not reach(fact.poly) <= reached
                reached |= reach(fact.poly)
    return renumbered(atoms, [fact for fact in known if fact in kept], goal)


def renumbered(atoms: Sequence[Atom], facts: Sequence[Relation], goal: Relation) -> Sequent:
    """A sequent of the atoms that occur, in the order in which they stand."""
    used: set[int] = set()
    left = [k for relation in (*facts, goal) for k in relation.poly.atoms]
    while left:
        k = left.pop()
        if k not in used:
            used.add(k)
            left.extend(j for part in arguments(atoms[k]) for j in part.atoms)
    places = {k: place for place, k in enumerate(sorted(used))}
    new = tuple(with_arguments(atoms[k], partial(renamed, places=places)) for k in sorted(used))
    return Sequent(
        new,
        tuple(replace(fact, poly=renamed(fact.poly, places)) for fact in facts),
        replace(goal, poly=renamed(goal.poly, places)),
    )


def plain(relation: Relation) -> bool:
    """Whether a goal is an identity between polynomials, or a number that does what it says."""
    value = relation.poly.value
    return value is not None and ((value > 0) - (value < 0)) in ALLOWED[relation.sign]
