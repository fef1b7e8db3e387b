"""Tokens to a syntax tree: the grammar, and what to say where it does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Literal

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.lexer import Lexer as LarkLexer

from qedeck.formula.reading.explanation import explain
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

    __future_interface__ = True

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
        tree = grammar().parse(tokens, start=start)
    except UnexpectedToken as error:
        explain(span, tokens, error)
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
