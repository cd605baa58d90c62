"""Each promise that is settled or reopened is counted, whatever statement does it.

A trigger appends a change and updates nothing, so that no two transactions wait for each other.
"""

from django.db import migrations

FUNCTIONS = """
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

-- Append a change of so many to the counts, where the promise counts for any.
CREATE FUNCTION orders_change_count(promise orders_promise, change integer) RETURNS void
LANGUAGE sql AS $$
INSERT INTO orders_promisecount
    (seller_id, settled_on, kind, outcome, carrier, courier_id, is_of_shipment, number, is_sum)
SELECT promise.seller_id, (promise.settled_at AT TIME ZONE 'UTC')::date, promise.kind, outcome,
    promise.carrier, promise.courier_id, promise.shipment_id IS NOT NULL, change, false
FROM orders_promise_outcome(promise) AS outcome WHERE outcome IS NOT NULL
$$;

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
NO_FUNCTIONS = """
DROP FUNCTION orders_count_promise();
DROP FUNCTION orders_change_count(orders_promise, integer);
DROP FUNCTION orders_promise_outcome(orders_promise);
"""
# The conditions keep the function away from promises that are made, which the intake does.
TRIGGERS = """
CREATE TRIGGER count_made AFTER INSERT ON orders_promise FOR EACH ROW
WHEN (NEW.settled_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM NEW.made_at)
EXECUTE FUNCTION orders_count_promise();
CREATE TRIGGER count_settled AFTER UPDATE ON orders_promise FOR EACH ROW
WHEN (OLD.settled_at IS NOT NULL OR NEW.settled_at IS NOT NULL)
EXECUTE FUNCTION orders_count_promise();
CREATE TRIGGER count_deleted AFTER DELETE ON orders_promise FOR EACH ROW
WHEN (OLD.settled_at IS NOT NULL)
EXECUTE FUNCTION orders_count_promise();
"""
NO_TRIGGERS = """
DROP TRIGGER count_made ON orders_promise;
DROP TRIGGER count_settled ON orders_promise;
DROP TRIGGER count_deleted ON orders_promise;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0054_promise_counts")]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
