"""What a verdict covers, in words that a reader understands."""

from __future__ import annotations

from collections.abc import Iterable

from qedeck.evidence.record import Level
from qedeck.formula.scope import Bound

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def in_words(
    bound: Bound, level: Level, shapes: tuple[str, ...], instances: int, tried: tuple[str, ...]
) -> str:
    """The scope of a claim's evidence."""
    if level == "proved":
        return f"for {symbols(bound)}"
    if level == "proved at shapes":
        return f"for {symbols(bound)}, at {sizes(shapes)}"
    count = len(tried)
    several = NUMBERS[count] if count < len(NUMBERS) else str(count)
    shaped = "shape" if count == 1 else "shapes"
    return f"no counterexample in {instances:,} random instances over {several} {shaped}"


def symbols(bound: Bound) -> str:
    """What a statement speaks of: `all real $x$ and every distribution of $X$ that meet …`."""
    declared = bound.scope.declared.values()
    reals, functions, randoms = (
        [f"${one.name}$" for one in declared if one.kind == kind]
        for kind in ("real", "function", "random")
    )
    parts = [f"all real {_and(reals)}"] if reals else []
    parts += [f"all functions {_and(functions)}"] if functions else []
    parts += [f"every distribution of {_and(randoms)}{_moments(bound)}"] if randoms else []
    if not parts:
        return "all values"
    meet = "meets" if randoms and len(parts) == 1 else "meet"
    return f"{', and '.join(parts)} that {meet} the hypotheses"


def _moments(bound: Bound) -> str:
    """The moments that have to be finite, if the statement itself says so for all it speaks of."""
    randoms = {one.name for one in bound.scope.declared.values() if one.kind == "random"}
    orders = [law.order for law in bound.scope.laws if law.mean is None]
    whole = all(randoms <= set(law.symbols) for law in bound.scope.laws)
    highest = max((law.order for law in bound.scope.laws), default=0)
    # What a linked definition asks for comes first and may be more than the claim needs.
    if not whole or not orders or orders[-1] != highest or highest >= len(ORDINALS):
        return ""
    return f" with a finite {ORDINALS[highest]} moment" if highest else ""


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def sizes(shapes: tuple[str, ...]) -> str:
    """Shapes gathered by dimension: `$n = 1, 2, 3, 4$`."""
    values: dict[str, dict[str, None]] = {}
    for shape in shapes:
        for part in shape.split(", "):
            name, _, value = part.partition(" = ")
            if value:
                values.setdefault(name, {})[value] = None
    return "; ".join(f"${name} = {', '.join(_in_order(found))}$" for name, found in values.items())


def _in_order(values: Iterable[str]) -> list[str]:
    return sorted(values, key=lambda value: (not value.isdigit(), value.zfill(9)))
