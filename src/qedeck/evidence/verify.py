"""Statements as subjects of verification, and the verdict on each.

Importing this module loads no prover: readers bind statements without one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from qedeck.errors import SourceError
from qedeck.evidence.record import Evidence
from qedeck.evidence.text import Texts
from qedeck.formula.printer import explicit, latex
from qedeck.formula.scope import Bound
from qedeck.formula.tree import Apply, Define, Defines, Node, Statement, Symbol, walk
from qedeck.notes.cache import Cache, Same

if TYPE_CHECKING:
    from qedeck.evidence.hand import HandVerdict
    from qedeck.notes.library import Library
    from qedeck.proof.stored import Block


Search = Literal["open", "found", "in vain"]
"""Of a search for a proof: not made yet, or how it ended."""


@dataclass(frozen=True)
class Subject:
    """One statement with everything that its verdict depends on."""

    id: str
    kind: str
    path: str
    line: int
    column: int
    latex: str
    title: str
    text: str
    """Canonical text of formula, hypotheses, equality cases and definitions used."""
    uses: tuple[str, ...]
    """Full ids of the statements it links and the definitions it mentions."""
    bound: Bound
    lemmas: Mapping[str, Bound] = field(default_factory=dict)
    """Linked claims by full id."""
    users: Mapping[str, Bound] = field(default_factory=dict)
    """For a definition: the claims that mention it, by full id."""
    block: Block | None = None
    """What its note's file of proofs says of it, where there is one: then the kernel or an oracle
    proves it, and nobody else."""
    digest: str = ""
    """Of all that its verdict depends on; empty where nobody asked."""
    search: Search = "open"
    """How the search for a proof of it, as it stands, ended before."""

    @property
    def place(self) -> str:
        """`path:line:column`."""
        return f"{self.path}:{self.line}:{self.column}"


def subjects(library: Library, lang: str = "en", cache: Cache | None = None) -> dict[str, Subject]:
    """Every statement of a language, bound.

    Args:
        library: All notes.
        lang: The language.
        cache: What was bound before.

    Raises:
        SourceError: with all mistakes; its attribute `subjects` holds those that were bound.
    """
    from qedeck.notes.binding import bind

    bindings = bind(library, lang, cache)
    bound = bindings.bound
    statements = {s.id: s for s in library.order if s.id in bound}
    heads = {name: _heads(bound[name].statement) for name in statements}
    by_note: dict[str, dict[str, tuple[Apply | Symbol, ...]]] = {}
    for name, introduced in heads.items():
        by_note.setdefault(name.rpartition("/")[0], {})[name] = introduced
    uses = {name: _uses(name, bound[name], by_note[name.rpartition("/")[0]]) for name in statements}
    texts = Texts()
    cache = cache or Cache()
    found: dict[str, Subject] = {}
    for name, statement in statements.items():
        linked = [one for one in bound[name].linked if one in statements]
        found[name] = Subject(
            name, statement.kind, statement.path, statement.line, statement.column,
            statement.display.text.strip(), statement.title,
            cache.made(("text", lang, name), Same(bound[name]), partial(texts.of, bound[name])),
            uses[name], bound[name],
            {one: bound[one] for one in linked if statements[one].kind == "claim"},
            _users(name, statements, uses, bound) if statement.kind == "definition" else {},
        )  # fmt: skip
    if bindings.mistakes:
        error = SourceError(*bindings.mistakes)
        error.subjects = found  # type: ignore[attr-defined]
        raise error
    return found


def _users(
    name: str, statements: Mapping[str, object], uses: Mapping[str, tuple[str, ...]],
    bound: Mapping[str, Bound],
) -> dict[str, Bound]:  # fmt: skip
    """The claims that mention a definition, then those that rest on it through others."""
    kinds = {other: getattr(statements[other], "kind", "") for other in statements}
    found: dict[str, Bound] = {}
    reached = [name]
    for one in reached:
        for other in statements:
            if one in uses[other] and kinds[other] == "claim":
                found.setdefault(other, bound[other])
            elif one in uses[other] and kinds[other] == "definition" and other not in reached:
                reached.append(other)
    return found


def _heads(statement: Statement) -> tuple[Apply | Symbol, ...]:
    """What a definition introduces; nothing for other statements and built-in heads."""
    parts = statement.parts if isinstance(statement, Defines) else (statement,)
    written = [walk(part.head)[:2] for part in parts if isinstance(part, Define)]
    return tuple(n for nodes in written for n in nodes if isinstance(n, Apply | Symbol))


def _functions(bound: Bound, own: set[str]) -> set[str]:
    """Functions that a callout mentions, in itself or through what it abbreviates and links."""
    defined = bound.scope.defined
    left: list[Node] = [bound.statement]
    left += [a.statement for a in bound.scope.assumed if a.statement is not None]
    functions: set[str] = set()
    declared = {one.name for one in bound.scope.declared.values() if one.kind == "function"}
    seen = own | declared
    while left:
        for node in walk(left.pop()):
            name = getattr(node, "function", getattr(node, "name", ""))
            if isinstance(node, Apply) and name not in declared:
                functions.add(name)
            if not isinstance(node, Apply | Symbol) or name in seen or name not in defined:
                continue
            if isinstance(node, Apply) == bool(defined[name].arguments):
                seen.add(name)
                left.append(defined[name].body)
    return functions


def _uses(
    name: str, bound: Bound, heads: Mapping[str, tuple[Apply | Symbol, ...]]
) -> tuple[str, ...]:
    """Linked statements, and definitions of the same note whose functions are mentioned.

    Args:
        name: The statement.
        bound: It, bound.
        heads: What each statement of its note introduces.
    """
    own = {h.function if isinstance(h, Apply) else h.name for h in heads[name]}
    functions = _functions(bound, own)
    mentioned = [
        other
        for other, introduced in heads.items()
        if other != name
        and functions & {head.function for head in introduced if isinstance(head, Apply)}
    ]
    truth = [bound.truth] if bound.truth is not None else []
    return tuple(dict.fromkeys([*bound.linked, *truth, *mentioned]))


def mutants(subject: Subject) -> dict[str, Subject]:
    """The subject with each deliberate error, by the key under which checks report kills."""
    from qedeck.evidence.mutation import corruptions

    found: dict[str, Subject] = {}
    for corruption in corruptions(subject.bound):
        found[corruption.id.key] = replace(
            subject, bound=corruption.bound, latex=latex(corruption.bound.statement)
        )
    return found


def respelled(subject: Subject) -> Subject | None:
    """The subject, written differently, for checks; None where that makes no difference."""
    from qedeck.evidence import respelling

    bound = replace(subject.bound, statement=respelling.respelled(subject.bound.statement))
    return None if bound == subject.bound else replace(subject, bound=bound, latex="")


def verify(
    subject: Subject,
    *,
    seed: int,
    hand: HandVerdict | None,
    dependencies: Mapping[str, Evidence],
) -> Evidence:
    """The evidence of a statement: falsified, proved, and shown to be able to fail."""
    from qedeck.evidence import verdicts
    from qedeck.evidence.extent import too_long

    start = time.process_time()
    decide = {
        "claim": verdicts.claim,
        "definition": verdicts.definition,
        "misconception": verdicts.misconception,
        "cited": verdicts.cited,
    }[subject.kind]
    long = too_long(subject.bound)
    evidence = (
        verdicts.unknown(subject, long) if long else decide(subject, seed, hand, dependencies)
    )
    return replace(
        evidence,
        latex=subject.latex,
        reading=explicit(subject.bound.statement),
        uses=subject.uses,
        seconds=time.process_time() - start,
    )
