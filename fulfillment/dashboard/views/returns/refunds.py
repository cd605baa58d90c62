"""What is owed for a return, ticked off when the shop has paid it; and the terms of refunds."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from babel import Locale
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.dashboard.edit_forms import decide
from fulfillment.dashboard.queries.refunds import told_of, why_waived
from fulfillment.dashboard.views.returns.policy import listed, named_seller
from notifications.planning.undo import take_back
from orders.access import SELLER_ROLES, Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.lifecycle.changes import LONGEST_REASON
from orders.models import Event, Refund, ReturnRule
from orders.returns.refunding import owe_again, pay_refund, state_seen, waive_refund
from orders.returns.terms import change_terms
from orders.states import RefundStatus
from orders.values.money import digits, fits, minor, plain
from orders.values.places import currency
from orders.values.unfit import Unfit

MOST_DAYS, MOST_EXCHANGE_DAYS = 365, 90
MOST_PRICE = 10**9
TEXT = {"class": "form-control"}
TOO_FINE = "No amount in {} is so fine: write fewer decimals."
# Beside its lines, which are the products.
PARTS = (
    ("discount", "Share of the discount", "−"), ("tax", "Tax", ""),
    ("shipping", "Shipping", ""), ("fee", "Fee for the return", "−"),
)  # fmt: skip


class PaidForm(forms.Form):
    """How much was paid back in the shop, and how."""

    amount = forms.DecimalField(
        label="Paid back",
        min_value=0,
        max_value=MOST_PRICE,
        widget=forms.NumberInput(TEXT | {"step": "any", "inputmode": "decimal"}),
    )
    method = forms.ChoiceField(
        label="How",
        choices=Refund.Method.choices,
        widget=forms.Select({"class": "form-select"}),
    )


class WaivedForm(forms.Form):
    """Why a refund is not paid."""

    prefix = "waive"
    reason = forms.CharField(
        label="Why not", max_length=LONGEST_REASON, widget=forms.TextInput(TEXT)
    )


class TermsForm(forms.Form):
    """Within how many days a refund is paid, how, with shipping or not, and less which fee."""

    refund_days = forms.IntegerField(
        label="Days until a refund is paid",
        help_text="Counted from the inspection. Customers read the date; leave it empty to name "
        "none.",
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
        widget=forms.NumberInput(TEXT),
    )
    refund_method = forms.ChoiceField(
        label="How it is paid",
        choices=Refund.Method.choices,
        widget=forms.Select({"class": "form-select"}),
    )
    refunds_shipping = forms.BooleanField(
        label="Refund shipping when a whole order comes back",
        help_text="In the EU, Iceland, Liechtenstein, Norway and the United Kingdom the law asks "
        "for it anyway: there it is always refunded.",
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    return_fee = forms.DecimalField(
        label="Fee for a return",
        help_text="Only where nothing was wrong with the product: changed my mind, too large, too "
        "small. Customers read it before they send the form. It is never more than the refund.",
        min_value=0,
        max_value=MOST_PRICE,
        required=False,
        widget=forms.NumberInput(TEXT | {"step": "any", "inputmode": "decimal"}),
    )
    return_fee_currency = forms.CharField(
        label="Its currency, like EUR",
        help_text="Orders in another currency have no fee.",
        max_length=3,
        required=False,
        widget=forms.TextInput(TEXT),
    )

    exchange_days = forms.IntegerField(
        label="Days to keep goods in exchange",
        help_text="Customers may choose a product instead of money. It is kept for them at once, "
        "and ships when their return is inspected; after these days it is called off. Leave it "
        "empty to exchange nothing.",
        min_value=1,
        max_value=MOST_EXCHANGE_DAYS,
        required=False,
        widget=forms.NumberInput(TEXT),
    )
    exchange_skus = forms.CharField(
        label="Exchanged for one another: SKUs that begin with",
        help_text="Such as SHIRT-BASIC HAT-: a product is exchanged for another one whose SKU "
        "begins with the same. Name only what costs the same. Otherwise it is exchanged for the "
        "same product alone.",
        max_length=800,
        required=False,
        widget=forms.TextInput(TEXT),
    )

    def clean_exchange_skus(self) -> list[str]:
        skus = listed(self.cleaned_data["exchange_skus"])
        if any(len(sku) > ReturnRule.SKU for sku in skus):
            raise forms.ValidationError(f"At most {ReturnRule.SKU} characters each.")
        return skus

    def clean_return_fee_currency(self) -> str:
        try:
            code = currency(self.cleaned_data["return_fee_currency"].strip().upper())
        except Unfit as error:
            raise forms.ValidationError(str(error)) from None
        if code and code not in Locale("en").currencies:
            raise forms.ValidationError("No currency is called so.")
        return code

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        fee, code = given.get("return_fee") or Decimal(0), given.get("return_fee_currency", "")
        if fee and not code and "return_fee_currency" not in self.errors:
            self.add_error("return_fee_currency", "A fee needs its currency.")
        if code and not fits(fee, code):
            self.add_error("return_fee", TOO_FINE.format(code))
        given["return_fee"] = minor(fee, code) if code else 0
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def refund(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show what is owed and why; tick it off when it is paid."""
    row = _row(request, pk)
    form, status = PaidForm(request.POST or None, initial=_initial(row)), 200

    def pay() -> None:
        if not fits(form.cleaned_data["amount"], row.currency):
            raise DomainError(TOO_FINE.format(row.currency))
        amount = minor(form.cleaned_data["amount"], row.currency)
        method = form.cleaned_data["method"]
        pay_refund(row, amount=amount, method=method, actor=request.user)

    if request.method == "POST":
        status = decide(form, pay)
        if not status:
            messages.success(request, "Refund ticked off.")
            return redirect("dashboard_refund", pk)
    return _page(request, row, form=form, status=status)


@require_POST
@role_required(*SELLER_ROLES)
def waive(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Owe it no more, for a reason."""
    row, form = _row(request, pk), WaivedForm(request.POST)

    def act() -> None:
        waive_refund(row, reason=form.cleaned_data["reason"], actor=request.user)

    if status := decide(form, act):
        return _page(request, _row(request, pk), waived=form, status=status)
    messages.success(request, "Refund waived.")
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
                raise DomainError("The customer has been told that it was paid: it stays so.")

    if status := decide(form, act):
        return _page(request, _row(request, pk), undone=form, status=status)
    messages.success(request, "Refund owed again.")
    return redirect("dashboard_refund", pk)


def _row(request: SignedInRequest, pk: UUID) -> Refund:
    rows = Refund.objects.visible_to(request.viewer)
    return get_object_or_404(rows.select_related("order", "order_return", "promise"), pk=pk)


def _initial(row: Refund) -> dict[str, str]:
    """What the form begins with; of what nobody knows no amount."""
    amount = digits(row.amount, row.currency) if row.amount else ""
    return {"amount": amount, "method": row.method}


def _page(
    request: SignedInRequest,
    row: Refund,
    *,
    status: int,
    form: PaidForm | None = None,
    waived: WaivedForm | None = None,
    undone: forms.Form | None = None,
) -> HttpResponse:
    is_owed, promise = row.status == RefundStatus.OWED, row.promise
    context = {
        "row": row,
        "form": form or PaidForm(initial=_initial(row)),
        "waived": waived or WaivedForm(),
        "undone": undone,
        "is_owed": is_owed,
        "told": told_of(row) if is_owed else [],
        "why_waived": why_waived(row) if row.status == RefundStatus.WAIVED else "",
        "seen": state_seen(row),
        "can_undo": row.is_by_hand or row.status == RefundStatus.WAIVED,
        "is_to_come": promise and promise.is_open and promise.latest > timezone.now(),
        "amount": plain(row.amount, row.currency) if row.amount else "",
        "owed": plain(row.amount, row.currency),
        "paid": plain(row.paid, row.currency) if row.paid else "",
        "parts": [
            (label, f"{sign}{plain(getattr(row, name), row.currency)}")
            for name, label, sign in PARTS
            if getattr(row, name)
        ],
        "lines": [
            (line, plain(line.goods, row.currency))
            for line in row.lines.select_related("line").order_by("line__position")
        ],
    }
    return render(request, "dashboard/refund.html", context, status=status or 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def terms(request: SignedInRequest) -> HttpResponse:
    """Show the terms of refunds, and change them."""
    seller = named_seller(request)
    code = seller.return_fee_currency
    known = {
        "refund_days": seller.refund_days,
        "refund_method": seller.refund_method,
        "refunds_shipping": seller.refunds_shipping,
        "return_fee": digits(seller.return_fee, code) if code else "",
        "return_fee_currency": code,
        "exchange_days": seller.exchange_days,
        "exchange_skus": " ".join(seller.exchange_skus),
    }
    form, status = TermsForm(request.POST or None, initial=known), 200

    def change() -> None:
        change_terms(seller, form.cleaned_data, actor=request.user)

    if request.method == "POST":
        status = decide(form, change)
        if not status:
            messages.success(request, "Saved, for returns from now on.")
            return redirect(request.get_full_path())
    context = {"seller": seller, "form": form}
    return render(request, "dashboard/refund_terms.html", context, status=status or 200)
