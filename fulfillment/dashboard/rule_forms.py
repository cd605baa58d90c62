"""The form of a routing rule: what the conditions are, and what the rule does."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms

from fulfillment.dashboard.edit_forms import PRIORITIES
from orders.models import RoutingRule, SalesChannel
from orders.models.orders import RULE_NAME, RULE_WORDS
from orders.shops.reading import minor_units
from orders.states import ShippingRule
from orders.values.counts import MOST_LINES, MOST_UNITS
from orders.values.texts import LINE, SHORT
from orders.words import said_choices, say, say_later

EITHER = (("", "Does not matter"), ("yes", "Yes"), ("no", "No"))
SAID = {"yes": True, "no": False, "": None}
VALUES = ("value_from", "value_to")
ANYWAY = ("", "As it would anyway")


class RuleForm(forms.Form):
    """A rule as a page has it; what is left empty is no condition, and no effect."""

    name = forms.CharField(max_length=RULE_NAME, label=say_later("Name"))
    countries = forms.CharField(required=False, max_length=LINE, label=say_later("Ships to"))
    postcodes = forms.CharField(
        required=False, max_length=LINE, label=say_later("Postcode begins with")
    )
    channel = forms.ChoiceField(required=False, label=say_later("Came through"))
    sku = forms.CharField(required=False, max_length=SHORT, label=say_later("Has the product"))
    value_from = forms.CharField(required=False, max_length=20, label=say_later("Value from"))
    value_to = forms.CharField(required=False, max_length=20, label=say_later("Value up to"))
    currency = forms.CharField(required=False, max_length=3, label=say_later("Currency"))
    units_from = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_UNITS * MOST_LINES,
        label=say_later("Units from"),
    )
    units_to = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_UNITS * MOST_LINES,
        label=say_later("Units up to"),
    )
    is_gift = forms.ChoiceField(
        required=False, choices=said_choices(EITHER), label=say_later("Is a gift")
    )
    has_note = forms.ChoiceField(
        required=False, choices=said_choices(EITHER), label=say_later("Has a note")
    )
    priority = forms.ChoiceField(required=False, label=say_later("Priority"))
    ships_as = forms.ChoiceField(
        required=False,
        choices=said_choices([ANYWAY, *ShippingRule.choices]),
        label=say_later("If only a part is in stock"),
    )
    hold = forms.CharField(
        required=False, max_length=RULE_WORDS, label=say_later("Hold for review, because")
    )

    def __init__(
        self,
        *args: Any,
        channels: Iterable[SalesChannel],
        rule: RoutingRule | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        priorities = dict([ANYWAY]) | {str(n): name for n, name in PRIORITIES.items()}
        if rule and rule.priority is not None:
            priorities.setdefault(str(rule.priority), str(rule.priority))
        any_channel = [("", say("Any channel"))]
        self.fields["priority"] = forms.ChoiceField(
            required=False, choices=said_choices(priorities.items()), label=say_later("Priority")
        )
        self.fields["channel"] = forms.ChoiceField(
            required=False,
            choices=[*any_channel, *((str(row.pk), row.name) for row in channels)],
            label=say_later("Came through"),
        )
        if rule:
            self.initial = _initial(rule)

    def clean(self) -> dict[str, Any]:
        """Values in minor units of their currency; a comma is a decimal point too."""
        given = super().clean() or self.cleaned_data
        given["currency"] = given.get("currency", "").strip().upper()
        for name in VALUES:
            text = given.get(name, "").strip().replace(",", ".")
            try:
                given[name] = minor_units(text, given["currency"]) if text else None
            except ValueError:
                self.add_error(name, say("Enter an amount like 12.30."))
        return given

    def given(self, product_of: Callable[[str], Any]) -> dict[str, Any]:
        """What the action writes; `product_of` finds the id of a product by its SKU."""
        values = dict(self.cleaned_data)
        sku = values.pop("sku").strip()
        values["product"] = product_of(sku) if sku else None
        values |= {name: SAID[values[name]] for name in ("is_gift", "has_note")}
        return values


def amount(units: int | None, currency: str) -> str:
    """Minor units as a person writes them: 12.30."""
    if units is None:
        return ""
    digits = get_currency_precision(currency or "EUR")
    return f"{Decimal(units).scaleb(-digits):.{digits}f}"


def _initial(rule: RoutingRule) -> dict[str, Any]:
    words = {True: "yes", False: "no", None: ""}
    return {
        "name": rule.name,
        "countries": ", ".join(rule.countries),
        "postcodes": ", ".join(rule.postcodes),
        "channel": str(rule.channel_id or ""),
        "sku": rule.product.sku if rule.product else "",
        "value_from": amount(rule.value_from, rule.currency),
        "value_to": amount(rule.value_to, rule.currency),
        "currency": rule.currency,
        "units_from": rule.units_from,
        "units_to": rule.units_to,
        "is_gift": words[rule.is_gift],
        "has_note": words[rule.has_note],
        "priority": "" if rule.priority is None else str(rule.priority),
        "ships_as": rule.ships_as,
        "hold": rule.hold,
    }
