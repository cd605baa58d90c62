"""The history: the position of an event, and what its role may do there."""

# plpgsql keeps its plan, so that an insert costs one look-up more.
EVENT_POSITION = """
CREATE FUNCTION orders_event_position() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN pg_current_xact_id()::text::bigint
        + coalesce((SELECT position_offset FROM orders_eventepoch ORDER BY id DESC LIMIT 1), 0);
END
$$
"""
FORGET_DEMO = """
-- The rows of a demo that is being removed, and of no other seller.
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

# deploy/roles.sql says the same of a database whose tables are there already.
APPEND_ONLY = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'fulfillment_app') THEN
        REVOKE UPDATE, DELETE ON {table} FROM fulfillment_app;
    END IF;
END
$$;
"""

STATEMENTS = [FORGET_DEMO, APPEND_ONLY.format(table="orders_event")]
