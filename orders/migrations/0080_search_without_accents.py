"""Orders are found by names without accents, by titles of their lines, by phone and postcode.

Each function runs as the owner and compares the seller itself: see 0042. The index of names as
they are written goes: nothing searches it any longer.
"""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations

FUNCTIONS = """
-- A condition: the expression has each of these words, whatever stands in them.
CREATE FUNCTION portal_has_words(expression text, words text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT string_agg(
        format('portal_plain(%I) LIKE %L', expression, '%' || replace(replace(replace(
            portal_plain(word), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'),
        ' AND ') FROM unnest(words) AS word
$$;

-- The newest orders whose customer's name has all these words.
CREATE OR REPLACE FUNCTION portal_orders_named(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT id FROM orders_order WHERE '
        || portal_has_words('customer_name', patterns)
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY created_at DESC, id DESC LIMIT $2'
    USING portal_sees(), most;
END
$$;

-- The orders of the newest lines whose title has all these words.
CREATE FUNCTION portal_orders_titled(words text[], most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT order_id FROM orders_orderline WHERE '
        || portal_has_words('title', words)
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY id DESC LIMIT $2'
    USING portal_sees(), most;
END
$$;

-- The newest orders whose phone number ends with these digits.
CREATE FUNCTION portal_orders_phoned(ending text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT id FROM orders_order
        WHERE reverse(phone) ~>=~ $3 AND reverse(phone) ~<~ ($3 || chr(1114111))'
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY created_at DESC, id DESC LIMIT $2'
    USING portal_sees(), most, reverse(ending);
END
$$;

-- The newest orders with this postcode, with blanks or without.
CREATE FUNCTION portal_orders_posted(postcode text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT id FROM orders_order
        WHERE upper(replace(postcode, '' '', '''')) = $3'
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY created_at DESC, id DESC LIMIT $2'
    USING portal_sees(), most, postcode;
END
$$;
"""
NO_FUNCTIONS = """
DROP FUNCTION portal_orders_posted(text, integer);
DROP FUNCTION portal_orders_phoned(text, integer);
DROP FUNCTION portal_orders_titled(text[], integer);

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

DROP FUNCTION portal_has_words(text, text[]);
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0079_find_orders_by_more")]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        RemoveIndexConcurrently("order", "order_by_customer"),
    ]
