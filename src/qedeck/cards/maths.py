"""LaTeX as Anki's MathJax 3.2.2 takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qedeck.formula.macros import expand

SPELLINGS: Mapping[str, str] = {
    "\\argmax": "\\operatorname*{arg\\,max}",
    "\\argmin": "\\operatorname*{arg\\,min}",
    "\\bm": "\\boldsymbol",
    "\\C": "\\mathbb{C}",
    "\\llbracket": "[\\![",
    "\\N": "\\mathbb{N}",
    "\\Q": "\\mathbb{Q}",
    "\\R": "\\mathbb{R}",
    "\\rrbracket": "]\\!]",
    "\\vcentcolon": "\\mathrel{:}",
    "\\Z": "\\mathbb{Z}",
}
"""Commands that KaTeX has and MathJax 3.2.2 has not."""

NUMBERING = re.compile(r"\\(?:label|tag\*?)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")


def for_anki(latex: str, macros: Mapping[str, str]) -> str:
    """LaTeX without project macros, KaTeX-only spellings and numbering, on one line.

    Raises:
        ValueError: where a macro lacks an argument, or macros go round in a circle.
    """
    whole = expand(latex, {**SPELLINGS, **macros}).text
    return re.sub(r"\s+", " ", NUMBERING.sub("", whole)).strip()
