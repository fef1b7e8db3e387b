"""A project that is read again with what was read before is as if it were read afresh."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest

from qedeck.evidence.library import kept, read_project
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


class Hostile:
    """A value that runs something when it is read."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return Path.touch, (self.target,)


@pytest.fixture
def read_before(root):
    """The file of a project that was read once."""
    (root / ".qedeck").mkdir()
    read_project(root)
    return root / ".qedeck" / "read"


def test_the_next_process_reads_what_has_changed(root, read_before):
    before, cache = read_before.read_bytes(), kept(root)
    assert same(root, cache).digests
    assert not cache.changed
    (root / "notes/en/sums.md").write_text(SUMS.replace("title: Sums", "title: All sums"), "utf-8")
    same(root, cache)
    assert cache.changed
    assert read_before.read_bytes() != before


def test_reading_keeps_nothing_where_nothing_is_kept(root):
    read_project(root)
    assert not (root / ".qedeck").exists()


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_truncated_file_is_read_as_none(root, read_before, keep):
    read_before.write_bytes(read_before.read_bytes()[:keep])
    cache = kept(root)
    assert not same(root, cache).mistakes
    assert cache.changed


def test_a_file_of_other_code_is_read_as_none(root, read_before):
    stamp, _, rest = read_before.read_bytes().partition(b" ")
    read_before.write_bytes(stamp[::-1] + b" " + rest)
    cache = kept(root)
    same(root, cache)
    assert cache.changed


def test_a_file_runs_nothing(root, read_before):
    stamp = read_before.read_bytes().partition(b" ")[0]
    body = pickle.dumps(Hostile(root / "touched"))
    digest = hashlib.sha256(body).hexdigest().encode()
    read_before.write_bytes(stamp + b" " + digest + b"\n" + body)
    assert not same(root, kept(root)).mistakes
    assert not (root / "touched").exists()
    pickle.loads(body)
    assert (root / "touched").exists()
