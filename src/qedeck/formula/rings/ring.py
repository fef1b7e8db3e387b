"""The protocol of a ring, its three-valued truths and its exceptions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")

Sign = Literal["=", "!=", "<", "<=", ">", ">="]
"""A relation between scalars."""

Grid = tuple[tuple[T, ...], ...]
"""The rows of a matrix."""


class Inexact(ArithmeticError):
    """The ring does not have the number asked for, like the root of 2 among fractions."""


class Undefined(ArithmeticError):
    """The expression has no value: a division by zero, the logarithm of -1."""


class Undecided(ArithmeticError):
    """A choice rests on a relation that the ring cannot decide."""


class Unsupported(Exception):
    """A kind of node that this ring does not evaluate."""


MOST_FACTORS = 5_000


class TooLarge(Exception):
    """An evaluation with too many steps."""


@dataclass(frozen=True)
class Verdict:
    """A three-valued truth, for one instance or elementwise for many; neither is undecided.

    Parts are bool, arrays of bool or, in the symbolic ring, SymPy conditions.
    """

    yes: Any
    no: Any

    def __and__(self, other: Verdict) -> Verdict:
        return Verdict(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: Verdict) -> Verdict:
        return Verdict(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> Verdict:
        return Verdict(self.no, self.yes)

    @property
    def decided(self) -> bool | None:
        """The truth where it is one for all instances, else None."""
        if _everywhere(self.yes):
            return True
        return False if _everywhere(self.no) else None


TRUE = Verdict(True, False)
FALSE = Verdict(False, True)
UNDECIDED = Verdict(False, False)


def _everywhere(part: Any) -> bool:
    if part is True or part is False:
        return bool(part)
    return bool(part.all()) if hasattr(part, "all") else part == True  # noqa: E712


def doubtful(truth: Verdict) -> Verdict:
    """Where a truth is not known."""
    if isinstance(truth.yes, bool) and isinstance(truth.no, bool):
        return FALSE if truth.yes or truth.no else TRUE
    return certain(~(truth.yes | truth.no))


def certain(part: Any) -> Verdict:
    """A truth that holds where a part does, and fails elsewhere."""
    return Verdict(part, not part if isinstance(part, bool) else ~part)


class Ring(ABC, Generic[T]):
    """Operations on scalars of one kind; what a ring lacks raises `Inexact`.

    Operations that have no value raise `Undefined`, or give a NaN where scalars hold many
    instances.
    """

    name: str
    shares = False
    """Whether values depend on nothing but node and environment: they are computed once then."""

    # Primitive operations

    @abstractmethod
    def number(self, value: Fraction) -> T:
        """The scalar of a rational number."""

    @abstractmethod
    def add(self, a: T, b: T) -> T:
        """A + b."""

    @abstractmethod
    def neg(self, a: T) -> T:
        """-a."""

    @abstractmethod
    def mul(self, a: T, b: T) -> T:
        """A b."""

    @abstractmethod
    def div(self, a: T, b: T) -> T:
        """A / b."""

    @abstractmethod
    def power(self, a: T, b: T) -> T:
        """A to the b, as a real number; anything to the 0 is 1."""

    @abstractmethod
    def root(self, a: T, order: int) -> T:
        """The real root of an order; of a negative number where the order is odd."""

    @abstractmethod
    def compare(self, a: T, sign: Sign, b: T) -> Verdict:
        """Whether a relation holds between two scalars."""

    @abstractmethod
    def select(self, truth: Verdict, a: T, b: T) -> T:
        """A where the truth holds, b where it does not.

        Raises:
            Undecided: where neither is known, and the ring cannot mark single instances.
        """

    @abstractmethod
    def integer(self, a: T) -> int | None:
        """The integer that a scalar is in all its instances, or None."""

    def is_whole(self, a: T) -> Verdict:
        """Whether a scalar is a whole number."""
        return UNDECIDED if self.integer(a) is None else TRUE

    def unknown(self) -> T:
        """A scalar of which nothing is known, where the ring has one.

        Raises:
            Undecided: where it has none.
        """
        raise Undecided(f"a value is not known in the ring of {self.name}")

    def chosen(self, truth: Verdict, a: T, b: T) -> T:
        """A or b as `select` has it, but not known, instead of no value, where the truth is not."""
        if truth.decided is not None:
            return a if truth.decided else b
        open_ = doubtful(truth)
        found = self.select(truth | open_, a, b)
        return found if open_.decided is False else self.select(open_, self.unknown(), found)

    def guarded(self, truth: Verdict, a: T) -> T:
        """The product of a bracket and a: 0 where the bracket is, even where a has no value."""
        return self.chosen(truth, a, self.whole(0))

    def missing(self, a: T) -> Verdict:
        """Where a scalar stands for no value: NaN in rings of many instances."""
        del a
        return FALSE

    def constant(self, name: str) -> T:
        """pi, e, infinity or i."""
        raise Inexact(f"{name} is not in the ring of {self.name}")

    def exp(self, a: T) -> T:
        """The exponential."""
        raise self._lacking("exp", a)

    def log(self, a: T) -> T:
        """The natural logarithm."""
        raise self._lacking("log", a)

    def sin(self, a: T) -> T:
        """The sine."""
        raise self._lacking("sin", a)

    def cos(self, a: T) -> T:
        """The cosine."""
        raise self._lacking("cos", a)

    def tanh(self, a: T) -> T:
        """The hyperbolic tangent."""
        raise self._lacking("tanh", a)

    def gamma(self, a: T) -> T:
        """The gamma function."""
        whole = self.integer(a)
        if whole is None or whole > 1000:
            raise Inexact(f"gamma is not in the ring of {self.name}")
        if whole < 1:
            raise Undefined(f"gamma has a pole at {whole}")
        return self.product([self.whole(k) for k in range(1, whole)])

    def _lacking(self, function: str, argument: T | Grid[T]) -> Inexact:
        return Inexact(f"{function} of {argument} is not in the ring of {self.name}")

    # Many outcomes at once, in rings that share

    def spread(self, outcomes: Sequence[T], after: int) -> T:
        """The outcomes along a new first axis, with `after` axes between it and the instances."""
        del outcomes, after
        raise Unsupported(f"outcomes at once in the ring of {self.name}")

    def gathered(self, a: T, axes: int) -> T:
        """The sum over the first axes."""
        del a, axes
        raise Unsupported(f"outcomes at once in the ring of {self.name}")

    # Operations that follow from these

    def whole(self, value: int) -> T:
        """The scalar of an integer."""
        return self.number(Fraction(value))

    def sub(self, a: T, b: T) -> T:
        """A - b."""
        return self.add(a, self.neg(b))

    def sqrt(self, a: T) -> T:
        """The non-negative square root."""
        return self.root(a, 2)

    def tan(self, a: T) -> T:
        """The tangent."""
        return self.div(self.sin(a), self.cos(a))

    def sgn(self, a: T) -> T:
        """-1, 0 or 1."""
        zero, one = self.whole(0), self.whole(1)
        other = self.select(self.compare(a, "<", zero), self.neg(one), zero)
        return self.select(self.compare(a, ">", zero), one, other)

    def absolute(self, a: T) -> T:
        """|a|."""
        return self.select(self.compare(a, ">=", self.whole(0)), a, self.neg(a))

    def absolute_power(self, a: T, b: T) -> T:
        """|a| to the b: one operation, as it may be smooth where |a| is not."""
        return self.power(self.absolute(a), b)

    def maximum(self, a: T, b: T) -> T:
        """The larger of two."""
        return self.select(self.compare(a, ">=", b), a, b)

    def minimum(self, a: T, b: T) -> T:
        """The smaller of two."""
        return self.select(self.compare(a, "<=", b), a, b)

    def factorial(self, a: T) -> T:
        """A!."""
        return self.gamma(self.add(a, self.whole(1)))

    def binomial(self, a: T, b: T) -> T:
        """A choose b, for a whole b."""
        below = self.integer(b)
        if below is None:
            return self.div(
                self.factorial(a),
                self.mul(self.factorial(b), self.factorial(self.sub(a, b))),
            )
        if below < 0:
            return self.whole(0)
        if below > MOST_FACTORS:
            raise TooLarge(f"a binomial of more than {MOST_FACTORS} factors")
        top = self.product([self.sub(a, self.whole(k)) for k in range(below)])
        return self.div(top, self.product([self.whole(k) for k in range(1, below + 1)]))

    def total(self, terms: Sequence[T]) -> T:
        """The sum of scalars; 0 for none."""
        if not terms:
            return self.whole(0)
        result = terms[0]
        for term in terms[1:]:
            result = self.add(result, term)
        return result

    def product(self, factors: Sequence[T]) -> T:
        """The product of scalars; 1 for none."""
        if not factors:
            return self.whole(1)
        result = factors[0]
        for factor in factors[1:]:
            result = self.mul(result, factor)
        return result

    def dot(self, left: Sequence[T], right: Sequence[T]) -> T:
        """The sum of products."""
        return self.total([self.mul(a, b) for a, b in zip(left, right, strict=True)])

    def squares(self, entries: Sequence[T]) -> T:
        """The sum of squares."""
        return self.dot(entries, entries)

    def norm(self, entries: Sequence[T], order: T) -> T:
        """The norm of a vector: (sum |x_i|^p)^(1/p), and max |x_i| for infinite p."""
        if self._is(order, 2):
            return self.sqrt(self.squares(entries))
        if self._is(order, 1):
            return self.total([self.absolute(a) for a in entries])
        try:
            infinite = self.compare(order, "=", self.constant("infinity")).decided
        except Inexact:
            infinite = False
        if infinite:
            result = self.absolute(entries[0])
            for entry in entries[1:]:
                result = self.maximum(result, self.absolute(entry))
            return result
        powers = self.total([self.absolute_power(a, order) for a in entries])
        return self.power(powers, self.div(self.whole(1), order))

    def _is(self, a: T, value: int) -> bool:
        return self.compare(a, "=", self.whole(value)).decided is True

    # Matrices, as rows

    def matmul(self, left: Grid[T], right: Grid[T]) -> Grid[T]:
        """The product of two matrices."""
        columns = tuple(zip(*right, strict=True))
        return tuple(tuple(self.dot(row, column) for column in columns) for row in left)

    def det(self, rows: Grid[T]) -> T:
        """The determinant: cofactors of the first row, each minor once."""
        if not rows:
            return self.whole(1)
        minors: dict[tuple[int, ...], T] = {(k,): rows[-1][k] for k in range(len(rows))}
        for row in rows[-2::-1]:
            minors = self._grown(row, minors)
        return minors[tuple(range(len(rows)))]

    def _grown(
        self, row: Sequence[T], minors: dict[tuple[int, ...], T]
    ) -> dict[tuple[int, ...], T]:
        """The minors of one more row from those of the rows below it."""
        from itertools import combinations

        size = len(next(iter(minors))) + 1
        grown = {}
        for columns in combinations(range(len(row)), size):
            terms = []
            for place, column in enumerate(columns):
                rest = columns[:place] + columns[place + 1 :]
                term = self.mul(row[column], minors[rest])
                terms.append(self.neg(term) if place % 2 else term)
            grown[columns] = self.total(terms)
        return grown

    def inverse(self, rows: Grid[T]) -> Grid[T]:
        """The inverse matrix: cofactors over the determinant."""
        size = len(rows)
        determinant = self.det(rows)

        def cofactor(i: int, j: int) -> T:
            rest = tuple(
                tuple(entry for c, entry in enumerate(row) if c != j)
                for r, row in enumerate(rows)
                if r != i
            )
            minor = self.det(rest)
            return self.div(self.neg(minor) if (i + j) % 2 else minor, determinant)

        return tuple(tuple(cofactor(j, i) for j in range(size)) for i in range(size))

    def pseudoinverse(self, rows: Grid[T]) -> Grid[T]:
        """The Moore-Penrose inverse."""
        raise self._lacking("pseudoinverse", rows)

    def rank(self, rows: Grid[T]) -> T:
        """The rank of a matrix."""
        raise self._lacking("rank", rows)

    def definite(self, rows: Grid[T], strict: bool) -> Verdict:
        """Whether a symmetric matrix is positive (semi)definite, by its principal minors."""
        from itertools import combinations

        size, zero = len(rows), self.whole(0)
        truth = TRUE
        for count in range(1, size + 1):
            chosen = [tuple(range(count))] if strict else combinations(range(size), count)
            for keep in chosen:
                minor = self.det(tuple(tuple(rows[i][j] for j in keep) for i in keep))
                truth = truth & self.compare(minor, ">" if strict else ">=", zero)
        return truth
