"""The offer of the next walk: taken by a tap, or by the scan of its tote or cart."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.words import say, say_count
from warehouse.floor.carts.rows import cart_of, carts_of
from warehouse.floor.carts.taking import take_cart
from warehouse.floor.forms import ZoneForm
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
from warehouse.floor.zones.choosing import choose_zone, zone_of, zones_of
from warehouse.floor.zones.passing import passed_walks, take_on
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
    done,
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
        passed = [row.pk for row in _passed(request)] if request.warehouse.picks_by_zone else []
        try:
            walk = take_walk(warehouse=request.warehouse, actor=request.user)
        except DomainError as refusal:  # as where a tote is to be scanned since the page was made
            return _offer(request, _waiting(request), ScanResult(str(refusal), is_refused=True))
        if walk:
            if walk.is_batch:
                messages.success(request, _taken(walk))
            if walk.pk in passed:
                messages.success(request, _passed_on(walk))
            return redirect("warehouse_pick_list", walk.pk)
    waiting = _waiting(request)
    if request.method == "POST":
        messages.info(
            request, say("Nothing to pick right now. {reason}", reason=waiting.reason).strip()
        )
    return _offer(request, waiting)


@require_POST
@role_required(*PICKERS)
@at_workplace
def choose_your_zone(request: FloorRequest) -> HttpResponse:
    """Keep to a zone from now on, or to none."""
    outcome = apply(request, ZoneForm(request.POST), lambda sent: _choose(request, sent))
    if outcome.is_refused:
        return _offer(request, _waiting(request), outcome)
    return done(request, outcome, "warehouse_pick")


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
    return _offer(request, _waiting(request), outcome)


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
        if zone_of(request.user, request.warehouse) and _waiting(request).to_pick:
            told = "What waits for you lies in other zones too: take it without a cart."
            raise DomainError(say(told))
        raise _nothing(request)
    mine = walks_here(request).filter(picker=request.user, status__in=PICK_LIST_BEGUN)
    mine = mine.filter(passed_at__isnull=True)
    known = spellings(code)
    batches = Q(batch_tote__code__in=known, cart_walk__isnull=False)
    if found := mine.filter(Q(tote__code__in=known) | batches).first():
        walk = continue_walk(found, actor=request.user)
        return walk, say("Shipment {walk} goes on.", walk=walk)
    if passed := _passed(request, "").filter(tote__code__in=known).first():
        return take_on(passed, actor=request.user), _passed_on(passed)
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


def _passed_on(walk: PickList) -> str:
    told = "Shipment {walk}: fetch tote {tote}, it was passed on to you."
    return say(told, walk=walk, tote=walk.tote)


def _passed(request: FloorRequest, zone: str | None = None) -> QuerySet[Any]:
    """What was passed on to the zone of this picker, or to this one; nothing where there are none.

    Of what is on hold nothing more is picked.
    """
    if not request.warehouse.picks_by_zone:
        return walks_here(request).none()
    here = zone_of(request.user, request.warehouse) if zone is None else zone
    rows = passed_walks(request.warehouse, here).filter(is_held=False)
    visible = PickList.objects.visible_to(request.viewer).values("pk")
    return rows.filter(pk__in=visible)


def _waiting(request: FloorRequest) -> Waiting:
    zone = zone_of(request.user, request.warehouse)
    return waiting_shipments(request.warehouse, request.viewer, zone)


def _nothing(request: FloorRequest) -> DomainError:
    waiting = _waiting(request)
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
        "passed": [] if own else _passed(request)[:PAUSED_SHOWN],
        "zones": [] if own else zones_of(request.warehouse),
        "zone": zone_of(request.user, request.warehouse),
    }
    return screen(request, "warehouse/pick.html", context, outcome)


def _choose(request: FloorRequest, sent: Sent) -> str:
    zone = sent["zone"]
    choose_zone(request.user, request.warehouse, zone)
    if not zone:
        return say("You get walks of the whole house.")
    return say("You get walks of zone {zone}.", zone=zone)


def walks_here(request: FloorRequest) -> QuerySet[Any]:
    """The pick lists of this warehouse with `is_held`; the actions check whose they are."""
    rows = PickList.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    rows = rows.annotate(is_held=WALK_IS_HELD)
    return rows.select_related("shipment__order", "tote__cart", "batch_tote", "picker")
