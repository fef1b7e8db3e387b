"""Instances of declared functions and of subgradients."""
from __future__ import annotations
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from qedeck.evidence.mixture import Random
from qedeck.formula.evaluate import Unsupported, Value
from qedeck.formula.rings.floats import Approx
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Statement
if TYPE_CHECKING:
    from qedeck.evidence.drawing import Drawing
def functions_of(scope: Scope, sizes: Mapping[str, int], count: int, random: Random) -> dict[str, Any]:
    return {}
def subgradient(drawing: Drawing, statement: Statement) -> Value[Approx]:
    raise Unsupported("subgradient")
