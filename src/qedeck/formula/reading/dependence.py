"""What a formula depends on, once its abbreviations are written out."""

from __future__ import annotations

from qedeck.formula.scope import Defined, Scope
from qedeck.formula.tree import Apply, Derivative, Expr, Item, Node, Symbol


def reached(scope: Scope, node: Node, stop: str = "") -> frozenset[str]:
    """All names in a tree and in what its names stand for; `stop` is not looked into.

    What a function's formula says of its arguments is no name out here.
    """
    known: dict[str, frozenset[str]] = {stop: frozenset()}

    def names(part: Node) -> frozenset[str]:
        found = part.names
        for name in part.names:
            defined = scope.defined.get(name)
            if defined is not None and name not in known:
                known[name] = frozenset()  # a recursion rests on itself
                own = {*defined.arguments, *defined.parameters}
                known[name] = names(defined.body) - own
            found |= known.get(name, frozenset())
        return found

    return names(node)


def hidden(scope: Scope, body: Node, variable: Expr, *, partial: bool) -> tuple[str, str] | None:
    """How a derivative depends on whether abbreviations move with its variable.

    With what to write instead; None where it does not.
    """
    symbol = variable.of if isinstance(variable, Item) else variable
    assert isinstance(symbol, Symbol)
    name = symbol.name
    inside = reached(scope, body, stop=name)
    own = scope.defined.get(name)
    if own is not None and not own.arguments:
        shared = sorted(reached(scope, own.body) & (inside - {name}))
        kinds = {one: scope.declared[one].kind for one in shared if one in scope.declared}
        real = [one for one, kind in kinds.items() if kind in ("real", "random")]
        if real:
            problem = f"{name} stands for a formula in {real[0]}, which moves by itself too"
            return problem, f"declare {name} as a symbol, or differentiate by {real[0]}"
    through = mixed(scope, body, name) if partial else ""
    if not through:
        return None
    instead = (
        rf"write \frac{{\mathrm{{d}}}}{{\mathrm{{d}}{name}}} (...) for the whole, "
        f"or declare {through} as a symbol that stays"
    )
    return f"{name} enters directly, and through {through}", instead


def mixed(scope: Scope, node: Node, name: str) -> str:
    """The abbreviation through which a name enters beside entering directly; empty if none.

    What is one abbreviation alone is read as what it stands for.
    """
    seen: set[str] = set()

    def through(part: Node) -> str:
        part = _written_out(scope, part, seen)
        names = _moving(part)
        used = [one for one in sorted(names) if _abbreviation(scope, one) and one != name]
        for one in used:
            if name in names and name in reached(scope, scope.defined[one].body):
                return one
        return next((f for one in used if one not in seen and (f := through(Symbol(one)))), "")

    return through(node)


def _written_out(scope: Scope, node: Node, seen: set[str]) -> Node:
    """What a tree stands for that is an abbreviation alone, or a derivative of one."""
    while True:
        own = _alone(scope, node)
        if isinstance(node, Derivative):
            node = node.body
        elif own is not None and own.name not in seen:
            seen.add(own.name)
            node = own.body
        else:
            return node


def _moving(node: Node) -> frozenset[str]:
    """The names in a tree, but for those that only say by what is differentiated."""
    if isinstance(node, Derivative):
        return _moving(node.body)
    if not node.directly:
        return node.names
    own = frozenset({node.function}) if isinstance(node, Apply) else frozenset[str]()
    return own.union(*map(_moving, node.directly))


def _abbreviation(scope: Scope, name: str) -> bool:
    defined = scope.defined.get(name)
    return defined is not None and not defined.arguments and not defined.recursive


def _alone(scope: Scope, node: Node) -> Defined | None:
    """The abbreviation that a tree is, or an entry of it."""
    symbol = node.of if isinstance(node, Item) else node
    if isinstance(symbol, Symbol) and _abbreviation(scope, symbol.name):
        return scope.defined[symbol.name]
    return None
