"""The form of the receiving screen."""

from django import forms

from orders.values.counts import MOST_ENTERED
from warehouse.scanning.base_forms import FloorForm, ScanForm


class ReceiveForm(ScanForm):
    """A scan of a location or a product, with what was scanned before.

    `quantity` is of units, where somebody entered one; `counted` are those of the scans of
    `product`, which wait for its location. `sure`: so many units were asked back, and are right.
    """

    location = forms.UUIDField(required=False)
    product = forms.UUIDField(required=False)
    quantity = forms.IntegerField(
        min_value=1, max_value=MOST_ENTERED, required=False, label="Units per scan"
    )
    counted = forms.IntegerField(
        min_value=0, max_value=MOST_ENTERED, required=False, label="Units scanned"
    )
    sure = forms.IntegerField(min_value=1, max_value=MOST_ENTERED, required=False, label="Units")


class UndoReceiptForm(FloorForm):
    """The receipt to undo: the last one of this worker, as the screen showed it."""

    receipt = forms.UUIDField()
