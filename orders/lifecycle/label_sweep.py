"""The label sweep, a periodic task: retries requests, applies labels, voids unwanted ones.

Every call to a carrier has the request's idempotency key, so the next sweep may repeat what a
killed one had begun.
"""

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from orders.carriers.asking import ask_label, ask_void
from orders.carriers.base import CarrierError, Label
from orders.crash import crash_point
from orders.errors import DomainError
from orders.lifecycle.label_requests import (
    discard,
    is_wanted,
    lease_end,
    parcel_of,
    save_answer,
    save_failure,
    set_failure,
    sweep_each,
    with_parcel,
)
from orders.lifecycle.labelling import apply_labels
from orders.lifecycle.transitions import lock_orders
from orders.models import LabelRequest

log = logging.getLogger(__name__)

SWEEP_SECONDS = 45  # of one run; well within the time limit of a task


def sweep_labels(*, seconds: float = SWEEP_SECONDS) -> int:
    """Handle due label requests until none is left or the time is up; returns their number."""
    return sweep_each(_claim, _sweep_one, seconds=seconds)


@transaction.atomic(savepoint=False)
def _claim() -> LabelRequest | None:
    """Claim the request that has been due longest, with a lease: a killed sweep loses it later."""
    due = with_parcel(LabelRequest.objects.filter(due_at__lte=timezone.now()))
    free = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
    if request := free.order_by("due_at").first():
        request.due_at = lease_end()
        request.save(update_fields=["due_at"])
    return request


def _sweep_one(request: LabelRequest) -> None:
    # A box may have been opened, held or cancelled since the request was written.
    _discard_unwanted(request)
    request.refresh_from_db(fields=["unwanted_at", "answered_at", "tracking_number"])
    if request.unwanted_at:
        _void(request)
        return
    if request.answered_at is None:
        _ask_again(request)
    try:
        apply_labels(request.package.shipment, actor=request.asked_by)
    except DomainError as refusal:  # another box has no label yet, or this one is unwanted now
        log.info("label %s is not put on yet: %s", request.pk, refusal)


@transaction.atomic(savepoint=False)
def _discard_unwanted(request: LabelRequest) -> None:
    """Discard the label if its box was opened, held or cancelled before the label was on it."""
    lock_orders([request.package.order_id])
    present = LabelRequest.objects.select_related("package").defer("file").get(pk=request.pk)
    if not is_wanted(present):
        discard(LabelRequest.objects.filter(pk=request.pk))


def _ask_again(request: LabelRequest) -> None:
    try:
        label = ask_label(request.carrier, parcel_of(request), seconds=settings.CARRIER_TIMEOUT)
        save_answer(request, label)
    except CarrierError as error:
        save_failure(request, error)


def _void(request: LabelRequest) -> None:
    """Void the label at the carrier; save the outcome only if no later answer changed the row."""
    label = Label(str(request.pk), request.tracking_number)
    try:
        ask_void(request.carrier, label, seconds=settings.CARRIER_TIMEOUT)
        crash_point("after-void")
    except CarrierError as error:
        set_failure(request, error)
        log.warning("label %s is not void: %s", request.pk, error)
    else:
        request.voided_at, request.due_at = timezone.now(), None
        request.cause, request.reason, request.attempts = "", "", 0
    fields = ("voided_at", "due_at", "cause", "reason", "attempts")
    same = LabelRequest.objects.filter(pk=request.pk, tracking_number=request.tracking_number)
    same.update(**{name: getattr(request, name) for name in fields})
