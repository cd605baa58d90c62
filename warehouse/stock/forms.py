"""What the screen of receiving sends."""

from django import forms

from warehouse.scanning.base_forms import QuantityField, ScanForm


class ReceiveForm(ScanForm):
    """A location or a product; what was scanned before it, and how many units."""

    location = forms.UUIDField(required=False)
    product = forms.UUIDField(required=False)
    quantity = QuantityField()
