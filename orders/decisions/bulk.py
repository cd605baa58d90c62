"""Begin an act on many orders: a job with a row for each, which a worker does one by one."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from orders.decisions.bulk_acts import Given, read_given
from orders.errors import DomainError
from orders.events.wakeups import wake_tasks_after_commit
from orders.models import BulkJob, BulkRow, Order, User
from orders.words import say, say_later

WORK_TASK = "orders.tasks.work_on_bulk_jobs"
MOST_ORDERS = 5_000
ROWS_AT_ONCE = 1_000
TAKEN = say_later("This page was used already. Look at the orders again, and confirm.")


@transaction.atomic(savepoint=False)
def begin_bulk_job(
    orders: QuerySet[Order], act: BulkJob.Act, given: Given, *, key: UUID, actor: User | None
) -> BulkJob:
    """Begin a job on these orders, the oldest first. `key` is its id: a second click finds it.

    Raises InvalidInput for what the act lacks, DomainError for no orders, or too many, or a key
    that is taken by somebody else's job.
    """
    kept = read_given(act, given)
    found = list(
        orders.order_by("created_at", "pk").values_list("pk", "seller_id")[: MOST_ORDERS + 1]
    )
    if not found:
        raise DomainError(say("No order is chosen."))
    if len(found) > MOST_ORDERS:
        raise DomainError(say("These are too many orders: choose fewer, as by date."))
    if len({seller for _, seller in found}) > 1:
        raise DomainError(say("These orders are of several sellers: choose those of one."))
    new: dict[str, Any] = {"seller_id": found[0][1], "actor": actor, "act": act, "given": kept}
    try:
        job, is_new = BulkJob.objects.get_or_create(pk=key, defaults=new | {"total": len(found)})
    except IntegrityError as error:  # of a seller who is not seen here
        raise DomainError(str(TAKEN)) from error
    if job.seller_id != found[0][1]:
        raise DomainError(str(TAKEN))
    if is_new:
        rows = [
            BulkRow(seller_id=seller, job=job, order_id=pk, position=position)
            for position, (pk, seller) in enumerate(found, start=1)
        ]
        BulkRow.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
        wake_tasks_after_commit({WORK_TASK})
    return job
