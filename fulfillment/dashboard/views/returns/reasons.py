"""The reasons of returns: for which products, and who pays the way back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.edit_forms import decide
from fulfillment.dashboard.views.returns.own_reasons import begin
from fulfillment.dashboard.views.returns.policy import listed, named_seller
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.models import Seller
from orders.models.returns import ASKED_FOR
from orders.returns.own_reasons import reasons_of
from orders.returns.reasons import (
    BY_CUSTOMER,
    BY_SELLER,
    LONGEST_SKU,
    REASONS,
    change_reasons,
    postage_by,
)
from orders.words import said_choices, say

ALL, SOME, NONE = "all", "some", "none"
SCOPES = ((ALL, "All products"), (SOME, "Only SKUs that begin with"), (NONE, "No product"))
LONGEST = 800
PAYERS = (("", "Not said"), (BY_SELLER, "You pay"), (BY_CUSTOMER, "The customer pays"))


class ReasonsForm(forms.Form):
    """For each reason: all products, those whose SKU begins so, or none; and who pays.

    Where the seller has own reasons, each of these says for which products it is: only who pays.
    """

    def __init__(self, *args: Any, has_own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_own = has_own
        for code, label in ASKED_FOR:
            said = say(label)
            self.fields[_postage(code)] = forms.ChoiceField(
                choices=said_choices(PAYERS),
                label=said
                if has_own
                else say("Who pays for sending it back, “{reason}”", reason=said),
                required=False,
                widget=forms.Select({"class": "form-select"}),
            )
            if has_own:
                continue
            self.fields[code] = forms.ChoiceField(
                choices=said_choices(SCOPES),
                label=said,
                widget=forms.Select({"class": "form-select"}),
            )
            self.fields[_skus(code)] = forms.CharField(
                label=say("Beginnings of SKUs for “{reason}”", reason=said),
                max_length=LONGEST,
                required=False,
                widget=forms.TextInput({"class": "form-control"}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for code in REASONS:
            if given.get(code) != SOME or _skus(code) in self.errors:
                continue
            try:
                skus = listed(given.get(_skus(code), ""))
            except forms.ValidationError as error:
                self.add_error(_skus(code), error)
                continue
            if not skus:
                self.add_error(_skus(code), say("Enter how these SKUs begin."))
            elif any(len(sku) > LONGEST_SKU for sku in skus):
                self.add_error(
                    _skus(code), say("At most {most} characters each.", most=LONGEST_SKU)
                )
            given[_skus(code)] = skus
        return given

    def given(self, seller: Seller) -> dict[str, list[str] | None]:
        """{reason: beginnings of SKUs}; None for all products, an empty list for none."""
        if self.has_own:
            return {code: seller.return_reasons.get(code) for code in REASONS}
        found: dict[str, list[str] | None] = {}
        for code in REASONS:
            scope, skus = self.cleaned_data[code], self.cleaned_data[_skus(code)]
            found[code] = None if scope == ALL else skus if scope == SOME else []
        return found

    def postage(self) -> dict[str, str]:
        """{reason: who pays the way back, "" where that is not said}."""
        return {code: self.cleaned_data[_postage(code)] for code in REASONS}

    def rows(self) -> list[tuple[forms.BoundField, ...]]:
        """The fields of each reason."""
        if self.has_own:
            return [(self[_postage(code)],) for code in REASONS]
        return [(self[code], self[_skus(code)], self[_postage(code)]) for code in REASONS]


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def reasons(request: SignedInRequest) -> HttpResponse:
    """Show for which products each reason may be given, and change it; begin an own list."""
    seller = named_seller(request)
    own = reasons_of(seller.pk)
    form = ReasonsForm(request.POST or None, initial=_known(seller), has_own=bool(own))
    status = 200

    def change() -> None:
        change_reasons(seller, form.given(seller), postage=form.postage(), actor=request.user)

    if "begin" in request.POST:
        return begin(seller, request)
    if request.method == "POST":
        status = decide(form, change)
        if not status:
            messages.success(request, say("Saved, for returns that are requested from now on."))
            return redirect(request.get_full_path())
    context = {"seller": seller, "form": form, "own": own}
    return render(request, "dashboard/returns/reasons.html", context, status=status or 200)


def _known(seller: Seller) -> dict[str, str]:
    known = {}
    for code in REASONS:
        skus = seller.return_reasons.get(code)
        known[code] = ALL if skus is None else SOME if skus else NONE
        known[_skus(code)] = " ".join(skus or ())
        known[_postage(code)] = postage_by(seller, code)
    return known


def _skus(code: str) -> str:
    return f"{code}-skus"


def _postage(code: str) -> str:
    return f"{code}-postage"
