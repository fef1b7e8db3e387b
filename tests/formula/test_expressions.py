"""Names, shapes, indices and operators of formulas."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qedeck.formula.tree import Constants, Identity, Relation, Symbol, walk

from .reading import SYMBOLS, callout, read, refused

READ = [
    # Products and shapes
    (r"x^\top A y = a", r"x^\top \cdot A \cdot y = a"),
    (r"\langle x, A y \rangle = a", r"\langle x, A \cdot y \rangle = a"),
    (r"x \odot y = 0", r"x \odot y = 0_n"),
    (r"\|A x\|_1 = a", r"\|A \cdot x\|_1 = a"),
    (r"\frac12 a = b", r"\frac{1}{2} \cdot a = b"),
    (r"a \cdot 2 = b", r"a \cdot 2 = b"),
    (r"M^\top M = A", r"M^\top \cdot M = A"),
    (r"A^{-1} B^+ = I", r"A^{-1} \cdot B^+ = I_n"),
    # Sizes that fit
    (r"x + \mathbf{1} = y", r"x + \mathbf{1}_n = y"),
    (r"\mathbf{1}^\top x = a", r"\mathbf{1}_n^\top \cdot x = a"),
    (r"A + \mathbf{1} x^\top = B", r"A + (\mathbf{1}_n \cdot x^\top) = B"),
    (r"M = \mathbf{1} x^\top", r"M = \mathbf{1}_m \cdot x^\top"),
    (r"A = \mathbf{1} \mathbf{1}^\top", r"A = \mathbf{1}_n \cdot \mathbf{1}_n^\top"),
    (r"A \mathbf{1} x^\top = B", r"A \cdot \mathbf{1}_n \cdot x^\top = B"),
    (r"A - a I = 0", r"A - (a \cdot I_n) = 0_{n \times n}"),
    (r"x = (1, 0, \dots, 0)", r"x = (1, 0, \dots, 0)"),
    (r"\langle x, e_i \rangle = x_i", r"\langle x, \mathbf{e}_i \rangle = x_i"),
    # Indices
    (r"A_{ij} = A_{i,j}", "A_{i, j} = A_{i, j}"),
    (r"A_{i j} = A_{j i}", "A_{i, j} = A_{j, i}"),
    (r"A_{1,2} = a", "A_{1, 2} = a"),
    (r"(A x)_i = A_i^\top x", r"(A \cdot x)_i = A_i^\top \cdot x"),
    (r"\sum_{i=1}^{n-1} x_{i+1} = a", r"\sum_{i=1}^{n - 1} (x_{i + 1}) = a"),
    # Operators
    (r"\sum_i \sum_j A_{ij} = a", r"\sum_{i=1}^n (\sum_{j=1}^n (A_{i, j})) = a"),
    (r"\sum_{i,j} A_{ij} = a", r"\sum_{i=1}^n \sum_{j=1}^n (A_{i, j}) = a"),
    (r"\sum_{i<j} A_{ij} = a", r"\sum_{i \in [n], j \in [n] : i < j} (A_{i, j}) = a"),
    (r"\sum_{1 \le i < j \le n} A_{ij} = a",
     r"\sum_{i \in [n], j \in [n] : 1 \le i < j \le n} (A_{i, j}) = a"),
    (r"\sum_{j \ne i} A_{ij} = a",
     r"\sum_{j \in [n], i \in [n] : j \ne i} (A_{i, j}) = a"),
    (r"\sum_{k \in [n]} k = a", r"\sum_{k=1}^n (k) = a"),
    (r"\max_i \max_j |A_{ij}| = a", r"\max_{i=1}^n (\max_{j=1}^n (|A_{i, j}|)) = a"),
    (r"\min_w \|x - w\|_2 = a", r"\min_{w \in \mathbb{R}^n} (\|x - w\|_2) = a"),
    (r"\min_w (a - w)^2 = b", r"\min_{w \in \mathbb{R}} ((a - w)^2) = b"),
    (r"\arg\max_i x_i = 1", r"\arg\max_{i \in [n]} (x_i) = 1"),
    (r"\operatorname{argmin}_{w \in \mathbb{R}^n : \|w\|_1 \le a} J(w) = x",
     r"\arg\min_{w \in \mathbb{R}^n : \|w\|_1 \le a} (J(w)) = x"),
    (r"\lim_{p \to 0^+} a^p = 1", r"\lim_{p \to 0^+} (a^p) = 1"),
    (r"\int_0^a t^2 \, dt = b", r"\int_0^a (t^2) \, dt = b"),
    # Calculus and probability
    (r"\frac{\partial J(x)}{\partial x_i} = (\nabla J(x))_i",
     r"\frac{\partial J(x)}{\partial x_i} = (\nabla_x (J(x)))_i"),
    (r"\nabla_x \left( \frac{1}{2} \|x\|_2^2 \right) = x",
     r"\nabla_x (\frac{1}{2} \cdot \|x\|_2^2) = x"),
    (r"\frac{d}{da} (a^2) = 2 a", r"\frac{\mathrm{d}}{\mathrm{d}a} (a^2) = 2 \cdot a"),
    (r"J'(x) = a", "J'(x) = a"),
    # Names
    (r"e^{a} = \exp(a)", r"\exp(a) = \exp(a)"),
    (r"\pi^2 > 9", r"\pi^2 > 9"),
    (r"\Gamma(a + 1) = a!", r"\Gamma(a + 1) = a!"),
    (r"[a \le b] = 1", r"[a \le b] = 1"),
    (r"a = 1 \implies b = 1 \text{ and } c = 1",
     r"(a = 1) \implies ((b = 1) \text{ and } (c = 1))"),
    (r"A_{ij} = 0 \quad (i \ne j, a > 0)", r"A_{i, j} = 0 \quad (i \ne j, a > 0)"),
]  # fmt: skip


@pytest.mark.parametrize(("display", "reading"), READ, ids=[r[0] for r in READ])
def test_formulas_are_read_with_every_scope_and_size(display: str, reading: str) -> None:
    assert read(display) == reading


REFUSED = [
    ("a = q", 5, "q is not declared", r"write Let $q \in ...$ before it"),
    ("a = q(x)", 5, "the function q is neither declared nor defined",
     r"write Let $q : \mathbb{R}^n \to \mathbb{R}$, or link its definition"),
    ("a = J", 5, "J is a function", "write J(...)"),
    ("a = x", 1, "a scalar stands beside a vector of n", "both sides must have one shape"),
    ("a = b + x", 5, "a scalar stands beside a vector of n", "both sides must have one shape"),
    ("A x = M x", 7, "a vector of m stands beside a vector of n",
     "both sides must have one shape"),
    ("M A M = A", 1, "a matrix of m by n times a matrix of m by n does not fit",
     "the inner dimensions n and m must agree"),
    (r"x \le y", 3, "an order between a vector of n", r"write it for entries: x_i \le y_i"),
    (r"a \succeq b", 3, "a matrix order between a scalar", r"write \ge"),
    ("M^{-1} = A", 1, "a power of a matrix of m by n",
     "use a square matrix, X^+ for a pseudoinverse, or an entry"),
    (r"\det(M) = a", 6, "det of a matrix of m by n", "use a square matrix"),
    ("x^2 = a", 1, "a power of a vector of n", "write it for an entry: x_i^2"),
    (r"\exp(x) = a", 6, "exp of a vector of n", "write it for an entry, as in x_i"),
    ("a^x = b", 3, "an exponent that is a vector of n", "write it for an entry, as in x_i"),
    (r"\frac{a}{x} = b", 10, "a quotient by a vector of n",
     "write it for an entry, as in x_i"),
    (r"a^\top = b", 1, "the transpose of a scalar", "drop it"),
    (r"\|a\|_2 = b", 1, "a p-norm of a scalar",
     r"write |a| for a scalar, \|A\|_F for a matrix"),
    ("a_i = b", 1, "a is a scalar and has no entries",
     r"declare $a \in \mathbb{R}^n$, or the name with its subscript"),
    ("A_{ijk} = b", 3, "3 indices on a matrix of n by n", "write an index for each axis"),
    (r"x_{i+1} = x_i", 4, "the index i stands for the whole axis, which this leaves",
     r"write Let $i \in [n - 1]$ before it"),
    (r"x_i = x_{i+1}", 10, "the index i stands for the whole axis, which this leaves",
     r"write Let $i \in [n - 1]$ before it"),
    (r"M_{ii} = a", 5, "the index i runs over m and over n", "use two indices"),
    (r"\sum_k a = b", 6, "the range of k is not clear",
     "write k=1 below the operator and its last value above"),
    (r"\sum_{a \le b} c = 1", 7, "no new index is bound", r"write \sum_{i=1}^{n}"),
    (r"\sum_{k=1}^{n} x = a", 20, "a scalar stands beside a vector of n",
     "both sides must have one shape"),
    (r"\|A e_i\| = a", 7, "the range of i is not clear",
     r"write $i \in [n]$ before it"),
    (r"\min_w \min_v w v = a", 13, "the space of v is not clear",
     r"write v \in \mathbb{R}^n in the subscript"),
    (r"\min_w \|w\|_2 = a", 6, "the space of w is not clear",
     r"write w \in \mathbb{R}^n in the subscript"),
    (r"\max(a) = b", 1, "max of one thing", r"write \max(a, b) or \max_i x_i"),
    (r"J(x, y) = a", 1, "J takes one argument", "write J(x)"),
    (r"J(A) = a", 1, "a matrix of n by n stands beside a vector of n",
     "both sides must have one shape"),
    (r"\mathbb{P}(a) = b", 1, "P takes other arguments", r"write \mathbb{P}(X \le a)"),
    (r"\mathbb{E}[a \le b] = c", 1, "E takes other arguments", r"write \mathbb{E}[X]"),
    (r"\operatorname{Cov}(a) = c", 1, "Cov takes other arguments",
     r"write \operatorname{Cov}(X, Y)"),
    (r"\frac{\partial a}{\partial (a b)} = c", 28, "a derivative by an expression",
     "differentiate by a symbol or an entry"),
    (r"\nabla (a b) = x", 1, "a gradient without its variable", r"write \nabla_x (...)"),
    (r"\nabla_x x = y", 10, "the gradient of a vector of n", "use a scalar"),
    (r"a \cdot \mathbf{1} = \mathbf{1}", 9, "the size of this is not clear",
     "write it beside something that has a size"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("display", "column", "problem", "instead"), REFUSED, ids=[r[0] for r in REFUSED]
)
def test_what_has_no_meaning_is_refused_where_it_stands(
    display: str, column: int, problem: str, instead: str
) -> None:
    found = refused(display)
    assert (found.column, found.problem, found.instead) == (column, problem, instead)


def test_constants_give_way_to_declared_names() -> None:
    text = r"Let $e, I \in \mathbb{R}$ and $\pi \in S_n$. Then"
    found = callout("e^2 I = 1", text).statement
    assert isinstance(found, Relation)
    assert {n.name for n in walk(found) if isinstance(n, Symbol)} == {"e", "I"}


def test_free_indices_run_over_their_axes() -> None:
    bound = callout("M_{ij} = a", SYMBOLS)
    assert bound.scope.declared["i"].kind == "index"
    assert bound.scope.declared["i"].shape == ("m",)
    assert bound.scope.declared["j"].shape == ("n",)


def test_zero_and_identity_take_the_shape_beside_them() -> None:
    found = callout("A = 0").statement
    assert isinstance(found, Relation)
    assert found.terms[1] == Constants(Fraction(0), ("n", "n"))
    other = callout("I = A").statement
    assert isinstance(other, Relation)
    assert other.terms[0] == Identity("n")


def test_an_index_may_be_bound_again_after_its_operator() -> None:
    assert read(r"\sum_i x_i = \sum_i y_i") == r"\sum_{i=1}^n (x_i) = \sum_{i=1}^n (y_i)"
