"""PyTorch float64 scalars or batches, with autograd. PyTorch is imported when the ring is made."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from qedeck.formula.rings.ring import Grid, Ring, Sign, Unsupported, Verdict

Tensor = Any
"""A `torch.Tensor`: a scalar, or one axis of instances."""

TOLERANCE = 1e-9
"""Equality is relative to the larger side, and absolute below 1."""


class TensorRing(Ring[Tensor]):
    """Batches of scalars; every operation keeps the graph of autograd."""

    name = "tensors"

    def __init__(self) -> None:
        import torch

        self.torch: Any = torch

    def number(self, value: Fraction) -> Tensor:
        return self.torch.tensor(float(value), dtype=self.torch.float64)

    def constant(self, name: str) -> Tensor:
        if name == "i":
            raise Unsupported("the imaginary unit in real tensors")
        import math

        value = {"pi": math.pi, "e": math.e, "infinity": math.inf}[name]
        return self.torch.tensor(value, dtype=self.torch.float64)

    def unknown(self) -> Tensor:
        return self.constant("infinity") * 0

    def missing(self, a: Tensor) -> Verdict:
        gone = self.torch.isnan(a)
        return Verdict(gone, ~gone)

    def add(self, a: Tensor, b: Tensor) -> Tensor:
        return a + b

    def neg(self, a: Tensor) -> Tensor:
        return -a

    def mul(self, a: Tensor, b: Tensor) -> Tensor:
        return a * b

    def div(self, a: Tensor, b: Tensor) -> Tensor:
        return a / b

    def power(self, a: Tensor, b: Tensor) -> Tensor:
        # A plain exponent keeps the derivative by the base finite at 0.
        exponent = self.integer(b) if not b.requires_grad else None
        return a**b if exponent is None else a**exponent

    def root(self, a: Tensor, order: int) -> Tensor:
        if order == 2:
            return a.sqrt()
        if order % 2:
            return a.sgn() * a.abs() ** (1 / order)
        return a ** (1 / order)

    def exp(self, a: Tensor) -> Tensor:
        return a.exp()

    def log(self, a: Tensor) -> Tensor:
        return a.log()

    def sin(self, a: Tensor) -> Tensor:
        return a.sin()

    def cos(self, a: Tensor) -> Tensor:
        return a.cos()

    def tan(self, a: Tensor) -> Tensor:
        return a.tan()

    def tanh(self, a: Tensor) -> Tensor:
        return a.tanh()

    def sgn(self, a: Tensor) -> Tensor:
        return a.sgn()

    def absolute(self, a: Tensor) -> Tensor:
        return a.abs()

    def maximum(self, a: Tensor, b: Tensor) -> Tensor:
        return self.torch.maximum(a, b)

    def minimum(self, a: Tensor, b: Tensor) -> Tensor:
        return self.torch.minimum(a, b)

    def gamma(self, a: Tensor) -> Tensor:
        return self.torch.lgamma(a).exp()

    def compare(self, a: Tensor, sign: Sign, b: Tensor) -> Verdict:
        torch = self.torch
        known = ~(torch.isnan(a) | torch.isnan(b))
        gap = torch.where(a == b, torch.zeros_like(a), b - a).detach()
        finite = torch.clamp(torch.maximum(a.abs(), b.abs()), min=1.0, max=1e300)
        slack = TOLERANCE * finite.detach()
        near = gap.abs() <= slack
        if sign == "=":
            return Verdict(known & near, known & ~near)
        if sign == "!=":
            return Verdict(known & ~near, known & near)
        if sign in (">", ">="):
            gap = -gap
        if sign in ("<", ">"):
            return Verdict(known & (gap > 0), known & (gap <= 0))
        return Verdict(known & (gap >= -slack), known & (gap < -slack))

    def select(self, truth: Verdict, a: Tensor, b: Tensor) -> Tensor:
        if truth.decided is not None:
            return a if truth.decided else b
        nan = self.torch.full_like(b, self.torch.nan)
        return self.torch.where(truth.yes, a, self.torch.where(truth.no, b, nan))

    def integer(self, a: Tensor) -> int | None:
        values = a.detach().reshape(-1)
        first = float(values[0]) if len(values) else 0.5
        if not first.is_integer() or bool((values != first).any()):
            return None
        return int(first)

    def norm(self, entries: Sequence[Tensor], order: Tensor) -> Tensor:
        infinite = self.torch.isinf(order)
        if infinite.all() or not infinite.any():
            return super().norm(entries, order)
        largest = super().norm(entries, self.constant("infinity"))
        finite = self.torch.where(infinite, self.torch.ones_like(order), order)
        return self.torch.where(infinite, largest, super().norm(entries, finite))

    def det(self, rows: Grid[Tensor]) -> Tensor:
        return self.torch.linalg.det(self._matrix(rows))

    def inverse(self, rows: Grid[Tensor]) -> Grid[Tensor]:
        return self._grid(self.torch.linalg.inv(self._matrix(rows)))

    def pseudoinverse(self, rows: Grid[Tensor]) -> Grid[Tensor]:
        return self._grid(self.torch.linalg.pinv(self._matrix(rows)))

    def rank(self, rows: Grid[Tensor]) -> Tensor:
        return self.torch.linalg.matrix_rank(self._matrix(rows)).to(self.torch.float64)

    def _matrix(self, rows: Grid[Tensor]) -> Tensor:
        entries = self.torch.broadcast_tensors(*(entry for row in rows for entry in row))
        table = self.torch.stack(entries, -1)
        return table.reshape(*table.shape[:-1], len(rows), len(rows[0]))

    def _grid(self, matrix: Tensor) -> Grid[Tensor]:
        rows, columns = matrix.shape[-2:]
        return tuple(tuple(matrix[..., i, j] for j in range(columns)) for i in range(rows))
