"""Decisions about an order: edit its fields, change its units, cancel some of them."""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.dashboard.edit_forms import (
    OUTDATED,
    CancelUnitsForm,
    ChangeUnitsForm,
    EditForm,
    decide,
)
from fulfillment.dashboard.queries.orders.edits import EditPage, edit_page
from fulfillment.dashboard.queries.orders.page import catalogue
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.lifecycle.cancel import cancel_units
from orders.lifecycle.edit import edit_order
from orders.lifecycle.edit_lines import change_units
from orders.models import Order, Product
from orders.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Edit the fields of an order: address, contact, gift and note, priority."""
    row = _order(request, pk)
    page = edit_page(row)
    if request.method != "POST":
        return _shown(request, page)
    form = EditForm(request.POST, order=row, fixed=page.fixed)
    status = decide(
        form,
        lambda: edit_order(
            row,
            form.changes(),
            actor=request.user,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
        ),
    )
    if status:
        return _shown(request, page, edit_form=form, status=status)
    messages.success(request, say("Order {row} is changed.", row=row))
    return redirect("dashboard_order", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def units(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change how many units of each line are wanted, or add a product."""
    row = _order(request, pk)
    page = edit_page(row)
    form = ChangeUnitsForm(request.POST, lines=page.lines, free=page.free)
    titles = _titles(request, row, form)
    status = decide(
        form,
        lambda: change_units(
            row,
            form.units(),
            added=form.added(titles),
            actor=request.user,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
        ),
    )
    if status:
        return _shown(request, page, units_form=form, status=status)
    messages.success(request, say("The units of order {row} are changed.", row=row))
    return redirect("dashboard_order", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def cancel_some(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Cancel units by line and quantity; what is refused is shown on a page of its own."""
    row = _order(request, pk)
    page = edit_page(row)
    form = CancelUnitsForm(request.POST, lines=page.cancellable, free=page.free)
    status = decide(
        form,
        lambda: cancel_units(
            row,
            form.units(),
            actor=request.user,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
        ),
    )
    if not status:
        messages.success(request, say("Units of order {row} are cancelled.", row=row))
        return redirect("dashboard_order", row.pk)
    context = {"order": row, "page": page, "form": form, "seen": _seen(page, form, status)}
    return render(request, "dashboard/cancel_units.html", context, status=status)


def _order(request: SignedInRequest, pk: UUID) -> Order:
    orders = Order.objects.visible_to(request.viewer)
    return get_object_or_404(orders.select_related("seller__warehouse", "channel"), pk=pk)


def _shown(
    request: SignedInRequest,
    page: EditPage,
    *,
    edit_form: EditForm | None = None,
    units_form: ChangeUnitsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the form that was posted and refused, if one was."""
    posted = edit_form or units_form
    context = {
        "order": page.order,
        "page": page,
        "form": edit_form or EditForm(order=page.order, fixed=page.fixed),
        "units_form": units_form or ChangeUnitsForm(lines=page.lines, free=page.free),
        "seen": _seen(page, posted, status),
        "catalogue": catalogue(request.viewer),
        "is_outdated": status == OUTDATED,
    }
    return render(request, "dashboard/edit_order.html", context, status=status)


def _seen(page: EditPage, form: forms.Form | None, status: int) -> str:
    """What whoever saves next has seen: what is there now, or what the refused form had shown."""
    if form is None or not form.is_bound or status == OUTDATED:
        return page.seen
    return str(form.data.get("seen", ""))


def _titles(request: SignedInRequest, row: Order, form: ChangeUnitsForm) -> Mapping[str, str]:
    """{SKU: title} of the product to add; an unknown SKU is an error of its field."""
    if not form.is_valid() or not (sku := form.cleaned_data["sku"]):
        return {}
    products = Product.objects.visible_to(request.viewer).filter(seller=row.seller_id, sku=sku)
    titles = dict(products.values_list("sku", "title"))
    if not titles:
        form.add_error("sku", say("No product with the SKU {sku}.", sku=sku))
    return titles
