"""The distinct parts of an expression: SymPy's own walks visit shared parts again and again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any


def nodes(*expressions: Any) -> Iterator[Any]:
    """Each distinct part of expressions once, these included."""
    seen = set()
    left = list(expressions)
    while left:
        node = left.pop()
        if node not in seen:
            seen.add(node)
            yield node
            left.extend(node.args)


@lru_cache(maxsize=1 << 16)
def size(expression: Any) -> int:
    """How many parts an expression has, shared ones as often as they occur."""
    return 1 + sum(size(part) for part in expression.args)
