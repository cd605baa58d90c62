"""What lies in a scanned tote, slot of a cart or cell of a put wall."""

from django.db.models import Exists, OuterRef

from orders.models import Shipment
from orders.prepared import PreparedQuery, parameter
from orders.states import ShipmentStatus
from warehouse.models import Location, PickLine, PickList
from warehouse.states import PICK_LIST_AT_WORK

IN_A_TOTE = (
    ShipmentStatus.PICKING,
    ShipmentStatus.PICKED,
    ShipmentStatus.PACKED,
    ShipmentStatus.READY,
)
# Of a walk: what was packed before lies in boxes since, and its tote was given out again.
_LATER = PickList.objects.filter(pk__gt=OuterRef("pk"))
IS_LAST_IN_TOTE = ~Exists(_LATER.filter(tote=OuterRef("tote"))) & ~Exists(
    _LATER.filter(batch_tote=OuterRef("tote"))
)
# The shipments of the warehouse `$1` whose units lie in the tote `$2`.
IN_TOTE = PreparedQuery(
    lambda: Shipment.objects.filter(
        warehouse=parameter(1),
        status__in=IN_A_TOTE,
        pk__in=PickList.objects.filter(IS_LAST_IN_TOTE, tote=parameter(2)).values("shipment"),
    ).select_related("order", "seller")
)
# Of a walk: units of it lie in the tote of its batch, and not in its cell.
IS_UNSORTED = Exists(PickLine.objects.filter(pick_list=OuterRef("pk"), to_sort__gt=0))


def holds_a_batch(tote: Location) -> bool:
    """Whether units lie in a tote that are to be sorted into the cells of a put wall."""
    walks = PickList.objects.filter(IS_UNSORTED, batch_tote=tote, status__in=PICK_LIST_AT_WORK)
    return walks.exists()
