"""Texts of the engine, in which words and formulas stand side by side without marks."""

from __future__ import annotations

import re

from qedeck.site.elements import Child, maths

_DOLLARS = re.compile(r"\$([^$]+)\$")
_TEXT = re.compile(r" ?(?<![_^]\{)(?<![_^])\\text\{([^{}]*)\}")
_SPACES = re.compile(r" +")
_SIGN = re.compile(r"[\\^_=<>≤≥≠∞*{}|]")
_FUNCTIONS = re.compile(r"\b(log|exp|min|max|sin|cos)\b")
_ROOT = re.compile(r"\bsqrt\(([^()]*)\)")
_PATH = re.compile(r"\w+(?:\.\w+)*/\w|\.py\b|::")
_MARKS = (",", ":", ";", ".")
_SPELLED = (("!=", r"\ne "), ("<=", r"\le "), (">=", r"\ge "), ("**", "^"), ("*", r" \cdot "))


def worded(text: str) -> list[Child]:
    """Text with formulas between dollars, or with formulas to be told from words."""
    if "$" in text:
        parts = _DOLLARS.split(text)
        return [maths(part) if k % 2 else part for k, part in enumerate(parts)]
    found: list[Child] = []
    for k, piece in enumerate(_TEXT.split(_SPACES.sub(" ", text).removeprefix(": "))):
        found.extend([piece] if k % 2 else _told(piece))
    return found


def _told(text: str) -> list[Child]:
    """Runs of signs as formulas, each cut at the commas and colons between its parts."""
    found: list[Child] = []
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
    """Words and spaces in turn; a space inside brackets parts nothing."""
    found, depth = [""], 0
    for sign in text:
        depth += (sign in "({[") - (sign in ")}]")
        inside = depth > 0 and _bracketed(found[-1])
        if sign == " " and not inside:
            found.extend([" ", ""])
        else:
            found[-1] += sign
    return [piece for piece in found if piece]


def _bracketed(piece: str) -> bool:
    """Whether an open bracket belongs to a formula and not to a remark in words."""
    return not re.match(r"\(?[A-Za-z]{2,}", piece) or bool(_FUNCTIONS.match(piece))


def _is_maths(piece: str, following: str, within: bool) -> bool:
    bare = piece.rstrip(",:;.")
    if not bare or _PATH.search(bare) or "z3" in bare:
        return False
    spoken = re.sub(r"\\[A-Za-z]+|" + _FUNCTIONS.pattern + r"|\bsqrt\b", "", bare)
    if re.search(r"[A-Za-z]{2,}", spoken):
        return bool(re.search(r"[\\^_]", bare))
    if bare == "a" and not within:
        return bool(_SIGN.match(following))
    return True


def _formula(run: list[str]) -> list[Child]:
    """A run as a formula, if there is a sign or a letter in it, with the marks after it."""
    text = "".join(run)
    bare = text.strip().rstrip(",:;.")
    if not re.search(r"[A-Za-z\\0-9]", bare) or not re.search(r"[A-Za-z\\=<>≤≥]", bare):
        return [text]
    before, after = text.partition(bare)[::2]
    for spelling, latex in _SPELLED:
        bare = bare.replace(spelling, latex)
    bare = _ROOT.sub(r"\\sqrt{\1}", bare)
    bare = re.sub(r"(?<!\\)" + _FUNCTIONS.pattern, r"\\\1 ", bare)
    return [before, maths(bare), after]
