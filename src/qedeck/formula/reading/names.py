"""Names, with the accents, labels and stars that belong to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qedeck.formula.reading import tokens as words

if TYPE_CHECKING:
    from qedeck.formula.reading.lexer import Lexer

OPENS = re.compile(r"\s*(?:\\(?:left|[bB]igg?l?)(?![A-Za-z])\s*)?\(")
_LABEL = re.compile(r"[A-Za-z0-9]+(?:,[A-Za-z0-9]+)*|\\[A-Za-z]+")
_SPOKEN = re.compile(r"[A-Za-z0-9\u4e00-\u9fff]+(?:[ -][A-Za-z0-9\u4e00-\u9fff]+)*")
"""What a label in `\\text{...}` may be."""
_UPRIGHT = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_STEP = re.compile(r"[A-Za-z0-9+-]+")
"""What may stand in `x^{(...)}`."""
_LETTER = re.compile(r"[A-Za-z]|(\\[A-Za-z]+)(?:\s*\{(.*)\}|\s+([A-Za-z]))?", re.DOTALL)
_INDEX = re.compile(r"\\[A-Za-z]+|[A-Za-z]")
_WORD = re.compile(r"\\text\s*\{([^{}]*)\}")
_STAR = re.compile(r"\s*\^\s*(?:\*|\{\s*\*\s*\}|\{\s*\(([^(){}]*)\)\s*\})")
_TWO = re.compile(r"\s*\^\s*(?:2|\{\s*2\s*\})")
_BELOW = re.compile(r"\s*_")
_PRIMES = re.compile(r"\s*('+)")


@dataclass(frozen=True)
class Subscript:
    """A subscript in the text; `end` is where it ends, the place itself where there is none."""

    text: str
    start: int
    stop: int
    end: int


def plain_name(command: str, content: str, deepest: int = 3) -> bool:
    """Whether the reader sees a name in what a command sets, and no formula or gap.

    One symbol must not look like a term: `\\operatorname{x^2}`, `\\bar{x + y}`.
    """
    if command in words.FONTS:
        alike = content.startswith("\\") and content not in words.GREEK
        return not alike and re.fullmatch(words.FONTS[command], content) is not None
    if command.startswith((r"\operatorname", r"\mathrm")):
        return _UPRIGHT.fullmatch(content) is not None
    match = _LETTER.fullmatch(content)
    if match is None:
        return False
    inner, braced, bare = match.groups()
    if inner in words.ACCENTS | words.FONTS.keys():
        return deepest > 0 and plain_name(inner, (braced or bare or "").strip(), deepest - 1)
    return inner is None or (inner in words.GREEK and braced is None and bare is None)


def canonical(command: str, content: str) -> str:
    """The name that a command sets, spelt in the one way for all that look the same."""
    match = _LETTER.fullmatch(content)
    if match is not None and match[1] in words.ACCENTS | words.FONTS.keys():
        content = canonical(match[1], (match[2] or match[3] or "").strip())
    return f"{command}{{{content}}}"


def labels_of(name: str) -> frozenset[str]:
    """The letters in a name's subscript, which the reader may take for indices."""
    _, mark, label = name.removesuffix("^2").rpartition("_")
    if not mark or r"\text" in label:
        return frozenset()
    return frozenset(_INDEX.findall(label))


def subscripted(base: str, sub: str) -> str:
    """The canonical name of a base with a label: `d_k`, `\\mu_{run}`."""
    plain = len(sub) == 1 or sub in words.GREEK
    return f"{base}_{sub}" if plain else f"{base}_{{{sub}}}"


def name(lexer: Lexer, base: str, start: int, end: int) -> None:
    """Emit a name, and the indices of a subscript that is part label, part index."""
    lexer.at = end
    base = _decorated(lexer, base)
    if _square(lexer, base, start):
        return
    sub = _subscript(lexer, lexer.at)
    if base == "S" and base not in lexer.names.known and sub.text and lexer.last == "IN":
        lexer.emit("PERMUTATIONS", base, start)
        return
    label, rest = _label(lexer, base, sub)
    if label:
        base, lexer.at = label, sub.end
    if _applied(lexer, base, start):
        return
    lexer.emit("NAME", base, start)
    if rest:
        lexer.emit("SUB", "_", rest)
        lexer.within(rest, sub.stop)
        lexer.at = sub.end


def _decorated(lexer: Lexer, base: str) -> str:
    """Take `^*` and `^{(t)}` into the name."""
    match = _STAR.match(lexer.text, lexer.at)
    if match is None:
        return base
    if match.group(1) is not None and not _STEP.fullmatch(match.group(1).strip()):
        lexer.refuse(lexer.at, "this superscript is no part of a name", "write x^{(t)}")
    lexer.at = match.end()
    return f"{base}^{{({match.group(1).strip()})}}" if match.group(1) else f"{base}^*"


def _subscript(lexer: Lexer, at: int) -> Subscript:
    """The subscript that follows."""
    match = _BELOW.match(lexer.text, at)
    if match is None:
        return Subscript("", at, at, at)
    start, stop, end = lexer.raw_span(match.end())
    text = ",".join(part.strip() for part in lexer.text[start:stop].split(","))
    for font in (r"\mathrm", r"\textrm", r"\mathit", r"\rm"):
        if text.startswith(font):
            lexer.refuse(start, f"{font} in a subscript", r"write \text{...} for a label")
    word = _WORD.fullmatch(text)
    if word and not _SPOKEN.fullmatch(word.group(1).strip()):
        lexer.refuse(start, "a label without words", r"write x_{\text{run}}")
    return Subscript(rf"\text{{{word.group(1).strip()}}}" if word else text, start, stop, end)


def _square(lexer: Lexer, base: str, start: int) -> bool:
    """Emit `\\sigma^2`, with a subscript in either order, where that is a known symbol."""
    known = lexer.names.known
    word = rf"{base}^2" in known
    above = _TWO.match(lexer.text, lexer.at)
    sub = _subscript(lexer, above.end() if above else lexer.at)
    after = None if above or not sub.text else _TWO.match(lexer.text, sub.end)
    if not above and not after:
        return False
    label = subscripted(base, sub.text)
    if sub.text and f"{label}^2" in known:
        lexer.emit("NAME", f"{label}^2", start)
        lexer.at = after.end() if after else sub.end
    elif _WORD.fullmatch(sub.text):
        lexer.emit("NAME", label, start)
        two = lexer.text.index("2", above.start() if above else sub.end)
        lexer.emit("SUP", "^", two)
        lexer.within(two, two + 1)
        lexer.at = after.end() if after else sub.end
    elif word:
        lexer.emit("NAME", f"{base}^2", start)
        lexer.at = above.end() if above else lexer.at
        if after:
            lexer.script()
            lexer.at = after.end()
    else:
        return False
    return True


def _label(lexer: Lexer, base: str, sub: Subscript) -> tuple[str, int]:
    """The labelled name that base and subscript make ("" for none); where indices after it start.

    In `\\mu_{B, i}` the label is `B` and `i` an index.
    """
    if not sub.text:
        return "", 0
    known, functions = lexer.names.known, lexer.names.functions
    whole = subscripted(base, sub.text)
    if whole in known or whole in functions or f"{whole}^2" in known:
        return whole, 0
    head, comma, _ = sub.text.partition(",")
    if comma and subscripted(base, head.strip()) in known:
        return subscripted(base, head.strip()), lexer.text.index(",", sub.start) + 1
    if _WORD.fullmatch(sub.text):
        return whole, 0
    taken = (known - lexer.names.scalars) | functions
    new = lexer.names.declaring and base not in taken and base not in ("e", r"\mathbf{e}")
    return (whole, 0) if new and _LABEL.fullmatch(sub.text) else ("", 0)


def _applied(lexer: Lexer, base: str, start: int) -> bool:
    """Emit an application's name where parentheses follow a function."""
    primes = _PRIMES.match(lexer.text, lexer.at)
    if base not in lexer.names.functions:
        if primes:
            lexer.refuse(
                start,
                f"{base} is not a function here",
                rf"declare ${base} : \mathbb{{R}} \to \mathbb{{R}}$, "
                rf"or write {base}^\top for a transpose",
            )
        return False
    at = primes.end() if primes else lexer.at
    called = base + (primes.group(1) if primes else "")
    if OPENS.match(lexer.text, at):
        lexer.emit("APPLIED", called, start)
        lexer.at = at
        return True
    sub = _subscript(lexer, at)
    if not sub.text or not OPENS.match(lexer.text, sub.end):
        return False
    lexer.emit("APPLIED", called, start)
    lexer.emit("PARAMETERS", "_", at)
    lexer.within(sub.start, sub.stop)
    lexer.at = sub.end
    return True
