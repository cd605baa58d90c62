"""Forms of a seller's products: their fields, a barcode, what a channel calls one."""

from typing import Any

from django import forms

from fulfillment.dashboard.shown_fields import ShownForm
from orders.catalogue.details import LONGEST_CATEGORY, LONGEST_CODE, LONGEST_TITLE, ProductData
from orders.catalogue.history import LONGEST_REASON
from orders.models import Product
from orders.shops.reading import minor_units
from orders.values.counts import (
    MOST_DAYS_LEFT,
    MOST_GRAMS,
    MOST_MILLIMETRES,
    MOST_PER_CASE,
    MOST_PER_KIT,
    MOST_UNITS,
)
from orders.values.money import digits
from orders.values.texts import LINE
from orders.words import say, say_later

LONGEST_AMOUNT = 30
NAMES = (
    "sku", "title", "category", "weight_grams", "length_mm", "width_mm", "height_mm", "hs_code",
    "origin_country", "customs_description", "customs_currency", "low_stock_level",
    "is_lot_tracked", "is_serial_tracked", "least_days_left", "picker_note", "price_currency",
)  # fmt: skip
AMOUNTS = {"customs_value": "customs_currency", "price": "price_currency"}


def _number(label: Any, most: int) -> forms.IntegerField:
    """An empty field is 0: not known, or never."""
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most)


class ProductForm(ShownForm):
    """The fields of a product; one whose SKU is in use keeps it."""

    sku = forms.CharField(label=say_later("SKU"), max_length=LONGEST_CODE)
    title = forms.CharField(label=say_later("Title"), max_length=LONGEST_TITLE)
    category = forms.CharField(
        label=say_later("Category"), required=False, max_length=LONGEST_CATEGORY
    )
    weight_grams = _number(say_later("Weight in grams"), MOST_GRAMS)
    length_mm = _number(say_later("Length in mm"), MOST_MILLIMETRES)
    width_mm = _number(say_later("Width in mm"), MOST_MILLIMETRES)
    height_mm = _number(say_later("Height in mm"), MOST_MILLIMETRES)
    hs_code = forms.CharField(label=say_later("HS code"), required=False, max_length=20)
    origin_country = forms.CharField(
        label=say_later("Country of origin"), required=False, max_length=2
    )
    customs_description = forms.CharField(
        label=say_later("What it is"), required=False, max_length=LINE
    )
    customs_value = forms.CharField(
        label=say_later("Value of one unit"), required=False, max_length=LONGEST_AMOUNT
    )
    customs_currency = forms.CharField(label=say_later("Currency"), required=False, max_length=3)
    price = forms.CharField(label=say_later("Price"), required=False, max_length=LONGEST_AMOUNT)
    price_currency = forms.CharField(label=say_later("Currency"), required=False, max_length=3)
    low_stock_level = _number(say_later("Low-stock level"), MOST_UNITS)
    is_lot_tracked = forms.BooleanField(label=say_later("It has lots"), required=False)
    is_serial_tracked = forms.BooleanField(
        label=say_later("Each unit has a serial number, which is scanned when it is packed"),
        required=False,
    )
    least_days_left = _number(say_later("Fewest days left before expiry"), MOST_DAYS_LEFT)
    picker_note = forms.CharField(
        label=say_later("Note for the picker"),
        required=False,
        max_length=LINE,
        widget=forms.Textarea({"rows": 2}),
    )
    reason = forms.CharField(
        label=say_later("Why, for your team"), required=False, max_length=LONGEST_REASON
    )
    seen = forms.CharField(required=False, max_length=64)

    def __init__(
        self, *args: Any, product: Product | None = None, why_sku_stays: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sku"].disabled = bool(why_sku_stays)
        if product:
            self.initial = {name: getattr(product, name) or "" for name in NAMES}
            self.initial |= {name: amount_of(product, name) for name in AMOUNTS}

    def clean(self) -> dict[str, Any]:
        """Each amount in minor units of its currency; a comma is a decimal point too."""
        given = super().clean() or self.cleaned_data
        for name, of in AMOUNTS.items():
            given[of] = currency = given.get(of, "").strip().upper()
            text = given.get(name, "").strip().replace(",", ".")
            try:
                given[name] = minor_units(text, currency) if text else 0
            except ValueError:
                self.add_error(name, say("Enter an amount like 12.30."))
        return given

    def data_given(self) -> ProductData:
        """What the action writes."""
        given = self.cleaned_data
        fields: dict[str, Any] = {name: given[name] for name in (*NAMES, *AMOUNTS)}
        empty: dict[str, Any] = {name: 0 for name, value in fields.items() if value is None}
        return ProductData(**(fields | empty))


def amount_of(product: Product, name: str = "customs_value") -> str:
    """One of its AMOUNTS as it is written in its currency; "" where there is none."""
    amount: int = getattr(product, name)
    return digits(amount, getattr(product, AMOUNTS[name])) if amount else ""


class BarcodeForm(forms.Form):
    """A barcode, and how many units a case with it holds."""

    code = forms.CharField(label=say_later("Barcode"), max_length=LONGEST_CODE)
    units = forms.IntegerField(
        label=say_later("Units in it"),
        required=False,
        min_value=1,
        max_value=MOST_PER_CASE,
        initial=1,
    )

    def units_given(self) -> int:
        """Without a number it is on a single unit."""
        return self.cleaned_data["units"] or 1


class PartForm(forms.Form):
    """A part of a kit: a product by its SKU, and how many units of it."""

    sku = forms.CharField(label=say_later("SKU"), max_length=LONGEST_CODE)
    units = forms.IntegerField(
        label=say_later("Units in a kit"), min_value=1, max_value=MOST_PER_KIT, initial=1
    )


class PictureForm(forms.Form):
    """The picture of a product, as a file."""

    picture = forms.FileField(
        label=say_later("Picture"),
        max_length=255,
        error_messages={
            "required": say_later("Choose a file."),
            "empty": say_later("The file is empty."),
        },
    )


class AliasForm(forms.Form):
    """What a channel calls a product."""

    channel = forms.UUIDField(label=say_later("Channel"))
    sku = forms.CharField(label=say_later("SKU there"), max_length=LONGEST_CODE)
