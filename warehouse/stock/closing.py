"""Units that no order can have: closed, blocked, expired, to be put away; closed places."""

from django.db.models import (
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.utils import timezone

from orders.errors import DomainError
from orders.words import say
from warehouse.models import Location, Lot, Stock, Supply

# Of a stock with a lot: this is blocked by a lead, expired, or has fewer days left than its seller
# wants. The day is that of the warehouse.
WITHHELD_LOT = """stock.lot <> '' AND EXISTS (
    SELECT FROM warehouse_lot lot
    JOIN orders_product dated ON dated.id = lot.product_id
    JOIN orders_warehouse house ON house.id = place.warehouse_id
    WHERE lot.product_id = stock.product_id AND lot.code = stock.lot
        AND (lot.blocked_at IS NOT NULL OR lot.expires_on - dated.least_days_left
            < (now() AT TIME ZONE house.time_zone)::date))"""
# Units of a supply that are closed, blocked, expired or wait to be put away, and claimed by nobody:
# what the books have beside them can be promised.
CLOSED = f"""(
    SELECT coalesce(sum(stock.on_hand - stock.pinned), 0)
    FROM warehouse_stock stock JOIN warehouse_location place ON place.id = stock.location_id
    WHERE stock.product_id = {{supply}}.product_id AND place.warehouse_id = {{supply}}.warehouse_id
        AND (stock.closed_at IS NOT NULL OR place.is_staging OR place.blocked_at IS NOT NULL
            OR {WITHHELD_LOT}))"""  # noqa: S608 a condition of our own
# What a new order can have of a supply: neither promised nor closed until it is counted.
FREE = f"greatest(supply.on_hand - supply.reserved - {CLOSED.format(supply='supply')}, 0)"
_TODAY = Func(
    OuterRef("location__warehouse__time_zone"),
    template="(now() AT TIME ZONE %(expressions)s)::date",
    output_field=DateField(),
)
_LAST_DAY = ExpressionWrapper(
    F("expires_on") - F("product__least_days_left"), output_field=DateField()
)
_KEPT_BACK = Lot.objects.alias(last_day=_LAST_DAY, today=_TODAY).filter(
    Q(blocked_at__isnull=False) | Q(last_day__lt=F("today")),
    product=OuterRef("product"),
    code=OuterRef("lot"),
)
# The same as `WITHHELD_LOT`, of a queryset of stocks.
WITHHELD = ~Q(lot="") & Q(Exists(_KEPT_BACK))
# What a lead has blocked, and what has expired.
IS_KEPT = WITHHELD | Q(location__blocked_at__isnull=False)
IS_CLOSED = Q(closed_at__isnull=False) | Q(location__is_staging=True) | IS_KEPT
IS_OPEN = (
    Q(closed_at__isnull=True, location__is_staging=False, location__blocked_at__isnull=True)
    & ~WITHHELD
)


def promisable(supply: Supply) -> int:
    """Units that new orders can have of this supply."""
    rows = Stock.objects.filter(
        IS_CLOSED, product=supply.product_id, location__warehouse=supply.warehouse_id
    )
    closed: int = rows.aggregate(units=Sum(F("on_hand") - F("pinned"), default=0))["units"]
    return supply.available - closed


def may_leave(stock: Stock, supply: Supply, units: int) -> bool:
    """Whether units may go from there, under the lock of the supply, and no order lacks them.

    What orders are promised lies elsewhere than in closed and staging locations.
    """
    if stock.on_hand - stock.pinned < units:
        return False
    place = stock.location
    is_closed = stock.closed_at is not None or place.is_staging or place.blocked_at is not None
    is_withheld = bool(stock.lot) and Stock.objects.filter(WITHHELD, pk=stock.pk).exists()
    return is_closed or is_withheld or promisable(supply) >= units


def close_stocks(rows: QuerySet[Stock]) -> None:
    """Send nobody there to pick, and promise none of it, until it is counted."""
    _write(rows.filter(closed_at__isnull=True), {"closed_at": timezone.now()})


def open_stocks(rows: QuerySet[Stock]) -> None:
    """Let what somebody has counted be picked again."""
    _write(rows.filter(closed_at__isnull=False), {"closed_at": None})


def refuse_closed(place: Location) -> None:
    """Raise DomainError where goods are to go into a location that a lead has closed."""
    if place.closed_at is not None:
        raise DomainError(say("{place} is closed: choose another place.", place=place))


def _write(rows: QuerySet[Stock], values: dict[str, object]) -> None:
    locked = rows.select_for_update(no_key=True).order_by("pk")  # as postings lock them
    Stock.objects.filter(pk__in=[row.pk for row in locked]).update(**values)
