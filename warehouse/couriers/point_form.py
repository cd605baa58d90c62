"""The form of a pickup point: where it is, when it is open, how long it keeps parcels."""

from typing import Any

from django import forms
from django.forms import BoundField

from orders.models import PickupPoint
from orders.models.carriers import HOURS, MOST_DAYS_KEPT, NAME, POSTCODE
from warehouse.scanning.base_forms import FloorForm

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHOWN = ("name", "street", "postcode", "city", "country", "days_kept")


class PointForm(FloorForm):
    """A pickup point: where it is, when it is open, and how long it keeps parcels."""

    name = forms.CharField(max_length=NAME, label="Name")
    street = forms.CharField(max_length=NAME, label="Street and number")
    postcode = forms.CharField(max_length=POSTCODE, label="Postcode", required=False)
    city = forms.CharField(max_length=NAME, label="Town")
    country = forms.CharField(max_length=2, label="Country")
    days_kept = forms.IntegerField(
        min_value=1, max_value=MOST_DAYS_KEPT, label="Days kept", initial=7
    )

    def __init__(self, *args: Any, point: PickupPoint | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if point:
            self.initial = {name: getattr(point, name) for name in SHOWN}
        for number, name in enumerate(WEEKDAYS):
            self.fields[f"day_{number}"] = forms.CharField(
                max_length=HOURS, required=False, label=name
            )
            self.initial[f"day_{number}"] = point.hours[number] if point else ""

    @property
    def place(self) -> list[BoundField]:
        """The fields of the address."""
        return [self[name] for name in SHOWN if name != "days_kept"]

    @property
    def days(self) -> list[BoundField]:
        """The fields of the opening hours, Monday first."""
        return [self[f"day_{number}"] for number in range(len(WEEKDAYS))]

    def clean(self) -> dict[str, Any]:
        super().clean()
        sent = self.cleaned_data
        sent["hours"] = [sent.get(f"day_{number}", "") for number in range(len(WEEKDAYS))]
        return sent
