"""Orders are found by their index again: by a name, and by the beginning of a number.

PostgreSQL asks the policy of a row before it asks an operator that might leak the row, and so
reads all orders of a seller instead of the index of a pattern. These functions run as the owner of
the tables, and compare the seller themselves.
"""

from django.db import migrations

FUNCTIONS = """
-- The newest orders whose customer's name has all these patterns.
CREATE OR REPLACE FUNCTION portal_orders_named(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT id FROM orders_order WHERE '
        || (SELECT string_agg(format('customer_name ~* %L', pattern), ' AND ')
            FROM unnest(patterns) AS pattern)
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY created_at DESC, id DESC LIMIT $2'
    USING portal_sees(), most;
END
$$;

-- The newest orders whose number begins so, in whatever letters.
CREATE OR REPLACE FUNCTION portal_orders_numbered(beginning text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT id FROM orders_order
        WHERE upper(number) ~>=~ upper($3) AND upper(number) ~<~ (upper($3) || chr(1114111))'
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY created_at DESC, id DESC LIMIT $2'
    USING portal_sees(), most, beginning;
END
$$;
"""
NO_FUNCTIONS = """
DROP FUNCTION portal_orders_numbered(text, integer);
DROP FUNCTION portal_orders_named(text[], integer);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0041_find_parcels_that_are_not_over")]

    operations = [migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS)]
