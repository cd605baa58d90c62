"""Says days, hours, numbers and phrases of the tracking page in a language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.text import capfirst

from fulfillment.tracking.languages import page_words
from fulfillment.tracking.languages.filling import counted, dated, filled
from fulfillment.tracking.languages.page_words import PageWords
from notifications.languages import phrases
from notifications.languages.phrases import Phrases
from notifications.words.wording import clock, joined

HOURS = r"\d[\d:h]*(?: ?[–～] ?\d[\d:h]*)?(?: Uhr)?[,،]?"
DAYS = r"[^\W\d]+[,،]? \d+(?![\d:h])\.?(?:er\b)?(?: –)?|\d+月\d+日(?:\(.\))?～?"
RETURN = r"R-[0-9A-Z]{6,}"
TOGETHER = re.compile(f"({RETURN}|{DAYS}|{HOURS})")


@dataclass(frozen=True)
class Voice:
    """A language, and the day on which it speaks; hours are given in the local time."""

    language: str
    today: date

    @property
    def words(self) -> PageWords:
        return page_words(self.language)

    @property
    def shared(self) -> Phrases:
        """The phrases that messages say, too."""
        return phrases(self.language)

    def say(self, text: str, /, **values: object) -> str:
        """Fill in a phrase of the words."""
        return filled(text, self.language, **values)

    def count(self, forms: Mapping[str, str], number: int, /, **values: object) -> str:
        """Fill in a counted phrase."""
        return counted(forms, number, self.language, **values)

    def listed(self, parts: Sequence[str]) -> str:
        """a, b and c."""
        return joined(parts, self.language)

    def sentence(self, cause: str) -> str:
        """A cause of the messages as a sentence of its own."""
        return self.words.cause.format(cause=capfirst(cause)) if cause else ""

    def sentences(self, *said: str) -> str:
        """Sentences one after the other; Japanese has no blank between them."""
        gap = " " if self.words.full_stop.endswith(" ") else ""
        return gap.join(filter(None, said))

    def day(self, on: date) -> str:
        """today, tomorrow, or Wednesday 25 November; with the year when it is not this one."""
        return self._near(on, (0, 1)) or self._date(on)

    def days(self, first: date, last: date) -> str:
        """Wednesday 25 – Thursday 26 November; what is over is left out."""
        first = max(first, self.today)
        if first >= last:
            return self.day(last)
        return self.by(last) if first == self.today else self._range(first, last)

    def whole_days(self, first: date, last: date) -> str:
        """Tuesday 24 – Wednesday 25 November, also where some of it is over."""
        return self.near_day(last) if first == last else self._range(first, last)

    def near_day(self, on: date) -> str:
        """yesterday, today, tomorrow, or Wednesday 25 November."""
        return self._near(on) or self._date(on)

    def past_day(self, on: date) -> str:
        """today, yesterday, or Wednesday 25 November."""
        return self._near(on, (0, -1)) or self._date(on)

    def by(self, on: date) -> str:
        """today, or by tomorrow, or by Wednesday 25 November: a deadline."""
        if on == self.today:
            return self.shared.today
        near = self._near(on)
        return self.words.by_near.format(day=near) if near else self._before(self.words.by, on)

    def until(self, on: date) -> str:
        """until tomorrow, until Wednesday 2 December: the last day of a chance."""
        if near := self._near(on):
            return self.words.until_near.format(day=near)
        return self._before(self.words.until, on)

    def hour(self, at: datetime) -> str:
        """19:22, as messages write it."""
        return clock(at, self.language)

    def hours(self, starts: datetime, ends: datetime) -> str:
        """19:00 – 20:00."""
        return self.words.hours.format(starts=self.hour(starts), ends=self.hour(ends))

    def day_hours(self, day: str, hours: str) -> str:
        """today, 19:00 – 20:00."""
        return self.words.day_hours.format(day=day, hours=hours)

    def moment(self, at: datetime) -> str:
        """today at 19:22, Wednesday 25 November at 19:22."""
        return self.words.moment.format(day=self.past_day(at.date()), hour=self.hour(at))

    def _near(self, on: date, days: Sequence[int] = (-1, 0, 1)) -> str:
        distance = (on - self.today) // timedelta(days=1)
        names = {-1: self.words.yesterday, 0: self.shared.today, 1: self.shared.tomorrow}
        return names[distance] if distance in days else ""

    def _before(self, form: str, on: date) -> str:
        return form.format(day=self._date(on))

    def _date(self, on: date) -> str:
        is_this_year = on.year == self.today.year
        return dated(on, self.words.day if is_this_year else self.words.day_of_year, self.language)

    def _range(self, first: date, last: date) -> str:
        is_one_month = (first.year, first.month) == (last.year, last.month)
        opening = dated(first, self.words.opening, self.language)
        start = opening if is_one_month else self._date(first)
        return self.words.span.format(first=start, last=self._date(last))


def pieces(text: str) -> list[tuple[str, bool]]:
    """A text as (text, stays together) pieces: no line ends inside 19:00 – 20:00, or R-7KD2M9QX."""
    parts = TOGETHER.split(text)
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]
