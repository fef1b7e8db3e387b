"""Functions of random variables written out, as their laws are not their values."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from qedeck.formula.scope import Assumed, Defined, Scope
from qedeck.formula.tree import (
    Apply,
    Big,
    Expr,
    Gradient,
    Integral,
    Limit,
    Node,
    Statement,
    Symbol,
    substituted,
    transformed,
    walk,
)  # fmt: skip

N = TypeVar("N", Expr, Statement)


class Captured(Exception):
    """An argument names an index that the function's body binds."""


def takes_random(defined: Defined) -> bool:
    """Whether a function is given a random variable, of which it takes moments."""
    declared = defined.scope.declared if defined.scope is not None else {}
    return any(name in declared and declared[name].kind == "random" for name in defined.arguments)


def written_out(node: N, scope: Scope) -> N:
    """The tree with functions of random variables replaced by their bodies.

    Raises:
        Captured: where that would change what an index means.
    """
    functions = {name for name, d in scope.declared.items() if d.kind == "function"}
    if not functions and not any(map(takes_random, scope.defined.values())):
        return node

    def change(part: Node) -> Node:
        match part:
            case Gradient(Apply(name, (Symbol() as at,), (), _, 0) as call, variable):
                if name in functions and at == variable:
                    # Nothing but its name is known of the derivative of a declared function.
                    return replace(call, shape=variable.shape, order=1)
        if not isinstance(part, Apply) or part.order:
            return part
        defined = scope.defined.get(part.function)
        return part if defined is None or not takes_random(defined) else _body(part, defined)

    result = transformed(node, change)
    assert isinstance(result, Statement if isinstance(node, Statement) else Expr)
    return result  # type: ignore[return-value]


def _body(call: Apply, defined: Defined) -> Expr:
    assert defined.scope is not None
    body = written_out(defined.body, defined.scope)
    bound = {r.index for p in walk(body) if isinstance(p, Big) for r in p.ranges}
    bound |= {p.variable for p in walk(body) if isinstance(p, Integral | Limit)}
    given = dict(zip(defined.arguments, call.arguments, strict=True))
    given.update(zip(defined.parameters, call.parameters, strict=True))
    for value in given.values():
        named = {getattr(p, "name", "") for p in walk(value)}
        if bound & named:
            raise Captured(f"{defined.name}: rename the index {', '.join(bound & named)}")
    result = substituted(body, given)
    assert isinstance(result, Expr)
    return result


def scope_written_out(scope: Scope) -> Scope:
    """The scope with its assumptions and abbreviations written out."""

    def plain(assumed: Assumed) -> Assumed:
        if assumed.statement is None:
            return assumed
        statement = written_out(assumed.statement, scope)
        assert isinstance(statement, Statement)
        return replace(assumed, statement=statement)

    defined = {
        name: one if takes_random(one) else replace(one, body=written_out(one.body, scope))
        for name, one in scope.defined.items()
    }
    assumed = tuple(plain(one) for one in scope.assumed)
    return replace(scope, assumed=assumed, defined=defined)
