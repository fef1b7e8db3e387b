"""Words of the formula language: which LaTeX command is which token."""

from __future__ import annotations

import re
from dataclasses import dataclass

COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
DIFFERENTIAL = re.compile(r"(?:d|\\mathrm\{d\})\s*([A-Za-z]|\\[A-Za-z]+)(?![A-Za-z])")
DELIMITER = re.compile(r"[()\[\]|]|\\[|{}]|\\(?:[lr]?[vV]ert|[lr]angle)(?![A-Za-z])")

SPACES = {r"\,", r"\;", r"\:", r"\!", r"\ ", r"\>", r"\limits", r"\displaystyle", r"\textstyle"}

SIZES = {
    r"\left": 1, r"\right": -1, r"\bigl": 1, r"\bigr": -1, r"\Bigl": 1, r"\Bigr": -1,
    r"\biggl": 1, r"\biggr": -1, r"\Biggl": 1, r"\Biggr": -1,
    r"\big": 0, r"\Big": 0, r"\bigg": 0, r"\Bigg": 0,
}  # fmt: skip
"""Size commands: 1 before an opening delimiter, -1 before a closing one."""

BRACKETS = {
    "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB", r"\langle": "LANGLE", r"\rangle": "RANGLE",
    r"\{": "LBRACE", r"\}": "RBRACE",
}  # fmt: skip

BAR_COMMANDS = {
    r"\|": ("NORM", 0), r"\Vert": ("NORM", 0), r"\lVert": ("NORM", 1), r"\rVert": ("NORM", -1),
    r"\vert": ("BAR", 0), r"\lvert": ("BAR", 1), r"\rvert": ("BAR", -1),
}  # fmt: skip
"""Kind of bar, and 1 or -1 where it says that it opens or closes."""

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
    r"\binom": "BINOM", r"\sqrt": "SQRT",
    r"\int": "INT",
}  # fmt: skip

FRACTIONS = {r"\frac", r"\tfrac", r"\dfrac"}

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

AND = {"and", "且", "与"}
"""Words that join two relations."""

ALIGNED = {r"\in", r"\implies", r"\iff", r"\coloneqq"}
"""What `&` may stand before besides relation signs."""

BLACKBOARD = {"R": "REALS", "N": "NATURALS", "Z": "INTEGERS"}

ACCENTS = {r"\hat", r"\bar", r"\tilde", r"\vec", r"\check", r"\widehat", r"\overline"}

WIDE = {r"\widehat": r"\hat", r"\overline": r"\bar"}
"""Accents that no reader tells from another."""

FONTS = {
    r"\mathbf": "[A-Za-z]", r"\mathcal": "[A-Z]", r"\mathsf": "[A-Za-z]", r"\mathfrak": "[A-Za-z]",
    r"\boldsymbol": r"[A-Za-z]|\\[A-Za-z]+", r"\texttt": "[A-Za-z]",
}  # fmt: skip
"""What each font sets in a way of its own; other letters look as they do without it."""

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

WRONG = {
    "<=": r"write \le", ">=": r"write \ge", "!=": r"write \ne, or n! = m with a space",
    "==": "write =", "=>": r"write \implies, or \ge", "->": r"write \to", "...": r"write \dots",
    "*": r"write \cdot, or nothing", "{": r"write ( ... ) or \{ ... \}",
    "}": "write one { for each }", "'": r"write f'(x) for a derivative, A^\top for a transpose",
    ".": "leave it out, or write digits before and after it", ";": "write a comma",
    "，": "write an ASCII comma", "、": "write an ASCII comma", "；": "write an ASCII comma",
    "。": "leave it out", "（": "write (", "）": "write )", "：": "write :", "＝": "write =",
    "≤": r"write \le", "≥": r"write \ge", "≠": r"write \ne", "−": "write -", "×": r"write \cdot",
    "·": r"write \cdot", "∈": r"write \in", "∞": r"write \infty", "…": r"write \dots",
    "ℝ": r"write \mathbb{R}", "²": "write ^2", "√": r"write \sqrt{...}", "→": r"write \to",
}  # fmt: skip
"""Characters that are often written, and what to write instead."""

ITALICS = {
    **{name[1:]: name for name in FUNCTIONS},
    **{name: rf"\operatorname{{{name}}}" for name in (*OPERATOR_NAMES, *MOMENTS, "softmax")},
    "ln": r"\log", "sign": r"\operatorname{sgn}", "trace": r"\operatorname{tr}",
    "argmin": r"\arg\min", "argmax": r"\arg\max", "lim": r"\lim_{p \to \infty}",
    "sum": r"\sum_{i=1}^{n}", "sqrt": r"\sqrt{...}",
}  # fmt: skip
"""Words that are often written in plain letters, and their commands."""


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
