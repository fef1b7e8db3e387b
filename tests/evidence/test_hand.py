"""What checks see of a statement, and what snippets are compared with."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

import qedeck
from qedeck.evidence import words
from qedeck.evidence.differs import Differs
from qedeck.evidence.hand import HandVerdict, combine, judge, rejected
from qedeck.evidence.mutation import corruptions
from qedeck.evidence.reasons import Rejected
from qedeck.evidence.record import Established
from qedeck.evidence.snippets import compare
from qedeck.evidence.verify import subjects, verify
from qedeck.evidence.view import ClaimView
from qedeck.formula.reading.callout import Context, Piece, read_callout
from qedeck.formula.span import Span
from qedeck.notes.library import read_library

torch.set_num_threads(1)


def paragraph(text):
    """Words and formulas of a paragraph."""
    parts = text.split("$")
    kinds = ["math" if k % 2 else "text" for k in range(len(parts))]
    return [Piece(kind, Span.of(part)) for kind, part in zip(kinds, parts, strict=True) if part]


def subject(name, kind, before, display):
    bound = read_callout(kind, [paragraph(before)], Span.of(display), [], Context())
    return SimpleNamespace(id=name, kind=kind, latex=display, bound=bound)


class Project:
    """A project with one snippet file."""

    def __init__(self, root, section="", code=""):
        self.root = root
        self.subjects = {}
        use = SimpleNamespace(section=section, file="n.py")
        note = SimpleNamespace(snippets=[use] if section else [])
        self.library = SimpleNamespace(note=lambda _: note)
        if section:
            (root / "snippets").mkdir()
            (root / "snippets" / "n.py").write_text(
                f"# --8<-- [start:{section}]\n{code}\n# --8<-- [end:{section}]\n"
            )


SQUARE = subject(
    "n/square",
    "claim",
    r"Let $x, y \in \mathbb{R}^n$ and $\lambda > 0$. Then",
    r"\lambda \|x + y\|_2^2 = \lambda \|x\|_2^2 + 2 \lambda x^\top y + \lambda \|y\|_2^2",
)
MEAN = subject("n/mean-square", "claim", r"Let $x, y \in \mathbb{R}$. Then", r"2 x y \le x^2 + y^2")
LENGTH = subject(
    "n/length",
    "definition",
    r"Let $x \in \mathbb{R}^n$ and $\epsilon > 0$.",
    r"\operatorname{len}(x) := \sqrt{\sum_{i=1}^{n} x_i^2 + \epsilon}",
)


@pytest.fixture
def view(tmp_path):
    return ClaimView(Project(tmp_path), SQUARE, 1)


def test_sides_are_functions_on_tensors_with_gradients(view):
    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    y = torch.tensor([3.0, -1.0], dtype=torch.float64)
    assert float(view.left(x=x, y=y, lambda_=2.0).detach()) == pytest.approx(34)
    (slope,) = torch.autograd.grad(view.left({r"\lambda": 1.0, "x": x, "y": y}), x)
    assert slope.tolist() == pytest.approx([8, 2])


def test_an_unknown_symbol_is_named(view):
    with pytest.raises(TypeError, match="the page declares no symbol z; it declares"):
        view.left(z=1.0)


def test_a_shape_that_does_not_fit_is_named(view):
    with pytest.raises(TypeError, match="x has 1 axes on the page, and 2 here"):
        view.left(x=torch.zeros(2, 2), y=torch.zeros(2), lambda_=1.0)


def test_instances_meet_the_hypotheses(view):
    found = list(view.instances(10, n=3))
    assert found
    assert all(one[r"\lambda"] > 0 and one["x"].shape == (3,) for one in found)
    assert view.drawn == len(found)


def test_a_definition_is_a_function(tmp_path):
    view = ClaimView(Project(tmp_path), LENGTH, 1)
    value = view.function()(torch.tensor([3.0, 4.0]), given={r"\epsilon": 0.0})
    assert float(value) == 5


def test_a_certificate_at_four_sizes_proves_at_shapes(view):
    for n in (1, 2, 3):
        view.certificate("zero", n=n)
    assert not view.certificate_found
    view.certificate("zero", n=4)
    assert view.certificate_found[0].level == "proved at shapes"


def test_a_sum_of_squares_is_verified_again(tmp_path):
    import sympy

    x, y = sympy.symbols("x y", real=True)
    view = ClaimView(Project(tmp_path), MEAN, 1)
    view.certificate("sum of squares", ((Fraction(1), x - y),))
    assert view.certificate_found[0].level == "proved"
    with pytest.raises(AssertionError, match="do not add up"):
        view.certificate("sum of squares", ((1, x + y),))
    with pytest.raises(ValueError, match="below 0"):
        view.certificate("sum of squares", ((-1, x - y),))


def test_a_false_certificate_fails(view):
    view.subject = subject("n/a", "claim", r"Let $x \in \mathbb{R}$. Then", "x^2 = 2 x")
    with pytest.raises(AssertionError, match="differ"):
        view.certificate("zero")


GOOD = "def length(x, epsilon):\n    return ((x * x).sum() + epsilon) ** 0.5"


def test_a_snippet_that_agrees(tmp_path):
    view = ClaimView(Project(tmp_path, "length", GOOD), LENGTH, 1)
    compare(view)
    assert view.drawn > 0


def test_a_snippet_that_differs_is_shown_with_the_instance(tmp_path):
    bad = GOOD.replace("+ epsilon", "- epsilon")
    with pytest.raises(AssertionError, match=r"at x = \(.*: the page gives \d+\.\d+, the"):
        compare(ClaimView(Project(tmp_path, "length", bad), LENGTH, 1))


def test_a_snippet_that_takes_other_symbols_is_not_compared(tmp_path):
    other = "def length(x, gain, power):\n    return x"
    with pytest.raises(LookupError, match="no instance"):
        compare(ClaimView(Project(tmp_path, "length", other), LENGTH, 1))


class Two:
    """A view with two mutants."""

    certificate_found = ()
    seed = 7
    drawn = 0
    evaluated = 0
    versions: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, value):
        self.value = value

    def again(self):
        return Two(self.value)

    def respelled(self):
        return None

    def mutants(self):
        return {"two": Two(2), "none": Two(None)}


def test_a_mutant_is_killed_by_an_assertion_and_by_nothing_else():
    def check(view):
        assert 1 / view.value == 1, "not one"

    said = judge("c::t", check, Two(1))
    assert (said.verdict, dict(said.killed)) == ("holds", {"two": Rejected("c::t", "not one")})


def test_an_assertion_inside_the_engine_kills_nothing():
    def check(view):
        if view.value != 1:
            redefined(None, None, None)

    def redefined(*_):
        source = "def f():\n    assert False, 'no tree'\n"
        names = {}
        exec(compile(source, str(Path(qedeck.__file__).parent / "formula/tree.py"), "exec"), names)
        names["f"]()

    said = judge("c::t", check, Two(1))
    assert (said.verdict, dict(said.killed)) == ("holds", {})


def test_what_the_engine_finds_different_for_a_check_kills():
    def check(view):
        if view.value != 1:
            compared()

    def compared():
        source = "def f(e):\n    raise e('apart')\n"
        names = {}
        exec(compile(source, str(Path(qedeck.__file__).parent / "formula/tree.py"), "exec"), names)
        names["f"](Differs)

    assert set(judge("c::t", check, Two(1)).killed) == {"two", "none"}


def test_a_check_that_draws_anew_each_time_kills_nothing_by_luck():
    seen = {}

    def check(view):
        draw = (random.random(), float(torch.rand(())))
        assert seen.setdefault(view.seed, draw) == draw, "drawn differently"

    assert dict(judge("c::t", check, Two(1)).killed) == {}


def test_an_exception_on_the_statement_is_unknown():
    said = judge("c::t", lambda view: view.missing, Two(1))
    assert said.verdict == "unknown"
    assert "AttributeError" in said.message


def test_what_is_not_installed_is_said_in_a_line():
    def check(_):
        raise ModuleNotFoundError(name="torch")

    said = judge("c::t", check, Two(1))
    assert said.message == "c::t: needs torch, which is not installed: pip install torch"


def test_several_checks_are_as_good_as_their_worst_and_kill_together():
    proof = (Established("statement", "x = x", "proved"),)
    x, y = Rejected("a", "x"), Rejected("b", "y")
    good = HandVerdict(("a",), "holds", killed={"m": x}, certificate=proof)
    other = HandVerdict(("b",), "holds", killed={"k": y})
    both = combine([good, other])
    assert (both.verdict, both.certificate, dict(both.killed)) == ("holds", proof, {"m": x, "k": y})
    bad = combine([good, HandVerdict(("c",), "fails", "no")])
    assert (bad.verdict, bad.message) == ("fails", "no")
    assert combine([]) is None


@pytest.mark.parametrize(
    ("given", "wanted", "told"),
    [
        ([1.0, 2.0], [1.0, 2.5], "the two values differ by 0.5, where 2.51e-10 is allowed"),
        (1.0, 2, "the two values differ by 1, where 2.01e-10 is allowed"),
        ([1.0, 4.0], [2.0, float("nan")], "one of the two values is not a number"),
        (float("inf"), 1.0, "the two values differ by inf, where 1.01e-10 is allowed"),
        ([1.0], [1.0, 2.0], "it has the shape [1], not [2]"),
        ([1.0], 1.0, "it has the shape [1], not []"),
    ],
)
def test_what_is_not_close_is_told_in_numbers(tmp_path, given, wanted, told):
    _, view = real(tmp_path, *IDENTITY)
    with pytest.raises(Differs) as caught:
        view.close(given, wanted)
    assert words.rejected(rejected("c::t", caught.value)) == told


@pytest.mark.parametrize(
    ("given", "wanted", "tolerances"),
    [
        ([1.0, float("inf")], torch.tensor([1.0, float("inf")]), {}),
        (1.0 + 1e-11, 1, {}),
        (torch.ones(2, requires_grad=True), [1.0, 1.0 + 1e-7], {"rtol": 1e-6}),
        (0.0, 1e-3, {"rtol": 0, "atol": 1e-3}),
    ],
)
def test_what_is_close_passes(tmp_path, given, wanted, tolerances):
    _, view = real(tmp_path, *IDENTITY)
    view.close(given, wanted, **tolerances)


def test_no_wording_of_another_library_is_read():
    error = AssertionError("Absolute difference: 0.5 (up to 1e-07 allowed)")
    assert rejected("c::t", error) == Rejected("c::t", str(error))


def real(tmp_path, hypotheses, formula):
    """A subject of the engine, with a view of it."""
    before = f"> [!claim|c] C\n>\n> {hypotheses} Then\n>\n> $${formula}$$\n"
    (tmp_path / "notes/en").mkdir(parents=True)
    (tmp_path / "notes/en/t.md").write_text(f"---\nkind: page\ntitle: T\n---\n\n{before}", "utf-8")
    found = subjects(read_library(tmp_path))["t/c"]
    return found, ClaimView(Project(tmp_path), found, 1)


IDENTITY = (r"Let $x \in \mathbb{R}$.", "x^2 - 1 = (x - 1) (x + 1)")


def compares_text(claim):
    assert claim.latex == IDENTITY[1]


def compares_a_part_of_the_text(claim):
    assert "(x - 1)" in claim.latex


def compares_the_tree(claim):
    assert repr(claim.statement).count("Number") == 4


@pytest.mark.parametrize("check", [compares_text, compares_a_part_of_the_text, compares_the_tree])
def test_a_check_that_looks_at_the_spelling_fails(tmp_path, check):
    _, view = real(tmp_path, *IDENTITY)
    said = judge("c::t", check, view)
    assert said.verdict == "fails"
    assert "looks at how the formula is written" in said.message


def test_a_check_that_evaluates_the_formula_is_none_of_those(tmp_path):
    def check(claim):
        for one in claim.instances(30):
            assert float(claim.left(one)) == pytest.approx(float(claim.right(one)))

    _, view = real(tmp_path, *IDENTITY)
    said = judge("c::t", check, view)
    assert (said.verdict, said.instances) == ("holds", 30)
    assert len(said.killed) > 10


def test_instances_that_a_check_draws_and_does_not_use_count_nothing(tmp_path):
    _, view = real(tmp_path, *IDENTITY)
    assert judge("c::t", lambda claim: list(claim.instances(200)), view).instances == 0


def test_a_check_cannot_name_its_own_certificate(view):
    with pytest.raises(AttributeError):
        view.certificate_found = ("proved", "trust me")


@pytest.mark.parametrize(
    ("hypotheses", "formula", "told"),
    [
        (r"Let $x \in \mathbb{R}$ and $x^2 = -1$.", "x = 17", "it is vacuous"),
        ("Let $x > 0$.", r"\lim_{p \to \infty} \sin(p) = 0", "does not exist"),
        (r"Let $x \in \mathbb{R}$.", r"\sum_{i=1}^{1000000000} i = 3", "draw 0 instances"),
        (r"Let $x \in \mathbb{R}^n$.", "x_{n+1} = 3", "draw 0 instances"),
    ],
)
def test_the_word_of_a_check_alone_decides_nothing(tmp_path, hypotheses, formula, told):
    found, _ = real(tmp_path, hypotheses, formula)
    killed = {c.id.key: Rejected("c::t", "so it says") for c in corruptions(found.bound)}
    hand = HandVerdict(("c::t",), "holds", killed=killed)
    said = verify(found, seed=1, hand=hand, dependencies={})
    assert said.verdict != "holds"
    assert told in said.message
