"""Arithmetic of arrays over any ring."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product as grid

from qedeck.formula.rings.ring import Grid, Ring, Unsupported
from qedeck.formula.values import Array, Misshapen, T, Value, entries, like, mapped, shape


def added(ring: Ring[T], terms: Sequence[Value[T]]) -> Value[T]:
    """The sum of values of one shape."""
    first = terms[0]
    if len(terms) == 1:
        return first
    if any(shape(term) != shape(first) for term in terms):
        raise Misshapen(f"a sum of shapes {[shape(term) for term in terms]}")
    columns = zip(*(entries(term) for term in terms), strict=True)
    return like(first, [ring.total(column) for column in columns])


def scaled(ring: Ring[T], factor: T, value: Value[T]) -> Value[T]:
    """A value times a scalar."""
    return mapped(lambda entry: ring.mul(factor, entry), value)


def multiplied(ring: Ring[T], factors: Sequence[Value[T]]) -> Value[T]:
    """The product in reading order: scalars scale, arrays multiply as matrices.

    A product of vectors that becomes a scalar scales what follows.
    """
    scalars: list[T] = []
    left: Array[T] | None = None
    for factor in factors:
        if not isinstance(factor, Array):
            scalars.append(factor)
        elif left is None:
            left = factor
        else:
            result = matmul(ring, left, factor)
            if isinstance(result, Array):
                left = result
            else:
                scalars.append(result)
                left = None
    if left is None:
        return ring.product(scalars)
    return scaled(ring, ring.product(scalars), left) if scalars else left


def matmul(ring: Ring[T], left: Array[T], right: Array[T]) -> Value[T]:
    """The product of two arrays; a vector is a column unless it was transposed."""
    one, other = left.shape, right.shape
    if len(one) > 2 or len(other) > 2:
        return _batched(ring, left, right)
    if len(one) == 1 and not left.row:
        if len(other) == 1 and right.row:
            outer = [ring.mul(a, b) for a in left.entries for b in right.entries]
            return Array((one[0], other[0]), tuple(outer))
        raise Misshapen(f"a column vector times shape {other}")
    above: Grid[T] = (left.entries,) if left.row else left.rows()
    if len(other) == 1:
        if right.row:
            raise Misshapen(f"shape {one} times a transposed vector")
        if one[-1] != other[0]:
            raise Misshapen(f"shapes {one} and {other} do not multiply")
        if left.row:
            return ring.dot(left.entries, right.entries)
        column = ring.matmul(above, tuple((entry,) for entry in right.entries))
        return Array((one[0],), tuple(entry for (entry,) in column))
    if one[-1] != other[0]:
        raise Misshapen(f"shapes {one} and {other} do not multiply")
    result = from_rows(ring.matmul(above, right.rows()))
    return Array((other[1],), result.entries, row=True) if left.row else result


def _batched(ring: Ring[T], left: Array[T], right: Array[T]) -> Array[T]:
    """The product over the last two axes, batch by batch."""
    lead, tail = left.shape[:-2], right.shape[:-2]
    if (lead and tail and lead != tail) or 1 in (len(left.shape), len(right.shape)):
        raise Misshapen(f"shapes {left.shape} and {right.shape} do not multiply")
    axes = lead or tail
    parts = []
    for index in grid(*(range(1, axis + 1) for axis in axes)):
        a = left.at(*index) if lead else left
        b = right.at(*index) if tail else right
        assert isinstance(a, Array) and isinstance(b, Array)
        part = matmul(ring, a, b)
        assert isinstance(part, Array)
        parts.append(part)
    flat = tuple(entry for part in parts for entry in part.entries)
    return Array((*axes, *parts[0].shape), flat)


def from_rows(rows: Grid[T]) -> Array[T]:
    """The matrix of some rows."""
    flat = tuple(entry for row in rows for entry in row)
    return Array((len(rows), len(rows[0])), flat)


def transposed(value: Array[T]) -> Array[T]:
    """The transpose; it turns a vector into a row and swaps the last two of more axes."""
    if len(value.shape) == 1:
        return Array(value.shape, value.entries, row=not value.row)
    *lead, height, width = value.shape
    block = height * width
    flat: list[T] = []
    for start in range(0, len(value.entries), block):
        for column in range(width):
            flat.extend(value.entries[start + column : start + block : width])
    return Array((*lead, width, height), tuple(flat))


def identity(ring: Ring[T], size: int) -> Array[T]:
    """The identity matrix."""
    zero, one = ring.whole(0), ring.whole(1)
    flat = tuple(one if i == j else zero for i in range(size) for j in range(size))
    return Array((size, size), flat)


def constants(ring: Ring[T], value: Fraction, axes: tuple[int, ...]) -> Value[T]:
    """An array of one number."""
    number = ring.number(value)
    count = 1
    for axis in axes:
        count *= axis
    return Array(axes, (number,) * count) if axes else number


def whole_power(ring: Ring[T], base: Array[T], exponent: int) -> Array[T]:
    """A square matrix to a whole power."""
    rows = base.rows()
    if len(rows) != base.shape[1]:
        raise Misshapen(f"a power of shape {base.shape}")
    if exponent < 0:
        rows, exponent = ring.inverse(rows), -exponent
    if exponent > 10_000:
        raise Unsupported(f"a matrix to the power {exponent}")
    result: Grid[T] | None = None
    while exponent:
        if exponent % 2:
            result = rows if result is None else ring.matmul(result, rows)
        exponent //= 2
        rows = ring.matmul(rows, rows) if exponent else rows
    return identity(ring, base.shape[0]) if result is None else from_rows(result)
