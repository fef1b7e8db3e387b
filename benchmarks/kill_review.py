"""Kill `qedeck review` again and again, in the terminal and serving its page.

`python benchmarks/kill_review.py --kills 1000` kills each a thousand times with SIGKILL while
answers come in, and reads the files afterwards: every answer that was said to be kept is there,
once, and no line is torn that the next answer does not mend. What is wrong is printed, and the exit
status is 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from measuring import ROOT, environment

sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "memory")]

import os  # noqa: E402

from killed import Killer, project  # noqa: E402


def main() -> int:
    """Kill, and count what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    os.environ.update(environment())
    failed = False
    for how in ("terminal", "page"):
        with tempfile.TemporaryDirectory(prefix="qedeck-") as folder:
            start = time.perf_counter()
            with Killer(project(Path(folder)), random.Random(options.seed)) as killer:
                for number in range(1, options.kills + 1):
                    getattr(killer, how)()
                    if number % 50 == 0:
                        print(f"{how}: {number} kills, {len(killer.wrong)} wrong", file=sys.stderr)
            killer.check()
            seconds = time.perf_counter() - start
        print(
            f"{how}: {killer.kills} kills, {killer.answered} answers, a torn last line seen "
            f"{killer.torn} times and mended, {len(killer.wrong)} wrong, in {seconds:.0f} s",
            *killer.wrong[:20], sep="\n  ", flush=True,
        )  # fmt: skip
        failed = failed or bool(killer.wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
