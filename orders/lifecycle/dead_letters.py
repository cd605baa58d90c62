"""Batches that survive one bad order: what fails alone is set aside, shown, and retried."""

import logging
import traceback
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from orders.models import DeadLetter, Order
from orders.statements import is_outage, quoted

log = logging.getLogger(__name__)

FIRST_RETRY, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
Thing = TypeVar("Thing")
MOST_RETRIES = 20  # letters in one run of a task

# SQL, with {order} for the id of an order: it is in no dead letter of this work, or it is the one
# that is tried alone.
IN_TURN = """(%(only)s::uuid IS NULL AND NOT EXISTS (
        SELECT FROM orders_deadletter letter
        WHERE letter.order_id = {order} AND letter.work = {work}
    ) OR {order} = %(only)s)"""


class Work(NamedTuple):
    """What a task does to orders: `code` is stored, `title` is what sellers read."""

    code: str
    title: str


def in_turn(work: Work, order: str) -> str:
    """SQL condition with the parameter `only`: None for a batch, or the order to try alone."""
    return IN_TURN.format(order=order, work=quoted(work.code))


def run_batch(
    work: Work,
    batch: Callable[[], int],
    *,
    due: Callable[[], Iterable[UUID]],
    alone: Callable[[UUID], int],
) -> int:
    """Run a batch; if it fails by anything but an outage, run its orders alone.

    `due` selects the orders of the batch, without locks; `alone` handles one of them in a
    transaction of its own. Returns what the batch returned, or how many orders were handled or set
    aside; an outage is raised.
    """
    try:
        return batch()
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("%s: a batch failed, its orders are tried alone", work.code)
    return sum(bool(_tried_alone(work, order_id, alone)) for order_id in due())


def run_alone(
    work: Work,
    due: QuerySet[Any],
    alone: Callable[[UUID], int],
    *,
    most: int | None = None,
    key: str = "order",
) -> int:
    """Handle the first orders of these rows, each alone; then those set aside that are retried.

    `key`: the field of a row that is its order. What is set aside is none of the `most` that are
    taken, so that whatever fails leaves room for those behind it.
    """
    letters = DeadLetter.objects.filter(work=work.code, order=OuterRef(key))
    done = 0
    rows = due.filter(~Exists(letters)).values_list(key, flat=True)
    for order_id in dict.fromkeys(list(rows[:most])):
        found = _tried_alone(work, order_id, alone)
        done += 0 if isinstance(found, DeadLetter) else found
    return done + retry_dead_letters(work, alone)


def retry_dead_letters(work: Work, alone: Callable[[UUID], int]) -> int:
    """Retry the letters that are due, each alone; returns how many succeeded."""
    letters = DeadLetter.objects.filter(work=work.code, retry_at__lte=timezone.now())
    succeeded = 0
    for letter in letters.order_by("retry_at")[:MOST_RETRIES]:
        if _tried_alone(work, letter.order_id, alone, letter=letter) is not letter:
            letter.delete()
            succeeded += 1
    return succeeded


def one_by_one(what: str, rows: Iterable[Thing], act: Callable[[Thing], int]) -> int:
    """Handle rows that are of no single order, such as warehouses, each in its own transaction.

    One that fails is logged, and comes again with the next run; the others go on. An outage is
    raised. Returns the sum of what `act` returned.
    """
    done = 0
    for row in rows:
        try:
            done += act(row)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("%s: %s is left out", what, getattr(row, "pk", row))
    return done


def retry_now(letter: DeadLetter) -> None:
    """Let the next run of its task retry a letter."""
    DeadLetter.objects.filter(pk=letter.pk).update(retry_at=timezone.now())


def _tried_alone(
    work: Work,
    order_id: UUID,
    alone: Callable[[UUID], int],
    letter: DeadLetter | None = None,
) -> DeadLetter | int:
    """Handle one order; what `alone` returns, or its dead letter if that fails."""
    try:
        return alone(order_id)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("%s: order %s is set aside", work.code, order_id)
        return _set_aside(work, order_id, error, letter)


def _set_aside(
    work: Work, order_id: UUID, error: Exception, letter: DeadLetter | None
) -> DeadLetter:
    now = timezone.now()
    if letter is None:
        seller_id = Order.objects.values_list("seller_id", flat=True).get(pk=order_id)
        letter, is_new = DeadLetter.objects.get_or_create(
            order_id=order_id,
            work=work.code,
            defaults={
                "seller_id": seller_id,
                "title": work.title,
                "error": where(error),
                "retry_at": now + FIRST_RETRY,
            },
        )
        if is_new:
            return letter
    pause = min(FIRST_RETRY * 2 ** min(letter.tries, 10), LONGEST_PAUSE)
    letter.tries, letter.error, letter.retry_at = letter.tries + 1, where(error), now + pause
    letter.save(update_fields=["tries", "error", "retry_at"])
    return letter


def where(error: Exception) -> str:
    """Type of an error, and the last line of our own code that it passed."""
    # Each statement passes these: that it failed there says nothing.
    backend = f"{settings.BASE_DIR}/{settings.DATABASES['default']['ENGINE'].replace('.', '/')}/"
    ways = (f"{settings.BASE_DIR}/orders/{name}.py" for name in ("prepared", "statements"))
    passed = (f"{settings.BASE_DIR}/.venv/", backend, *ways)
    ours = [
        f"{Path(frame.filename).relative_to(settings.BASE_DIR)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(f"{settings.BASE_DIR}/")
        and not frame.filename.startswith(passed)
    ]
    place = f" at {ours[-1]}" if ours else ""
    return f"{type(error).__name__}{place}"[:200]
