"""Whether books and ledger agree with each other, and with what the people were told."""

import re
from collections import Counter
from collections.abc import Iterable

from django.db import connection
from django.db.models import Sum

from fulfillment.management.commands import check_books
from orders.models import PackageLine, User
from orders.states import PACKAGE_IN_HOUSE, PackageStatus
from torture.at_floor.building import Building
from torture.at_floor.people import Diary
from warehouse.models import StockMovement

Reason = StockMovement.Reason
NOT_LEFT = (*PACKAGE_IN_HOUSE, PackageStatus.CANCELLED)
# What a worker is told of units that came somewhere, and where -> why they did, in the ledger.
TOLD = (
    ("/pick/", re.compile(r"^Picked (\d+) × "), Reason.PICKED),
    ("/short/", re.compile(r"^Reported: (\d+) × .* found$"), Reason.PICKED),
    ("/receive/", re.compile(r"^Received (\d+) × "), Reason.RECEIVED),
    ("/inbound/", re.compile(r"^(\d+) × .*: \d+(?: of \d+|, not announced)"), Reason.RECEIVED),
    ("/put-away/", re.compile(r"^(\d+) × .* put into "), Reason.PUT_AWAY),
    ("/put-away/undo/", re.compile(r"^Undone: (\d+) × "), Reason.PUT_AWAY),
    ("/put-back/", re.compile(r"^Put back (\d+) × "), Reason.PUT_BACK),
    ("/undo/", re.compile(r"^Undone: put (\d+) × "), Reason.PUT_BACK),
    ("/returns/", re.compile(r"^(\d+) × .* into "), Reason.RESTOCKED),
)
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


def in_between() -> list[str]:
    """What is wrong at this moment, while everybody works on."""
    return check_books.findings()


def at_the_end(built: Building, diaries: Iterable[Diary]) -> list[str]:
    """What is wrong when everybody has stopped."""
    found = [*check_books.findings(), *_gone_twice(built)]
    for diary in diaries:
        found += diary.findings
        found += _told_otherwise(built.people[diary.name.lower()], diary)
    return found


def deadlocks() -> int:
    """How many PostgreSQL has ended in this database, ever; its statistics come a second late."""
    with connection.cursor() as cursor:
        cursor.execute(DEADLOCKS)
        return int(cursor.fetchone()[0])


def _told_otherwise(user: User, diary: Diary) -> list[str]:
    """Units of which somebody was told, that are not in the ledger once."""
    told: Counter[str] = Counter()
    for address, text in diary.told:
        for part, pattern, reason in TOLD:
            if part in address and (found := pattern.match(text)):
                told[reason] += int(found.group(1))
    came = StockMovement.objects.filter(actor=user, quantity__gt=0)
    sums = dict(came.values_list("reason").annotate(units=Sum("quantity")))
    # What a tote lacks is in the books again, too, where it is to be counted: no number is said.
    lacks = any("/put-back/missing/" in address for address, _ in diary.told)
    return [
        f"{diary.name} was told of {told[reason]} units {reason}, not {sums.get(reason, 0)}"
        for reason in sorted({reason for *_, reason in TOLD})
        if told[reason] != sums.get(reason, 0) and not (lacks and reason == Reason.PUT_BACK)
    ]


def _gone_twice(built: Building) -> list[str]:
    """Units that left the building otherwise than in a box that was handed over."""
    here = {"seller": built.seller}
    left = StockMovement.objects.filter(**here, reason=Reason.HANDED_OVER)
    booked = -(left.aggregate(units=Sum("quantity"))["units"] or 0)
    boxed = PackageLine.objects.filter(**here).exclude(package__status__in=NOT_LEFT)
    units = boxed.aggregate(units=Sum("quantity"))["units"] or 0
    return [] if units == booked else [f"{units} units left in boxes, the ledger says {booked}"]
