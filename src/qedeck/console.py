"""What every command needs: the project it runs in, and a sign that it works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


def project_root() -> Path:
    """The project that the command runs in.

    Raises:
        ClickException: where there is none.
    """
    from qedeck.evidence.library import find_project

    root = find_project(Path.cwd())
    if root is None:
        raise click.ClickException(
            "no qedeck project here: a project has a folder `notes` and [tool.qedeck] in "
            "pyproject.toml, or qedeck in mkdocs.yml"
        )
    return root


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show that work goes on, on a terminal alone."""
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
