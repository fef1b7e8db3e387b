r"""The project's one table of LaTeX macros, read by engine, site and exporters alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from qedeck.errors import SourceError
from qedeck.formula.span import Span

MACROS: Mapping[str, str] = MappingProxyType(
    {
        r"\abs": r"\lvert #1 \rvert",
        r"\Cov": r"\operatorname{Cov}",
        r"\diag": r"\operatorname{diag}",
        r"\E": r"\mathbb{E}",
        r"\norm": r"\lVert #1 \rVert",
        r"\R": r"\mathbb{R}",
        r"\sgn": r"\operatorname{sgn}",
        r"\softmax": r"\operatorname{softmax}",
        r"\tr": r"\operatorname{tr}",
        r"\Var": r"\operatorname{Var}",
    }
)
"""Name with its backslash to replacement on one line, with arguments as `#1`."""

COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
DEPTH = 20
LONGEST = 20_000


@dataclass(frozen=True)
class Expanded:
    """LaTeX without macros, that remembers where each character comes from."""

    text: str
    origins: tuple[int, ...]
    """Offset in the original of each character, and of the end."""


class Unexpanded(ValueError):
    """A macro that cannot be replaced."""

    def __init__(self, origin: int, problem: str) -> None:
        super().__init__(problem)
        self.origin = origin


def expand(latex: str, macros: Mapping[str, str] = MACROS) -> Expanded:
    r"""LaTeX with macros replaced, as often as they stand inside one another.

    A macro is written as KaTeX takes it: `{"\\abs": "\\lvert #1 \\rvert"}`.

    Raises:
        Unexpanded: where a macro lacks an argument, or macros go round in a circle.
    """
    found = Expanded(latex, tuple(range(len(latex) + 1)))
    for _ in range(DEPTH):
        if not any(match.group() in macros for match in COMMAND.finditer(found.text)):
            return found
        found = _once(found, macros)
        if len(found.text) > LONGEST:
            break
    raise Unexpanded(0, "its macros expand without end")


def without_macros(span: Span) -> Span:
    """A formula as the engine reads it; mistakes in it are reported where they were written.

    Raises:
        SourceError: at a macro that cannot be replaced.
    """
    try:
        found = expand(span.text)
    except Unexpanded as error:
        place = span.mistake(error.origin, str(error), "write what the macro stands for")
        raise SourceError(place) from None
    if found.text == span.text:
        return span
    return replace(span, text=found.text, written=span, origins=found.origins)


def _once(source: Expanded, macros: Mapping[str, str]) -> Expanded:
    text, origins = source.text, source.origins
    pieces: list[str] = []
    places: list[int] = []

    def take(start: int, stop: int) -> None:
        pieces.append(text[start:stop])
        places.extend(origins[start:stop])

    start = 0
    while found := COMMAND.search(text, start):
        body = macros.get(found.group())
        if body is None:
            take(start, found.end())
            start = found.end()
            continue
        take(start, found.start())
        at, start = origins[found.start()], found.end()
        count = max((int(digit) for digit in re.findall(r"#(\d)", body)), default=0)
        arguments: list[tuple[int, int]] = []
        for _ in range(count):
            begin, stop, start = _argument(text, start, found.group(), at)
            arguments.append((begin, stop))
        if re.search(r"\\[A-Za-z]+$", body) and text[start : start + 1].isalpha():
            body += " "
        for k, part in enumerate(re.split(r"#(\d)", body)):
            if k % 2:
                take(*arguments[int(part) - 1])
            else:
                pieces.append(part)
                places.extend([at] * len(part))
    take(start, len(text))
    return Expanded("".join(pieces), (*places, origins[-1]))


def _argument(latex: str, start: int, macro: str, origin: int) -> tuple[int, int, int]:
    """Where the group, command or character from `start` begins and ends, and what follows."""
    while latex[start : start + 1].isspace():
        start += 1
    if start >= len(latex) or latex[start] == "}":
        raise Unexpanded(origin, f"the macro {macro} lacks an argument")
    if latex[start] == "\\":
        found = COMMAND.match(latex, start)
        stop = found.end() if found else start + 1
        return start, stop, stop
    if latex[start] != "{":
        return start, start + 1, start + 1
    depth, end = 0, start
    while end < len(latex):
        if latex[end] == "\\":
            end += 2
            continue
        depth += {"{": 1, "}": -1}.get(latex[end], 0)
        end += 1
        if depth == 0:
            return start + 1, end - 1, end
    raise Unexpanded(origin, f"the argument of the macro {macro} is not closed")
