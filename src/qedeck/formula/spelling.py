"""How an expression is spelled in LaTeX: the least parentheses, or all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from qedeck.formula.tree import (
    Apply,
    At,
    Basis,
    Big,
    Call,
    Constant,
    Constants,
    Derivative,
    Expr,
    Gradient,
    Identity,
    Integral,
    Item,
    Limit,
    Matrix,
    Moment,
    Negative,
    Node,
    Number,
    Optimum,
    Pattern,
    Power,
    Product,
    Quotient,
    Range,
    Statement,
    Sum,
    Symbol,
    Truth,
    Vector,
)

_FRACTION = re.compile(r"\\frac\{[0-9]+\}\{[0-9]+\}")

_LEADING_D = re.compile(r"^d (?=[A-Za-z(\[]|\\(?!cdot|odot))")

SUM, TERM, TAIL, PRODUCT, POWER, PRIMARY, ATOM = range(7)
"""How tightly a spelling holds together: a PRIMARY takes a power, an ATOM also a subscript.

A TAIL is a product that swallows all factors after it; a TERM is a slash quotient.
"""

BAR, END_BAR, NORM, END_NORM = "\x01", "\x02", "\x03", "\x04"
"""Bars until it is known which of them are nested."""

NAMES = {"pi": r"\pi", "e": "e", "infinity": r"\infty", "i": r"\mathrm{i}"}
FUNCTIONS = {
    **{name: "\\" + name for name in ("exp", "log", "sin", "cos", "tan", "tanh", "max", "min")},
    "det": r"\det",
    "gamma": r"\Gamma",
    "trace": r"\operatorname{tr}",
    **{name: rf"\operatorname{{{name}}}" for name in ("sgn", "diag", "rank")},
}
SCRIPTS = {"transpose": r"^\top", "pseudoinverse": "^+", "inverse": "^{-1}"}
OPERATORS = {
    "sum": r"\sum",
    "prod": r"\prod",
    "max": r"\max",
    "min": r"\min",
    "argmax": r"\arg\max",
    "argmin": r"\arg\min",
}

LABELLED = re.compile(r"([^_^]+)_(\w|\\[A-Za-z]+|\{[^{}]*\}|\{\\text\{[^{}]*\}\})")
"""A name with one label, which takes indices behind a comma."""

Spelled = tuple[str, int]


def fraction(value: Fraction) -> str:
    r"""A rational number as a person writes it: `-\frac{1}{2}`, `3`."""
    sign, size = ("-" if value < 0 else ""), abs(value)
    if size.denominator == 1:
        return f"{sign}{size.numerator}"
    return rf"{sign}\frac{{{size.numerator}}}{{{size.denominator}}}"


def decimal(value: Fraction) -> str | None:
    """The digits of a non-negative number that ends, as the reader reads a number back."""
    if value.denominator == 1:
        return str(value.numerator)
    for places in range(1, 19):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(scaled.numerator).rjust(places + 1, "0")
            return f"{digits[:-places]}.{digits[-places:]}"
    return None


def barred(text: str) -> str:
    """The text with its bars: plain where they stand alone, else with their sides written."""
    plain = {BAR: "|", END_BAR: "|", NORM: r"\|", END_NORM: r"\|"}
    sided = {BAR: r"\lvert ", END_BAR: r" \rvert", NORM: r"\lVert ", END_NORM: r" \rVert"}
    beside = re.search(rf"{END_BAR}\s*{BAR}", text) is not None
    result, depth = [], 0
    for place, mark in enumerate(text):
        if mark in (BAR, NORM):
            close = _closing(text, place)
            if depth == 0:
                inner = text[place + 1 : close]
                alone = not any(bar in inner for bar in plain) and not (mark == BAR and beside)
                style = plain if alone else sided
            depth += 1
        if mark in plain:
            result.append(style[mark])
            depth -= mark in (END_BAR, END_NORM)
        else:
            result.append(mark)
    return "".join(result)


def _closing(text: str, place: int) -> int:
    depth = 0
    for at in range(place, len(text)):
        depth += (text[at] in (BAR, NORM)) - (text[at] in (END_BAR, END_NORM))
        if depth == 0:
            return at
    raise ValueError("a bar is not closed")


class Speller:
    """Spells trees; `full` writes every product, scope, bound and size."""

    def __init__(self, full: bool, statement: Callable[[Speller, Statement], str]) -> None:
        self.full = full
        self.statement: Callable[[Statement], str] = lambda node: statement(self, node)

    def text(self, node: Node) -> str:
        """The spelling of an expression where any may stand."""
        return self.spell(node)[0]

    def at(self, node: Node, level: int) -> str:
        """The spelling where only what holds this tightly may stand."""
        text, own = self.spell(node)
        return text if own >= level else f"({text})"

    def spell(self, node: Any) -> Spelled:
        """The spelling of an expression and how tightly it holds together."""
        spelled: Spelled = getattr(self, "_" + type(node).__name__.lower())(node)
        return spelled

    def script(self, mark: str, text: str) -> str:
        """A subscript or superscript."""
        short = len(text) == 1 or text == r"\infty"
        return f"{mark}{text}" if short else f"{mark}{{{text}}}"

    def base(self, node: Expr) -> str:
        """The base of a power."""
        starred = node.of if isinstance(node, Item) else node
        if isinstance(starred, Symbol) and "^" in starred.name:
            return f"({self.text(node)})"
        return self.at(node, PRIMARY)

    # Leaves

    def _number(self, node: Number) -> Spelled:
        if node.value < 0:
            return "-" + self._number(Number(-node.value))[0], SUM
        digits = decimal(node.value)
        return (digits, ATOM) if digits is not None else (fraction(node.value), POWER)

    def _constant(self, node: Constant) -> Spelled:
        return NAMES[node.name], ATOM

    def _symbol(self, node: Symbol) -> Spelled:
        # A name with a label cannot take a second subscript.
        return node.name, PRIMARY if "_" in node.name else ATOM

    def _identity(self, node: Identity) -> Spelled:
        return (self._sized("I", (node.size,)), PRIMARY) if self.full else ("I", ATOM)

    def _constants(self, node: Constants) -> Spelled:
        text = r"\mathbf{1}" if node.value == 1 else self.text(Number(node.value))
        level = SUM if node.value < 0 else PRIMARY
        if not self.full or not node.shape or level == SUM:
            return text, level
        return self._sized(text, node.shape), PRIMARY

    def _sized(self, text: str, shape: tuple[Any, ...]) -> str:
        return text + self.script("_", r" \times ".join(map(str, shape)))

    def _basis(self, node: Basis) -> Spelled:
        return r"\mathbf{e}" + self.script("_", self.text(node.index)), PRIMARY

    # Arithmetic

    def _sum(self, node: Sum) -> Spelled:
        pieces = []
        for k, term in enumerate(node.terms):
            minus = isinstance(term, Negative)
            inner = term.of if isinstance(term, Negative) else term
            text = self.at(inner, POWER if self.full else TERM)
            if k < len(node.terms) - 1 and not self.full and _open_ended(inner):
                text = f"({self.text(inner)})"
            sign = ("-" if minus else "") if k == 0 else (" - " if minus else " + ")
            pieces.append(sign + text)
        return "".join(pieces), SUM

    def _negative(self, node: Negative) -> Spelled:
        return "-" + self.at(node.of, POWER if self.full else TERM), SUM

    def _product(self, node: Product) -> Spelled:
        *first, last = node.factors
        texts = [self.at(factor, POWER) for factor in first]
        tail = not self.full and not isinstance(last, Product) and self.spell(last)[1] == TAIL
        texts.append(self.text(last) if tail else self.at(last, POWER))
        joined = texts[0]
        for before, text in zip(node.factors, texts[1:], strict=False):
            number = text[0].isdigit() or (joined[-1].isdigit() and _FRACTION.match(text))
            argument = isinstance(before, Derivative) and text.startswith("(")
            joined += (r" \cdot " if self.full or number or argument else " ") + text
        return joined, TAIL if tail else PRODUCT

    def _quotient(self, node: Quotient) -> Spelled:
        if node.slash:
            return f"{self.at(node.above, POWER)} / {self.at(node.below, POWER)}", TERM
        above, below = self.text(node.above), self.text(node.below)
        if below.startswith("d "):  # else a derivative would be read, or refused
            above, below = (_LEADING_D.sub(r"d \\cdot ", text) for text in (above, below))
        return rf"\frac{{{above}}}{{{below}}}", POWER

    def _power(self, node: Power) -> Spelled:
        return self.base(node.base) + self.script("^", self.text(node.exponent)), POWER

    def _call(self, node: Call) -> Spelled:
        name, arguments = node.function, node.arguments
        first = arguments[0]
        if name in SCRIPTS:
            return self.base(first) + SCRIPTS[name], POWER
        if name in ("norm", "frobenius"):
            order = "F" if name == "frobenius" else self._order(arguments)
            return f"{NORM}{self.text(first)}{END_NORM}{self.script('_', order)}", PRIMARY
        if name == "abs":
            return f"{BAR}{self.text(first)}{END_BAR}", PRIMARY
        if name == "sqrt":
            order = f"[{self.text(arguments[1])}]" if len(arguments) > 1 else ""
            return rf"\sqrt{order}{{{self.text(first)}}}", PRIMARY
        if name == "inner":
            return rf"\langle {self.text(first)}, {self.text(arguments[1])} \rangle", PRIMARY
        if name == "hadamard":
            left = first if isinstance(first, Call) and first.function == name else None
            start = self.text(left) if left and not self.full else self.at(first, POWER)
            return rf"{start} \odot {self.at(arguments[1], POWER)}", PRODUCT
        if name == "positive":
            return f"({self.text(first)})_+", PRIMARY
        if name == "factorial":
            return self.base(first) + "!", POWER
        if name == "binomial":
            return rf"\binom{{{self.text(first)}}}{{{self.text(arguments[1])}}}", POWER
        if name == "diag" and isinstance(first, (Vector, Pattern)):
            return FUNCTIONS[name] + self.text(first), POWER
        return f"{FUNCTIONS[name]}({', '.join(map(self.text, arguments))})", POWER

    def _order(self, arguments: tuple[Expr, ...]) -> str:
        return self.text(arguments[1]) if len(arguments) > 1 else "2"

    def _truth(self, node: Truth) -> Spelled:
        return f"[{self.statement(node.statement)}]", PRIMARY

    def _apply(self, node: Apply) -> Spelled:
        name = node.function + "'" * node.order
        if node.parameters:
            name += self.script("_", ", ".join(map(self.text, node.parameters)))
        return f"{name}({', '.join(map(self.text, node.arguments))})", ATOM

    # Entries

    def _item(self, node: Item) -> Spelled:
        indices = self._indices(node)
        if isinstance(node.of, Symbol):
            label = LABELLED.fullmatch(node.of.name)
            if label:
                head = label.group(2)
                head = head[1:-1] if head.startswith("{") else head
                return f"{label.group(1)}_{{{head}, {indices}}}", PRIMARY
        return self.at(node.of, ATOM) + self.script("_", indices), PRIMARY

    def _indices(self, node: Item) -> str:
        texts = [self.text(index) for index in node.indices]
        if len(texts) > 1:
            letters = all(len(text) == 1 and text.isalpha() for text in texts)
            return "".join(texts) if letters and not self.full else ", ".join(texts)
        (index,) = node.indices
        vector = isinstance(node.of, Symbol) and len(node.of.shape) == 1
        return f"({texts[0]})" if isinstance(index, Product) and not vector else texts[0]

    def _vector(self, node: Vector) -> Spelled:
        return f"({', '.join(map(self.text, node.entries))})", ATOM

    def _pattern(self, node: Pattern) -> Spelled:
        head = [self.text(entry) for entry in (*node.head, node.first)]
        tail = [self.text(entry) for entry in (node.last, *node.tail)]
        return f"({', '.join([*head, chr(92) + 'dots', *tail])})", ATOM

    def _matrix(self, node: Matrix) -> Spelled:
        rows = r" \\ ".join(" & ".join(map(self.text, row)) for row in node.rows)
        return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}", PRIMARY

    # Operators that bind

    def _body(self, node: Expr) -> str:
        return f"({self.text(node)})" if self.full else self.at(node, TAIL)

    def bound_body(self, node: Expr, *names: str) -> str:
        """The body of an operator that takes no bare factor without what it binds."""
        behind = isinstance(node, Product) and node.factors[-1].names.isdisjoint(names)
        return f"({self.text(node)})" if behind else self._body(node)

    def _big(self, node: Big) -> Spelled:
        names = [bound.index for bound in node.ranges]
        plain = node.operator == "sum"
        body = self._body(node.body) if plain else self.bound_body(node.body, *names)
        return f"{self._bounds(node)} {body}", TAIL

    def _bounds(self, node: Big) -> str:
        sign, ranges = OPERATORS[node.operator], node.ranges
        place = node.operator.startswith("arg")
        if self.full:
            return self._all_bounds(node, sign)
        if not all(bound.written for bound in ranges):
            names = ", ".join(bound.index for bound in ranges)
            below = names if node.condition is None else self.statement(node.condition)
            return f"{sign}_{{{below}}}"
        if node.condition is not None or place:
            below = self._upto(ranges)
            if node.condition is not None:
                below += f" : {self.statement(node.condition)}"
            return f"{sign}_{{{below}}}"
        return " ".join(sign + self._from_to(bound) for bound in ranges)

    def _all_bounds(self, node: Big, sign: str) -> str:
        if node.condition is None and not node.operator.startswith("arg"):
            return " ".join(sign + self._from_to(bound) for bound in node.ranges)
        below = self._upto(node.ranges)
        if node.condition is not None:
            below += f" : {self.statement(node.condition)}"
        return f"{sign}_{{{below}}}"

    def _from_to(self, bound: Range) -> str:
        above = self.script("^", self.text(bound.high))
        return f"_{{{bound.index}={self.text(bound.low)}}}{above}"

    def _upto(self, ranges: tuple[Range, ...]) -> str:
        parts = []
        for bound in ranges:
            if bound.low == Number(Fraction(1)):
                parts.append(rf"{bound.index} \in [{self.text(bound.high)}]")
            else:
                low, high = self.text(bound.low), self.text(bound.high)
                parts.append(rf"{low} \le {bound.index} \le {high}")
        return ", ".join(parts)

    def _optimum(self, node: Optimum) -> Spelled:
        space = r"\mathbb{R}"
        if node.variable.shape:
            space += self.script("^", r" \times ".join(map(str, node.variable.shape)))
        below = rf"{node.variable.name} \in {space}"
        if node.constraint is not None:
            below += f" : {self.conditions(node.constraint)}"
        body = self.bound_body(node.body, node.variable.name)
        return f"{OPERATORS[node.operator]}_{{{below}}} {body}", TAIL

    def conditions(self, statement: Statement) -> str:
        """Side conditions, separated by commas."""
        from qedeck.formula.tree import Both

        parts = statement.parts if isinstance(statement, Both) else (statement,)
        return ", ".join(map(self.statement, parts))

    def _integral(self, node: Integral) -> Spelled:
        low, high = self.text(node.low), self.text(node.high)
        bounds = self.script("_", low) + self.script("^", high)
        return rf"\int{bounds} {self._inner(node.body)} \, d{node.variable}", POWER

    def _inner(self, node: Expr) -> str:
        return f"({self.text(node)})" if self.full else self.text(node)

    def _moment(self, node: Moment) -> Spelled:
        over = self.script("_", ", ".join(node.over)) if node.over else ""
        if node.operator == "P":
            (event,) = node.arguments
            assert isinstance(event, Statement)
            return rf"\mathbb{{P}}{over}({self.statement(event)})", PRIMARY
        inner = ", ".join(map(self.text, node.arguments))
        if node.operator == "E":
            return rf"\mathbb{{E}}{over}[{inner}]", PRIMARY
        return rf"\operatorname{{{node.operator}}}{over}({inner})", PRIMARY

    def _derivative(self, node: Derivative) -> Spelled:
        # A plain d may be declared where this is read back.
        mark = r"\partial" if node.partial else r"\mathrm{d}"
        below = self._differential(mark, node.variable)
        times = ""
        if node.order > 1:
            times = self.script("^", str(node.order))
            below += times
        body, level = self.spell(node.body)
        space = " " if node.partial or times else ""
        if node.partial or isinstance(node.body, (Symbol, Item, Apply)):
            if level < (POWER if self.full else PRODUCT):
                body = f"({body})"
            return rf"\frac{{{mark}{times}{space}{body}}}{{{below}}}", POWER
        one = level >= POWER or (level == TAIL and not isinstance(node.body, Product))
        if self.full or not one:
            body = f"({body})"
        return rf"\frac{{{mark}{times}}}{{{below}}} {body}", TAIL

    def _differential(self, mark: str, variable: Expr) -> str:
        return mark + (" " if mark == r"\partial" else "") + self.text(variable)

    def _at(self, node: At) -> Spelled:
        where = rf"{self.text(node.variable)} = {self.text(node.point)}"
        return rf"\left. {self._inner(node.body)} \right|_{{{where}}}", PRIMARY

    def _gradient(self, node: Gradient) -> Spelled:
        below = self.script("_", self.text(node.variable))
        body = f"({self.text(node.body)})" if self.full else self.at(node.body, POWER)
        return rf"\nabla{below} {body}", TAIL

    def _limit(self, node: Limit) -> Spelled:
        side = {1: "^+", -1: "^-", 0: ""}[node.side]
        below = rf"{node.variable} \to {self.text(node.target)}{side}"
        return rf"\lim_{{{below}}} {self._body(node.body)}", TAIL


def _open_ended(node: Expr) -> bool:
    """Whether a term ends in an operator after which a sum would have two readings."""
    if isinstance(node, Product):
        return _open_ended(node.factors[-1])
    if isinstance(node, Derivative):
        return not node.partial and not isinstance(node.body, (Symbol, Item, Apply))
    if isinstance(node, (Limit, Optimum)):
        return True
    if isinstance(node, Big):
        place = isinstance(node, Big) and node.operator.startswith("arg")
        return place or _open_ended(node.body)
    return False
