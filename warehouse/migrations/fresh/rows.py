"""Who sees which rows of warehouse."""

from orders.migrations.fresh.policies import OF_A_BUILDING, policies, through

# Of one seller, who is named in each row.
SELLERS = [
    "warehouse_correction",
    "warehouse_countedunits",
    "warehouse_inbound",
    "warehouse_inbounddamage",
    "warehouse_inboundline",
    "warehouse_lot",
    "warehouse_packedserial",
    "warehouse_pickface",
    "warehouse_pickline",
    "warehouse_picklist",
    "warehouse_replenishtask",
    "warehouse_reservation",
    "warehouse_returnedserial",
    "warehouse_stock",
    "warehouse_stockmovement",
    "warehouse_supply",
]
# Of no seller, of a building, or seen by who sees the row of another table.
OTHERS = {
    "warehouse_badge": "EXISTS (SELECT FROM orders_member WHERE orders_member.user_id = {table}.user_id)",
    "warehouse_badgedevice": through("warehouse_device", "device_id"),
    "warehouse_cart": OF_A_BUILDING,
    "warehouse_carton": OF_A_BUILDING,
    "warehouse_counttask": OF_A_BUILDING,
    "warehouse_device": OF_A_BUILDING,
    "warehouse_location": OF_A_BUILDING,
    "warehouse_manifest": OF_A_BUILDING,
    "warehouse_printer": OF_A_BUILDING,
    "warehouse_printjob": through("warehouse_printer", "printer_id"),
    "warehouse_putwall": OF_A_BUILDING,
    "warehouse_run": OF_A_BUILDING,
    "warehouse_stocklimits": OF_A_BUILDING,
    "warehouse_stop": through("warehouse_run", "run_id"),
    "warehouse_stop_packages": through("warehouse_stop", "stop_id"),
    "warehouse_wave": OF_A_BUILDING,
}

STATEMENTS = policies(SELLERS, OTHERS)
