"""The printers of a warehouse: added and removed by the lead, known by the token of their agent."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import token_hash
from orders.models import Event, User, Warehouse
from orders.row_security import ALL_SELLERS, seeing
from orders.statements import violated_constraint
from orders.words import say
from warehouse.models import Printer
from warehouse.printing.jobs import drop_waiting

SEEN_STEP = timedelta(seconds=15)  # an agent asks each second: that is not written each time
SILENT_AFTER = timedelta(minutes=1)


def add_printer(
    warehouse: Warehouse, *, name: str, prints: str, labels: str, actor: User
) -> tuple[Printer, str]:
    """(printer, token of its agent): only the hash of the token is kept. Raises DomainError."""
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            printer = Printer.objects.create(
                warehouse=warehouse,
                name=name,
                prints=prints,
                labels=labels,
                token_hash=token_hash(token),
            )
            _record(printer, "added", actor)
    except IntegrityError as error:
        if violated_constraint(error) != "a_printer_name_is_used_once":
            raise
        told = "A printer is already named {name}: choose another name."
        raise DomainError(say(told, name=name)) from None
    return printer, token


@transaction.atomic(savepoint=False)
def renew_token(printer: Printer, *, actor: User) -> str:
    """Another token for the agent; the former one opens nothing any more. Raises DomainError."""
    printer = _locked(printer)
    token = secrets.token_urlsafe(32)
    printer.token_hash, printer.seen_at = token_hash(token), None
    printer.save(update_fields=["token_hash", "seen_at"])
    _record(printer, "token_given", actor)
    return token


@transaction.atomic(savepoint=False)
def remove_printer(printer: Printer, *, actor: User) -> Printer:
    """Print there no more; what waits is dropped. Raises DomainError."""
    printer = _locked(printer)
    printer.removed_at = timezone.now()
    printer.save(update_fields=["removed_at"])
    drop_waiting(printer, printer.removed_at)
    _record(printer, "removed", actor)
    return printer


def printer_with(token: str) -> Printer | None:
    """The printer whose agent has this token; it says whose the request is."""
    known = Printer.objects.select_related("warehouse").filter(removed_at=None)
    with seeing(ALL_SELLERS):
        return known.filter(token_hash=token_hash(token)).first() if token else None


def note_seen(printer: Printer, now: datetime) -> None:
    """The agent of this printer asks."""
    is_old = Q(seen_at=None) | Q(seen_at__lt=now - SEEN_STEP)
    if printer.seen_at is None or printer.seen_at < now - SEEN_STEP:
        Printer.objects.filter(is_old, pk=printer.pk).update(seen_at=now)


def is_silent(printer: Printer, now: datetime) -> bool:
    """Whether the agent has not asked for longer than it should."""
    return printer.seen_at is None or printer.seen_at < now - SILENT_AFTER


def _locked(printer: Printer) -> Printer:
    current = Printer.objects.select_for_update(no_key=True).get(pk=printer.pk)
    if current.removed_at:
        raise DomainError(say("Printer {printer} was removed.", printer=current))
    return current


def _record(printer: Printer, what: str, actor: User) -> None:
    record([Event(kind=f"printer.{what}", subject_id=printer.pk, actor=actor)])
