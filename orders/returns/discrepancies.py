"""Discrepancies of returns: what was found is recorded, and the seller decides what happens."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders, move, summarize_orders
from orders.models import Discrepancy, Event, Refund, Return, ReturnLine, User
from orders.returns.closing import close_when_done
from orders.returns.exchanged import CAME_OTHERWISE, lacking_units
from orders.returns.left import returnable_units
from orders.returns.owed import owe_refund
from orders.states import DiscrepancyStatus, RefundStatus, ReturnStatus
from orders.words import say

Kind, Decision = Discrepancy.Kind, Discrepancy.Decision
NOT_THERE = (Kind.MISSING, Kind.EMPTY)
ASIDE = (Kind.SWAPPED, Kind.WORN)  # units that were received, and are so no more
APPROVED = (Kind.LATE, *ASIDE)  # units that were approved, and not counted as received
TAKEN_IN = (Decision.ACCEPT, Decision.EXCHANGED)
# Somebody has to do something after these: a worker with the goods, or the seller with the money.
TO_DO = (Decision.KEEP, Decision.SEND_BACK, Decision.DISCARD, Decision.CREDIT)


def report_found(
    rows: Sequence[Discrepancy], order_return: Return | None, *, actor: User | None
) -> None:
    """Record discrepancies; the customer is told once that a return differs, not of each of them,
    and so is the seller.

    The order is locked, where there is one. To its customer an unannounced parcel differs from
    nothing.
    """
    if not rows:
        return
    # The return, if nothing else of it is undecided: then this is news.
    news = order_return
    if news and news.discrepancies.filter(status=DiscrepancyStatus.OPEN).exists():
        news = None
    Discrepancy.objects.bulk_create(rows)
    events = [
        Event.of(row, "found", actor=actor, kind=str(row.kind), quantity=row.quantity)
        for row in rows
    ]
    if news and news.reason not in (Return.Reason.UNDELIVERABLE, Return.Reason.UNANNOUNCED):
        events.append(Event.of(news, "differs", actor=actor))
    if news:
        events.append(_to_decide(news, actor))
    record(events)


def _to_decide(order_return: Return, actor: User | None) -> Event:
    """That the seller is asked, once for all that is undecided in a return, also about one that
    no customer asked for.

    Not by `Event.of`, which begins the kind of an undeliverable one with “undeliverable.”.
    """
    return Event(
        seller_id=order_return.seller_id,
        order_id=order_return.order_id,
        kind="return.to_decide",
        subject_id=order_return.pk,
        actor=actor,
    )


def choices_of(row: Discrepancy) -> list[Discrepancy.Decision]:
    """What the seller may decide of an open discrepancy, the mildest first."""
    if row.kind in NOT_THERE:
        if lacks_exchanged(row):
            return [Decision.FREE, Decision.CREDIT, Decision.SOLD]
        return [Decision.CREDIT, Decision.NO_CREDIT]
    found = []
    is_late_exchange = _is_late_exchange(row)
    if is_late_exchange or sold_return(row):
        found.append(Decision.EXCHANGED)
    if _can_be_taken_in(row) and not is_late_exchange:
        found.append(Decision.ACCEPT)
    if row.product_id and row.kind != Kind.WORN:
        found.append(Decision.KEEP)
    return [*found, Decision.SEND_BACK, Decision.DISCARD]


def lacks_exchanged(row: Discrepancy) -> bool:
    """Whether its return lacks such units though others were sent in exchange for them."""
    back = row.order_return
    return bool(back and row.line_id and lacking_units(back)[row.line_id])


def sold_return(row: Discrepancy) -> Return | None:
    """The return that lacks such units, for which others were sent; these came in another parcel.

    It was closed as sold, or is closed without them.
    """
    if row.kind not in CAME_OTHERWISE or not row.line_id or not row.order_return_id:
        return None
    part = _sold_parts(row).select_related("order_return__exchange").first()
    found = part or _sold_as_missing(row)
    return found.order_return if found else None


def why_not_taken_in(row: Discrepancy) -> str:
    """Why units of the order are not offered to be taken into the return; empty where they are."""
    if row.kind not in CAME_OTHERWISE or not (row.line_id and row.order_return_id):
        return ""
    if _can_be_taken_in(row) or sold_return(row):
        return ""
    other = claiming(row)
    if other is None:
        return say(
            "It cannot be taken into the return: no more such units of the order can be returned."
        )
    if other.labels.filter(handed_in_at__isnull=False).exists():
        return say(
            "It cannot be taken into the return: return {number} is for the same units, and its "
            "parcel is on its way.",
            number=other.number,
        )
    return say(
        "It cannot be taken into the return yet: return {number} is for the same units, and would "
        "wait for them. Refuse that return first, then take this in.",
        number=other.number,
    )


def claiming(row: Discrepancy) -> Return | None:
    """The return in which the same units are to come still, and without which they were free."""
    parts = ReturnLine.objects.filter(line=row.line_id, is_coming=True)
    part = parts.exclude(order_return=row.order_return_id).select_related("order_return").first()
    if part is None or _left(row) + part.requested < row.quantity:
        return None
    return part.order_return


@transaction.atomic(savepoint=False)
def decide_discrepancy(row: Discrepancy, decision: str, *, actor: User | None) -> Discrepancy:
    """Decide what happens, once. Raises DomainError for what cannot be decided so."""
    current = _locked(row)
    if current.status != DiscrepancyStatus.OPEN:
        raise DomainError(say("{current} was decided already.", current=current))
    if decision == Decision.ACCEPT and (why := why_not_taken_in(current)):
        raise DomainError(why)
    if decision not in choices_of(current):
        raise DomainError(say("Choose one of the ways to go on with it."))
    if decision in TAKEN_IN:
        if decision == Decision.EXCHANGED and current.kind != Kind.LATE:
            _end_sale(current, actor)
        _accept(current)
    to = DiscrepancyStatus.DECIDED if decision in TO_DO else DiscrepancyStatus.DONE
    decided = _decided(current, decision, to, actor)
    if current.order_return:
        _settle(current.order_return, actor)
    return decided


@transaction.atomic(savepoint=False)
def settle_credit(row: Discrepancy, *, actor: User | None) -> Discrepancy:
    """Tick off a refund that was paid in the shop: we move no money."""
    current = _locked(row)
    if current.decision != Decision.CREDIT or current.status != DiscrepancyStatus.DECIDED:
        raise DomainError(say("This refund is ticked off already."))
    if of_refund([current.order_return_id]).exists():
        raise DomainError(
            say(
                "It is part of the refund of return {order_return}.",
                order_return=current.order_return,
            )
        )
    return move([current], DiscrepancyStatus.DONE, actor=actor)[0]


def of_refund(return_ids: Iterable[UUID | None]) -> QuerySet[Refund]:
    """The refunds of these returns that are owed: what is credited in them is part of these."""
    return Refund.objects.filter(order_return__in=list(return_ids), status=RefundStatus.OWED)


def is_waived(row: Discrepancy) -> bool:
    """Whether the refund of its return of which it was part, or may have been, is waived."""
    if row.decision != Decision.CREDIT or row.order_return_id is None:
        return False
    mine = Q(order_return=row.order_return_id) | Q(former_of=row.order_return_id)
    rows = Refund.objects.filter(mine).order_by("owed_at", "pk")
    first = next((one for one in rows if _may_cover(one, row)), None)  # later ones name it, too
    return first is not None and first.status == RefundStatus.WAIVED


def _may_cover(refund: Refund, row: Discrepancy) -> bool:
    return not refund.covers or str(row.pk) in refund.covers["credits"]


def is_refunded(row: Discrepancy) -> bool:
    """Whether these units were missing, and the seller refunds them for that: never again."""
    missing = _missing(row.order_return, row.line_id) if row.kind == Kind.LATE else None
    return missing is not None and missing.decision == Decision.CREDIT


def units_after_all(part: ReturnLine, units: int) -> tuple[int, int]:
    """Of units that are found: how many were missing, (undecided, decided by the seller).

    The first are inspected like the others; about the second the seller decides once more.
    """
    lacking = part.approved + part.unexpected - part.received
    missing = _missing(part.order_return, part.line_id)
    if missing is None or missing.status == DiscrepancyStatus.OPEN:
        return min(lacking, units), 0
    late = part.order_return.discrepancies.filter(kind=Kind.LATE, line=part.line_id)
    known: int = late.exclude(decision__in=TAKEN_IN).aggregate(n=Sum("quantity", default=0))["n"]
    return 0, min(lacking - known, units)


def not_empty(order_return: Return) -> None:
    """Call missing what is still recorded as an empty parcel: something is in it."""
    rows = order_return.discrepancies.filter(kind=Kind.EMPTY, status=DiscrepancyStatus.OPEN)
    rows.update(kind=Kind.MISSING)


def arrived_after_all(order_return: Return, line_id: UUID, units: int, *, actor: User) -> None:
    """Take units off what is recorded as missing and undecided; the order is locked."""
    missing = _missing(order_return, line_id)
    if missing is None or missing.status != DiscrepancyStatus.OPEN:
        return
    if missing.quantity > units:
        missing.quantity -= units
        missing.save(update_fields=["quantity"])
        return
    _decided(missing, Decision.ARRIVED, DiscrepancyStatus.DONE, actor)


def _locked(row: Discrepancy) -> Discrepancy:
    lock_orders([row.order_id] if row.order_id else [])
    rows = Discrepancy.objects.select_related("order", "order_return", "line", "product")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)


def _decided(row: Discrepancy, decision: str, to: str, actor: User | None) -> Discrepancy:
    changes = {"decision": decision, "decided_by": actor}
    return move([row], to, actor=actor, changes=changes, decision=str(decision))[0]


def _missing(order_return: Return | None, line_id: UUID | None) -> Discrepancy | None:
    """What is recorded as missing of a line: once in a return, when it was received."""
    if order_return is None:
        return None
    return order_return.discrepancies.filter(kind__in=NOT_THERE, line=line_id).first()


def _can_be_taken_in(row: Discrepancy) -> bool:
    if row.kind == Kind.LATE:
        return not is_refunded(row)
    if row.kind in ASIDE:
        return _lacks(row)
    return bool(row.line_id and row.order_return_id and _left(row) >= row.quantity)


def _accept(row: Discrepancy) -> None:
    """Take the units into the return, to be inspected like the others."""
    part, _ = ReturnLine.objects.get_or_create(
        order_return=row.order_return,
        line=row.line,
        defaults={"seller_id": row.seller_id, "requested": 0},
    )
    counted = ("received",) if row.kind in APPROVED else ("unexpected", "received")
    units = {name: F(name) + row.quantity for name in counted}
    ReturnLine.objects.filter(pk=part.pk).update(**units)


def _sold_parts(row: Discrepancy) -> QuerySet[ReturnLine]:
    rows = ReturnLine.objects.filter(
        line=row.line_id,
        approved__gte=row.quantity,
        order_return__is_kept=True,
        order_return__status=ReturnStatus.CANCELLED,
    )
    return rows.order_by("order_return__created_at", "pk")


def _sold_as_missing(row: Discrepancy) -> Discrepancy | None:
    """What is missing in a closed return for which something was sent, and not refunded."""
    rows = Discrepancy.objects.filter(
        kind__in=NOT_THERE,
        line=row.line_id,
        quantity=row.quantity,
        decision__in=("", Decision.FREE, Decision.SOLD, Decision.NO_CREDIT),
        order_return__status=ReturnStatus.CLOSED,
        order_return__exchange__isnull=False,
    )
    rows = rows.select_related("order_return__exchange").order_by("found_at", "pk")
    return next((one for one in rows if lacks_exchanged(one)), None)


def _end_sale(row: Discrepancy, actor: User | None) -> None:
    """What was sent for these units is exchanged, and no more sold: they are here."""
    if part := _sold_parts(row).first():
        part.approved -= row.quantity
        part.save(update_fields=["approved"])
        if not ReturnLine.objects.filter(order_return=part.order_return, approved__gt=0).exists():
            Return.objects.filter(pk=part.order_return_id).update(is_kept=False)
        return
    missing = _sold_as_missing(row)
    if missing and missing.status == DiscrepancyStatus.OPEN:
        _decided(missing, Decision.EXCHANGED, DiscrepancyStatus.DONE, actor)
    elif missing:
        Discrepancy.objects.filter(pk=missing.pk).update(decision=Decision.EXCHANGED)


def _is_late_exchange(row: Discrepancy) -> bool:
    """Whether these units were missing, and what was sent in exchange for them is sold for that."""
    missing = _missing(row.order_return, row.line_id) if row.kind == Kind.LATE else None
    is_sold = missing and missing.decision in (Decision.SOLD, Decision.NO_CREDIT)
    return bool(is_sold) and lacks_exchanged(row)


def _settle(order_return: Return, actor: User | None) -> None:
    """When all is decided, the customer is told, and the return may be at its end.

    That of an unannounced parcel ends on the floor: more may be in it than was decided about.
    """
    undecided = order_return.discrepancies.filter(status=DiscrepancyStatus.OPEN)
    if not undecided.exists() and not order_return.is_undeliverable:
        decided = _untold(order_return)
        late = {"closed": True} if order_return.status == ReturnStatus.CLOSED else {}
        record([Event.of(order_return, "settled", actor=actor, discrepancies=decided, **late)])
    if order_return.reason == Return.Reason.UNANNOUNCED:
        summarize_orders([order_return.order_id])
        return
    closed = close_when_done(order_return, actor=actor)
    if order_return.status == ReturnStatus.CLOSED:
        owe_refund(closed, actor=actor)


def _untold(order_return: Return) -> list[str]:
    """Ids of what the seller has decided since the customer was told of a decision."""
    events = Event.objects.filter(
        order=order_return.order_id, kind="return.settled", subject_id=order_return.pk
    )
    told = {pk for data in events.values_list("data") for pk in data[0].get("discrepancies", ())}
    decided = order_return.discrepancies.exclude(status=DiscrepancyStatus.OPEN)
    decided = decided.exclude(decision=Decision.ARRIVED).order_by("pk")
    return [str(pk) for pk in decided.values_list("pk", flat=True) if str(pk) not in told]


def _lacks(row: Discrepancy) -> bool:
    """Whether its line still lacks the units in whose place others came."""
    room = F("approved") + F("unexpected") - row.quantity
    mine = ReturnLine.objects.filter(order_return=row.order_return_id, line=row.line_id)
    return mine.filter(received__lte=room).exists()


def _left(row: Discrepancy) -> int:
    """Units of its line that can still be returned."""
    if row.order is None or row.line_id is None:
        return 0
    return returnable_units(row.order).get(row.line_id, 0)
