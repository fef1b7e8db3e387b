"""Random histories of edits, each exported into a real Anki in which cards are learned between.

`python benchmarks/histories.py --histories 1000` adds, rewords, renumbers, moves, retires, refutes
and revives cards, renames notes and proves again, imports after a few edits each, and looks whether
a learner lost an answer, an interval or a deletion's history, has a card twice, or was sent an
update that changes nothing. What is wrong is printed, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path

from measuring import ROOT

sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]


def main() -> int:
    """Run the histories, each in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--first", type=int, default=1000, help="seed of the first")
    parser.add_argument("--rounds", type=int, default=8, help="imports of each")
    options = parser.parse_args()
    histories = importlib.import_module("cards.histories")
    project = importlib.import_module("cards.conftest").project.__wrapped__
    start, failed, refused, learned = time.perf_counter(), 0, 0, 0
    for seed in range(options.first, options.first + options.histories):
        with tempfile.TemporaryDirectory(prefix="qedeck-") as folder:
            making = project(Path(folder))
            try:
                made = histories.history(next(making), seed, options.rounds)
                refused += made.refused
                learned += len(made.log)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
                failed += 1
                print(f"history {seed}: {type(error).__name__}: {error}", flush=True)
            finally:
                next(making, None)
        if (seed - options.first) % 50 == 49:
            print(f"up to {seed}: {learned} answers, {failed} wrong", file=sys.stderr)
    print(
        f"{options.histories} histories, {learned} answers, {refused} edits with two readings "
        f"refused, {failed} wrong, in {time.perf_counter() - start:.0f} s"
    )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
