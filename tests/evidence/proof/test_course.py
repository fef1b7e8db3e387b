"""The course of a search leaves out what led nowhere, and proves nothing by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp

from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Certificate, Goal
from qedeck.evidence.proof.course import Course
from qedeck.evidence.proof.prove import prove

A, B = sp.symbols("a b", real=True)
X, Y = sp.symbols("x y", positive=True)


def searched(goal: Goal, course: Course) -> tuple[Certificate | None, int]:
    """What is found along a course, and in how many steps."""
    budget = Budget.of(8 * SECOND)
    budget.meter.course = course
    found = prove(goal, budget)
    assert found is None or isinstance(found, Certificate)
    return found, budget.meter.spent


TRUE = {
    "squares": Goal(2 * A * B, "<=", A**2 + B**2, ()),
    "cases": Goal(sp.Abs(A + B), "<=", sp.Abs(A) + sp.Abs(B), ()),
    "roots": Goal(sp.sqrt(X * Y), "<=", (X + Y) / 2, ()),
}
FALSE = {
    "squares": Goal(3 * A * B, "<=", A**2 + B**2, ()),
    "cases": Goal(sp.Abs(A) + sp.Abs(B), "<=", sp.Abs(A + B), ()),
    "roots": Goal((X + Y) / 2, "<=", sp.sqrt(X * Y), ()),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_course_leads_where_the_search_led(name: str) -> None:
    first = Course()
    found, spent = searched(TRUE[name], first)
    assert found is not None
    second = Course(first.told)
    again, fewer = searched(TRUE[name], second)
    assert again == found
    assert fewer <= spent
    assert second.told == first.told


@pytest.mark.parametrize("name", TRUE)
def test_a_course_of_one_goal_proves_no_other(name: str) -> None:
    course = Course()
    assert searched(TRUE[name], course)[0] is not None
    budget = Budget.of(8 * SECOND)
    budget.meter.course = Course(course.told)
    assert not isinstance(prove(FALSE[name], budget), Certificate)


@pytest.mark.parametrize("told", ["", "0", "3", "9.9.9", "nonsense", "1." * 50, "999999.999999"])
def test_a_wrong_course_leads_to_no_false_claim(told: str) -> None:
    for goal in FALSE.values():
        budget = Budget.of(8 * SECOND)
        budget.meter.course = Course(told)
        assert not isinstance(prove(goal, budget), Certificate)


def outcomes(*found: object) -> list[Callable[[], object]]:
    return [lambda one=one: one for one in found]


def test_what_led_nowhere_is_left_out_with_all_within_it() -> None:
    course = Course()
    made: list[str] = []

    def outer(last: object) -> Callable[[], object]:
        def attempt() -> object:
            made.append("outer")
            for inner in outcomes(None, "found"):
                course.made(inner)
            return last

        return attempt

    for attempt in (*outcomes(None), outer(None), outer("found"), *outcomes("found")):
        course.made(attempt)
    assert course.told == "2.1.1.2"
    assert made == ["outer", "outer"]
    course = Course("2.1.1.2")
    made.clear()
    assert course.made(outer("found")) is None
    assert course.made(outer("found")) is None
    assert course.made(outer("found")) == "found"
    assert made == ["outer"]


def test_what_raises_led_nowhere() -> None:
    course = Course()

    def attempt() -> object:
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        course.made(attempt)
    assert course.told == ""
