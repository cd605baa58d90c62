"""Models of locations, cartons, stock, walks, scans, corrections, manifests, runs, badges."""

from warehouse.models.badges import Badge, Device
from warehouse.models.cartons import Carton
from warehouse.models.corrections import Correction, CountedUnits, CountTask, StockLimits
from warehouse.models.couriers import Run, Stop
from warehouse.models.floor import PickLine, PickList, Scan
from warehouse.models.locations import Location
from warehouse.models.manifests import Manifest
from warehouse.models.stock import Reservation, Stock, StockMovement, Supply

__all__ = [
    "Badge",
    "Carton",
    "Correction",
    "CountTask",
    "CountedUnits",
    "Device",
    "Location",
    "Manifest",
    "PickLine",
    "PickList",
    "Reservation",
    "Run",
    "Scan",
    "Stock",
    "StockLimits",
    "StockMovement",
    "Stop",
    "Supply",
]
