"""LaTeX as Anki's MathJax 3.2.2 takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping

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

COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
NUMBERING = re.compile(r"\\(?:label|tag\*?)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
DEPTH = 20


def expand(latex: str, macros: Mapping[str, str]) -> str:
    """LaTeX with macros replaced, as often as they stand inside one another.

    A macro is written as KaTeX takes it: `{"\\\\abs": "\\\\lvert #1 \\\\rvert"}`.

    Raises:
        ValueError: where a macro lacks an argument, or macros go round in a circle.
    """
    for _ in range(DEPTH):
        expanded = _expand_once(latex, macros)
        if expanded == latex:
            return latex
        latex = expanded
    raise ValueError("its macros expand without end")


def for_anki(latex: str, macros: Mapping[str, str]) -> str:
    """LaTeX without project macros, KaTeX-only spellings and numbering, on one line."""
    whole = expand(latex, {**SPELLINGS, **macros})
    return re.sub(r"\s+", " ", NUMBERING.sub("", whole)).strip()


def _expand_once(latex: str, macros: Mapping[str, str]) -> str:
    pieces: list[str] = []
    start = 0
    while found := COMMAND.search(latex, start):
        pieces.append(latex[start : found.start()])
        start = found.end()
        body = macros.get(found.group())
        if body is None:
            pieces.append(found.group())
            continue
        count = max((int(digit) for digit in re.findall(r"#(\d)", body)), default=0)
        arguments: list[str] = []
        for _ in range(count):
            argument, start = _argument(latex, start, found.group())
            arguments.append(argument)
        for k, argument in enumerate(arguments, 1):
            body = body.replace(f"#{k}", argument)
        if re.search(r"\\[A-Za-z]+$", body) and latex[start : start + 1].isalpha():
            body += " "
        pieces.append(body)
    pieces.append(latex[start:])
    return "".join(pieces)


def _argument(latex: str, start: int, macro: str) -> tuple[str, int]:
    """The group, command or character from `start`, and where it ends."""
    while latex[start : start + 1].isspace():
        start += 1
    if start >= len(latex) or latex[start] == "}":
        raise ValueError(f"the macro {macro} lacks an argument")
    if latex[start] == "\\":
        found = COMMAND.match(latex, start)
        return (found.group(), found.end()) if found else ("\\", start + 1)
    if latex[start] != "{":
        return latex[start], start + 1
    depth, end = 0, start
    while end < len(latex):
        if latex[end] == "\\":
            end += 2
            continue
        depth += {"{": 1, "}": -1}.get(latex[end], 0)
        end += 1
        if depth == 0:
            return latex[start + 1 : end - 1], end
    raise ValueError(f"the argument of the macro {macro} is not closed")
