"""A statement as a hand-written check sees it: the formula on the page, never a copy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from qedeck.evidence.differs import close
from qedeck.evidence.digest import library_versions, seed_of
from qedeck.evidence.hand_proof import (
    PROOF_SIZES,
    Kind,
    Squares,
    step,
    verify_squares,
    verify_zero,
)  # fmt: skip
from qedeck.evidence.library import Project
from qedeck.evidence.reasons import Step
from qedeck.evidence.record import Established, Level, Shape
from qedeck.evidence.sides import Side, double, terms
from qedeck.formula.scope import Assumed, Bound, Defined, Scope
from qedeck.formula.statements import Link
from qedeck.formula.tree import Call, Define, Defines, Statement, Symbol
from qedeck.formula.values import Array, Environment, Value, entries


class ClaimView:
    """What the fixture `claim` serves: the true statement, or one of its mutants."""

    def __init__(self, project: Project, subject: Any, seed: int) -> None:
        self.project = project
        self.subject = subject
        self.seed = seed
        """Seed for the check's own random numbers."""
        self.drawn = 0
        self.evaluated = 0
        """How often the check asked for a value of the formula."""
        self._proved: list[tuple[Shape, Step]] = []
        """Where a certificate was handed back, and which."""

    # The formula

    @property
    def id(self) -> str:
        """Full id of the statement."""
        return str(self.subject.id)

    @property
    def latex(self) -> str:
        """The display formula; of a mutant, the corrupted one."""
        return str(self.subject.latex)

    @property
    def bound(self) -> Bound:
        """The callout as it was read."""
        bound: Bound = self.subject.bound
        return bound

    @property
    def scope(self) -> Scope:
        """All that the hypotheses declare."""
        return self.bound.scope

    @property
    def statement(self) -> Statement:
        """The tree of the display formula."""
        return self.bound.statement

    @property
    def hypotheses(self) -> tuple[Assumed, ...]:
        """What instances must meet."""
        return self.scope.assumed

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """Both sides of each link, in reading order; for a definition its head and body."""
        return tuple(Side(term, self.scope, self._count) for term in terms(self.statement))

    @property
    def left(self) -> Side:
        """The first side."""
        return self.sides[0]

    @property
    def right(self) -> Side:
        """The last side."""
        return self.sides[-1]

    def function(self, name: str = "") -> Callable[..., Any]:
        """A definition as a function on tensors: `f(*arguments, *parameters, symbol=value)`.

        Other symbols of its body are given by name, `epsilon=1e-6`, or as `given` by symbol.

        Args:
            name: Name of the symbol (`\\operatorname{LN}`), or id of the definition's callout
                (`p-norm`, `norms/p-norm`); nothing for the definition that is checked.
        """
        from qedeck.formula.functions import function_of

        plain = function_of(self._defined(name), self.scope.defined)

        def function(
            *arguments: Any,
            given: Mapping[str, Any] | None = None,
            sizes: Mapping[str, int] | None = None,
            **named: Any,
        ) -> Any:
            known = {**(given or {}), **{self.symbol(n) or n: v for n, v in named.items()}}
            known = {symbol: double(value) for symbol, value in known.items()}
            self._count()
            return plain(*map(double, arguments), given=known, sizes=sizes)

        return function

    # Instances

    def instances(self, count: int = 30, **sizes: int) -> Iterator[dict[str, Any]]:
        """Random instances that meet the hypotheses: symbols to float64 tensors or floats.

        Args:
            count: Instances to draw for each shape; fewer may meet the hypotheses.
            **sizes: One shape; without it all shapes that the engine tries.
        """
        import numpy as np

        from qedeck.evidence.instances import draw, integers_of, shapes_of

        for shape_ in [sizes] if sizes else shapes_of(self.scope):
            for indices in integers_of(self.scope, shape_):
                batch = draw(self.scope, shape_, count, self.seed, indices=indices)
                for k in np.flatnonzero(np.broadcast_to(batch.meets, (count,))):
                    self.drawn += 1
                    drawn = batch.environment.values.items()
                    yield {**indices, **{name: _at(value, int(k), count) for name, value in drawn}}

    def snippet(self, section: str = "") -> Callable[..., Any]:
        """The function of a snippet section: of the one that implements this statement."""
        from qedeck.evidence.snippets import snippet_function

        note, _, slug = self.id.rpartition("/")
        return snippet_function(self.project, note, section or slug)

    @property
    def arguments(self) -> tuple[str, ...]:
        """Symbols that a definition takes: arguments, then parameters; else all declared."""
        if not _is_definition(self.statement):
            return tuple(self.scope.declared)
        defined = self._defined("")
        return (*defined.arguments, *defined.parameters)

    def symbol(self, name: str) -> str:
        """The symbol that a Python name stands for: `lambda_` for `\\lambda`; empty for none."""
        plain = name.rstrip("_")
        names = (name, plain, f"\\{plain}")
        return next((known for known in names if known in self.scope.declared), "")

    def value(self, instance: Mapping[str, Any]) -> Any:
        """What the page gives: a definition's value, or the right side."""
        if not _is_definition(self.statement):
            return self.right(instance)
        arguments = [instance[name] for name in self.arguments]
        given = {name: v for name, v in instance.items() if name not in self.arguments}
        return self.function()(*arguments, given=given)

    def close(
        self, actual: Any, expected: Any, *, rtol: float = 1e-10, atol: float = 1e-12
    ) -> None:
        """Compare two numbers, lists or tensors, in double precision.

        Args:
            actual: What the formula gives.
            expected: What it should give.
            rtol: How far apart two entries may be, as a share of the expected one.
            atol: How far apart they may be besides.

        Raises:
            Differs: where they are further apart, are not numbers, or have different shapes.
        """
        close(actual, expected, rtol=rtol, atol=atol)

    # Exact forms and certificates

    def sympy(self, **sizes: int) -> tuple[Link[Any], ...]:
        """The links of the statement as SymPy expressions, at given dimensions."""
        from qedeck.formula.rings.symbolic import SymbolicRing
        from qedeck.formula.statements import sides

        ring = SymbolicRing()
        values = {
            name: _symbols(ring, name, declared.shape, sizes)
            for name, declared in self.scope.declared.items()
            if declared.kind == "real"
        }
        environment = Environment(values, sizes, definitions=self.scope.defined)
        return tuple(sides(self.statement, environment, ring))

    def certificate(self, kind: Kind, squares: Squares = (), **sizes: int) -> None:
        """Hand back a proof, which is verified against the formula on the page.

        Args:
            kind: `zero`: both sides have the same rational normal form. `sum of squares`: the
                larger side of a single link less the smaller is the sum of `weight * root**2`.
            squares: Weights (rational, not negative) and roots, in the symbols of `sympy`.
            **sizes: Dimensions. A statement with dimensions is proved at shapes once a
                certificate was handed back for each of 1, 2, 3 and 4 as each dimension, and for
                a shape in which two dimensions differ.

        Raises:
            Differs: where it does not prove the formula.
        """
        links = self.sympy(**sizes)
        if kind == "sum of squares":
            verify_squares(links, squares)
        else:
            verify_zero(links)
        self._proved.append((sizes, step(kind, squares)))

    # For the plugin

    @property
    def certificate_found(self) -> tuple[Established, ...]:
        """What was proved, once that is enough."""
        from qedeck.evidence.floor import enough, open_sizes
        from qedeck.evidence.obligations import Obligation
        from qedeck.formula.printer import latex

        if not self._proved:
            return ()
        asked = Obligation(self.statement, self.scope)
        general = not open_sizes(asked)
        shapes = [shape for shape, _ in self._proved]
        if not general and not enough(asked, shapes, PROOF_SIZES):
            return ()
        steps = tuple(dict.fromkeys(step for _, step in self._proved))
        level: Level = "proved" if general else "proved at shapes"
        kept = () if general else tuple(shapes)
        return (Established("statement", latex(self.statement), level, steps, kept),)

    @property
    def versions(self) -> dict[str, str]:
        """Versions of the libraries that the check has loaded."""
        return library_versions([n for n in ("torch", "sympy", "numpy") if n in sys.modules])

    def again(self) -> ClaimView:
        """The same statement under another seed."""
        return ClaimView(self.project, self.subject, self.seed + 1_000_003)

    def respelled(self) -> ClaimView | None:
        """The same statement, written differently; None where that makes no difference."""
        from qedeck.evidence import verify

        found = verify.respelled(self.subject)
        return None if found is None else ClaimView(self.project, found, self.seed)

    def _count(self) -> None:
        self.evaluated += 1

    def mutants(self) -> dict[str, ClaimView]:
        """A view of each mutant, by its key."""
        from qedeck.evidence import verify

        found = verify.mutants(self.subject)
        return {key: ClaimView(self.project, mutant, self.seed) for key, mutant in found.items()}

    def _defined(self, name: str) -> Defined:
        if name in self.scope.defined:
            return self.scope.defined[name]
        note = self.id.rpartition("/")[0]
        for full in (name, f"{note}/{name}") if name else (self.id,):
            if full == self.id:
                return _own(self.statement, self.scope)
            if full in self.project.subjects:
                other: Bound = self.project.subjects[full].bound
                return _own(other.statement, other.scope)
        raise LookupError(f"{self.id} uses no definition {name}")


def view_of(project: Project, name: str, salt: str = "") -> ClaimView:
    """The true statement as its checks see it; another salt gives other random numbers."""
    subject = project.subjects[name]
    return ClaimView(project, subject, seed_of(subject.text, f"hand{salt}"))


def _is_definition(statement: Statement) -> bool:
    return isinstance(statement, Define | Defines)


def _own(statement: Statement, scope: Scope) -> Defined:
    """What a definition's statement introduces, with the body that it has there."""
    parts = statement.parts if isinstance(statement, Defines) else (statement,)
    for part in parts:
        if isinstance(part, Define):
            for defined in scope.defined.values():
                if defined.head == part.head:
                    return replace(defined, body=part.body)
            if isinstance(part.head, Call):
                names = tuple(a.name for a in part.head.arguments if isinstance(a, Symbol))
                return Defined(
                    part.head.function, names[:1], names[1:], (), part.body, head=part.head,
                    scope=scope,
                )  # fmt: skip
    raise LookupError("the statement defines nothing")


def _symbols(ring: Any, name: str, axes: tuple[Any, ...], sizes: Mapping[str, int]) -> Value[Any]:
    """Real SymPy symbols named as the page does: `x`, or its entries `x_1`, `x_2`."""
    if not axes:
        return ring.symbol(name)
    lengths = tuple(sizes[axis] if isinstance(axis, str) else axis for axis in axes)
    places = Array(lengths, tuple(range(_count(lengths)))).positions()
    return Array(lengths, tuple(ring.symbol(_entry(name, place)) for place in places))


def _at(value: Value[Any], instance: int, count: int) -> Any:
    """One instance of a value that was drawn for many."""
    import numpy as np
    import torch

    numbers = [float(np.broadcast_to(e.value, (count,))[instance]) for e in entries(value)]
    if not isinstance(value, Array):
        return numbers[0]
    return torch.tensor(numbers, dtype=torch.float64).reshape(value.shape)


def _entry(name: str, place: tuple[int, ...]) -> str:
    return f"{name}_{{{','.join(map(str, place))}}}" if len(place) > 1 else f"{name}_{place[0]}"


def _count(lengths: tuple[int, ...]) -> int:
    count = 1
    for length in lengths:
        count *= length
    return count
