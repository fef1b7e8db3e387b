"""Commands of LaTeX that are tokens, or begin one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qedeck.formula.reading import leibniz, names
from qedeck.formula.reading import tokens as words
from qedeck.formula.reading.leibniz import Leibniz
from qedeck.formula.reading.tokens import COMMAND

if TYPE_CHECKING:
    from qedeck.formula.reading.lexer import Lexer

_RUN = re.compile(r"[A-Za-z]{2,}")
_EXPECTATION = re.compile(r"[EP]\s*(?:_\s*(?:\w|\{[^{}]*\})\s*)?(?:\\left\s*)?\[")


def command(lexer: Lexer) -> None:
    """Read the command that begins here."""
    match = COMMAND.match(lexer.text, lexer.at)
    if match is None:
        lexer.refuse(lexer.at, "a lone backslash", "write a command")
    start, word = lexer.at, match.group()
    if word in (r"\mathrm", r"\operatorname", r"\partial") and slashed(lexer):
        return
    lexer.at = match.end()
    if word in words.SIZES:
        _size(lexer, word)
    elif word in words.BAR_COMMANDS:
        kind, side = words.BAR_COMMANDS[word]
        lexer.bar(kind, start, side)
    elif word in words.BRACKETS:
        lexer.emit(words.BRACKETS[word], word, start)
    elif word in words.SIGNS:
        lexer.emit("SIGN", words.SIGNS[word], start)
    elif word == r"\not":
        _negated(lexer, start)
    elif word in words.FRACTIONS:
        _fraction(lexer, word, start)
    elif word in words.FUNCTIONS:
        _function(lexer, words.FUNCTIONS[word], word, start)
    elif word in words.PLAIN:
        lexer.emit(words.PLAIN[word], word, start)
        lexer.integrals += word == r"\int"
        _arguments(lexer, word)
    else:
        _long(lexer, word, start)


def slashed(lexer: Lexer) -> bool:
    """Read `dy/dx` where it begins here."""
    found = leibniz.slash(lexer.text, lexer.at)
    if found is not None:
        differentials(lexer, found, lexer.at, slash=True)
    return found is not None


def refuse_italics(lexer: Lexer) -> None:
    """Refuse letters that spell a function: TeX sets them as a product."""
    start, known = lexer.at, lexer.names.known | lexer.names.functions
    if _EXPECTATION.match(lexer.text, start) and lexer.text[start] not in known:
        letter = lexer.text[start]
        lexer.refuse(start, f"{letter} is a letter here", rf"write \mathbb{{{letter}}}[...]")
    match = _RUN.match(lexer.text, start)
    before = lexer.text[start - 1 : start]
    if match is None or (before.isascii() and before.isalpha()):
        return
    run = match.group()
    instead = words.ITALICS.get(run)
    if instead is None and rf"\operatorname{{{run}}}" in known:
        instead = rf"\operatorname{{{run}}}"
    called = re.compile(r"\s*(?:\\left\s*)?[(\[_]").match(lexer.text, match.end())
    if instead and (called or not set(run) <= known):
        lexer.refuse(start, f"{run} in italics is a product of letters", f"write {instead}")


def _size(lexer: Lexer, word: str) -> None:
    lexer.sized = words.SIZES[word]
    lexer.skip_space()
    if lexer.text[lexer.at : lexer.at + 1] == ".":
        lexer.refuse(lexer.at, "an invisible delimiter", "write both delimiters")


def _arguments(lexer: Lexer, word: str) -> None:
    """Read the groups that a command takes."""
    if word == r"\sqrt":
        lexer.optional()
    for _ in range(words.ARGUMENTS.get(word, 0)):
        lexer.group()


def _negated(lexer: Lexer, start: int) -> None:
    lexer.skip_space()
    match = COMMAND.match(lexer.text, lexer.at)
    word = match.group() if match else lexer.text[lexer.at : lexer.at + 1]
    if word not in words.SIGNS:
        lexer.refuse(start, r"\not stands before a relation sign", r"write \not\le or \ne")
    lexer.emit("SIGN", "not " + words.SIGNS[word], start)
    lexer.at += len(word)


def _fraction(lexer: Lexer, word: str, start: int) -> None:
    above = lexer.raw_span(lexer.at)
    below = lexer.raw_span(above[2])
    found = leibniz.fraction(lexer.text, above[:2], below[:2], below[2])
    if found is not None:
        differentials(lexer, found, start)
        return
    if lexer.text[above[0] : above[1]].lstrip().startswith(r"\partial"):
        by = re.compile(r"\s*\\partial\s*").match(lexer.text, *below[:2])
        if by and by.end() < below[1]:
            instead = "differentiate by a symbol or an entry"
            lexer.refuse(by.end(), "a derivative by an expression", instead)
        lexer.refuse(
            start,
            r"\partial above, and no \partial with a variable below",
            r"write \frac{\partial f}{\partial x}",
        )
    numeric = re.compile(r"\s*\{?\s*[0-9]+\s*\}?\s*\{?\s*[0-9]+\s*\}?").match(lexer.text, lexer.at)
    if lexer.last == "NUMBER" and numeric and not lexer.subscripts:
        lexer.refuse(
            start, "a number before a fraction has two readings", r"write 2 \cdot \frac{1}{2}"
        )
    lexer.emit("FRAC", word, start)
    _arguments(lexer, word)


def differentials(lexer: Lexer, found: Leibniz, start: int, *, slash: bool = False) -> None:
    """Emit a derivative: its signs, what is differentiated, and by what."""
    marks = {found.mark, *(mark for mark, *_ in found.below)}
    if "d" in marks:
        lexer.plain_differentials.append((start, found))
    if r"\mathrm{d}" in marks and r"\operatorname{d}" in lexer.names.known:
        instead = "name d otherwise, or leave the derivative to a plain d"
        lexer.refuse(start, r"\mathrm{d} is declared here, and differentiates", instead)
    if r"\partial" in marks and len(marks) > 1:
        instead = r"write d or \partial in both places"
        lexer.refuse(start, r"\partial and d in one derivative", instead)
    if found.body[0] == found.body[1]:
        lexer.emit("DDX", f"{found.mark}^{found.order}", start)
    else:
        lexer.emit("DSLASH" if slash else "DFRAC", "/" if slash else r"\frac", start)
        lexer.emit("OPEN", "{", start)
        lexer.emit("PARTIAL", f"{found.mark}^{found.order}", start)
        lexer.inside(*found.body)
        lexer.emit("CLOSE", "}", found.body[1])
    lexer.emit("OPEN", "{", found.below[0][1])
    for mark, first, stop in found.below:
        lexer.emit("PARTIAL", mark, first)
        lexer.inside(first, stop)
    lexer.emit("CLOSE", "}", found.end)
    lexer.at = found.end


def _function(lexer: Lexer, name: str, word: str, start: int) -> None:
    """A built-in function: with parentheses, bare, or `\\max_i`."""
    lexer.skip_space()
    rest = lexer.text[lexer.at : lexer.at + 1]
    if name in ("max", "min") and rest == "_":
        lexer.emit("BIG", word, start)
    elif rest == "^":
        lexer.refuse(
            start,
            f"a power of {word} has two readings",
            f"write ({word}(x))^2 or {word}(x^2)",
        )
    elif rest == "_":
        lexer.refuse(lexer.at, f"a subscript of {word}", f"write {word}(x) / {word}(b) for a base")
    elif names.OPENS.match(lexer.text, lexer.at):
        lexer.emit("FUNCTION", name, start)
    elif name in ("max", "min", "det"):
        lexer.refuse(start, f"{word} needs parentheses", f"write {word}(...)")
    else:
        lexer.emit("FUNCTION_BARE", name, start)


def _long(lexer: Lexer, word: str, start: int) -> None:
    """Commands with a name in braces, environments, and the rest."""
    if word == r"\partial":
        lexer.emit("SUBDIFFERENTIAL", word, start)
    elif word in _LONG:
        _LONG[word](lexer, word, start)
    elif word in words.GREEK:
        _greek(lexer, word, start)
    elif word in words.ACCENTS or word in words.FONTS:
        content = lexer.raw_group()
        _plain(lexer, word, content, start)
        if word in (r"\mathbf", r"\boldsymbol") and content == "1":
            lexer.emit("ONES", word, start)
        else:
            names.name(lexer, names.canonical(word, content), start, lexer.at)
    else:
        lexer.refuse(
            start,
            f"{word} is not in the language",
            words.ADVICE.get(word, "write it with the commands of the formula language"),
        )


def _plain(lexer: Lexer, word: str, content: str, start: int) -> None:
    """Refuse a name that looks like a formula, or like nothing."""
    if word in words.WIDE:
        lexer.refuse(start, f"{word} looks like another accent", f"write {words.WIDE[word]}")
    if not names.plain_name(word, content) and content != "1":
        lexer.refuse(start, f"{word} over what is no name", "write letters in it, and nothing else")


def _arg(lexer: Lexer, word: str, start: int) -> None:
    lexer.skip_space()
    match = re.compile(r"\\(min|max)(?![A-Za-z])").match(lexer.text, lexer.at)
    if match is None:
        lexer.refuse(start, f"{word} alone", r"write \arg\min or \arg\max")
    lexer.at = match.end()
    lexer.emit("ARGOPT", "arg" + match.group(1), start)


def _over(lexer: Lexer, word: str, start: int) -> None:
    over, under = lexer.raw_group(), lexer.raw_group()
    if under != r"\sim" or "iid" not in over.replace(".", ""):
        lexer.refuse(start, f"{word} is only for iid", r"write \overset{\text{iid}}{\sim}")
    lexer.emit("IID", word, start)


def _text(lexer: Lexer, word: str, start: int) -> None:
    content = lexer.raw_group()
    if content not in words.AND:
        lexer.refuse(start, "words inside the formula", words.ADVICE[word])
    lexer.emit("AND", content, start)


def _environment(lexer: Lexer, word: str, start: int) -> None:
    name = lexer.raw_group()
    kinds = {"aligned": ("BEGIN", "END"), "pmatrix": ("PMATRIX", "ENDMATRIX")}
    if name not in kinds:
        lexer.refuse(
            start, f"the environment {name} is not in the language", "write aligned or pmatrix"
        )
    if word == r"\begin":
        lexer.environments.append(name)
    elif lexer.environments[-1:] == [name]:
        lexer.environments.pop()
    else:
        lexer.refuse(start, f"this ends no {name}", rf"write \begin{{{name}}} before it")
    lexer.emit(kinds[name][word == r"\end"], name, start)


def _blackboard(lexer: Lexer, word: str, start: int) -> None:
    letter = lexer.raw_group()
    if letter in words.BLACKBOARD:
        lexer.emit(words.BLACKBOARD[letter], letter, start)
    elif letter in ("E", "P"):
        lexer.emit("MOMENT", letter, start)
    elif letter == "1":
        lexer.refuse(start, r"\mathbb{1} is not in the language", r"write [P], or \mathbf{1}")
    else:
        lexer.refuse(start, f"{word}{{{letter}}} is not in the language", r"write \mathbb{R}")


def _greek(lexer: Lexer, word: str, start: int) -> None:
    gamma = word == r"\Gamma" and word not in lexer.names.known | lexer.names.functions
    if gamma and names.OPENS.match(lexer.text, lexer.at):
        lexer.emit("FUNCTION", "gamma", start)
    else:
        names.name(lexer, word, start, lexer.at)


def _operator(lexer: Lexer, word: str, start: int) -> None:
    name = lexer.raw_group()
    upright = {"i": r"\mathrm{i}", "e": "e"}.get(name)
    if name in words.MOMENTS:
        lexer.emit("MOMENT", name, start)
    elif name.replace(r"\,", "") in ("argmin", "argmax", r"arg\min", r"arg\max"):
        lexer.emit("ARGOPT", "argmin" if "min" in name else "argmax", start)
    elif name == "conv":
        lexer.emit("CONV", name, start)
    elif name in words.OPERATOR_NAMES:
        _function(lexer, words.OPERATOR_NAMES[name], rf"\operatorname{{{name}}}", start)
    elif upright in lexer.names.known:
        lexer.refuse(start, f"an upright {name} where {name} is declared", "use another name")
    elif upright:
        lexer.emit("NAME", upright, start)
    else:
        _plain(lexer, word, name, start)
        names.name(lexer, rf"\operatorname{{{name}}}", start, lexer.at)


_LONG = {
    r"\arg": _arg, r"\overset": _over, r"\stackrel": _over, r"\text": _text,
    r"\begin": _environment, r"\end": _environment, r"\mathbb": _blackboard,
    r"\operatorname": _operator, r"\operatorname*": _operator, r"\mathrm": _operator,
}  # fmt: skip
