"""After strange requests: every page and every worker reads all that was accepted."""

import logging

from django.conf import settings
from django.db.models import F
from django.utils.module_loading import import_string

from fulfillment.management.commands.check_books import findings as book_findings
from notifications.models import Message, Receipt
from orders.access import Role
from orders.models import Call, DeadLetter, Order
from torture.at_doors.addresses import address
from torture.at_doors.knocking import Knocks, Visitor, read_all
from torture.at_doors.town import Town

log = logging.getLogger(__name__)

ROUNDS = 3  # what one worker writes, another one reads
BY_ORDER = ("dashboard_order", "track", "track_state", "track_return", "track_updates", "api_order")


def read_back(town: Town, knocks: Knocks) -> None:
    """Workers first, then pages, with all orders; errors are added to the findings."""
    for _ in range(ROUNDS):
        work(knocks)
    _read_orders(town, knocks)
    read_all(town, knocks)
    knocks.findings += [f"books: {finding}" for finding in book_findings()]
    # A worker that fails at one row goes on with the others: that is an error too.
    letters = DeadLetter.objects.exclude(pk=town.rows["dead-letters"].pk)
    knocks.findings += [f"set aside: {letter}" for letter in letters]
    stopped = Call.objects.filter(tries__gt=0)
    knocks.findings += [f"set aside: call {call.pk} ({call.problems})" for call in stopped]
    aside = Receipt.objects.filter(set_aside_at__isnull=False)
    knocks.findings += [f"set aside: {report} {report.pk}" for report in aside]


def work(knocks: Knocks) -> None:
    """Run every task of the beat once, with all messages due."""
    Message.objects.filter(next_attempt_at__gt=F("created_at")).update(
        next_attempt_at=F("created_at")
    )
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        name = str(entry["task"])
        knocks.tried[name] += 1
        try:
            import_string(name)()
        except Exception as error:
            log.exception("%s failed", name)
            knocks.findings.append(f"{name}: {error!r}")


def _read_orders(town: Town, knocks: Knocks) -> None:
    readers = {
        side.seller.pk: (Visitor("owner", side.owner), Visitor("key", side=side))
        for side in town.sides
    }
    lead = Visitor("lead", town.people[Role.LEAD])
    # A strange visitor may have made demo data: that has a seller of its own, whom nobody is here.
    theirs = Order.objects.filter(seller__in=readers)
    for order in theirs.select_related("seller").order_by("pk"):
        owner, key = readers[order.seller_id]
        rows = {"orders": order, "track": _Named(order.token)}
        for door in BY_ORDER:
            visitor = key if door == "api_order" else owner
            knocks.look(door, visitor, address(door, rows))
    for door in ("warehouse_home", "warehouse_runs", "warehouse_returns", "warehouse_undelivered"):
        knocks.look(door, lead, address(door, {}))


class _Named:
    def __init__(self, pk: str) -> None:
        self.pk = pk
