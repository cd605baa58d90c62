"""Forms of the courier's and the lead's screens."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField

from orders.models import Order, Package, User
from orders.values.form_fields import DayField
from orders.words import say, say_later
from warehouse.models import Run, Stop
from warehouse.scanning.base_forms import FloorForm

LONGEST_NAME, LONGEST_PLACE = 80, 120


HOURS = [(hour, f"{hour}:00 – {hour + 1}:00") for hour in range(7, 22)]
NOT_ON_IT = ("", say_later("Not on this run"))
AS_NOW = 99  # a window of a planned run that is none of these


class RunForm(FloorForm):
    """A run to plan: its courier, its day, and the hour of delivery of each order."""

    courier: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        queryset=None, label="Courier", empty_label=None
    )
    on = DayField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, *args: Any, orders: Iterable[Order], couriers: QuerySet[User], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[User]", self.fields["courier"]).queryset = couriers
        self.names = {f"hour_{order.pk}": order.pk for order in orders}
        for order in orders:
            self.fields[f"hour_{order.pk}"] = forms.TypedChoiceField(
                choices=[NOT_ON_IT, *HOURS],
                coerce=int,
                empty_value=None,
                required=False,
                label=say("Order {order}", order=order),
            )
            self.fields[f"corrected_{order.pk}"] = forms.BooleanField(required=False)

    def show(self, run: Run, doors: Iterable[tuple[Order, list[Package]]]) -> None:
        """Begin with what a run is that is to be changed; its warehouse must be loaded."""
        self.initial = {**self.initial, "courier": run.courier_id, "on": run.on}
        stops = {box.pk: stop for stop in run.stops.all() for box in stop.packages.all()}
        for order, packages in doors:
            if stop := stops.get(packages[0].pk):
                self._show(f"hour_{order.pk}", stop, ZoneInfo(run.warehouse.time_zone))

    def _show(self, name: str, stop: Stop, zone: ZoneInfo) -> None:
        first, last = (moment.astimezone(zone) for moment in (stop.window_starts, stop.window_ends))
        is_usual = (first.minute, last - first) == (0, timedelta(hours=1))
        self.initial[name] = first.hour if is_usual and first.hour in dict(HOURS) else AS_NOW
        if self.initial[name] == AS_NOW:
            field = cast("forms.TypedChoiceField", self.fields[name])
            hours = f"{first:%H:%M} – {last:%H:%M}"
            now = (AS_NOW, say("{hours}, as now", hours=hours))
            field.choices = [NOT_ON_IT, *HOURS, now]

    def hour_of(self, order: Order) -> BoundField:
        """The field of this order."""
        return self[f"hour_{order.pk}"]

    def corrected(self, order: Order) -> BoundField:
        """The field which says that the wrong address of this order was corrected."""
        return self[f"corrected_{order.pk}"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        sent = self.cleaned_data
        hours = {pk: sent.get(name) for name, pk in self.names.items()}
        sent["hours"] = {pk: hour for pk, hour in hours.items() if hour is not None}
        corrected = {pk: sent.get(f"corrected_{pk}") for pk in self.names.values()}
        sent["corrected"] = {pk for pk, is_corrected in corrected.items() if is_corrected}
        return sent


# What the field of the name is called beside each choice, in courier/_door.html too.
TAKERS = {
    Package.HandedTo.RECEIVER: "Recipient’s name",
    Package.HandedTo.NEIGHBOUR: "Neighbour’s name and door",
    Package.HandedTo.SAFE_PLACE: "Where you left it",
}


class DeliverForm(FloorForm):
    """Who received the parcel, or the safe place where it was left."""

    handed_to = forms.TypedChoiceField(
        choices=Package.HandedTo.choices,
        required=False,
        empty_value=Package.HandedTo.RECEIVER,
        label="Received by",
    )
    received_by = forms.CharField(max_length=LONGEST_NAME)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        taker = self.data.get("handed_to") or Package.HandedTo.RECEIVER
        self.fields["received_by"].label = TAKERS.get(taker, "Name")


class FailForm(FloorForm):
    """Why a parcel could not be delivered."""

    reason = forms.ChoiceField(choices=Package.Failure.choices, label="Reason")


class PickupForm(FloorForm):
    """Where a customer can collect a parcel, and the last day."""

    place = forms.CharField(max_length=LONGEST_PLACE, label="Pickup point")
    until = DayField(label="Collect by")


class UnloadForm(FloorForm):
    """A parcel that is taken off the van."""

    package = forms.UUIDField()
