"""Retention: one rule a kind of row says what is deleted or blanked, and after how many days."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from fulfillment.privacy.customers import erase_customer
from notifications.delivery.erasing import MessagesLeaving
from notifications.models import Attempt, Delivery, Message, Receipt
from notifications.states import MessageStatus
from notifications.webhooks.retention import delete_old
from orders.lifecycle.dead_letters import Work, one_by_one, run_alone
from orders.lifecycle.erasing import OVER, PERSONAL, RETURN_OVER
from orders.models import (
    BulkJob,
    BulkRow,
    Call,
    DeadLetter,
    Discrepancy,
    Event,
    IdempotencyKey,
    Import,
    ImportRecord,
    MatterMark,
    Order,
    ProblemPhoto,
    Repair,
    Return,
    SentCopy,
)
from orders.states import REPAIR_TO_SEND, DiscrepancyStatus
from warehouse.models import InboundDamage, PackedSerial, PrintJob, ReturnedSerial, Scan

BATCH = 2_000
FORGETTING = Work("forgetting", "Erasing the customer")
ORDERS_AT_ONCE = 100  # each is locked while it is erased
MOST_COUNTED = 100_000

Rows = Callable[[datetime], "QuerySet[Any]"]
# Clears a few of the rows of before this moment, and says how many.
Step = Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of one kind of row; `setting` holds the days, and without one it is at once."""

    name: str
    effect: str
    setting: str
    rows: Rows
    step: Step

    @property
    def days(self) -> int | None:
        """For how long rows are kept; None is for ever."""
        return (getattr(settings, self.setting) or None) if self.setting else 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule did, or would do; `is_finished` is false where the time was over before."""

    rule: Rule
    rows: int
    is_finished: bool = True


def deleting(rows: Rows) -> Step:
    """Delete a batch of these rows."""

    def step(before: datetime) -> int:
        found = rows(before)
        pks = list(found.values_list("pk", flat=True)[:BATCH])
        return int(found.model._base_manager.filter(pk__in=pks).delete()[0]) if pks else 0

    return step


def blanking(rows: Rows, **values: Any) -> Step:
    """Put these values into a batch of these rows."""

    def step(before: datetime) -> int:
        found = rows(before)
        pks = list(found.values_list("pk", flat=True)[:BATCH])
        return found.model._base_manager.filter(pk__in=pks).update(**values) if pks else 0

    return step


def answers(before: datetime) -> "QuerySet[IdempotencyKey]":
    return IdempotencyKey.objects.filter(created_at__lt=before)


def attempts(before: datetime) -> "QuerySet[Attempt]":
    return Attempt.objects.filter(started_at__lt=before)


def copies(before: datetime) -> "QuerySet[SentCopy]":
    return SentCopy.objects.filter(sent_at__lt=before)


def reports(before: datetime) -> "QuerySet[Receipt]":
    return Receipt.objects.filter(received_at__lt=before).exclude(detail="")


def deliveries(before: datetime) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(created_at__lt=before)


def scans(before: datetime) -> "QuerySet[Scan]":
    return Scan.objects.filter(at__lt=before)


def prints(before: datetime) -> "QuerySet[PrintJob]":
    return PrintJob.objects.filter(asked_at__lt=before).exclude(status=PrintJob.Status.WAITING)


def photos(before: datetime) -> "QuerySet[ProblemPhoto]":
    """Of problems that were answered and returns that ended before."""
    ends = Event.objects.filter(
        order=OuterRef("order_return__order"),
        subject_id=OuterRef("order_return"),
        kind__in=[f"return.{status}" for status in RETURN_OVER],
    )
    over = Q(order_return__status__in=RETURN_OVER, ended_at__lt=before)
    rows = ProblemPhoto.objects.alias(ended_at=Subquery(ends.order_by("-at").values("at")[:1]))
    return rows.filter(Q(problem__answered_at__lt=before) | over)


def damages(before: datetime) -> "QuerySet[InboundDamage]":
    return InboundDamage.objects.filter(image__isnull=False, reported_at__lt=before)


def calls(before: datetime) -> "QuerySet[Call]":
    return Call.objects.filter(received_at__lt=before)


def imports(before: datetime) -> "QuerySet[Import]":
    return Import.objects.filter(created_at__lt=before).exclude(state=Import.State.COMMITTING)


def jobs(before: datetime) -> "QuerySet[BulkJob]":
    return BulkJob.objects.filter(finished_at__lt=before)


def marks(before: datetime) -> "QuerySet[MatterMark]":
    return MatterMark.objects.filter(marked_at__lt=before)


def strays(before: datetime) -> "QuerySet[Discrepancy]":
    """What came in a parcel of no order, and is done with; an order's goes with its customer."""
    done = Discrepancy.objects.filter(order__isnull=True, status=DiscrepancyStatus.DONE)
    return done.filter(found_at__lt=before).exclude(code="")


def serials(before: datetime) -> "QuerySet[PackedSerial]":
    return PackedSerial.objects.filter(package_line__package__handed_over_at__lt=before)


def other_serials(before: datetime) -> "QuerySet[ReturnedSerial]":
    return ReturnedSerial.objects.filter(sent__isnull=True, read_at__lt=before)


def sessions(before: datetime) -> "QuerySet[Session]":
    return Session.objects.filter(expire_date__lt=before)


def persons(before: datetime) -> "QuerySet[Order]":
    """Orders that are over, with nothing new since, and whose customer is still known."""
    events = Event.objects.filter(order=OuterRef("pk")).order_by("-id")
    coming_back = Return.objects.filter(order=OuterRef("pk")).exclude(status__in=RETURN_OVER)
    going_back = Repair.objects.filter(order=OuterRef("pk"), status__in=REPAIR_TO_SEND)
    over = Order.objects.filter(status__in=OVER, created_at__lt=before)
    known = over.exclude(**dict.fromkeys(PERSONAL, ""))
    latest = known.annotate(latest=Subquery(events.values("at")[:1]))
    return latest.filter(~Exists(coming_back), ~Exists(going_back), latest__lt=before)


def forget_persons(before: datetime) -> int:
    """Erase the customers of a few orders.

    Those with messages that are just leaving come later, and so does what fails alone.
    """
    leaving = Message.objects.filter(order=OuterRef("pk"), status=MessageStatus.CLAIMED)
    aside = DeadLetter.objects.filter(order=OuterRef("pk"), work=FORGETTING.code)
    due = persons(before).filter(~Exists(leaving), ~Exists(aside)).order_by("seller_id", "pk")
    found = due.select_related("seller")[:ORDERS_AT_ONCE]
    sellers = [list(orders) for _, orders in groupby(found, key=lambda order: order.seller_id)]
    if count := one_by_one("retention", sellers, _erase):
        return count

    def alone(order_id: UUID) -> int:
        return _erase(list(persons(before).select_related("seller").filter(pk=order_id)))

    # One person who cannot be erased must not keep all others.
    return run_alone(FORGETTING, due, alone, most=ORDERS_AT_ONCE, key="pk")


def _erase(orders: list[Order]) -> int:
    """Erase the customers of these orders of one seller; of those that have mails leaving later."""
    with suppress(MessagesLeaving):
        return erase_customer(orders[0].seller, orders, actor=None).orders if orders else 0
    return 0


def forget_imports(before: datetime) -> int:
    """Delete an uploaded file: a batch of what was read from it, at last the file itself."""
    pk = imports(before).order_by("created_at").values_list("pk", flat=True).first()
    if pk is None:
        return 0
    records = ImportRecord.objects.filter(file=pk).values_list("pk", flat=True)[:BATCH]
    if found := list(records):
        return int(ImportRecord.objects.filter(pk__in=found).delete()[0])
    return int(Import.objects.filter(pk=pk).delete()[0])


def forget_jobs(before: datetime) -> int:
    """Delete an act on many orders: a batch of its results, at last the job itself."""
    pk = jobs(before).order_by("created_at").values_list("pk", flat=True).first()
    if pk is None:
        return 0
    results = BulkRow.objects.filter(job=pk).values_list("pk", flat=True)[:BATCH]
    if found := list(results):
        return int(BulkRow.objects.filter(pk__in=found).delete()[0])
    return int(BulkJob.objects.filter(pk=pk).delete()[0])


def forget_deliveries(before: datetime) -> int:
    """Delete webhook deliveries, in batches of their own."""
    count = deliveries(before).count()
    delete_old()
    return count - deliveries(before).count()


def forget_serials(before: datetime) -> int:
    """Delete serial numbers of what was sent; then those of other units that came back."""
    return deleting(serials)(before) or deleting(other_serials)(before)


RULES = (
    Rule("Customers of closed orders", "erased", "RETAIN_PERSONS_DAYS", persons, forget_persons),
    Rule("Answers of the API", "deleted", "RETAIN_ANSWERS_DAYS", answers, deleting(answers)),
    Rule("Attempts to send", "deleted", "RETAIN_ATTEMPTS_DAYS", attempts, deleting(attempts)),
    Rule("Copies of sent messages", "deleted", "RETAIN_COPIES_DAYS", copies, deleting(copies)),
    Rule(
        "Words of delivery reports",
        "blanked",
        "RETAIN_REPORTS_DAYS",
        reports,
        blanking(reports, detail=""),
    ),
    Rule("Webhook deliveries", "deleted", "RETAIN_WEBHOOKS_DAYS", deliveries, forget_deliveries),
    Rule("Calls of shops", "deleted", "RETAIN_CALLS_DAYS", calls, deleting(calls)),
    Rule("Uploaded files", "deleted", "RETAIN_IMPORTS_DAYS", imports, forget_imports),
    Rule("Acts on many orders", "deleted", "RETAIN_JOBS_DAYS", jobs, forget_jobs),
    Rule("Marks on matters", "deleted", "RETAIN_MARKS_DAYS", marks, deleting(marks)),
    Rule("Scans", "deleted", "RETAIN_SCANS_DAYS", scans, deleting(scans)),
    Rule("Print jobs", "deleted", "RETAIN_PRINTS_DAYS", prints, deleting(prints)),
    Rule(
        "Photos of problems and returns", "deleted", "RETAIN_PHOTOS_DAYS", photos, deleting(photos)
    ),
    Rule(
        "Photos of damaged arrivals",
        "blanked",
        "RETAIN_DAMAGE_DAYS",
        damages,
        blanking(damages, image=None, width=None, height=None),
    ),
    Rule(
        "Codes read on parcels of no order",
        "blanked",
        "RETAIN_STRAYS_DAYS",
        strays,
        blanking(strays, code=""),
    ),
    Rule("Serial numbers", "deleted", "RETAIN_SERIALS_DAYS", serials, forget_serials),
    Rule("Expired sessions", "deleted", "", sessions, deleting(sessions)),
)


def what_is_due() -> list[Outcome]:
    """How many rows each rule would clear now; counted up to MOST_COUNTED."""
    return [Outcome(rule, rule.rows(before)[:MOST_COUNTED].count()) for rule, before in _due()]


def run_retention(*, seconds: float) -> list[Outcome]:
    """Apply every rule, batch by batch; what is left when the time is over is for the next run."""
    ends = time.monotonic() + seconds
    found: list[Outcome] = []

    def apply(due: tuple[Rule, datetime]) -> int:
        found.append(_apply(*due, ends))
        return found[-1].rows

    one_by_one("retention", _due(), apply)
    return found


def _due() -> Iterator[tuple[Rule, datetime]]:
    now = timezone.now()
    for rule in RULES:
        if rule.days is not None:
            yield rule, now - timedelta(days=rule.days)


def _apply(rule: Rule, before: datetime, ends: float) -> Outcome:
    count = 0
    while time.monotonic() < ends:
        cleared = rule.step(before)
        count += cleared
        if not cleared:
            return Outcome(rule, count)
    return Outcome(rule, count, is_finished=False)
