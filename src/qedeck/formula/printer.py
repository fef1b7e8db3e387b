"""Trees to LaTeX: the language itself, and how a formula was read."""

from __future__ import annotations

from qedeck.formula.spelling import Speller, barred, fraction
from qedeck.formula.tree import (
    Both,
    Define,
    Defines,
    Derivation,
    Every,
    Expr,
    Hull,
    Iff,
    Implies,
    Integers,
    Interval,
    Listing,
    Member,
    Node,
    Optima,
    Permutations,
    Region,
    Relation,
    Restricted,
    Space,
    Statement,
    Subdifferential,
)

__all__ = ["explicit", "fraction", "latex", "sides_latex"]

SIGNS = {
    "=": "=",
    "!=": r"\ne",
    "<": "<",
    "<=": r"\le",
    ">": ">",
    ">=": r"\ge",
    ">>=": r"\succeq",
    ">>": r"\succ",
}


def latex(node: Node) -> str:
    """The formula in the language, with the least parentheses; reading it gives the tree back."""
    return _printed(node, full=False)


def explicit(node: Node) -> str:
    """How a formula was read: every product, scope, bound and size written."""
    return _printed(node, full=True)


def sides_latex(statement: Statement) -> list[tuple[str, str, str]]:
    """The links of all chains in a statement: left side, sign and right side in LaTeX."""
    found = []
    for chain in _chains(statement):
        for left, sign, right in zip(chain.terms, chain.signs, chain.terms[1:], strict=False):
            found.append((latex(left), _sign(sign), latex(right)))
    return found


def _printed(node: Node, full: bool) -> str:
    speller = Speller(full, _statement)
    if isinstance(node, Statement):
        return barred(_statement(speller, node))
    if isinstance(node, Region):
        return barred(_region(speller, node))
    if isinstance(node, Expr):
        return barred(speller.text(node))
    raise ValueError(f"a {type(node).__name__} is not printed by itself")


def _chains(statement: Statement) -> list[Relation]:
    from qedeck.formula.tree import walk

    return [part for part in walk(statement) if isinstance(part, Relation)]


def _sign(sign: str) -> str:
    if sign.startswith("not "):
        return r"\not" + SIGNS[sign.removeprefix("not ")]
    return SIGNS[sign]


def _statement(speller: Speller, node: Statement) -> str:
    match node:
        case Relation():
            return " ".join(_pieces(speller, node, ""))
        case Member():
            return rf"{speller.text(node.element)} \in {_region(speller, node.region)}"
        case Implies():
            return rf"{_part(speller, node.given)} \implies {_part(speller, node.then)}"
        case Iff():
            return rf"{_part(speller, node.left)} \iff {_part(speller, node.right)}"
        case Both():
            return r" \text{ and } ".join(_part(speller, part) for part in node.parts)
        case Restricted():
            return rf"{_statement(speller, node.statement)} {_condition(speller, node)}"
        case Every():
            over = node.over
            ends = rf"{speller.text(over.low)} \le {over.index} \le {speller.text(over.high)}"
            return rf"{_statement(speller, node.statement)} \quad ({ends})"
        case Define():
            return f"{speller.text(node.head)} := {speller.text(node.body)}"
        case Derivation():
            return _aligned([row for chain in node.chains for row in _rows(speller, chain)])
        case Defines():
            return _aligned([_definition(speller, part) for part in node.parts])
    raise ValueError(f"a {type(node).__name__} is not printed")


def _part(speller: Speller, node: Statement) -> str:
    """A part of a compound statement; in full, in parentheses of its own."""
    text = _statement(speller, node)
    return f"({text})" if speller.full and not isinstance(node, Member) else text


def _condition(speller: Speller, node: Restricted) -> str:
    return rf"\quad ({speller.conditions(node.condition)})"


def _pieces(speller: Speller, node: Relation, mark: str) -> list[str]:
    """The first side, then each sign with the side after it."""
    pieces = [speller.text(node.terms[0])]
    for sign, term in zip(node.signs, node.terms[1:], strict=True):
        pieces.append(f"{mark}{_sign(sign)} {speller.text(term)}")
    return pieces


def _rows(speller: Speller, chain: Statement) -> list[str]:
    """The rows of a chain: its left side once, each sign on a row."""
    if isinstance(chain, Relation):
        left, first, *rest = _pieces(speller, chain, "&")
        return [f"{left} {first}", *rest]
    if isinstance(chain, Define):
        return [_definition(speller, chain)]
    if isinstance(chain, Restricted) and isinstance(chain.statement, Relation):
        left, first, *rest = _pieces(speller, chain.statement, "")
        row = " ".join([left, f"&{first}", *rest])
        return [f"{row} {_condition(speller, chain)}"]
    return [_statement(speller, chain)]


def _definition(speller: Speller, node: Define) -> str:
    return f"{speller.text(node.head)} &:= {speller.text(node.body)}"


def _aligned(rows: list[str]) -> str:
    body = r" \\ ".join(rows)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"


def _region(speller: Speller, node: Region) -> str:
    match node:
        case Space():
            return _space(speller, node)
        case Integers():
            if node.high is not None:
                return f"[{speller.text(node.high)}]"
            return rf"\mathbb{{{node.kind}}}"
        case Interval():
            ends = f"{speller.text(node.low)}, {speller.text(node.high)}"
            return ("[" if node.closed_low else "(") + ends + ("]" if node.closed_high else ")")
        case Listing():
            return rf"\{{{_list(speller, node.elements)}\}}"
        case Permutations():
            return "S" + speller.script("_", str(node.size))
        case Subdifferential():
            return rf"\partial {speller.text(node.body)}"
        case Hull():
            return rf"\operatorname{{conv}}\{{{_list(speller, node.points)}\}}"
        case Optima():
            return _optima(speller, node)
    raise ValueError(f"a {type(node).__name__} is not printed")


def _space(speller: Speller, node: Space) -> str:
    half = {"any": "", "positive": "_{>0}", "nonnegative": r"_{\ge 0}"}[node.sign]
    shape = speller.script("^", r" \times ".join(map(str, node.shape))) if node.shape else ""
    return rf"\mathbb{{R}}{half}{shape}"


def _optima(speller: Speller, node: Optima) -> str:
    optimum = node.of
    if optimum.constraint is not None or speller.full:
        return speller.text(optimum)
    body = speller.bound_body(optimum.body, optimum.variable.name)
    below = speller.script("_", optimum.variable.name)
    return rf"\arg\{optimum.operator.removeprefix('arg')}{below} {body}"


def _list(speller: Speller, elements: tuple[Expr, ...]) -> str:
    return ", ".join(map(speller.text, elements))
