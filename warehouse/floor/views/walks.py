"""A walk is paused and goes on; the lead lists walks, gives one to another, cancels it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from orders.access import Role, role_required
from orders.errors import DomainError
from orders.models import User
from orders.words import say
from warehouse.floor.forms import GiveForm, OtherLotForm
from warehouse.floor.leading.other_lot import other_lots, take_other_lot
from warehouse.floor.pausing import WALK_IS_HELD, continue_walk, give_walk, pause_walk
from warehouse.floor.putting_back import cancel_walk
from warehouse.floor.totes import lies_in
from warehouse.floor.walks import put_back_in_words, stops_to_put_back
from warehouse.floor.zones.passing import take_on
from warehouse.models import PickList, Stock
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    PICKERS,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    done,
    screen,
)
from warehouse.states import PICK_LIST_AT_WORK, PickListStatus

LONGEST_LIST = 100


@require_POST
@role_required(*PICKERS)
@at_workplace
def pause(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Leave a walk for later, and offer the next one."""
    walk = get_object_or_404(_all(request), pk=pk)
    outcome = apply(request, FloorForm(request.POST), lambda sent: _pause(request, walk))
    if outcome.is_refused:
        return screen(request, "warehouse/walk_refused.html", {"walk": walk}, outcome)
    return done(request, outcome, "warehouse_pick")


@require_POST
@role_required(*PICKERS)
@at_workplace
def go_on(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Go on with a paused walk."""
    walk = get_object_or_404(_all(request), pk=pk)
    outcome = apply(request, FloorForm(request.POST), lambda sent: _continue(request, walk))
    if outcome.is_refused:
        return screen(request, "warehouse/walk_refused.html", {"walk": walk}, outcome)
    return done(request, outcome, "warehouse_pick_list", walk.pk)


@require_safe
@role_required(Role.LEAD)
@at_workplace
def walks(request: FloorRequest) -> HttpResponse:
    """The walks that are not done: whose, since when, how many of how many units."""
    rows = _begun(request).order_by("created_at", "pk")
    context = {"walks": rows[:LONGEST_LIST], "number": rows.count()}
    return screen(request, "warehouse/walks.html", context)


@require_safe
@role_required(Role.LEAD)
@at_workplace
def walk(request: FloorRequest, pk: UUID) -> HttpResponse:
    """One walk: give it to somebody else, or cancel it."""
    return _walk(request, get_object_or_404(_all(request), pk=pk))


@require_POST
@role_required(Role.LEAD)
@at_workplace
def give(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Give a walk to another picker."""
    return _press(request, pk, GiveForm(request.POST), _give)


@require_POST
@role_required(Role.LEAD)
@at_workplace
def cancel(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Cancel a walk: what was picked is put back, and the order is allocated again."""
    return _press(request, pk, FloorForm(request.POST), _cancel)


@require_POST
@role_required(Role.LEAD)
@at_workplace
def other_lot(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Let another lot of the product be picked at a stop."""
    return _press(request, pk, OtherLotForm(request.POST), _take_other)


def _all(request: FloorRequest) -> QuerySet[PickList]:
    rows = PickList.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return rows.select_related(
        "shipment__order", "shipment__seller", "tote__cart", "batch_tote", "picker"
    )


def _begun(request: FloorRequest) -> QuerySet[PickList]:
    """The walks that are not done, with `is_held`, `picked` and `planned` units."""
    rows = _all(request).filter(status__in=PICK_LIST_AT_WORK)
    return rows.annotate(
        is_held=WALK_IS_HELD,
        picked=Sum("lines__picked", default=0),
        planned=Sum("lines__quantity", default=0) - Sum("lines__short", default=0),
    )


def _press(
    request: FloorRequest,
    pk: UUID,
    form: FloorForm,
    action: Callable[[FloorRequest, PickList, Sent], str],
) -> HttpResponse:
    row = get_object_or_404(_all(request), pk=pk)
    outcome = apply(request, form, lambda sent: action(request, row, sent))
    if outcome.is_refused:
        return _walk(request, row, outcome)
    return done(request, outcome, "warehouse_walks")


def _walk(request: FloorRequest, row: PickList, outcome: ScanResult | None = None) -> HttpResponse:
    found = _begun(request).filter(pk=row.pk).first()
    stops = row.lines.select_related("stock__location", "stock__product")
    lines: list[Any] = list(stops)
    others = other_lots(lines) if found else {}
    for line in lines:
        line.others = others.get(line.pk, [])
    pickers = _pickers(request)
    if not row.passed_at:  # else it is nobody's: also who filled its tote may go on
        pickers = pickers.exclude(pk=row.picker_id)
    context = {
        "walk": found or row,
        "has_ended": found is None,
        "lies_in": lies_in(row),
        "lines": lines,
        "pickers": pickers,
    }
    return screen(request, "warehouse/walk.html", context, outcome)


def _pickers(request: FloorRequest) -> QuerySet[User]:
    """Who may pick in this warehouse."""
    here = User.objects.visible_to(request.viewer).filter(
        is_active=True, members__warehouse=request.warehouse, members__role__in=PICKERS
    )
    return here.distinct().order_by("name", "pk")


def _pause(request: FloorRequest, row: PickList) -> str:
    paused = pause_walk(row, actor=request.user)
    if row.is_batch:
        return say("The batch in tote {tote} is paused.", tote=row.batch_tote)
    if row.cart_walk:
        return say("Cart {cart} is paused.", cart=row.tote.cart)
    return say(
        "Shipment {shipment} is paused. Its tote is {tote}.",
        shipment=paused.shipment,
        tote=row.tote,
    )


def _continue(request: FloorRequest, row: PickList) -> str:
    if row.passed_at and row.status == PickListStatus.PAUSED:
        taken = take_on(row, actor=request.user)
        return say("Shipment {shipment} goes on: {holder}.", shipment=taken, holder=row.holder)
    walk = continue_walk(row, actor=request.user)
    if row.is_batch:
        return say("The batch in tote {tote} goes on.", tote=row.batch_tote)
    if row.cart_walk:
        return say("Cart {cart} goes on.", cart=row.tote.cart)
    return say("Shipment {shipment} goes on: {holder}.", shipment=walk.shipment, holder=row.holder)


def _give(request: FloorRequest, row: PickList, sent: Sent) -> str:
    picker = _pickers(request).filter(pk=sent["picker"]).first()
    if picker is None:
        raise DomainError(say("Choose who picks in this warehouse."))
    given = give_walk(row, picker, actor=request.user)
    if row.is_batch:
        told = "The batch in tote {tote} is {picker}'s now."
        return say(told, tote=row.batch_tote, picker=picker)
    if row.cart_walk:
        return say(
            "Cart {cart} is {picker}'s now, with all that is in it.",
            cart=row.tote.cart,
            picker=picker,
        )
    return say(
        "Shipment {shipment} is {picker}'s now: hand over {holder}.",
        shipment=given.shipment,
        picker=picker,
        holder=row.holder,
    )


def _take_other(request: FloorRequest, row: PickList, sent: Sent) -> str:
    stop = get_object_or_404(row.lines.all(), pk=sent["line"])
    stocks = Stock.objects.visible_to(request.viewer)
    stock = get_object_or_404(stocks, pk=sent["stock"])
    taken = take_other_lot(stop, stock, actor=request.user)
    return say(
        "Shipment {row}: lot {lot} of {title} may be picked.",
        row=row,
        lot=stock.lot,
        title=taken.stock.product.title,
    )


def _cancel(request: FloorRequest, row: PickList, sent: Sent) -> str:
    back = cancel_walk(row, actor=request.user)
    stops = stops_to_put_back(back)
    words = put_back_in_words(stops) if stops else say("Nothing was picked.")
    return say("Walk of shipment {back} cancelled. {words}", back=back, words=words)
