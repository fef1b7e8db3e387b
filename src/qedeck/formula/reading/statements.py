"""Statements, sets and definitions, read from syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lark import Token, Tree

from qedeck.formula.reading.arithmetic import factors_of, flat
from qedeck.formula.reading.parser import Syntax
from qedeck.formula.reading.parser import trees as trees
from qedeck.formula.reading.shapes import ShapeError, common, fit, known, shape_of, spoken
from qedeck.formula.tree import (
    Apply,
    Both,
    Derivation,
    Dimension,
    Expr,
    Hull,
    Iff,
    Implies,
    Integers,
    Interval,
    Listing,
    Member,
    Optima,
    Optimum,
    Permutations,
    Region,
    Relation,
    Restricted,
    Shape,
    Space,
    Statement,
    Subdifferential,
)  # fmt: skip

if TYPE_CHECKING:
    from qedeck.formula.reading.expressions import Reader


def read_statement(reader: Reader, syntax: Syntax) -> Statement:
    """Read a statement of any kind but a definition."""
    parts = trees(syntax)
    match syntax.data:
        case "display" | "hypothesis" | "conditions" if len(parts) == 1:
            return read_statement(reader, parts[0])
        case "conditions" | "both":
            return Both(tuple(read_statement(reader, part) for part in parts))
        case "chain":
            return read_chain(reader, syntax)
        case "member":
            return read_member(reader, syntax)
        case "implies":
            return Implies(read_statement(reader, parts[0]), read_statement(reader, parts[1]))
        case "iff":
            return Iff(read_statement(reader, parts[0]), read_statement(reader, parts[1]))
        case "restricted":
            return Restricted(read_statement(reader, parts[0]), read_statement(reader, parts[1]))
        case "aligned":
            return read_derivation(reader, syntax)
        case "event":
            return relation(reader, syntax, parts)
        case "definition":
            token = next(c for c in syntax.children if isinstance(c, Token))
            reader.refuse(token, ":= in a claim", "write = in a claim, or make it a definition")
        case _:
            reader.refuse(syntax, "no relation is stated", "write an equation or an inequality")


def expressions(reader: Reader, syntax: Syntax) -> list[Syntax]:
    """The expressions of a list."""
    found = expression_list(syntax)
    for item in found:
        if item.data == "dots":
            reader.refuse(item, "dots outside a pattern", r"write (x_1, \dots, x_n)")
    return found


def read_chain(reader: Reader, syntax: Syntax) -> Relation:
    """Read `a = b \\le c`."""
    first, *rest = trees(syntax)
    heads = expressions(reader, first)
    if len(heads) != 1:
        reader.refuse(heads[1], "a list beside a relation", "write one relation for each")
    return relation(reader, syntax, [heads[0], *rest])


def relation(reader: Reader, syntax: Syntax, pieces: list[Syntax]) -> Relation:
    """A chain of expressions with the signs of `syntax`."""
    signs = [c for c in syntax.children if isinstance(c, Token) and c.type == "SIGN"]
    return checked(reader, pieces, [reader.expr(piece) for piece in pieces], signs)


def checked(
    reader: Reader, pieces: list[Syntax], terms: list[Expr], signs: list[Token]
) -> Relation:
    """The relation, with shapes brought together and signs that fit them.

    `pieces` are the places of the terms.
    """
    model = next((t for t in terms if shape_of(t) and known(shape_of(t))), terms[0])
    for k, piece in enumerate(pieces):
        with reader.fitting(piece):
            terms[k] = common(model, terms[k])[1]
    shape = shape_of(terms[0])
    for sign in signs:
        if sign.startswith("not ") and not reader.allow_negation:
            reader.refuse(sign, "a negated relation", "state what holds")
        with reader.fitting(sign):
            unordered(sign.removeprefix("not "), shape)
    values: tuple[Any, ...] = tuple(str(sign) for sign in signs)
    return Relation(tuple(terms), values)


def unordered(sign: str, shape: Shape) -> None:
    """Refuse an order between what has none.

    Raises:
        ShapeError: where the sign orders no two things of the shape.
    """
    if sign in (">>", ">>=") and len(shape) != 2:
        raise ShapeError(f"a matrix order between {spoken(shape)}", r"write \ge")
    if sign in ("<", "<=", ">", ">=") and shape:
        raise ShapeError(f"an order between {spoken(shape)}", _ORDERS[len(shape) == 2])


_ORDERS = ("write it for entries: x_i \\le y_i", "write it for entries, or \\succeq")


def read_member(reader: Reader, syntax: Syntax) -> Statement:
    """Read `x, y \\in M`: one membership for each."""
    left, region_syntax = trees(syntax)
    items = expressions(reader, left)
    region = read_region(reader, region_syntax)
    members = [member(reader, item, region) for item in items]
    return members[0] if len(members) == 1 else Both(tuple(members))


def member(reader: Reader, syntax: Syntax, region: Region) -> Member:
    """`x \\in M`, with shapes checked."""
    element = reader.expr(syntax)
    shape: Shape = shape_of(element)
    if isinstance(region, Optima):
        with reader.fitting(syntax):
            element = fit(element, region.of.variable.shape)
    if isinstance(region, Hull):
        with reader.fitting(syntax):
            region = Hull(tuple(fit(point, shape) for point in region.points))
    return Member(element, region)


# Sets


def read_region(reader: Reader, syntax: Syntax) -> Region:
    """Read a set."""
    parts = trees(syntax)
    match syntax.data:
        case "line":
            return Space(())
        case "space":
            return Space(shape_group(reader, parts[0]))
        case "half_line" | "half_space":
            sign = "positive" if ">" in [str(c) for c in syntax.children] else "nonnegative"
            shape = shape_group(reader, parts[0]) if parts else ()
            return Space(shape, "positive" if sign == "positive" else "nonnegative")
        case "naturals":
            return Integers("N")
        case "integers":
            return Integers("Z")
        case "upto":
            return Integers("upto", reader.scalar(parts[0], "a bound that is"))
        case "closed" | "half_right" | "half_left" | "open":
            low, high = (reader.scalar(part, "a bound that is") for part in parts)
            closed = (
                syntax.data in ("closed", "half_right"),
                syntax.data in ("closed", "half_left"),
            )
            return Interval(low, high, *closed)
        case "listing":
            return Listing(tuple(reader.expr(e) for e in expressions(reader, parts[0])))
        case "permutations":
            return Permutations(dimension(reader, reader.only(parts[0])))
        case "subdifferential":
            body = reader.expr(parts[0])
            if not isinstance(body, Apply):
                reader.refuse(
                    parts[0], "a subdifferential of no application", r"write \partial f(w)"
                )
            return Subdifferential(body)
        case "hull":
            return hull(reader, parts[0])
        case _:
            return optima(reader, syntax)


def hull(reader: Reader, syntax: Syntax) -> Region:
    """Read the points of a convex hull."""
    points = [reader.expr(point) for point in expressions(reader, syntax)]
    return Hull(tuple(points))


def optima(reader: Reader, syntax: Syntax) -> Region:
    """`\\arg\\min_w J(w)` on the right of \\in."""
    big = Tree("big", syntax.children)
    optimum = reader.expr(big)
    if not isinstance(optimum, Optimum):
        reader.refuse(syntax, "an index set of maximisers", r"write k = \arg\max_i a_i")
    return Optima(optimum)


def shape_group(reader: Reader, group: Syntax) -> Shape:
    """The axes of `n \\times d`."""
    item = reader.only(group)
    axes = factors_of(item)
    separators = [p for p in flat(item) if isinstance(p, Token)] if item.data == "times" else []
    if len(separators) != len(axes) - 1 or any(s != r"\times" for s in separators):
        reader.refuse(group, "axes that are not joined by \\times", r"write m \times n")
    return tuple(dimension(reader, axis) for axis in axes)


def dimension(reader: Reader, syntax: Syntax) -> Dimension:
    """One axis: a number, or a name that becomes a dimension."""
    if syntax.data == "number":
        return int(str(syntax.children[0]))
    if syntax.data != "name":
        reader.refuse(syntax, "an axis that is neither a name nor a number", "name it first")
    name = str(syntax.children[0])
    reader.need_dimension(name, syntax)
    return name


# Derivations


def read_derivation(reader: Reader, syntax: Syntax) -> Statement:
    """Read `aligned`: a row without a left side goes on with the chain before it."""
    chains: list[Statement] = []
    places: list[Syntax] = []
    for row in trees(syntax):
        if row.data == "continued_restricted":
            reader.refuse(row, "a side condition on a continued row", "write its left side again")
        if row.data != "continued":
            chains.append(read_statement(reader, row))
            places = [piece for part in trees(row) for piece in expression_list(part)]
            continue
        if not chains or not isinstance(chains[-1], Relation):
            reader.refuse(row, "a row that continues no chain", "write its left side")
        last = chains[-1]
        assert isinstance(last, Relation)
        places = [*places, *trees(row)]
        signs = [c for c in row.children if isinstance(c, Token) and c.type == "SIGN"]
        terms = [*last.terms, *(reader.expr(piece) for piece in trees(row))]
        old = [Token("SIGN", sign) for sign in last.signs]
        chains[-1] = checked(reader, places, terms, [*old, *signs])
    return Derivation(tuple(chains))


def expression_list(syntax: Syntax) -> list[Syntax]:
    """The members of a list of expressions; what is no list is its one member."""
    return trees(syntax) if syntax.data == "expressions" else [syntax]


def conjuncts(statement: Statement) -> tuple[Statement, ...]:
    """The parts of a conjunction; a statement alone is its one part."""
    return statement.parts if isinstance(statement, Both) else (statement,)
