"""What the screens of picking, packing and hand-over send."""

from django import forms

from warehouse.models import PickLine
from warehouse.scanning.base_forms import MOST_UNITS, FloorForm, QuantityField, ScanForm

HEAVIEST_GRAMS = 1_000_000


class PackForm(ScanForm):
    """A unit, or several of one kind, into the open box."""

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
