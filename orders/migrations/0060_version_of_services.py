"""Which version of a seller's services new orders meet, also read with the API key.

A function beside `portal_channel_of_key`, which processes of the former version still call.
"""

from django.db import migrations, models

FUNCTION = """
-- What the API needs to know of a key: its channel, with seller and warehouse.
CREATE OR REPLACE FUNCTION portal_channel_of_api_key(hashed bytea) RETURNS TABLE (
    channel_id uuid, channel_name text, seller_id uuid, seller_name text, language text, email text,
    support_email text, transit_days_min integer, transit_days_max integer, warehouse_id uuid,
    time_zone text, country text, cut_off_hour integer, ships_as text, has_rules boolean,
    services_version uuid, scopes text[], expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.id, c.name::text, s.id, s.name::text, s.language::text, s.email::text,
        s.support_email::text, s.transit_days_min::integer, s.transit_days_max::integer,
        w.id, w.time_zone::text, w.country::text, w.cut_off_hour::integer, s.ships_as::text,
        s.has_rules, s.services_version, k.scopes::text[], k.expires_at
    FROM orders_apikey k
    JOIN orders_saleschannel c ON c.id = k.channel_id AND c.is_active
    JOIN orders_seller s ON s.id = k.seller_id
    JOIN orders_warehouse w ON w.id = s.warehouse_id
    WHERE k.key_hash = hashed AND k.revoked_at IS NULL;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0059_services")]

    operations = [
        migrations.AddField(
            model_name="seller",
            name="services_version",
            field=models.UUIDField(
                blank=True,
                editable=False,
                help_text="Another one whenever a service changes; empty: own couriers bring it at home.",
                null=True,
            ),
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION portal_channel_of_api_key(bytea)"),
    ]
