"""The sweep of labels of returns: asks carriers, voids what nobody wants, looks where parcels are.

Every call has the idempotency key of its row, so the next sweep may repeat what a killed one began.
"""

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from orders.carriers.asking import ask_journey, ask_return_label, ask_void
from orders.carriers.base import CODE, LABEL, CarrierError, Label
from orders.crash import crash_point
from orders.lifecycle.label_requests import lease_end, set_failure, sweep_each
from orders.lifecycle.transitions import lock_orders
from orders.models import ReturnLabel
from orders.returns.labels.following import look_later, save_journey
from orders.returns.labels.requests import (
    discard,
    is_wanted,
    parcel_of,
    save_answer,
    save_failure,
)

log = logging.getLogger(__name__)

SWEEP_SECONDS = 45  # of one run; well within the time limit of a task


def sweep_return_labels(*, seconds: float = SWEEP_SECONDS) -> int:
    """Handle due labels of returns until none is left or the time is up; returns their number."""
    return sweep_each(_claim, _sweep_one, seconds=seconds)


@transaction.atomic(savepoint=False)
def _claim() -> ReturnLabel | None:
    """Claim the row that has been due longest, with a lease: a killed sweep loses it later."""
    due = ReturnLabel.objects.filter(due_at__lte=timezone.now()).defer("file")
    whole = due.select_related("order_return__order__seller__warehouse", "order_return__warehouse")
    free = whole.select_for_update(skip_locked=True, no_key=True, of=("self",))
    if label := free.order_by("due_at", "pk").first():
        label.due_at = lease_end()
        label.save(update_fields=["due_at"])
    return label


def _sweep_one(label: ReturnLabel) -> None:
    # The return may have been refused or cancelled, or have come, since the request was written.
    _discard_unwanted(label)
    label.refresh_from_db(fields=["unwanted_at", "answered_at", "tracking_number"])
    if label.unwanted_at:
        _void(label)
    elif label.answered_at is None:
        _ask(label)
    else:
        _look(label)


@transaction.atomic(savepoint=False)
def _discard_unwanted(label: ReturnLabel) -> None:
    lock_orders([label.order_return.order_id])
    rows = ReturnLabel.objects.select_related("order_return").defer("file")
    if not is_wanted(rows.get(pk=label.pk)):
        discard(ReturnLabel.objects.filter(pk=label.pk))


def _ask(label: ReturnLabel) -> None:
    wants = [kind for kind, is_on in _wants(label).items() if is_on]
    parcel, seconds = parcel_of(label), settings.CARRIER_TIMEOUT
    try:
        crash_point("before-label")
        answer = ask_return_label(label.carrier, parcel, wants, seconds=seconds)
        crash_point("after-label")
        save_answer(label, answer)
    except CarrierError as error:
        save_failure(label, error)


def _wants(label: ReturnLabel) -> dict[str, bool]:
    return {LABEL: label.wants_label, CODE: label.wants_code}


def _look(label: ReturnLabel) -> None:
    number, seconds = label.tracking_number, settings.CARRIER_TIMEOUT
    try:
        seen = ask_journey(label.carrier, number, seconds=seconds)
    except CarrierError as error:
        log.warning("return %s: where its parcel is was not answered: %s", label, error)
        look_later(label)
    else:
        save_journey(label, seen)


def _void(label: ReturnLabel) -> None:
    """Void the label at the carrier; save the outcome only if no later answer changed the row."""
    given = Label(str(label.pk), label.tracking_number)
    try:
        ask_void(label.carrier, given, seconds=settings.CARRIER_TIMEOUT)
        crash_point("after-void")
    except CarrierError as error:
        set_failure(label, error)
        log.warning("label %s of a return is not void: %s", label.pk, error)
    else:
        label.voided_at, label.due_at, label.attempts = timezone.now(), None, 0
    same = ReturnLabel.objects.filter(pk=label.pk, tracking_number=label.tracking_number)
    same.update(**{name: getattr(label, name) for name in ("voided_at", "due_at", "attempts")})
