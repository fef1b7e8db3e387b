"""Ids of events: ULIDs, 26 letters of which the first ten are the time."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SHAPE = re.compile(f"[0-7][{ALPHABET}]{{25}}")
RANDOM_BITS = 80


def ulid(at: int, number: int) -> str:
    """The ULID of a time in milliseconds and 80 bits.

    Raises:
        ValueError: a time that a ULID cannot hold.
    """
    if not 0 <= at < 1 << 48:
        raise ValueError(f"{at} milliseconds are outside of what a ULID holds")
    value = at << RANDOM_BITS | number % (1 << RANDOM_BITS)
    return "".join(ALPHABET[value >> 5 * k & 31] for k in range(25, -1, -1))


class Ids:
    """New ids; of two with the same time, the later one is greater."""

    def __init__(self) -> None:
        self._at = -1
        self._number = 0

    def new(self, at: int) -> str:
        """An id for an event that happens at a time in milliseconds."""
        if at == self._at:
            self._number += 1
        else:
            # The top bit stays free, so that counting up does not run over.
            self._at, self._number = at, secrets.randbits(RANDOM_BITS - 1)
        return ulid(at, self._number)
