"""What is left of labels: asked for and not answered, not put on, or to be voided at the carrier.

Each step is done with the same key, so a sweep that dies in the middle is repeated by the next.
"""

import logging
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from orders.carriers.asking import ask_label, ask_void, refuse_in_transaction
from orders.carriers.base import CarrierError, Label
from orders.crash import crash_point
from orders.errors import DomainError
from orders.lifecycle.label_requests import (
    discard,
    is_wanted,
    keep_answer,
    keep_failure,
    lease,
    note_failure,
    parcel_of,
    with_parcel,
)
from orders.lifecycle.labelling import apply_labels
from orders.lifecycle.transitions import lock_orders
from orders.models import LabelRequest

log = logging.getLogger(__name__)

SWEEP_SECONDS = 45  # of one call; well within the time limit of a task


def work_off_labels(*, seconds: float = SWEEP_SECONDS) -> int:
    """Do what is due until nothing is or the time is up; returns how many requests were taken."""
    refuse_in_transaction()
    ends = monotonic() + seconds
    taken = 0
    while monotonic() < ends and (request := _claim()):
        taken += 1
        try:
            _work_off(request)
        except Exception:  # whatever one label does to us, the others are worked off
            log.exception("label %s cannot be worked off", request.pk)
    return taken


@transaction.atomic(savepoint=False)
def _claim() -> LabelRequest | None:
    """The request that has been due longest, leased: who dies with it loses it after a while."""
    due = with_parcel(LabelRequest.objects.filter(due_at__lte=timezone.now()))
    free = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
    if request := free.order_by("due_at").first():
        request.due_at = lease()
        request.save(update_fields=["due_at"])
    return request


def _work_off(request: LabelRequest) -> None:
    _discard_unwanted(request)
    request.refresh_from_db(fields=["unwanted_at", "answered_at", "tracking_number"])
    if request.unwanted_at:
        _void(request)
        return
    if request.answered_at is None:
        _ask_again(request)
    try:
        apply_labels(request.package.shipment, actor=request.asked_by)
    except DomainError as refusal:  # another box has no label yet, or nobody wants this one now
        log.info("label %s is not put on yet: %s", request.pk, refusal)


@transaction.atomic(savepoint=False)
def _discard_unwanted(request: LabelRequest) -> None:
    """A label whose box was opened, held or cancelled before it was put on is not put on later."""
    lock_orders([request.package.order_id])
    present = LabelRequest.objects.select_related("package").defer("file").get(pk=request.pk)
    if not is_wanted(present):
        discard(LabelRequest.objects.filter(pk=request.pk))


def _ask_again(request: LabelRequest) -> None:
    try:
        label = ask_label(request.carrier, parcel_of(request), seconds=settings.CARRIER_TIMEOUT)
        keep_answer(request, label)
    except CarrierError as error:
        keep_failure(request, error)


def _void(request: LabelRequest) -> None:
    """End the label at the carrier. An answer that came late meanwhile is voided in turn."""
    label = Label(str(request.pk), request.tracking_number)
    try:
        ask_void(request.carrier, label, seconds=settings.CARRIER_TIMEOUT)
        crash_point("after-void")
    except CarrierError as error:
        note_failure(request, error)
        log.warning("label %s is not void: %s", request.pk, error)
    else:
        request.voided_at, request.due_at = timezone.now(), None
        request.cause, request.reason, request.attempts = "", "", 0
    fields = ("voided_at", "due_at", "cause", "reason", "attempts")
    same = LabelRequest.objects.filter(pk=request.pk, tracking_number=request.tracking_number)
    same.update(**{name: getattr(request, name) for name in fields})
