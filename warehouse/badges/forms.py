"""Forms of badges and devices."""

from django import forms

from orders.words import say_later
from warehouse.badges.pins import LENGTH


class BadgeForm(forms.Form):
    """What a sign-in by badge has come to: first the badge, then the PIN, at first another PIN."""

    badge = forms.CharField(max_length=80)
    pin = forms.CharField(max_length=LENGTH, required=False)
    new_pin = forms.CharField(max_length=LENGTH, required=False)
    again = forms.CharField(max_length=LENGTH, required=False)


class PinForm(forms.Form):
    """What is entered on a locked screen: the PIN, or somebody's badge."""

    pin = forms.CharField(max_length=80)


class DeviceForm(forms.Form):
    name = forms.CharField(
        max_length=40, error_messages={"required": say_later("Name the device.")}
    )


class SureForm(forms.Form):
    """The confirmation of what ends the former badge or PIN of a person."""

    sure = forms.BooleanField()
