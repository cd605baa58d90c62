"""The rows of what physically happens."""

from warehouse.models.dispatch import Run, Stop
from warehouse.models.locations import Location
from warehouse.models.picking import PickLine, PickList, Scan
from warehouse.models.stock import Reservation, Stock, StockMovement, Supply

__all__ = [
    "Location",
    "PickLine",
    "PickList",
    "Reservation",
    "Run",
    "Scan",
    "Stock",
    "StockMovement",
    "Stop",
    "Supply",
]
