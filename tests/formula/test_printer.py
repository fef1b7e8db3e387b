"""Trees are spelled in the language, with the parentheses that they need."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qedeck.formula.printer import explicit, fraction, latex, sides_latex
from qedeck.formula.tree import (
    Apply,
    Basis,
    Big,
    Both,
    Call,
    Constant,
    Constants,
    Define,
    Defines,
    Derivation,
    Derivative,
    Expr,
    Gradient,
    Hull,
    Identity,
    Iff,
    Implies,
    Integers,
    Integral,
    Interval,
    Item,
    Limit,
    Listing,
    Matrix,
    Member,
    Moment,
    Negative,
    Node,
    Optima,
    Optimum,
    Pattern,
    Permutations,
    Power,
    Product,
    Quotient,
    Range,
    Relation,
    Restricted,
    Space,
    Subdifferential,
    Sum,
    Symbol,
    Truth,
    Vector,
)

from .trees import at, mat, minus, norm, num, relation, total, vec

a, b, c, p, n = (Symbol(name) for name in "abcpn")
x, y, A = vec("x"), vec("y"), mat("A")
one, two = num(1), num(2)
i, j = Symbol("i"), Symbol("j")


def absolute(of: Expr) -> Call:
    return Call("abs", (of,))


EXPRESSIONS: list[tuple[Expr, str]] = [
    # Sums and signs
    (Sum((a, Negative(b), c)), "a - b + c"),
    (Sum((Negative(a), b)), "-a + b"),
    (Sum((a, Sum((b, c)))), "a + (b + c)"),
    (Sum((a, Negative(Sum((b, c))))), "a - (b + c)"),
    (Sum((a, Negative(Negative(b)))), "a - (-b)"),
    (Negative(Negative(a)), "-(-a)"),
    (Negative(Product((a, b))), "-a b"),
    (Product((Negative(a), b)), "(-a) b"),
    (Product((a, Negative(b))), "a (-b)"),
    (Negative(Sum((a, b))), "-(a + b)"),
    # Products and quotients
    (Product((a, Sum((b, c)))), "a (b + c)"),
    (Product((a, Product((b, c)))), "a (b c)"),
    (Product((a, two)), r"a \cdot 2"),
    (Product((two, num(3))), r"2 \cdot 3"),
    (Quotient(a, Quotient(b, c)), r"\frac{a}{\frac{b}{c}}"),
    (Quotient(a, b, slash=True), "a / b"),
    (Quotient(Quotient(a, b, True), c, True), "(a / b) / c"),
    (Product((Quotient(a, b, True), c)), "(a / b) c"),
    (Quotient(Product((a, b)), c, True), "(a b) / c"),
    (Sum((Quotient(a, b, True), c)), "a / b + c"),
    (Negative(Quotient(a, b, True)), "-a / b"),
    # Powers
    (Power(a, two), "a^2"),
    (Power(Negative(a), two), "(-a)^2"),
    (Power(Power(a, b), c), "(a^b)^c"),
    (Power(a, Power(b, c)), "a^{b^c}"),
    (Power(Quotient(a, b), two), r"(\frac{a}{b})^2"),
    (Power(Sum((a, b)), Quotient(one, p, True)), "(a + b)^{1 / p}"),
    (Power(Call("exp", (a,)), two), r"(\exp(a))^2"),
    (Power(at(x, "i"), two), "x_i^2"),
    (Power(Symbol(r"\sigma^2"), two), r"(\sigma^2)^2"),
    (Power(norm(x, p), two), r"\|x\|_p^2"),
    (Power(Call("sqrt", (a,)), two), r"\sqrt{a}^2"),
    (Negative(Power(a, two)), "-a^2"),
    (Power(num(-2), two), "(-2)^2"),
    (num("1/2"), "0.5"),
    (num("1/3"), r"\frac{1}{3}"),
    # Bars
    (absolute(a), "|a|"),
    (Product((absolute(a), absolute(b))), r"\lvert a \rvert \lvert b \rvert"),
    (Product((absolute(a), norm(x, 2))), r"|a| \|x\|_2"),
    (Sum((absolute(a), absolute(b))), "|a| + |b|"),
    (absolute(minus(absolute(a), b)), r"\lvert \lvert a \rvert - b \rvert"),
    (norm(Product((absolute(a), x)), p), r"\lVert \lvert a \rvert x \rVert_p"),
    (norm(x, 1), r"\|x\|_1"),
    (norm(x, Constant("infinity")), r"\|x\|_\infty"),
    (Call("frobenius", (A,)), r"\|A\|_F"),
    # Matrices and vectors
    (Call("transpose", (Product((A, x)),)), r"(A x)^\top"),
    (Product((Call("transpose", (x,)), A, x)), r"x^\top A x"),
    (Call("inverse", (Sum((A, Identity("n"))),)), "(A + I)^{-1}"),
    (Call("transpose", (Call("inverse", (A,)),)), r"(A^{-1})^\top"),
    (Call("pseudoinverse", (A,)), "A^+"),
    (Call("inner", (x, Sum((x, y)))), r"\langle x, x + y \rangle"),
    (Call("hadamard", (x, y)), r"x \odot y"),
    (Product((A, Call("hadamard", (x, y)))), r"A (x \odot y)"),
    (Call("hadamard", (Product((A, x)), y)), r"(A x) \odot y"),
    (Call("trace", (A,)), r"\operatorname{tr}(A)"),
    (Call("det", (A,)), r"\det(A)"),
    (Call("diag", (Vector((one, two)),)), r"\operatorname{diag}(1, 2)"),
    (Vector((one, num(0))), "(1, 0)"),
    (Pattern((one,), num(0), num(0), (), "n"), r"(1, 0, \dots, 0)"),
    (Pattern((), at(x, 1), at(x, "n"), (), "n"), r"(x_1, \dots, x_n)"),
    (Matrix(((a, b), (c, a))), r"\begin{pmatrix} a & b \\ c & a \end{pmatrix}"),
    (Constants(Fraction(1), ("n",)), r"\mathbf{1}"),
    (Basis(i, "n"), r"\mathbf{e}_i"),
    # Entries
    (at(A, "i", "j"), "A_{ij}"),
    (at(A, 1, 2), "A_{1, 2}"),
    (at(Product((A, x)), "i"), "(A x)_i"),
    (Item(x, (minus(n, one),)), "x_{n - 1}"),
    (at(Symbol(r"\mu_B", ("n",)), "i"), r"\mu_{B, i}"),
    (at(Symbol(r"\hat{x}", ("n",)), "i"), r"\hat{x}_i"),
    (at(Symbol(r"\sigma^2", ("C",)), "c"), r"\sigma^2_c"),
    (Power(at(Symbol("x^*", ("n",)), "i"), two), "(x^*_i)^2"),
    (at(Apply("f", (x,), (), ("n",)), "i"), "f(x)_i"),
    # Functions
    (Call("max", (a, b)), r"\max(a, b)"),
    (Call("positive", (Sum((a, b)),)), "(a + b)_+"),
    (Call("factorial", (Sum((n, one)),)), "(n + 1)!"),
    (Call("binomial", (n, two)), r"\binom{n}{2}"),
    (Call("sqrt", (a, num(3))), r"\sqrt[3]{a}"),
    (Call("sgn", (a,)), r"\operatorname{sgn}(a)"),
    (Apply("S", (a,), (Symbol(r"\lambda"),)), r"S_{\lambda}(a)"),
    (Apply("J", (a,), order=1), "J'(a)"),
    (Product((a, Truth(relation(i, "=", j)))), "a [i = j]"),
    # Operators
    (total("i", at(x, "i")), r"\sum_{i=1}^n x_i"),
    (total("i", Sum((at(x, "i"), a))), r"\sum_{i=1}^n (x_i + a)"),
    (total("i", Quotient(at(x, "i"), a, True)), r"\sum_{i=1}^n (x_i / a)"),
    (Product((a, total("i", at(x, "i")))), r"a \sum_{i=1}^n x_i"),
    (Product((total("i", at(x, "i")), a)), r"(\sum_{i=1}^n x_i) a"),
    (Power(total("i", at(x, "i")), two), r"(\sum_{i=1}^n x_i)^2"),
    (Sum((total("i", at(x, "i")), a)), r"\sum_{i=1}^n x_i + a"),
    (total("i", total("j", at(A, "i", "j"))), r"\sum_{i=1}^n \sum_{j=1}^n A_{ij}"),
    (Big("max", (Range("i", one, n, False),), absolute(at(x, "i"))), r"\max_{i} |x_i|"),
    (
        Big("sum", (Range("i", one, n, False), Range("j", one, n, False)), at(A, "i", "j"),
            relation(i, "<", j)),
        r"\sum_{i < j} A_{ij}",
    ),
    (Limit("p", Constant("infinity"), norm(x, p)), r"\lim_{p \to \infty} \|x\|_p"),
    (Limit("a", num(0), Sum((a, b)), 1), r"\lim_{a \to 0^+} (a + b)"),
    (Sum((Limit("a", num(0), a), b)), r"(\lim_{a \to 0} a) + b"),
    (Sum((b, Limit("a", num(0), a))), r"b + \lim_{a \to 0} a"),
    (
        Optimum("argmin", vec("w"), Sum((a, b)), relation(norm(vec("w"), 1), "<=", one)),
        r"\arg\min_{w \in \mathbb{R}^n : \|w\|_1 \le 1} (a + b)",
    ),
    (Derivative(norm(x, p), at(x, "i")), r"\frac{\partial \|x\|_p}{\partial x_i}"),
    (Derivative(Sum((a, b)), a), r"\frac{\partial (a + b)}{\partial a}"),
    (Derivative(norm(x, p), p, partial=False), r"\frac{\mathrm{d}}{\mathrm{d}p} \|x\|_p"),
    (Gradient(norm(x, 2), x), r"\nabla_x \|x\|_2"),
    (Gradient(Product((a, norm(x, 2))), x), r"\nabla_x (a \|x\|_2)"),
    (Integral("t", num(0), a, Symbol("t")), r"\int_0^a t \, dt"),
    (Moment("E", (Power(a, two),)), r"\mathbb{E}[a^2]"),
    (Power(Moment("E", (a,)), two), r"\mathbb{E}[a]^2"),
    (Moment("Cov", (a, b), ("a",)), r"\operatorname{Cov}_a(a, b)"),
    (Moment("P", (relation(absolute(a), "<=", b),)), r"\mathbb{P}(|a| \le b)"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "spelled"), EXPRESSIONS, ids=[s for _, s in EXPRESSIONS])
def test_expressions_get_the_parentheses_they_need(tree: Expr, spelled: str) -> None:
    assert latex(tree) == spelled


EQUAL, AT_MOST = relation(a, "=", b), relation(a, "<=", c)
STATEMENTS: list[tuple[Node, str]] = [
    (Relation((a, b, c), ("<=", "<")), r"a \le b < c"),
    (relation(A, ">>=", Constants(Fraction(0), ("n", "n"))), r"A \succeq 0"),
    (Implies(EQUAL, AT_MOST), r"a = b \implies a \le c"),
    (Iff(EQUAL, AT_MOST), r"a = b \iff a \le c"),
    (Both((EQUAL, AT_MOST)), r"a = b \text{ and } a \le c"),
    (Restricted(EQUAL, relation(i, "!=", j)), r"a = b \quad (i \ne j)"),
    (Member(a, Interval(num(0), Constant("infinity"), True, False)), r"a \in [0, \infty)"),
    (Member(A, Space(("n", "n"))), r"A \in \mathbb{R}^{n \times n}"),
    (Member(x, Space(("n",), "nonnegative")), r"x \in \mathbb{R}_{\ge 0}^n"),
    (Member(a, Integers("upto", n)), "a \\in [n]"),
    (Member(a, Integers("N")), r"a \in \mathbb{N}"),
    (Member(a, Listing((one, two))), r"a \in \{1, 2\}"),
    (Member(A, Permutations("n")), r"A \in S_n"),
    (Member(x, Subdifferential(Apply("f", (y,)))), r"x \in \partial f(y)"),
    (Member(x, Hull((x, y))), r"x \in \operatorname{conv}\{x, y\}"),
    (
        Member(a, Optima(Optimum("argmin", Symbol("w"), Power(Symbol("w"), two)))),
        r"a \in \arg\min_w w^2",
    ),
    (
        Derivation((Relation((a, b, c), ("=", "<=")), EQUAL)),
        r"\begin{aligned} a &= b \\ &\le c \\ a &= b \end{aligned}",
    ),
    (Define(norm(x, p), a), r"\|x\|_p := a"),
    (
        Defines((Define(a, b), Define(b, c))),
        r"\begin{aligned} a &:= b \\ b &:= c \end{aligned}",
    ),
]


@pytest.mark.parametrize(("tree", "spelled"), STATEMENTS, ids=[s for _, s in STATEMENTS])
def test_statements_are_spelled_in_the_language(tree: Node, spelled: str) -> None:
    assert latex(tree) == spelled


def test_how_it_was_read_leaves_nothing_to_guess() -> None:
    mean = Product((Quotient(one, n), Big("sum", (Range("i", one, n, False),), at(x, "i"))))
    assert explicit(mean) == r"\frac{1}{n} \cdot (\sum_{i=1}^n (x_i))"
    assert explicit(Sum((Product((a, b)), Negative(Product((b, c)))))) == (
        r"(a \cdot b) - (b \cdot c)"
    )
    assert explicit(at(A, "i", "j")) == "A_{i, j}"
    assert explicit(Sum((A, Identity("n")))) == "A + I_n"
    some = Big("sum", (Range("i", one, n, False), Range("j", one, n, False)), a,
               relation(i, "<", j))  # fmt: skip
    assert explicit(some) == r"\sum_{i \in [n], j \in [n] : i < j} (a)"


def test_links_are_spelled_one_by_one() -> None:
    chain = Derivation((Relation((a, b, c), ("=", "<=")),))
    assert sides_latex(chain) == [("a", "=", "b"), ("b", r"\le", "c")]


def test_rational_numbers_are_written_as_fractions() -> None:
    assert [fraction(Fraction(v)) for v in ("-1/2", "3")] == [r"-\frac{1}{2}", "3"]
