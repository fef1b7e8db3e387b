"""What a check found wrong with a formula."""

from __future__ import annotations


class Differs(AssertionError):
    """A formula says something else than it should: raised where the engine compares for a check.

    Any other assertion inside the engine is an accident, and no verdict on the formula.
    """
