"""Indices that a hypothesis shifts out of their axis: `z_{t + 1}` for t up to the last place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from qedeck.errors import Mistake
from qedeck.formula.printer import latex
from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.scope import Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import (
    Every,
    Expr,
    Integers,
    Item,
    Member,
    Negative,
    Number,
    Relation,
    Statement,
    Sum,
    Symbol,
    walk,
)

Linear = Mapping[str, Fraction]
"""Coefficients by name; that of no name is the constant."""


def outside(scope: Scope, written: Mapping[Statement, Span]) -> Iterator[Mistake]:
    """The hypotheses that ask for entries outside an axis, whatever the sizes."""
    stated = [one.statement for one in scope.assumed if one.statement is not None]
    known = dict(range_ for statement in stated for range_ in _range(statement, scope))
    for statement in stated:
        ranges, inner = known, statement
        if isinstance(statement, Every):
            over, inner = statement.over, statement.statement
            ranges = {**known, over.index: (over.low, over.high)}
        if inner not in written:
            continue
        for item in (part for part in walk(inner) if isinstance(part, Item)):
            said = _reaches(item, ranges)
            if said is not None:
                problem, instead = said
                span = written[inner]
                yield span.mistake(max(span.text.find(latex(item)), 0), problem, instead)
                break


def _range(statement: Statement, scope: Scope) -> Iterator[tuple[str, tuple[Expr, Expr]]]:
    one = Number(Fraction(1))
    match statement:
        case Member(Symbol(name), Integers("upto", high)) if high is not None:
            yield name, (one, high)
        case Relation((low, Symbol(name), high), (("<" | "<=") as left, ("<" | "<=") as right)):
            declared = scope.declared.get(name)
            if declared is not None and declared.kind in ("integer", "index"):
                first = low if left == "<=" else Sum((low, one))
                yield name, (first, high if right == "<=" else Sum((high, Negative(one))))


def _reaches(item: Item, ranges: Mapping[str, tuple[Expr, Expr]]) -> tuple[str, str] | None:
    """What is wrong with an entry's indices, and what to write; None if nothing is for sure."""
    for index, axis in zip(item.indices, shape_of(item.of), strict=False):
        form = _linear(index)
        names = [name for name in form or {} if name in ranges]
        if form is None or len(names) != 1 or form[names[0]] != 1:
            continue
        (name,) = names
        shift = {key: value for key, value in form.items() if key != name}
        length: Linear = {axis: Fraction(1)} if isinstance(axis, str) else {"": Fraction(axis)}
        low, high = map(_linear, ranges[name])
        low_end, high_end = ranges[name]
        if high is not None and _surely_positive(_added(high, shift, length, signs=(1, 1, -1))):
            last = _spelled(_added(length, shift, signs=(1, -1)))
            said = rf"{latex(low_end)} \le {name} \le {last}"
            if low_end == Number(Fraction(1)):
                said = rf"{name} \in [{last}]"
            problem = f"{latex(item)} is outside its axis at {name} = {latex(high_end)}"
            return problem, f"write ${said}$"
        one = {"": Fraction(1)}
        if low is not None and _surely_positive(_added(one, low, shift, signs=(1, -1, -1))):
            first = _spelled(_added(one, shift, signs=(1, -1)))
            problem = f"{latex(item)} is outside its axis at {name} = {latex(low_end)}"
            return problem, rf"write ${first} \le {name} \le {latex(high_end)}$"
    return None


def _linear(expr: Expr) -> dict[str, Fraction] | None:
    match expr:
        case Number(value):
            return {"": value}
        case Symbol(name, ()):
            return {name: Fraction(1)}
        case Negative(of):
            inner = _linear(of)
            return None if inner is None else {name: -value for name, value in inner.items()}
        case Sum(terms):
            forms = [_linear(term) for term in terms]
            whole = [form for form in forms if form is not None]
            return _added(*whole, signs=(1,) * len(whole)) if len(whole) == len(forms) else None
        case _:
            return None


def _added(*forms: Linear, signs: tuple[int, ...]) -> dict[str, Fraction]:
    total: dict[str, Fraction] = {}
    for form, sign in zip(forms, signs, strict=True):
        for name, value in form.items():
            total[name] = total.get(name, Fraction(0)) + sign * value
    return {name: value for name, value in total.items() if value}


def _surely_positive(form: Linear) -> bool:
    return set(form) == {""} and form[""] > 0


def _spelled(form: Linear) -> str:
    terms: list[Expr] = []
    for name, value in sorted(form.items(), key=lambda pair: pair[0] == ""):
        of: Expr = Number(abs(value)) if not name else Symbol(name)
        terms.append(Negative(of) if value < 0 else of)
    return latex(Sum(tuple(terms)) if len(terms) > 1 else terms[0])
