"""Units that no order can have: closed until counted, or still to be put away; closed places."""

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from orders.errors import DomainError
from orders.words import say
from warehouse.models import Location, Stock, Supply

# Units of a supply that are closed or wait to be put away, and claimed by nobody: what the books
# have beside them can be promised.
CLOSED = """(
    SELECT coalesce(sum(stock.on_hand - stock.pinned), 0)
    FROM warehouse_stock stock JOIN warehouse_location place ON place.id = stock.location_id
    WHERE stock.product_id = {supply}.product_id AND place.warehouse_id = {supply}.warehouse_id
        AND (stock.closed_at IS NOT NULL OR place.is_staging))"""
IS_CLOSED = Q(closed_at__isnull=False) | Q(location__is_staging=True)
IS_OPEN = Q(closed_at__isnull=True, location__is_staging=False)


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
    is_closed = stock.closed_at is not None or stock.location.is_staging
    return is_closed or promisable(supply) >= units


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
