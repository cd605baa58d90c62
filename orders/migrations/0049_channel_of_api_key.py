"""What the intake by the API has to know of a seller: how new orders ship, and whether rules decide.

A new function beside `portal_api_key`, which processes of the former version still call.
"""

from django.db import migrations

FUNCTION = """
-- What the API needs to know of a key: its channel, with seller and warehouse.
CREATE OR REPLACE FUNCTION portal_channel_of_key(hashed bytea) RETURNS TABLE (
    channel_id uuid, channel_name text, seller_id uuid, seller_name text, language text, email text,
    support_email text, transit_days_min integer, transit_days_max integer, warehouse_id uuid,
    time_zone text, country text, cut_off_hour integer, ships_as text, has_rules boolean,
    scopes text[], expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.id, c.name::text, s.id, s.name::text, s.language::text, s.email::text,
        s.support_email::text, s.transit_days_min::integer, s.transit_days_max::integer,
        w.id, w.time_zone::text, w.country::text, w.cut_off_hour::integer, s.ships_as::text,
        s.has_rules, k.scopes::text[], k.expires_at
    FROM orders_apikey k
    JOIN orders_saleschannel c ON c.id = k.channel_id AND c.is_active
    JOIN orders_seller s ON s.id = k.seller_id
    JOIN orders_warehouse w ON w.id = s.warehouse_id
    WHERE k.key_hash = hashed AND k.revoked_at IS NULL;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0048_shipments_that_leave_apart")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION portal_channel_of_key(bytea)"),
    ]
