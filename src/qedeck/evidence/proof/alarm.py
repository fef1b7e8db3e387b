"""An end to what never looks at its deadline: one call into SymPy may take minutes."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sympy.core.cache import clear_cache

SOON = 0.01
GRACE = 1.25
"""Part of its time after which what looks at no deadline is given up."""
AGAIN = 1.0
"""Seconds after which an interruption that something swallowed is repeated."""


WHOLE = frozenset({"__del__", "_context"})
"""Functions that are not interrupted: what is raised in the first is printed and lost, and a z3
context that is made by halves cannot be freed."""


class Interrupted(BaseException):
    """The time is over; a BaseException, as libraries catch all others."""


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise `Interrupted` inside after so many seconds of CPU time.

    Only in a main thread; elsewhere nothing happens. An alarm within another ends with it.
    """
    able = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not able:
        yield
        return
    start = time.process_time()
    left = signal.getitimer(signal.ITIMER_PROF)[0]
    before = signal.signal(signal.SIGPROF, _interrupt)
    mine = max(min(seconds, left) if left else seconds, SOON)
    signal.setitimer(signal.ITIMER_PROF, mine, AGAIN)
    try:
        yield
    except Interrupted:
        # What was being computed must not be found half done.
        clear_cache()
        raise
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        # One that is still on its way to another thread would end the process.
        after = signal.SIG_IGN if before == signal.SIG_DFL else before
        signal.signal(signal.SIGPROF, after)
        if left:
            rest = max(left - (time.process_time() - start), SOON)
            signal.setitimer(signal.ITIMER_PROF, rest, AGAIN)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code.co_name in WHOLE:
            signal.setitimer(signal.ITIMER_PROF, SOON, AGAIN)
            return
        frame = frame.f_back
    raise Interrupted
