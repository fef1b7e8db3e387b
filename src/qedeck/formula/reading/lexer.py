"""LaTeX to typed tokens.

The names in force decide what a subscript means: `d_k` is one token only if declared. Bars become
opening and closing tokens here, so that the grammar has no ambiguity left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import NamedTuple, NoReturn

from lark import Token

from qedeck.formula.reading import commands, names
from qedeck.formula.reading import tokens as words
from qedeck.formula.reading.leibniz import Leibniz
from qedeck.formula.reading.tokens import COMMAND, Names
from qedeck.formula.span import Span

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_OPERAND_END = {
    "NUMBER", "NAME", "INFINITY", "ONES", "RPAR", "RSQB", "CLOSE", "BAR_CLOSE", "NORM_CLOSE",
    "RANGLE", "BANG", "TRANSPOSE", "PSEUDO", "POSPART", "RBRACE", "ENDMATRIX", "DIFF",
}  # fmt: skip
_BINDERS = {"BIG", "ARGOPT", "LIM", "NABLA", "INT", "MOMENT"}
"""Tokens whose scripts say what is bound, so that an operand follows them."""
_SPACED = re.compile(r"(?:\\[,;:> ]|~)[ \t\n]*$")
"""What stands before a differential."""
_LETTERS_D = re.compile(r"d\s*(?:[A-Za-z]|\\[A-Za-z])")
MAX_LENGTH = 10_000
MAX_DEPTH = 60
MAX_DIGITS = 100


def tokenize(span: Span, known: Names) -> list[Token]:
    """The tokens of a formula, typed by the names in force.

    Raises:
        SourceError: at a character that no token begins with, or a group that does not close.
    """
    lexer = Lexer(span, known)
    lexer.run(len(span.text))
    lexer.refuse_twofold_d()
    bounded = [a for a, b in pairwise(lexer.tokens) if (a.type, b.type) == ("INT", "SUB")]
    if lexer.integrals and bounded:
        sign = bounded[-1]
        problem, instead = "an integral without its differential", r"write \int_a^b f(t) \, dt"
        lexer.refuse(sign.start_pos or 0, problem, instead)
    return lexer.tokens


class Bar(NamedTuple):
    """A bar that is open."""

    kind: str
    sided: bool
    """Whether the source says that it opens: `\\lvert`, `\\left|`."""
    start: int


class Lexer:
    """One pass over one formula."""

    def __init__(self, span: Span, known: Names) -> None:
        self.span = span
        self.text = span.text
        self.names = known
        self.at = 0
        self.tokens: list[Token] = []
        self.bars: list[Bar] = []
        """Bars that are open in this group."""
        self.sized: int | None = None
        """After `\\left`, `\\right` and the like: on which side the delimiter stands."""
        self.depth = 0
        self.subscripts = 0
        self.integrals = 0
        """Integral signs whose differential is still to come."""
        self.plain_differentials: list[tuple[int, Leibniz]] = []
        """Derivatives that are written with a plain d, and where."""
        self.environments: list[str] = []
        self.binder = False
        """Whether the last token closes a script of a binder."""
        if len(self.text) > MAX_LENGTH:
            self.refuse(MAX_LENGTH, "the formula is too long", "split it into several claims")

    def refuse(self, offset: int, problem: str, instead: str) -> NoReturn:
        """Raise the user's error at a character."""
        self.span.refuse(offset, problem, instead)

    def emit(self, kind: str, value: str, offset: int) -> None:
        """Add a token."""
        self.tokens.append(Token(kind, value, start_pos=offset))
        self.binder = False
        self.sized = None

    @property
    def last(self) -> str:
        """The kind of the last token."""
        return self.tokens[-1].type if self.tokens else ""

    @property
    def ended(self) -> bool:
        """Whether an operand has just ended."""
        return self.last in _OPERAND_END and not self.binder

    def skip_space(self) -> None:
        """Go on to the next character that says something."""
        backwards = 0
        while self.at < len(self.text):
            if self.text[self.at] in " \t\n\r~":
                self.at += 1
                continue
            match = COMMAND.match(self.text, self.at)
            if match and match.group() in words.SPACES:
                backwards += match.group() == r"\!"
                if backwards > 1:
                    self.refuse(self.at, r"\! upon \! hides what stands before", "leave it out")
                self.at = match.end()
                continue
            return

    def run(self, end: int, closer: str = "", opener: int = 0) -> None:
        """Read tokens up to `closer` (or to `end`), which is left unread."""
        while True:
            self.skip_space()
            if self.integrals:
                self.differential()
            if self.at >= end:
                if closer:
                    shown = self.text[opener]
                    self.refuse(opener, f"{shown} is not closed", f"write {closer} where it ends")
                break
            if closer and self.text.startswith(closer, self.at):
                break
            self.one()
        if self.bars:
            self.refuse(
                self.bars[-1].start, "a bar is not closed", f"write {_both(self.bars[-1].kind)}"
            )

    def differential(self) -> None:
        """Under an integral sign, `\\, dt` ends the integrand."""
        match = words.DIFFERENTIAL.match(self.text, self.at)
        if match and _SPACED.search(self.text, 0, self.at):
            self.emit("DIFF", match.group(1), self.at)
            self.integrals -= 1
            self.at = match.end()
            self.skip_space()
            if "d" in self.names.known and _LETTERS_D.match(self.text, self.at):
                problem = "it is not clear which d ends the integral, as d is a name"
                instead = r"write \mathrm{d}t for the differential, d \cdot t for the product"
                self.refuse(self.at, problem, instead)

    def one(self) -> None:
        """Read what begins here."""
        start, char = self.at, self.text[self.at]
        if self.sized is not None and not words.DELIMITER.match(self.text, start):
            self.refuse(start, "a size without a delimiter", r"write \left( ... \right)")
        if char == "\\":
            commands.command(self)
        elif char.isascii() and char.isdigit():
            self.number()
        elif char == "d" and commands.slashed(self):
            return
        elif char.isascii() and char.isalpha():
            commands.refuse_italics(self)
            names.name(self, char, start, start + 1)
        elif char in "^_":
            self.script()
        elif char == "|":
            self.at += 1
            self.bar("BAR", start)
        else:
            self.mark()

    def refuse_twofold_d(self) -> None:
        """Refuse a derivative with a plain d where d is a name: it may be a quotient."""
        named = "d" in self.names.known | self.names.functions or any(
            token.type in ("NAME", "APPLIED") and token.value.rstrip("'") == "d"
            for token in self.tokens
        )
        for start, found in self.plain_differentials:
            if named:
                problem = "a quotient that begins with d has two readings where d is a name"
                self.refuse(start, problem, found.both(self.text))

    def number(self) -> None:
        """Read digits."""
        match = _NUMBER.match(self.text, self.at)
        assert match is not None
        if self.ended and (self.last == "NUMBER" or not self.subscripts):
            self.refuse(
                self.at, "a number after a factor", r"put it first, or write \cdot before it"
            )
        if re.match(r"0[0-9]", match.group()):
            self.refuse(self.at, "a number that begins with 0", "write 1000, without a comma")
        if len(match.group()) > MAX_DIGITS:
            self.refuse(self.at, "a number with too many digits", "write it as a power: 10^{100}")
        self.emit("NUMBER", match.group(), self.at)
        self.at = match.end()

    def mark(self) -> None:
        """Read a character that is no letter, digit, script or bar."""
        start, char = self.at, self.text[self.at]
        for wrong, instead in words.WRONG.items():
            if self.text.startswith(wrong, start):
                self.refuse(start, f"{wrong} is not in the language", instead)
        self.at += 1
        if self.text.startswith(":=", start):
            self.emit("DEFINE", ":=", start)
            self.at += 1
        elif char in words.BRACKETS:
            self.emit(words.BRACKETS[char], char, start)
        elif char in words.SIGNS:
            self.emit("SIGN", words.SIGNS[char], start)
        elif char == "&" and self.environments[-1:] == ["aligned"]:
            self.alignment(start)
        elif char in words.PLAIN:
            self.emit(words.PLAIN[char], char, start)
        else:
            self.refuse(start, f"the character {char!r} is not in the language", "write LaTeX")

    def alignment(self, start: int) -> None:
        """In `aligned`, `&` stands before a relation sign and says nothing more."""
        self.skip_space()
        match = COMMAND.match(self.text, self.at)
        word = match.group() if match else self.text[self.at : self.at + 1]
        define = self.text.startswith(":=", self.at)
        if not define and word not in words.SIGNS and word not in words.ALIGNED:
            self.refuse(start, "& must stand before a relation sign", r"write &= or &\le")

    # Groups and scripts

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One group deeper, with bars of its own."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(self.at, "groups are nested too deeply", "name parts of the formula")
        outer, self.bars = self.bars, []
        yield
        self.bars = outer
        self.depth -= 1

    def group(self) -> None:
        """Read `{...}`, or the one character or command that TeX would take."""
        self.skip_space()
        if self.at >= len(self.text):
            self.refuse(self.at, "something is missing here", "write { ... }")
        self.emit("OPEN", "{", self.at)
        if self.text[self.at] == "{":
            with self.nested():
                self.at += 1
                self.run(len(self.text), "}", self.at - 1)
                self.at += 1
        else:
            self.single()
        self.emit("CLOSE", "}", self.at - 1)

    def within(self, start: int, stop: int) -> None:
        """Read a stretch of text as a group."""
        self.emit("OPEN", "{", start)
        self.inside(start, stop)
        self.emit("CLOSE", "}", stop)

    def inside(self, start: int, stop: int) -> None:
        """Read a stretch of text."""
        self.at = start
        with self.nested():
            self.run(stop)

    def optional(self) -> None:
        """Read `[...]` after a command, if it is there."""
        self.skip_space()
        if self.text[self.at : self.at + 1] != "[":
            return
        self.emit("LSQB", "[", self.at)
        with self.nested():
            self.at += 1
            self.run(len(self.text), "]", self.at - 1)
        self.emit("RSQB", "]", self.at)
        self.at += 1

    def single(self) -> None:
        """Read the one token that an argument without braces is."""
        match = COMMAND.match(self.text, self.at)
        word = match.group() if match else self.text[self.at]
        if word == r"\infty":
            self.emit("INFINITY", word, self.at)
        elif word.isascii() and word.isdigit():
            self.emit("NUMBER", word, self.at)
        elif word in words.GREEK or (word.isascii() and word.isalpha()):
            self.emit("NAME", word, self.at)
        else:
            self.refuse(self.at, "this argument needs braces", "write { ... }")
        self.at += len(word)

    def raw_span(self, at: int) -> tuple[int, int, int]:
        """Where the text of a group from `at` on starts and stops, and where the group ends."""
        while at < len(self.text) and self.text[at] in " \t\n":
            at += 1
        if self.text[at : at + 1] == "{":
            depth = 0
            for end in range(at, len(self.text)):
                if self.text[end] in "{}" and self.text[end - 1] != "\\":
                    depth += 1 if self.text[end] == "{" else -1
                    if depth == 0:
                        return at + 1, end, end + 1
            self.refuse(at, "{ is not closed", "write } where it ends")
        match = COMMAND.match(self.text, at)
        end = match.end() if match else min(at + 1, len(self.text))
        return at, end, end

    def raw_group(self) -> str:
        """The text of the group that begins here, without braces; reads over it."""
        start, stop, self.at = self.raw_span(self.at)
        return self.text[start:stop].strip()

    def script(self) -> None:
        """Read `^` or `_` and its group; `^2_p` is put in order where that has one reading."""
        start, mark = self.at, self.text[self.at]
        begin, stop, end = self.raw_span(start + 1)
        raw = self.text[begin:stop].strip()
        if mark == "_":
            self.subscript(start, raw, end)
        elif raw in ("+", "-") and self.last == "NUMBER" and self.approaching():
            self.emit("SIDE", raw, start)
            self.at = end
        elif raw in (r"\top", "+"):
            self.emit("TRANSPOSE" if raw == r"\top" else "PSEUDO", raw, start)
            self.at = end
        else:
            if self.last not in ("REALS", "HALF"):
                self.refuse_decoration(start, raw)
            self.superscript(start, end)

    def approaching(self) -> bool:
        """Whether the last number is what a limit approaches."""
        return len(self.tokens) > 1 and self.tokens[-2].type == "TO"

    def refuse_decoration(self, start: int, raw: str) -> None:
        """Refuse what is often written for a transpose or a name."""
        if raw in ("T", r"\mathrm{T}", r"\intercal") and "T" not in self.names.known:
            self.refuse(start, f"^{raw} is not a transpose here", r"write ^\top")
        if raw in ("*", r"\ast", r"\star"):
            self.refuse(start, f"^{raw} belongs to a name", "write x^*, and declare it so")
        if raw in (r"\dagger", r"\dag"):
            self.refuse(start, f"^{raw} is not in the language", "write X^+ for a pseudoinverse")
        if raw == r"\prime":
            self.refuse(start, f"^{raw} is not in the language", "write f'(x)")

    def subscript(self, start: int, raw: str, end: int) -> None:
        """Read `_` and its group."""
        half = {">0": ">", r"\ge0": ">=", r"\geq0": ">="}.get(raw.replace(" ", ""))
        if self.last == "RPAR" and raw == "+":
            self.emit("POSPART", "+", start)
            self.at = end
        elif self.last == "REALS" and half:
            self.emit("HALF", half, start)
            self.at = end
        else:
            binder = self.last in _BINDERS
            self.at = start + 1
            self.emit("ORDER" if self.last == "NORM_CLOSE" else "SUB", "_", start)
            self.subscripts += 1
            self.group()
            self.subscripts -= 1
            self.binder = binder

    def superscript(self, start: int, end: int) -> None:
        """Read `^` and its group, which ends at `end`, or `^a_b` as `_b^a`."""
        binder = self.last in _BINDERS or self.binder
        resume = 0
        below = re.compile(r"\s*_").match(self.text, end)
        if below:
            if self.last not in ("NORM_CLOSE", "NAME", *_BINDERS):
                self.refuse(
                    start,
                    "a superscript before a subscript has two readings",
                    "write x_i^2 for a power of an entry, (x^2)_i for an entry of a power",
                )
            self.at = below.end() - 1
            self.script()
            resume = self.at
        self.at = start + 1
        self.emit("SUP", "^", start)
        self.group()
        self.at = resume or self.at
        self.binder = binder

    # Bars

    def bar(self, kind: str, start: int, side: int = 0) -> None:
        """Emit an opening or closing bar: `side` is 1 or -1 where the source says so."""
        said = side or self.sized or 0
        side = said or self.side(kind, start)
        if side == 1:
            self.emit(f"{kind}_OPEN", "|", start)
            self.bars.append(Bar(kind, bool(said), start))
            if len(self.bars) > MAX_DEPTH:
                self.refuse(start, "bars are nested too deeply", "name parts of the formula")
            return
        if not self.bars or self.bars[-1][:2] != (kind, bool(said)):
            self.refuse(start, "a bar closes nothing", rf"write {_both(kind)}")
        self.bars.pop()
        self.emit(f"{kind}_CLOSE", "|", start)

    def side(self, kind: str, start: int) -> int:
        """Whether a plain bar opens or closes; refused where both could be meant."""
        plain = [bar.kind for bar in self.bars if not bar.sided]
        if self.ended and self.bars and self.bars[-1][:2] == (kind, False):
            return -1
        if kind in plain and not self.ended:
            if kind == "BAR" and self.text[start - 1] == "|":
                self.refuse(start - 1, "|| is not in the language", r"write \|x\| for a norm")
            self.refuse(start, "nested bars have two readings", f"write {_both(kind)}")
        if self.last == "BAR_CLOSE" == f"{kind}_CLOSE" and self.text[start - 1] == "|":
            self.refuse(
                start,
                "a bar after a bar has two readings",
                r"write |x| \, |y|, or \lvert x \rvert \lvert y \rvert",
            )
        return 1


def _both(kind: str) -> str:
    return r"\lvert ... \rvert" if kind == "BAR" else r"\lVert ... \rVert"
