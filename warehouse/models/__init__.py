"""Models of locations, carts, lots, serials, stock, walks, corrections, inbounds, runs."""

from warehouse.models.badges import Badge, BadgeDevice, Device
from warehouse.models.cartons import Carton
from warehouse.models.carts import Cart
from warehouse.models.corrections import Correction, CountedUnits, CountTask, StockLimits
from warehouse.models.couriers import Run, Stop
from warehouse.models.floor import PickLine, PickList, Scan
from warehouse.models.inbound import Inbound, InboundDamage, InboundLine
from warehouse.models.locations import Location
from warehouse.models.lots import Lot
from warehouse.models.manifests import Manifest
from warehouse.models.printing import Printer, PrintJob
from warehouse.models.replenishment import PickFace, ReplenishTask
from warehouse.models.serials import PackedSerial, ReturnedSerial
from warehouse.models.stock import Reservation, Stock, StockMovement, Supply
from warehouse.models.walls import PutWall
from warehouse.models.waves import Wave

__all__ = [
    "Badge",
    "BadgeDevice",
    "Cart",
    "Carton",
    "Correction",
    "CountTask",
    "CountedUnits",
    "Device",
    "Inbound",
    "InboundDamage",
    "InboundLine",
    "Location",
    "Lot",
    "Manifest",
    "PackedSerial",
    "PickFace",
    "PickLine",
    "PickList",
    "PrintJob",
    "Printer",
    "PutWall",
    "ReplenishTask",
    "Reservation",
    "ReturnedSerial",
    "Run",
    "Scan",
    "Stock",
    "StockLimits",
    "StockMovement",
    "Stop",
    "Supply",
    "Wave",
]
