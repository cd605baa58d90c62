"""The form of the receiving screen."""

from django import forms

from warehouse.scanning.base_forms import QuantityField, ScanForm


class ReceiveForm(ScanForm):
    """A scan of a location or a product, with what was scanned before, and the quantity."""

    location = forms.UUIDField(required=False)
    product = forms.UUIDField(required=False)
    quantity = QuantityField("Units per scan")
