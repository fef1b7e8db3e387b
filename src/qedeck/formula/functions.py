"""Formulas as functions on ordinary tensors, for hand-written checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qedeck.formula.definitions import entered, table
from qedeck.formula.interpreter import Evaluation, Frame
from qedeck.formula.rings.tensors import TensorRing
from qedeck.formula.scope import Defined
from qedeck.formula.tree import Expr
from qedeck.formula.values import Array, Environment, Value, entries, shape

Tensor = Any


def to_value(tensor: Any) -> Value[Tensor]:
    """A tensor, numpy array or number as a value of the tensor ring; the graph is kept."""
    import torch

    whole = torch.as_tensor(tensor)
    whole = whole if whole.dtype == torch.float64 else whole.to(torch.float64)
    if whole.ndim == 0:
        return whole
    return Array(tuple(whole.shape), tuple(whole.reshape(-1).unbind(0)))


def to_tensor(value: Value[Tensor]) -> Tensor:
    """The entries of a value, stacked to one tensor."""
    import torch

    flat = torch.stack(torch.broadcast_tensors(*entries(value)))  # type: ignore[no-untyped-call]
    return flat.reshape(shape(value)) if isinstance(value, Array) else flat[0]


def function_of(
    defined: Defined,
    definitions: Mapping[str, Defined] | None = None,
) -> Callable[..., Tensor]:
    """A definition as a function on tensors: `f(*arguments, *parameters, given=..., sizes=...)`.

    `given` maps the other symbols of the body to tensors; lengths of dimensions come from the
    shapes of arguments and given symbols, or from `sizes`.
    """

    def function(
        *arguments: Any,
        given: Mapping[str, Any] | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> Tensor:
        count = len(defined.arguments)
        if len(arguments) != count + len(defined.parameters):
            wanted = ", ".join((*defined.arguments, *defined.parameters)) or "no arguments"
            raise TypeError(f"{defined.name} takes {wanted}; got {len(arguments)} arguments")
        environment = _environment(defined, definitions or {}, given or {}, sizes or {})
        frame: Frame[Tensor] = Frame(environment)
        run: Evaluation[Tensor] = Evaluation(TensorRing())
        made = [to_value(argument) for argument in arguments]
        inside = entered(defined, made[:count], made[count:], frame)
        return to_tensor(table(run, defined, inside, ()))

    return function


def expression_of(
    expression: Expr, definitions: Mapping[str, Defined] | None = None
) -> Callable[..., Tensor]:
    """An expression as a function of its symbols: `f(given=..., sizes=...)`."""

    def function(
        given: Mapping[str, Any] | None = None, sizes: Mapping[str, int] | None = None
    ) -> Tensor:
        values = {name: to_value(tensor) for name, tensor in (given or {}).items()}
        environment = Environment(values, sizes or {}, definitions=definitions or {})
        run: Evaluation[Tensor] = Evaluation(TensorRing())
        return to_tensor(run.value(expression, Frame(environment)))

    return function


def _environment(
    defined: Defined,
    definitions: Mapping[str, Defined],
    given: Mapping[str, Any],
    sizes: Mapping[str, int],
) -> Environment[Tensor]:
    values = {name: to_value(tensor) for name, tensor in given.items()}
    lengths = dict(sizes)
    declared = defined.scope.declared if defined.scope else {}
    for name, value in values.items():
        if name in declared:
            for axis, length in zip(declared[name].shape, shape(value), strict=True):
                if isinstance(axis, str):
                    lengths.setdefault(axis, length)
    return Environment(values, lengths, definitions=definitions)
