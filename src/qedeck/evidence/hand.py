"""What hand-written checks establish, and whether they can tell a statement from its mutants.

A check is an ordinary test that takes the fixture `claim`. It is called for the statement on
the page, once more for the same statement under another seed, and then for each mutant. A
mutant is killed by an `AssertionError` alone: any other exception says nothing of the formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from qedeck.evidence.record import Verdict


@dataclass(frozen=True)
class HandVerdict:
    """What the hand-written checks of one statement established."""

    checks: tuple[str, ...]
    """Node ids: `checks/test_norms.py::test_gradient`."""
    verdict: Verdict
    message: str = ""
    """For `fails` and `unknown`: the report that a user reads."""
    certificate: str = ""
    """The certificate that the engine verified again; empty where it is a test."""
    level: str = "tested"
    """`proved`, `proved at shapes` or `tested`."""
    killed: Mapping[str, str] = field(default_factory=dict)
    """Key of each mutant that the checks rejected, and the words of the failure."""
    instances: int = 0
    """Random instances that the checks drew."""
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        record = dict(vars(self))
        record["checks"] = list(self.checks)
        return record

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> HandVerdict:
        """The verdict of a JSON object that `to_json` wrote."""
        return cls(**{**record, "checks": tuple(record["checks"])})


class View(Protocol):
    """What the fixture `claim` serves, as far as running a check needs to know it."""

    @property
    def certificate_found(self) -> tuple[str, str] | None:
        """Level and words of the certificate that was handed back and holds."""

    @property
    def drawn(self) -> int:
        """Random instances drawn so far."""


def combine(verdicts: Iterable[HandVerdict]) -> HandVerdict | None:
    """What several checks of one statement establish together."""
    all_of_them = tuple(verdicts)
    if not all_of_them:
        return None
    order: tuple[Verdict, ...] = ("fails", "unknown", "holds")
    best = max(all_of_them, key=lambda one: (bool(one.certificate), one.level == "proved"))
    killed: dict[str, str] = {}
    versions: dict[str, str] = {}
    for one in all_of_them:
        killed = {**one.killed, **killed}
        versions |= one.versions
    return HandVerdict(
        checks=tuple(sorted(name for one in all_of_them for name in one.checks)),
        verdict=min((one.verdict for one in all_of_them), key=order.index),
        message="\n".join(one.message for one in all_of_them if one.message),
        certificate=best.certificate,
        level=best.level,
        killed=killed,
        instances=sum(one.instances for one in all_of_them),
        seconds=sum(one.seconds for one in all_of_them),
        versions=versions,
    )


def try_mutants(
    call: Callable[[View], None], mutants: Mapping[str, View], again: View
) -> tuple[dict[str, str], str]:
    """Call a check that passed for each mutant.

    Args:
        call: Runs the check on a view.
        mutants: A view of each mutant, by its key.
        again: The true statement under another seed.

    Returns:
        Key and words for each killed mutant, and why the check fails itself, if it does.
    """
    try:
        call(again)
    except AssertionError as error:
        return {}, f"fails for the formula on the page under another seed: {first_line(error)}"
    killed: dict[str, str] = {}
    for key, view in mutants.items():
        try:
            call(view)
        except AssertionError as error:
            killed[key] = first_line(error)
        except Exception:  # noqa: BLE001, S112 - an exception is no verdict on the formula
            continue
    return killed, ""


def first_line(error: BaseException) -> str:
    """An exception in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
