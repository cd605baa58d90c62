"""Blind counts: units are scanned without a look at the books, a difference is counted twice."""

from collections import Counter
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orders.errors import DomainError
from orders.lifecycle.transitions import move
from orders.models import Product, User
from orders.words import say
from warehouse.corrections.differences import Difference, lot_counted, post_differences
from warehouse.models import CountedUnits, CountTask, Stock
from warehouse.states import COUNT_OPEN, CountStatus
from warehouse.stock.closing import open_stocks
from warehouse.stock.lots import chosen_code

Counted = tuple[UUID, str]  # the product, and its lot where it has lots


@transaction.atomic(savepoint=False)
def count_units(
    task: CountTask, *, product: Product, units: int, lot: str = "", actor: User
) -> CountedUnits:
    """Add units that somebody found at the location of a task, of a lot where the product has lots.

    Raises DomainError where several lots lie there by the books, or none, and none was said.
    """
    current = _lock(task, actor)
    row, _ = CountedUnits.objects.get_or_create(
        task=current,
        counter=actor,
        product=product,
        lot=lot_counted(product, current.location, lot),
        defaults={"seller_id": product.seller_id},
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
    rows = current.units.filter(counter=actor).select_related("product").order_by("pk")
    differences = [
        Difference(row.product, current.location, found[key], row.books, row.lot)
        for row in rows
        if (key := (row.product_id, row.lot)) in found
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
    own = {(row.product_id, row.lot): row for row in task.units.filter(counter=actor)}
    # What was counted without its lots is compared without them.
    whole = {product for product, lot in own if not lot}
    books: Counter[Counted] = Counter()
    sellers: dict[UUID, UUID] = {}
    lying = Stock.objects.filter(location=task.location_id, on_hand__gt=0)
    for stock in lying.select_related("product").order_by("pk"):
        product = stock.product
        has_lots = product.is_lot_tracked and product.pk not in whole
        books[product.pk, chosen_code(stock.lot) if has_lots else ""] += stock.on_hand
        sellers[product.pk] = stock.seller_id
    CountedUnits.objects.bulk_create(
        CountedUnits(
            task=task, counter=actor, product_id=product_id, lot=lot, books=units,
            seller_id=sellers[product_id],
        )
        for (product_id, lot), units in books.items()
        if (product_id, lot) not in own
    )  # fmt: skip
    for key, row in own.items():
        row.books = books[key]
    CountedUnits.objects.bulk_update(own.values(), ["books"])


def _differences(task: CountTask, counter: User) -> dict[Counted, int]:
    """{what: units more than in the books} as this person found them, at that moment."""
    rows = task.units.filter(counter=counter, books__isnull=False).exclude(units=F("books"))
    return {(row.product_id, row.lot): row.units - (row.books or 0) for row in rows}
