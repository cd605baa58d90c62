"""Row-level security: who may see which rows, beside the filter of the application."""

from django.db import migrations

# Tables whose rows are their seller's.
OWNED = (
    "warehouse_supply",
    "warehouse_stock",
    "warehouse_stockmovement",
    "warehouse_reservation",
    "warehouse_picklist",
    "warehouse_pickline",
)
# The others: who sees the row named here sees them.
OTHERS = {
    "warehouse_run": "EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_run.warehouse_id)",
    "warehouse_stop_packages": "EXISTS (SELECT FROM warehouse_stop WHERE warehouse_stop.id = warehouse_stop_packages.stop_id)",
    "warehouse_stop": "EXISTS (SELECT FROM warehouse_run WHERE warehouse_run.id = warehouse_stop.run_id)",
    "warehouse_location": "EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_location.warehouse_id)",
    "warehouse_badge": "EXISTS (SELECT FROM orders_member WHERE orders_member.user_id = warehouse_badge.user_id)",
    "warehouse_device": "EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_device.warehouse_id)",
}
# Processes of the former version would be shown nothing: where somebody works with them, the
# policies are switched on by `manage.py finish_upgrade`, after the last of them.
ENABLE = """
DROP POLICY IF EXISTS tenant ON {table};
CREATE POLICY tenant ON {table} USING ({read}) WITH CHECK ({written});
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM orders_seller) THEN
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    END IF;
END
$$;
"""
DISABLE = """
DROP POLICY tenant ON {table};
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


def policies():
    owned = {table: f"{table}.seller_id = ANY ((SELECT portal_sees())::uuid[])" for table in OWNED}
    return [policy(table, way) for table, way in (owned | OTHERS).items()]


def policy(table, way):
    # The setting is read once a statement for what it reads, and at each row for what it writes.
    read = f"{way} OR (SELECT portal_sees_all())"
    written = read.replace("(SELECT portal_sees_all())", "portal_sees_all()")
    written = written.replace("(SELECT portal_sees())::uuid[]", "portal_sees()")
    return migrations.RunSQL(
        ENABLE.format(table=table, read=read, written=written), DISABLE.format(table=table)
    )


class Migration(migrations.Migration):
    # One table at a time, so that it waits for nobody who waits for it; it may be run again.
    atomic = False

    dependencies = [
        ("warehouse", "0007_check_outcomes_of_stops"),
        ("orders", "0015_row_security"),
    ]

    operations = policies()
