"""How much work a statement is at instances, in steps that are the same on every machine."""

from __future__ import annotations

from typing import Any

from qedeck.formula.evaluate import Environment
from qedeck.formula.tree import Node, walk
from qedeck.formula.values import entries


def effort(statement: Node, environment: Environment[Any]) -> int:
    """Parts of a statement for each number of an instance that it may be about."""
    numbers = sum(len(list(entries(value))) for value in environment.values.values())
    return len(walk(statement)) * (1 + numbers)
