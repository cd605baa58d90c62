"""The agreement of an order here with the same order in its shop.

What a shop says is merged into one row an order, so that the outcome does not depend on the order
of its calls; then the order here is made what the shop wants, as far as it has not left. What is
left over is a difference, which a person settles.
"""

from datetime import UTC

from django.db import transaction

from orders.errors import InvalidInput
from orders.intake.acceptance import accept_orders
from orders.intake.costs import follow_cost, is_whole
from orders.intake.differences import (
    CUT,
    NOTHING_NEW,
    REFUNDED,
    WANTED_AGAIN,
    Difference,
    note,
    settle,
)
from orders.intake.edits import follow_added, follow_fields, hashes_of
from orders.intake.notices import in_words
from orders.intake.payments import heed_payment, is_enough
from orders.intake.shop_holds import OLDER, follow_holds, heed_fulfilments
from orders.lifecycle.holds import hold_order
from orders.lifecycle.kits import as_sold
from orders.models import Hold, Order, OrderLine, SalesChannel, ShopOrder
from orders.returns.refunding import heed_shop_refunds
from orders.shops.base import (
    DeletionReport,
    FulfilmentReport,
    Ignored,
    IncomingOrder,
    OrderReport,
    RefundReport,
    Report,
    Units,
    still_to_send,
)

ACCEPTED = "Order accepted."
NOTHING_FOR_US = "Nothing of it is for us to send."
OVER = "It was over in the shop before we heard of it: nothing to send."
# How far a payment has gone; empty: the shop does not say.
PAYMENTS = (
    "",
    ShopOrder.Payment.UNPAID,
    ShopOrder.Payment.AUTHORISED,
    ShopOrder.Payment.PAID,
    ShopOrder.Payment.HELD,
    ShopOrder.Payment.VOIDED,
    ShopOrder.Payment.REFUNDED,
)
# Ends the version of a deleted order: later than the report of before, also where that is repeated.
DELETED = "|deleted"
NO_UNITS = Units(0, 0)


@transaction.atomic(savepoint=False)
def heed(channel: SalesChannel, report: Report) -> tuple[Order | None, str]:
    """Do what a report of a shop asks for; (the order here, what was done in one sentence).

    Raises InvalidInput where the order cannot be accepted; then nothing has changed.
    """
    if isinstance(report, Ignored):
        return None, f"Ignored: {report.why}."
    known = _locked(channel, report)
    if isinstance(report, DeletionReport):
        return known.order, _heed_deletion(known)
    if isinstance(report, FulfilmentReport):
        return known.order, heed_fulfilments(known, report)
    if isinstance(report, RefundReport):
        is_same = known.order is not None and report.currency == known.order.currency
        worth = report.worth if is_same else {}
        new = _keep_refunds(known, {report.refund: report.removed}, worth)
        known.save(update_fields=["removed", "paid_back"])
        if known.order is None:
            return None, "Kept until the order itself comes."
        heed_shop_refunds(known, new)
        return known.order, settle(known)
    return _heed_order(channel, known, report)


def _heed_order(
    channel: SalesChannel, known: ShopOrder, report: OrderReport
) -> tuple[Order | None, str]:
    version = version_of(report)
    if version < known.version:
        return known.order, OLDER
    before, fields = dict(known.lines), dict(known.fields)
    is_back = known.is_cancelled and not report.is_cancelled
    refunds = _unclear_refunds(known, report)
    known.version, known.payment = version, report.payment
    known.is_cancelled = report.is_cancelled
    # A line that the report lacks was taken out of the order.
    lines = dict.fromkeys(before, NO_UNITS) | report.lines
    known.lines = {line: list(units) for line, units in lines.items()}
    removed = {refund: {} for refund in report.refunds} | known.removed | report.removed
    new = _keep_refunds(known, removed, report.worth)
    if not report.problems:
        known.fields = hashes_of(report.order)
    elif known.order is None and not report.is_cancelled:
        raise InvalidInput(report.problems)
    known.save()
    if known.order is None:
        outcome = _first_seen(channel, known, report, refunds)
        heed_payment(channel, known)
    else:
        edited = [] if report.problems else follow_fields(known, fields, report.order)
        has_added = follow_added(known, {} if is_back else before, report)
        note(known, _wanted_again(known, report) if is_back else [])
        heed_shop_refunds(known, new)
        note(known, refunds)
        outcome = _in_words(settle(known), has_added=has_added)
        follow_cost(known, report)
        outcome = _and(outcome, f"{', '.join(edited).capitalize()} edited." if edited else "")
        outcome = _and(outcome, heed_payment(channel, known))
    return known.order, outcome


def _keep_refunds(
    known: ShopOrder, removed: dict[str, dict[str, int]], worth: dict[str, int]
) -> list[str]:
    """Keep what refunds took back; returns those by which money went since: some wait at first."""
    new = [
        refund for refund in worth if worth[refund] and known.paid_back.get(refund) != worth[refund]
    ]
    known.removed = {**known.removed, **removed}
    known.paid_back = {**known.paid_back, **worth}
    return new


def _in_words(outcome: str, *, has_added: bool) -> str:
    """What became of a report: one may take units out of an order and add others."""
    if not has_added:
        return outcome
    return {NOTHING_NEW: "Units added.", CUT: "Units added, and others cancelled."}.get(
        outcome, f"Units added. {outcome}"
    )


def _and(outcome: str, more: str) -> str:
    if not more:
        return outcome
    return more if outcome == NOTHING_NEW else f"{outcome} {more}"


def _heed_deletion(known: ShopOrder) -> str:
    known.is_cancelled = True
    if known.version:
        known.version = known.version.removesuffix(DELETED) + DELETED
    known.save(update_fields=["is_cancelled", "version"])
    return settle(known) if known.order else OVER


def _first_seen(
    channel: SalesChannel, known: ShopOrder, report: OrderReport, refunds: list[Difference]
) -> str:
    """Accept an order that we have not heard of, if there is something of it to send."""
    incoming = _wanted_now(known, report)
    if report.is_cancelled or report.is_sent:
        return OVER
    if not incoming.lines:
        return NOTHING_FOR_US
    is_pickup = incoming.is_pickup and any(line.ships for line in incoming.lines)
    incoming.is_held = is_pickup or bool(refunds or known.shop_holds)
    incoming.is_held |= not is_enough(channel, known)
    (accepted,) = accept_orders(channel, [incoming])
    known.order = Order.objects.get(pk=accepted.order_id)
    known.taken = {line.shop_line: line.quantity for line in incoming.lines}
    known.save(update_fields=["order", "taken"])
    if not accepted.is_new:
        return settle(known)
    if refunds:
        note(known, refunds)
        settle(known)
    if is_pickup:
        hold_order(known.order, reason=Hold.Reason.PICKUP, actor=None)
    follow_holds(known)
    return " ".join(filter(None, (ACCEPTED, in_words(accepted.answer.get("notices", [])))))


def _wanted_now(known: ShopOrder, report: OrderReport) -> IncomingOrder:
    """The order with the units that are still to be sent; of a part of it no cost is known."""
    incoming = report.order
    if not is_whole(report):
        incoming.cost = None
    for line in incoming.lines:
        taken = sum(removed.get(line.shop_line, 0) for removed in known.removed.values())
        units = report.lines.get(line.shop_line)
        if units and line.ships:
            line.quantity = max(0, min(still_to_send(units), units.bought - taken))
        if units and line.quantity != units.bought:
            incoming.cost = None
    incoming.lines = [line for line in incoming.lines if line.quantity]
    return incoming


def _locked(
    channel: SalesChannel,
    report: OrderReport | RefundReport | DeletionReport | FulfilmentReport,
) -> ShopOrder:
    """The row of the shop's order, locked: before its order, as everywhere."""
    reference = report.order.reference if isinstance(report, OrderReport) else report.reference
    mine = ShopOrder.objects.filter(
        seller_id=channel.seller_id, channel=channel, reference=reference
    )
    if not mine.exists():
        row = ShopOrder(seller_id=channel.seller_id, channel=channel, reference=reference)
        ShopOrder.objects.bulk_create([row], ignore_conflicts=True)
    return mine.select_for_update(no_key=True, of=("self",)).select_related("order").get()


def version_of(report: OrderReport) -> str:
    """A text that sorts the reports of an order: by time, then by how far they have gone.

    Shops count in seconds: of two reports of one second the one that has gone further is later,
    and of two that have gone as far the one that came later.
    """
    gone = f"{report.is_cancelled:d}{PAYMENTS.index(report.payment)}"
    return f"{report.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}|{gone}"


def _wanted_again(known: ShopOrder, report: OrderReport) -> list[Difference]:
    """The units of an order that was cancelled, and is no more, which are not sent from here."""
    lines = as_sold(OrderLine.objects.filter(order=known.order_id))
    here = {line.shop_line: line.ordered - line.cancelled for line in lines}
    taken = {
        line: sum(removed.get(line, 0) for removed in known.removed.values())
        for line in report.lines
    }
    more = {
        line: min(still_to_send(units), units.bought - taken[line]) - here.get(line, 0)
        for line, units in report.lines.items()
    }
    titles = {line.shop_line: line.title for line in report.order.lines}
    return [
        Difference(WANTED_AGAIN, f"{units} × {titles.get(line, line)}", known.version)
        for line, units in more.items()
        if units > 0
    ]


def _unclear_refunds(known: ShopOrder, report: OrderReport) -> list[Difference]:
    """The refunds that are new to us, and of which the shop does not say the units."""
    return [
        Difference(REFUNDED, f"refund {refund} of {amount}".removesuffix(" of "))
        for refund, amount in report.refunds.items()
        if refund not in known.removed
    ]
