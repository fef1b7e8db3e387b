"""Tokens to a syntax tree: the grammar, and what to say where it does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Literal

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.lexer import Lexer as LarkLexer

from qedeck.formula.reading.lexer import tokenize
from qedeck.formula.reading.tokens import Names
from qedeck.formula.span import Span

Syntax = Tree[Token]
MAX_TREE_DEPTH = 120


def trees(syntax: Syntax) -> list[Syntax]:
    """The children that are no tokens."""
    return [child for child in syntax.children if isinstance(child, Tree)]


def plain(syntax: Syntax) -> str:
    """The name that a piece of syntax is; empty if it is anything else."""
    return str(syntax.children[0]) if syntax.data == "name" else ""


class _Given(LarkLexer):
    """Hands tokens that were made beforehand to Lark."""

    __future_interface__ = True  # type: ignore[assignment]

    def __init__(self, conf: Any) -> None:
        del conf

    def lex(self, state: Any, parser_state: Any) -> Iterator[Token]:
        del parser_state
        yield from state.text


@cache
def grammar() -> Lark:
    """The grammar's tables; building them proves it free of conflicts."""
    text = resources.files("qedeck.formula.reading").joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        text, parser="lalr", lexer=_Given, strict=True, start=["display", "hypothesis"],
        maybe_placeholders=False, propagate_positions=True,
    )  # fmt: skip


def parse(span: Span, names: Names, start: Literal["display", "hypothesis"]) -> Syntax:
    """The syntax tree of a formula.

    Raises:
        SourceError: where the text is not in the language.
    """
    tokens = tokenize(span, names)
    if not tokens:
        span.refuse(0, "the formula is empty", "write a formula between the dollars")
    try:
        tree = grammar().parse(tokens, start=start)  # type: ignore[arg-type]
    except UnexpectedToken as error:
        _explain(span, tokens, error)
    except UnexpectedInput:
        span.refuse(len(span.text), "the formula breaks off", "complete it")
    _check_depth(span, tree)
    return tree


def _check_depth(span: Span, tree: Syntax) -> None:
    level: list[Any] = [tree]
    for _ in range(MAX_TREE_DEPTH):
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        if not level:
            return
    span.refuse(0, "the formula is nested too deeply", "name parts of it")


_STARTS_FACTOR = {"NAME", "NUMBER", "LPAR", "FRAC", "APPLIED", "FUNCTION", "BAR_OPEN", "NORM_OPEN"}
_BOTH_WAYS = {
    "SLASH": (
        "a / with more than one factor beside it has two readings",
        r"write \frac{a}{b} c or \frac{a}{b c}",
    ),
    "SUP": ("a second superscript", "write (a^b)^c or a^{b c}"),
    "SUB": ("a subscript here has no base", "write it beside a name, or after ( ... )"),
    "COMMA": ("a comma that lists nothing", "write one formula, or (a, b) for a vector"),
    "SIGN": ("a relation sign where an expression is due", "complete the side before it"),
    "DOTS": ("dots outside a pattern", r"write (1, 0, \dots, 0), or a sum with bounds"),
    "QUAD": ("a side condition must stand in parentheses", r"write \quad (i \ne j)"),
    "DEFINE": (":= belongs to a definition", "write = in a claim"),
    "COLON": (": belongs to a set or a function", "write it in a subscript or a declaration"),
    "MINUS": ("a minus sign after an operator", "put the term in parentheses: (-x)"),
    "NEWROW": ("a new row outside aligned", r"write \begin{aligned} ... \end{aligned}"),
}


def _explain(span: Span, tokens: list[Token], error: UnexpectedToken) -> None:
    """Raise the user's error for Lark's."""
    token = error.token
    if token.type == "$END":
        span.refuse(len(span.text), "the formula breaks off", "complete it")
    place = token.start_pos or 0
    at = next(k for k, other in enumerate(tokens) if other is token)
    before = tokens[at - 1].type if at else ""
    kinds = [other.type for other in tokens[:at]]
    if token.type in _STARTS_FACTOR and "SLASH" in kinds[-6:]:
        problem, instead = _BOTH_WAYS["SLASH"]
    elif token.type in _STARTS_FACTOR and "FUNCTION_BARE" in kinds:
        problem = "a function without parentheses must end its term"
        instead = r"write \log(x) y or \log(x y)"
    elif token.type == "SUP" and "FUNCTION_BARE" in kinds:
        problem = "a power after a function without parentheses has two readings"
        instead = r"write (\log(x))^2 or \log(x^2)"
    elif token.type == "LSQB" and before == "NAME":
        problem, instead = "[ after a name", r"write \mathbb{E}[X] for an expectation"
    elif token.type in _BOTH_WAYS:
        problem, instead = _BOTH_WAYS[token.type]
    else:
        problem = f"{span.text[place : place + 12].split()[0]!r} does not fit here"
        instead = "complete what stands before it, or put it in parentheses"
    span.refuse(place, problem, instead)
