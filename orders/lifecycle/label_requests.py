"""Label requests: open them with a lease, save the carrier's answer, discard unwanted ones."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Model, Q, QuerySet, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from orders.carriers.asking import refuse_in_transaction
from orders.carriers.base import Broken, CarrierError, Label, LabelFile, Parcel, Party, Refused
from orders.lifecycle.transitions import lock_orders
from orders.models import LabelRequest, Order, Package, ReturnLabel, User, Warehouse
from orders.prepared import PreparedQuery, insert, is_among, parameter, update
from orders.statements import Statement
from orders.states import PackageStatus

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Model)

LEASE_MARGIN_SECONDS = 15  # beyond the time-out: the sweep never takes over a live request
FIRST_BACKOFF, LONGEST_BACKOFF = 15, 3600  # seconds between attempts; doubled each time
OPEN_OR_CANCELLED = (PackageStatus.PACKING, PackageStatus.CANCELLED)
WANTED = Q(refused_at__isnull=True, unwanted_at__isnull=True)
# The wanted requests of these boxes, with what `parcel_of` reads.
REQUESTS = PreparedQuery(
    lambda: with_parcel(
        LabelRequest.objects.filter(WANTED, is_among("orders_labelrequest.package_id", 1))
    ).order_by("package__number")
)
LOCKED = PreparedQuery(
    lambda: (
        LabelRequest.objects.filter(pk=parameter(1))
        .select_related("package")
        .select_for_update(no_key=True, of=("self",))
    )
)
ON_HOLD = Statement(
    "SELECT true FROM orders_hold WHERE order_id = %(order)s AND released_at IS NULL "
    "AND (shipment_id IS NULL OR shipment_id = %(shipment)s) LIMIT 1"
)
# The number is on another box; what is inside one has its number. What is not on its box yet is
# due: its index finds it.
TAKEN = Statement(
    "SELECT true FROM orders_package WHERE carrier = %(carrier)s AND tracking_number = %(number)s "
    "AND id <> %(box)s AND tracking_number <> '' AND inside_id IS NULL "
    "UNION ALL SELECT true FROM orders_labelrequest WHERE carrier = %(carrier)s "
    "AND tracking_number = %(number)s AND package_id <> %(box)s "
    "AND refused_at IS NULL AND unwanted_at IS NULL AND due_at IS NOT NULL LIMIT 1"
)
ANSWERED = (
    "answered_at", "tracking_number", "file", "media_type", "cause", "reason", "attempts",
    "unwanted_at", "voided_at", "due_at",
)  # fmt: skip
LONGEST_REASON = LabelRequest._meta.get_field("reason").max_length


def open_requests(
    packages: Iterable[Package], *, carrier: str, asked_by: User | None
) -> list[LabelRequest]:
    """The one wanted label request of each packed box; created where this carrier has none.

    Locks the orders, and leases each request to the caller.
    """
    boxes = list(packages)
    lock_orders({box.order_id for box in boxes})
    ids = [box.pk for box in boxes]
    wanted = REQUESTS(ids)  # answers are saved under the lock of the order
    if of_another := [row.pk for row in wanted if row.carrier != carrier]:
        discard(LabelRequest.objects.filter(pk__in=of_another))
    known = [row for row in wanted if row.carrier == carrier]
    if asked := [row.pk for row in known if row.answered_at is None]:
        # The sweep leaves them alone while this caller asks the carrier.
        update(LabelRequest, asked, {"due_at": lease_end()})
    present = {row.package_id for row in known}
    insert(
        [
            LabelRequest(
                seller_id=box.seller_id,
                package=box,
                carrier=carrier,
                asked_by=asked_by,
                due_at=lease_end(),
            )
            for box in boxes
            if box.pk not in present
        ]
    )
    return REQUESTS(ids)


def lease_end() -> datetime:
    """The end of a lease that begins now: the carrier's time-out and a margin."""
    return timezone.now() + timedelta(seconds=settings.CARRIER_TIMEOUT + LEASE_MARGIN_SECONDS)


def sweep_each(
    claim: Callable[[], Row | None], sweep_one: Callable[[Row], None], *, seconds: float
) -> int:
    """Sweep claimed rows until none is left or the time is up; returns their number.

    No transaction may be open. An error in one is logged, and does not stop the others.
    """
    refuse_in_transaction()
    ends = monotonic() + seconds
    taken = 0
    while monotonic() < ends and (row := claim()):
        taken += 1
        try:
            sweep_one(row)
        except Exception:  # an error in one label must not stop the others
            log.exception("%s %s cannot be swept", row._meta.verbose_name, row.pk)
    return taken


def with_parcel(requests: QuerySet[LabelRequest]) -> QuerySet[LabelRequest]:
    """The same rows with all that `parcel_of` reads, and without the label files."""
    return requests.defer("file").select_related(
        "package__order__seller", "package__shipment__warehouse"
    )


def parcel_of(request: LabelRequest) -> Parcel:
    """The box as plain values for a carrier's adapter; its key is the idempotency key."""
    box = request.package
    return Parcel(
        key=str(request.pk),
        package_id=box.pk,
        number=box.number,
        weight_grams=box.weight_grams,
        sender=_sender(box.shipment.warehouse, box.order),
        receiver=_receiver(box.order),
    )


@transaction.atomic(savepoint=False)
def save_answer(request: LabelRequest, label: Label) -> LabelRequest:
    """Save the label that a carrier gave; an unwanted one becomes due for voiding.

    Raises Broken when its number names another box.
    """
    row = _locked(request)
    if row.answered_at:
        # A retry with the same key: the carrier should have given the same label.
        if row.tracking_number != label.tracking_number:
            log.error("label %s: a second one for its key, %s", row.pk, label.tracking_number)
        return row
    _refuse_taken(row, label.tracking_number)
    row.answered_at, row.tracking_number = timezone.now(), label.tracking_number
    if label.label_file:
        row.file, row.media_type = label.label_file.content, label.label_file.media_type
    row.cause, row.reason, row.attempts, row.voided_at = "", "", 0, None
    row.due_at = lease_end()
    if row.refused_at or not is_wanted(row):
        # Due at once: the carrier bills a label until it is voided.
        row.unwanted_at, row.due_at = row.unwanted_at or timezone.now(), timezone.now()
    update(LabelRequest, [row.pk], {name: getattr(row, name) for name in ANSWERED})
    return row


@transaction.atomic(savepoint=False)
def save_failure(request: LabelRequest, error: CarrierError) -> LabelRequest:
    """Save why a carrier gave no label, and when to retry.

    Where its key is of no use any more, the next one who asks takes a new one. The labels of the
    shipment's other packed boxes are discarded then: labels go on all boxes or on none.
    """
    row = _locked(request)
    if row.answered_at or row.refused_at:
        return row
    may_be_made = row.attempts > 0  # an answer that was lost may have been a label
    is_refused, is_broken = isinstance(error, Refused), isinstance(error, Broken)
    now = timezone.now()
    set_failure(row, error)
    if is_refused:
        row.refused_at = now
    if is_broken or (is_refused and may_be_made):
        # Under the same key a carrier answers the same: what it made is voided.
        log.warning("label %s is voided: %s", row.pk, error)
        row.unwanted_at, row.due_at = row.unwanted_at or now, now
    row.save(update_fields=["cause", "reason", "attempts", "due_at", "refused_at", "unwanted_at"])
    if is_refused or is_broken:
        together = Package.objects.filter(
            shipment=row.package.shipment_id, status=PackageStatus.PACKED
        )
        discard_labels(together)
    return row


def set_failure(row: LabelRequest | ReturnLabel, error: CarrierError) -> None:
    """Set cause, reason and the next attempt: exponential back-off, no retry after a refusal."""
    row.cause, row.reason = error.cause, str(error)[:LONGEST_REASON]
    row.attempts += 1
    # The exponent is capped, so that the power of two stays small after many attempts.
    backoff = min(FIRST_BACKOFF * 2 ** min(row.attempts - 1, 10), LONGEST_BACKOFF)
    later = timezone.now() + timedelta(seconds=backoff)
    row.due_at = None if isinstance(error, Refused) else later


def discard_labels(packages: Iterable[Package]) -> None:
    """Mark the labels of these boxes unwanted: the sweep voids them at the carrier."""
    if boxes := list(packages):
        lock_orders({box.order_id for box in boxes})
        discard(LabelRequest.objects.filter(package__in=boxes))


def discard(requests: QuerySet[LabelRequest]) -> None:
    """Mark the wanted ones of these unwanted; a request in flight is due after its lease."""
    now = timezone.now()
    in_flight = When(answered_at__isnull=True, then=Least(F("due_at"), Value(lease_end())))
    requests.filter(WANTED).update(unwanted_at=now, due_at=Case(in_flight, default=Value(now)))


def is_wanted(row: LabelRequest) -> bool:
    """Whether the label is on its box, or may still go on: packed, no hold on order or shipment."""
    box = row.package
    if box.status not in OPEN_OR_CANCELLED and box.tracking_number == row.tracking_number != "":
        return row.unwanted_at is None
    return (
        row.unwanted_at is None
        and box.status == PackageStatus.PACKED
        and not ON_HOLD({"shipment": box.shipment_id, "order": box.order_id})
    )


def _refuse_taken(row: LabelRequest, number: str) -> None:
    """Raise Broken when another box has this tracking number of the carrier, or is to get it."""
    if TAKEN({"carrier": row.carrier, "number": number, "box": row.package_id}):
        raise Broken(f"The carrier gave the tracking number of another box: {number}.")


def label_file_of(package: Package) -> LabelFile | None:
    """The label of a box as its carrier drew it; None where we draw it."""
    drawn = LabelRequest.objects.filter(WANTED, package=package).exclude(media_type="")
    row = drawn.filter(tracking_number=package.tracking_number).first()
    return LabelFile(bytes(row.file), row.media_type) if row else None


def _locked(request: LabelRequest) -> LabelRequest:
    """The request, fresh and locked after its order."""
    lock_orders([request.package.order_id])
    [row] = LOCKED(request.pk)
    return row


def _sender(warehouse: Warehouse, order: Order) -> Party:
    return Party(
        name=order.seller.name,
        street=warehouse.street,
        postcode=warehouse.postcode,
        city=warehouse.city,
        country=warehouse.country,
    )


def _receiver(order: Order) -> Party:
    return Party(
        name=order.customer_name,
        street=order.street,
        postcode=order.postcode,
        city=order.city,
        country=order.country,
        company=order.company,
        region=order.region,
    )
