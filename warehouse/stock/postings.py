"""Postings: the only writer of Stock, Supply and StockMovement (the ledger)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.utils import timezone

from orders.errors import DomainError
from orders.keys import new_ids
from orders.models import Product, User
from orders.prepared import PreparedQuery, condition
from orders.statements import Statement
from orders.words import say
from warehouse.models import Location, Stock, Supply
from warehouse.stock.closing import refuse_closed
from warehouse.stock.holdings import refuse_kits

SupplyKey = tuple[UUID, UUID]  # product, warehouse
Place = tuple[UUID, UUID, str]  # product, location, lot

MOST_ON_HAND = 2**31 - 1  # what the column holds

# What would have too few units, or is not there, is not returned.
PIN = Statement("""
WITH
-- The stocks, locked in the order of their ids.
locked AS (
    SELECT stock.id, given.pinned
    FROM warehouse_stock AS stock
    JOIN unnest(%(ids)s::uuid[], %(units)s::int[]) AS given (id, pinned) USING (id)
    ORDER BY stock.id FOR NO KEY UPDATE OF stock
)
UPDATE warehouse_stock AS stock SET pinned = stock.pinned + locked.pinned
FROM locked
WHERE stock.id = locked.id AND stock.pinned + locked.pinned BETWEEN %(none)s AND stock.on_hand
RETURNING stock.id
""")
COLUMNS = [field.column for field in Stock._meta.concrete_fields]
RETURNED = ", ".join(f"stock.{column}" for column in COLUMNS)
# What would have too few units is left as it is, and not returned.
POST_STOCKS = """
WITH
-- The units of each place, and the id of the row that it gets where it has none.
given AS (
    SELECT * FROM unnest(
        %(ids)s::uuid[], %(sellers)s::uuid[], %(products)s::uuid[], %(locations)s::uuid[],
        %(lots)s::text[], %(quantities)s::int[], %(pins)s::int[]
    ) AS given (id, seller_id, product_id, location_id, lot, on_hand, pinned)
),
-- Their rows, locked in the order of their ids.
locked AS (
    SELECT stock.id, given.on_hand, given.pinned
    FROM warehouse_stock AS stock JOIN given USING (product_id, location_id, lot)
    ORDER BY stock.id FOR NO KEY UPDATE OF stock
),
-- Those that have enough.
changed AS (
    UPDATE warehouse_stock AS stock
    SET on_hand = stock.on_hand + locked.on_hand, pinned = stock.pinned + locked.pinned
    FROM locked
    WHERE stock.id = locked.id AND stock.pinned + locked.pinned
        BETWEEN %(nothing)s AND stock.on_hand + locked.on_hand
    RETURNING {returned}
),
-- The first units of a place: of two concurrent inserts the second adds its own.
filled AS (
    INSERT INTO warehouse_stock AS stock
        (id, seller_id, product_id, location_id, lot, on_hand, pinned)
    SELECT given.* FROM given LEFT JOIN changed USING (product_id, location_id, lot)
    WHERE changed.id IS NULL AND given.pinned BETWEEN %(nothing)s AND given.on_hand
    ORDER BY product_id, location_id, lot
    ON CONFLICT (product_id, location_id, lot) DO UPDATE
    SET on_hand = stock.on_hand + excluded.on_hand, pinned = stock.pinned + excluded.pinned
    RETURNING {returned}
),
{ledger}
SELECT * FROM changed UNION ALL SELECT * FROM filled
"""
WRITE_MOVEMENTS = """
-- What came and left, in the ledger.
moved AS (
    INSERT INTO warehouse_stockmovement
        (id, seller_id, product_id, location_id, lot, quantity, subject_id, reason, actor_id, at)
    SELECT given.*, %(reason)s::text, %(actor)s::uuid, %(at)s::timestamptz FROM unnest(
        %(moves)s::uuid[], %(of)s::uuid[], %(what)s::uuid[], %(where)s::uuid[], %(lot)s::text[],
        %(units)s::int[], %(subjects)s::uuid[]) AS given
)
"""
POSTED = Statement(POST_STOCKS.format(returned=RETURNED, ledger=WRITE_MOVEMENTS.strip()))
CHANGE_SUPPLIES = Statement("""
UPDATE warehouse_supply AS supply
SET on_hand = supply.on_hand + given.quantity, reserved = supply.reserved + given.reserved
FROM unnest(%(ids)s::uuid[], %(units)s::int[], %(further)s::int[]) AS given (id, quantity, reserved)
WHERE supply.id = given.id
""")
# The supplies of the products `$1`, each in the warehouse beside it in `$2`.
SUPPLIES = PreparedQuery(
    lambda: (
        Supply.objects.filter(
            condition(
                "(warehouse_supply.product_id, warehouse_supply.warehouse_id) IN "
                "(SELECT * FROM unnest($1::uuid[], $2::uuid[]))"
            )
        )
        .select_for_update(no_key=True)
        .order_by("pk")
    )
)

# Until the transaction ends nobody closes the place.
STATE_OF_PLACE = "SELECT closed_at FROM warehouse_location WHERE id = %(place)s FOR SHARE"


@dataclass(frozen=True, slots=True)
class Posting:
    """A change of a place: `quantity` units come (leave, below 0), and `pinned` units are pinned.

    A posting of 0 units only pins units that lie there, or unpins them (below 0).
    """

    seller_id: UUID
    product_id: UUID
    location_id: UUID
    lot: str = ""
    quantity: int = 0
    pinned: int = 0
    subject_id: UUID | None = None
    warehouse_id: UUID | None = None  # looked up where it is not known

    @classmethod
    def at(
        cls,
        stock: Stock,
        quantity: int,
        *,
        pinned: int = 0,
        location_id: UUID | None = None,
        subject_id: UUID | None = None,
        warehouse_id: UUID | None = None,
    ) -> "Posting":
        """A posting of the product and lot of `stock`, at its location or at `location_id`."""
        return cls(
            seller_id=stock.seller_id,
            product_id=stock.product_id,
            location_id=location_id or stock.location_id,
            lot=stock.lot,
            quantity=quantity,
            pinned=pinned,
            subject_id=subject_id,
            warehouse_id=warehouse_id,
        )

    @property
    def place(self) -> Place:
        return self.product_id, self.location_id, self.lot


@transaction.atomic(savepoint=False)
def post(postings: Iterable[Posting], *, reason: str, actor: User | None = None) -> list[Stock]:
    """Write movements, and update Stock and Supply with them; returns the changed Stock rows.

    `reason` is a StockMovement.Reason. Only postings that change the unpinned units or the sum of a
    product lock its supply: a pick, whose units stay pinned, does not.
    Raises DomainError when a place has too few units, or the supply fewer than are reserved.
    """
    wanted = [posting for posting in postings if posting.quantity or posting.pinned]
    if not wanted:
        return []
    # Supplies before stocks: the lock order.
    _post_to_supplies(wanted)
    actor_id = actor.pk if actor else None
    return _post_to_stocks(wanted, {"reason": str(reason), "actor": actor_id})


@transaction.atomic(savepoint=False)
def post_into(
    place: Location, postings: Iterable[Posting], *, reason: str, actor: User | None
) -> list[Stock]:
    """Like `post`, of goods that come to a place; refuses where a lead has closed it meanwhile."""
    stocks = post(postings, reason=reason, actor=actor)
    refuse_closed_now(place)
    return stocks


def refuse_closed_now(place: Location) -> None:
    """Like `refuse_closed`, of the place as it is now, and stays until the transaction ends.

    Called after the posting, which waits for locks: stocks before locations is their order.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATE_OF_PLACE, {"place": place.pk})
        found = cursor.fetchone()
    if found is None:
        raise DomainError(say("{place} was deleted: choose another place.", place=place))
    place.closed_at = found[0]
    refuse_closed(place)


@transaction.atomic(savepoint=False)
def pin(units: Mapping[UUID, int], *, locked: Mapping[SupplyKey, Supply] | None = None) -> None:
    """Pin units for a pick list, {stock id: units, below 0 to unpin}; others do not get them.

    `locked` are their supplies, where `lock_supplies` has returned them in this transaction.
    """
    wanted = {stock_id: number for stock_id, number in units.items() if number}
    if not wanted:
        return
    stocks = Stock.objects.filter(pk__in=wanted)
    if locked is None:
        lock_supplies(stocks.values_list("product", "location__warehouse"))
    pinned = {pk for (pk,) in PIN({"ids": list(wanted), "units": list(wanted.values()), "none": 0})}
    if refused := stocks.exclude(pk__in=pinned).first() if len(pinned) < len(wanted) else None:
        raise DomainError(_too_few(refused.product_id, refused.location_id, refused.lot))


def unpin(units: Mapping[UUID, int]) -> None:
    """Unpin units, {stock id: units}."""
    pin({stock_id: -number for stock_id, number in units.items()})


def lock_supplies(keys: Iterable[SupplyKey]) -> dict[SupplyKey, Supply]:
    """Lock these supplies by id, before any stock.

    The lock of a supply also protects the unpinned units of all its stocks.
    """
    wanted = set(keys)
    if not wanted:
        return {}
    rows = SUPPLIES(*(list(column) for column in zip(*wanted, strict=True)))
    return {(row.product_id, row.warehouse_id): row for row in rows}


def change_supplies(changes: Sequence[tuple[Supply, int, int]]) -> None:
    """Add (supply, units on hand, units reserved) to locked supplies, in one statement.

    Raises DomainError when more would be reserved than is on hand.
    """
    for supply, quantity, reserved in changes:
        supply.on_hand += quantity
        supply.reserved += reserved
        if supply.on_hand > MOST_ON_HAND:
            sku = Product.objects.values_list("sku", flat=True).get(pk=supply.product_id)
            raise DomainError(
                say(
                    "{sku}: the books hold at most {most_on_hand} units.",
                    sku=sku,
                    most_on_hand=MOST_ON_HAND,
                )
            )
        # The check constraint would refuse it too, but without a text for the worker.
        if not 0 <= supply.reserved <= supply.on_hand:
            sku = Product.objects.values_list("sku", flat=True).get(pk=supply.product_id)
            raise DomainError(
                say(
                    "{sku}: {reserved} are reserved, only {on_hand} would be left.",
                    sku=sku,
                    reserved=supply.reserved,
                    on_hand=supply.on_hand,
                )
            )
    _run(CHANGE_SUPPLIES, [(supply.pk, quantity, units) for supply, quantity, units in changes])


def _post_to_supplies(postings: list[Posting]) -> None:
    """Lock the supplies whose sum or unpinned units change, and add the sums to them."""
    warehouse_ids = _warehouses_of(postings)
    sums: Counter[SupplyKey] = Counter()
    unpinned: set[SupplyKey] = set()
    sellers: dict[SupplyKey, UUID] = {}
    for posting in postings:
        key = posting.product_id, warehouse_ids[posting.location_id]
        sums[key] += posting.quantity
        sellers[key] = posting.seller_id
        if posting.quantity != posting.pinned:
            unpinned.add(key)
    if growing := {product_id for (product_id, _), number in sums.items() if number > 0}:
        refuse_kits(growing)
    touched = unpinned | {key for key, number in sums.items() if number}
    supplies = lock_supplies(touched)
    # The first units of a product in a warehouse. Another transaction may insert the supply at the
    # same moment, so lock again after the insert.
    if missing := touched - supplies.keys():
        _insert_supplies({key: sellers[key] for key in missing})
        supplies = lock_supplies(touched)
    change_supplies([(supply, sums[key], 0) for key, supply in supplies.items() if sums[key]])


def _warehouses_of(postings: list[Posting]) -> dict[UUID, UUID]:
    """{location id: warehouse id}, looked up where a posting does not say it."""
    known = {row.location_id: row.warehouse_id for row in postings if row.warehouse_id}
    if asked := {row.location_id for row in postings} - known.keys():
        rows = Location.objects.filter(pk__in=asked)
        known |= dict(rows.values_list("pk", "warehouse_id"))
        if asked - known.keys():
            raise DomainError(say("The location was deleted: choose another place."))
    return known


def _insert_supplies(sellers: dict[SupplyKey, UUID]) -> None:
    """Insert supplies, sorted by key: two transactions that insert the same do not deadlock."""
    Supply.objects.bulk_create(
        (
            Supply(product_id=key[0], warehouse_id=key[1], seller_id=sellers[key])
            for key in sorted(sellers)
        ),
        ignore_conflicts=True,
    )


def _post_to_stocks(postings: list[Posting], why: dict[str, Any]) -> list[Stock]:
    units: Counter[Place] = Counter()
    pins: Counter[Place] = Counter()
    sellers: dict[Place, UUID] = {}
    for posting in postings:
        units[posting.place] += posting.quantity
        pins[posting.place] += posting.pinned
        sellers[posting.place] = posting.seller_id
    products, locations, lots = (list(column) for column in zip(*sellers, strict=True))
    given = {
        "ids": new_ids(len(sellers)),
        "sellers": list(sellers.values()),
        "products": products,
        "locations": locations,
        "lots": lots,
        "quantities": [units[at] for at in sellers],
        "pins": [pins[at] for at in sellers],
        "nothing": 0,
    }
    given |= _movements([posting for posting in postings if posting.quantity]) | why
    names = [field.attname for field in Stock._meta.concrete_fields]
    rows = [Stock.from_db(DEFAULT_DB_ALIAS, names, row) for row in POSTED(given)]
    stocks = {(row.product_id, row.location_id, row.lot): row for row in rows}
    if missing := sellers.keys() - stocks.keys():
        raise DomainError(_too_few(*min(missing)))
    return sorted(stocks.values(), key=lambda row: row.pk)


def _movements(moved: list[Posting]) -> dict[str, Any]:
    """What WRITE_MOVEMENTS is given of what came and left."""
    return {
        "moves": new_ids(len(moved)),
        "of": [posting.seller_id for posting in moved],
        "what": [posting.product_id for posting in moved],
        "where": [posting.location_id for posting in moved],
        "lot": [posting.lot for posting in moved],
        "units": [posting.quantity for posting in moved],
        "subjects": [posting.subject_id for posting in moved],
        "at": timezone.now(),
    }


def lock_stocks(places: Iterable[Place]) -> dict[Place, Stock]:
    """Lock the stocks of these places, by id, after their supplies."""
    wanted = set(places)
    rows = Stock.objects.filter(
        product__in={place[0] for place in wanted}, location__in={place[1] for place in wanted}
    )
    locked = rows.select_for_update(no_key=True).order_by("pk")
    found = {(row.product_id, row.location_id, row.lot): row for row in locked}
    return {place: row for place, row in found.items() if place in wanted}


def _too_few(product_id: UUID, location_id: UUID, lot: str) -> str:
    rows = Stock.objects.filter(product=product_id, location=location_id, lot=lot)
    there = rows.first() or Stock(product_id=product_id, location_id=location_id, lot=lot)
    return say(
        "{code} holds {on_hand} × {sku}, {pinned} of them reserved for pick lists: not enough.",
        code=there.location.code,
        on_hand=there.on_hand,
        sku=there.product.sku,
        pinned=there.pinned,
    )


def _run(statement: Statement, rows: Sequence[tuple[UUID, int, int]]) -> None:
    if rows:
        columns = (list(column) for column in zip(*rows, strict=True))
        statement(dict(zip(("ids", "units", "further"), columns, strict=True)))
