"""Random well-typed trees of every kind that a formula can be read as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from qedeck.formula.tree import (
    Apply,
    Basis,
    Big,
    Both,
    Call,
    Constant,
    Constants,
    Derivation,
    Derivative,
    Expr,
    Gradient,
    Hull,
    Identity,
    Iff,
    Implies,
    Integers,
    Integral,
    Interval,
    Item,
    Limit,
    Listing,
    Matrix,
    Member,
    Moment,
    Negative,
    Number,
    Optima,
    Optimum,
    Pattern,
    Permutations,
    Power,
    Product,
    Quotient,
    Range,
    Region,
    Relation,
    Restricted,
    Space,
    Statement,
    Subdifferential,
    Sum,
    Symbol,
    Truth,
    Vector,
)

HYPOTHESES = (
    r"Let $x, y \in \mathbb{R}^n$, $A, B \in \mathbb{R}^{n \times n}$, $a, b, c, \mu_B \in "
    r"\mathbb{R}$, $p > 0$, $\sigma^2_k := x_k^2$, $\mathbb{E}[|X|^8] < \infty$, "
    r"$J, \Omega : \mathbb{R}^n \to \mathbb{R}$ and $g : \mathbb{R} \to \mathbb{R}$. Then"
)
"""Declares every symbol of the trees."""

ONE, N = Number(Fraction(1)), Symbol("n")
ORDERS = (ONE, Number(Fraction(2)), Symbol("p"), Constant("infinity"))
Draw = Callable[[Any], Any]


class Grower:
    """Draws trees of at most a depth; `bound` are indices of operators around them."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def index(self, bound: tuple[str, ...]) -> Expr:
        return self.pick(ONE, Number(Fraction(2)), *map(Symbol, bound))

    # Scalars

    def scalar(self, depth: int, bound: tuple[str, ...] = ()) -> Expr:
        if depth == 0:
            return self.leaf(bound)
        grown = self.pick(
            self.sums, self.products, self.quotient, self.power, self.function, self.item,
            self.matrix_function, self.operator, self.calculus, self.moment, self.applied,
        )  # fmt: skip
        made: Expr = grown(bound, depth - 1)
        return made

    def leaf(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        del depth
        digits = Number(Fraction(self.pick(0, 1, 2, 12, "1/2", "5/4")))
        names = [Symbol(name) for name in ("a", "b", "c", "p", "n", r"\mu_B")]
        return self.pick(digits, Constant("pi"), *names, *map(Symbol, bound))

    def sums(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        return self.added(lambda: self.scalar(depth, bound))

    def added(self, term: Callable[[], Expr]) -> Expr:
        terms = [term() for _ in range(self.pick(2, 3))]
        if self.pick(True, False):
            return Negative(term())
        terms[1:] = [Negative(t) if self.pick(True, False) else t for t in terms[1:]]
        return Sum(tuple(terms))

    def products(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        if self.pick(True, False):
            left, right = self.vector(depth, bound), self.vector(depth, bound)
            return Product((Call("transpose", (left,)), right))
        return Product(tuple(self.scalar(depth, bound) for _ in range(self.pick(2, 3))))

    def quotient(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        slash = self.pick(True, False)
        return Quotient(self.scalar(depth, bound), self.scalar(depth, bound), slash)

    def power(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        return Power(self.scalar(depth, bound), self.scalar(depth, bound))

    def function(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        name = self.pick(
            "abs", "exp", "log", "sin", "cos", "tan", "tanh", "sgn", "positive", "factorial",
            "gamma", "sqrt", "root", "max", "min", "binomial",
        )  # fmt: skip
        first = self.scalar(depth, bound)
        if name == "root":
            return Call("sqrt", (first, self.scalar(0, bound)))
        if name in ("max", "min", "binomial"):
            return Call(name, (first, self.scalar(depth, bound)))
        return Call(name, (first,))

    def matrix_function(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        name = self.pick("norm", "frobenius", "inner", "trace", "det", "rank")
        if name == "norm":
            return Call(name, (self.vector(depth, bound), self.pick(*ORDERS)))
        if name == "inner":
            return Call(name, (self.vector(depth, bound), self.vector(depth, bound)))
        return Call(name, (self.matrix(depth, bound),))

    def item(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        i, j = self.index(bound), self.index(bound)
        family = Item(Symbol(r"\sigma^2", ("n",)), (i,))
        vector, matrix = self.vector(depth, bound), self.matrix(depth, bound)
        return self.pick(family, Item(vector, (i,)), Item(matrix, (i, j)))

    def applied(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        if self.pick(True, False):
            return Apply("g", (self.scalar(depth, bound),), order=self.pick(0, 1, 2))
        return Apply(self.pick("J", r"\Omega"), (self.vector(depth, bound),))

    def operator(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        name = self.pick(*({"k", "l"} - set(bound) or {"j"}))
        kind = self.pick("written", "axis", "condition", "optimum", "truth", "argmax")
        if kind == "truth":
            return Truth(self.relation(depth, bound))
        if kind == "optimum":
            return self.optimum(("min", "max"), (), depth, bound)
        inner = (*bound, name)
        entry = Item(self.vector(0, bound), (Symbol(name),))
        body = Product((entry, self.scalar(depth, inner)))
        if kind == "argmax":
            return Big("argmax", (Range(name, ONE, N, written=False),), body)
        operator = self.pick("sum", "prod", "max", "min")
        if kind == "written":
            low, high = self.pick(ONE, Number(Fraction(0))), self.pick(N, Number(Fraction(3)))
            return Big(operator, (Range(name, low, high),), self.scalar(depth, inner))
        where = None
        if kind == "condition":
            where = Relation((Symbol(name), self.leaf(bound)), (self.pick("<", "!=", "<="),))
        return Big(operator, (Range(name, ONE, N, written=False),), body, where)

    def optimum(
        self, names: tuple[str, ...], shape: tuple[str, ...], depth: int, bound: tuple[str, ...]
    ) -> Optimum:
        w = Symbol("w", shape)
        size = Call("norm", (w, ONE)) if shape else Call("abs", (w,))
        body = Sum((Product((Symbol("a"), size)), self.scalar(depth, bound)))
        where = Relation((size, Symbol("c")), ("<=",)) if self.pick(True, False) else None
        return Optimum(self.pick(*names), w, body, where)

    def calculus(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        body = self.scalar(depth, bound)
        entry = Item(Symbol("x", ("n",)), (self.index(bound),))
        made = self.pick("partial", "entry", "total", "limit", "integral")
        if made == "limit":
            side = self.pick(0, 1, -1)
            target = Number(Fraction(0)) if side else self.pick(Constant("infinity"), Symbol("b"))
            return Limit("p", target, body, side)
        if made == "integral":
            inner = Product((Symbol("t"), body))
            return Integral("t", Number(Fraction(0)), self.scalar(0, bound), inner)
        by = entry if made == "entry" else Symbol("p")
        return Derivative(body, by, partial=made != "total")

    def moment(self, bound: tuple[str, ...], depth: int = 0) -> Expr:
        variable = Product((Symbol("X"), self.scalar(depth, bound)))
        over = self.pick((), ("X",))
        name = self.pick("E", "Var", "Cov", "P")
        if name == "P":
            event = Relation((variable, self.scalar(depth, bound)), (self.pick("<=", ">"),))
            return Moment("P", (event,), over)
        arguments = (variable, Symbol("X")) if name == "Cov" else (variable,)
        return Moment(name, arguments, over)

    # Vectors and matrices

    def vector(self, depth: int, bound: tuple[str, ...] = ()) -> Expr:
        plain = self.pick(Symbol("x", ("n",)), Symbol("y", ("n",)))
        if depth == 0:
            return plain
        kind = self.pick("sum", "scaled", "matrix", "hadamard", "gradient", "fraction", "big",
                         "mean", "open", "row")  # fmt: skip
        inner = self.vector(depth - 1, bound)
        if kind == "sum":
            return self.added(lambda: self.vector(depth - 1, bound))
        if kind == "open":
            index = self.index(bound)
            other = self.pick(Constants(Fraction(1), ("n",)), Basis(index, "n"))
            return Sum((plain, other))
        if kind == "scaled":
            return Product((self.scalar(depth - 1, bound), inner))
        if kind == "matrix":
            return Product((self.matrix(depth - 1, bound), inner))
        if kind == "hadamard":
            return Call("hadamard", (inner, self.vector(depth - 1, bound)))
        if kind == "gradient":
            return Gradient(self.scalar(depth - 1, bound), plain)
        if kind == "big":
            return Big("sum", (Range("k", ONE, N),), Product((Symbol("k"), inner)))
        if kind == "mean":
            return Moment("E", (Product((Symbol("X"), inner)),))
        if kind == "row":
            return Item(self.matrix(depth - 1, bound), (self.index(bound),))
        return Quotient(inner, self.scalar(depth - 1, bound))

    def matrix(self, depth: int, bound: tuple[str, ...] = ()) -> Expr:
        plain = self.pick(Symbol("A", ("n", "n")), Symbol("B", ("n", "n")))
        if depth == 0:
            return plain
        inner = self.matrix(depth - 1, bound)
        kind = self.pick("sum", "scaled", "product", "marked", "identity", "outer", "power", "diag",
                         "entrywise")  # fmt: skip
        if kind == "sum":
            return self.added(lambda: self.matrix(depth - 1, bound))
        if kind == "scaled":
            return Product((self.scalar(depth - 1, bound), inner))
        if kind == "product":
            return Product((inner, self.matrix(depth - 1, bound)))
        if kind == "marked":
            return Call(self.pick("transpose", "inverse", "pseudoinverse"), (inner,))
        if kind == "identity":
            return Sum((inner, Identity("n")))
        if kind == "outer":
            left, right = self.vector(depth - 1, bound), self.vector(depth - 1, bound)
            return Product((left, Call("transpose", (right,))))
        if kind == "power":
            return Power(inner, Number(Fraction(2)))
        if kind == "diag":
            return Call("diag", (self.vector(depth - 1, bound),))
        return Call("hadamard", (inner, self.matrix(depth - 1, bound)))

    # Statements

    def relation(self, depth: int, bound: tuple[str, ...] = ()) -> Relation:
        kind = self.pick("scalar", "scalar", "vector", "matrix")
        if kind == "scalar":
            count = self.pick(2, 3)
            terms = tuple(self.scalar(depth, bound) for _ in range(count))
            signs = tuple(self.pick("=", "!=", "<", "<=", ">", ">=") for _ in terms[1:])
            return Relation(terms, signs)
        if kind == "vector":
            number = self.pick("1/2", 1)
            zero = Constants(Fraction(0), ("n",))
            written = Pattern((ONE,), Number(Fraction(0)), Number(Fraction(0)), (), "n")
            entries = Item(Symbol("x", ("n",)), (ONE,)), Item(Symbol("x", ("n",)), (N,))
            running = Pattern((), *entries, (), "n")
            other = self.pick(self.vector(depth, bound), zero, written, running)
            if number == 1:
                return Relation((self.vector(depth, bound), other), (self.pick("=", "!="),))
            return Relation((Vector((ONE, Symbol("a"))), Vector((Symbol("b"), ONE))), ("=",))
        if self.pick(True, False):
            rows = Matrix(((ONE, Symbol("a")), (self.scalar(0, bound), ONE)))
            return Relation((rows, replace(rows, rows=rows.rows[::-1])), ("=",))
        other = self.pick(
            self.matrix(depth, bound), Constants(Fraction(0), ("n", "n")), Identity("n")
        )
        return Relation((self.matrix(depth, bound), other), (self.pick("=", ">>", ">>="),))

    def region(self, depth: int) -> Member:
        scalar, vector = self.scalar(depth), self.vector(depth)
        low, high = self.scalar(0), self.scalar(0)
        sides = self.pick(True, False), self.pick(True, False)
        numbers: list[Region] = [
            Space(()), Space((), "positive"), Integers("N"), Integers("Z"),
            Integers("upto", high), Interval(low, high, *sides), Listing((low, high)),
            Optima(self.optimum(("argmin", "argmax"), (), 0, ())),
        ]  # fmt: skip
        vectors: list[Region] = [
            Space(("n",)), Space(("n",), "nonnegative"), Hull((vector, Symbol("x", ("n",)))),
            Subdifferential(Apply("J", (vector,))),
            Optima(self.optimum(("argmin", "argmax"), ("n",), 0, ())),
        ]  # fmt: skip
        return self.pick(
            Member(scalar, self.pick(*numbers)), Member(vector, self.pick(*vectors)),
            Member(self.matrix(depth), self.pick(Space(("n", "n")), Permutations("n"))),
        )  # fmt: skip

    def simple(self, depth: int) -> Statement:
        return self.pick(self.relation, self.region)(depth)

    def statement(self, depth: int) -> Statement:
        kind = self.pick("simple", "simple", "implies", "iff", "both", "where", "rows", "place")
        one, other = self.simple(depth), self.simple(depth)
        if kind == "implies":
            return Implies(one, Both((other, self.relation(0))))
        if kind == "iff":
            return Iff(one, other)
        if kind == "both":
            return Both((one, other))
        if kind == "where":
            return Restricted(one, self.pick(self.relation(0), Both((self.relation(0),) * 2)))
        if kind == "rows":
            rows = (self.relation(depth), Restricted(self.relation(depth), self.relation(0)), other)
            return Derivation(rows)
        if kind == "place":
            place = self.optimum(("argmin", "argmax"), ("n",), depth, ())
            return Relation((Symbol("x", ("n",)), place), ("=",))
        return one


@st.composite
def statements(draw: Draw, depth: int = 3) -> Statement:
    """Well-typed statements over the symbols of `HYPOTHESES`."""
    return Grower(draw).statement(draw(st.integers(0, depth)))
