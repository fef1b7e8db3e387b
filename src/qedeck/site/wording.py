"""Texts of the engine, in which words and formulas stand side by side without marks."""

from __future__ import annotations

import re
from functools import lru_cache

_DOLLARS = re.compile(r"\$([^$]+)\$")
_TEXT = re.compile(r" ?(?<![_^]\{)(?<![_^])\\text\{([^{}]*)\}")
_SPACES = re.compile(r" +")
_SIGN = re.compile(r"[\\^_=<>≤≥≠∞*{}|]")
_FUNCTIONS = re.compile(r"\b(log|exp|min|max|sin|cos)\b")
_ROOT = re.compile(r"\bsqrt\(([^()]*)\)")
_WORD = re.compile(r"[A-Za-z]{2,}")
_NAMED = re.compile(r"\\[A-Za-z]+|" + _FUNCTIONS.pattern + r"|\bsqrt\b")
_SAYING = re.compile(r"[A-Za-z\\]|[0-9].*[=<>≤≥]|[=<>≤≥].*[0-9]", re.DOTALL)
"""A formula says something where there is a letter in it, or a number and a relation."""
_POWER = re.compile(r"\b(\d+(?:\.\d+)?)e([+-]?\d+)\b")
_PATH = re.compile(r"\w+(?:\.\w+)*/\w|\.py\b|::")
_MARKS = (",", ":", ";", ".")
_BRACKET = re.compile(r"[({\[\])}]")
_PARTING = re.compile(r"[({\[\])} ]")
_SPELLED = (("!=", r"\ne "), ("<=", r"\le "), (">=", r"\ge "), ("**", "^"), ("*", r" \cdot "))


class Formula(str):
    """LaTeX among words."""

    __slots__ = ()


@lru_cache(maxsize=1 << 15)
def parted(text: str) -> tuple[str, ...]:
    """Text with formulas between dollars, or with formulas to be told from words."""
    if "$" in text:
        parts = _DOLLARS.split(text)
        return tuple(Formula(part) if k % 2 else part for k, part in enumerate(parts))
    found: list[str] = []
    for k, piece in enumerate(_TEXT.split(_SPACES.sub(" ", text).removeprefix(": "))):
        for part in [piece] if k % 2 else _told(piece):
            if found and not isinstance(part, Formula) and not isinstance(found[-1], Formula):
                found[-1] += part
            elif part:
                found.append(part)
    return tuple(found)


def _told(text: str) -> list[str]:
    """Runs of signs as formulas, each cut at the commas and colons between its parts."""
    found: list[str] = []
    run: list[str] = []
    pieces = _pieces(text)
    for k, piece in enumerate(pieces):
        if piece.isspace():
            (run or found).append(piece)
        elif _is_maths(piece, pieces[k + 2] if k + 2 < len(pieces) else "", bool(run)):
            run.append(piece)
            if piece.endswith(_MARKS):
                found.extend(_formula(run))
                run = []
        else:
            found.extend(_formula(run))
            found.append(piece)
            run = []
    return [*found, *_formula(run)]


def _pieces(text: str) -> list[str]:
    """Words and spaces in turn; a space inside the brackets of a formula parts nothing."""
    found: list[str] = []
    start, depth, remark = 0, 0, False
    for mark in _PARTING.finditer(text):
        place, sign = mark.start(), mark[0]
        if sign == " ":
            if remark or depth <= 0:
                found += [text[start:place], " "]
                start = place + 1
        elif sign in "({[":
            remark = _is_remark(text[place:]) if depth == 0 else remark
            depth += 1
        else:
            depth -= 1
    return [piece for piece in [*found, text[start:]] if piece]


@lru_cache(maxsize=1 << 14)
def _is_remark(text: str) -> bool:
    """Whether the brackets that a text begins with hold words."""
    depth = 0
    for mark in _BRACKET.finditer(text):
        depth += 1 if mark[0] in "({[" else -1
        if depth == 0:
            return _has_words(text[: mark.end()])
    return _has_words(text)


def _has_words(text: str) -> bool:
    return bool(_WORD.search(_NAMED.sub("", text)))


@lru_cache(maxsize=1 << 14)
def _is_maths(piece: str, following: str, within: bool) -> bool:
    bare = piece.rstrip(",:;.")
    if not bare or _PATH.search(bare) or "z3" in bare:
        return False
    if _has_words(bare):
        return bool(re.search(r"[\\^_]", bare))
    if bare == "a" and not within:
        return bool(_SIGN.match(following))
    return True


def _formula(run: list[str]) -> list[str]:
    """A run as a formula, if there is a sign or a letter in it, with the marks after it."""
    text = "".join(run)
    bare = text.strip().rstrip(",:;.")
    if not _SAYING.search(bare):
        return [text]
    # A bracket around a remark in words does not belong to the formula at its end.
    if bare.endswith(")") and bare.count("(") < bare.count(")"):
        bare = bare[:-1]
    before, after = text.partition(bare)[::2]
    return [before, Formula(_spelled(bare)), after]


@lru_cache(maxsize=1 << 14)
def _spelled(bare: str) -> str:
    """A formula as LaTeX spells it."""
    for spelling, latex in _SPELLED:
        bare = bare.replace(spelling, latex)
    bare = _POWER.sub(r"\1 \\cdot 10^{\2}", bare)
    bare = _ROOT.sub(r"\\sqrt{\1}", bare)
    return re.sub(r"(?<!\\)" + _FUNCTIONS.pattern, r"\\\1 ", bare)
