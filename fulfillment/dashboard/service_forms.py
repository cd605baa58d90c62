"""The forms of a service, of its destinations, and of an address that is tried."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language

from fulfillment.dashboard.rule_forms import amount
from orders.carriers import CARRIERS
from orders.errors import InvalidInput
from orders.models import Service
from orders.models.carriers import MOST_TRANSIT_DAYS, SERVICE_NAME
from orders.services.editing import MOST_DESTINATIONS
from orders.services.reach import REST_OF_EU, REST_OF_WORLD, country_name
from orders.shops.reading import minor_units
from orders.values.counts import MOST_GRAMS, MOST_LINES, MOST_UNITS
from orders.values.form_fields import CountryField, DayField, country_choices
from orders.values.places import countries
from orders.values.texts import LINE, SHORT
from orders.words import said_choices, say, say_later

NO_CARRIER = "Chosen when it is packed"
SERVED = (("yes", "Yes"), ("no", "No"))
MOST_AWAY = timedelta(days=366)  # of a day that is tried
SPARE = 2  # empty rows below the destinations that there are


class ServiceForm(forms.Form):
    """A service as a page has it; a limit that is left empty is none."""

    name = forms.CharField(max_length=SERVICE_NAME, label=say_later("Name"))
    carrier = forms.ChoiceField(required=False, label=say_later("Carrier"))
    days = forms.ChoiceField(
        choices=said_choices(Service.Days.choices), label=say_later("Travels and delivers")
    )
    cut_off = forms.TimeField(required=False, label=say_later("Cut-off"))
    most_grams = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_GRAMS, label=say_later("At most, in grams")
    )
    most_units = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_UNITS * MOST_LINES,
        label=say_later("At most, in units"),
    )
    most_value = forms.CharField(
        required=False, max_length=20, label=say_later("At most, in value")
    )
    currency = forms.CharField(
        required=False, max_length=3, label=say_later("Currency of the value")
    )

    def __init__(self, *args: Any, service: Service | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carriers = [("", say(NO_CARRIER))]
        carriers += [(code, say(carrier.name)) for code, carrier in CARRIERS.items()]
        self.fields["carrier"] = forms.ChoiceField(
            required=False, choices=carriers, label=say("Carrier")
        )
        if service:
            self.initial = {name: getattr(service, name) for name in self.fields}
            self.initial["most_value"] = amount(service.most_value, service.currency)
            self.initial["cut_off"] = service.cut_off.strftime("%H:%M") if service.cut_off else ""

    def clean(self) -> dict[str, Any]:
        """The value in minor units of its currency; a comma is a decimal point too."""
        given = super().clean() or self.cleaned_data
        given["currency"] = given.get("currency", "").strip().upper()
        text = given.get("most_value", "").strip().replace(",", ".")
        if text and not given["currency"]:
            self.add_error("currency", say("Needed where the value matters."))
            return given
        try:
            given["most_value"] = minor_units(text, given["currency"]) if text else None
        except ValueError:
            self.add_error("most_value", say("Enter an amount like 12.30."))
        return given


class DestinationForm(forms.Form):
    """A row of the table; one without a country is none."""

    country = forms.ChoiceField(required=False)
    postcodes = forms.CharField(required=False, max_length=20 * LINE)
    is_served = forms.ChoiceField(choices=said_choices(SERVED), required=False)
    days_min = forms.IntegerField(required=False, min_value=0, max_value=MOST_TRANSIT_DAYS)
    days_max = forms.IntegerField(required=False, min_value=0, max_value=MOST_TRANSIT_DAYS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rests = [(code, country_name(code)) for code in (REST_OF_WORLD, REST_OF_EU)]
        named = countries(get_language() or "en")
        chosen = [("", say("No destination")), *rests, *named.items()]
        self.fields["country"] = forms.ChoiceField(required=False, choices=chosen)

    def given(self) -> dict[str, Any]:
        """What the action writes."""
        values = dict(self.cleaned_data)
        values["is_served"] = values.get("is_served") != "no"
        return values


class DestinationRows(forms.BaseFormSet):  # type: ignore[type-arg]  # no generic at run time
    """The table of destinations: their problems stand at their rows."""

    def given(self) -> list[dict[str, Any]]:
        """What the action writes, without the rows that are empty."""
        return [form.given() for form in self._filled()]

    def _filled(self) -> Sequence[Any]:
        return [form for form in self.forms if form.cleaned_data.get("country")]

    def take(self, error: InvalidInput, form: ServiceForm) -> None:
        """Show what an action found: at a row of the table, or at a field of the service."""
        filled = self._filled()
        for path, text in error.problems:
            said = f"{text[:1].upper()}{text[1:]}."
            place, _, name = path.removeprefix("destinations[").partition("].")
            if name and place.isdecimal():
                filled[int(place)].add_error(name, said)
            else:
                form.add_error(path if path in form.fields else None, said)


Destinations = forms.formset_factory(
    DestinationForm,
    formset=DestinationRows,
    extra=SPARE,
    max_num=MOST_DESTINATIONS,
    absolute_max=MOST_DESTINATIONS,
)


def rows_of(service: Service | None) -> list[dict[str, Any]]:
    """The destinations of a service as the table has them."""
    if service is None:
        return []
    return [
        {
            "country": row.country,
            "postcodes": ", ".join(row.postcodes),
            "is_served": "yes" if row.is_served else "no",
            "days_min": row.days_min if row.is_served else None,
            "days_max": row.days_max if row.is_served else None,
        }
        for row in service.destinations.all()
    ]


class TryForm(forms.Form):
    """An address, and when it would be ordered; without a day: now."""

    country = CountryField(label=say_later("Country"))
    postcode = forms.CharField(required=False, max_length=SHORT, label=say_later("Postcode"))
    on = DayField(required=False, label=say_later("Ordered on"))
    at = forms.TimeField(required=False, label=say_later("At"))
    units = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_UNITS * MOST_LINES, label=say_later("Units")
    )
    grams = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_GRAMS, label=say_later("Weight in grams")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]

    def clean_on(self) -> date | None:
        """A day whose public holidays are known."""
        on: date | None = self.cleaned_data["on"]
        if on and abs(on - timezone.localdate()) > MOST_AWAY:
            raise forms.ValidationError(say("Choose a day within a year from now."))
        return on
