"""What sellers send: shapes only, sense is the actions' business."""

import re

from django import forms

from orders.actions.address import Address
from orders.models import SalesChannel
from orders.queries.order_list import DELIVERED_TODAY, GROUPS, OrderFilter
from orders.states import OrderStatus

COUNTRY = re.compile(r"[A-Z]{2}")


class OrderFilterForm(forms.Form):
    """The address of the order list; what is no filter of ours is left out."""

    status = forms.ChoiceField(
        required=False,
        choices=[(name, name) for name in (*GROUPS, DELIVERED_TODAY, *OrderStatus.values)],
    )
    channel = forms.UUIDField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    q = forms.CharField(required=False, max_length=120)

    def wanted(self) -> OrderFilter:
        """The filter that the valid fields make."""
        self.is_valid()
        given = self.cleaned_data
        return OrderFilter(
            status=given.get("status", ""),
            channel=given.get("channel"),
            since=given.get("since"),
            until=given.get("until"),
            search=given.get("q", ""),
        )


class HoldForm(forms.Form):
    detail = forms.CharField(required=False, max_length=250)


class LinkForm(forms.Form):
    sku = forms.CharField(max_length=80)


class AddressForm(forms.Form):
    customer_name = forms.CharField(max_length=120)
    company = forms.CharField(required=False, max_length=120)
    street = forms.CharField(max_length=250)
    postcode = forms.CharField(required=False, max_length=20)
    city = forms.CharField(max_length=100)
    region = forms.CharField(required=False, max_length=100)
    country = forms.CharField(max_length=2)

    def clean_country(self):
        country = self.cleaned_data["country"].upper()
        if not COUNTRY.fullmatch(country):
            raise forms.ValidationError("Two letters, such as DE or US.")
        return country

    def address(self) -> Address:
        return Address(**self.cleaned_data)


class KeyForm(forms.Form):
    channel = forms.UUIDField()
    name = forms.CharField(max_length=80)


class ChannelForm(forms.Form):
    seller = forms.UUIDField()
    kind = forms.ChoiceField(choices=SalesChannel.Kind.choices)
    name = forms.CharField(max_length=80)


class SecretForm(forms.Form):
    secret = forms.CharField(max_length=128)
