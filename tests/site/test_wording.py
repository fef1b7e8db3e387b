from __future__ import annotations

import pytest

from qedeck.site.wording import Formula, parted


def shown(text: str) -> str:
    """A text with its formulas between dollars."""
    return "".join(
        f"${part.strip()}$" if isinstance(part, Formula) else part for part in parted(text)
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("at $n = 1, 2$ and on", "at $n = 1, 2$ and on"),
        ("both sides are the same expression", "both sides are the same expression"),
        (r"for all g, c and \epsilon, at n = 1, 2",
         r"for all $g$, $c$ and $\epsilon$, at $n = 1$, 2"),
        (r"n = 2, x = (1, \frac{1}{2}): 3 \le 2 \text{ fails}",
         r"$n = 2$, $x = (1, \frac{1}{2})$: $3 \le 2$ fails"),
        (r": 2 \ne 2 \text{ fails}", r"$2 \ne 2$ fails"),
        ("found: a = 0", "found: $a = 0$"),
        ("a matrix of m by n does not fit", "a matrix of $m$ by $n$ does not fit"),
        ("they are 8 != 5*sqrt(2)", r"they are $8 \ne  5 \cdot \sqrt{2}$"),
        ("torch.Size([]) != torch.Size([1])", "torch.Size([]) != torch.Size([1])"),
        ("breaks norms/unit-ball: p = 1", "breaks norms/unit-ball: $p = 1$"),
        ("index 3 outside an axis of 2", "index 3 outside an axis of 2"),
        ("procedure (z3) (z3: the denial)", "procedure (z3) (z3: the denial)"),
        (r"A = \begin{pmatrix} 1 & 2 \end{pmatrix}, x = (0)",
         r"$A = \begin{pmatrix} 1 & 2 \end{pmatrix}$, $x = (0)$"),
        ("a^e is monotone in e for t > 0", "$a^e$ is monotone in $e$ for $t > 0$"),
        ("normal form (1 terms, with t^e lies above its tangents for e >= 1)",
         r"normal form (1 terms, with $t^e$ lies above its tangents for $e \ge  1$)"),
        (r"f(x, y) = (1, \frac{1}{2}), 2", r"$f(x, y) = (1, \frac{1}{2})$, 2"),
        ("differ by 0.2, where 1e-12 is allowed",
         r"differ by 0.2, where $1 \cdot 10^{-12}$ is allowed"),
        ("", ""),
    ],
)  # fmt: skip
def test_formulas_are_told_from_words(text, told):
    assert shown(text) == told


def test_words_in_an_index_stay_in_their_formula() -> None:
    found = parted(r"\text{breaks it: } \sigma_{\text{all}}^2 = 3")
    (formula,) = [part for part in found if isinstance(part, Formula)]
    assert r"\sigma_{\text{all}}^2" in formula
