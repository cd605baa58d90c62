"""What the screens of couriers send."""

from django import forms

from orders.models import Package
from warehouse.scanning.forms import FloorForm

LONGEST_NAME, LONGEST_PLACE = 80, 120


HOURS = [(hour, f"{hour}:00 – {hour + 1}:00") for hour in range(7, 22)]


class RunForm(FloorForm):
    """A tour: who drives it, on which day, and in which hour each order is at its door."""

    courier: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None, label="Courier", empty_label=None
    )
    on = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, orders, couriers, **options):
        super().__init__(*args, **options)
        self.fields["courier"].queryset = couriers
        self.names = {f"hour_{order.pk}": order.pk for order in orders}
        for order in orders:
            self.fields[f"hour_{order.pk}"] = forms.TypedChoiceField(
                choices=[("", "Not on this run"), *HOURS],
                coerce=int,
                empty_value=None,
                required=False,
                label=f"Order {order}",
            )

    def hour_of(self, order):
        """The field of this order."""
        return self[f"hour_{order.pk}"]

    def clean(self):
        sent = super().clean()
        hours = {pk: sent.get(name) for name, pk in self.names.items()}
        sent["hours"] = {pk: hour for pk, hour in hours.items() if hour is not None}
        return sent


class DeliverForm(FloorForm):
    """Who took the parcel, or the safe place where it lies."""

    handed_to = forms.TypedChoiceField(
        choices=Package.HandedTo.choices,
        required=False,
        empty_value=Package.HandedTo.RECEIVER,
        label="Received by",
    )
    received_by = forms.CharField(max_length=LONGEST_NAME, label="Name or place")


class FailForm(FloorForm):
    """Why a parcel could not be delivered."""

    reason = forms.ChoiceField(choices=Package.Failure.choices, label="Reason")


class PickupForm(FloorForm):
    """Where a customer can collect a parcel, and the last day."""

    place = forms.CharField(max_length=LONGEST_PLACE, label="Pickup point")
    until = forms.DateField(label="Collect by")
