"""Row-level security: who may see which rows, beside the filter of the application."""

from django.db import migrations

FUNCTIONS = """
-- Whether the statement works for all sellers, as workers and operators do.
CREATE FUNCTION portal_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('portal.sees', true), '') = 'all'
$$;

-- The ids of the sellers and warehouses whose rows the statement may touch; not set: none.
CREATE FUNCTION portal_sees() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN coalesce(current_setting('portal.sees', true), '') IN ('', 'all') THEN '{}'
        ELSE current_setting('portal.sees', true) END::uuid[]
$$;

-- These sellers, and these warehouses with all sellers that they serve. Like the next one it runs
-- as the owner of the tables, because it is asked before anything may be seen.
CREATE FUNCTION portal_building(sellers uuid[], buildings uuid[]) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (sellers || buildings
        || ARRAY(SELECT id FROM orders_seller WHERE warehouse_id = ANY (buildings)))::text;
END
$$;

-- The seller of the order with this hash of a tracking token.
CREATE FUNCTION portal_seller_of(hashed bytea) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN ARRAY(SELECT seller_id FROM orders_order WHERE tracking_hash = hashed)::text;
END
$$;
"""
NO_FUNCTIONS = """
DROP FUNCTION portal_seller_of(bytea);
DROP FUNCTION portal_building(uuid[], uuid[]);
DROP FUNCTION portal_sees();
DROP FUNCTION portal_sees_all();
"""

# Tables whose rows are their seller's.
OWNED = (
    "orders_apikey",
    "orders_product",
    "orders_barcode",
    "orders_saleschannel",
    "orders_order",
    "orders_orderline",
    "orders_idempotencykey",
    "orders_shipment",
    "orders_shipmentline",
    "orders_package",
    "orders_packageline",
    "orders_labelrequest",
    "orders_event",
    "orders_hold",
    "orders_promise",
    "orders_return",
    "orders_returnline",
)
# The others: who sees the row named here sees them.
OTHERS = {
    "orders_warehouse": "orders_warehouse.id = ANY ((SELECT portal_sees())::uuid[]) OR EXISTS (SELECT FROM orders_seller WHERE orders_seller.warehouse_id = orders_warehouse.id)",
    "orders_seller": "orders_seller.id = ANY ((SELECT portal_sees())::uuid[])",
    "orders_member": "orders_member.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = orders_member.warehouse_id)",
}
ENABLE = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON {table} USING ((SELECT portal_sees_all()) OR {ways});
"""
DISABLE = """
DROP POLICY tenant ON {table};
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


def policies():
    ways = {table: f"{table}.seller_id = ANY ((SELECT portal_sees())::uuid[])" for table in OWNED}
    return [
        migrations.RunSQL(ENABLE.format(table=table, ways=way), DISABLE.format(table=table))
        for table, way in (ways | OTHERS).items()
    ]


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS), *policies()]
