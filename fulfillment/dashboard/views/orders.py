"""The order list, the order page, and the actions on an order."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.edit_forms import CancelUnitsForm, HoldForm, add_problems
from fulfillment.dashboard.forms import AddressForm, LinkForm
from fulfillment.dashboard.list_forms import (
    OPEN,
    SORT_NAMES,
    OrderFilterForm,
    Tab,
    TagForm,
    without,
)
from fulfillment.dashboard.queries.orders.bulk import in_words
from fulfillment.dashboard.queries.orders.filters import DELIVERED_TODAY, OrderFilter
from fulfillment.dashboard.queries.orders.listing import order_list
from fulfillment.dashboard.queries.orders.neighbours import neighbours
from fulfillment.dashboard.queries.orders.page import catalogue, order_page
from fulfillment.dashboard.queries.orders.views import MOST_SHOWN, count_all
from fulfillment.dashboard.rule_forms import amount
from fulfillment.dashboard.views.attention import attention_page
from fulfillment.keyset import MOST_COUNTED, count_text
from fulfillment.lists.order_search import MOST_FOUND
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.decisions.tags import tag_order, untag_order
from orders.errors import DomainError, InvalidInput
from orders.lifecycle.address import enter_address
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.dead_letters import retry_now
from orders.lifecycle.holds import hold_order, link_line, release_hold
from orders.models import BulkJob, DeadLetter, Hold, Order, OrderLine, Product, Return
from orders.returns.handling import approve_return
from orders.states import ORDER_UNSHIPPED, OrderStatus, ReturnStatus
from orders.values.counts import MOST_LINES, whole
from orders.values.form_fields import country_choices
from orders.values.unfit import Unfit
from orders.words import say, say_later

TABS = {
    "": "All",
    "to_ship": "To ship",
    "on_hold": "On hold",
    "backordered": "Backordered",
    "on_the_way": "On the way",
    "delivered": "Delivered",
    "came_back": "Returned",
    "cancelled": "Cancelled",
}
# What the bar below the list does with the ticked orders; the rest is under "More".
ACTS = (
    ("hold", "Hold"),
    ("release", "Release"),
    ("tag", "Tag"),
    ("priority", "Priority"),
    ("slips", "Print slips"),
    ("export", "Export"),
    ("untag", "Remove tag"),
    ("cancel", "Cancel orders"),
)
FROM_LIST = "list"  # in the query string of an order that was opened from the list
REFUSABLE = {
    "hold": say_later("Put on hold"),
    "cancel": say_later("Cancel"),
    "address": say_later("Change the address"),
    "units": say_later("Change units"),
    "edit": say_later("Edit"),
}
CAN_BE_CANCELLED = {*ORDER_UNSHIPPED, OrderStatus.PARTLY_SHIPPED}


@require_safe
@role_required(*SELLER_ROLES)
def orders(request: SignedInRequest) -> HttpResponse:
    """Show matching orders; the whole state of the page is in its URL."""
    form = OrderFilterForm(request.GET)
    wanted, sort = form.wanted(), form.sorting()
    found = order_list(request.viewer, wanted, sort=sort, cursor=request.GET.get("page", ""))
    for row in found.page.rows:
        row.money = amount(row.value, row.currency) if row.value else ""
    if request.GET.get(OPEN) and wanted.search and found.total == 1 and found.page.rows:
        query = urlencode({"list": "1", "q": wanted.search})
        return redirect(f"{reverse('dashboard_order', args=[found.page.rows[0].pk])}?{query}")
    tabs = _tabs(request, wanted, found.views)
    context = {
        "form": form,
        "wanted": wanted,
        "sort": sort,
        "sorts": SORT_NAMES,
        "chips": form.chips(request.GET, {row["id"]: row["name"] for row in found.named}),
        "kept": {"status": wanted.status, "sort": request.GET.get("sort", "")},
        "tabs": tabs,
        "page": found.page,
        "total": count_text(found.total, MOST_FOUND if wanted.search else MOST_COUNTED),
        "found": found.total,
        "channels": found.channels,
        "services": found.services,
        "jobs": [
            row | {"said": in_words(BulkJob.Act(row["act"]), row["total"])} for row in found.jobs
        ],
        "query": without(request.GET),
        "current": next((tab for tab in tabs if tab.is_current), None),
        "acts": ACTS,
        "can_save": without(request.GET, "q") != "",
        "is_filtered": wanted != OrderFilter(),
    }
    return render(request, "dashboard/orders.html", context)


def _tabs(request: SignedInRequest, wanted: OrderFilter, saved: list[dict[str, str]]) -> list[Tab]:
    """The usual views and the saved ones, each with how many orders it shows."""
    names = {DELIVERED_TODAY: "Delivered today"} | dict(OrderStatus.choices)
    usual = TABS if wanted.status in TABS else TABS | {wanted.status: names[wanted.status]}
    query = without(request.GET)
    is_saved = any(row["query"] == query for row in saved)
    tabs = [
        Tab(
            say(name),
            f"status={status}" if status else "",
            not is_saved and status == wanted.status,
        )
        for status, name in usual.items()
    ]
    tabs += [
        Tab(row["name"], row["query"], row["query"] == query, row["id"], not row["owner"])
        for row in saved
    ]
    filters = [OrderFilter(status=status) for status in usual]
    filters += [OrderFilterForm(QueryDict(row["query"])).wanted() for row in saved]
    counts = count_all(request.viewer, filters)
    return [
        tab._replace(total=count_text(count, MOST_SHOWN))
        for tab, count in zip(tabs, counts, strict=True)
    ]


@require_safe
@role_required(*SELLER_ROLES)
def order(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show one order."""
    return _page(request, _order(request, pk))


@require_POST
@role_required(*SELLER_ROLES)
def enter_order_address(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Enter a missing address."""
    row = _order(request, pk)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, row, address_form=form, status=422)
    try:
        enter_address(row, address=form.address(), actor=request.user)
    except InvalidInput as error:
        add_problems(form, error)
        return _page(request, row, address_form=form, status=422)
    return _done(
        request, row.pk, say("Address saved. The hold on order {row} is released.", row=row)
    )


@require_POST
@role_required(*SELLER_ROLES)
def hold(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Place a hold on an order."""
    row = _order(request, pk)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _page(request, row, hold_form=form, status=422)
    until = form.until(row.seller.warehouse.time_zone)
    detail = form.cleaned_data["detail"]
    hold_order(row, reason=Hold.Reason.SELLER, detail=detail, until=until, actor=request.user)
    return _done(request, row.pk, say("Order {row} is on hold.", row=row))


@require_POST
@role_required(*SELLER_ROLES)
def tag(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Add a tag to an order, or remove one."""
    row = _order(request, pk)
    form = TagForm(request.POST)
    if not form.is_valid():
        return _page(request, row, tag_form=form, status=422)
    act = untag_order if form.cleaned_data["remove"] else tag_order
    try:
        act(row, form.cleaned_data["tag"], actor=request.user)
    except DomainError as refused:
        form.add_error("tag", str(refused))
        return _page(request, row, tag_form=form, status=409)
    return _back(request, row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Cancel what is not shipped yet."""
    row = cancel_order(_order(request, pk), actor=request.user)
    return _done(
        request, row.pk, say("Order {row} is cancelled, except units already shipped.", row=row)
    )


@require_POST
@role_required(*SELLER_ROLES)
def release(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Release a hold; what the shop wants is decided on with what it wants in sight."""
    row = get_object_or_404(Hold.objects.visible_to(request.viewer).select_related("order"), pk=pk)
    if row.reason == Hold.Reason.SHOP and not row.released_at:
        raise DomainError(
            say(
                "Look first at what the shop wants of order {order}: {detail}.",
                order=row.order,
                detail=row.detail,
            )
        )
    release_hold(row, actor=request.user)
    return _done(
        request, row.order_id, say("The hold on order {order} is released.", order=row.order)
    )


@require_POST
@role_required(*SELLER_ROLES)
def retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Retry what an error stopped; the next run of its task does it."""
    letters = DeadLetter.objects.visible_to(request.viewer).select_related("order")
    row = get_object_or_404(letters, pk=pk)
    retry_now(row)
    return _done(
        request, row.order_id, say("Order {order} is retried within a minute.", order=row.order)
    )


@require_POST
@role_required(*SELLER_ROLES)
def link(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Link an unknown SKU to a product."""
    line = get_object_or_404(OrderLine.objects.visible_to(request.viewer), pk=pk)
    products = Product.objects.visible_to(request.viewer)
    form = LinkForm(request.POST, line=line, products=products)
    if not form.is_valid() or form.product is None:
        if request.POST.get("back") == "attention":
            return attention_page(request, link_form=form, status=422)
        return _page(request, _order(request, line.order_id), link_form=form, status=422)
    product = form.product
    link_line(line, product=product, actor=request.user)
    return _done(
        request,
        line.order_id,
        say("{goods} is now linked to {product}.", goods=line.sku or line.title, product=product),
    )


@require_POST
@role_required(*SELLER_ROLES)
def approve(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Approve a return."""
    row = approve_return(_return(request, pk), actor=request.user)
    return _done(
        request, row.order_id, say("Return {row} is approved; the customer is notified.", row=row)
    )


def _order(request: SignedInRequest, pk: UUID) -> Order:
    orders = Order.objects.visible_to(request.viewer)
    return get_object_or_404(orders.select_related("seller__warehouse", "channel"), pk=pk)


def _return(request: SignedInRequest, pk: UUID) -> Return:
    return get_object_or_404(Return.objects.visible_to(request.viewer), pk=pk)


def _page(
    request: SignedInRequest, row: Order, *, status: int = 200, **forms: Form
) -> HttpResponse:
    page = order_page(row, request.viewer, _first_line(request))
    lacks_address = any(hold.reason == Hold.Reason.NO_ADDRESS for hold in page.holds)
    can_cancel = row.status in CAN_BE_CANCELLED
    context = {
        "page": page,
        "order": row,
        **_list_of(request, row),
        "can_hold": not page.why_not["hold"],
        "can_cancel": can_cancel,
        "lacks_address": lacks_address,
        "refused_acts": [
            (words, page.why_not[act])
            for act, words in REFUSABLE.items()
            if page.why_not[act] and not (act == "cancel" and can_cancel)
        ],
        "catalogue": catalogue(request.viewer) if page.page.unknown else [],
        "countries": country_choices(row.country) if lacks_address else (),
        "to_decide": ReturnStatus.REQUESTED,
        "units_form": CancelUnitsForm(lines=page.cancellable, free=page.free),
    }
    return render(request, "dashboard/order.html", context | forms, status=status)


def _list_of(request: SignedInRequest, row: Order) -> dict[str, Any]:
    """The list that somebody came from, and the orders beside this one there."""
    if FROM_LIST not in request.GET:
        return {"list_query": ""}
    form = OrderFilterForm(request.GET)
    beside = neighbours(request.viewer, row, form.wanted(), sort=form.sorting())
    return {
        "list_query": without(request.GET, FROM_LIST, "line"),
        "here_query": without(request.GET, "line"),
        "beside": beside,
    }


def _first_line(request: SignedInRequest) -> int:
    """The number of the line with which the page of lines begins."""
    try:
        return whole(request.GET.get("line", "1"), least=1, most=MOST_LINES)
    except Unfit:
        return 1


def _done(request: SignedInRequest, order_id: UUID, text: str) -> HttpResponse:
    """Show a success message on the page that had the button."""
    messages.success(request, text)
    return _back(request, order_id)


def _back(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    if request.POST.get("back") == "attention":
        return redirect("dashboard")
    return redirect(_with_list(request, reverse("dashboard_order", args=[order_id])))


def _with_list(request: SignedInRequest, path: str) -> str:
    """The address of an order, with the list that the page which had the button came from."""
    start, _, query = request.headers.get("Referer", "").partition("?")
    if start.endswith(path) and query.startswith(f"{FROM_LIST}=1"):
        return f"{path}?{query}"
    return path
