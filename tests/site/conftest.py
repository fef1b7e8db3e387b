"""A small project with every kind of box, and evidence of every kind for it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Browser, sync_playwright

from qedeck.evidence.library import read_project
from qedeck.evidence.mutants import Mutant, MutantId, Operator, Outcome
from qedeck.evidence.reasons import Breaks, Counter, Reason, Step, Told
from qedeck.evidence.record import Established, Evidence, Speaks
from qedeck.evidence.ways import Way
from qedeck.site.catalogue import Catalogue, catalogue
from qedeck.site.extension import QedeckExtension

ROOT = Path(__file__).parents[2]
PATIENCE = 600_000
"""Milliseconds after which what should come in a browser is missing."""
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)

INDEX = """\
---
kind: page
title: Start
---

Formulas that were checked.

<!-- qedeck:numbers -->

Read [Norms](norms.md), take [the deck](deck.apkg).
"""

TRUST = """\
---
kind: page
title: How far to trust this
---

## Levels

<!-- qedeck:levels -->

## Run

<!-- qedeck:run -->

## Not verified

<!-- qedeck:unverified -->
"""

LATER = r"""---
title: Clipping
topic: How long may a gradient be?
after: [norms]
---

## Axioms & definitions

## History

## Mechanism

> [!claim|leaning] What leans on the other note
>
> With the [sandwich](norms.md#sandwich), let $x \in \mathbb{R}^n$. Then
>
> $$\|x\|_\infty \le \|x\|_1$$

> [!claim|titled] The last of the chain
>
> With [what leans](#leaning), let $x \in \R^n$. Then
>
> $$\norm{x}_\infty \le 2 \norm{x}_1$$

## Application
"""

NOTE = r"""---
title: Norms
topic: How do we measure the size of a vector?
after: []
---

## Axioms & definitions

> [!definition|p-norm] The p-norm
>
> Let $x \in \mathbb{R}^n$ and $1 \le p < \infty$.
>
> $$\|x\|_p := \left( \sum_{i=1}^{n} |x_i|^p \right)^{1/p}$$

## History

Long, with $a < b$ in it.

## Mechanism

> [!claim|sandwich] Every p-norm lies between
>
> Let $x \in \mathbb{R}^n$ and $1 \le p < \infty$. Then
>
> $$\|x\|_\infty \le \|x\|_p \le n^{1/p} \|x\|_\infty$$
>
> Equality on the left at $x = (1, 0, \dots, 0)$, on the right at $x = (1, \dots, 1)$.

> [!claim|wide] A formula wider than a phone
>
> Let $a, b, c, d \in \mathbb{R}$. Then
>
> $$\begin{aligned}
> (a + b + c + d)^2 &= a^2 + b^2 + c^2 + d^2 + 2ab + 2ac + 2ad + 2bc + 2bd + 2cd \\
> &= a^2 + b^2 + c^2 + d^2 + 2(ab + ac + ad + bc + bd + cd)
> \end{aligned}$$

> [!claim|by-hand] Only a check can tell
>
> Let $x \in \mathbb{R}^n$. Then
>
> $$\|x\|_2 \le \|x\|_1$$

> [!claim|changed] A claim that has changed
>
> Let $x \in \mathbb{R}^n$. Then
>
> $$\|x\|_2 \ge 0$$

> [!claim|broken] A claim that fails
>
> Let $x \in \mathbb{R}^n$. Then
>
> $$\|x\|_2 \le 1$$

> [!claim|bare] A claim without evidence
>
> Let $x \in \mathbb{R}^n$. Then
>
> $$\|x\|_\infty \le \|x\|_1$$

``` python
--8<-- "norms.py:p-norm"
```

![Two lines that cross](figure:norms.lines "Lines")

> [!misconception|every-p] The p-norm is a norm for every positive p
>
> Let $x, y \in \mathbb{R}^n$ and $p > 0$. Then
>
> $$\|x + y\|_p \le \|x\|_p + \|y\|_p$$
>
> Fails at $p = \tfrac12$, $x = (1, 0)$, $y = (0, 1)$: $4 \not\le 2$. True for [it](#sandwich).

> [!cited|radon] A theorem that is only cited
>
> Let $x \in \mathbb{R}^n$. Then
>
> $$\|x\|_2 = \|x\|_2$$

## Application

> [!card|why-diamond]- Why is the unit ball of the 1-norm a diamond?
>
> Because of
>
> $$\|x\|_\infty \le \|x\|_p \le n^{1/p} \|x\|_\infty$$
>
> see [sandwich](#sandwich).

> [!card|who]- Who was first?
>
> Minkowski. [fact]

> [!cloze|two-ends] The ==smallest== p-norm is the ==max norm== $\|x\|_\infty$. [it](#sandwich)
"""

SNIPPETS = '''\
"""What the note shows."""

from matplotlib.figure import Figure


# --8<-- [start:p-norm]
def p_norm(x, p):
    return sum(abs(entry) ** p for entry in x) ** (1 / p)


# --8<-- [end:p-norm]


def lines(lang):
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1])
    axes.plot([0, 1], [1, 0], color="black")
    axes.set_xlabel({"en": "time", "zh": "t"}[lang])
    return figure


def needs(lang):
    import a_package_that_is_missing

    return a_package_that_is_missing.draw()


def wrong(lang):
    return 1 / 0
'''

CHECK = """\
import pytest


@pytest.mark.claim("norms/by-hand")
def test_by_hand(claim):
    assert claim  # the whole of it
"""


LARGER = Counter({"x": [1, 0]}, 1, ">=", 2)
BROKEN = Counter({"p": 1}, 2, "=", 1)
SQUARE = Told("reviewed", "the gap is a square")


def mutant(operator: Operator, latex: str, outcome: Outcome, reason: Reason) -> Mutant:
    """A mutant of a formula."""
    return Mutant(MutantId("statement", operator), latex, outcome, reason)


def part(way: Way, detail: str) -> Established:
    """What was proved at four sizes."""
    sizes = tuple({"n": size} for size in (1, 2, 3, 4))
    return Established("statement", "x", "proved at shapes", (Step((way,), detail),), sizes)


def record(slug: str, kind: str = "claim", **changes: object) -> Evidence:
    """A record as the engine would write it."""
    plain = Evidence(
        id=f"norms/{slug}",
        kind=kind,
        digest="d",
        verdict="holds",
        method="engine",
        level="proved",
        speaks=Speaks(("x",)),
        parts=(part("normal form", "the difference is 0"),),
        reading=r"\left(\|x\|_p\right) \le 1",
        mutants=(
            mutant("sign-of-term", r"\|x\|_p \ge 1", "killed", LARGER),
            mutant("number-raised", r"2 \|x\|_p \le 1", "killed", Counter({"x": [3, 4]})),
            mutant("norm-order-two", r"\|x\|_2 \le 1", "still true", SQUARE),
        ),
        seconds=0.25,
        versions={"sympy": "1.14.0"},
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def records() -> dict[str, tuple[Evidence | None, bool]]:
    """Evidence of every kind."""
    known = (
        record("p-norm", "definition", level="tested"),
        record("sandwich", level="proved at shapes", uses=("norms/p-norm",)),
        record("wide"),
        record(
            "by-hand",
            method="hand",
            level="tested",
            instances=2400,
            shapes=({"n": 1}, {"n": 3}),
            largest_error=3.1e-16,
            checks=("checks/test_norms.py::test_by_hand[case]",),
        ),
        record("every-p", "misconception", level="refuted", counterexample=(("p", r"\tfrac12"),)),
        record(
            "broken",
            verdict="fails",
            level=None,
            message="fails at x = (2)\n  left: 2" + " + 0" * 80,
        ),
    )
    found: dict[str, tuple[Evidence | None, bool]] = {r.id: (r, False) for r in known}
    found["norms/changed"] = (record("changed"), True)
    found["norms/bare"] = (None, False)
    found["clipping/leaning"] = (
        replace(
            record("leaning", parts=(part("z3", LONG),), versions={"z3-solver": "5.4.1"}),
            id="clipping/leaning",
            mutants=(
                mutant("factor-dropped", "x = 1", "killed", Breaks("norms/sandwich", BROKEN)),
                mutant("term-dropped", "x^2", "invalid", Told("not read", "a number")),
            ),
        ),
        False,
    )
    return found


REPORT = "fails at x = (2)\n  left: 2" + " + 0" * 80
LONG = "a" * 200


def known(root: Path) -> Catalogue:
    """The project as the site lists it."""
    return catalogue(read_project(root), records())


def publish(root: Path, target: Path | None = None, strict: bool = True) -> Path:
    """Build the site as `mkdocs build --strict` does."""
    target = target or root / "site"
    config = load_config(str(root / "mkdocs.yml"), strict=strict, site_dir=str(target))
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return target


def write(root: Path) -> Path:
    """Write the project into a folder."""
    for name, text in {
        "notes/en/index.md": INDEX,
        "notes/en/norms.md": NOTE,
        "notes/en/clipping.md": LATER,
        "notes/en/trust.md": TRUST,
        "snippets/norms.py": SNIPPETS,
        "checks/test_norms.py": CHECK,
        "mkdocs.yml": (ROOT / "mkdocs.yml").read_text(encoding="utf-8"),
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(name="record")
def _record() -> Callable[..., Evidence]:
    return record


@pytest.fixture(name="records")
def _records() -> dict[str, tuple[Evidence | None, bool]]:
    return records()


@pytest.fixture(name="publish")
def _publish() -> Callable[[Path], Path]:
    return publish


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project, in a folder of its own."""
    return write(tmp_path)


@pytest.fixture(scope="session")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The project with evidence of every kind, as the site lists it."""
    return known(write(tmp_path_factory.mktemp("listed")))


@pytest.fixture
def render(project: Path, listed: Catalogue) -> Callable[..., str]:
    """Renders Markdown as a note: that note's own text if none is given."""

    def rendered(text: str = "", page: str = "norms", **changes: object) -> str:
        text = text or {"norms": NOTE, "clipping": LATER}[page].split("---\n", 2)[2]
        options = {"catalogue": listed, "root": str(project), "page": page, **changes}
        return Markdown(extensions=[QedeckExtension(**options)]).convert(text)

    return rendered


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this repository's own notes, with the evidence that there is."""
    return publish(ROOT, tmp_path_factory.mktemp("real") / "site", strict=False)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's site, built with evidence of every kind and a deck."""
    root = write(tmp_path_factory.mktemp("project"))
    (root / ".qedeck").mkdir()
    (root / ".qedeck/deck.apkg").write_bytes(b"deck")
    return verified(root)


@pytest.fixture(scope="session")
def site_of_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a folder for each page, as servers like it; no file system does."""
    root = write(tmp_path_factory.mktemp("folders"))
    config = (root / "mkdocs.yml").read_text(encoding="utf-8")
    for old, new in (
        ("use_directory_urls: false", "use_directory_urls: true"),
        ("  - offline\n", ""),
    ):
        assert old in config
        config = config.replace(old, new)
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")
    return verified(root)


def verified(root: Path) -> Path:
    """The site of a project, built with evidence of every kind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "qedeck.evidence.library.read_shown",
            lambda root, lang, cache: (read_project(root), records()),
        )
        return publish(root, strict=False)


def patient(make: Callable[..., Any]) -> Callable[..., Any]:
    """Makes pages or contexts that wait for as long as a slow machine may take."""

    def made(**settings: Any) -> Any:
        home = make(**settings)
        home.set_default_timeout(PATIENCE)
        return home

    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = os.environ.get("QEDECK_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=FLAGS.split(), timeout=PATIENCE
        )
        chromium.new_context = patient(chromium.new_context)  # type: ignore[method-assign]
        chromium.new_page = patient(chromium.new_page)  # type: ignore[method-assign]
        yield chromium
        chromium.close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A folder on a port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves folders until the module is done; gives their addresses."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(serving(folder))
