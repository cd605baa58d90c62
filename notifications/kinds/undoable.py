"""Events that a worker may take back."""

from orders.models import Event

UNDONE = "_undone"


CORRECTION, SELLER_CORRECTION = "correction", "seller_correction"


# A worker may take these back: their messages wait for it a while.
UNDOABLE = frozenset(
    {
        "shipment.packed",
        "shipment.ready",
        "shipment.handed_over",
        "package.delivered",
        "package.attempt_failed",
        "package.at_pickup_point",
        "package.returning",
    }
)


def undone_kind(event: Event) -> str:
    """The kind of the event that this one takes back, "" if it is no undo."""
    kind = event.kind.removesuffix(UNDONE)
    return kind if kind != event.kind and kind in UNDOABLE else ""
