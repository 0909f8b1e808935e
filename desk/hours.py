"""Business hours: when people are there, and until when somebody gets in touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk.rules import Rules

BANK_ZONE = timezone(timedelta(hours=8))  # Shanghai knows no summer time
_LOOK_DAYS = 60
_WEEKDAYS = "一二三四五六日"
Period = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Hours:
    """`week` has the hours of Monday (0) to Sunday, None for closed; `days` those of single days, which go before."""

    week: tuple[Period | None, ...]
    days: Mapping[date, Period | None] = field(default_factory=dict)

    def of(self, day: date) -> Period | None:
        """The hours of a day."""
        return self.days[day] if day in self.days else self.week[day.weekday()]

    def open_at(self, now: datetime) -> bool:
        """Whether people are there."""
        local = now.astimezone(BANK_ZONE)
        hours = self.of(local.date())
        return hours is not None and hours[0] <= local.time() < hours[1]

    def next_open(self, now: datetime) -> datetime:
        """Now where people are there, else the next time they come; in 60 days where no day says when."""
        if self.open_at(now):
            return now
        local = now.astimezone(BANK_ZONE)
        for ahead in range(_LOOK_DAYS):
            day = local.date() + timedelta(days=ahead)
            hours = self.of(day)
            if hours is not None:
                start = datetime.combine(day, hours[0], BANK_ZONE)
                if start > local:
                    return start
        return now + timedelta(days=_LOOK_DAYS)

    def said(self, moment: datetime) -> str:
        """A moment as people say it: 11月23日（周一）10:00."""
        local = moment.astimezone(BANK_ZONE)
        return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def promise(now: datetime, rules: Rules) -> datetime:
    """Until when somebody gets in touch: so much working time from now."""
    left, start = rules.call_back, rules.hours.next_open(now)
    for _ in range(_LOOK_DAYS):
        local = start.astimezone(BANK_ZONE)
        hours = rules.hours.of(local.date())
        end = datetime.combine(local.date(), hours[1], BANK_ZONE) if hours else local
        if start + left <= end or not hours:
            break
        left -= end - start
        start = rules.hours.next_open(end)
    return start + left
