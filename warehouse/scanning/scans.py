"""Idempotent scans: a repeated (client id, sequence) gets the stored outcome of the first."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from orders.errors import DomainError
from orders.models import User, Warehouse
from orders.statements import Statement
from orders.words import say
from warehouse.models import Scan

CODE_LENGTH = Scan._meta.get_field("code").max_length
OUTCOME_LENGTH = Scan._meta.get_field("outcome").max_length

INSERT = Statement("""
INSERT INTO warehouse_scan (
    client_id, sequence, worker_id, warehouse_id, code, outcome, is_refused, at)
VALUES (
    %(client_id)s, %(sequence)s, %(worker_id)s, %(warehouse_id)s, %(code)s, %(outcome)s,
    %(is_refused)s, %(at)s)
ON CONFLICT DO NOTHING
RETURNING true
""")
OUTCOME = Statement("""
UPDATE warehouse_scan SET outcome = %(outcome)s
WHERE client_id = %(client_id)s AND sequence = %(sequence)s
""")
WAS_SENT = Statement(
    "SELECT true FROM warehouse_scan WHERE client_id = %(client_id)s AND sequence = %(sequence)s"
)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The text for the worker, and whether the scan was refused or repeated."""

    text: str
    is_refused: bool = False
    is_repeated: bool = False


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
    scan = Scan(
        client_id=client_id,
        sequence=sequence,
        worker=worker,
        code=code[:CODE_LENGTH],
        warehouse=warehouse,
    )
    try:
        with transaction.atomic():
            # A concurrent duplicate waits at this insert until the first transaction commits.
            if not _insert(scan):
                return _stored(scan)
            scan.outcome = action()[:OUTCOME_LENGTH]
            OUTCOME(scan.__dict__)
    except DomainError as refusal:
        scan.outcome, scan.is_refused = str(refusal)[:OUTCOME_LENGTH], True
        # A copy may have come between the roll-back and this insert: then its outcome holds.
        if not _insert(scan):
            return _stored(scan)
    return ScanResult(scan.outcome, scan.is_refused)


def _insert(scan: Scan) -> bool:
    """Insert the row; False when this scan is there already."""
    return bool(INSERT(scan.__dict__))


def _stored(scan: Scan) -> ScanResult:
    """The outcome of the first one. Raises DomainError for a scan of somebody else."""
    first = Scan.objects.get(client_id=scan.client_id, sequence=scan.sequence)
    if first.worker_id != scan.worker_id:
        raise DomainError(say("Someone else is using this device: reload the page."))
    return ScanResult(first.outcome, first.is_refused, is_repeated=True)


def was_sent(*, client_id: UUID, sequence: int) -> bool:
    """Whether this scan has an outcome already: then no carrier is asked again."""
    return bool(WAS_SENT({"client_id": client_id, "sequence": sequence}))
