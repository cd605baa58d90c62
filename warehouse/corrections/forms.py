"""Forms of the screens of counting, adjusting and moving."""

from django import forms

from orders.values.counts import MOST_ENTERED
from warehouse.models import Correction
from warehouse.models.lots import LONGEST_LOT
from warehouse.scanning.base_forms import FloorForm, QuantityField, ScanForm

REASONS = [choice for choice in Correction.Reason.choices if choice[0] != Correction.Reason.PLACE]


class CountScanForm(ScanForm):
    """A scan at a count: first its location, then what lies there. `there`: it was scanned.

    `lot`: that of units of the product `lot_of` whose code names none.
    """

    lot = forms.CharField(max_length=LONGEST_LOT, required=False, label="Lot")
    lot_of = forms.UUIDField(required=False)
    there = forms.BooleanField(required=False)
    quantity = QuantityField("Units per scan")
    sure = forms.IntegerField(min_value=1, max_value=MOST_ENTERED, required=False, label="Units")


class PlaceForm(ScanForm):
    """A scan of a location, then of a product that lies there; of several lots there one."""

    location = forms.UUIDField(required=False)
    product = forms.UUIDField(required=False)
    lot = forms.CharField(max_length=LONGEST_LOT, required=False, label="Lot")


class AdjustForm(FloorForm):
    """How many units lie at a location now, and why that differs from the books.

    `shown`: what the books said when the screen was shown.
    """

    location = forms.UUIDField()
    product = forms.UUIDField()
    lot = forms.CharField(max_length=LONGEST_LOT, required=False, label="Lot")
    shown = forms.IntegerField(min_value=0, max_value=2**31 - 1, label="Books")
    units = forms.IntegerField(min_value=0, max_value=MOST_ENTERED, label="Units there now")
    reason = forms.ChoiceField(choices=REASONS, label="Reason")
    note = forms.CharField(max_length=200, required=False, label="Note")


class MoveForm(PlaceForm):
    """A scan of the location to take units from, of the product, then of where they go."""

    quantity = QuantityField("Units to move")
    reason = forms.ChoiceField(choices=Correction.Reason.choices, required=False, label="Reason")
    note = forms.CharField(max_length=200, required=False, label="Note")
