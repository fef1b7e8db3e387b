"""Callouts read from text, for the tests of the reader."""

from __future__ import annotations

import re

import pytest

from qedeck.errors import Mistake, SourceError
from qedeck.formula.printer import explicit, latex
from qedeck.formula.reading.callout import Context, Piece, read_callout
from qedeck.formula.scope import Bound
from qedeck.formula.span import Span

SYMBOLS = (
    r"Let $x, y, z \in \mathbb{R}^n$, $A, B \in \mathbb{R}^{n \times n}$, "
    r"$M \in \mathbb{R}^{m \times n}$, $a, b, c \in \mathbb{R}$, $p > 0$, $\sigma^2 := a^2$ "
    r"and $J, f : \mathbb{R}^n \to \mathbb{R}$. Then"
)
_PIECE = re.compile(r"\$(?P<math>[^$]*)\$|\[[^\]]*\]\((?P<link>[^)]*)\)")


def paragraph(text: str) -> list[Piece]:
    """Words, formulas and links of a paragraph on one line."""
    found: list[Piece] = []
    at = 0
    for match in _PIECE.finditer(text):
        if match.start() > at:
            found.append(Piece("text", Span.of(text[at : match.start()])))
        kind = "math" if match["link"] is None else "link"
        content = match["math"] if kind == "math" else match["link"]
        found.append(Piece(kind, Span.of(content), match["link"] or ""))
        at = match.end()
    if at < len(text):
        found.append(Piece("text", Span.of(text[at:])))
    return found


def callout(
    display: str,
    hypotheses: str = SYMBOLS,
    *after: str,
    kind: str = "claim",
    context: Context | None = None,
    lang: str = "en",
) -> Bound:
    """A callout, read."""
    before = [paragraph(hypotheses)] if hypotheses else []
    follow = [paragraph(text) for text in after]
    return read_callout(kind, before, Span.of(display), follow, context or Context(lang))


def read(display: str, hypotheses: str = SYMBOLS) -> str:
    """How a claim was read, written in full."""
    return explicit(callout(display, hypotheses).statement)


def printed(display: str, hypotheses: str = SYMBOLS) -> str:
    """A claim as it is printed back."""
    return latex(callout(display, hypotheses).statement)


def assumed(hypotheses: str) -> list[str]:
    """What hypotheses assume in formulas."""
    scope = callout("1 = 1", hypotheses).scope
    return [latex(a.statement) for a in scope.assumed if a.statement is not None]


def mistakes(display: str, hypotheses: str = SYMBOLS, *after: str, **options: str) -> list[Mistake]:
    """What is refused, all of it."""
    with pytest.raises(SourceError) as caught:
        callout(display, hypotheses, *after, **options)  # type: ignore[arg-type]
    return list(caught.value.mistakes)


def refused(display: str, hypotheses: str = SYMBOLS, *after: str, **options: str) -> Mistake:
    """What is refused, one mistake."""
    (found,) = mistakes(display, hypotheses, *after, **options)
    return found
