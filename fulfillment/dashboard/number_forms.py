"""The query string of the pages of numbers: which days, which part, shown by what."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms

from orders.carriers import CARRIERS
from orders.models import NumberFact, Return
from orders.numbers.counting import Part, Period
from orders.numbers.figures import BY_CODE, FIGURES, Figure
from orders.values.form_fields import DayField
from orders.words import say

DAYS = (7, 28, 90)
USUAL_DAYS = 28
LONGEST = 366
BY = {"carrier": "By carrier", "channel": "By channel", "warehouse": "By warehouse"}
OUTCOMES = [*NumberFact.Outcome.values, *Return.Reason.values]


class NumbersForm(forms.Form):
    """Which days and which part of the facts; invalid fields are told, and do not filter."""

    usual_days = USUAL_DAYS
    days = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[(days, days) for days in DAYS]
    )
    first = DayField(required=False, label="First day")
    last = DayField(required=False, label="Last day")
    channel = forms.UUIDField(required=False)
    carrier = forms.ChoiceField(
        required=False,
        choices=lambda: [("", "All"), *((code, row.name) for code, row in CARRIERS.items())],
    )
    warehouse = forms.UUIDField(required=False)
    by = forms.ChoiceField(required=False, choices=list(BY.items()))
    chart = forms.ChoiceField(
        required=False, choices=[(one.code, one.title) for one in FIGURES if not one.is_part]
    )
    outcome = forms.ChoiceField(required=False, choices=[(one, one) for one in OUTCOMES])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and not 0 <= (last - first).days < LONGEST:
            too_late = say("The last day is more than {most} days later.", most=LONGEST)
            before = say("The last day is before the first day.")
            self.add_error("last", before if last < first else too_late)
        elif bool(first) != bool(last) and not self.errors:
            self.add_error("last" if first else "first", say("Enter both days."))
        return given

    def period(self, today: date) -> Period:
        """The days that were entered, or the last ones, today included."""
        first, last = self._given("first"), self._given("last")
        if first and last:
            return Period(first, last)
        days = self._given("days") or self.usual_days
        return Period(today - timedelta(days=days - 1), today)

    def part(self) -> Part:
        return Part(
            channel=self._given("channel"),
            carrier=self._given("carrier") or "",
            warehouse=self._given("warehouse"),
        )

    def shown_by(self) -> str:
        """The field of facts of which each value has a row in the table."""
        return str(self._given("by") or next(iter(BY)))

    def charted(self) -> Figure:
        return BY_CODE[self._given("chart") or FIGURES[0].code]

    def wanted_outcome(self) -> str:
        return str(self._given("outcome") or "")

    def chosen_days(self) -> int | None:
        """The period that was chosen among the usual ones; None: days were entered."""
        own = self._given("first") and self._given("last")
        return None if own else self._given("days") or self.usual_days

    def _given(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)


class ReturnedForm(NumbersForm):
    """Which days, and which product and reason of what came back in them."""

    usual_days = 90  # most that comes back has come by then
    product = forms.UUIDField(required=False)
    reason = forms.ChoiceField(required=False, choices=Return.Reason.choices)

    def wanted_product(self) -> UUID | None:
        found: UUID | None = self._given("product")
        return found

    def wanted_reason(self) -> str:
        return str(self._given("reason") or "")


def query_of(period: Period | None, part: Part) -> str:
    """The query string of these days and this part, for links: it stays true tomorrow."""
    kept: dict[str, date | str | UUID | None] = {
        "first": period.first if period else None,
        "last": period.last if period else None,
        "channel": part.channel,
        "carrier": part.carrier,
        "warehouse": part.warehouse,
    }
    return urlencode({name: str(value) for name, value in kept.items() if value})
