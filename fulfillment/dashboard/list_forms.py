"""The query string of the order list: what it selects, how it is sorted, and chips that say so."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language

from fulfillment.dashboard.edit_forms import PRIORITIES
from fulfillment.dashboard.queries.orders.filters import DELIVERED_TODAY, GROUPS, OrderFilter
from fulfillment.dashboard.queries.orders.listing import SORTS
from fulfillment.dashboard.queries.returns.listing import TABS, ReturnFilter
from fulfillment.keyset import PAGE_SIZE
from orders.carriers import CARRIERS
from orders.decisions.bulk_acts import LONGEST_WORDS
from orders.decisions.tags import read_tag
from orders.keys import new_id
from orders.models import BulkJob, Return
from orders.models.orders import TAG
from orders.models.work import QUERY, VIEW_NAME
from orders.states import OrderStatus
from orders.values.counts import MOST_MONEY
from orders.values.form_fields import DayField, MomentField
from orders.values.places import countries
from orders.values.texts import SHORT
from orders.values.unfit import Unfit
from orders.words import say, say_count, say_later
from orders.words.writing import figure

SORT_NAMES = {"newest": "Newest first", "oldest": "Oldest first", "ship_by": "Ship by, soonest"}
PAGE, EXPORT, SLIPS = "page", "export", "slips"
OPEN = "open"  # of a search that opens the only order it finds
LONGEST_IDS = 37 * PAGE_SIZE
TOO_MANY_FILTERS = say_later("These are too many filters: use fewer.")
LONGEST_QUERY = 8_000  # of the list: ids of a page, and all other filters


class Chip(NamedTuple):
    """A filter that is on, and the query string of the page without it."""

    text: str
    without: str


class Tab(NamedTuple):
    """A view of the list: a usual one, or a saved one with its id."""

    name: str
    query: str
    is_current: bool
    pk: str = ""
    is_shared: bool = False
    total: str = ""


def any_country() -> list[tuple[str, str]]:
    """Any country, and each by its name in the language of the page."""
    return [("", say("Any")), *countries(get_language() or "en").items()]


class OrderFilterForm(forms.Form):
    """The query string of the order list; unknown and invalid filters are ignored."""

    status = forms.ChoiceField(
        required=False,
        choices=[(name, name) for name in (*GROUPS, DELIVERED_TODAY, *OrderStatus.values)],
    )
    channel = forms.UUIDField(required=False)
    since = DayField(required=False, label="From")
    until = DayField(required=False, label="To")
    q = forms.CharField(required=False, max_length=120)
    country = forms.ChoiceField(required=False, choices=any_country)
    sku = forms.CharField(required=False, max_length=SHORT, label="SKU")
    carrier = forms.ChoiceField(
        required=False,
        choices=lambda: [("", say("Any")), *((code, row.name) for code, row in CARRIERS.items())],
    )
    service = forms.UUIDField(required=False)
    value_from = forms.DecimalField(
        required=False, min_value=Decimal(0), max_value=Decimal(MOST_MONEY), label="Value from"
    )
    value_to = forms.DecimalField(
        required=False, min_value=Decimal(0), max_value=Decimal(MOST_MONEY), label="Value to"
    )
    late = forms.BooleanField(required=False, label="Late only")
    tag = forms.CharField(required=False, max_length=TAG)
    ids = forms.CharField(required=False, max_length=LONGEST_IDS, label="Chosen")
    sort = forms.ChoiceField(required=False, choices=list(SORT_NAMES.items()))

    def clean_tag(self) -> str:
        return str(self.cleaned_data["tag"]).strip().lower()

    def clean_ids(self) -> tuple[UUID, ...]:
        """The ids of ticked orders, with commas."""
        try:
            return tuple(UUID(text) for text in self.cleaned_data["ids"].split(",") if text)
        except ValueError as error:
            raise forms.ValidationError(say("Enter ids of orders.")) from error

    def wanted(self) -> OrderFilter:
        """Build the filter from the valid fields."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if name in FIELDS}
        return OrderFilter(search=self.cleaned_data.get("q", ""), **given)

    def sorting(self) -> str:
        """Return the name of how the list is sorted."""
        self.is_valid()
        return self.cleaned_data.get("sort") or next(iter(SORTS))

    def chips(self, query: QueryDict, names: dict[str, str]) -> list[Chip]:
        """Return what filters beside status and search; `names` are of channels and services."""
        self.is_valid()
        return [
            Chip(text, without(query, name))
            for name, value in self.cleaned_data.items()
            if value not in (None, "", False, ()) and (text := self._said(name, value, names))
        ]

    def _said(self, name: str, value: Any, names: dict[str, str]) -> str:
        if name in ("status", "q", "sort"):
            return ""
        if name in ("channel", "service"):
            return f"{say(name.capitalize())}: {names.get(str(value)) or say('unknown')}"
        if name == "ids":
            return say_count(len(value), "{n} chosen", "{n} chosen", n=len(value))
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return say("Late")
        if isinstance(field, forms.ChoiceField):
            value = dict(field.choices).get(value, value)  # type: ignore[arg-type]
        if isinstance(value, Decimal):
            value = figure(str(value))
        return f"{say(str(field.label or name.capitalize()))}: {value}"


class ReturnFilterForm(forms.Form):
    """The query string of the list of returns; invalid filters are told, and do not filter."""

    state = forms.ChoiceField(required=False, choices=list(TABS.items()))
    reason = forms.ChoiceField(required=False, choices=[("", "Any"), *Return.Reason.choices])
    sku = forms.CharField(required=False, max_length=SHORT, label="SKU")
    country = forms.ChoiceField(required=False, choices=any_country)
    since = DayField(required=False, label="Requested from")
    until = DayField(required=False, label="Requested to")
    late = forms.BooleanField(required=False, label="Refund past its date")

    def wanted(self) -> ReturnFilter:
        """Build the filter from the valid fields."""
        self.is_valid()
        return ReturnFilter(**self.cleaned_data)

    def chips(self, query: QueryDict) -> list[Chip]:
        """Return what filters beside the state."""
        self.is_valid()
        return [
            Chip(self._said(name, value), without(query, name))
            for name, value in self.cleaned_data.items()
            if value and name != "state"
        ]

    def _said(self, name: str, value: Any) -> str:
        field = self.fields[name]
        label = say(str(field.label or name.capitalize()))
        if isinstance(field, forms.BooleanField):
            return label
        if isinstance(field, forms.ChoiceField):
            value = say(str(dict(field.choices).get(value, value)))  # type: ignore[arg-type]
        return f"{label}: {value}"


class TickedForm(forms.Form):
    """Ticked rows of a list, and the query string of its page."""

    query = forms.CharField(required=False, max_length=QUERY)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.sent = data

    def ids(self) -> list[UUID]:
        """The ids of at most a page of rows; what is no id is left out."""
        found = []
        for text in self.sent.getlist("row")[:PAGE_SIZE]:
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        return found

    def page_query(self) -> str:
        """The query string to go back to."""
        return QueryDict(self.cleaned_data["query"]).urlencode() if self.is_valid() else ""


class ViewForm(forms.Form):
    """A name for the filters of the list; the words of a search, often a person's, are not kept."""

    name = forms.CharField(
        max_length=VIEW_NAME, error_messages={"required": say_later("Enter a name for it.")}
    )
    query = forms.CharField(
        required=False, max_length=QUERY, error_messages={"max_length": TOO_MANY_FILTERS}
    )
    is_shared = forms.BooleanField(required=False)

    def clean_query(self) -> str:
        query = without(QueryDict(self.cleaned_data["query"]), "q")
        if not query:
            raise forms.ValidationError(say("A view keeps no search: choose a filter for it."))
        return query


class TagForm(forms.Form):
    """A tag to add to an order, or to remove."""

    tag = forms.CharField(max_length=TAG, error_messages={"required": say_later("Enter a tag.")})
    remove = forms.BooleanField(required=False)

    def clean_tag(self) -> str:
        try:
            return read_tag(self.cleaned_data["tag"])
        except Unfit as error:
            text = str(error)
            raise forms.ValidationError(f"{text[:1].upper()}{text[1:]}.") from error


class BulkForm(forms.Form):
    """Orders of the list, ticked or all that match, and what to do with them."""

    act = forms.ChoiceField(
        choices=[*BulkJob.Act.choices, (EXPORT, "Export"), (SLIPS, "Print slips")]
    )
    order = forms.CharField(required=False)
    all = forms.BooleanField(required=False)
    query = forms.CharField(
        required=False,
        max_length=LONGEST_QUERY,
        error_messages={"max_length": TOO_MANY_FILTERS},
    )
    key = forms.UUIDField(required=False)
    until = MomentField(required=False)
    seal = forms.CharField(required=False)
    reason = forms.CharField(required=False, max_length=LONGEST_WORDS)
    priority = forms.ChoiceField(
        required=False, choices=[(str(number), name) for number, name in PRIORITIES.items()]
    )
    tag = forms.CharField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.sent = data
        self.job_key = new_id()

    def clean_order(self) -> tuple[UUID, ...]:
        found = []
        for text in self.ticked():
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        return tuple(found)

    def ticked(self) -> list[str]:
        """The ids of the ticked orders, as they were sent."""
        return list(self.sent.getlist("order"))[:PAGE_SIZE]

    def clean_key(self) -> UUID:
        self.job_key = self.cleaned_data["key"] or self.job_key
        return self.job_key

    def refusal(self) -> str:
        """Why no act can be begun with what was sent, or ""."""
        if self.is_valid() and (self.cleaned_data["all"] or self.cleaned_data["order"]):
            return ""
        too_long = self.errors.get("query")
        nothing = say("Choose at least one order, and what to do with it.")
        return str(too_long[0]) if too_long else nothing

    def wanted(self) -> OrderFilter:
        """The filter that selects the chosen orders."""
        if not self.cleaned_data["all"]:
            return OrderFilter(ids=self.cleaned_data["order"])
        return OrderFilterForm(QueryDict(self.cleaned_data["query"])).wanted()

    def in_order(self, chosen: Iterable[UUID]) -> list[UUID]:
        """The chosen orders, the ticked ones as they stood in the list."""
        place = {pk: number for number, pk in enumerate(self.cleaned_data["order"])}
        return sorted(chosen, key=lambda pk: place.get(pk, len(place)))

    def export_query(self) -> str:
        """The query string of their export."""
        if self.cleaned_data["all"]:
            return without(QueryDict(self.cleaned_data["query"]))
        return urlencode({"ids": ",".join(map(str, self.cleaned_data["order"]))})


FIELDS = tuple(OrderFilter.__dataclass_fields__)


def without(query: QueryDict, *names: str) -> str:
    """The query string of a first page of the list without these fields."""
    rest = query.copy()
    for name in (*names, PAGE, OPEN):
        rest.pop(name, None)
    return rest.urlencode()
