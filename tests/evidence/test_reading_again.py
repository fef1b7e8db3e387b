"""A project that is read again with what was read before is as if it were read afresh."""

from __future__ import annotations

import pytest

from qedeck.evidence.library import read_project
from qedeck.notes.cache import Cache

NORMS = r"""---
kind: page
title: Norms
---

> [!definition|p-norm] The p-norm
>
> Let $x \in \mathbb{R}^n$ and $1 \le p < \infty$.
>
> $$\|x\|_p := \left( \sum_{i=1}^{n} |x_i|^p \right)^{1/p}$$

> [!definition|mean] The mean
>
> Let $x \in \mathbb{R}^n$.
>
> $$\operatorname{mean}(x) := \frac{1}{n} \sum_{i=1}^{n} x_i$$

> [!claim|scale] The mean scales
>
> Let $x \in \mathbb{R}^n$ and $c \in \mathbb{R}$. Then
>
> $$\operatorname{mean}(c x) = c \operatorname{mean}(x)$$

``` python
--8<-- "norms.py:mean"
```
"""
SUMS = r"""---
kind: page
title: Sums
---

> [!claim|sum] The mean of a sum
>
> With the [mean](norms.md#mean), let $x, y \in \mathbb{R}^n$. Then
>
> $$\operatorname{mean}(x + y) = \operatorname{mean}(x) + \operatorname{mean}(y)$$
"""
SNIPPET = """\
# --8<-- [start:mean]
def mean(x):
    return x.mean()
# --8<-- [end:mean]
"""
EDITS = {
    "a formula": ("notes/en/norms.md", "= c ", "= -c "),
    "a definition that others use": ("notes/en/norms.md", r"\frac{1}{n} \sum", r"\frac{2}{n} \sum"),
    "symbols in another order": (
        "notes/en/norms.md", r"$x \in \mathbb{R}^n$ and $1 \le p < \infty$",
        r"$1 \le p < \infty$ and $x \in \mathbb{R}^n$",
    ),
    "lines that move": ("notes/en/norms.md", "title: Norms\n---\n", "title: Norms\n---\n\nMore.\n"),
    "a mistake": ("notes/en/norms.md", r"\frac{1}{n} \sum", r"\frac{1}{n \sum"),
    "another id": ("notes/en/norms.md", "definition|mean]", "definition|average]"),
    "a section that is gone": ("snippets/norms.py", "[end:mean]", "[end:average]"),
    "a snippet": ("snippets/norms.py", "x.mean()", "x.sum() / len(x)"),
    "a check": ("checks/test_norms.py", "claim.latex", "claim.latex + ''"),
}  # fmt: skip
CHECK = """\
import pytest

@pytest.mark.claim("norms/scale")
def test_scale(claim):
    assert claim.latex
"""


@pytest.fixture
def root(tmp_path):
    files = {
        "notes/en/norms.md": NORMS,
        "notes/en/sums.md": SUMS,
        "snippets/norms.py": SNIPPET,
        "checks/test_norms.py": CHECK,
    }
    for path, text in files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path


def same(root, cache):
    """Whether reading with a cache and without one say the same."""
    again, afresh = read_project(root, cache=cache), read_project(root)
    assert again.mistakes == afresh.mistakes
    assert again.library.notes == afresh.library.notes
    assert list(again.subjects.items()) == list(afresh.subjects.items())
    assert again.digests == afresh.digests
    return afresh


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_and_its_undoing(root, edit):
    path, old, new = edit
    text = (root / path).read_text("utf-8")
    assert old in text
    cache = Cache()
    before = same(root, cache)
    assert not before.mistakes
    (root / path).write_text(text.replace(old, new), "utf-8")
    after = same(root, cache)
    assert (after.digests, after.library) != (before.digests, before.library)
    (root / path).write_text(text, "utf-8")
    assert same(root, cache).digests == before.digests


def test_an_image_that_comes_later(root):
    note = root / "notes/en/sums.md"
    note.write_text(SUMS + "\n![A sum](sum.png)\n", "utf-8")
    cache = Cache()
    assert same(root, cache).mistakes
    (root / "notes/en/sum.png").touch()
    assert not same(root, cache).mistakes


def test_the_text_of_a_statement_is_its_repr(root):
    for subject in read_project(root).subjects.values():
        assert subject.text == repr(subject.bound)
