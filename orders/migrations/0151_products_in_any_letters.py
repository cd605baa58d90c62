"""A product is found by its index again where a shop writes its SKU in other letters.

PostgreSQL asks the policy of a row before it asks `lower`, which might leak the row, and so read
all products of a seller instead of the index. The function runs as the owner of the tables, and
compares the seller itself.
"""

from django.db import migrations

FUNCTION = """
-- The product of a seller with this SKU in whatever letters, where it is the only one.
CREATE OR REPLACE FUNCTION portal_product_in_any_letters(seller uuid, wanted text)
RETURNS TABLE (id uuid, title text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
BEGIN
    IF seller = ANY (portal_sees()) OR portal_sees_all() THEN
        RETURN QUERY SELECT (array_agg(p.id))[1], (array_agg(p.title))[1]::text
        FROM orders_product p
        WHERE p.seller_id = seller AND lower(p.sku) = lower(wanted)
        HAVING count(*) = 1;
    END IF;
END
$$;
"""
NO_FUNCTION = "DROP FUNCTION portal_product_in_any_letters(uuid, text)"


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0146_find_photos_of_returns"),
    ]

    operations = [migrations.RunSQL(FUNCTION, NO_FUNCTION)]
