"""What a request has to know of a person is read behind row-level security, before it may see anything."""

from django.db import migrations

FUNCTION = """
-- The memberships of a person, each with the time zone there; in a building with its columns, and
-- with what is seen there, as portal_building says it, in an order that is always the same.
CREATE OR REPLACE FUNCTION portal_memberships(person uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'role', m.role, 'seller', m.seller_id, 'warehouse', m.warehouse_id,
            'zone', coalesce(usual.time_zone, own.time_zone), 'building', to_jsonb(own),
            'sees', CASE WHEN own.id IS NOT NULL THEN (own.id || ARRAY(
                SELECT seller_id FROM orders_sellerwarehouse
                WHERE warehouse_id = own.id ORDER BY seller_id))::text END)), '[]')
        FROM orders_member m
        LEFT JOIN orders_warehouse own ON own.id = m.warehouse_id
        LEFT JOIN orders_seller s ON s.id = m.seller_id
        LEFT JOIN orders_warehouse usual ON usual.id = s.warehouse_id
        WHERE m.user_id = person
    );
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0153_repairs_are_offered"),
    ]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION portal_memberships(uuid)")]
