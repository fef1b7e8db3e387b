"""When a card is due: FSRS-6 with two learning steps and one relearning step, without fuzz.

Steps and intervals are those of `fsrs`, the Python library. What a memory is, stability and
difficulty, is computed as ts-fsrs does it in the browser, down to the order of operations and the
eight decimals it rounds to: the two libraries round differently, and a schedule must not depend on
where it is looked at. (`fsrs` would also take several seconds for 100,000 events.) Tests hold this
module to both libraries.

One thing is ours in both languages: the days between two reviews are whole spans of 24 hours, and
never negative, where `fsrs` counts -1 when the clock ran backwards, and ts-fsrs dates of UTC.
"""

from __future__ import annotations

from math import exp, floor, log
from typing import Final, Literal, NamedTuple

from qedeck.memory.parameters import Parameters, within

State = Literal["learning", "review", "relearning"]

MINUTE: Final = 60_000
DAY: Final = 86_400_000
LONGEST: Final = 36_500
"""Days that an interval may have, and a memory's stability."""
WEAKEST: Final = 0.001
LEARNING: Final = (MINUTE, 10 * MINUTE)
RELEARNING: Final = (10 * MINUTE,)
HARD_AT_FIRST: Final = {"learning": 11 * MINUTE // 2, "relearning": 15 * MINUTE}
"""How long *hard* waits at the first step: half way to the second, or half as long again."""


class Schedule(NamedTuple):
    """What is known of a card after its latest review."""

    state: State
    step: int
    """Place in the steps of its state; 0 where days decide."""
    stability: float
    """Days after which it is remembered with probability 0.9."""
    difficulty: float
    last: int
    """Time of the latest review, in milliseconds."""
    due: int
    """When it is due, in milliseconds."""
    reviews: int = 1
    lapses: int = 0
    """How often it was forgotten once learned."""


def elapsed_days(last: int, now: int) -> int:
    """Whole spans of 24 hours between two times; none where the clock ran backwards."""
    return (now - last) // DAY if now > last else 0


class Model:
    """FSRS-6 with a learner's parameters."""

    def __init__(self, parameters: Parameters | None = None) -> None:
        parameters = parameters or Parameters()
        w = within(parameters.weights)
        self._w = w
        self._decay = -w[20]
        self._factor = _eight(exp(self._decay**-1 * log(0.9)) - 1)
        wanted = parameters.retention ** (1 / self._decay) - 1
        self._modifier: float = wanted / (0.9 ** (1 / self._decay) - 1)
        # Parts that depend on parameters alone.
        self._first_difficulty = tuple(_eight(w[4] - exp(grade * w[5]) + 1) for grade in range(4))
        self._gain = exp(w[8])
        self._drop = exp(w[17] * w[18])
        self._steps = tuple(-w[6] * (grade - 3) for grade in (1, 2, 3, 4))
        self._same_day = tuple(exp(w[17] * (grade - 3 + w[18])) for grade in (1, 2, 3, 4))

    def recall(self, stability: float, days: int) -> float:
        """The probability that a card is remembered after so many days."""
        share: float = (1 + self._factor * days / stability) ** self._decay
        return floor(share * 1e8 + 0.5) / 1e8

    def recall_at(self, schedule: Schedule, now: int) -> float:
        """The probability that a card is remembered at a time."""
        return self.recall(schedule.stability, elapsed_days(schedule.last, now))

    def review(self, old: Schedule | None, at: int, grade: int) -> Schedule:
        """A card's schedule after a review.

        Args:
            old: Its schedule before, None for a new card.
            at: Time of the review, in milliseconds.
            grade: 1 again, 2 hard, 3 good, 4 easy.
        """
        state: State = "learning"
        if old is None:
            step, reviews, lapses = 0, 1, 0
            stability = self._w[grade - 1]
            difficulty = min(max(self._first_difficulty[grade - 1], 1.0), 10.0)
        else:
            state, step, reviews, lapses = old.state, old.step, old.reviews + 1, old.lapses
            stability = self._next_stability(old, elapsed_days(old.last, at), grade)
            difficulty = self._next_difficulty(old.difficulty, grade)
        if state != "review":
            steps = LEARNING if state == "learning" else RELEARNING
            step = 0 if grade == 1 else step + (grade == 3)
            if grade == 4 or step == len(steps):
                state, wait = "review", 0
            else:
                wait = HARD_AT_FIRST[state] if grade == 2 and step == 0 else steps[step]
        elif grade == 1:
            state, wait, lapses = "relearning", RELEARNING[0], lapses + 1
        else:
            wait = 0
        if state == "review":
            step, wait = 0, self._interval(stability) * DAY
        return Schedule(state, step, stability, difficulty, at, at + wait, reviews, lapses)

    def _interval(self, stability: float) -> int:
        days = floor(stability * self._modifier + 0.5)
        return days if 1 <= days <= LONGEST else 1 if days < 1 else LONGEST

    def _next_difficulty(self, difficulty: float, grade: int) -> float:
        w = self._w
        damped = (
            difficulty + floor(self._steps[grade - 1] * (10 - difficulty) / 9 * 1e8 + 0.5) / 1e8
        )
        found = floor((w[7] * self._first_difficulty[3] + (1 - w[7]) * damped) * 1e8 + 0.5) / 1e8
        return 1.0 if found < 1 else 10.0 if found > 10 else found

    def _next_stability(self, old: Schedule, days: int, grade: int) -> float:
        w, s, d = self._w, old.stability, old.difficulty
        if days == 0:
            growth = s ** -w[19] * self._same_day[grade - 1]
            return _bounded(s if growth < 1 < grade else s * growth)
        r = self.recall(s, days)
        if grade == 1:
            forgot = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * exp((1 - r) * w[14])
            return min(max(_eight(s / self._drop), WEAKEST), _bounded(forgot))
        found = self._gain * (11 - d) * s ** -w[9] * (exp((1 - r) * w[10]) - 1)
        if grade != 3:
            found *= w[15] if grade == 2 else w[16]
        return _bounded(s * (1 + found))


def _eight(number: float) -> float:
    """Rounded to eight decimals, halves up: what JavaScript's `Math.round` makes of it."""
    return floor(number * 1e8 + 0.5) / 1e8


def _bounded(stability: float) -> float:
    if stability < WEAKEST:
        return WEAKEST
    return float(LONGEST) if stability > LONGEST else floor(stability * 1e8 + 0.5) / 1e8
