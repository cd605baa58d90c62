"""Form fields of values from outside: days and moments within the years that we can keep."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language

from orders.values.moments import day, moment
from orders.values.places import countries, country
from orders.values.unfit import Unfit
from orders.words import say


class DayField(forms.DateField):
    """A day of the calendar, from 1970 to 8999."""

    def to_python(self, value: Any) -> date | None:
        found = super().to_python(value)
        try:
            return day(found) if found else None
        except Unfit as error:
            raise forms.ValidationError(_sentence(error)) from error


class MomentField(forms.DateTimeField):
    """A moment in the current time zone, from 1970 to 8999; returned in UTC."""

    def to_python(self, value: Any) -> datetime | None:
        found = super().to_python(value)
        try:
            return moment(found, zone=UTC) if found else None
        except Unfit as error:
            raise forms.ValidationError(_sentence(error)) from error


class CountryField(forms.CharField):
    """A country, as two letters, chosen by its name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2, **options)
        self.choices = country_choices()

    def clean(self, value: Any) -> str:
        try:
            return country(super().clean(value))
        except Unfit:
            raise forms.ValidationError(say("Two letters, such as DE or US.")) from None


def country_choices(present: str = "") -> list[tuple[str, str]]:
    """Of a list of countries; what an order has is in it, whatever it is."""
    return list(
        (
            {"": say("Choose a country"), present: present} | countries(get_language() or "en")
        ).items()
    )


def _sentence(error: Unfit) -> str:
    text = str(error)
    return f"{text[0].upper()}{text[1:]}."
