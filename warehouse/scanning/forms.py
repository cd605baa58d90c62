"""What a worker's screen sends: the shape only; whether it is allowed, the actions decide."""

from django import forms

from orders.models import Package
from warehouse.models import PickLine

MOST_UNITS = 100_000
HEAVIEST_GRAMS = 1_000_000
LONGEST_NAME, LONGEST_PLACE = 80, 120
HOURS = [(hour, f"{hour}:00 – {hour + 1}:00") for hour in range(7, 22)]


class FloorForm(forms.Form):
    """Something a worker sends; by client id and sequence the server knows a repeated one."""

    client_id = forms.UUIDField()
    sequence = forms.IntegerField(min_value=1, max_value=2**31 - 1)

    @property
    def problem(self):
        """The first thing wrong, in words; of the fields that nobody sees only that they are."""
        for name, texts in self.errors.items():
            if name not in ("client_id", "sequence"):
                return f"{self.fields[name].label}: {texts[0]}"
        return "This screen is out of date: open it again."


class ScanForm(FloorForm):
    """A scanned or typed code."""

    code = forms.CharField(max_length=120, label="Scan")


class QuantityField(forms.IntegerField):
    """Units of goods; a scanner sends none for one."""

    def __init__(self, *, min_value=1, **options):
        super().__init__(
            min_value=min_value, max_value=MOST_UNITS, label="Quantity", required=False, **options
        )

    def clean(self, value):
        return super().clean(value) if value not in self.empty_values else 1


class PackForm(ScanForm):
    """A unit, or several of one kind, into the open box."""

    quantity = QuantityField()


class ReceiveForm(ScanForm):
    """A location or a product; what was scanned before it, and how many units."""

    location = forms.UUIDField(required=False)
    product = forms.UUIDField(required=False)
    quantity = QuantityField()


class PickForm(ScanForm):
    """The location of a stop, then its product and how many units were taken."""

    line = forms.UUIDField()
    location = forms.CharField(max_length=30, required=False)
    quantity = QuantityField()


class ShortForm(FloorForm):
    """Fewer units than asked for lie in the location."""

    found = forms.IntegerField(min_value=0, max_value=MOST_UNITS, label="Found")
    reason = forms.ChoiceField(choices=PickLine.ShortReason.choices, label="Reason")


class CloseForm(FloorForm):
    """A box is full; its weight if there is a scale."""

    weight_grams = forms.IntegerField(
        min_value=1, max_value=HEAVIEST_GRAMS, required=False, label="Weight"
    )


class CountForm(FloorForm):
    """How many packages a worker counts in front of him."""

    counted = forms.IntegerField(min_value=0, max_value=MOST_UNITS, label="Counted")


class RestockForm(ScanForm):
    """The location into which so many units of a returned line go."""

    line = forms.UUIDField()
    quantity = QuantityField()


class WriteOffForm(FloorForm):
    """So many units of a returned line cannot be sold again."""

    line = forms.UUIDField()
    quantity = QuantityField()


class CountReturnForm(FloorForm):
    """How many units of each line were in the parcel; `received` by line."""

    def __init__(self, *args, lines, **options):
        super().__init__(*args, **options)
        self.names = {f"received_{line.pk}": line.pk for line in lines}
        for line in lines:
            self.fields[f"received_{line.pk}"] = forms.IntegerField(
                min_value=0, max_value=MOST_UNITS, label=line.line.product.title
            )

    def clean(self):
        sent = super().clean()
        sent["received"] = {pk: sent[name] for name, pk in self.names.items() if name in sent}
        return sent


class RunForm(FloorForm):
    """A tour: who drives it, on which day, and in which hour each order is at its door."""

    courier: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None, label="Courier", empty_label=None
    )
    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))

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
        label="Who has it now",
    )
    received_by = forms.CharField(max_length=LONGEST_NAME, label="Who took it, or where it lies")


class FailForm(FloorForm):
    """Why a parcel could not be delivered."""

    reason = forms.ChoiceField(choices=Package.Failure.choices, label="Reason")


class PickupForm(FloorForm):
    """Where a customer can collect a parcel, and the last day."""

    place = forms.CharField(max_length=LONGEST_PLACE, label="Pickup point")
    until = forms.DateField(label="Last day to collect it")
