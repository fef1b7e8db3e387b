"""Styles and scripts that the package brings along."""

from __future__ import annotations

import json
from pathlib import Path

from qedeck.formula.macros import MACROS

FOLDER = Path(__file__).parent / "assets"
SCRIPTS = ("qedeck.js", "review.js", "worker.js")
"""What the build hook makes of `web/`."""


class BundleMissing(Exception):
    """The package was not built, so that the site would lack its scripts."""

    def __str__(self) -> str:
        return "the site's scripts are not built; run `make site`, or `pip install -e .`"


def assets() -> dict[str, Path]:
    """Files by their path in the site's asset folder.

    Raises:
        BundleMissing: where the build hook has not run.
    """
    vendor = FOLDER / "vendor"
    if not all((vendor / name).is_file() for name in SCRIPTS):
        raise BundleMissing
    found = {path.name: path for path in sorted(FOLDER.iterdir()) if path.is_file()}
    for path in sorted(vendor.rglob("*")):
        if path.is_file() and path.name != "stamp":
            found[path.relative_to(vendor).as_posix()] = path
    return found


def macro_script() -> str:
    """The project's macro table as a script for KaTeX."""
    return f"window.qedeckMacros = {json.dumps(dict(MACROS), sort_keys=True)};\n"
