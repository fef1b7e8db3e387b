from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

import qedeck.evidence
from qedeck.evidence import digest

NORMS = """\
---
title: Norms
kind: page
---

Commentary.

> [!definition|norm] The norm
>
> $$x + 1$$

> [!claim|sandwich] Between two norms
>
> With the [norm](#norm), let $x$. Then
>
> $$a + b$$

> [!claim|by-hand] Decided by a check
>
> With the [norm](#norm), let $x$. Then
>
> $$c + d$$
"""

LIMITS = """\
---
title: Limits
kind: page
---

> [!claim|limit] The limit
>
> With the [sandwich](norms.md#sandwich), let $x$. Then
>
> $$e$$

> [!misconception|wrong] A mistake
>
> $$f$$
>
> Fails at $x = 1$: $1 \\not\\le 0$. True for [limit](#limit).
"""

CHECK = """\
import pytest

@pytest.mark.claim("norms/by-hand")
def test_by_hand(claim):
    assert "+" in claim.latex
"""

INSTALLED = metadata.entry_points(group="pytest11", name="qedeck")
PLUGIN = () if INSTALLED else ("-p", "qedeck.plugin.plugin")


@pytest.fixture
def project(pytester, monkeypatch):
    """A project with notes, checks and a stand-in for the deciding engine."""
    fake = Path(__file__).with_name("fake_engine.py").read_text()
    pytester.makepyfile(fake_engine=fake)
    pytester.makeconftest("import fake_engine\nfake_engine.install()\n")
    pytester.makefile(".toml", pyproject="[tool.qedeck]\n[tool.pytest.ini_options]\n")
    for name, text in {"norms": NORMS, "limits": LIMITS}.items():
        file = pytester.path / "notes" / "en" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (pytester.path / "checks").mkdir()
    (pytester.path / "checks" / "test_norms.py").write_text(CHECK)
    monkeypatch.setattr(qedeck.evidence, "verify", None, raising=False)
    monkeypatch.setattr(digest, "engine_hash", digest.engine_hash)
    return Project(pytester)


class Project:
    """A project's files, and runs of pytest in it."""

    plugin = PLUGIN
    """Options that load the plugin where no entry point does."""

    def __init__(self, pytester):
        self.pytester = pytester
        self.root = pytester.path
        self.log = self.root / "verified.log"

    def run(self, *arguments):
        return self.pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider", *arguments)

    def run_apart(self, *arguments):
        return self.pytester.runpytest_subprocess(*PLUGIN, *arguments)

    def verified(self):
        """Ids that the engine was asked about since the last call."""
        names = self.log.read_text().split() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return sorted(names)

    def edit(self, path, old, new):
        file = self.root / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))


@pytest.fixture
def plugin():
    """Options that load the plugin where no entry point does."""
    return PLUGIN
