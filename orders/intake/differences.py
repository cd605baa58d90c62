"""What the shop wants of an order: done as far as it has not left, else shown as a difference."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from orders.errors import DomainError
from orders.lifecycle.cancel import FROM_SHOP, cancel_units
from orders.lifecycle.dead_letters import Work, run_alone
from orders.lifecycle.holds import has_units_to_leave, hold_order, release_hold
from orders.lifecycle.kits import as_sold
from orders.lifecycle.transitions import lock_order
from orders.models import Hold, OrderLine, ShopOrder, User
from orders.shops.base import Units
from orders.words import say

SETTLING = Work("settling", "Doing what the shop wants")
CUT, NOTHING_NEW = "Units cancelled.", "As it is here already."
CANCELLED = "Cancelled in the shop."
CHANGED = "No longer wanted in the shop."


class Difference(NamedTuple):
    """Something that the shop wants and that is not so here, by a code and its units.

    `of` is the line, or the version of the shop's report: two of the same words are two.
    """

    code: str
    detail: str
    of: str = ""


# Codes: units that are picked and still here; that are under way; that the shop has added; fields
# that it has edited; units that it had cancelled and wants again; a refund of which it does not say
# the units; units still here that it counts as sent.
TO_PUT_BACK = ShopOrder.TO_PUT_BACK
UNDER_WAY, ADDED, EDITED = "under_way", "added", "edited"
WANTED_AGAIN, REFUNDED, ELSEWHERE = "wanted_again", "refunded", "elsewhere"
WORDS = {
    TO_PUT_BACK: "no longer wanted, but picked: to be put back",
    UNDER_WAY: "no longer wanted, but under way",
    ADDED: "added in the shop",
    EDITED: "edited in the shop",
    WANTED_AGAIN: "cancelled here, wanted again in the shop",
    REFUNDED: "the shop does not say of which units",
    ELSEWHERE: "still to be sent here, but sent already, says the shop",
}
# These come with a report; the others are found anew each time.
REPORTED = {ADDED, EDITED, WANTED_AGAIN, REFUNDED}
# What would be sent against the shop's will waits on hold.
HOLDING = {TO_PUT_BACK, REFUNDED, ELSEWHERE}


def settle(known: ShopOrder) -> str:
    """Cancel what the shop wants no longer, and keep what is left over as differences.

    Returns what was done, in one sentence. Locks the order.
    """
    if known.order_id is None:
        return ""
    order = lock_order(known.order_id)
    lines = as_sold(OrderLine.objects.filter(order=order))
    surplus = {line.pk: _surplus(known, line) for line in lines}
    free = {line.pk: line.ordered - line.cancelled - line.picked for line in lines}
    units = {pk: n for pk, more in surplus.items() if (n := min(more, free[pk])) > 0}
    if units:
        reason = CANCELLED if known.is_cancelled else CHANGED
        cancel_units(order, units, actor=None, reason=reason, origin=FROM_SHOP)
        lines = as_sold(OrderLine.objects.filter(order=order))
    found = [*_left_over(lines, surplus, units), *_elsewhere(known, lines), *_reported(known)]
    _keep(known, found)
    if known.differs_at:
        return "Changed in the shop: see Needs attention."
    return CUT if units else NOTHING_NEW


def note(known: ShopOrder, differences: list[Difference]) -> None:
    """Add what a report says and nobody can do by himself; `settle` keeps it."""
    if differences:
        if known.differs_at and _has_more(known, differences):
            known.differs_at = timezone.now()
        known.differences = [*known.differences, *map(list, differences)]
        known.save(update_fields=["differences", "differs_at"])


@transaction.atomic(savepoint=False)
def accept_differences(known: ShopOrder, *, actor: User | None, seen: str = "") -> None:
    """Leave the order as it is, whatever the shop says: shown no longer, and its hold released.

    `seen` is the fingerprint of what a page had shown. Raises DomainError where there is more now.
    """
    mine = ShopOrder.objects.select_for_update(no_key=True, of=("self",))
    known = mine.select_related("order").get(pk=known.pk)
    if known.differs_at is None:
        raise DomainError(say("Somebody has settled this already."))
    if seen and seen != fingerprint(known.differences):
        raise DomainError(
            say(
                "The shop has changed order {order} again: look at it once more.", order=known.order
            )
        )
    known.accepted = [*known.accepted, *known.differences]
    known.differences, known.differs_at = [], None
    known.save(update_fields=["accepted", "differences", "differs_at"])
    _release(known, actor)


def in_words(differences: Iterable[Sequence[str]]) -> str:
    """What the shop wants, in one phrase without a full stop."""
    return "; ".join(f"{detail}: {say(WORDS[code])}" for code, detail, *_ in differences)


def fingerprint(differences: list[list[str]]) -> str:
    """A hash of differences, by which a page says what it had shown."""
    return sha256(repr([tuple(kept) for kept in differences]).encode()).hexdigest()[:16]


def settle_again(most: int = 200) -> int:
    """Settle the orders that wait on hold until their picked units are put back; how many.

    Those are looked at in turns: what goes on waiting gives way to what was not looked at for
    longest.
    """
    waiting = ShopOrder.objects.filter(
        differs_at__isnull=False,
        differences__contains=[[TO_PUT_BACK]],
        order__holds__reason=Hold.Reason.SHOP,
        order__holds__released_at__isnull=True,
    )
    longest = F("looked_at").asc(nulls_first=True)
    return run_alone(SETTLING, waiting.order_by(longest, "pk"), _settle_order, most=most)


@transaction.atomic(savepoint=False)
def _settle_order(order_id: UUID) -> int:
    known = ShopOrder.objects.select_for_update(no_key=True, of=("self",))
    rows = list(known.select_related("order").filter(order=order_id))
    ShopOrder.objects.filter(order=order_id).update(looked_at=timezone.now())
    for row in rows:
        settle(row)
    return len(rows)


def _surplus(known: ShopOrder, line: OrderLine) -> int:
    """The units of a line here that the shop wants no longer; those added here are not its own."""
    here = line.ordered - line.cancelled
    if known.is_cancelled:
        return here
    here = max(0, here - _added_here(known, line))
    if line.shop_line not in known.lines:
        return 0
    units = Units(*known.lines[line.shop_line])
    taken: int = sum(removed.get(line.shop_line, 0) for removed in known.removed.values())
    wanted = min(units.wanted, units.bought - taken)
    return int(max(0, here - max(0, wanted) - _over(line)))


def _added_here(known: ShopOrder, line: OrderLine) -> int:
    """Units of a line that did not come from the shop."""
    return int(max(0, line.ordered - known.taken.get(line.shop_line, line.ordered)))


def _over(line: OrderLine) -> int:
    """Units that were delivered and may have been refunded since, which cancels no others."""
    return line.delivered + line.lost + line.came_back


def _elsewhere(known: ShopOrder, lines: list[OrderLine]) -> list[Difference]:
    """Units still to be sent here that the shop wants, and counts as sent."""
    found = []
    for line in lines if not known.is_cancelled else ():
        units = Units(*known.lines.get(line.shop_line, (0, 0, None)))
        if units.to_send is None:
            continue
        to_send = line.ordered - line.cancelled - line.shipped
        if (more := to_send - _added_here(known, line) - units.to_send) > 0:
            found.append(Difference(ELSEWHERE, f"{more} × {line.title}", f"{line.pk}"))
    return found


def _left_over(
    lines: list[OrderLine], surplus: dict[UUID, int], cancelled: dict[UUID, int]
) -> list[Difference]:
    found = []
    for line in lines:
        rest = surplus[line.pk] - cancelled.get(line.pk, 0)
        in_house = min(rest, line.picked - line.shipped)
        # What was delivered is for a return, which the customer asks for.
        under_way = min(rest - in_house, line.shipped - _over(line))
        for code, units in ((TO_PUT_BACK, in_house), (UNDER_WAY, under_way)):
            if units > 0:
                found.append(Difference(code, f"{units} × {line.title}", f"{line.pk}"))
    return found


def _reported(known: ShopOrder) -> list[Difference]:
    """What reports said; nothing of it matters while the whole order is cancelled."""
    if known.is_cancelled:
        return []
    return [Difference(*kept) for kept in known.differences if kept[0] in REPORTED]


def _has_more(known: ShopOrder, differences: list[Difference]) -> bool:
    return any(list(difference) not in known.differences for difference in differences)


def _keep(known: ShopOrder, found: list[Difference]) -> None:
    accepted = [Difference(*kept) for kept in known.accepted]
    kept = [difference for difference in found if difference not in accepted]
    has_more = _has_more(known, kept)
    known.differences = [list(difference) for difference in kept]
    leaves = known.order is not None and has_units_to_leave(known.order)
    # A refund is for nobody to decide while nothing is left to send: a cancellation may be undone.
    open_now = [difference for difference in kept if leaves or difference.code != REFUNDED]
    if not open_now:
        known.differs_at = None
    elif known.differs_at is None or has_more:
        known.differs_at = timezone.now()  # of the newest: whoever knows the others is told
    known.save(update_fields=["differences", "differs_at"])
    holding = [found.detail for found in open_now if found.code in HOLDING]
    if not holding:
        _release(known, None)
    elif known.order and leaves:
        detail = ", ".join(holding)[:250]
        if _holds(known).update(detail=detail):
            return
        hold_order(known.order, reason=Hold.Reason.SHOP, detail=detail, actor=None)


def _holds(known: ShopOrder) -> "QuerySet[Hold]":
    return Hold.objects.filter(
        order=known.order_id, reason=Hold.Reason.SHOP, released_at__isnull=True
    )


def _release(known: ShopOrder, actor: User | None) -> None:
    for hold in _holds(known):
        release_hold(hold, actor=actor)
