"""Models of locations, stock, pick lists, scans and runs."""

from warehouse.models.couriers import Run, Stop
from warehouse.models.floor import PickLine, PickList, Scan
from warehouse.models.locations import Location
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
