"""Nothing takes longer than its time, whatever it is doing."""

import time

import pytest
from sympy import Rational, Symbol, expand

from qedeck.evidence.proof import Goal, prove
from qedeck.evidence.proof.alarm import WHOLE, Interrupted, alarm


def endless() -> None:
    """An expansion that takes minutes in one call."""
    x, y, z = (Symbol(name, real=True) for name in "xyz")
    expand((x + y + z + 1) ** 400)


def test_one_call_that_takes_minutes_is_interrupted() -> None:
    start = time.process_time()
    with pytest.raises(Interrupted), alarm(0.3):
        endless()
    assert time.process_time() - start < 5


def interrupted_once_and_again() -> None:
    with pytest.raises(Interrupted), alarm(0.1):
        endless()
    endless()


def test_an_alarm_within_another_ends_with_it_and_leaves_it_set() -> None:
    start = time.process_time()
    with pytest.raises(Interrupted), alarm(0.6):
        interrupted_once_and_again()
    assert 0.5 < time.process_time() - start < 5


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_what_must_not_end_by_halves_is_not_interrupted(name: str) -> None:
    ended = []

    def whole() -> None:
        start = time.process_time()
        while time.process_time() < start + 0.4:
            pass
        ended.append(name)

    whole.__code__ = whole.__code__.replace(co_name=name)

    def whole_and_endless() -> None:
        whole()
        endless()

    with pytest.raises(Interrupted), alarm(0.1):
        whole_and_endless()
    assert ended == [name]


def test_after_an_alarm_nothing_is_interrupted() -> None:
    with alarm(0.2):
        pass
    end = time.process_time() + 0.5
    while time.process_time() < end:
        pass


def test_a_goal_whose_expansion_takes_minutes_is_given_up_in_time() -> None:
    x, y, z = (Symbol(name, real=True) for name in "xyz")
    goal = Goal((x + y + z + 1) ** 400, "<=", (x + y + z + 1) ** 400 + Rational(1, 3) * x)
    start = time.process_time()
    found = prove(goal, seconds=1.0)
    assert time.process_time() - start < 8
    assert type(found).__name__ != "Certificate"
