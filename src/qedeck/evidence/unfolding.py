"""Functions of random variables written out, as their laws are not their values."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from qedeck.formula.scope import Assumed, Defined, Scope, in_force, random_names
from qedeck.formula.substitution import expanded, reachable
from qedeck.formula.tree import Apply, Expr, Gradient, Node, Statement, Symbol, transformed

N = TypeVar("N", Expr, Statement)


def takes_random(defined: Defined) -> bool:
    """Whether a function is given a random variable, of which it takes moments."""
    declared = defined.scope.declared if defined.scope is not None else {}
    return any(name in declared and declared[name].kind == "random" for name in defined.arguments)


def written_out(node: N, scope: Scope) -> N:
    """The tree with functions of random variables replaced by their bodies.

    Raises:
        Unsubstitutable: where no tree says that.
    """
    functions = {name for name, d in scope.declared.items() if d.kind == "function"}

    def change(part: Node) -> Node:
        match part:
            case Gradient(Apply(name, (Symbol() as at,), (), _, 0) as call, variable):
                if name in functions and at == variable:
                    # Nothing but its name is known of the derivative of a declared function.
                    return replace(call, shape=variable.shape, order=1)
        return part

    wanted = {one.name for one in reachable(scope.defined) if takes_random(one)}
    if wanted:
        node = expanded(node, in_force(scope), wanted, random=random_names(scope))
    return transformed(node, change) if functions else node  # type: ignore[return-value]


def scope_written_out(scope: Scope) -> Scope:
    """The scope with its assumptions and abbreviations written out."""

    def plain(assumed: Assumed) -> Assumed:
        if assumed.statement is None:
            return assumed
        return replace(assumed, statement=written_out(assumed.statement, scope))

    defined = {
        name: one if takes_random(one) else replace(one, body=written_out(one.body, scope))
        for name, one in scope.defined.items()
    }
    assumed = tuple(plain(one) for one in scope.assumed)
    return replace(scope, assumed=assumed, defined=defined)
