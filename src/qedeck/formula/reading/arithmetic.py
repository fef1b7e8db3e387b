"""Sums, products, quotients and powers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from lark import Token, Tree

from qedeck.formula.reading.parser import Syntax, trees
from qedeck.formula.reading.shapes import (
    ShapeError,
    common,
    fit_inner,
    known,
    same,
    shape_of,
    spoken,
)  # fmt: skip
from qedeck.formula.tree import Call, Expr, Negative, Number, Power, Product, Quotient, Sum

if TYPE_CHECKING:
    from qedeck.formula.reading.expressions import Reader


# Sums


def _sum(reader: Reader, syntax: Syntax) -> Expr:
    pieces = _terms(syntax)
    for _, piece in pieces[:-1]:
        _refuse_open_end(reader, piece)
    terms = [Negative(of) if sign == "-" else of for sign, piece in pieces
             for of in [reader.expr(piece)]]  # fmt: skip
    model = next((t for t in terms if shape_of(t) and known(shape_of(t))), terms[0])
    for k, (_, piece) in enumerate(pieces):
        with reader.fitting(piece):
            terms[k] = common(model, terms[k])[1]
    return Sum(tuple(terms))


def _terms(syntax: Syntax) -> list[tuple[str, Syntax]]:
    """The terms of a sum with their signs."""
    if syntax.data in ("plus", "minus"):
        left, right = trees(syntax)
        return [*_terms(left), ("-" if syntax.data == "minus" else "+", right)]
    if syntax.data == "negative":
        return [("-", trees(syntax)[0])]
    return [("+", syntax)]


def _refuse_open_end(reader: Reader, syntax: Syntax) -> None:
    """Refuse `\\lim f + g` and `\\arg\\min_w f + g`, which have two readings."""
    last = syntax
    while last.data == "product_tail":
        last = trees(last)[-1]
    word = str(last.children[0]) if last.children else ""
    if last.data == "limit" or (last.data == "big" and word.startswith("arg")):
        shown = r"\lim" if last.data == "limit" else rf"\arg\{word[3:]}"
        reader.refuse(
            last,
            f"a sum after {shown} has two readings",
            f"write ({shown} f) + g or {shown} (f + g)",
        )


def _negative(reader: Reader, syntax: Syntax) -> Expr:
    return Negative(reader.expr(trees(syntax)[0]))


# Products


def flat(syntax: Syntax) -> list[Syntax | Token]:
    """The factors of a product, and the signs between them."""
    first = syntax.children[0]
    if isinstance(first, Tree) and first.data == "times":
        return [*flat(first), *syntax.children[1:]]
    return list(syntax.children)


def factors_of(syntax: Syntax) -> list[Syntax]:
    """The factors of a product; what is no product is its one factor."""
    if syntax.data != "times":
        return [syntax]
    return [part for part in flat(syntax) if isinstance(part, Tree)]


def _product(reader: Reader, syntax: Syntax) -> Expr:
    factors: list[Expr] = []
    entrywise = False
    for part in flat(syntax):
        if isinstance(part, Token):
            entrywise = _is_entrywise(reader, part, factors)
            continue
        factor = reader.expr(part)
        if entrywise:
            with reader.fitting(part):
                left, right = common(factors.pop(), factor)
            factor, entrywise = Call("hadamard", (left, right)), False
        factors.append(factor)
    factors = fit_inner(factors)
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def _is_entrywise(reader: Reader, sign: Token, factors: list[Expr]) -> bool:
    """Whether a sign between factors is `\\odot`, not `\\cdot`."""
    if sign == r"\times":
        reader.refuse(sign, r"\times is for shapes", r"write \cdot, or nothing")
    if sign != r"\odot":
        return False
    if sum(bool(shape_of(factor)) for factor in factors) > 1:
        reader.refuse(
            sign,
            r"\odot after a product has two readings",
            r"write (A x) \odot y or A (x \odot y)",
        )
    return True


def _slash(reader: Reader, syntax: Syntax) -> Expr:
    above, below = trees(syntax)
    return Quotient(reader.expr(above), reader.scalar(below, "a quotient by"), slash=True)


def _fraction(reader: Reader, syntax: Syntax) -> Expr:
    above, below = (reader.only(group) for group in trees(syntax))
    return Quotient(reader.expr(above), reader.scalar(below, "a quotient by"))


# Powers and marks


def _power(reader: Reader, syntax: Syntax) -> Expr:
    base_syntax, group = trees(syntax)
    if base_syntax.data == "call":
        word = f"\\{base_syntax.children[0]}"
        reader.refuse(
            base_syntax,
            "a power after a function has two readings",
            f"write ({word}(x))^2 or {word}(x^2)",
        )
    exponent = reader.scalar(reader.only(group), "an exponent that is")
    is_e = base_syntax.data == "name" and str(base_syntax.children[0]) == "e"
    if is_e and not reader.symbol_known("e"):
        return Call("exp", (exponent,))
    base = reader.expr(base_syntax)
    shape = shape_of(base)
    if shape and not (len(shape) == 2 and same(*shape)):
        instead = "write it for an entry: x_i^2"
        if len(shape) == 2:
            instead = "use a square matrix, X^+ for a pseudoinverse, or an entry"
        reader.refuse(base_syntax, f"a power of {spoken(shape)}", instead)
    if shape and exponent == Negative(Number(Fraction(1))):
        return Call("inverse", (base,))
    return Power(base, exponent)


def _transpose(reader: Reader, syntax: Syntax) -> Expr:
    of = reader.expr(trees(syntax)[0])
    if not shape_of(of):
        raise ShapeError("the transpose of a scalar", "drop it")
    return Call("transpose", (of,))


def _pseudoinverse(reader: Reader, syntax: Syntax) -> Expr:
    of = reader.expr(trees(syntax)[0])
    if len(shape_of(of)) != 2:
        raise ShapeError(f"the pseudoinverse of {spoken(shape_of(of))}", "use a matrix")
    return Call("pseudoinverse", (of,))


def _factorial(reader: Reader, syntax: Syntax) -> Expr:
    return Call("factorial", (reader.scalar(trees(syntax)[0], "the factorial"),))


READERS: Mapping[str, Callable[[Reader, Syntax], Expr]] = {
    "plus": _sum, "minus": _sum, "negative": _negative, "times": _product,
    "product_tail": _product, "slash": _slash, "fraction": _fraction, "power": _power,
    "transpose": _transpose, "pseudoinverse": _pseudoinverse, "factorial": _factorial,
}  # fmt: skip
