"""All tables of warehouse as they are made from nothing, by subject."""

from warehouse.migrations.fresh.tables import (
    badges,
    carts,
    corrections,
    couriers,
    floor,
    inbound,
    locations,
    printing,
    replenishment,
    serials,
    stock,
)

TABLES = [
    *badges.TABLES,
    *carts.TABLES,
    *corrections.TABLES,
    *couriers.TABLES,
    *floor.TABLES,
    *inbound.TABLES,
    *locations.TABLES,
    *printing.TABLES,
    *replenishment.TABLES,
    *serials.TABLES,
    *stock.TABLES,
]
