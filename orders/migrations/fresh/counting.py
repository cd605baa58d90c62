"""How promises ended is counted, and the usual warehouse kept, in the transaction of the change."""

PROMISE_OUTCOME = """
-- What became of a promise, as the promises page counts it; NULL for what it does not count: open,
-- narrowed down, or told to nobody.
CREATE FUNCTION orders_promise_outcome(promise orders_promise) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
SELECT CASE
    WHEN promise.kept_at IS NOT NULL THEN CASE WHEN promise.is_early THEN 'early' ELSE 'kept' END
    WHEN promise.revised_at IS NOT NULL THEN CASE WHEN promise.is_moved THEN 'moved' END
    WHEN promise.broken_at IS NOT NULL THEN 'broken'
    WHEN promise.released_at IS NULL THEN NULL
    WHEN promise.kind = 'at_door' THEN 'missed'
    WHEN promise.released_at > promise.made_at THEN 'withdrawn'
END
$$;
"""
CHANGE_COUNT = """
-- Append a change of so many to the counts, where the promise counts for any.
CREATE FUNCTION orders_change_count(promise orders_promise, change integer) RETURNS void
LANGUAGE sql AS $$
INSERT INTO orders_promisecount
    (seller_id, settled_on, kind, outcome, carrier, courier_id, is_of_shipment, number, is_sum)
SELECT promise.seller_id, (promise.settled_at AT TIME ZONE 'UTC')::date, promise.kind, outcome,
    promise.carrier, promise.courier_id, promise.shipment_id IS NOT NULL, change, false
FROM orders_promise_outcome(promise) AS outcome WHERE outcome IS NOT NULL
$$;
"""
COUNT_PROMISE = """
CREATE FUNCTION orders_count_promise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.seller_id, OLD.settled_at, OLD.kind, OLD.carrier, OLD.courier_id, OLD.shipment_id,
                orders_promise_outcome(OLD))
            IS NOT DISTINCT FROM
            (NEW.seller_id, NEW.settled_at, NEW.kind, NEW.carrier, NEW.courier_id, NEW.shipment_id,
                orders_promise_outcome(NEW))
        THEN
            RETURN NULL;
        END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM orders_change_count(OLD, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM orders_change_count(NEW, 1);
    END IF;
    RETURN NULL;
END
$$;
"""
COUNT_MADE = """
CREATE TRIGGER count_made AFTER INSERT ON orders_promise FOR EACH ROW
WHEN (NEW.settled_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM NEW.made_at)
EXECUTE FUNCTION orders_count_promise();
"""
COUNT_SETTLED = """
CREATE TRIGGER count_settled AFTER UPDATE ON orders_promise FOR EACH ROW
WHEN (OLD.settled_at IS NOT NULL OR NEW.settled_at IS NOT NULL)
EXECUTE FUNCTION orders_count_promise();
"""
COUNT_DELETED = """
CREATE TRIGGER count_deleted AFTER DELETE ON orders_promise FOR EACH ROW
WHEN (OLD.settled_at IS NOT NULL)
EXECUTE FUNCTION orders_count_promise();
"""
KEEP_USUAL_WAREHOUSE = """
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
"""
KEEP_FIRST_WAREHOUSE = """
CREATE TRIGGER keep_first_warehouse AFTER INSERT ON orders_seller FOR EACH ROW
EXECUTE FUNCTION orders_keep_usual_warehouse();
"""
KEEP_LATER_WAREHOUSE = """
CREATE TRIGGER keep_usual_warehouse AFTER UPDATE OF warehouse_id ON orders_seller FOR EACH ROW
WHEN (NEW.warehouse_id <> OLD.warehouse_id)
EXECUTE FUNCTION orders_keep_usual_warehouse();
"""

STATEMENTS = [
    PROMISE_OUTCOME,
    CHANGE_COUNT,
    COUNT_PROMISE,
    COUNT_MADE,
    COUNT_SETTLED,
    COUNT_DELETED,
    KEEP_USUAL_WAREHOUSE,
    KEEP_FIRST_WAREHOUSE,
    KEEP_LATER_WAREHOUSE,
]
