"""Row-level security: who may see which rows, beside the filter of the application."""

from django.db import migrations

FUNCTIONS = """
-- Whether the statement works for all sellers, as workers and operators do.
CREATE OR REPLACE FUNCTION portal_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('portal.sees', true), '') = 'all'
$$;

-- The ids of the sellers and warehouses whose rows the statement may touch; not set: none.
CREATE OR REPLACE FUNCTION portal_sees() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN coalesce(current_setting('portal.sees', true), '') IN ('', 'all') THEN '{}'
        ELSE current_setting('portal.sees', true) END::uuid[]
$$;

-- These sellers, and these warehouses with all sellers that they serve. Like the next ones it runs
-- as the owner of the tables, because it is asked before anything may be seen.
CREATE OR REPLACE FUNCTION portal_building(sellers uuid[], buildings uuid[]) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (sellers || buildings
        || ARRAY(SELECT id FROM orders_seller WHERE warehouse_id = ANY (buildings)))::text;
END
$$;

-- What the API needs to know of a key: its channel, with seller and warehouse.
CREATE OR REPLACE FUNCTION portal_api_key(hashed bytea) RETURNS TABLE (
    channel_id uuid, channel_name text, seller_id uuid, seller_name text, language text, email text,
    support_email text, transit_days_min integer, transit_days_max integer, warehouse_id uuid,
    time_zone text, country text, cut_off_hour integer, scopes text[],
    expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.id, c.name::text, s.id, s.name::text, s.language::text, s.email::text,
        s.support_email::text, s.transit_days_min::integer, s.transit_days_max::integer,
        w.id, w.time_zone::text, w.country::text, w.cut_off_hour::integer, k.scopes::text[],
        k.expires_at
    FROM orders_apikey k
    JOIN orders_saleschannel c ON c.id = k.channel_id AND c.is_active
    JOIN orders_seller s ON s.id = k.seller_id
    JOIN orders_warehouse w ON w.id = s.warehouse_id
    WHERE k.key_hash = hashed AND k.revoked_at IS NULL;
END
$$;

-- The seller of the order with this hash of a tracking token.
CREATE OR REPLACE FUNCTION portal_seller_of(hashed bytea) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN ARRAY(SELECT seller_id FROM orders_order WHERE tracking_hash = hashed)::text;
END
$$;
"""
NO_FUNCTIONS = """
DROP FUNCTION portal_seller_of(bytea);
DROP FUNCTION portal_api_key(bytea);
DROP FUNCTION portal_building(uuid[], uuid[]);
DROP FUNCTION portal_sees();
DROP FUNCTION portal_sees_all();
"""

# Tables whose rows are their seller's.
OWNED = (
    "orders_apikey",
    "orders_deadletter",
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
    "orders_hold",
    "orders_promise",
    "orders_return",
    "orders_returnline",
)
# The others: of no seller, like the event of a run, or seen by who sees the row named here.
OTHERS = {
    "orders_event": "orders_event.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (orders_event.seller_id IS NULL AND cardinality((SELECT portal_sees())::uuid[]) > 0)",
    "orders_warehouse": "orders_warehouse.id = ANY ((SELECT portal_sees())::uuid[]) OR EXISTS (SELECT FROM orders_seller WHERE orders_seller.warehouse_id = orders_warehouse.id)",
    "orders_seller": "orders_seller.id = ANY ((SELECT portal_sees())::uuid[])",
    "orders_member": "orders_member.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = orders_member.warehouse_id)",
    "orders_invitation": "orders_invitation.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = orders_invitation.warehouse_id)",
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

    dependencies = [("orders", "0014_find_old_answers")]

    operations = [migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS), *policies()]
