"""What a verdict covers, in words that a reader understands."""

from __future__ import annotations

from qedeck.evidence.record import Level
from qedeck.formula.scope import Bound

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(
    bound: Bound, level: Level, shapes: tuple[str, ...], instances: int, tried: tuple[str, ...]
) -> str:
    """The scope of a claim's evidence."""
    if level == "proved":
        return f"for all {symbols(bound)}"
    if level == "proved at shapes":
        return f"for all {symbols(bound)}, at {sizes(shapes)}"
    count = len(tried)
    several = NUMBERS[count] if count < len(NUMBERS) else str(count)
    shaped = "shape" if count == 1 else "shapes"
    return f"no counterexample in {instances:,} random instances over {several} {shaped}"


def symbols(bound: Bound) -> str:
    """The symbols that a statement speaks of: `real x and y, and p`."""
    names = [
        d.name for d in bound.scope.declared.values() if d.kind in ("real", "random", "function")
    ]
    if not names:
        return "values"
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} that meet the hypotheses"


def sizes(shapes: tuple[str, ...]) -> str:
    """Shapes gathered by dimension: `n = 1, 2, 3, 4`."""
    values: dict[str, dict[str, None]] = {}
    for shape in shapes:
        for part in shape.split(", "):
            name, _, value = part.partition(" = ")
            if value:
                values.setdefault(name, {})[value] = None
    return "; ".join(f"{name} = {', '.join(found)}" for name, found in values.items())
