"""The sides of a statement, as functions on tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qedeck.formula.scope import Declared, Scope
from qedeck.formula.tree import Define, Derivation, Expr, Relation, Restricted, Statement
from qedeck.formula.values import Environment, Value, shape


class Side:
    """One side of a statement; calling it evaluates the formula on tensors."""

    def __init__(self, tree: Expr, scope: Scope, count: Callable[[], None]) -> None:
        self.tree = tree
        self._scope = scope
        self._count = count

    def __call__(
        self,
        given: Mapping[str, Any] | None = None,
        /,
        sizes: Mapping[str, int] | None = None,
        **named: Any,
    ) -> Any:
        """The value as a float64 tensor, differentiable in the tensors that are given.

        Args:
            given: Tensors or numbers by symbol, as the page writes it: `{r"\\lambda": 0.5}`.
            sizes: Dimensions that the shapes of the symbols do not tell.
            **named: The same as `given`, without backslashes: `x=x`, `lambda_=0.5`.
        """
        from qedeck.formula.evaluate import evaluate, to_tensor, to_value
        from qedeck.formula.rings.tensors import TensorRing

        written = {**(given or {}), **{self._symbol(name): v for name, v in named.items()}}
        lengths, indices = dict(sizes or {}), {}
        values: dict[str, Any] = {}
        for name, value in written.items():
            declared = self._scope.declared.get(name)
            if declared is not None and declared.kind in ("index", "integer"):
                indices[name] = int(value)
            elif declared is not None and declared.kind == "dimension":
                lengths[name] = int(value)
            else:
                values[name] = to_value(double(value))
                lengths = _lengths(declared, values[name]) | lengths
        environment = Environment(values, lengths, indices, definitions=self._scope.defined)
        self._count()
        return to_tensor(evaluate(self.tree, environment, TensorRing()))

    def _symbol(self, name: str) -> str:
        plain = name.rstrip("_")
        for candidate in (name, plain, f"\\{plain}"):
            if candidate in self._scope.declared or candidate in self._scope.defined:
                return candidate
        known = ", ".join(self._scope.declared)
        raise TypeError(f"the page declares no symbol {name}; it declares {known}")


def terms(statement: Statement) -> tuple[Expr, ...]:
    """Both sides of each link, in reading order; of a definition its head and body."""
    if isinstance(statement, Relation):
        return statement.terms
    if isinstance(statement, Restricted):
        return terms(statement.statement)
    if isinstance(statement, Derivation):
        return tuple(term for chain in statement.chains for term in terms(chain))
    if isinstance(statement, Define):
        return (statement.head, statement.body)
    raise TypeError(f"a {type(statement).__name__} has no sides; use `claim.statement`")


def double(value: Any) -> Any:
    """A tensor as it is, a number in double precision."""
    import torch

    return value if isinstance(value, torch.Tensor) else torch.tensor(value, dtype=torch.float64)


def _lengths(declared: Declared | None, value: Value[Any]) -> dict[str, int]:
    """Lengths of the dimensions that a value's shape tells."""
    axes = declared.shape if declared is not None else ()
    found = shape(value)
    if len(axes) != len(found):
        name = declared.name if declared is not None else "the symbol"
        raise TypeError(f"{name} has {len(axes)} axes on the page, and {len(found)} here")
    pairs = zip(axes, found, strict=True)
    return {axis: length for axis, length in pairs if isinstance(axis, str)}
