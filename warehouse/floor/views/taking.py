"""The offer of the next walk: taken by a tap, or by the scan of its tote or cart."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.words import say, say_count
from warehouse.floor.carts.rows import cart_of, carts_of
from warehouse.floor.carts.taking import take_cart
from warehouse.floor.pausing import (
    WALK_IS_HELD,
    continue_walk,
    one_of_each_cart,
    paused_walks,
    with_cart,
)
from warehouse.floor.waiting import Waiting, waiting_shipments
from warehouse.floor.walls.rows import walls_of
from warehouse.floor.walls.taking import take_walk
from warehouse.models import PickList
from warehouse.scanning.base_forms import ScanForm
from warehouse.scanning.codes import spellings
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    PICKERS,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    screen,
)
from warehouse.states import PICK_LIST_BEGUN, PickListStatus

PAUSED_SHOWN = 5


@role_required(*PICKERS)
@at_workplace
def pick(request: FloorRequest) -> HttpResponse:
    """Offer the next pick list; a POST takes it, or returns to the one that is still open."""
    if request.method == "POST" and "code" in request.POST:
        return _start(request)
    if request.method == "POST":
        try:
            walk = take_walk(warehouse=request.warehouse, actor=request.user)
        except DomainError as refusal:  # as where a tote is to be scanned since the page was made
            waiting = waiting_shipments(request.warehouse, request.viewer)
            return _offer(request, waiting, ScanResult(str(refusal), is_refused=True))
        if walk:
            if walk.is_batch:
                messages.success(request, _taken(walk))
            return redirect("warehouse_pick_list", walk.pk)
    waiting = waiting_shipments(request.warehouse, request.viewer)
    if request.method == "POST":
        messages.info(
            request, say("Nothing to pick right now. {reason}", reason=waiting.reason).strip()
        )
    return _offer(request, waiting)


def _start(request: FloorRequest) -> HttpResponse:
    """Start the next walk with the tote or cart that was scanned, or go on with its one."""
    taken: list[PickList] = []

    def act(sent: Sent) -> str:
        walk, words = _take(request, sent["code"])
        taken.append(walk)
        return words

    outcome = apply(request, ScanForm(request.POST), act)
    own = next(iter(taken), None) or _own(request)  # a scan that is sent again takes nothing
    if own and not outcome.is_refused:
        if own.cart_walk:
            messages.success(request, outcome.text)  # how many shipments it got
        return redirect("warehouse_pick_list", own.pk)
    return _offer(request, waiting_shipments(request.warehouse, request.viewer), outcome)


def _own(request: FloorRequest) -> Any:
    """The walk on which this picker is: of those on one cart one that no hold stops."""
    mine = walks_here(request).filter(picker=request.user, status=PickListStatus.OPEN)
    return mine.order_by("is_held", "pk").first()


def _take(request: FloorRequest, code: str) -> tuple[PickList, str]:
    """The walk that a scan of its tote or cart takes, and what that was in words."""
    if cart := cart_of(code, request.warehouse):
        if first := take_cart(cart, actor=request.user):
            number = len(with_cart(first))
            return first, say_count(
                number,
                "Cart {cart}: {number} shipment",
                "Cart {cart}: {number} shipments",
                cart=cart,
                number=number,
            )
        raise _nothing(request)
    mine = walks_here(request).filter(picker=request.user, status__in=PICK_LIST_BEGUN)
    known = spellings(code)
    batches = Q(batch_tote__code__in=known, cart_walk__isnull=False)
    if found := mine.filter(Q(tote__code__in=known) | batches).first():
        walk = continue_walk(found, actor=request.user)
        return walk, say("Shipment {walk} goes on.", walk=walk)
    if not request.warehouse.scans_totes:
        raise WrongScan(code, say("a cart"))
    new = take_walk(warehouse=request.warehouse, actor=request.user, tote=code)
    if new is None:
        raise _nothing(request)
    return new, _taken(new)


def _taken(new: PickList) -> str:
    if new.is_batch:
        number = len(with_cart(new))
        return say_count(
            number,
            "Tote {tote}: {number} order for the put wall",
            "Tote {tote}: {number} orders for the put wall",
            tote=new.batch_tote,
            number=number,
        )
    return say("Tote {tote}: shipment {new}", tote=new.tote, new=new)


def _nothing(request: FloorRequest) -> DomainError:
    waiting = waiting_shipments(request.warehouse, request.viewer)
    return DomainError(say("Nothing to pick right now. {reason}", reason=waiting.reason).strip())


def _offer(
    request: FloorRequest, waiting: Waiting, outcome: ScanResult | None = None
) -> HttpResponse:
    own = _own(request)
    carts = carts_of(request.warehouse)
    paused = one_of_each_cart(paused_walks(request.user, request.warehouse))[:PAUSED_SHOWN]
    context = {
        "own": own,
        "waiting": waiting,
        "paused": paused,
        "has_carts": carts.exists(),
        "has_walls": walls_of(request.warehouse).exists(),
    }
    return screen(request, "warehouse/pick.html", context, outcome)


def walks_here(request: FloorRequest) -> QuerySet[Any]:
    """The pick lists of this warehouse with `is_held`; the actions check whose they are."""
    rows = PickList.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    rows = rows.annotate(is_held=WALK_IS_HELD)
    return rows.select_related("shipment__order", "tote__cart", "batch_tote", "picker")
