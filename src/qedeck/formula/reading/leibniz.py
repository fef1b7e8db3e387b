r"""Quotients of differentials, told from others: `\frac{dy}{dx}`, `\frac{d}{dx}`, `dy/dx`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qedeck.formula.span import Span

_MARK = (
    r"(?P<mark>d|\\(?:mathrm|operatorname)\s*(?:\{\s*d\s*\}|(?<=[a-z])\s+d)|\\partial(?![A-Za-z]))"
)
_ORDER = r"(?:\s*\^\s*(?:(?P<plain>[0-9])|\{\s*(?P<braced>[0-9]+)\s*\}))?"
_SPACE = r"(?:\s|\\[,;:! ])*"
_FIRST = re.compile(rf"{_SPACE}{_MARK}{_ORDER}{_SPACE}")
_NO_FACTOR = re.compile(
    r"[-+=<>/,;.!:'^_)\]}&*]|\\(?:cdot|times|odot|le|ge|leq|geq|ne|neq|in|to|cdots|dots)(?![A-Za-z])"
)
"""What a factor does not begin with: `d` before it is a letter of its own."""
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_SCRIPT = rf"\s*[_^]\s*(?:{_GROUP}|\\[A-Za-z]+|[A-Za-z0-9*])"
_NAME = rf"(?:\\(?!partial|frac|mathrm\s*\{{?\s*d\b)[A-Za-z]+(?:\s*{_GROUP})?|[A-Za-z])"
_VARIABLE = rf"(?P<variable>{_NAME}(?:{_SCRIPT})*)"
_BELOW = re.compile(rf"{_SPACE}{_MARK}{_SPACE}{_VARIABLE}{_SPACE}")
_ABOVE = rf"{_MARK}{_ORDER}{_SPACE}(?P<body>(?:{_NAME}(?:{_SCRIPT})*(?:\([^()]*\))?)?)"
_SLASH = re.compile(rf"{_ABOVE}\s*/(?=\s*(?:d|\\))")
_LETTERS = re.compile(r"\s*(?:[A-Za-z]|\\[A-Za-z])")


@dataclass(frozen=True)
class Leibniz:
    """A quotient of differentials in a text."""

    mark: str
    """The sign above: `d`, `\\mathrm{d}` or `\\partial`."""
    order: int
    body: tuple[int, int]
    """Where what is differentiated starts and stops; nothing of it in `\\frac{d}{dx}`."""
    below: tuple[tuple[str, int, int], ...]
    """The signs below, each with where its variable starts and stops."""
    end: int

    def both(self, text: str) -> str:
        """How to write the derivative, and how the quotient of products."""
        body, by = text[slice(*self.body)].strip(), [text[a:b].strip() for _, a, b in self.below]
        power = f"^{self.order}" if self.order > 1 else ""
        upright = " ".join(rf"\mathrm{{d}}{name}" for name in by)
        dots = r" \cdot ".join(rf"d \cdot {name}" for name in by)
        above = rf"d{power} \cdot {body}" if body else f"d{power}"
        space = " " if power and body else ""
        return (
            rf"write \frac{{\mathrm{{d}}{power}{space}{body}}}{{{upright}}} for the derivative, "
            rf"\frac{{{above}}}{{{dots}}} for the quotient"
        )


def fraction(text: str, above: tuple[int, int], below: tuple[int, int], end: int) -> Leibniz | None:
    """The differentials of a fraction, its numerator and denominator given; None if it has none."""
    first = _FIRST.match(text, *above)
    if first is None or _NO_FACTOR.match(text, first.end(), above[1]):
        return None
    signs = _below(text, *below)
    if signs is None:
        return None
    return Leibniz(_mark(first), _order(first), (first.end(), above[1]), signs, end)


def slash(text: str, at: int) -> Leibniz | None:
    """The differentials of `dy/dx` from a place on; None if there are none."""
    above = _SLASH.match(text, at)
    if above is None:
        return None
    below = _BELOW.match(text, above.end())
    if below is None:
        return None
    signs = _below(text, above.end(), below.end("variable"))
    assert signs is not None
    return Leibniz(_mark(above), _order(above), above.span("body"), signs, below.end("variable"))


def alone(span: Span, at: int) -> bool:
    """Whether a `d` at a place stands before a letter, as a differential does."""
    return _LETTERS.match(span.text, at + 1) is not None


def _below(text: str, start: int, stop: int) -> tuple[tuple[str, int, int], ...] | None:
    signs = []
    while start < stop:
        sign = _BELOW.match(text, start, stop)
        if sign is None:
            return None
        signs.append((_mark(sign), *sign.span("variable")))
        start = sign.end()
    return tuple(signs) or None


def _mark(match: re.Match[str]) -> str:
    mark = match["mark"]
    return mark if mark in ("d", r"\partial") else r"\mathrm{d}"


def _order(match: re.Match[str]) -> int:
    return int(match["plain"] or match["braced"] or 1)
