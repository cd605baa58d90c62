"""The kinds of events that an endpoint may ask for; without a choice it hears of all."""

from orders.states import PackageStatus, ReturnStatus, ShipmentStatus

TEST = "webhook.test"
# A chosen kind brings its undo along: who heard that a box was packed hears that it was not.
UNDONE = "_undone"

GROUPS: dict[str, list[str]] = {
    "Orders": [
        "order.received",
        "order.allocated",
        "order.backordered",
        "order.cancelled",
        "order.line_linked",
        "order.address_entered",
        "hold.opened",
        "hold.released",
    ],
    "Shipments": [f"shipment.{status}" for status in ShipmentStatus.values],
    "Packages": [
        "package.opened",
        "package.emptied",
        *(f"package.{status}" for status in PackageStatus.values if status != "packing"),
    ],
    "Returns": [
        *(f"return.{status}" for status in ReturnStatus.values),
        "return_line.restocked",
        "return_line.written_off",
    ],
}
KINDS = frozenset(kind for kinds in GROUPS.values() for kind in kinds)
