"""The pytest plugin: formulas on pages become test items; inert outside a qedeck project."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

NAME = "qedeck-project"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `pytest checks`."""
    group = parser.getgroup("qedeck", "verification of notes")
    group.addoption(
        "--fresh",
        action="store_true",
        help="verify everything again, whatever the ledger says",
    )
    group.addoption(
        "--redraw",
        default="",
        metavar="WORD",
        help="verify everything again at the random instances of a word; without it they depend "
        "on the text of the statement alone",
    )
    group.addoption(
        "--note",
        action="append",
        default=[],
        metavar="NAME",
        help="one note, what it depends on through links, and its dependents",
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take part where one of the arguments lies in a qedeck project."""
    config.addinivalue_line(
        "markers", "claim(id, ...): the test is about statements in notes, by full id"
    )
    from qedeck.evidence.library import find_project

    start = config.invocation_params.dir
    paths = [(start / argument.partition("::")[0]).resolve() for argument in config.args]
    roots = dict.fromkeys(filter(None, map(find_project, [*paths, config.rootpath])))
    if not roots:
        return
    root = next(iter(roots))
    notes = root / "notes"
    if root / "checks" in paths and not any(_covers(path, notes) for path in paths):
        config.args.append(str(notes))
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
        config.add_cleanup(lambda: sys.path.remove(str(root)))
    from qedeck.plugin.session import ProjectPlugin

    config.pluginmanager.register(ProjectPlugin(config, root), NAME)


def _covers(path: Path, notes: Path) -> bool:
    return path == notes or path in notes.parents
