"""Write what was counted at a place into the books: an adjustment in the ledger, with its actor."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from orders.events.recording import record
from orders.models import Event, Product, User
from orders.words import say
from warehouse.models import Location, Stock, StockMovement
from warehouse.stock.closing import open_stocks
from warehouse.stock.lots import name_lots
from warehouse.stock.postings import (
    Place,
    Posting,
    SupplyKey,
    lock_stocks,
    lock_supplies,
    post,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """Units of a product that lie at a place; `expected`: what the books said when it was told."""

    product: Product
    location: Location
    lot: str
    units: int
    expected: int

    @property
    def place(self) -> Place:
        return self.product.pk, self.location.pk, self.lot

    @property
    def supply(self) -> SupplyKey:
        return self.product.pk, self.location.warehouse_id


@transaction.atomic(savepoint=False)
def write_counts(counts: Sequence[Counted], *, actor: User | None) -> list[str]:
    """Adjust the books to what was counted, each place once; returns why not, "" where written.

    Refused is what the books have changed since, and what would take units that orders or pickers
    have been given.
    """
    name_lots((count.product, count.lot) for count in counts if count.units)
    supplies = lock_supplies(count.supply for count in counts)
    stocks = lock_stocks(count.place for count in counts)
    free = Counter({key: supply.available for key, supply in supplies.items()})
    refusals, postings = [], []
    for count in counts:
        stock = stocks.get(count.place)
        on_hand = stock.on_hand if stock else 0
        change = count.units - on_hand
        refusal = _refusal(count, stock, change, free[count.supply])
        refusals.append(refusal)
        if change and not refusal:
            free[count.supply] += change
            postings.append(Posting(count.product.seller_id, *count.place, quantity=change))
    told = zip(counts, refusals, strict=True)
    counted = [stocks[count.place].pk for count, no in told if not no and count.place in stocks]
    open_stocks(Stock.objects.filter(pk__in=counted))
    changed = {
        (row.product_id, row.location_id, row.lot): row
        for row in post(postings, reason=StockMovement.Reason.ADJUSTED, actor=actor)
    }
    record([_event(changed[posting.place], posting, actor) for posting in postings])
    return refusals


def _refusal(count: Counted, stock: Stock | None, change: int, free: int) -> str:
    on_hand, pinned = (stock.on_hand, stock.pinned) if stock else (0, 0)
    if on_hand != count.expected:
        return say(
            "expected {expected} in the books, as when the file was checked: "
            "now they say {on_hand}",
            expected=count.expected,
            on_hand=on_hand,
        )
    if count.units < pinned:
        return say("expected at least {least}: so many are claimed by pick lists", least=pinned)
    if change < 0 and free + change < 0:
        return say(
            "expected at least {least}: orders have been promised the rest", least=on_hand - free
        )
    return ""


def _event(stock: Stock, posting: Posting, actor: User | None) -> Event:
    return Event.of(
        stock,
        "counted",
        actor=actor,
        product=str(posting.product_id),
        location=str(posting.location_id),
        quantity=posting.quantity,
    )
