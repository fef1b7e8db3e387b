"""Where two formulas differ, marked in the first: nothing is read, braces alone are paired."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|\s+|.", re.DOTALL)
RELATIONS = frozenset(
    {"=", "<", ">", r"\le", r"\ge", r"\ne", r"\succeq", r"\succ", r"\in", r"\subset", r"\iff"}
)
TAKES = {
    r"\frac": 2, r"\tfrac": 2, r"\sqrt": 1, r"\operatorname": 1, r"\mathbb": 1, r"\mathbf": 1,
    r"\mathrm": 1, r"\mathcal": 1, r"\hat": 1, r"\bar": 1, r"\tilde": 1, r"\text": 1,
    r"\begin": 1, r"\end": 1, r"\left": 1, r"\right": 1, r"\operatorname*": 1, r"\mathop": 1,
    r"\overline": 1, r"\underbrace": 1, r"\boldsymbol": 1, r"\dot": 1, r"\binom": 2,
}  # fmt: skip
"""How many arguments a command takes."""
BOXLESS = frozenset({"&", r"\\"})


@dataclass(frozen=True)
class Group:
    """What stands between braces."""

    items: tuple[Item, ...]


Item = str | Group


def marked(formula: str, other: str) -> str:
    """The formula with a box around what is different in the other; unmarked where that is no
    one place.
    """
    first, second = _parsed(formula), _parsed(other)
    found = _marked(first, second)
    return formula if found is None else _written(found)


def _marked(first: Sequence[Item], second: Sequence[Item]) -> list[Item] | None:
    """The first with a box in it: what is alike before it counts first, or what is alike after."""
    size = min(len(first), len(second))
    start = next((k for k in range(size) if first[k] != second[k]), size)
    end = next((k for k in range(size) if first[-1 - k] != second[-1 - k]), size)
    tries = [(start, min(end, size - start)), (min(start, size - end), end)]
    found = (_boxed(first, second, *one) for one in dict.fromkeys(tries))
    return next((box for box in found if box is not None), None)


def _boxed(
    first: Sequence[Item], second: Sequence[Item], start: int, end: int
) -> list[Item] | None:
    """The first with a box around all but its beginning and its end."""
    here, there = first[start : len(first) - end], second[start : len(second) - end]
    if len(here) == len(there) == 1 and isinstance(here[0], Group) and isinstance(there[0], Group):
        inner = _marked(here[0].items, there[0].items)
        if inner is not None:
            return [*first[:start], Group(tuple(inner)), *first[len(first) - end :]]
    low, high = _widened(first, start, len(first) - end)
    inside = first[low:high]
    if not inside or any(i in BOXLESS for i in inside) or not _paired(first[:low], inside):
        return None
    box: list[Item] = [r"\boxed", Group(tuple(inside))]
    if len(inside) == 1 and inside[0] in RELATIONS:
        box = [r"\mathrel", Group(tuple(box))]
    return [*first[:low], *box, *first[high:]]


def _widened(items: Sequence[Item], low: int, high: int) -> tuple[int, int]:
    """A stretch that begins and ends where a box may: no command loses its arguments, no script
    its base.
    """
    if low == high:
        low, high = max(0, low - 1), min(len(items), high + 1)
    while True:
        before = low, high
        for k, item in enumerate(items):
            reach = k + TAKES.get(item, 0) if isinstance(item, str) else k
            if k < low <= reach:
                low = k
            if low <= k < high <= reach:
                high = reach + 1
        if low < len(items) and items[low] in ("^", "_") and low:
            low -= 1
        if low and items[low - 1] in ("^", "_"):
            low -= 2 if low > 1 else 1
        while high < len(items) and items[high] in ("^", "_"):
            high = min(len(items), high + 2)
        if high and high - 1 >= low and items[high - 1] in ("^", "_"):
            high = min(len(items), high + 1)
        if (low, high) == before:
            return low, high


def _paired(before: Sequence[Item], items: Sequence[Item]) -> bool:
    """Whether brackets and bars come in pairs, and no bar opens before and closes in it."""
    if any(before.count(bar) % 2 for bar in ("|", r"\|")):
        return False
    text = [item for item in items if isinstance(item, str)]
    depth = 0
    for item in text:
        depth += item in ("(", "[", r"\lvert", r"\lVert", r"\left", r"\{", r"\langle", r"\begin")
        depth -= item in (")", "]", r"\rvert", r"\rVert", r"\right", r"\}", r"\rangle", r"\end")
        if depth < 0:
            return False
    return depth == 0 and text.count("|") % 2 == 0 and text.count(r"\|") % 2 == 0


def _parsed(formula: str) -> tuple[Item, ...]:
    """Tokens, and groups of them between braces; white space counts for nothing."""
    stack: list[list[Item]] = [[]]
    for part in TOKEN.findall(formula):
        if part == "{":
            stack.append([])
        elif part == "}" and len(stack) > 1:
            done = stack.pop()
            stack[-1].append(Group(tuple(done)))
        elif not part.isspace():
            stack[-1].append(part)
    while len(stack) > 1:
        done = stack.pop()
        stack[-1].append(Group(tuple(done)))
    return tuple(stack[0])


def _written(items: Sequence[Item]) -> str:
    parts = [f"{{{_written(i.items)}}}" if isinstance(i, Group) else i for i in items]
    text = ""
    for part in parts:
        apart = re.search(r"\\[A-Za-z]+$", text) and part[:1].isalpha()
        text += f" {part}" if apart else part
    return text
