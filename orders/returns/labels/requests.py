"""Requests for labels of returns: opened, answered, given up, and discarded when not wanted."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from orders.carriers import CARRIERS
from orders.carriers.base import (
    CODE,
    LABEL,
    Broken,
    CarrierError,
    Follows,
    Label,
    Parcel,
    Party,
    Refused,
)
from orders.errors import DomainError
from orders.events.recording import record
from orders.events.wakeups import wake_tasks_after_commit
from orders.lifecycle.label_requests import lease_end, set_failure
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, Package, Return, ReturnLabel, Seller, User
from orders.returns.buildings import address_of
from orders.returns.labels.offers import Offer, offer_of
from orders.states import ReturnStatus
from orders.words import predicate, say, state

log = logging.getLogger(__name__)

SWEEP = "orders.tasks.sweep_labels"
WANTED = Q(failed_at__isnull=True, unwanted_at__isnull=True)
NOT_HANDED_IN = Q(handed_in_at__isnull=True)
MOST_ATTEMPTS = 8  # some 30 minutes: a customer waits for it
LOOK_AFTER = timedelta(hours=1)
CAME = (ReturnStatus.RECEIVED, ReturnStatus.CLOSED)
ANSWER = (
    "answered_at", "tracking_number", "file", "media_type", "code", "cause", "reason", "attempts",
    "unwanted_at", "voided_at", "due_at",
)  # fmt: skip


def open_label(order_return: Return, offer: Offer, *, actor: User | None) -> ReturnLabel:
    """Write the request for the label of an approved return, whose order is locked."""
    row = ReturnLabel.objects.create(
        seller_id=order_return.seller_id,
        order_return=order_return,
        carrier=offer.carrier,
        wants_label=LABEL in offer.wants,
        wants_code=CODE in offer.wants,
        asked_by=actor,
        due_at=timezone.now(),
    )
    wake_tasks_after_commit({SWEEP})
    return row


@transaction.atomic(savepoint=False)
def make_new_label(order_return: Return, *, actor: User | None) -> ReturnLabel:
    """Ask for another label of an approved return, and void the one that is there.

    Raises DomainError: the seller gives none, or the parcel is handed in.
    """
    current = _locked_return(order_return)
    _refuse_needless(current)
    refuse_handed_in(current)
    offer = offer_of(Seller.objects.get(pk=current.seller_id))
    if offer is None:
        raise DomainError(
            say("Say first under Settings, Returns, Refunds who makes the labels of returns.")
        )
    discard(current.labels.all())
    return open_label(current, offer, actor=actor)


@transaction.atomic(savepoint=False)
def void_label(order_return: Return, *, actor: User | None) -> Return:
    """Void the label of a return: its customer sends it without. DomainError where there is none,
    or the parcel is handed in, or has come with it though no carrier has said so yet.
    """
    current = _locked_return(order_return)
    _refuse_needless(current)
    refuse_handed_in(current)
    if not discard(current.labels.all()):
        raise DomainError(say("Return {current} has no label.", current=current))
    record([Event.of(current, "label_voided", actor=actor)])
    return current


def discard(rows: QuerySet[ReturnLabel]) -> int:
    """Mark those that are wanted, and not handed in, unwanted: the sweep voids them. How many.

    Their orders are locked. One in flight is due after its lease.
    """
    now = timezone.now()
    in_flight = When(answered_at__isnull=True, then=Least(F("due_at"), Value(lease_end())))
    found = rows.filter(WANTED, NOT_HANDED_IN)
    count = found.update(unwanted_at=now, due_at=Case(in_flight, default=Value(now)))
    if count:
        wake_tasks_after_commit({SWEEP})
    return count


def refuse_handed_in(order_return: Return) -> None:
    """Raise DomainError where the parcel of a return, whose order is locked, is on its way."""
    if order_return.labels.exclude(NOT_HANDED_IN).exists():
        raise DomainError(on_its_way(order_return))


def on_its_way(order_return: Return) -> str:
    """What is said of a return whose parcel is handed in."""
    return say("The parcel of return {current} is on its way already.", current=order_return)


def is_wanted(row: ReturnLabel) -> bool:
    """Whether the label is of use: to a return that is approved, or that came with it."""
    if row.failed_at or row.unwanted_at:
        return False
    status = row.order_return.status
    if row.handed_in_at or status == ReturnStatus.APPROVED:
        return True
    return status in CAME and row.answered_at is not None


def parcel_of(row: ReturnLabel) -> Parcel:
    """The parcel as plain values for a carrier's adapter: from the customer to the warehouse."""
    order, house = row.order_return.order, address_of(row.order_return)
    return Parcel(
        key=str(row.pk),
        package_id=row.pk,
        number=row.order_return.number,
        weight_grams=None,
        sender=Party(
            name=order.customer_name,
            street=order.street,
            postcode=order.postcode,
            city=order.city,
            country=order.country,
            company=order.company,
            region=order.region,
        ),
        receiver=Party(
            name=order.seller.name,
            street=house.street,
            postcode=house.postcode,
            city=house.city,
            country=house.country,
            company=house.name,
        ),
    )


@transaction.atomic(savepoint=False)
def save_answer(request: ReturnLabel, label: Label) -> ReturnLabel:
    """Save what a carrier gave; what is unwanted meanwhile becomes due for voiding.

    Raises Broken when its number is that of another parcel.
    """
    row = locked(request)
    if row.answered_at:
        # A retry with the same key: the carrier should have given the same label.
        if row.tracking_number != label.tracking_number:
            log.error("label %s: a second one for its key, %s", row.pk, label.tracking_number)
        return row
    _refuse_taken(row, label.tracking_number)
    wanted, now = is_wanted(row), timezone.now()
    row.answered_at, row.tracking_number = now, label.tracking_number
    row.cause, row.reason, row.attempts, row.voided_at = "", "", 0, None
    if wanted:
        _keep_given(row, label)
        follows = isinstance(CARRIERS.get(row.carrier), Follows)
        row.due_at = now + LOOK_AFTER if follows else None
    else:
        row.unwanted_at, row.due_at = row.unwanted_at or now, now
    row.save(update_fields=ANSWER)
    if wanted:
        record([Event.of(row.order_return, "label_made")])
    return row


@transaction.atomic(savepoint=False)
def save_failure(request: ReturnLabel, error: CarrierError) -> ReturnLabel:
    """Save why a carrier gave no label, and when to retry, or that it is given up.

    What may have been made under its key is voided then; who asks anew has a new key.
    """
    row = locked(request)
    if row.answered_at or row.failed_at:
        return row
    may_be_made = row.attempts > 0 or not isinstance(error, Refused)
    set_failure(row, error)
    now = timezone.now()
    given_up = isinstance(error, Refused | Broken) or row.attempts >= MOST_ATTEMPTS
    if given_up and row.unwanted_at is None:
        row.failed_at = now
        row.unwanted_at, row.due_at = (now, now) if may_be_made else (None, None)
        record([Event.of(row.order_return, "label_failed")])
    elif given_up:
        row.due_at = now
    row.save(update_fields=["cause", "reason", "attempts", "due_at", "failed_at", "unwanted_at"])
    return row


def locked(request: ReturnLabel) -> ReturnLabel:
    """The request, fresh and locked after its order."""
    lock_orders([request.order_return.order_id])
    rows = ReturnLabel.objects.select_related("order_return").filter(pk=request.pk)
    return rows.select_for_update(no_key=True, of=("self",)).get()


def last_labels() -> "Prefetch[Any]":
    """The labels of returns, the last one first, without their files."""
    return Prefetch("labels", ReturnLabel.objects.defer("file").order_by("-pk"))


def _keep_given(row: ReturnLabel, label: Label) -> None:
    """What the seller chose; of one that is to be voided nothing: its customer may be erased."""
    if row.wants_label and label.label_file:
        row.file, row.media_type = label.label_file.content, label.label_file.media_type
    row.code = label.code if row.wants_code else ""


def _locked_return(order_return: Return) -> Return:
    lock_orders([order_return.order_id])
    return Return.objects.get(pk=order_return.pk)


def _refuse_needless(order_return: Return) -> None:
    if order_return.status != ReturnStatus.APPROVED:
        raise DomainError(
            say(
                "Return {current} is {present}: it needs no label.",
                current=order_return,
                present=predicate(state(order_return)),
            )
        )


def _refuse_taken(row: ReturnLabel, number: str) -> None:
    """Raise Broken when a box or another return has this tracking number of the carrier."""
    boxes = Package.objects.filter(carrier=row.carrier, tracking_number=number)
    others = ReturnLabel.objects.filter(WANTED, carrier=row.carrier, tracking_number=number)
    if boxes.exists() or others.exclude(pk=row.pk).exists():
        raise Broken(f"The carrier gave the tracking number of another parcel: {number}.")
