"""A picker may keep to a zone of a warehouse: known with the memberships of each request."""

from django.db import migrations, models

FUNCTION = """
-- The memberships of a person, each with the time zone there; in a building with its columns and zone, and
-- with what is seen there, as portal_building says it, in an order that is always the same.
CREATE OR REPLACE FUNCTION portal_memberships(person uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'role', m.role, 'seller', m.seller_id, 'warehouse', m.warehouse_id,
            'zone', coalesce(usual.time_zone, own.time_zone), 'building', to_jsonb(own),
            'floor_zone', m.floor_zone,
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
BEFORE = """
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
    atomic = False

    dependencies = [
        ("orders", "0164_price_gaps_of_exchanges"),
    ]

    operations = [
        migrations.AddField(
            model_name="warehouse",
            name="picks_by_zone",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Some of its locations belong to a zone, so that a picker may keep to one.",
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="floor_zone",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Of the warehouse: walks begin in this zone only; empty: in all of the house.",
                max_length=8,
            ),
        ),
        migrations.RunSQL(FUNCTION, BEFORE),
    ]
