"""Blind counts: units are scanned without a look at the books, a difference is counted twice."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from orders.errors import DomainError
from orders.lifecycle.transitions import move
from orders.models import Product, User
from orders.words import say
from warehouse.corrections.differences import Difference, post_differences
from warehouse.models import CountedUnits, CountTask, Stock
from warehouse.states import COUNT_OPEN, CountStatus
from warehouse.stock.closing import open_stocks

Units = Mapping[UUID, int]  # by product


@transaction.atomic(savepoint=False)
def count_units(task: CountTask, *, product: Product, units: int, actor: User) -> CountedUnits:
    """Add units that somebody found at the location of a task."""
    current = _lock(task, actor)
    row, _ = CountedUnits.objects.get_or_create(
        task=current, counter=actor, product=product, defaults={"seller_id": product.seller_id}
    )
    CountedUnits.objects.filter(pk=row.pk).update(units=F("units") + units)
    row.refresh_from_db()
    return row


@transaction.atomic(savepoint=False)
def count_anew(task: CountTask, *, actor: User) -> None:
    """Forget what this person has counted so far."""
    _lock(task, actor).units.filter(counter=actor).delete()


@transaction.atomic(savepoint=False)
def finish_count(task: CountTask, *, actor: User) -> CountTask:
    """Compare what this person counted with the books.

    Without a difference the task is done. The first difference is counted again by somebody else;
    two people in a row who find the same are posted. Then all that lies there can be picked again.
    """
    current = _lock(task, actor)
    before = _differences(current, current.counter) if current.counter else None
    _note_books(current, actor)
    found = _differences(current, actor)
    if found and found != before:
        if current.status == CountStatus.OPEN:
            changes = {"counter": actor}
            return move([current], CountStatus.AGAIN, actor=actor, changes=changes)[0]
        # What the one before has found is compared with no more: they may count anew.
        current.units.filter(counter=current.counter).delete()
        CountTask.objects.filter(pk=current.pk).update(counter=actor)
        current.counter = actor
        return current
    differences = [
        Difference(row.product, current.location, found[row.product_id], row.books)
        for row in current.units.filter(counter=actor, product__in=found).select_related("product")
    ]
    post_differences(differences, what="counted", subject_id=current.pk, actor=actor)
    open_stocks(Stock.objects.filter(location=current.location_id))
    ended = {"ended_at": timezone.now()}
    return move([current], CountStatus.DONE, actor=actor, changes=ended)[0]


def _lock(task: CountTask, actor: User) -> CountTask:
    """The task, row-locked and read fresh. Raises DomainError unless this person may count."""
    rows = CountTask.objects.select_related("location", "counter")
    current = rows.select_for_update(no_key=True, of=("self",)).get(pk=task.pk)
    if current.status not in COUNT_OPEN:
        raise DomainError(say("{location} is counted already.", location=current.location))
    if current.counter_id == actor.pk:
        raise DomainError(
            say("You counted {location}: somebody else counts it again.", location=current.location)
        )
    return current


def _note_books(task: CountTask, actor: User) -> None:
    """Write beside what was counted what the books say, also of what was not found at all."""
    lying = Stock.objects.filter(location=task.location_id, on_hand__gt=0)
    sums = lying.values_list("product", "seller").annotate(units=Sum("on_hand")).order_by()
    books = {product: (seller, units) for product, seller, units in sums}
    own = {row.product_id: row for row in task.units.filter(counter=actor)}
    CountedUnits.objects.bulk_create(
        CountedUnits(task=task, counter=actor, product_id=product, seller_id=seller, books=units)
        for product, (seller, units) in books.items()
        if product not in own
    )
    for product, row in own.items():
        row.books = books[product][1] if product in books else 0
    CountedUnits.objects.bulk_update(own.values(), ["books"])


def _differences(task: CountTask, counter: User) -> dict[UUID, int]:
    """{product id: units more than in the books} as this person found them, at that moment."""
    rows = task.units.filter(counter=counter, books__isnull=False).exclude(units=F("books"))
    return {row.product_id: row.units - (row.books or 0) for row in rows}
