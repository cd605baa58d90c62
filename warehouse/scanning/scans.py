"""Idempotent scans: a repeated (client id, sequence) gets the stored outcome of the first."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from orders.errors import DomainError
from orders.models import User, Warehouse
from warehouse.models import Scan

CODE_LENGTH = Scan._meta.get_field("code").max_length
OUTCOME_LENGTH = Scan._meta.get_field("outcome").max_length


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The text for the worker, and whether the scan was refused or repeated."""

    text: str
    is_refused: bool = False
    is_repeated: bool = False


@transaction.atomic(savepoint=False)
def apply_once(
    *,
    client_id: UUID,
    sequence: int,
    worker: User,
    code: str,
    action: Callable[[], str],
    warehouse: Warehouse | None = None,
) -> ScanResult:
    """Run `action`, which returns what to tell the worker, unless this scan was applied before.

    A DomainError rolls the action back and is stored as the outcome, so that a refused scan stays
    refused when a device retries it. Any other error stores nothing: it may be retried.
    """
    # A concurrent duplicate waits at this insert until the first transaction commits.
    scan, is_new = Scan.objects.get_or_create(
        client_id=client_id,
        sequence=sequence,
        defaults={"worker": worker, "code": code[:CODE_LENGTH], "warehouse": warehouse},
    )
    if not is_new:
        if scan.worker_id != worker.pk:
            raise DomainError("Someone else is using this device: reload the page.")
        return ScanResult(scan.outcome, scan.is_refused, is_repeated=True)
    outcome = _run(action)
    scan.outcome, scan.is_refused = outcome.text, outcome.is_refused
    scan.save(update_fields=["outcome", "is_refused"])
    return outcome


def was_sent(*, client_id: UUID, sequence: int) -> bool:
    """Whether this scan has an outcome already: then no carrier is asked again."""
    return Scan.objects.filter(client_id=client_id, sequence=sequence).exists()


def _run(action: Callable[[], str]) -> ScanResult:
    try:
        with transaction.atomic():
            return ScanResult(action()[:OUTCOME_LENGTH])
    except DomainError as error:
        return ScanResult(str(error)[:OUTCOME_LENGTH], is_refused=True)
