"""What is owed for a return, ticked off when the shop has paid it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.dashboard.edit_forms import decide
from fulfillment.dashboard.queries.refunds import (
    cheaper_lines,
    other_refunds,
    owed_words,
    told_of,
    why_waived,
)
from notifications.planning.undo import take_back
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.lifecycle.changes import LONGEST_REASON
from orders.models import Event, Refund
from orders.returns.refunding import (
    LONGEST_CODE,
    add_goodwill,
    owe_again,
    owed_seen,
    pay_refund,
    state_seen,
    waive_refund,
)
from orders.states import RefundStatus
from orders.values.money import digits, fits, minor
from orders.words import said_choices, say, say_later

MOST_PRICE = 10**9
TEXT = {"class": "form-control"}
TOO_FINE = say_later("No amount in {currency} is so fine: write fewer decimals.")
# Beside its lines, which are the products.
PARTS = (
    ("discount", say_later("Share of the discount"), "−"), ("tax", say_later("Tax"), ""),
    ("shipping", say_later("Shipping"), ""), ("fee", say_later("Fee for the return"), "−"),
    ("difference", say_later("Price difference of the exchange"), ""),
    ("goodwill", say_later("Goodwill"), ""),
)  # fmt: skip


class PaidForm(forms.Form):
    """How much was paid back in the shop, and how; of a gift nobody is told a code."""

    amount = forms.DecimalField(
        label=say_later("Paid back"),
        min_value=0,
        max_value=MOST_PRICE,
        widget=forms.NumberInput(TEXT | {"step": "any", "inputmode": "decimal"}),
    )
    method = forms.ChoiceField(
        label=say_later("How"),
        choices=said_choices(Refund.Method.choices),
        widget=forms.Select({"class": "form-select"}),
    )
    code = forms.CharField(
        label=say_later("Code of the store credit, which the customer is sent"),
        max_length=LONGEST_CODE,
        required=False,
        widget=forms.TextInput(TEXT),
    )

    def __init__(self, *args: Any, is_gift: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_gift:
            del self.fields["code"]


class WaivedForm(forms.Form):
    """Why a refund is not paid."""

    prefix = "waive"
    reason = forms.CharField(
        label=say_later("Why not"), max_length=LONGEST_REASON, widget=forms.TextInput(TEXT)
    )


class GoodwillForm(forms.Form):
    """How much more is paid of the seller's own will, and why."""

    prefix = "more"
    amount = forms.DecimalField(
        label=say_later("Amount to add"),
        min_value=0,
        max_value=MOST_PRICE,
        widget=forms.NumberInput(TEXT | {"step": "any", "inputmode": "decimal"}),
    )
    reason = forms.CharField(
        label=say_later("Why"), max_length=LONGEST_REASON, widget=forms.TextInput(TEXT)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def refund(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show what is owed and why; tick it off when it is paid."""
    row = _row(request, pk)
    form, status = _form(row, request.POST or None), 200

    def pay() -> None:
        if not fits(form.cleaned_data["amount"], row.currency):
            raise DomainError(TOO_FINE.format(currency=row.currency))
        amount = minor(form.cleaned_data["amount"], row.currency)
        given = {name: form.cleaned_data.get(name, "") for name in ("method", "code")}
        pay_refund(row, amount=amount, **given, actor=request.user)

    if request.method == "POST":
        status = decide(form, pay)
        if not status:
            messages.success(request, say("Refund ticked off."))
            return redirect("dashboard_refund", pk)
    return _page(request, row, form=form, status=status)


@require_POST
@role_required(*SELLER_ROLES)
def add_more(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Owe more for the return, of the seller's own will."""
    row, form = _row(request, pk), GoodwillForm(request.POST)
    found = row

    def act() -> None:
        nonlocal found
        if not fits(form.cleaned_data["amount"], row.currency):
            raise DomainError(TOO_FINE.format(currency=row.currency))
        amount = minor(form.cleaned_data["amount"], row.currency)
        given = {"reason": form.cleaned_data["reason"], "seen": request.POST.get("more-seen", "")}
        found = add_goodwill(row, amount=amount, **given, actor=request.user)

    if status := decide(form, act):
        return _page(request, _row(request, pk), more=form, status=status)
    messages.success(request, say("Added to what is owed."))
    return redirect("dashboard_refund", found.pk)


@require_POST
@role_required(*SELLER_ROLES)
def waive(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Owe it no more, for a reason."""
    row, form = _row(request, pk), WaivedForm(request.POST)

    def act() -> None:
        waive_refund(row, reason=form.cleaned_data["reason"], actor=request.user)

    if status := decide(form, act):
        return _page(request, _row(request, pk), waived=form, status=status)
    messages.success(request, say("Refund waived."))
    return redirect("dashboard_refund", pk)


@require_POST
@role_required(*SELLER_ROLES)
def undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Owe it again, as long as the customer has not been told that it was paid."""
    row, form = _row(request, pk), forms.Form(request.POST)

    def act() -> None:
        with transaction.atomic():
            owe_again(row, seen=request.POST.get("seen", ""), actor=request.user)
            events = Event.objects.visible_to(request.viewer)
            told = events.filter(kind="return.refunded", subject_id=row.order_return_id)
            if row.status == RefundStatus.PAID and not take_back(told.latest("pk")):
                raise DomainError(say("The customer has been told that it was paid: it stays so."))

    if status := decide(form, act):
        return _page(request, _row(request, pk), undone=form, status=status)
    messages.success(request, say("Refund owed again."))
    return redirect("dashboard_refund", pk)


def _row(request: SignedInRequest, pk: UUID) -> Refund:
    rows = Refund.objects.visible_to(request.viewer)
    return get_object_or_404(
        rows.select_related("order", "order_return", "former_of", "promise"), pk=pk
    )


def _form(row: Refund, sent: QueryDict | None) -> PaidForm:
    """What was sent, or what the form begins with; of what nobody knows no amount."""
    amount = digits(row.amount, row.currency) if row.amount else ""
    known = {"amount": amount, "method": row.method}
    return PaidForm(sent, initial=known, is_gift=row.order.is_gift)


def _page(
    request: SignedInRequest, row: Refund, *, status: int, **filled: forms.Form
) -> HttpResponse:
    """The page of a refund; `filled`: the forms that were sent, by name."""
    is_owed, promise = row.status == RefundStatus.OWED, row.promise
    context = {
        "row": row,
        "form": _form(row, None),
        "waived": WaivedForm(),
        "more": GoodwillForm(),
        **filled,
        "others": other_refunds(row),
        "is_owed": is_owed,
        "told": told_of(row) if is_owed else [],
        "why_waived": why_waived(row) if row.status == RefundStatus.WAIVED else "",
        "seen": state_seen(row),
        "owed_seen": owed_seen(row),
        "can_undo": row.order_return_id and (row.is_by_hand or row.status == RefundStatus.WAIVED),
        "is_to_come": promise and promise.is_open and promise.latest > timezone.now(),
        "amount": owed_words(row.amount, row.currency) if row.amount else "",
        "owed": owed_words(row.amount, row.currency),
        "paid": owed_words(row.paid, row.currency) if row.paid else "",
        "parts": [
            (label, f"{sign}{owed_words(getattr(row, name), row.currency)}")
            for name, label, sign in PARTS
            if getattr(row, name) and not (name == "difference" and row.differences)
        ],
        "cheaper": cheaper_lines(row),
        "lines": [
            (line, owed_words(line.goods, row.currency))
            for line in row.lines.select_related("line").order_by("line__position")
        ],
    }
    return render(request, "dashboard/refund.html", context, status=status or 200)
