"""The statuses of orders, shipments, packages and returns, each with its table of allowed moves."""

from django.db.models import TextChoices


class OrderStatus(TextChoices):
    """Summary of an order: computed from quantities by `summarize`, never set by hand."""

    RECEIVED = "received"
    ON_HOLD = "on_hold", "On hold"
    BACKORDERED = "backordered"
    IN_PROGRESS = "in_progress", "In progress"
    PACKED = "packed"
    PARTLY_SHIPPED = "partly_shipped", "Partly shipped"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery", "Out for delivery"
    PARTLY_DELIVERED = "partly_delivered", "Partly delivered"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REPLACED = "replaced"
    PARTLY_RETURNED = "partly_returned", "Partly returned"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    NOTHING_TO_SHIP = "nothing_to_ship", "Nothing to ship"


# Something of the order has to ship, and nothing has shipped yet.
ORDER_UNSHIPPED = (
    OrderStatus.RECEIVED,
    OrderStatus.IN_PROGRESS,
    OrderStatus.PACKED,
    OrderStatus.ON_HOLD,
    OrderStatus.BACKORDERED,
)


class DemoState(TextChoices):
    """How far the demo of a seller is: see `orders/accounts/demo.py`."""

    MAKING = "making", "Being made"
    READY = "ready"
    LEAVING = "leaving", "Being removed"


class ShippingRule(TextChoices):
    """What happens with an order of which a part is in stock."""

    AS_AVAILABLE = "as_available", "As available"
    TOGETHER = "together", "All together"
    COMPLETE = "complete", "All or nothing"


class ShipmentStatus(TextChoices):
    """Work in the warehouse."""

    PLANNED = "planned"
    RELEASED = "released"
    PICKING = "picking"
    PICKED = "picked"
    PACKED = "packed"
    READY = "ready"
    HANDED_OVER = "handed_over", "Handed over"
    CANCELLED = "cancelled"


SHIPMENT_MOVES = {
    ShipmentStatus.PLANNED: {ShipmentStatus.RELEASED, ShipmentStatus.CANCELLED},
    ShipmentStatus.RELEASED: {ShipmentStatus.PICKING, ShipmentStatus.CANCELLED},
    ShipmentStatus.PICKING: {ShipmentStatus.PICKED, ShipmentStatus.CANCELLED},
    ShipmentStatus.PICKED: {ShipmentStatus.PACKED, ShipmentStatus.CANCELLED},
    ShipmentStatus.PACKED: {ShipmentStatus.READY, ShipmentStatus.CANCELLED},
    ShipmentStatus.READY: {ShipmentStatus.HANDED_OVER, ShipmentStatus.CANCELLED},
    ShipmentStatus.HANDED_OVER: set(),
    ShipmentStatus.CANCELLED: set(),
}


# What a person may undo while no further step followed. An undo appends an event and deletes none.
SHIPMENT_UNDO_MOVES = {
    ShipmentStatus.PACKED: {ShipmentStatus.PICKED},
    ShipmentStatus.READY: {ShipmentStatus.PACKED},
    ShipmentStatus.HANDED_OVER: {ShipmentStatus.READY},
}

# Not picked yet.
SHIPMENT_NOT_BEGUN = (ShipmentStatus.PLANNED, ShipmentStatus.RELEASED)
# Its units are still to be picked, or some of them.
SHIPMENT_TO_PICK = (ShipmentStatus.RELEASED, ShipmentStatus.PICKING)
# The warehouse has no work with it any more: it has left, or never will.
SHIPMENT_ENDED = (ShipmentStatus.HANDED_OVER, ShipmentStatus.CANCELLED)
# Still to be handed over.
SHIPMENT_TO_SEND = tuple(status for status in ShipmentStatus if status not in SHIPMENT_ENDED)


class PackageStatus(TextChoices):
    """The journey of one box to the customer, and back."""

    PACKING = "packing"
    PACKED = "packed"
    LABELLED = "labelled"
    HANDED_OVER = "handed_over", "Handed over"
    IN_TRANSIT = "in_transit", "In transit"
    OUT_FOR_DELIVERY = "out_for_delivery", "Out for delivery"
    ATTEMPT_FAILED = "attempt_failed", "Attempt failed"
    AT_PICKUP_POINT = "at_pickup_point", "At a pickup point"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    DAMAGED = "damaged"
    CANCELLED = "cancelled"


_ON_THE_WAY = {
    PackageStatus.IN_TRANSIT,
    PackageStatus.OUT_FOR_DELIVERY,
    PackageStatus.ATTEMPT_FAILED,
    PackageStatus.AT_PICKUP_POINT,
    PackageStatus.DELIVERED,
    PackageStatus.RETURNING,
    PackageStatus.LOST,
    PackageStatus.DAMAGED,
}

PACKAGE_MOVES = {
    PackageStatus.PACKING: {PackageStatus.PACKED, PackageStatus.CANCELLED},
    PackageStatus.PACKED: {PackageStatus.LABELLED, PackageStatus.CANCELLED},
    PackageStatus.LABELLED: {PackageStatus.HANDED_OVER, PackageStatus.CANCELLED},
    PackageStatus.HANDED_OVER: _ON_THE_WAY,
    PackageStatus.IN_TRANSIT: _ON_THE_WAY - {PackageStatus.IN_TRANSIT},
    PackageStatus.OUT_FOR_DELIVERY: _ON_THE_WAY - {PackageStatus.OUT_FOR_DELIVERY},
    PackageStatus.ATTEMPT_FAILED: _ON_THE_WAY - {PackageStatus.ATTEMPT_FAILED},
    PackageStatus.AT_PICKUP_POINT: {
        PackageStatus.DELIVERED,
        PackageStatus.RETURNING,
        PackageStatus.LOST,
    },
    PackageStatus.DELIVERED: {PackageStatus.RETURNING},
    PackageStatus.RETURNING: {PackageStatus.RETURNED, PackageStatus.LOST},
    PackageStatus.RETURNED: set(),
    PackageStatus.LOST: {
        PackageStatus.IN_TRANSIT,  # found again
        PackageStatus.DELIVERED,
        PackageStatus.RETURNING,
    },
    PackageStatus.DAMAGED: {PackageStatus.RETURNING},
    PackageStatus.CANCELLED: set(),
}


PACKAGE_UNDO_MOVES = {
    PackageStatus.PACKED: {PackageStatus.PACKING},
    PackageStatus.LABELLED: {PackageStatus.PACKING},
    PackageStatus.HANDED_OVER: {PackageStatus.LABELLED},
    PackageStatus.DELIVERED: {PackageStatus.OUT_FOR_DELIVERY, PackageStatus.AT_PICKUP_POINT},
    PackageStatus.ATTEMPT_FAILED: {PackageStatus.OUT_FOR_DELIVERY},
    PackageStatus.AT_PICKUP_POINT: {PackageStatus.OUT_FOR_DELIVERY},
    PackageStatus.RETURNING: {PackageStatus.ATTEMPT_FAILED, PackageStatus.AT_PICKUP_POINT},
}

# It has not left the warehouse yet, and will.
PACKAGE_IN_HOUSE = (PackageStatus.PACKING, PackageStatus.PACKED, PackageStatus.LABELLED)
# It has left and may still reach the customer.
PACKAGE_UNDER_WAY = (
    PackageStatus.HANDED_OVER,
    PackageStatus.IN_TRANSIT,
    PackageStatus.OUT_FOR_DELIVERY,
    PackageStatus.ATTEMPT_FAILED,
    PackageStatus.AT_PICKUP_POINT,
)
# It has left, and may go out with a courier.
PACKAGE_TO_GO_OUT = (
    PackageStatus.HANDED_OVER,
    PackageStatus.IN_TRANSIT,
    PackageStatus.ATTEMPT_FAILED,
)
# It is on its way back to the warehouse, or there again.
PACKAGE_TURNED_BACK = (PackageStatus.RETURNING, PackageStatus.RETURNED)
# It will not reach the customer unless a person does something.
PACKAGE_STRANDED = (PackageStatus.LOST, PackageStatus.DAMAGED, *PACKAGE_TURNED_BACK)


class ReturnStatus(TextChoices):
    """A return, from the customer's request to our inspection."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


RETURN_MOVES = {
    ReturnStatus.REQUESTED: {
        ReturnStatus.APPROVED,
        ReturnStatus.REFUSED,
        ReturnStatus.CANCELLED,
    },
    # Until something has come, a decision is revised.
    ReturnStatus.APPROVED: {
        ReturnStatus.RECEIVED,
        ReturnStatus.CLOSED,  # the customer keeps it
        ReturnStatus.REFUSED,
        ReturnStatus.CANCELLED,
    },
    ReturnStatus.REFUSED: {ReturnStatus.APPROVED},
    ReturnStatus.RECEIVED: {ReturnStatus.CLOSED},
    ReturnStatus.CLOSED: set(),
    ReturnStatus.CANCELLED: set(),
}

# Units of it may still come, or wait to be inspected.
RETURN_OPEN = (ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.RECEIVED)


class RefundStatus(TextChoices):
    """What is owed for a return, until the shop has paid it, or the seller will not pay it."""

    OWED = "owed"
    PAID = "paid"
    WAIVED = "waived"


REFUND_MOVES: dict[RefundStatus, set[RefundStatus]] = {
    RefundStatus.OWED: {RefundStatus.PAID, RefundStatus.WAIVED},
    RefundStatus.PAID: set(),
    RefundStatus.WAIVED: set(),
}
REFUND_UNDO_MOVES = {
    RefundStatus.PAID: {RefundStatus.OWED},
    RefundStatus.WAIVED: {RefundStatus.OWED},
}


class DiscrepancyStatus(TextChoices):
    """A discrepancy of a return, from the parcel that was opened to the end of what came."""

    OPEN = "open"
    DECIDED = "decided"
    DONE = "done"


DISCREPANCY_MOVES = {
    DiscrepancyStatus.OPEN: {DiscrepancyStatus.DECIDED, DiscrepancyStatus.DONE},
    DiscrepancyStatus.DECIDED: {DiscrepancyStatus.DONE},
    DiscrepancyStatus.DONE: set(),
}
# With the refund that had settled it.
DISCREPANCY_UNDO_MOVES = {DiscrepancyStatus.DONE: {DiscrepancyStatus.DECIDED}}


class RepairStatus(TextChoices):
    """Returned units that are repaired for their customer, until they are sent, or refunded."""

    ASIDE = "aside", "Set aside"
    WAITING = "waiting", "To repair"
    REPAIRED = "repaired"
    FAILED = "failed", "Not repaired, goes back"
    REFUNDED = "refunded", "Not repaired, refunded"
    SENT = "sent"


class ReturnLabelState(TextChoices):
    """The label of a return: told by its moments, never set."""

    ASKED = "asked", "Being made"
    READY = "ready"
    FAILED = "failed", "Not made"
    VOID = "void"


class ReturnLabelStage(TextChoices):
    """The same as sellers see it, who want to know whether it was used."""

    ASKED = "asked", "Being made"
    READY = "ready"
    USED = "used"
    FAILED = "failed", "Not made"
    VOID = "void"


REPAIR_MOVES: dict[RepairStatus, set[RepairStatus]] = {
    RepairStatus.ASIDE: {RepairStatus.WAITING},
    RepairStatus.WAITING: {
        RepairStatus.REPAIRED,
        RepairStatus.FAILED,
        RepairStatus.REFUNDED,
    },
    # Refunded, where it cannot be sent after all: it is lost here, or its product is a kit now.
    RepairStatus.REPAIRED: {RepairStatus.SENT, RepairStatus.REFUNDED},
    RepairStatus.FAILED: {RepairStatus.SENT, RepairStatus.REFUNDED},
    RepairStatus.REFUNDED: set(),
    RepairStatus.SENT: set(),
}
# What was put into a tote to be packed is taken out of it again.
REPAIR_UNDO_MOVES = {RepairStatus.SENT: {RepairStatus.REPAIRED, RepairStatus.FAILED}}
# Nobody has said yet what becomes of them: their return stays open.
REPAIR_OPEN = (RepairStatus.ASIDE, RepairStatus.WAITING)
# They go back to their customer, and nobody has put them into a tote yet.
REPAIR_TO_SEND = (RepairStatus.REPAIRED, RepairStatus.FAILED)
