"""The return policy: its rules listed, added, ordered, deleted, and tried on past returns."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.dashboard.edit_forms import decide
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.catalogue.categories import categories_in_use
from orders.keys import new_id
from orders.models import Product, ReturnRule, Seller
from orders.models.returns import ASKED_FOR
from orders.returns.asked.conditions import Condition, asks_condition
from orders.returns.rules import (
    TriedReturn,
    add_rule,
    conditions_of,
    delete_rule,
    rules_of,
    shift_rule,
    try_rules,
)
from orders.values.places import currency
from orders.values.postal import delivery_country
from orders.values.unfit import Unfit
from orders.words import said_choices, say, say_as, say_later

MOST_NAMED = 50
MOST_SHOWN = 50
MOST_DAYS = 3_650
MOST_PRICE = 10**9


def _text(label: str, longest: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=False,
        widget=forms.TextInput({"class": "form-control"}),
    )


def _days(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
        widget=forms.NumberInput({"class": "form-control"}),
    )


def _value(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=MOST_PRICE,
        required=False,
        widget=forms.NumberInput({"class": "form-control", "step": "any"}),
    )


class ReturnRuleForm(forms.Form):
    """A rule: conditions, which must all hold, what it decides, and words to the customer."""

    outcome = forms.ChoiceField(
        choices=said_choices(ReturnRule.Outcome.choices),
        label=say_later("What happens"),
        widget=forms.Select({"class": "form-select"}),
    )
    reasons = forms.MultipleChoiceField(
        choices=said_choices(ASKED_FOR),
        required=False,
        label=say_later("Where the reason is one of"),
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    countries = _text(say_later("To these countries, like DE AT"), 300)
    skus = _text(say_later("Only products whose SKU begins with one of"), 800)
    categories = forms.MultipleChoiceField(
        required=False,
        label=say_later("Only products of these categories"),
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    conditions = forms.MultipleChoiceField(
        required=False,
        label=say_later("Only products that the customer calls"),
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    days_from = _days(say_later("Days after the delivery, from"))
    days_to = _days(say_later("Days after the delivery, to"))
    value_from = _value(say_later("Value of what comes back, from"))
    value_to = _value(say_later("Value of what comes back, to"))
    currency = _text(say_later("Currency of the value, like EUR"), 3)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    words = _text(say_later("Your words, which the customer reads as they are"), ReturnRule.LONGEST)

    def __init__(
        self, data: Any = None, *, categories: Sequence[str], has_conditions: bool
    ) -> None:
        """`has_conditions`: whether customers are asked for them."""
        super().__init__(data)
        called = [(one.value, say_as("condition", str(one.label))) for one in Condition]
        offered = {
            "categories": [(one, one) for one in categories],
            "conditions": called if has_conditions else [],
        }
        for name, choices in offered.items():
            if choices:
                self.fields[name].choices = choices  # type: ignore[attr-defined]  # of both
            else:
                del self.fields[name]

    def given(self) -> dict[str, Any]:
        """What the rule says."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}

    def clean_countries(self) -> list[str]:
        try:
            return [delivery_country(text) for text in listed(self.cleaned_data["countries"])]
        except Unfit as error:
            raise forms.ValidationError(str(error)) from None

    def clean_skus(self) -> list[str]:
        skus = listed(self.cleaned_data["skus"])
        if any(len(sku) > ReturnRule.SKU for sku in skus):
            raise forms.ValidationError(say("At most {most} characters each.", most=ReturnRule.SKU))
        return skus

    def clean_currency(self) -> str:
        text = self.cleaned_data["currency"].upper()
        try:
            return currency(text) if text else ""
        except Unfit as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        code = given.get("currency", "")
        for name in ("value_from", "value_to"):
            if given.get(name) is not None:
                if not code:
                    raise forms.ValidationError(say("A value needs its currency."))
                given[name] = _minor(given[name], code)
        for name in ("days", "value"):
            least, most = given.get(f"{name}_from"), given.get(f"{name}_to")
            if least is not None and most is not None and most < least:
                raise forms.ValidationError(say("The end of a range is not before its beginning."))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def policy(request: SignedInRequest) -> HttpResponse:
    """Show the rules of a seller; a new one is tried over the last quarter, or saved."""
    seller = named_seller(request)
    mine = Product.objects.visible_to(request.viewer).filter(seller=seller)
    form = ReturnRuleForm(
        request.POST or None,
        categories=categories_in_use(mine),
        has_conditions=asks_condition(seller),
    )
    tried: list[TriedReturn] | None = None
    status = 200

    def act() -> None:
        nonlocal tried
        if "try" not in request.POST:
            add_rule(seller, form.given(), actor=request.user, key=form.cleaned_data["key"])
            return
        wanted = ReturnRule(seller=seller, position=0, **form.given())
        tried = try_rules(seller, [*rules_of(seller.pk), wanted], timezone.now())

    if request.method == "POST":
        status = decide(form, act)
        if not status and tried is None:
            messages.success(
                request, say("The rule is saved, for returns that are requested from now on.")
            )
            return _back(seller)
    return _page(request, seller, form, tried, status=status or 200)


@require_POST
@role_required(Role.OWNER)
def shift(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Move a rule up or down by one."""
    rule = _rule(request, pk)
    shift_rule(rule, steps=-1 if request.POST.get("to") == "up" else 1, actor=request.user)
    return _back(rule.seller)


@require_POST
@role_required(Role.OWNER)
def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete a rule."""
    rule = _rule(request, pk)
    delete_rule(rule, actor=request.user)
    messages.success(request, say("The rule is deleted."))
    return _back(rule.seller)


def named_seller(request: SignedInRequest) -> Seller:
    """The seller that the address names, else the first that this person may see."""
    sellers = Seller.objects.visible_to(request.viewer).order_by("name")
    if named := request.GET.get("seller"):
        try:
            return get_object_or_404(sellers, pk=UUID(named))
        except ValueError:
            raise Http404 from None
    found = sellers.first()
    if found is None:
        raise Http404
    return found


def _back(seller: Seller) -> HttpResponse:
    return redirect(f"{reverse('dashboard_return_policy')}?seller={seller.pk}")


def _rule(request: SignedInRequest, pk: UUID) -> ReturnRule:
    return get_object_or_404(
        ReturnRule.objects.visible_to(request.viewer).select_related("seller"), pk=pk
    )


def _page(
    request: SignedInRequest,
    seller: Seller,
    form: ReturnRuleForm,
    tried: list[TriedReturn] | None,
    *,
    status: int,
) -> HttpResponse:
    counts = Counter(row.verdict.outcome for row in tried or ())
    context = {
        "seller": seller,
        "sellers": Seller.objects.visible_to(request.viewer).order_by("name")[:MOST_SHOWN],
        "rules": [(rule, conditions_of(rule)) for rule in rules_of(seller.pk)],
        "form": form,
        # Of one rule, however often it is sent; after a refusal of the next one.
        "key": new_id() if status != HTTPStatus.OK else form["key"].value() or new_id(),
        "tried": None if tried is None else [row for row in tried if row.differs][:MOST_SHOWN],
        "counts": [(say(one.label), counts[one]) for one in ReturnRule.Outcome],
        "total": len(tried or ()),
        "unsaid": _unsaid(form, tried or ()),
        "asks_condition": asks_condition(seller),
    }
    return render(request, "dashboard/return_policy.html", context, status=status)


def _unsaid(form: ReturnRuleForm, tried: Sequence[TriedReturn]) -> int:
    """Of how many returns no condition is known, where the rule that is tried names some."""
    if not tried or not form.cleaned_data.get("conditions"):
        return 0
    return sum(not row.says_condition for row in tried)


def listed(text: str) -> list[str]:
    """Words between commas or blanks, each once."""
    found = list(dict.fromkeys(text.replace(",", " ").split()))
    if len(found) > MOST_NAMED:
        raise forms.ValidationError(say("At most {most} are named in a rule.", most=MOST_NAMED))
    return found


def _minor(value: Decimal, code: str) -> int:
    return int(value.scaleb(get_currency_precision(code)))
