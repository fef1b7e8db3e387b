"""Verified formulas with small numbers in them: what they come to, step by step, exactly."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from qedeck.cards import points
from qedeck.cards.given import definitions, maths, paragraphs
from qedeck.cards.logarithms import Log, Logarithm
from qedeck.cards.points import UNFIT, Small
from qedeck.evidence import forms
from qedeck.evidence.confirmation import BITS
from qedeck.evidence.proof.values import precise
from qedeck.evidence.words import shown
from qedeck.formula.evaluate import Environment, evaluate
from qedeck.formula.printer import latex
from qedeck.formula.scope import Bound
from qedeck.formula.tree import (
    Big,
    Call,
    Define,
    Expr,
    Item,
    Matrix,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Symbol,
    Vector,
)
from qedeck.formula.values import entries, mapped

if TYPE_CHECKING:
    from qedeck.cards.derive import Source

COUNT = 20
"""Instances of a card."""
TRIES = 600
AMONG = 40
"""Instances of which the best are taken."""
IN_VAIN = 120
"""After so many that are none of them none are drawn."""
FEWEST = 5
"""Fewer are no card."""
ALIKE = 2
"""Instances of one answer."""
DULLEST = 1
LONG = 28
"""Longer answers are no small numbers."""
TERMS = 6
"""Longer sums are not written out."""

WORDS: Mapping[str, tuple[str, str]] = {"en": ("For", "compute"), "zh": ("设", "计算")}


ONE = Number(Fraction(1))


@dataclass(frozen=True)
class Question:
    """What is asked for, and the expression that gives it."""

    asked: Expr
    by: Expr


def instances(source: Source) -> tuple[tuple[str, str], ...]:
    """Questions and answers; none where the formula computes nothing, or no small numbers suit it.

    An answer counts only where both sides of the formula come to it.
    """
    bound = source.bound
    question = _question(bound.statement) if bound is not None else None
    if bound is None or question is None:
        return ()
    found: dict[str, _Told] = {}
    for k, small in enumerate(points.points(bound, source.statement.slug, TRIES, logarithms=True)):
        try:
            with precise(BITS):
                made = _Instance(source, bound, question, small, k).told()
        except UNFIT:
            continue
        if made is not None and made.dull <= DULLEST:
            found.setdefault(made.front, made)
        if len(found) == AMONG or (k > IN_VAIN and not found):
            break
    return _best(list(found.values()))


def _best(found: list[_Told]) -> tuple[tuple[str, str], ...]:
    """The instances that show most, of many answers; none where they show too little."""
    times: Counter[str] = Counter()
    best: list[_Told] = []
    for one in sorted(found, key=lambda one: one.dull):
        times[one.answer] += 1
        if times[one.answer] <= ALIKE:
            best.append(one)
    enough = len(times) > 1 and len(best) >= FEWEST
    return tuple((one.front, one.back) for one in best[:COUNT]) if enough else ()


def _question(statement: Node) -> Question | None:
    """Of a definition and of an equation, what its right side comes to."""
    match statement:
        case Define(head, body) if not isinstance(body, Symbol | Item | Number):
            return Question(head, body)
        case Relation((left, right), ("=",)) if not isinstance(right, Symbol | Item | Number):
            return Question(left, right)
        case _:
            return None


@dataclass(frozen=True)
class _Told:
    """A question with numbers in it, and its answer."""

    front: str
    back: str
    answer: str
    dull: int
    """How little it shows."""


class _Instance:
    """A question with numbers in it."""

    def __init__(
        self, source: Source, bound: Bound, question: Question, small: Small, turn: int
    ) -> None:
        self.source = source
        self.bound = bound
        self.small = small
        self.ring = small.point.ring
        free = [*small.point.environment.indices, *_indices(question.asked)]
        high = 1 if self.starts() else 2  # what comes after the first step is not given
        at = {name: 1 + (turn >> k) % high for k, name in enumerate(dict.fromkeys(free))}
        self.environment: Environment[Any] = replace(small.point.environment, indices=at)
        self.question = question

    def told(self) -> _Told | None:
        """Front and back; None where the answer is no small exact number."""
        value = self.value(self.question.by)
        if value is None or not any(_flat(value)):
            return None
        if (
            not isinstance(self.bound.statement, Define)
            and self.value(self.question.asked) != value
        ):
            return None
        result, given = _shown(value), self.given()
        if len(result) > LONG or not given:
            return None
        asked = latex(self.at_indices(self.question.asked))
        lines = [latex(self.at_indices(self.question.by)), *self.steps(), result]
        lines = [one for k, one in enumerate(lines) if k == 0 or one != lines[k - 1]]
        for_, compute = WORDS.get(self.source.statement.lang, WORDS["en"])
        title = html.escape(self.source.statement.title, quote=False)
        front = (
            f'<p class="title">{title}</p>{paragraphs(self.source, self.source.statement.before)}'
            f'{definitions(self.source)}<p class="ask">{for_} \\({self.maths(given)}\\) '
            f"{compute}</p><p>\\[{self.maths(asked)}\\]</p>"
        )
        chain = r" \\ ".join(f"&= {line}" for line in lines)
        derivation = self.maths(f"\\begin{{aligned}} {asked} {chain} \\end{{aligned}}")
        known = "".join(f"<p>\\({self.maths(line)}\\)</p>" for line in self.abbreviations())
        return _Told(front, f"{known}<p>\\[{derivation}\\]</p>", result, self.dull(value))

    def dull(self, value: Any) -> int:
        """How little the numbers show: zeros, arrays of one number, and numbers without which
        the answer would be the same.
        """
        used = forms.reached(self.bound.statement, self.bound.scope) | self.starts()
        names = [name for name in self.small.values if name in used & self.small.free]
        found = points.dull(self.small.values[name] for name in names)
        reached = forms.reached(self.question.by, self.bound.scope)
        for name in names:
            if name in reached and self.small.free >= set(self.small.values):
                found += self.moved(name) == value
        return found

    def moved(self, name: str) -> Any:
        """What the right side comes to where one of the numbers is another."""
        before = self.environment
        old = before.values[name]
        one = self.ring.whole(1)
        new = mapped(lambda entry: self.ring.add(self.ring.mul(entry, entry), one), old)
        self.environment = replace(before, values={**before.values, name: new})
        try:
            return self.value(self.question.by)
        except UNFIT:
            return None
        finally:
            self.environment = before

    def maths(self, text: str) -> str:
        return maths(self.source, text)

    def value(self, node: Expr) -> Any:
        """The value of an expression as fractions; None where it has none for sure."""
        found = evaluate(node, self.environment, self.ring)
        for part in entries(found):
            if points.rational(part) is None and not isinstance(part, Logarithm):
                return None
        return points.shown(found)

    def given(self) -> str:
        """The numbers that the formula uses."""
        used = forms.reached(self.bound.statement, self.bound.scope) | self.starts()
        seen = {
            axis for name in self.small.values for axis in self.bound.scope.declared[name].shape
        }
        sizes = {n: k for n, k in self.small.sizes.items() if n in used and n not in seen}
        values = {name: v for name, v in self.small.values.items() if name in used}
        return ", ".join(f"{name} = {_shown(v)}" for name, v in {**sizes, **values}.items())

    def starts(self) -> set[str]:
        """Where recursions start: `r_0` is reached from `r_{t-1}`, though it is not written."""
        recursive = {name for name, one in self.bound.scope.defined.items() if one.recursive}
        return {f"{name}_0" for name in recursive}

    def abbreviations(self) -> Iterator[str]:
        """What the abbreviations of the box come to."""
        used = forms.reached(self.question.by, self.bound.scope)
        for name in self.bound.own:
            defined = self.bound.scope.defined[name]
            if name in used and not defined.shape and not defined.arguments:
                value = self.value(Symbol(name))
                if value is not None:
                    yield f"{name} = {latex(self.written(defined.body))} = {_shown(value)}"

    def steps(self) -> list[str]:
        """The right side with numbers in it, then with the value of each of its parts."""
        written = self.written(self.at_indices(self.question.by))
        return [latex(written), latex(self.reduced(written))]

    def at_indices(self, node: Expr) -> Expr:
        """With free indices as numbers."""
        found: Expr = _changed(node, self.index)
        return found

    def index(self, node: Node) -> Node | None:
        free = self.environment.indices
        if isinstance(node, Symbol) and node.name in free:
            return Number(Fraction(free[node.name]))
        if isinstance(node, Item):
            at = tuple(_folded(self.at_indices(one)) for one in node.indices)
            return Item(self.at_indices(node.of), at)
        return None

    def written(self, node: Expr) -> Expr:
        """With numbers for symbols, and short sums written out."""
        found: Expr = _changed(node, self.number)
        return found

    def number(self, node: Node) -> Node | None:
        match node:
            case Symbol() | Item(Symbol()):
                value = self.value(node)
                return None if value is None else _tree(value)
            case Big("sum" | "prod", (one,), body, None):
                low, high = self.value(one.low), self.value(one.high)
                if not isinstance(low, Fraction) or not 0 <= high - low < TERMS:
                    return None
                before = self.environment
                parts = []
                for at in range(int(low), int(high) + 1):
                    self.environment = replace(before, indices={**before.indices, one.index: at})
                    parts.append(self.written(body))
                self.environment = before
                if len(parts) == 1:
                    return parts[0]
                return Sum(tuple(parts)) if node.operator == "sum" else Product(tuple(parts))
            case _:
                return None

    def reduced(self, node: Expr) -> Expr:
        """With each part replaced by its value, where that is exact."""
        match node:
            case Sum(terms):
                return Sum(tuple(map(self.part, terms)))
            case Product(factors):
                return Product(tuple(map(self.part, factors)))
            case Quotient(above, below, slash):
                return Quotient(self.part(above), self.part(below), slash)
            case Power(base, exponent):
                return Power(self.part(base), self.part(exponent))
            case Call(function, arguments):
                return Call(function, tuple(map(self.part, arguments)))
            case Negative(of):
                return Negative(self.reduced(of))
            case _:
                return node

    def part(self, node: Expr) -> Expr:
        try:
            value = self.value(node)
        except UNFIT:
            return node
        return node if value is None else _tree(value) or node


def _indices(head: Expr) -> list[str]:
    """Free indices of what is defined: `i` in `x_i`."""
    if not isinstance(head, Item):
        return []
    return [one.name for one in head.indices if isinstance(one, Symbol)]


def _folded(index: Expr) -> Expr:
    """`1 - 1` as 0."""
    match index:
        case Sum(terms):
            parts = [-one.of.value if isinstance(one, Negative) and isinstance(one.of, Number)
                     else one.value if isinstance(one, Number) else None
                     for one in terms]  # fmt: skip
            whole = sum(part for part in parts if part is not None)
            return index if None in parts or whole < 0 else Number(Fraction(whole))
        case _:
            return index


def _shown(value: Any) -> str:
    """A value in LaTeX."""
    if not any(isinstance(part, Log) for part in _flat(value)):
        return shown(value)
    if isinstance(value, list) and isinstance(value[0], list):
        rows = tuple(tuple(_tree(entry) or ONE for entry in row) for row in value)
        return latex(Matrix(rows))
    return latex(_tree(value) or ONE)


def _tree(value: Any) -> Expr | None:
    """Numbers as an expression; None for matrices."""
    if isinstance(value, list):
        if any(isinstance(part, list) for part in value):
            return None
        return Vector(tuple(one for part in value if (one := _tree(part)) is not None))
    if isinstance(value, Log):
        return Call("log", (_tree(value.of) or ONE,))
    size = abs(value)
    whole = Number(Fraction(size.numerator))
    number: Expr = whole
    if size.denominator != 1:
        number = Quotient(whole, Number(Fraction(size.denominator)))
    return Negative(number) if value < 0 else number


def _changed(node: Any, change: Any) -> Any:
    """A tree with some of its parts replaced, outer before inner."""
    if isinstance(node, tuple):
        return tuple(_changed(part, change) for part in node)
    if not isinstance(node, Node):
        return node
    new = change(node)
    if new is not None:
        return new
    parts = {one.name: getattr(node, one.name) for one in fields(node)}  # type: ignore[arg-type]
    changed = {name: _changed(part, change) for name, part in parts.items()}
    return replace(node, **changed) if changed != parts else node  # type: ignore[type-var]


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for part in value:
            yield from _flat(part)
    else:
        yield value
