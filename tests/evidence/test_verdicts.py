"""Verdicts on small notes: what is wrong must not pass, and what is right must."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.errors import SourceError
from qedeck.evidence.reasons import Breaks
from qedeck.evidence.record import Evidence
from qedeck.evidence.verify import subjects, verify
from qedeck.notes.library import read_library


def verdict(tmp_path: Path, body: str, kind: str = "claim", before: str = "") -> Evidence:
    """The evidence of the statement `c`, after that of the statements before it."""
    (tmp_path / "notes/en").mkdir(parents=True)
    (tmp_path / "snippets").mkdir()
    text = f"---\nkind: page\ntitle: T\n---\n\n{before}{callout(kind, 'c', body)}"
    (tmp_path / "notes/en/t.md").write_text(text, "utf-8")
    library = read_library(tmp_path)
    library.check()
    known: dict[str, Evidence] = {}
    for name, subject in subjects(library).items():
        rests = {one: known[one] for one in subject.uses if one in known}
        known[name] = verify(subject, seed=1, hand=None, dependencies=rests)
    return known["t/c"]


def callout(kind: str, slug: str, body: str) -> str:
    """A box of a note."""
    quoted = "\n".join(f"> {line}".rstrip() for line in body.strip().splitlines())
    return f"> [!{kind}|{slug}] Title\n>\n{quoted}\n\n"


def claim(hypotheses: str, formula: str, after: str = "") -> str:
    """A claim's text."""
    return f"{hypotheses} Then\n\n$${formula}$$\n\n{after}"


X = r"Let $x \in \mathbb{R}^n$."
XY = r"Let $x, y \in \mathbb{R}^n$."
R = r"Let $x \in \mathbb{R}$."
RS = r"Let $x, y \in \mathbb{R}$."
K = r"Let $k \in \mathbb{N}$."

FALSE = {
    "only at equal entries": (RS, r"(x - y)^2 > 0", ""),
    "only at one rational": (R, r"(x - \frac{17}{13})^2 > 0", ""),
    "only at huge values": (R, r"x < 10^{30}", ""),
    "only from dimension six": (X, r"(n - 1)(n - 2)(n - 3)(n - 4)(n - 5) \|x\|_2 = 0", ""),
    "only from dimension seventeen": (X, r"\|x\|_1 \le 4 \|x\|_2", ""),
    "only at large integers": (K, r"2^k \le 100", ""),
    "by less than floats see": (R, r"(x + 1)^2 = x^2 + 2 x + 1 + \frac{1}{10^{15}}", ""),
    "by less than floats see, in pi": (R, r"\pi x = \frac{245850922 x}{78256779}", ""),
    "by a saturated function": (r"Let $x > 0$.", r"\tanh(x + 20) = 1", ""),
    "by the sign of a root": (R, r"\sqrt{x^2} = x", ""),
    "by a dropped term in a chain": (
        XY,
        (
            r"\begin{aligned} \|x + y\|_2^2 &\le \|x\|_2^2 + 2 |\langle x, y \rangle| \\"
            r"&\le (\|x\|_2 + \|y\|_2)^2 \end{aligned}"
        ),
        "",
    ),
    "by an index": (
        r"Let $A \in \mathbb{R}^{n \times n}$ and $x \in \mathbb{R}^n$.",
        r"\sum_{i=1}^n \sum_{j=1}^n A_{ij} x_j = \sum_{i=1}^n \sum_{j=1}^n A_{ji} x_j",
        "",
    ),
    "by the wrong point of equality": (
        XY, r"\langle x, y \rangle \le \|x\|_2 \|y\|_2", "Equality at $y = -x$.",
    ),
    "by a multiple of the wrong sign": (
        XY, r"\|x + y\|_2 \le \|x\|_2 + \|y\|_2",
        r"Equality at $y = \alpha x$ with $\alpha \in \mathbb{R}$.",
    ),
    "by sides exchanged": (
        X, r"\|x\|_\infty \le \|x\|_1 \le n \|x\|_\infty",
        r"Equality on the left at $x = (1, \dots, 1)$, on the right at $x = (1, 0, \dots, 0)$.",
    ),
    "by the point named": (
        r"Let $w \in \mathbb{R}^n$ and $t > 0$.",
        r"\max_{d : \|d\|_\infty \le t} \langle w, d \rangle = t \|w\|_1",
        "Attained at $d = t w$.",
    ),
    "beyond a size written out": (
        X, r"\|x\|_1 \le \sqrt{3} \|x\|_2", "Equality at $x = (1, 1, 1)$.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_a_claim_that_is_false_fails(tmp_path: Path, name: str) -> None:
    hypotheses, formula, after = FALSE[name]
    found = verdict(tmp_path, claim(hypotheses, formula, after))
    assert (found.verdict, found.level) == ("fails", None)
    assert found.message.startswith("notes/en/t.md:6:3: claim t/c is false")


UNDEFINED = {
    r"\frac{x y}{y} = x": RS,
    r"\sqrt{x}^2 = x": R,
    r"\log(x y) = \log(x) + \log(y)": RS,
    r"\log(x^2) = 2 \log(x)": R,
    r"\frac{d}{dx}(|x|) = \operatorname{sgn}(x)": R,
    r"\sum_{i=1}^n \frac{x_i}{x_i} = n": r"Let $x \in \mathbb{R}^n$ and $x \ne 0$.",
}


@pytest.mark.parametrize("formula", UNDEFINED)
def test_a_claim_needs_the_hypotheses_that_give_it_a_value(tmp_path: Path, formula: str) -> None:
    found = verdict(tmp_path, claim(UNDEFINED[formula], formula))
    assert (found.verdict, found.level) == ("fails", None)
    assert "has no value at" in found.message
    assert found.message.startswith("notes/en/t.md:6:3: ")


def test_a_condition_that_gives_a_value_is_enough(tmp_path: Path) -> None:
    found = verdict(
        tmp_path, claim(r"Let $x, y \in \mathbb{R}$ and $y \ne 0$.", r"\frac{x y}{y} = x")
    )
    assert (found.verdict, found.level) == ("holds", "proved"), found.message


@pytest.mark.parametrize(
    "hypotheses",
    [
        r"Let $x, y \in \mathbb{R}$, $x > 1$ and $x < 0$.",
        r"Let $x, y \in \mathbb{R}$, $x^2 + y^2 = 1$ and $x + y = 3$.",
    ],
)
def test_hypotheses_that_nothing_meets_are_no_evidence(tmp_path: Path, hypotheses: str) -> None:
    found = verdict(tmp_path, claim(hypotheses, "x = y"))
    assert (found.verdict, found.level) == ("unknown", None)
    assert "vacuous" in found.message


def test_conditions_that_nothing_meets_do_not_pass(tmp_path: Path) -> None:
    found = verdict(tmp_path, claim(R, r"x^2 < 0 \implies x = 7"))
    assert (found.verdict, found.level) == ("unknown", None)
    assert "vacuous" in found.message


def test_conditions_that_almost_nothing_meets_do_not_pass(tmp_path: Path) -> None:
    found = verdict(tmp_path, claim(R, r"(x - \frac{1}{3})^2 < \frac{1}{10^9} \implies x < 1"))
    assert found.verdict != "holds"


def test_an_equality_case_outside_the_hypotheses_is_none(tmp_path: Path) -> None:
    found = verdict(tmp_path, claim(r"Let $x > 0$.", r"0 \le x", "Equality at $x = 0$."))
    assert found.verdict == "unknown"


def test_a_linked_claim_is_not_used_where_its_hypotheses_are_not_met(tmp_path: Path) -> None:
    lemma = callout(
        "claim", "l", claim(r"Let $p \ge 1$.", r"p \ge \sqrt{p}", "Equality at $p = 1$.")
    )
    found = verdict(
        tmp_path, claim(r"With the [l](#l), let $p > 0$.", r"p \ge \sqrt{p}"), before=lemma
    )
    assert found.verdict == "fails"
    assert "is false" in found.message


def test_a_hypothesis_without_which_the_claim_breaks_is_killed(tmp_path: Path) -> None:
    body = claim(
        r"Let $x \in \mathbb{R}^n$ and $n = 2$.", r"\|x\|_1 \le \sqrt{2} \|x\|_2",
        "Equality at $x = (1, 1)$.",
    )  # fmt: skip
    found = verdict(tmp_path, body)
    assert (found.verdict, found.level) == ("holds", "proved"), found.message
    outcomes = {(m.part, m.latex): m.outcome for m in found.mutants}
    assert outcomes["hypothesis", "n = 2"] == "killed"


@pytest.mark.parametrize(
    ("hypotheses", "name"),
    [
        (r"Let $s \in \mathbb{R}$ and $s := 2$.", "s"),
        (r"Let $x \in \mathbb{R}^n$ and $n := 2$.", "n"),
    ],
)
def test_an_abbreviation_of_a_declared_symbol_is_refused(
    tmp_path: Path, hypotheses: str, name: str
) -> None:
    with pytest.raises(SourceError, match=f"{name} is declared already"):
        verdict(tmp_path, claim(hypotheses, f"{name} = 2"))


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize(
    ("value", "outcome", "words"),
    [
        ("2", "fails", "hypothesis dropped: s > 0"),
        ("-1", "unknown", "no instance meets the hypotheses"),
        ("t^2", "fails", "has no value at t = 0"),
    ],
)
def test_a_relation_of_an_abbreviation_is_a_hypothesis_in_either_order(
    tmp_path: Path, value: str, outcome: str, words: str, order: int
) -> None:
    said = [rf"$s := {value}$", "$s > 0$" if "t" not in value else r"$s \ge 0$"]
    start = r"$t \in \mathbb{R}$, " if "t" in value else ""
    formula = r"\frac{t}{s} = \frac{1}{t}" if "t" in value else "s = 2"
    hypotheses = f"Let {start}{said[order]} and {said[1 - order]}."
    found = verdict(tmp_path, claim(hypotheses, formula))
    assert found.verdict == outcome
    assert words in found.message


DEFINITION = r"""Let $a, b \in \mathbb{R}$.

$$f(a, b) := a^2 + 3 b$$"""


@pytest.mark.parametrize(
    ("formula", "left"),
    [
        (r"f(a, b) = f(a, b)", 12),
        (r"f(a, b) - f(a, 0) = 3 b", 4),
        (r"f(a, b) = a^2 + 3 b", 0),
    ],
)
def test_a_definition_is_pinned_by_claims_that_its_mutants_break(
    tmp_path: Path, formula: str, left: int
) -> None:
    user = callout("claim", "u", claim(r"With [f](#c), let $a, b \in \mathbb{R}$.", formula))
    found = verdict(tmp_path, DEFINITION, "definition", user)
    assert sum(m.outcome == "undecided" for m in found.mutants) == left
    assert sum(m.outcome == "killed" for m in found.mutants) == 12 - left
    assert found.verdict == ("fails" if left else "holds")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (r"\|x\|_p", r"\sum_{i=1}^{n} |x_i|^p"),
        (r"\|x\|_\infty", r"\max_{i} x_i"),
    ],
)
def test_a_definition_of_a_built_in_function_is_checked_against_it(
    tmp_path: Path, head: str, body: str
) -> None:
    order = " and $p > 0$" if "_p" in head else ""
    text = f"Let $x \\in \\mathbb{{R}}^n${order}.\n\n$${head} := {body}$$"
    found = verdict(tmp_path, text, "definition")
    assert found.verdict == "fails"
    assert found.message.startswith("notes/en/t.md:6:3: definition t/c is false")


def test_a_loose_inequality_without_equality_case_does_not_pass(tmp_path: Path) -> None:
    found = verdict(tmp_path, claim(RS, r"2 x y \le x^2 + y^2 + 1"))
    assert found.verdict == "fails"


def test_a_constant_is_not_declared_by_a_range(tmp_path: Path) -> None:
    found = verdict(tmp_path, claim(r"Let $e > 0$.", r"\log(e) = 1"))
    assert found.verdict == "fails"


def test_a_counterexample_meets_that_a_matrix_is_definite(tmp_path: Path) -> None:
    body = claim(
        r"Let $\Sigma \in \mathbb{R}^{n \times n}$ and $\Sigma \succ 0$.", r"\det(\Sigma) > 0"
    )
    assert verdict(tmp_path, body).verdict != "fails"


def test_a_definition_is_pinned_through_one_that_rests_on_it(tmp_path: Path) -> None:
    other = callout(
        "definition", "g", "With [f](#c), let $a \\in \\mathbb{R}$.\n\n$$g(a) := f(a, 1)$$"
    )
    user = callout("claim", "u", claim(r"With [g](#g), let $a \in \mathbb{R}$.", "g(a) = a^2 + 3"))
    found = verdict(tmp_path, DEFINITION, "definition", other + user)
    told = {m.operator: m.outcome for m in found.mutants if "a^2" in m.latex}
    assert told["term-dropped"] == "killed"
    assert any(isinstance(m.reason, Breaks) and m.reason.claim == "t/u" for m in found.mutants)


NARROW = {
    "a positive number": (r"Let $t > 0$.", r"g(t) := t^2", R, r"g(x) = x^2"),
    "a number beyond another": (r"Let $t > 7$.", r"g(t) := t^2", R, r"g(x) = x^2"),
    "entries that are positive": (
        r"Let $t > 0$.",
        r"g(t) := t^2",
        X,
        r"\sum_{i=1}^n g(x_i) = \|x\|_2^2",
    ),
    "a vector that is not zero": (
        r"Let $t \in \mathbb{R}^n$ with $t \ne 0$.",
        r"g(t) := \|t\|_2^2",
        X,
        r"g(x) = \sum_{i=1}^{n} x_i^2",
    ),
}


@pytest.mark.parametrize("name", NARROW)
def test_a_function_is_not_used_beyond_its_definition(tmp_path: Path, name: str) -> None:
    given, defined, hypotheses, formula = NARROW[name]
    before = callout("definition", "g", f"{given}\n\n$${defined}$$")
    found = verdict(tmp_path, claim(hypotheses, formula), before=before)
    assert found.verdict == "fails"
    assert "where its definition does not reach" in found.message


def test_what_keeps_a_function_inside_its_definition_is_needed(tmp_path: Path) -> None:
    before = callout("definition", "g", "Let $t > 7$.\n\n$$g(t) := t^2$$")
    found = verdict(tmp_path, claim(r"Let $x > 7$.", r"g(g(x)) = x^4"), before=before)
    assert found.verdict == "holds", found.message


def test_a_function_is_used_where_hypotheses_keep_it_inside(tmp_path: Path) -> None:
    before = callout("definition", "g", "Let $t > 7$.\n\n$$g(t) := t^2$$")
    body = claim(r"Let $x \in \mathbb{R}$.", r"g(x^2 + 8) = (x^2 + 8)^2")
    assert verdict(tmp_path, body, before=before).verdict == "holds"
