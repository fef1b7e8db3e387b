"""LaTeX to typed tokens.

The names in force decide what a subscript means: `d_k` is one token only if declared. Bars become
opening and closing tokens here, so that the grammar has no ambiguity left.
"""

from __future__ import annotations

import re
from typing import NoReturn

from lark import Token

from qedeck.formula.reading import tokens as words
from qedeck.formula.reading.tokens import Names
from qedeck.formula.span import Span

_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LABEL = re.compile(r"[A-Za-z0-9]+(?:,[A-Za-z0-9]+)*|\\text\{[A-Za-z0-9 -]+\}|\\[A-Za-z]+")
_DIFFERENTIAL = re.compile(
    r"\s*\{\s*(?:d|\\mathrm\{d\})\s*\}\s*\{\s*(?:d|\\mathrm\{d\})\s*((?:[A-Za-z]|\\[A-Za-z]+))\s*\}"
)
_OPERAND_END = {
    "NUMBER", "NAME", "INFINITY", "ONES", "RPAR", "RSQB", "CLOSE", "BAR_CLOSE", "NORM_CLOSE",
    "RANGLE", "BANG", "TRANSPOSE", "PSEUDO", "POSPART", "RBRACE", "ENDMATRIX", "DIFF",
}  # fmt: skip
MAX_LENGTH = 10_000
MAX_DEPTH = 60


def tokenize(span: Span, names: Names) -> list[Token]:
    """The tokens of a formula, typed by the names in force.

    Raises:
        SourceError: at a character that no token begins with, or a group that does not close.
    """
    lexer = Lexer(span, names)
    lexer.run(len(span.text), "")
    return lexer.tokens


class Lexer:
    """One pass over one formula."""

    def __init__(self, span: Span, names: Names) -> None:
        self.span = span
        self.text = span.text
        self.names = names
        self.at = 0
        self.tokens: list[Token] = []
        self.bars: list[str] = []
        self.sized = 0
        self.depth = 0
        self.subscripts = 0
        if len(self.text) > MAX_LENGTH:
            self.refuse(MAX_LENGTH, "the formula is too long", "split it into several claims")

    def refuse(self, offset: int, problem: str, instead: str) -> NoReturn:
        self.span.refuse(offset, problem, instead)

    def emit(self, kind: str, value: str, offset: int) -> None:
        self.tokens.append(Token(kind, value, start_pos=offset))

    def skip_space(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] in " \t\n\r~":
                self.at += 1
                continue
            match = _COMMAND.match(self.text, self.at)
            if match and match.group() in words.SPACES:
                self.at = match.end()
                continue
            return

    def run(self, end: int, closer: str) -> None:
        """Read tokens up to `closer` (or to `end`), which is left unread."""
        while True:
            self.space_or_differential()
            if self.at >= end:
                if closer:
                    self.refuse(self.at, f"{closer} is missing", f"close the group with {closer}")
                if self.bars:
                    self.refuse(self.at, "a bar is not closed", r"write \lvert ... \rvert")
                return
            if closer and self.text.startswith(closer, self.at):
                return
            self.one()

    def space_or_differential(self) -> None:
        """Skip space; under an integral sign, `\\, dt` ends the integrand."""
        self.skip_space()
        if not any(token.type == "INT" for token in self.tokens):
            return
        opened = sum(token.type == "INT" for token in self.tokens)
        closed = sum(token.type == "DIFF" for token in self.tokens)
        match = re.compile(r"(?:d|\\mathrm\{d\})\s*([A-Za-z]|\\[A-Za-z]+)(?![A-Za-z])").match(
            self.text, self.at
        )
        before = self.text[: self.at].rstrip(" \n")
        if opened > closed and match and before.endswith("\\,"):
            self.emit("DIFF", match.group(1), self.at)
            self.at = match.end()
            self.skip_space()

    def one(self) -> None:
        """Read what begins here."""
        start, char = self.at, self.text[self.at]
        if char == "\\":
            self.command()
        elif char.isascii() and char.isdigit():
            match = _NUMBER.match(self.text, start)
            assert match is not None
            if self.tokens and self.tokens[-1].type in _OPERAND_END and not self.subscripts:
                self.refuse(
                    start, "a number after a factor", r"put it first, or write \cdot before it"
                )
            self.emit("NUMBER", match.group(), start)
            self.at = match.end()
        elif char.isascii() and char.isalpha():
            self.name(char, start, start + 1)
        elif char in "^_":
            self.script()
        elif char == "|":
            self.at += 1
            self.bar("BAR", start, self.sized)
            self.sized = 0
        elif char in "()[]":
            kind = {"(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB"}[char]
            self.emit(kind, char, start)
            self.at += 1
            self.sized = 0
        elif self.text.startswith(":=", start):
            self.emit("DEFINE", ":=", start)
            self.at += 2
        elif char in words.SIGNS:
            self.emit("SIGN", words.SIGNS[char], start)
            self.at += 1
        elif char in words.PLAIN:
            self.at += 1
            if char == "&" and self.drops_ampersand():
                return
            self.emit(words.PLAIN[char], char, start)
        elif char in "{}":
            self.refuse(start, "a brace that groups nothing", r"write ( ... ) or \{ ... \}")
        else:
            self.refuse(
                start, f"the character {char!r} is not in the language", "write it in LaTeX"
            )

    def drops_ampersand(self) -> bool:
        """In `aligned`, `&` stands before a relation sign and says nothing more."""
        if not any(token.type == "BEGIN" for token in self.tokens) or any(
            token.type == "PMATRIX" for token in self.tokens
        ):
            return False
        self.skip_space()
        rest = self.text[self.at :]
        if rest.startswith(":="):
            return True
        match = _COMMAND.match(rest)
        word = match.group() if match else rest[:1]
        if word in words.SIGNS or word in (r"\in", r"\implies", r"\iff"):
            return True
        self.refuse(self.at, "& must stand before a relation sign", "write &= or &\\le")

    # Groups and scripts

    def group(self) -> None:
        """Read `{...}`, or the one character or command that TeX would take."""
        self.skip_space()
        start = self.at
        if start >= len(self.text):
            self.refuse(start, "something is missing here", "write { ... }")
        self.emit("OPEN", "{", start)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(start, "groups are nested too deeply", "name parts of the formula")
        if self.text[start] == "{":
            outer, self.bars = self.bars, []
            self.at += 1
            self.run(len(self.text), "}")
            if self.bars:
                self.refuse(self.at, "a bar is not closed", r"write \lvert ... \rvert")
            self.bars = outer
            self.at += 1
        else:
            self.single()
        self.depth -= 1
        self.emit("CLOSE", "}", self.at - 1)

    def single(self) -> None:
        """Read the one token that an argument without braces is."""
        char = self.text[self.at]
        if char.isascii() and char.isdigit():
            self.emit("NUMBER", char, self.at)
            self.at += 1
        elif char.isascii() and char.isalpha():
            self.emit("NAME", char, self.at)
            self.at += 1
        else:
            match = _COMMAND.match(self.text, self.at)
            if match and match.group() == r"\infty":
                self.emit("INFINITY", match.group(), self.at)
            elif match and match.group() in words.GREEK:
                self.emit("NAME", match.group(), self.at)
            else:
                self.refuse(self.at, "this argument needs braces", "write { ... }")
            self.at = match.end()

    def raw_span(self) -> tuple[int, int, int]:
        """Where the text of a group that begins here starts and stops, and where the group ends."""
        at = self.at
        while at < len(self.text) and self.text[at] in " \n":
            at += 1
        if at >= len(self.text):
            return at, at, at
        if self.text[at] == "{":
            depth = 0
            for end in range(at, len(self.text)):
                if self.text[end] in "{}" and self.text[end - 1] != "\\":
                    depth += 1 if self.text[end] == "{" else -1
                    if depth == 0:
                        return at + 1, end, end + 1
            self.refuse(at, "} is missing", "close the group with }")
        match = _COMMAND.match(self.text, at)
        end = match.end() if match else at + 1
        return at, end, end

    def raw_group(self) -> tuple[str, int]:
        """The text of a group that begins here, without braces, and where the group ends."""
        start, stop, end = self.raw_span()
        return self.text[start:stop].strip(), end

    def script(self) -> None:
        """Read `^` or `_` and its group; after a norm, `^2_p` is put in order."""
        start, mark = self.at, self.text[self.at]
        last = self.tokens[-1].type if self.tokens else ""
        self.at += 1
        raw, end = self.raw_group()
        if mark == "_":
            if last == "RPAR" and raw == "+":
                self.emit("POSPART", "+", start)
                self.at = end
                return
            half = {">0": ">", r"\ge0": ">=", r"\geq0": ">="}.get(raw.replace(" ", ""))
            if last == "REALS" and half:
                self.emit("HALF", half, start)
                self.at = end
                return
            self.emit("ORDER" if last == "NORM_CLOSE" else "SUB", "_", start)
            self.subscripts += 1
            self.group()
            self.subscripts -= 1
            return
        if raw in ("+", "-") and last == "NUMBER" and any(t.type == "LIM" for t in self.tokens):
            self.emit("SIDE", raw, start)
            self.at = end
            return
        if raw in (r"\top", "+", "T", "*"):
            if raw == "T" and "T" not in self.names.known:
                self.refuse(start, "^T is not a transpose here", r"write ^\top")
            if raw == "*":
                self.refuse(start, "^* belongs to a name", "declare the name with its star")
            if raw != "T":
                self.emit("TRANSPOSE" if raw == r"\top" else "PSEUDO", raw, start)
                self.at = end
                return
        if end < len(self.text) and self.text[end:].lstrip().startswith("_"):
            if last not in ("NORM_CLOSE", "BIG", "NAME", "INT"):
                self.refuse(
                    start,
                    "a superscript before a subscript has two readings",
                    "write the subscript first: x_i^2",
                )
            self.swapped(start, end)
            return
        self.emit("SUP", "^", start)
        self.group()

    def swapped(self, start: int, end: int) -> None:
        """Read `^a_b` as `_b^a`."""
        after_power = self.at
        self.at = end
        self.skip_space()
        self.script()
        resume = self.at
        self.at = after_power
        self.emit("SUP", "^", start)
        self.group()
        self.at = resume

    def bar(self, kind: str, start: int, side: int) -> None:
        """Emit an opening or closing bar: `side` is 1 or -1 where the source says so."""
        last = self.tokens[-1].type if self.tokens else ""
        ended = last in _OPERAND_END
        if side == 0:
            if self.bars and self.bars[-1] == kind and ended:
                side = -1
            elif kind in self.bars and not ended:
                left, right = (r"\lvert", r"\rvert") if kind == "BAR" else (r"\lVert", r"\rVert")
                self.refuse(start, "nested bars have two readings", f"write {left} ... {right}")
            elif last == "BAR_CLOSE" == f"{kind}_CLOSE" and self.text[start - 1] == "|":
                self.refuse(
                    start,
                    "a bar after a bar has two readings",
                    r"write |x| \, |y|, or \lvert x \rvert \lvert y \rvert",
                )
            else:
                side = 1
        if side == 1:
            self.bars.append(kind)
            self.emit(f"{kind}_OPEN", "|", start)
            if len(self.bars) > MAX_DEPTH:
                self.refuse(start, "bars are nested too deeply", "name parts of the formula")
            return
        if not self.bars or self.bars[-1] != kind:
            self.refuse(start, "a bar closes nothing", r"write \lvert ... \rvert")
        self.bars.pop()
        self.emit(f"{kind}_CLOSE", "|", start)

    # Commands

    def command(self) -> None:
        match = _COMMAND.match(self.text, self.at)
        if match is None:
            self.refuse(self.at, "a lone backslash", "write a command")
        start, word = self.at, match.group()
        self.at = match.end()
        if word in words.SIZES:
            self.sized = words.SIZES[word]
            self.skip_space()
            if self.text[self.at : self.at + 1] == ".":
                self.refuse(self.at, "an invisible delimiter", "write both delimiters")
        elif word in (r"\|", r"\Vert", r"\lVert", r"\rVert"):
            side = {r"\lVert": 1, r"\rVert": -1}.get(word, self.sized)
            self.sized = 0
            self.bar("NORM", start, side)
        elif word in (r"\vert", r"\lvert", r"\rvert"):
            side = {r"\lvert": 1, r"\rvert": -1}.get(word, self.sized)
            self.sized = 0
            self.bar("BAR", start, side)
        elif word in (r"\langle", r"\rangle", r"\{", r"\}"):
            kinds = {r"\langle": "LANGLE", r"\rangle": "RANGLE", r"\{": "LBRACE", r"\}": "RBRACE"}
            self.emit(kinds[word], word, start)
            self.sized = 0
        elif word in words.SIGNS:
            self.emit("SIGN", words.SIGNS[word], start)
        elif word == r"\not":
            self.negated(start)
        elif word in (r"\frac", r"\tfrac", r"\dfrac"):
            self.fraction(word, start)
        elif word in words.FUNCTIONS:
            self.function(words.FUNCTIONS[word], word, start)
        elif word in words.PLAIN:
            self.emit(words.PLAIN[word], word, start)
            self.arguments(word)
        else:
            self.long_command(word, start)

    def arguments(self, word: str) -> None:
        """Read the groups that a command takes."""
        if word == r"\sqrt":
            self.skip_space()
            if self.text[self.at : self.at + 1] == "[":
                self.emit("LSQB", "[", self.at)
                self.at += 1
                self.run(len(self.text), "]")
                self.emit("RSQB", "]", self.at)
                self.at += 1
        for _ in range(words.ARGUMENTS.get(word, 0)):
            self.group()

    def negated(self, start: int) -> None:
        match = _COMMAND.match(self.text, self.at)
        word = match.group() if match else self.text[self.at : self.at + 1]
        if word not in words.SIGNS:
            self.refuse(start, r"\not stands before a relation sign", r"write \not\le or \ne")
        self.emit("SIGN", "not " + words.SIGNS[word], start)
        self.at += len(word)

    def fraction(self, word: str, start: int) -> None:
        match = _DIFFERENTIAL.match(self.text, self.at)
        if match and "d" not in self.names.known:
            self.emit("DDX", match.group(1), start)
            self.at = match.end()
            return
        raw, _ = self.raw_group()
        if raw.startswith(r"\partial"):
            self.emit("DFRAC", word, start)
        else:
            self.emit("FRAC", word, start)
        self.arguments(word)

    def function(self, name: str, word: str, start: int) -> None:
        """A built-in function: with parentheses, bare, or `\\max_i`."""
        self.skip_space()
        rest = self.text[self.at :]
        if name in ("max", "min") and rest.startswith("_"):
            self.emit("BIG", word, start)
            return
        if rest.startswith("^"):
            self.refuse(
                start,
                f"a power of {word} has two readings",
                f"write ({word}(x))^2 or {word}(x^2)",
            )
        opens = re.match(r"(?:\\(?:left|[bB]igg?l?)\s*)?\(", rest)
        if opens:
            self.emit("FUNCTION", name, start)
        elif name in ("max", "min", "det"):
            self.refuse(start, f"{word} needs parentheses", f"write {word}(...)")
        else:
            self.emit("FUNCTION_BARE", name, start)

    def long_command(self, word: str, start: int) -> None:
        """Commands with a name in braces, environments, and the rest."""
        if word == r"\arg":
            self.skip_space()
            match = re.compile(r"\\(min|max)(?![A-Za-z])").match(self.text, self.at)
            if match is None:
                self.refuse(start, r"\arg alone", r"write \arg\min or \arg\max")
            self.at = match.end()
            self.emit("ARGOPT", "arg" + match.group(1), start)
        elif word == r"\partial":
            inside = len(self.tokens) >= 2 and self.tokens[-1].type == "OPEN"
            differential = inside and any(token.type == "DFRAC" for token in self.tokens[-40:])
            self.emit("PARTIAL" if differential else "SUBDIFFERENTIAL", word, start)
        elif word in (r"\begin", r"\end"):
            self.environment(word, start)
        elif word in (r"\overset", r"\stackrel"):
            over, self.at = self.raw_group()
            under, self.at = self.raw_group()
            if under != r"\sim" or "iid" not in over.replace(".", ""):
                self.refuse(start, f"{word} is only for iid", r"write \overset{\text{iid}}{\sim}")
            self.emit("IID", word, start)
        elif word == r"\text":
            content, self.at = self.raw_group()
            if content.strip() not in ("and", "且", "与"):
                self.refuse(start, "words inside the formula", words.ADVICE[word])
            self.emit("AND", content, start)
        elif word in (r"\operatorname", r"\mathrm", r"\operatorname*"):
            self.operator(word, start)
        elif word == r"\mathbb":
            self.blackboard(start)
        elif word in words.GREEK:
            self.greek(word, start)
        elif word in words.ACCENTS or word in words.FONTS:
            content, end = self.raw_group()
            if word == r"\mathbf" and content == "1":
                self.at = end
                self.emit("ONES", word, start)
            else:
                self.name(f"{word}{{{content}}}", start, end)
        else:
            self.refuse(
                start,
                f"{word} is not in the language",
                words.ADVICE.get(word, "write it with the commands of the formula language"),
            )

    def greek(self, word: str, start: int) -> None:
        rest = self.text[self.at :].lstrip()
        if word == r"\Gamma" and rest.startswith(("(", r"\left(")) and word not in self.names.known:
            self.emit("FUNCTION", "gamma", start)
        else:
            self.name(word, start, self.at)

    def environment(self, word: str, start: int) -> None:
        name, self.at = self.raw_group()
        kinds = {"aligned": ("BEGIN", "END"), "pmatrix": ("PMATRIX", "ENDMATRIX")}
        if name not in kinds:
            self.refuse(
                start, f"the environment {name} is not in the language", "write aligned or pmatrix"
            )
        self.emit(kinds[name][word == r"\end"], name, start)

    def operator(self, word: str, start: int) -> None:
        name, end = self.raw_group()
        self.at = end
        if name in words.MOMENTS:
            self.emit("MOMENT", name, start)
        elif name.replace(r"\,", "") in ("argmin", "argmax", r"arg\min", r"arg\max"):
            self.emit("ARGOPT", "argmin" if "min" in name else "argmax", start)
        elif name == "conv":
            self.emit("CONV", name, start)
        elif name in words.OPERATOR_NAMES:
            self.function(words.OPERATOR_NAMES[name], f"\\operatorname{{{name}}}", start)
        elif word == r"\mathrm" and name == "i":
            self.emit("NAME", r"\mathrm{i}", start)
        elif word == r"\mathrm" and name == "e":
            self.emit("NAME", "e", start)
        else:
            self.name(f"\\operatorname{{{name}}}", start, end)

    def blackboard(self, start: int) -> None:
        letter, self.at = self.raw_group()
        if letter in words.BLACKBOARD:
            self.emit(words.BLACKBOARD[letter], letter, start)
        elif letter in ("E", "P"):
            self.emit("MOMENT", letter, start)
        else:
            self.refuse(start, f"\\mathbb{{{letter}}} is not in the language", r"write \mathbb{R}")

    # Names

    def name(self, base: str, start: int, end: int) -> None:
        """Emit a name with the decorations that belong to it."""
        self.at = end
        base = self.decorated(base)
        known = self.names.known
        if self.square(base, start):
            return
        sub, after = self.subscript(self.at)
        if base == "S" and base not in known and sub and self.follows("IN"):
            self.emit("PERMUTATIONS", base, start)
            return
        label, indices = self.label(base, sub)
        if label:
            first = after - 1 if indices else after
            base, self.at = label, after
            if not self.applied(base, start):
                self.emit("NAME", base, start)
                if indices:
                    self.indices(self.text.rindex(indices, start, first + 1), indices)
        elif not self.applied(base, start):
            self.emit("NAME", base, start)

    def follows(self, kind: str) -> bool:
        return bool(self.tokens) and self.tokens[-1].type == kind

    def decorated(self, base: str) -> str:
        """Take `^*` and `^{(t)}` into the name."""
        match = re.compile(r"\s*\^\s*(?:\*|\{\s*\*\s*\}|\{\s*\(([^(){}]*)\)\s*\})").match(
            self.text, self.at
        )
        if match is None:
            return base
        self.at = match.end()
        return f"{base}^{{({match.group(1)})}}" if match.group(1) else f"{base}^*"

    def subscript(self, at: int) -> tuple[str, int]:
        """The raw subscript that follows, and where it ends; empty where there is none."""
        match = re.compile(r"\s*_").match(self.text, at)
        if match is None:
            return "", at
        saved, self.at = self.at, match.end()
        raw, end = self.raw_group()
        self.at = saved
        return raw, end

    def square(self, base: str, start: int) -> bool:
        """Emit `\\sigma^2`, with a subscript in either order, where that is a known symbol."""
        known = self.names.known
        if not any(name.startswith(base) and name.endswith("^2") for name in known):
            return False
        saved = self.at
        two = re.compile(r"\s*\^\s*(?:2|\{\s*2\s*\})")
        first = two.match(self.text, self.at)
        self.at = first.end() if first else self.at
        sub, after = self.subscript(self.at)
        second = None if first or not sub else two.match(self.text, after)
        if not first and not second:
            self.at = saved
            return False
        label = subscripted(base, sub) + "^2"
        if sub and label in known:
            self.emit("NAME", label, start)
            self.at = second.end() if second else after
        elif base + "^2" in known:
            self.emit("NAME", base + "^2", start)
            if second:
                at = self.text.index("_", self.at) + 1
                self.at = at
                self.emit("SUB", "_", at - 1)
                self.group()
                self.at = second.end()
        else:
            self.at = saved
            return False
        return True

    def label(self, base: str, sub: str) -> tuple[str, str]:
        """The labelled name that base and subscript make ("" for none), and indices after it."""
        if not sub:
            return "", ""
        known, functions = self.names.known, self.names.functions
        whole = subscripted(base, sub)
        if whole in known or whole in functions or whole + "^2" in known:
            return whole, ""
        head, _, rest = sub.partition(",")
        if rest and subscripted(base, head.strip()) in known:
            return subscripted(base, head.strip()), rest
        taken = (known - self.names.scalars) | functions
        new = self.names.declaring and base not in taken
        if new and base not in ("e", r"\mathbf{e}") and _LABEL.fullmatch(sub):
            return whole, ""
        return "", ""

    def indices(self, start: int, text: str) -> None:
        """Emit the subscript group for the part of a subscript that is no label."""
        inner = Lexer(self.span, self.names)
        inner.at = start
        inner.run(start + len(text), "")
        self.emit("SUB", "_", start)
        self.emit("OPEN", "{", start)
        self.tokens.extend(inner.tokens)
        self.emit("CLOSE", "}", start + len(text))

    def applied(self, base: str, start: int) -> bool:
        """Emit an application's name where parentheses follow a function."""
        primes = re.compile(r"\s*('+)").match(self.text, self.at)
        if base not in self.names.functions:
            if primes:
                self.refuse(start, f"{base} is not a function here", f"declare {base} as one")
            return False
        at = primes.end() if primes else self.at
        sub, after = self.subscript(at)
        opens = re.compile(r"\s*(?:\\(?:left|[bB]igg?l?)\s*)?\(")
        if opens.match(self.text, at):
            self.emit("APPLIED", base + "'" * (len(primes.group(1)) if primes else 0), start)
            self.at = at
            return True
        if sub and opens.match(self.text, after):
            self.emit("APPLIED", base + "'" * (len(primes.group(1)) if primes else 0), start)
            self.emit("PARAMETERS", "_", at)
            self.at = self.text.index("_", at) + 1
            self.group()
            return True
        return False


def subscripted(base: str, sub: str) -> str:
    """The canonical name of a base with a label: `d_k`, `\\mu_{run}`."""
    plain = len(sub) == 1 or sub in words.GREEK
    return f"{base}_{sub}" if plain else f"{base}_{{{sub}}}"
