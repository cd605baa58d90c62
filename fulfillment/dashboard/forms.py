"""Forms of the dashboard: they check shapes; actions check what is allowed."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet

from fulfillment.dashboard.queries.promise_outcomes import GROUPS as PROMISE_GROUPS
from fulfillment.dashboard.queries.promise_outcomes import OUTCOMES
from orders.access import OFFERED_SCOPES
from orders.lifecycle.address import PostalAddress
from orders.models import OrderLine, Product, Promise, SalesChannel
from orders.promises.windows import delivery_days, delivery_hours, warehouse_days
from orders.shops import channel_kinds
from orders.shops.mapped.mapping import DEFAULT, LONGEST_PATH, PLACES, SIGNATURE
from orders.states import ShippingRule
from orders.values.form_fields import CountryField, DayField, MomentField
from orders.values.texts import PERSON, SHORT, STREET, one_line
from orders.words import say, say_later

NAMELESS = say_later("Name the sales channel.")


class PromisesForm(forms.Form):
    """The query string of the pages about promises; invalid values are ignored."""

    DAYS = (30, 90)
    since = forms.ChoiceField(required=False, choices=[(str(days), days) for days in DAYS])
    by = forms.ChoiceField(choices=[(name, name) for name in PROMISE_GROUPS])
    of = forms.CharField(max_length=60)
    outcome = forms.ChoiceField(choices=[(name, name) for name in OUTCOMES])

    def days(self) -> int:
        self.is_valid()
        return int(self.cleaned_data.get("since") or self.DAYS[0])

    def number(self) -> dict[str, str] | None:
        """Return the arguments of `promises_of`, if the query string has them all."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        return {"group": given["by"], "key": given["of"], "outcome": given["outcome"]}


class ReviseForm(forms.Form):
    """A new date: days, or hours of one day, in the time zone of the promise."""

    REASONS = (
        Promise.Reason.STOCK_LATE,
        Promise.Reason.WAREHOUSE_BEHIND,
        Promise.Reason.CARRIER_DELAY,
        Promise.Reason.WEATHER,
        Promise.Reason.OTHER,
    )
    first = DayField(required=False, label=say_later("First day"))
    last = DayField(label=say_later("Last day"))
    starts = forms.TimeField(label=say_later("From"))
    ends = forms.TimeField(label=say_later("Until"))
    reason = forms.ChoiceField(
        required=False, choices=[(reason.value, reason.label) for reason in REASONS]
    )

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promise = promise
        unused = ("first",) if promise.kind == Promise.Kind.AT_DOOR else ("starts", "ends")
        for name in unused:
            del self.fields[name]

    def window(self) -> dict[str, Any]:
        """Return the arguments of `revise_promise`."""
        given, zone = self.cleaned_data, self.promise.zone
        first = given.get("first") or given["last"]
        if self.promise.kind == Promise.Kind.AT_DOOR:
            span = delivery_hours(given["last"], given["starts"], given["ends"], zone)
        elif self.promise.kind == Promise.Kind.SHIPS:
            span = warehouse_days(first, given["last"], zone)
        else:
            span = delivery_days(first, given["last"], zone)
        return {"earliest": span.earliest, "latest": span.latest, "reason": given["reason"]}


class SnoozeForm(forms.Form):
    """The day on which a matter comes back, and since when it was one as the page showed it."""

    until = DayField(
        error_messages={
            "required": say_later("Choose the day on which it comes back."),
            "invalid": say_later("Enter a day, such as 2026-12-24."),
        }
    )
    since = MomentField(required=False)


class TakeForm(forms.Form):
    """Who saw to a matter when the page was made; empty: nobody."""

    owner = forms.UUIDField(required=False)


class LinkForm(forms.Form):
    """Which of the seller's products a line with an unknown SKU is; `product`, once it is valid."""

    sku = forms.CharField(
        max_length=80, error_messages={"required": say_later("Enter the SKU of a product.")}
    )

    def __init__(self, data: Mapping[str, Any], *, line: OrderLine, products: QuerySet[Product]):
        super().__init__(data)
        self.line, self.products = line, products
        self.product: Product | None = None

    def clean_sku(self) -> str:
        sku = str(self.cleaned_data["sku"])
        self.product = self.products.filter(seller=self.line.seller_id, sku=sku).first()
        if self.product is None:
            raise forms.ValidationError(say("You have no product with the SKU {sku}.", sku=sku))
        return sku


class AddressForm(forms.Form):
    customer_name = forms.CharField(max_length=PERSON)
    company = forms.CharField(required=False, max_length=SHORT)
    street = forms.CharField(max_length=STREET)
    postcode = forms.CharField(required=False, max_length=SHORT)
    city = forms.CharField(max_length=SHORT)
    region = forms.CharField(required=False, max_length=SHORT)
    country = CountryField()

    def address(self) -> PostalAddress:
        return PostalAddress(**self.cleaned_data)


class KeyForm(forms.Form):
    """A new API key; it works until the end of its last day, in the seller's time zone."""

    channel = forms.UUIDField()
    name = forms.CharField(max_length=80, error_messages={"required": say_later("Name the key.")})
    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, scope.label) for scope in OFFERED_SCOPES],
        error_messages={"required": say_later("Choose at least one thing that the key may do.")},
    )
    expires_on = DayField(required=False)

    def expires_at(self, zone: str) -> datetime | None:
        last = self.cleaned_data["expires_on"]
        return datetime.combine(last, time.max, ZoneInfo(zone)) if last else None


class RotateForm(forms.Form):
    """How many hours the former key still works."""

    HOURS = ((24, "24 hours"), (168, "7 days"), (720, "30 days"), (0, "not at all: stop it now"))
    hours = forms.ChoiceField(choices=HOURS, required=False)

    def overlap(self) -> timedelta:
        return timedelta(hours=int(self.cleaned_data["hours"] or self.HOURS[0][0]))


class ChannelNameForm(forms.Form):
    """How a sales channel is called."""

    name = forms.CharField(max_length=80, error_messages={"required": NAMELESS})

    def clean_name(self) -> str:
        if not (name := one_line(self.cleaned_data["name"])):
            raise forms.ValidationError(str(NAMELESS))
        return name


class ChannelForm(ChannelNameForm):
    seller = forms.UUIDField()
    kind = forms.ChoiceField(choices=channel_kinds)


class PaymentRuleForm(forms.Form):
    """How far an order of a shop has to be paid before it is sent."""

    sends_once = forms.ChoiceField(choices=SalesChannel.SendsOnce.choices)


class ShippingRuleForm(forms.Form):
    """What happens with new orders of which only a part is in stock."""

    ships_as = forms.ChoiceField(choices=ShippingRule.choices)


class ShopLinkForm(forms.Form):
    """The way to a shop that is told what happens."""

    address = forms.CharField(
        max_length=200, error_messages={"required": say_later("Enter the address of the shop.")}
    )
    token = forms.CharField(
        min_length=8,
        max_length=1500,
        error_messages={
            "required": say_later("Enter the access token that the shop shows."),
            "min_length": say_later("An access token has 8 characters or more."),
        },
    )


class StockRuleForm(forms.Form):
    """Whether a shop is told our stock, and the location of each warehouse in the shop."""

    tells_stock = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, warehouses: Mapping[UUID, str]) -> None:
        super().__init__(data)
        self.warehouses = warehouses
        for pk in warehouses:
            self.fields[f"place-{pk}"] = forms.CharField(required=False, max_length=60)

    def places(self) -> dict[UUID, str] | None:
        """{warehouse: location of the shop}, empty for none; None of a page that showed none."""
        if not any(name.startswith("place-") for name in self.data):
            return None
        return {pk: self.cleaned_data[f"place-{pk}"] for pk in self.warehouses}


class MappingForm(forms.Form):
    """Where the values of an order stand in a shop's JSON, and a sample to try that on."""

    signature_header = forms.CharField(max_length=60, initial=DEFAULT[SIGNATURE])
    sample = forms.CharField(
        required=False,
        max_length=100_000,
        strip=False,
        error_messages={"max_length": say_later("A sample has at most 100,000 characters.")},
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=DEFAULT | (initial or {}))
        for name, place in PLACES.items():
            self.fields[name] = forms.CharField(
                required=place.is_needed,
                max_length=LONGEST_PATH,
                label=place.label,
                error_messages={"required": say_later("An order cannot be read without it.")},
            )

    def clean(self) -> dict[str, Any]:
        """A dry run needs a sample."""
        if "try" in self.data and not (self.cleaned_data.get("sample") or "").strip():
            self.add_error("sample", say("Paste an order as the shop sends it."))
        return self.cleaned_data


class SecretForm(RotateForm):
    """The secret of a shop, and how long the former one is accepted too."""

    secret = forms.CharField(
        min_length=8,
        max_length=128,
        error_messages={
            "required": say_later("Enter the secret that the shop shows."),
            "min_length": say_later("A signing secret has 8 characters or more."),
        },
    )
