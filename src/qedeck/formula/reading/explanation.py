"""What to say where a formula does not fit the grammar."""

from __future__ import annotations

from typing import NoReturn

from lark import Token
from lark.exceptions import UnexpectedToken

from qedeck.formula.span import Span
from qedeck.formula.spelling import FUNCTIONS

_STARTS_FACTOR = {
    "NAME", "NUMBER", "LPAR", "FRAC", "APPLIED", "FUNCTION", "BAR_OPEN", "NORM_OPEN", "SQRT",
    "ONES", "LANGLE", "DFRAC", "MOMENT", "BINOM", "FUNCTION_BARE", "BIG",
    "DDX", "NABLA", "LIM", "ARGOPT", "INT",
}  # fmt: skip
_CLOSERS = {
    "LPAR": ("RPAR", "RSQB"), "LSQB": ("RSQB", "RPAR"), "LBRACE": ("RBRACE",),
    "LANGLE": ("RANGLE",), "BAR_OPEN": ("BAR_CLOSE",), "NORM_OPEN": ("NORM_CLOSE",),
    "OPEN": ("CLOSE",), "BEGIN": ("END",), "PMATRIX": ("ENDMATRIX",),
}  # fmt: skip
"""What closes each opening token; half-open intervals close otherwise."""
_SHOWN = {
    "LPAR": "(", "LSQB": "[", "LBRACE": r"\{", "LANGLE": r"\langle", "BAR_OPEN": "|",
    "NORM_OPEN": r"\|", "OPEN": "{", "BEGIN": r"\begin{aligned}", "PMATRIX": r"\begin{pmatrix}",
}  # fmt: skip
_AFTER = {
    "BIG": ("an operator without an index", r"write \sum_{i=1}^{n}, or \sum_i over an axis"),
    "ARGOPT": ("an optimum over nothing", r"write \arg\min_w ..."),
    "LIM": ("a limit of nothing", r"write \lim_{p \to \infty} ..."),
    "INT": ("an integral without bounds", r"write \int_a^b f(t) \, dt"),
    "MOMENT": ("an expectation without brackets", r"write \mathbb{E}[X], \operatorname{Var}(X)"),
    "QUAD": ("a side condition must stand in parentheses", r"write \quad (i \ne j)"),
    "IN": ("a set is due here", r"write \mathbb{R}^n, [0, 1], [n] or \{1, 2\}"),
}
"""Problems with whatever follows a token."""
_AT = {
    "SUP": ("a second superscript", "write (a^b)^c or a^{b c}"),
    "SUB": ("a subscript here has no base", "write (A^\\top)_{ij}, with the base in parentheses"),
    "COMMA": ("a comma that lists nothing", "write one formula, or (a, b) for a vector"),
    "SIGN": ("a relation sign where an expression is due", "complete the side before it"),
    "DOTS": ("dots outside a pattern", r"write (1, 0, \dots, 0), or a sum with bounds"),
    "QUAD": ("a space that says nothing", "leave it out, or write a side condition after it"),
    "DEFINE": (":= belongs to a definition", "write = in a claim"),
    "COLON": (": belongs to a set or a function", "write it in a subscript or a declaration"),
    "MINUS": ("a minus sign after an operator", "put the term in parentheses: (-x)"),
    "NEWROW": ("a new row outside aligned", r"write \begin{aligned} ... \end{aligned}"),
    "AMP": ("& outside aligned", "leave it out"),
    "IN": ("a set where none is due", r"write x \in \mathbb{R}^n as a statement of its own"),
    "BAR_CLOSE": ("a bar closes too early", "complete what stands before it"),
    "TRANSPOSE": ("a transpose of nothing", r"write A^\top"),
    "IMPLIES": ("a second \\implies", "write one in each row, with both of its sides"),
    "IFF": ("a second \\iff", "write one in each row, with both of its sides"),
}
"""Problems with a token itself."""


def explain(span: Span, tokens: list[Token], error: UnexpectedToken) -> NoReturn:
    """Raise the user's error for Lark's."""
    token = error.token
    ended = token.type == "$END"
    at = len(tokens) if ended else next(k for k, one in enumerate(tokens) if one is token)
    before = tokens[at - 1].type if at else ""
    place = len(span.text) if ended else token.start_pos or 0
    opener = _open_at(tokens[:at])
    closes = any(token.type in closers for closers in _CLOSERS.values())
    if before in _AFTER:
        problem, instead = _AFTER[before]
    elif opener is not None and _leaves_open(token, opener):
        shown = _SHOWN[opener.type]
        span.refuse(opener.start_pos or 0, f"{shown} is not closed", "write what closes it")
    elif token.type in ("$END", "END", "NEWROW") and "SIGN" in error.accepts:
        rows = [k for k in range(at) if tokens[k].type in ("BEGIN", "NEWROW")]
        place = tokens[rows[-1] + 1 if rows else 0].start_pos or 0
        problem, instead = "no relation is stated", "write an equation or an inequality"
    elif token.type in ("IMPLIES", "IFF") and before in ("NEWROW", "BEGIN"):
        problem, instead = f"{token.value} without its left side", "write both sides in one row"
    elif token.type == "RSQB" and "SIGN" in error.accepts:
        problem, instead = "[ ] without a statement inside", "write ( ... ) to group"
    elif before == "SIGN" and (ended or token.type in ("END", "NEWROW")):
        problem, instead = "the relation has no right side", "complete it"
    elif ended:
        problem, instead = "the formula breaks off", "complete it"
    elif closes and opener is None:
        problem, instead = f"{token.value} closes nothing", "write what it closes before it"
    elif token.type in _STARTS_FACTOR | {"SLASH", "CDOT"} and _operated(tokens, at):
        problem = r"\frac{d}{dx} with more than one factor behind it has two readings"
        instead = r"write \frac{d}{dx} (a b) or (\frac{d}{dx} a) b"
    elif token.type == "DSLASH" or _beside_slash(tokens, at):
        problem = "dy/dx with a factor beside it has two readings"
        instead = r"write \frac{dy}{dx} for the derivative"
    elif token.type in _STARTS_FACTOR | {"SLASH", "CDOT"} and _slash(tokens, at):
        problem = "a / with more than one factor beside it has two readings"
        instead = r"write \frac{a}{b} c or \frac{a}{b c}"
    elif token.type in _STARTS_FACTOR and (name := _bare(tokens, at)):
        problem = f"{name} without parentheses has two readings before another factor"
        instead = f"write {name}(x) y or {name}(x y)"
    elif token.type == "SUP" and (name := _bare(tokens, at)):
        problem = f"a power after {name} without parentheses has two readings"
        instead = f"write ({name}(x))^2 or {name}(x^2)"
    elif token.type in ("PLUS", "MINUS") and _above(tokens, at):
        problem = "a sum above a derivative needs parentheses"
        instead = r"write \frac{\partial (f + g)}{\partial x}"
    elif token.type == "LSQB":
        problem, instead = "[ after a factor", r"write ( ... ), or \cdot [P] for 1 where P holds"
    elif token.type in _AT:
        problem, instead = _AT[token.type]
    else:
        problem = f"{span.text[place : place + 12].split()[0]!r} does not fit here"
        instead = "complete what stands before it, or put it in parentheses"
    span.refuse(place, problem, instead)


def _leaves_open(token: Token, opener: Token) -> bool:
    """Whether a token shows that the bracket around it was never closed."""
    if token.type in _CLOSERS[opener.type]:
        return False
    if token.type in ("$END", "DEFINE"):
        return True
    if token.type in ("SIGN", "IMPLIES", "IFF", "QUAD"):
        return opener.type in ("LPAR", "LANGLE", "BAR_OPEN", "NORM_OPEN")
    return any(token.type in closers for closers in _CLOSERS.values())


def _open_at(tokens: list[Token]) -> Token | None:
    """The innermost opening token that nothing has closed."""
    opened: list[Token] = []
    for token in tokens:
        if token.type in _CLOSERS:
            opened.append(token)
        elif opened and token.type in _CLOSERS[opened[-1].type]:
            opened.pop()
    return opened[-1] if opened else None


def _slash(tokens: list[Token], at: int) -> bool:
    """Whether a / has the operand that ends here on one of its sides."""
    here = _operand(tokens, at)
    return tokens[at].type == "SLASH" or (here > 0 and tokens[here - 1].type == "SLASH")


def _operated(tokens: list[Token], at: int) -> bool:
    """Whether the operand that ends here stands behind `\\frac{d}{dx}`."""
    here = _operand(tokens, at)
    while here > 0 and tokens[here - 1].type not in ("CLOSE", "FUNCTION_BARE"):
        here = here - 1 if tokens[here - 1].type in ("APPLIED", "FUNCTION") else -1
    if here <= 0:
        return False
    if tokens[here - 1].type == "FUNCTION_BARE":
        here -= 1
    opened = _opened(tokens, here - 1)
    return opened > 0 and tokens[opened - 1].type == "DDX"


def _beside_slash(tokens: list[Token], at: int) -> bool:
    """Whether a `dy/dx` ends here."""
    if at == 0 or tokens[at - 1].type != "CLOSE":
        return False
    opened = _opened(tokens, at - 1)
    before = _opened(tokens, opened - 1) if opened > 0 else 0
    return before > 0 and tokens[before - 1].type == "DSLASH"


def _above(tokens: list[Token], at: int) -> bool:
    """Whether a token stands above a derivative, in no group of its own."""
    opener = _open_at(tokens[:at])
    here = next((k for k in range(at) if tokens[k] is opener), 0)
    return here > 0 and tokens[here - 1].type in ("DFRAC", "DSLASH")


def _opened(tokens: list[Token], at: int) -> int:
    """Where the group opens that closes at a token; -1 if none closes there."""
    depth = 0
    for k in range(at, -1, -1):
        depth += (tokens[k].type == "CLOSE") - (tokens[k].type == "OPEN")
        if depth == 0:
            return k if tokens[at].type == "CLOSE" else -1
    return -1


def _bare(tokens: list[Token], at: int) -> str:
    """The function without parentheses whose argument ends here; empty if there is none."""
    here = _operand(tokens, at)
    function = here > 0 and tokens[here - 1].type == "FUNCTION_BARE"
    return FUNCTIONS[tokens[here - 1].value] if function else ""


def _operand(tokens: list[Token], at: int) -> int:
    """Where the operand begins that ends before a token, with its scripts."""
    depth, k = 0, at - 1
    while k >= 0:
        kind = tokens[k].type
        depth += any(kind in closers for closers in _CLOSERS.values()) - (kind in _CLOSERS)
        scripted = kind in ("SUB", "SUP") or (k > 0 and tokens[k - 1].type in ("SUB", "SUP"))
        mark = kind in ("TRANSPOSE", "PSEUDO", "BANG", "POSPART", "CLOSE", "ORDER")
        called = k > 0 and tokens[k - 1].type in ("APPLIED", "FUNCTION", "FRAC", "SQRT", "MOMENT")
        if depth == 0 and not (scripted or mark or called):
            return k
        k -= 1
    return 0
