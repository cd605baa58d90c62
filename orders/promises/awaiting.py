"""Parcels that wait for a decision: after a failed attempt no day is known until one is set."""

from orders.statements import with_codes
from orders.states import PackageStatus

# Of a row `package` and a row `promise`: no day was promised since the attempt failed. Ids are
# ordered by the time at which they were made.
AWAITED = with_codes(
    """package.status = {attempt_failed} AND EXISTS (
        SELECT FROM orders_event event WHERE event.order_id = package.order_id
            AND event.id > promise.id AND event.subject_id = package.id
            AND event.kind = 'package.attempt_failed')""",
    attempt_failed=PackageStatus.ATTEMPT_FAILED,
)
