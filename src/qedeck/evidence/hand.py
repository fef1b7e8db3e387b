"""What hand-written checks establish, and whether they can tell a statement from its mutants.

A check is an ordinary test that takes the fixture `claim`. It is called for the statement on
the page, once more for the same statement under another seed, once for the same statement in
other words (a side times 1), and then for each mutant. A
mutant is killed by an `AssertionError` alone: any other exception says nothing of the formula.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any, Protocol, Self, TypeVar

from qedeck.evidence.differs import Differs
from qedeck.evidence.reasons import Rejected, from_json, to_json
from qedeck.evidence.record import RANKS, Established, Verdict


@dataclass(frozen=True)
class HandVerdict:
    """What the hand-written checks of one statement established."""

    checks: tuple[str, ...]
    """Node ids: `checks/test_norms.py::test_gradient`."""
    verdict: Verdict
    message: str = ""
    """For `fails` and `unknown`: the report that a user reads."""
    certificate: tuple[Established, ...] = ()
    """What the checks proved, as the engine verified again; nothing where it is a test."""
    killed: Mapping[str, Rejected] = field(default_factory=dict)
    """By the key of its id, each mutant that the checks rejected."""
    instances: int = 0
    """Random instances that the checks drew, and at which they asked for a value."""
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        parts = [part.to_json() for part in self.certificate]
        killed = {key: to_json(found) for key, found in self.killed.items()}
        return {**vars(self), "certificate": parts, "killed": killed}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> HandVerdict:
        """The verdict of a JSON object that `to_json` wrote."""
        parts = tuple(map(Established.from_json, record["certificate"]))
        killed = {key: from_json(found) for key, found in record["killed"].items()}
        checks = tuple(record["checks"])
        return cls(**{**record, "checks": checks, "certificate": parts, "killed": killed})


class View(Protocol):
    """What the fixture `claim` serves, as far as running a check needs to know it."""

    drawn: int
    evaluated: int

    @property
    def certificate_found(self) -> tuple[Established, ...]:
        """What the check proved, as the engine verified."""

    @property
    def versions(self) -> dict[str, str]:
        """Versions of the libraries that the check leans on."""

    @property
    def seed(self) -> int:
        """Seed of the check's random numbers."""

    def again(self) -> Self:
        """The same statement under another seed."""

    def respelled(self) -> Self | None:
        """The same statement, written differently."""

    def mutants(self) -> Mapping[str, Self]:
        """A view of each mutant, by its key."""


PACKAGE = Path(__file__).parents[1]
V = TypeVar("V", bound=View)


def combine(verdicts: Iterable[HandVerdict]) -> HandVerdict | None:
    """What several checks of one statement establish together."""
    all_of_them = tuple(verdicts)
    if not all_of_them:
        return None
    order: tuple[Verdict, ...] = ("fails", "unknown", "holds")
    proved = [one.certificate for one in all_of_them if one.certificate]
    order_of = {level: rank for rank, level in enumerate(RANKS)}
    killed: dict[str, Rejected] = {}
    versions: dict[str, str] = {}
    for one in all_of_them:
        killed = {**one.killed, **killed}
        versions |= one.versions
    return HandVerdict(
        checks=tuple(sorted(name for one in all_of_them for name in one.checks)),
        verdict=min((one.verdict for one in all_of_them), key=order.index),
        message="\n".join(one.message for one in all_of_them if one.message),
        certificate=max(proved, key=lambda parts: order_of[parts[0].level], default=()),
        killed=killed,
        instances=sum(one.instances for one in all_of_them),
        seconds=sum(one.seconds for one in all_of_them),
        versions=versions,
    )


def judge(node: str, call: Callable[[V], None], view: V, *, passed: bool = False) -> HandVerdict:
    """Call a check for the statement under two seeds, then for each mutant.

    Args:
        node: The check's node id.
        call: Runs the check on a view.
        view: The statement on the page. What the check does with it is remembered.
        passed: Whether it passed for the statement already.
    """
    start = process_time()
    try:
        if not passed:
            settle(view.seed)
            call(view)
    except AssertionError as error:
        return HandVerdict((node,), "fails", f"{node}: {first_line(error)}")
    except Exception as error:  # noqa: BLE001 - an exception is no verdict on the formula
        reason = f"{type(error).__name__}: {first_line(error)}"
        if isinstance(error, ModuleNotFoundError):
            reason = f"needs {error.name}, which is not installed: pip install {error.name}"
        return HandVerdict((node,), "unknown", f"{node}: {reason}")
    try:
        other = view.again()
        settle(other.seed)
        call(other)
    except AssertionError as error:
        seed = "fails for the formula on the page under another seed"
        return HandVerdict((node,), "fails", f"{node}: {seed}: {first_line(error)}")
    told = _spelling(call, view)
    if told:
        return HandVerdict((node,), "fails", f"{node}: {told}")
    killed: dict[str, Rejected] = {}
    for key, mutant in view.mutants().items():
        settle(mutant.seed)
        try:
            call(mutant)
        except AssertionError as error:
            if _of_the_formula(error):
                killed[key] = rejected(node, error)
        except Exception:  # noqa: BLE001, S112 - an exception is no verdict on the formula
            continue
    return HandVerdict(
        (node,), "holds", "", view.certificate_found, killed, min(view.drawn, view.evaluated),
        process_time() - start, view.versions,
    )  # fmt: skip


def _spelling(call: Callable[[V], None], view: V) -> str:
    """What is wrong with a check that tells a statement from the same one, written differently."""
    other = view.respelled()
    if other is None:
        return ""
    settle(other.seed)
    try:
        call(other)
    except Exception as error:  # noqa: BLE001 - whatever it is, the formula says the same
        said = f"{type(error).__name__}: {first_line(error)}"
        return f"it looks at how the formula is written, not at what it says: {said}"
    return ""


def settle(seed: int) -> None:
    """Seed the generators that a check may draw from, so that only the formula differs."""
    random.seed(seed)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)
    if torch is not None:
        # On a device that is not in use, `torch.manual_seed` keeps a stack trace for later.
        seeded = torch if torch.cuda.is_initialized() else torch.default_generator
        seeded.manual_seed(seed)


def _of_the_formula(error: AssertionError) -> bool:
    """Whether an assertion is the check's own; one inside the engine is an accident."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return True
    file = Path(place.tb_frame.f_code.co_filename)
    return isinstance(error, Differs) or not file.is_relative_to(PACKAGE)


def rejected(node: str, error: AssertionError) -> Rejected:
    """What a check found wrong: by how much, where it compared numbers."""
    if isinstance(error, Differs) and error.gap is not None:
        return Rejected(node, "", error.gap, error.allowed)
    return Rejected(node, first_line(error))


def first_line(error: BaseException) -> str:
    """An exception in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
