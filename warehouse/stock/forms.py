"""The form of the receiving screen."""

from django import forms

from orders.values.counts import MOST_ENTERED
from orders.values.form_fields import DayField
from warehouse.models.lots import LONGEST_LOT
from warehouse.scanning.base_forms import FloorForm, ScanForm


class ReceiveForm(ScanForm):
    """A scan of a location or a product, with what was scanned before.

    `quantity` is of units, where somebody entered one; `counted` are those of the scans of
    `product`, which wait for its location. `sure`: so many units were asked back, and are right.
    `lot` and `expires_on` were entered, or scanned before, of the product `lot_of`.
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
    lot_of = forms.UUIDField(required=False)
    lot = forms.CharField(max_length=LONGEST_LOT, required=False, label="Lot")
    expires_on = DayField(required=False, label="Expires on")


class UndoReceiptForm(FloorForm):
    """The receipt to undo: the last one of this worker, as the screen showed it."""

    receipt = forms.UUIDField()
