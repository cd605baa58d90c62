"""Undo a cancellation of an order, or of units of it, as long as nobody outside counts on it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from orders.errors import DomainError
from orders.event_kinds import UNDONE
from orders.events.acting import who_did
from orders.events.recording import record
from orders.lifecycle.cancel import FROM_SHOP, NOT_YET
from orders.lifecycle.changes import keep_changes
from orders.lifecycle.fingerprint import refuse_outdated
from orders.lifecycle.kits import why_not_wanted, with_parts
from orders.lifecycle.transitions import add_quantities, count_former, lock_order, summarize_orders
from orders.models import (
    Event,
    Hold,
    Order,
    OrderLine,
    PackageLine,
    Problem,
    Push,
    Return,
    ShopLink,
    ShopOrder,
    User,
)
from orders.services.choosing import is_reached
from orders.shops.base import Units
from orders.statements import KITS, wait_for_lock
from orders.states import RETURN_OPEN, OrderStatus
from orders.words import predicate, say, say_later, state

CANCELLATIONS = ("order.cancelled", "order.lines_cancelled")
UNDOS = tuple(f"{kind}{UNDONE}" for kind in CANCELLATIONS)
LONGEST = timedelta(days=30)  # later, goods and prices are others: that is a new order
NOTHING = say_later("Nothing of order {order} was cancelled that can be undone.")
# The intake opens these anew, from what the shop has said since.
OF_SHOP = (
    Hold.Reason.PAYMENT,
    Hold.Reason.CLEARANCE,
    Hold.Reason.SHOP,
    Hold.Reason.SHOP_HOLD,
)
MADE_GOOD = (Problem.Answer.REFUND, Problem.Answer.REPLACEMENT)
IS_GIVEN_BACK = (ShopOrder.Payment.VOIDED, ShopOrder.Payment.REFUNDED)


@transaction.atomic(savepoint=False)
def undo_cancellation(
    order: Order,
    *,
    cancellation: UUID | None = None,
    actor: User | None,
    reason: str = "",
    seen: str = "",
) -> Order:
    """Want the units of a cancellation again: that with this id, or the last one.

    The allocator shares stock out for them, and holds that ended with the cancellation are open
    again; those of the shop are as it has said since. `seen` is the fingerprint of what a page had
    shown. Raises DomainError where the cancellation is undone already, or can be no more.
    """
    # What is known of the shop's order is locked before the order, as where the shop calls.
    list(ShopOrder.objects.select_for_update(no_key=True, of=("self",)).filter(order=order.pk))
    order = lock_order(order.pk)
    refuse_outdated(order, seen)
    wait_for_lock(KITS, is_shared=True)
    # Who plans what the shop is told waits here, or has noted already what is looked at below.
    list(ShopLink.objects.select_for_update(no_key=True).filter(channel=order.channel_id))
    event = _chosen(order, cancellation)
    pushes = list(Push.objects.select_for_update(no_key=True).filter(event=event))
    if refusal := _why_not(order, event, pushes):
        raise DomainError(refusal)
    units = _with_parts(order, units_of(event))
    add_quantities("cancelled", {line_id: -number for line_id, number in units.items()})
    _hold_again(order, event, actor)
    waiting = [push.pk for push in pushes if push.state != Push.State.DONE]
    Push.objects.filter(pk__in=waiting).update(
        state=Push.State.DISMISSED, reason="The cancellation was undone."
    )
    undo = Event.of(
        order,
        f"{event.kind.partition('.')[2]}{UNDONE}",
        actor=actor,
        undoes=str(event.pk),
        units=event.data["units"],
    )
    # The summary first: whoever hears of it finds an order that is open again.
    summarize_orders([order.pk])
    count_former(order.pk)
    record([undo])
    keep_changes(order, undo, {}, reason=reason)
    return Order.objects.get(pk=order.pk)


def last_cancellation(order: Order) -> Event | None:
    """The last cancellation that is not undone; not the shop's own, nor that of own units."""
    rows = Event.objects.filter(order=order, kind__in=(*CANCELLATIONS, *UNDOS))
    return last_of(list(rows.select_related("actor").order_by("pk")))


def last_of(history: Sequence[Event]) -> Event | None:
    """The same, of the cancellations and their undos of one order, in order of their ids."""
    undone = {row.data.get("undoes") for row in history}
    ours = [
        row
        for row in history
        if row.kind in CANCELLATIONS
        and str(row.pk) not in undone
        and row.data.get("origin") not in (FROM_SHOP, NOT_YET)
    ]
    return ours[-1] if ours else None


def why_not_undone(order: Order, cancellation: Event | None) -> str:
    """Why the last cancellation cannot be undone; "" where it can."""
    if cancellation is None:
        return NOTHING.format(order=order)
    return _why_not(order, cancellation, list(Push.objects.filter(event=cancellation)))


def units_of(cancellation: Event) -> dict[UUID, int]:
    """{line id: units} that it cancelled."""
    return {UUID(line_id): number for line_id, number in cancellation.data["units"].items()}


def _with_parts(order: Order, units: Mapping[UUID, int]) -> dict[UUID, int]:
    """The units of a cancellation, and those of the parts that went with their kit."""
    gone_along = {
        part.pk: units[kit_id] * part.units_per_kit
        for part in with_parts(order, units)
        if (kit_id := part.kit_line_id) and kit_id in units
    }
    return dict(units) | {pk: number + units.get(pk, 0) for pk, number in gone_along.items()}


def _chosen(order: Order, cancellation: UUID | None) -> Event:
    """The cancellation that is meant. Raises DomainError where there is none, or no more."""
    if cancellation is None:
        event = last_cancellation(order)
        if event is None:
            raise DomainError(NOTHING.format(order=order))
        return event
    event = Event.objects.filter(order=order, kind__in=CANCELLATIONS, pk=cancellation).first()
    if event is None:
        raise DomainError(NOTHING.format(order=order))
    undos = Event.objects.filter(order=order, kind__in=UNDOS, data__undoes=str(cancellation))
    if undo := undos.select_related("actor").first():
        raise DomainError(
            say(
                "{who} has undone this cancellation of order {order} already.",
                who=who_did(undo),
                order=order,
            )
        )
    return event


def _why_not(order: Order, event: Event, pushes: Sequence[Push]) -> str:
    known = ShopOrder.objects.filter(order=order).first()
    units = units_of(event)
    refusals = (
        _is_over(order, event),
        _in_exchange(order),
        _made_good(order),
        _shop_knows(order, pushes),
        _shop_refuses(order, event, known),
        _shop_wants_less(order, units, known),
        why_not_wanted(with_parts(order, units)),
    )
    return next(filter(None, refusals), "")


def _is_over(order: Order, event: Event) -> str:
    if Event.objects.filter(order=order, kind="order.erased").exists():
        return say(
            "The personal data of order {order} was erased: nobody knows where to send it.",
            order=order,
        )
    if event.at < timezone.now() - LONGEST:
        return say(
            "Order {order} was cancelled more than {days} days ago: make a new order for it.",
            order=order,
            days=LONGEST.days,
        )
    return ""


def _in_exchange(order: Order) -> str:
    """Whether its return is over: what was called off is refunded, or nothing came for it."""
    over = Return.objects.filter(exchange=order).exclude(status__in=RETURN_OPEN).first()
    if over is None:
        return ""
    return say(
        "Order {order} was kept in exchange for return {over}, which is {status}: make a new "
        "order for it.",
        order=order,
        over=over,
        status=predicate(state(over)),
    )


def _made_good(order: Order) -> str:
    """Whether what it replaces is refunded, or sent again with another order, by now."""
    former = OrderLine.objects.filter(order=order, replaces__isnull=False)
    orders = former.values("replaces__order")
    problem = Problem.objects.filter(order__in=orders, replacement=order).first()
    if problem is None:
        return ""
    others = Problem.objects.filter(package=problem.package_id, answer__in=MADE_GOOD)
    others = others.exclude(pk=problem.pk).exclude(replacement__status=OrderStatus.CANCELLED)
    is_whole = problem.line_id is None and others.exists()
    if not (is_whole or others.filter(line=None).exists()):
        made = others.filter(line=problem.line_id).aggregate(units=Sum("quantity"))["units"] or 0
        packed = PackageLine.objects.filter(
            package=problem.package_id, shipment_line__line=problem.line_id
        )
        inside = packed.aggregate(units=Sum("quantity"))["units"] or 0
        if problem.line_id is None or made + problem.quantity <= inside:
            return ""
    return say(
        "What order {order} replaces was refunded or sent again since: make a new order for it.",
        order=order,
    )


def _shop_knows(order: Order, pushes: Sequence[Push]) -> str:
    """Whether the shop was told of it, or may have been: what it has done cannot be taken back."""
    done = {push.what for push in pushes if push.state == Push.State.DONE}
    if Push.What.CANCELLED in done:
        return say(
            "The shop was told that order {order} is cancelled, and has cancelled it too: make a "
            "new order there.",
            order=order,
        )
    if done:
        return say(
            "The shop was told that these units of order {order} are not sent, and that a refund "
            "is due: add them to the order instead.",
            order=order,
        )
    # A push that is being told has the lease of its shop; others may be due later with it.
    leases = set(
        ShopLink.objects.filter(channel=order.channel_id).values_list("tells_at", flat=True)
    )
    tried = [push for push in pushes if push.state in (Push.State.WAITING, Push.State.FAILED)]
    if any(push.tries or push.due_at in leases for push in tried):
        return say(
            "The shop was just asked to cancel order {order}, and may have done it: look there "
            "first. If it has not, dismiss the failed news of the shop, and undo then.",
            order=order,
        )
    return ""


def _shop_refuses(order: Order, event: Event, known: ShopOrder | None) -> str:
    is_from_shop = event.data.get("origin") == FROM_SHOP
    if is_from_shop or (known and known.is_cancelled):
        return say(
            "The shop itself has cancelled order {order}: it has to want it again first.",
            order=order,
        )
    if known and known.payment in IS_GIVEN_BACK:
        paid = ShopOrder.Payment(known.payment).label
        return say(
            "The payment of order {order} was {paid} in the shop: make a new order for it.",
            order=order,
            paid=paid,
        )
    return ""


def _shop_wants_less(order: Order, units: Mapping[UUID, int], known: ShopOrder | None) -> str:
    """Whether the shop has taken units out itself since: it would cancel them once more."""
    if known is None:
        return ""
    for line in OrderLine.objects.filter(order=order, pk__in=units):
        if line.shop_line not in known.lines:
            continue
        bought = Units(*known.lines[line.shop_line])
        gone = sum(removed.get(line.shop_line, 0) for removed in known.removed.values())
        added = max(0, line.ordered - known.taken.get(line.shop_line, line.ordered))
        most = max(0, min(bought.wanted, bought.bought - gone)) + added
        if line.ordered - line.cancelled + units[line.pk] > most:
            return say(
                "The shop has cancelled or refunded these units of {title} in order {order}: "
                "they are not sent any more.",
                title=line.title,
                order=order,
            )
    return ""


def _hold_again(order: Order, event: Event, actor: User | None) -> None:
    """Open the holds again that ended with the cancellation, where their reason still is one."""
    ended = Event.objects.filter(
        order=order, kind="hold.released", transaction_id=event.transaction_id
    )
    present = Hold.objects.filter(order=order, shipment__isnull=True, released_at__isnull=True)
    open_now = set(present.values_list("reason", flat=True))
    former = Hold.objects.filter(pk__in=ended.values("subject_id"), shipment__isnull=True)
    holds = [
        Hold(
            seller_id=hold.seller_id,
            order=order,
            reason=hold.reason,
            detail=hold.detail,
            until=hold.until,
            opened_by=actor,
        )
        for hold in former.order_by("pk")
        if hold.reason not in (*OF_SHOP, *open_now) and _still_holds(order, hold)
    ]
    Hold.objects.bulk_create(holds)
    record([Event.of(hold, "opened", actor=actor, reason=hold.reason) for hold in holds])


def _still_holds(order: Order, hold: Hold) -> bool:
    if hold.reason == Hold.Reason.NO_ADDRESS:
        return not order.has_address
    if hold.reason == Hold.Reason.NO_SERVICE:
        return not is_reached(order)
    return hold.until is None or hold.until > timezone.now()
