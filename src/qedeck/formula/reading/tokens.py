"""Words of the formula language: which LaTeX command is which token."""

from __future__ import annotations

from dataclasses import dataclass

SPACES = {r"\,", r"\;", r"\:", r"\!", r"\ ", r"\>", r"\limits", r"\displaystyle", r"\textstyle"}

SIZES = {
    r"\left": 1, r"\right": -1, r"\bigl": 1, r"\bigr": -1, r"\Bigl": 1, r"\Bigr": -1,
    r"\biggl": 1, r"\biggr": -1, r"\big": 0, r"\Big": 0, r"\bigg": 0,
}  # fmt: skip
"""Size commands: 1 before an opening delimiter, -1 before a closing one."""

SIGNS = {
    "=": "=", "<": "<", ">": ">", r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=",
    r"\ge": ">=", r"\geq": ">=", r"\geqslant": ">=", r"\ne": "!=", r"\neq": "!=",
    r"\lt": "<", r"\gt": ">", r"\succeq": ">>=", r"\succ": ">>",
}  # fmt: skip

PLAIN = {
    "+": "PLUS", "-": "MINUS", "/": "SLASH", ",": "COMMA", "!": "BANG", "&": "AMP",
    r"\cdot": "CDOT", r"\times": "CDOT", r"\odot": "CDOT", r"\infty": "INFINITY",
    r"\in": "IN", r"\to": "TO", r"\rightarrow": "TO", ":": "COLON", r"\colon": "COLON",
    r"\coloneqq": "DEFINE", r"\sim": "SIM", r"\implies": "IMPLIES", r"\Rightarrow": "IMPLIES",
    r"\iff": "IFF", r"\Leftrightarrow": "IFF", r"\land": "AND", r"\wedge": "AND",
    r"\quad": "QUAD", r"\qquad": "QUAD", r"\dots": "DOTS", r"\ldots": "DOTS", r"\cdots": "DOTS",
    r"\\": "NEWROW", r"\nabla": "NABLA", r"\lim": "LIM", r"\sum": "BIG", r"\prod": "BIG",
    r"\frac": "FRAC", r"\tfrac": "FRAC", r"\dfrac": "FRAC", r"\binom": "BINOM", r"\sqrt": "SQRT",
    r"\int": "INT",
}  # fmt: skip

ARGUMENTS = {r"\frac": 2, r"\tfrac": 2, r"\dfrac": 2, r"\binom": 2, r"\sqrt": 1}
"""Commands that take groups, and how many."""

FUNCTIONS = {
    r"\exp": "exp", r"\log": "log", r"\sin": "sin", r"\cos": "cos", r"\tan": "tan",
    r"\tanh": "tanh", r"\det": "det", r"\max": "max", r"\min": "min",
}  # fmt: skip

OPERATOR_NAMES = {
    "sgn": "sgn", "tr": "trace", "diag": "diag", "rank": "rank", "tanh": "tanh", "det": "det",
    "exp": "exp", "log": "log",
}  # fmt: skip
"""`\\operatorname{...}` of built-in functions."""

MOMENTS = {"Var": "Var", "Cov": "Cov"}

BLACKBOARD = {"R": "REALS", "N": "NATURALS", "Z": "INTEGERS"}

ACCENTS = {r"\hat", r"\bar", r"\tilde", r"\vec", r"\check", r"\widehat", r"\overline"}

FONTS = {r"\mathbf", r"\mathcal", r"\mathsf", r"\mathfrak", r"\boldsymbol", r"\texttt"}

GREEK = {
    "\\" + name
    for name in (
        "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta",
        "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau",
        "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda",
        "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
    )
}  # fmt: skip

ADVICE = {
    r"\mathrm": r"write \operatorname{...} for a name",
    r"\ln": r"write \log, the natural logarithm",
    r"\text": r"put words outside the formula, or write \text{ and } between two relations",
    r"\approx": "state the error as an inequality",
    r"\exists": "state the witness",
    r"\forall": "quantifiers are the hypotheses: write Let $x \\in \\mathbb{R}^n$ before it",
    r"\mid": r"write : for such that",
    r"\prime": "write f'(x)",
    r"\lbrack": "write [",
    r"\pm": "write two formulas, one for each sign",
    r"\propto": "name the factor and write =",
}
"""What to write instead of commands that the language does not have."""


@dataclass(frozen=True)
class Names:
    """Names in force where a text is cut into tokens."""

    known: frozenset[str] = frozenset()
    """Declared and defined symbols, and bases whose subscripts index."""
    functions: frozenset[str] = frozenset()
    """Declared and defined functions."""
    scalars: frozenset[str] = frozenset()
    """Known symbols without axes: a subscript on them begins a new name where one may."""
    declaring: bool = False
    """In a hypothesis: an unknown name with a subscript is one new symbol."""
