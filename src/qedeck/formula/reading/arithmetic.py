"""Sums, products, quotients and powers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from lark import Token, Tree

from qedeck.formula.printer import latex
from qedeck.formula.reading.functions import at_place
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
from qedeck.formula.tree import Call, Expr, Item, Negative, Number, Power, Product, Quotient, Sum

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
    """Refuse what has two readings: `\\lim f + g`, `\\frac{d}{dx} f + g`, `\\arg\\min_w f + g`."""
    last = syntax
    while last.data == "product_tail":
        last = trees(last)[-1]
    word = str(last.children[0]) if last.children else ""
    if last.data in ("limit", "operated") or (last.data == "big" and word.startswith("arg")):
        shown = {"limit": r"\lim", "operated": r"\frac{d}{dx}"}.get(
            last.data
        ) or rf"\arg\{word[3:]}"
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
    for part in _with_arguments(reader, flat(syntax)):
        if isinstance(part, Expr):
            factors.append(part)
            continue
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


def _with_arguments(reader: Reader, parts: list[Syntax | Token]) -> Iterator[Syntax | Token | Expr]:
    """The parts of a product; `\\frac{df}{dx}(a)` is one, a function's derivative at a place."""
    skip = False
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        if skip:
            skip = False
            continue
        if not (isinstance(part, Tree) and isinstance(after, Tree)):
            yield part
            continue
        if part.data == "derivative" and _leading_paren(after):
            yield at_place(reader, part, after)
            skip = True
            continue
        _refuse_call(reader, part, after)
        yield part


def _leading_paren(syntax: Syntax) -> bool:
    """Whether a factor begins with a parenthesis."""
    while syntax.data in ("power", "item", "transpose", "pseudoinverse", "factorial", "positive"):
        syntax = trees(syntax)[0]
    return syntax.data == "paren"


def _refuse_call(reader: Reader, part: Syntax, after: Syntax) -> None:
    """Refuse what looks like a function at an argument, and is a product."""
    if part.data == "name" and after.data == "paren":
        items = reader.list_of(after)
        if len(items) == 1 and items[0].data in ("name", "number", "item"):
            name = str(part.children[0])
            if reader.symbol(name) is not None and (name != "e" or reader.symbol_known("e")):
                text = reader.span.text
                start = reader.place(items[0])
                inner = text[start : text.find(")", start)].strip()
                reader.refuse(
                    after,
                    f"{name} is no function here, and ({inner}) looks like its argument",
                    rf"write {name} \cdot {inner} for the product, or define {name}(...)",
                )
    if part.data == "moment" and _round(part) and _leading_paren(after):
        reader.refuse(
            after,
            "a factor after an expectation in round brackets has two readings",
            r"write \mathbb{E}[X] Y or \mathbb{E}[X Y]",
        )


def _round(moment: Syntax) -> bool:
    """Whether an expectation is written with round brackets."""
    body = trees(moment)[-1]
    first = body.children[0] if body.children else None
    return str(moment.children[0]) == "E" and isinstance(first, Token) and first == "("


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
    if base_syntax.data == "moment" and _round(base_syntax):
        reader.refuse(
            base_syntax,
            "a power after an expectation in round brackets has two readings",
            r"write \mathbb{E}[X]^2 or \mathbb{E}[X^2]",
        )
    exponent = reader.scalar(reader.only(group), "an exponent that is")
    is_e = base_syntax.data == "name" and str(base_syntax.children[0]) == "e"
    if is_e and not reader.symbol_known("e"):
        return Call("exp", (exponent,))
    base = reader.expr(base_syntax)
    shape = shape_of(base)
    _refuse_power(reader, base_syntax, base, group)
    if shape and not (len(shape) == 2 and same(*shape)):
        instead = "write it for an entry: x_i^2"
        if len(shape) == 2:
            instead = "use a square matrix, X^+ for a pseudoinverse, or an entry"
        reader.refuse(base_syntax, f"a power of {spoken(shape)}", instead)
    if shape and exponent == Negative(Number(Fraction(1))):
        return Call("inverse", (base,))
    return Power(base, exponent)


def _refuse_power(reader: Reader, syntax: Syntax, base: Expr, group: Syntax) -> None:
    """Refuse powers of a matrix that may be its transpose, or a power of one of its entries."""
    exponent = reader.only(group)
    if shape_of(base) and exponent.data == "name" and str(exponent.children[0]) == "T":
        problem = "^T has two readings where T is declared"
        reader.refuse(group, problem, r"write ^\top for the transpose, or name T otherwise")
    if not isinstance(base, Item) or syntax.data != "item":
        return
    whole = shape_of(base.of)
    first = reader.place(group) < reader.place(trees(syntax)[1])
    inverse = exponent.data == "negative"
    if len(whole) == 2 and same(*whole) and (first or inverse):
        matrix, entry, power = latex(base.of), latex(base), latex(reader.expr(exponent))
        index = ", ".join(map(latex, base.indices))
        inside = rf"\frac{{1}}{{{entry}}}" if power == "-1" else f"({entry})^{{{power}}}"
        reader.refuse(
            group,
            "a power of a matrix with indices has two readings",
            f"write ({matrix}^{{{power}}})_{{{index}}} for an entry of the power, "
            f"{inside} for the power of an entry",
        )


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
