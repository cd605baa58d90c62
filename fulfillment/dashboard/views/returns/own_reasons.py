"""The reasons of returns in words of a seller's own: begun, added, changed, ordered."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.dashboard.edit_forms import decide
from fulfillment.dashboard.views.returns.policy import listed, named_seller
from notifications.languages import LANGUAGES, NAMES, phrases
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.keys import new_id
from orders.models import ReturnReason, Seller
from orders.models.returns import ASKED_FOR
from orders.returns.own_reasons import add_reason, begin_reasons, change_reason, shift_reason
from orders.returns.reasons import LONGEST_SKU, REASONS
from orders.values.texts import one_line
from orders.words import said_choices, say, say_later

LONGEST_SKUS = 800
Asks = ReturnReason.Asks


def _menu(label: str, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=said_choices(choices), widget=forms.Select({"class": "form-select"})
    )


class ReasonForm(forms.Form):
    """A reason: what it means, its words in each language, its products, what it asks for."""

    meaning = _menu(say_later("What it means to the portal"), ASKED_FOR)
    skus = forms.CharField(
        label=say_later("Only products whose SKU begins with one of; empty for all"),
        max_length=LONGEST_SKUS,
        required=False,
        widget=forms.TextInput({"class": "form-control"}),
    )
    photo = _menu(say_later("A photo"), Asks.choices)
    comment = _menu(say_later("Words of the customer"), Asks.choices)
    is_on = forms.BooleanField(
        label=say_later("Customers may choose it"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[_words(language)] = forms.CharField(
                label=NAMES[language],
                max_length=ReturnReason.LONGEST,
                required=False,
                widget=forms.TextInput({"class": "form-control", "lang": language, "dir": "auto"}),
            )

    def clean_skus(self) -> list[str]:
        skus = listed(self.cleaned_data["skus"])
        if any(len(sku) > LONGEST_SKU for sku in skus):
            raise forms.ValidationError(say("At most {most} characters each.", most=LONGEST_SKU))
        return skus

    def given(self) -> dict[str, Any]:
        """What the reason says; in a language that was left empty, in the portal's words.

        Where these stood in the form, too: of another meaning they would not be true.
        """
        cleaned, before = self.cleaned_data, self.initial.get("meaning")
        own = {code: one_line(cleaned[_words(code)].rstrip(".。 ")) for code in LANGUAGES}
        ours = portal_words(cleaned["meaning"])
        stood = portal_words(before) if before else {}
        names = ("meaning", "skus", "photo", "comment", "is_on")
        words = {
            code: text if text and text != stood.get(code) else ours[code]
            for code, text in own.items()
        }
        return {"words": words, **{name: cleaned[name] for name in names}}

    def word_fields(self) -> list[forms.BoundField]:
        """The fields of the words, one a language."""
        return [self[_words(language)] for language in LANGUAGES]


def portal_words(meaning: str) -> dict[str, str]:
    """The words of the portal for a meaning, in each language."""
    return {code: capfirst(phrases(code).return_reasons[meaning]) for code in LANGUAGES}


def begin(seller: Seller, request: SignedInRequest) -> HttpResponse:
    """Begin a list of the seller's own with the portal's reasons."""
    begin_reasons(seller, {code: portal_words(code) for code in REASONS}, actor=request.user)
    messages.success(request, say("These reasons are yours now: rename, add, order, switch off."))
    return _back(seller)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def add(request: SignedInRequest) -> HttpResponse:
    """Add a reason."""
    seller = named_seller(request)
    new = {"photo": Asks.NEVER, "comment": Asks.MAY, "is_on": True, "key": new_id()}
    form, status = ReasonForm(request.POST or None, initial=new), 200
    if request.method == "POST":
        status = decide(form, lambda: _add(request, seller, form))
        if not status:
            messages.success(request, say("The reason is added."))
            return _back(seller)
    return _page(request, seller, form, None, status=status or 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def change(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change a reason, or switch it off."""
    row = _reason(request, pk)
    form, status = ReasonForm(request.POST or None, initial=_known(row)), 200
    if request.method == "POST":
        status = decide(form, lambda: change_reason(row, form.given(), actor=request.user))
        if not status:
            messages.success(request, say("Saved, for returns that are requested from now on."))
            return _back(row.seller)
    return _page(request, row.seller, form, row, status=status or 200)


@require_POST
@role_required(Role.OWNER)
def shift(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Move a reason up or down by one."""
    row = _reason(request, pk)
    shift_reason(row, steps=-1 if request.POST.get("to") == "up" else 1, actor=request.user)
    return _back(row.seller)


def _add(request: SignedInRequest, seller: Seller, form: ReasonForm) -> None:
    add_reason(seller, form.given(), actor=request.user, key=form.cleaned_data["key"])


def _page(
    request: SignedInRequest,
    seller: Seller,
    form: ReasonForm,
    row: ReturnReason | None,
    *,
    status: int,
) -> HttpResponse:
    context = {"seller": seller, "form": form, "row": row}
    return render(request, "dashboard/returns/reason.html", context, status=status)


def _known(row: ReturnReason) -> dict[str, Any]:
    words = {_words(code): row.words.get(code, "") for code in LANGUAGES}
    names = ("meaning", "photo", "comment", "is_on")
    return {"skus": " ".join(row.skus), **words, **{name: getattr(row, name) for name in names}}


def _reason(request: SignedInRequest, pk: UUID) -> ReturnReason:
    rows = ReturnReason.objects.visible_to(request.viewer).select_related("seller")
    return get_object_or_404(rows, pk=pk)


def _back(seller: Seller) -> HttpResponse:
    return redirect(f"{reverse('dashboard_return_reasons')}?seller={seller.pk}")


def _words(language: str) -> str:
    return f"words-{language}"
