"""Each seller's usual warehouse is on its list, first; who works in one serves all that have it.

A trigger writes it, so that processes of the version before, and whatever else makes a seller or
moves one, keep to it.
"""

from django.db import migrations

FUNCTIONS = """
-- The usual warehouse of a seller comes first on its list; what was there before follows.
CREATE FUNCTION orders_keep_usual_warehouse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE orders_sellerwarehouse SET position = position + 1 WHERE seller_id = NEW.id;
    END IF;
    INSERT INTO orders_sellerwarehouse (id, seller_id, warehouse_id, position)
    VALUES (gen_random_uuid(), NEW.id, NEW.warehouse_id, 0)
    ON CONFLICT (seller_id, warehouse_id) DO UPDATE SET position = 0;
    RETURN NULL;
END
$$;

-- These sellers, and these warehouses with all sellers that they serve.
CREATE OR REPLACE FUNCTION portal_building(sellers uuid[], buildings uuid[]) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (sellers || buildings
        || ARRAY(SELECT seller_id FROM orders_sellerwarehouse
            WHERE warehouse_id = ANY (buildings)))::text;
END
$$;
"""
NO_FUNCTIONS = """
CREATE OR REPLACE FUNCTION portal_building(sellers uuid[], buildings uuid[]) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (sellers || buildings
        || ARRAY(SELECT id FROM orders_seller WHERE warehouse_id = ANY (buildings)))::text;
END
$$;
DROP FUNCTION orders_keep_usual_warehouse();
"""
# None is missed: from here on, a new seller waits for this transaction.
TRIGGERS = """
CREATE TRIGGER keep_first_warehouse AFTER INSERT ON orders_seller FOR EACH ROW
EXECUTE FUNCTION orders_keep_usual_warehouse();
CREATE TRIGGER keep_usual_warehouse AFTER UPDATE OF warehouse_id ON orders_seller FOR EACH ROW
WHEN (NEW.warehouse_id <> OLD.warehouse_id)
EXECUTE FUNCTION orders_keep_usual_warehouse();
INSERT INTO orders_sellerwarehouse (id, seller_id, warehouse_id)
SELECT gen_random_uuid(), id, warehouse_id FROM orders_seller
ON CONFLICT (seller_id, warehouse_id) DO NOTHING;
"""
NO_TRIGGERS = """
DROP TRIGGER keep_usual_warehouse ON orders_seller;
DROP TRIGGER keep_first_warehouse ON orders_seller;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0137_sellers_have_several_warehouses")]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
