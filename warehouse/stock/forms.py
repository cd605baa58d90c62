"""The form of the receiving screen."""

from django import forms

from warehouse.scanning.base_forms import FloorForm, QuantityField, ScanForm


class ReceiveForm(ScanForm):
    """A scan of a location or a product, with what was scanned before, and the quantity."""

    location = forms.UUIDField(required=False)
    product = forms.UUIDField(required=False)
    quantity = QuantityField("Units per scan")


class UndoReceiptForm(FloorForm):
    """The receipt to undo: the last one of this worker, as the screen showed it."""

    receipt = forms.UUIDField()
