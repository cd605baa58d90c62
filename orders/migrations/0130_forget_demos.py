"""History and ledger of a demo that is being removed may be deleted; those of no other seller."""

from django.db import migrations

# The role of the portal appends there, and deletes nothing. A demo has an id that was made of that
# of its seller (`a_demo_has_the_id_made_for_it`), so nobody can turn another seller into one.
FUNCTION = """
CREATE FUNCTION portal_forget_demo(history regclass, demo uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    rows bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM orders_seller
        WHERE id = demo AND demo_of_id IS NOT NULL AND demo_state = 'leaving')
    THEN
        RAISE EXCEPTION 'Only the history of a demo that is being removed is deleted.';
    END IF;
    IF history NOT IN (to_regclass('orders_event'), to_regclass('warehouse_stockmovement')) THEN
        RAISE EXCEPTION 'This is neither the history nor the ledger.';
    END IF;
    EXECUTE format('DELETE FROM %s WHERE seller_id = $1', history) USING demo;
    GET DIAGNOSTICS rows = ROW_COUNT;
    -- Runs and counts are of a building, and so of no seller: a demo has a building of its own.
    IF history = to_regclass('orders_event') THEN
        DELETE FROM orders_event WHERE seller_id IS NULL AND kind LIKE 'run.%'
            AND subject_id IN (SELECT id FROM warehouse_run WHERE warehouse_id = demo);
        DELETE FROM orders_event WHERE seller_id IS NULL AND kind LIKE 'count.%'
            AND subject_id IN (SELECT id FROM warehouse_counttask WHERE warehouse_id = demo);
    END IF;
    RETURN rows;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0129_demo_of_sellers")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION portal_forget_demo(regclass, uuid);"),
    ]
