from __future__ import annotations

import time
from collections.abc import Callable

import pytest

pytest_plugins = ["pytester"]
LOOP = 2_000_000
IDLE = 0.05
"""CPU seconds that the loop took on the machine on which limits were set, with nothing beside."""


@pytest.fixture
def effort() -> Callable[[], float]:
    """What tells how much work a test has done so far, by what the same loop takes here and now.

    It is in CPU seconds of one machine on all of them, idle or not.
    """
    start = time.process_time()

    def so_far() -> float:
        took = time.process_time() - start
        begin = time.process_time()
        for _ in range(LOOP):
            pass
        return took * IDLE / (time.process_time() - begin)

    return so_far
