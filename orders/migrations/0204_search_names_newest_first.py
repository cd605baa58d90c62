"""A name that many customers have is looked up among the newest weeks first.

The index of names alone goes: it found the orders of all sellers and of all years, of which each
had to be read before the newest of one seller were known.
"""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations

NEWEST_FIRST = """
-- The newest orders whose customer's name has all these words: of the last weeks, more of them with
-- each step, and of all weeks where those have too few. Each week is a look into the index.
CREATE OR REPLACE FUNCTION portal_orders_named(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
DECLARE
    following CONSTANT timestamp := date_trunc('week', now() AT TIME ZONE 'UTC') + interval '1 week';
    wanted CONSTANT text := ' FROM orders_order WHERE '
        || portal_has_words('customer_name', patterns)
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END;
    newest CONSTANT text := ' ORDER BY created_at DESC, id DESC LIMIT $2';
    weeks integer := CASE WHEN cardinality(portal_sees()) > 4 THEN 53 ELSE 2 END;
    needed integer;
    found uuid[];
BEGIN
    WHILE weeks <= 52 LOOP
        -- Materialized: else the limit tempts the planner to read all orders of these weeks.
        EXECUTE 'WITH named AS MATERIALIZED (SELECT id, created_at' || wanted
            || ' AND date_trunc(''week'', created_at AT TIME ZONE ''UTC'') = ANY ($3)) '
            || 'SELECT ARRAY(SELECT id FROM named' || newest || ')'
        INTO found
        USING portal_sees(), most, ARRAY(
            SELECT following - interval '1 week' * week FROM generate_series(0, weeks) AS week);
        IF cardinality(found) >= most THEN
            RETURN QUERY SELECT unnest(found);
            RETURN;
        END IF;
        -- By what was found so far, and a third more. Of a rare name all weeks are as quick.
        needed := ceil(weeks * 1.3 * most / greatest(cardinality(found), 1));
        weeks := CASE WHEN weeks = 2 THEN least(needed, 9)
            WHEN needed <= 52 THEN needed ELSE 53 END;
    END LOOP;
    RETURN QUERY EXECUTE 'SELECT id' || wanted || newest USING portal_sees(), most;
END
$$;
"""
OF_ALL_WEEKS = """
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
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0203_names_by_seller_and_week")]

    operations = [
        migrations.RunSQL(NEWEST_FIRST, OF_ALL_WEEKS),
        RemoveIndexConcurrently("order", "order_by_plain_customer"),
    ]
