"""Forms of the screens of lots."""

from django import forms

from orders.values.form_fields import DayField
from orders.values.texts import LINE
from warehouse.scanning.base_forms import FloorForm

CHOICES = [("block", "Block"), ("release", "Release"), ("date", "Correct the date")]


class LotSearch(forms.Form):
    """A lot by its code."""

    lot = forms.CharField(max_length=40, required=False)


class LotForm(FloorForm):
    """What a lead does with a lot, and why; `expires_on` where the date is corrected."""

    act = forms.ChoiceField(choices=CHOICES, label="What to do")
    note = forms.CharField(max_length=LINE, required=False, label="Reason")
    expires_on = DayField(required=False, label="Expires on")


class PlaceForm(FloorForm):
    """Whether orders get what lies at a location, and why not."""

    blocked = forms.BooleanField(required=False)
    note = forms.CharField(max_length=LINE, required=False, label="Reason")
