"""A learner's days: local, and beginning at four in the morning, not at midnight."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

ROLLOVER = 4
"""Hour at which a day begins, where nothing else is set."""


@dataclass(frozen=True)
class Days:
    """Which day a time belongs to."""

    rollover: int = ROLLOVER
    """Hour of the local clock at which a day begins."""
    zone: dt.tzinfo | None = None
    """Time zone; the machine's where it is not given."""

    def day(self, at: int) -> dt.date:
        """The day of a time in milliseconds, as the clock on the wall has it."""
        moment = dt.datetime.fromtimestamp(at / 1000, dt.UTC).astimezone(self.zone)
        date = moment.date()
        return date if moment.hour >= self.rollover else date - dt.timedelta(days=1)

    def start(self, day: dt.date) -> int:
        """When a day begins, in milliseconds of UTC."""
        wall = dt.datetime.combine(day, dt.time(self.rollover))
        moment = wall.replace(tzinfo=self.zone) if self.zone else wall.astimezone()
        return round(moment.timestamp() * 1000)

    def after(self, at: int) -> int:
        """When the day after that of a time begins."""
        return self.start(self.day(at) + dt.timedelta(days=1))
