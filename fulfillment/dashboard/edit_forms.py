"""Forms of decisions about an order: its fields, its units, cancelling, holding."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms

from fulfillment.dashboard.shown_fields import ShownForm
from notifications.languages import NAMES
from orders.errors import DomainError, InvalidInput, Outdated
from orders.lifecycle.changes import LONGEST_REASON
from orders.lifecycle.fingerprint import EDITABLE
from orders.models import Order, OrderLine, Shipment
from orders.shops.base import IncomingLine
from orders.states import ShippingRule
from orders.values.contacts import LONGEST_EMAIL
from orders.values.counts import MOST_UNITS
from orders.values.form_fields import CountryField, DayField, country_choices
from orders.values.texts import NOTE, PERSON, SHORT, STREET
from orders.words import say, say_count, say_later

PRIORITIES = {0: "Normal", 10: "High", 20: "Urgent"}
REASON = say_later("Why, for your team")
CONFLICT, OUTDATED, INVALID = 409, 412, 422  # of a refused decision
UNITS = "units-"  # begins the name of a line's field


class EditForm(ShownForm):
    """The fields of an order; those that can no longer change are disabled."""

    customer_name = forms.CharField(label=say_later("Name"), required=False, max_length=PERSON)
    company = forms.CharField(label=say_later("Company"), required=False, max_length=SHORT)
    street = forms.CharField(
        label=say_later("Street and number"),
        required=False,
        max_length=STREET,
        widget=forms.Textarea({"rows": 2}),
    )
    postcode = forms.CharField(label=say_later("Postcode"), required=False, max_length=SHORT)
    city = forms.CharField(label=say_later("City"), required=False, max_length=SHORT)
    region = forms.CharField(label=say_later("Region"), required=False, max_length=SHORT)
    country = CountryField(label=say_later("Country"), required=False)
    buyer_name = forms.CharField(
        label=say_later("Buyer, if it is somebody else"), required=False, max_length=PERSON
    )
    email = forms.CharField(label=say_later("E-mail"), required=False, max_length=LONGEST_EMAIL)
    phone = forms.CharField(label=say_later("Phone"), required=False, max_length=SHORT)
    language = forms.ChoiceField()
    is_gift = forms.BooleanField(label=say_later("It is a gift"), required=False)
    note = forms.CharField(
        label=say_later("Note to the packer"),
        required=False,
        max_length=NOTE,
        widget=forms.Textarea({"rows": 3}),
    )
    priority = forms.ChoiceField()
    ships_as = forms.ChoiceField(
        label=say_later("If only a part is in stock"), choices=ShippingRule.choices, required=False
    )
    reason = forms.CharField(label=REASON, required=False, max_length=LONGEST_REASON)
    seen = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: Any, order: Order, fixed: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(order, name) for name in EDITABLE}
        languages = {order.language: order.language} | NAMES
        priorities = {order.priority: str(order.priority)} | PRIORITIES
        self.fields["language"] = _choice(say("Language"), languages)
        self.fields["priority"] = _choice(say("Priority"), dict(sorted(priorities.items())))
        self.fields["country"].choices = country_choices(order.country)  # type: ignore[attr-defined]
        for name in fixed:
            self.fields[name].disabled = True

    def changes(self) -> dict[str, Any]:
        """What was posted: the fields that may change. A rule that was not chosen stays."""
        given = self.cleaned_data
        open_ones = [name for name in EDITABLE if not self.fields[name].disabled]
        return {name: given[name] for name in open_ones if name != "ships_as" or given[name]}


def _choice(label: str, choices: Mapping[Any, str]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices.items()))


class LineUnitsForm(forms.Form):
    """A number for each line of an order, in fields named by the line's id."""

    reason = forms.CharField(label=REASON, required=False, max_length=LONGEST_REASON)
    seen = forms.CharField(required=False, max_length=64)

    def __init__(
        self, *args: Any, lines: Iterable[OrderLine], free: Mapping[UUID, int], **kwargs: Any
    ) -> None:
        """`free`: {line id: units that may be cancelled, or are in the shipment}."""
        super().__init__(*args, **kwargs)
        self.free = free
        self.auto_id = "units-%s"  # another form of the page has a reason too
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"{UNITS}{line.pk}"] = self.field_of(line)

    def field_of(self, line: OrderLine) -> forms.IntegerField:
        """How many units may be entered for a line."""
        raise NotImplementedError

    def rows(self) -> list[tuple[OrderLine, forms.BoundField]]:
        return [(line, self[f"{UNITS}{line.pk}"]) for line in self.lines]

    def units(self) -> dict[UUID, int]:
        """{line id: units} of the lines with a number."""
        entered = {line.pk: self.cleaned_data[f"{UNITS}{line.pk}"] for line in self.lines}
        return {line_id: number for line_id, number in entered.items() if number is not None}


class CancelUnitsForm(LineUnitsForm):
    """How many units of each line to cancel."""

    def field_of(self, line: OrderLine) -> forms.IntegerField:
        most = self.free[line.pk]
        return forms.IntegerField(
            required=False,
            min_value=0,
            max_value=most,
            error_messages={"max_value": say("At most {most} can be cancelled.", most=most)},
        )


class SplitForm(LineUnitsForm):
    """How many units of each line of a shipment leave apart."""

    def field_of(self, line: OrderLine) -> forms.IntegerField:
        most = self.free[line.pk]
        return forms.IntegerField(
            required=False,
            min_value=0,
            max_value=most,
            error_messages={"max_value": say("At most {most} are in this shipment.", most=most)},
        )


class ChangeUnitsForm(LineUnitsForm):
    """How many units of each line are wanted, and one more product."""

    sku = forms.CharField(label=say_later("SKU"), required=False, max_length=80)
    quantity = forms.IntegerField(
        label=say_later("Units"), required=False, min_value=1, max_value=MOST_UNITS
    )

    def field_of(self, line: OrderLine) -> forms.IntegerField:
        wanted = line.ordered - line.cancelled
        picked = wanted - self.free[line.pk]
        least = (
            say_count(
                picked,
                "{n} is picked already: enter {n} or more.",
                "{n} are picked already: enter {n} or more.",
                n=picked,
            )
            if picked
            else say("0 or more.")
        )
        return forms.IntegerField(
            required=False,  # a line that was added meanwhile is not posted, and stays
            initial=wanted,
            min_value=picked,
            max_value=MOST_UNITS,
            error_messages={"min_value": least},
        )

    def added(self, titles: Mapping[str, str]) -> Sequence[IncomingLine]:
        """The line to add, none where no SKU is given; `titles`: {SKU: title} of products."""
        sku = self.cleaned_data["sku"]
        if not sku:
            return ()
        number = self.cleaned_data["quantity"] or 1
        return [IncomingLine(sku=sku, title=titles[sku], quantity=number)]


def split_form(shipment: Shipment, posted: Any = None) -> SplitForm:
    """The form to split a shipment, whose lines are loaded with their order lines."""
    rows = list(shipment.lines.all())
    planned = {row.line_id: row.quantity for row in rows}
    form = SplitForm(posted, lines=[row.line for row in rows], free=planned)
    form.auto_id = f"split-{shipment.pk}-%s"  # a page may show several
    return form


class HoldForm(forms.Form):
    """Why an order is held, and the day on which it goes on by itself."""

    detail = forms.CharField(required=False, max_length=250)
    until_on = DayField(required=False, label=say_later("Until"))

    def until(self, zone: str) -> datetime | None:
        """The beginning of the day on which it goes on, at the warehouse."""
        day = self.cleaned_data["until_on"]
        return datetime.combine(day, time.min, ZoneInfo(zone)) if day else None


def decide(form: forms.Form, act: Callable[[], Any]) -> int:
    """Do what a form asks for; 0, or the status of the refusal, whose words are in the form."""
    if not form.is_valid():
        return INVALID
    try:
        act()
    except InvalidInput as error:
        add_problems(form, error)
        return INVALID
    except DomainError as error:
        form.add_error(None, str(error))
        if not isinstance(error, Outdated):
            return CONFLICT
        if isinstance(form, ShownForm):
            form.take_untouched()
        return OUTDATED
    return 0


def add_problems(form: forms.Form, error: InvalidInput) -> None:
    """Show the problems that an action found at their fields."""
    for path, text in error.problems:
        field = path if path in form.fields else None
        form.add_error(field, f"{text[:1].upper()}{text[1:]}.")
