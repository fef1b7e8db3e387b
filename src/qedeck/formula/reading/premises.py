"""The paragraphs before a formula: hypotheses, and what links bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qedeck.formula.reading.faults import Faults, Paragraph
from qedeck.formula.reading.hypotheses import Hypotheses
from qedeck.formula.reading.joined import beyond, merged
from qedeck.formula.reading.reach import outside
from qedeck.formula.reading.words import Piece
from qedeck.formula.scope import Defined, Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import Apply, Node, Symbol, walk


@dataclass(frozen=True)
class Context:
    """What a callout may use."""

    language: str = "en"
    functions: Mapping[str, Defined] = field(default_factory=dict)
    """Functions defined in the same note."""
    exports: Mapping[str, Scope] = field(default_factory=dict)
    """Scopes of definitions by full id; a link brings one in."""


class Premises:
    """What the paragraphs that were read so far declare, assume and link."""

    def __init__(self, context: Context, faults: Faults) -> None:
        self.context = context
        self.faults = faults
        self.vocabulary = faults.vocabulary
        functions = dict(context.functions)
        self.hypotheses = Hypotheses(Scope(defined=functions), frozenset(functions))
        self.ranged = False
        """Whether the last word says that a range follows, over which statements hold."""
        self.broken = False
        """Whether the last hypothesis did not read."""
        self.linked: list[str] = []
        self.own: list[str] = []
        self.brought = Scope()
        """What links have added."""
        self.twofold: dict[str, Piece] = {}
        """Names that two linked definitions give different meanings, with the second link."""

    def foresee(self, paragraphs: Sequence[Paragraph]) -> None:
        """Know what the formulas of all paragraphs declare, in whatever order they stand."""
        pieces = [piece for paragraph in paragraphs for piece in paragraph]
        scope, loose = self.hypotheses.scope, self.hypotheses.loose
        for piece in pieces:
            brought = self.context.exports.get(piece.target) if piece.kind == "link" else None
            if brought is not None:
                scope, loose = merged(scope, brought), loose - brought.defined.keys()
        spans = [piece.span for piece in pieces if piece.kind == "math"]
        self.hypotheses.foresee(spans, Hypotheses(scope, loose))

    def read(self, paragraph: Paragraph) -> None:
        """Read a paragraph before the formula."""
        if self.faults.opening(paragraph) not in self.vocabulary.hypothesis:
            known = ", ".join(sorted(self.vocabulary.hypothesis))
            self.faults.note(
                paragraph[0],
                "a paragraph before the formula that is no hypothesis",
                f"begin it with one of: {known}",
            )
            return
        for k, piece in enumerate(paragraph):
            match piece.kind:
                case "math":
                    self.broken = True
                    before = self.hypotheses.scope.defined
                    behind = k > 1 and self.ranged and paragraph[k - 2].kind == "math"
                    with self.faults.guarded(piece.span):
                        if not (behind and self.hypotheses.range_over(piece.span)):
                            self.hypotheses.add(piece.span)
                        self.broken = False
                    self.ranged = False
                    now = self.hypotheses.scope.defined
                    self.own.extend(n for n in now if now[n] is not before.get(n))
                    self.beside_entries(piece.span)
                case "link":
                    with self.faults.guarded(piece.span):
                        self.link(piece)
                    self.beside_entries(piece.span)
                case "text":
                    self.properties(piece, last=k + 1 == len(paragraph))
        if self.hypotheses.unsaid is not None and not self.broken:
            self.faults.mistakes.append(self.hypotheses.unsaid)

    def finish(self) -> None:
        """Note what only all hypotheses together show."""
        self.faults.mistakes.extend(outside(self.hypotheses.scope, self.hypotheses.written))

    def properties(self, piece: Piece, *, last: bool) -> None:
        """Apply the property words of a text piece: each stands after what it is said of."""
        found = self.faults.words(piece)
        apart = [word.text in self.vocabulary.apart for word in found]
        for k, word in enumerate(found):
            said = self.vocabulary.properties.get(word.text)
            if said is None or self.broken:
                continue
            if not last and not any(apart[k:]):
                problem = f"the word {word.text!r} stands before what it is said of"
                self.faults.note(
                    piece, problem, f"write $x$ {word.text}, after the name", word.offset
                )
                continue
            with self.faults.guarded(piece.span):
                self.hypotheses.say(piece.span, word.offset, said)
        self.ranged = len(found) > 0 and found[-1].text in self.vocabulary.ranging
        self.hypotheses.joined = self.vocabulary.joining.issuperset(word.text for word in found)

    def beside_entries(self, span: Span) -> None:
        """Refuse a symbol that looks like an entry of another: `x_1` beside a vector `x`."""
        scope = self.hypotheses.scope
        arrays = {name for name, declared in scope.declared.items() if declared.shape}
        families = [name for name in self.own if not scope.defined[name].recursive]
        arrays.update(name for name in families if scope.defined[name].shape)
        for name in scope.declared.keys() | set(self.own):
            base, mark, label = name.rpartition("_")
            if mark and r"\text" not in label and base in arrays:
                problem = f"{name} is one symbol here, and {base} has entries"
                self.faults.mistakes.append(span.mistake(0, problem, "rename one of them"))
                return

    def link(self, piece: Piece) -> None:
        """Bring the symbols of a linked definition into scope."""
        self.linked.append(piece.target)
        brought = self.context.exports.get(piece.target)
        if brought is None:
            return
        scope = self.hypotheses.scope
        for name, declared in brought.declared.items():
            mine = scope.declared.get(name)
            if mine is not None and (mine.kind, mine.shape) != (declared.kind, declared.shape):
                piece.span.refuse(
                    0, f"{name} is declared differently in the linked definition", "rename yours"
                )
        self.clashes(piece, brought)
        self.hypotheses.scope = merged(scope, brought)
        self.brought = merged(self.brought, beyond(brought, scope))
        self.hypotheses.loose -= brought.defined.keys()

    def clashes(self, piece: Piece, brought: Scope) -> None:
        """Refuse a link that gives a name of this callout another meaning; note other clashes."""
        scope, loose = self.hypotheses.scope, self.hypotheses.loose - {*self.own}
        for name in {**brought.declared, **brought.defined}:
            here = scope.defined.get(name) if name not in loose else None
            there = brought.defined.get(name)
            declared = name in scope.declared
            if (here or there) is None or (here == there and not declared):
                continue
            if here is None and not declared:
                continue
            if name in self.own or (declared and name not in self.brought.declared):
                problem = f"the linked definition gives {name} another meaning than it has here"
                piece.span.refuse(0, problem, "rename yours")
            self.twofold[name] = piece

    def refuse_twofold(self, written: list[Node], scope: Scope) -> None:
        """Note names that are written here, and that two links define differently."""
        written += [scope.defined[name].body for name in self.own if name in scope.defined]
        written += [
            one.statement
            for one in scope.assumed
            if one.statement is not None and one not in self.brought.assumed
        ]
        for part in (part for node in written for part in walk(node)):
            name = getattr(part, "function", getattr(part, "name", ""))
            if isinstance(part, Apply | Symbol) and name in self.twofold:
                piece = self.twofold.pop(name)
                self.faults.note(piece, f"two linked definitions define {name}", "link one of them")
