"""The loop of `qedeck watch`."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

from qedeck.watch.report import Report
from qedeck.watch.resident import Resident
from qedeck.watch.saves import Saves

if TYPE_CHECKING:
    from rich.console import Console

PAUSE = 0.02
"""Seconds between looks at what is being decided."""


def watch(root: Path, console: Console) -> None:
    """Report on every save until the process is interrupted."""
    before = {number: signal.signal(number, _end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with Saves(root) as saves, Resident(root, Report(console)) as resident:
            resident.warm()
            resident.read()
            while True:
                saved = saves.next(PAUSE if resident.busy else None)
                if saved:
                    resident.read(saved)
                resident.advance()
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(*_: object) -> None:
    """Interrupt once; ending is not interrupted."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
