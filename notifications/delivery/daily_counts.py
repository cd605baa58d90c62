"""Messages to customers counted by day and outcome, so that a page of numbers need read none."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from notifications.models import Message, MessageCount
from orders.statements import wait_for_lock, with_codes
from orders.values.moments import FIRST

LOCK = "counts of messages"
# Reports of providers come in days: what is older stays as it was counted last.
AGAIN = timedelta(days=14)
COUNT = with_codes(
    """
WITH
-- The messages of each day since, by the calendar of the seller; a day begins somewhere else first.
counted AS (
    SELECT message.seller_id, (message.created_at AT TIME ZONE building.time_zone)::date AS day,
        message.channel, message.status, count(*) AS number
    FROM notifications_message message
    JOIN orders_seller seller ON seller.id = message.seller_id
    JOIN orders_warehouse building ON building.id = seller.warehouse_id
    WHERE message.audience = {customer}
        AND message.created_at >= %(first)s::timestamp AT TIME ZONE 'UTC' - interval '1 day'
    GROUP BY message.seller_id, day, message.channel, message.status
),
-- Whole days only.
told AS (SELECT * FROM counted WHERE day >= %(first)s),
-- Outcomes that no message of the day has any more.
gone AS (
    DELETE FROM notifications_messagecount kept
    WHERE kept.day >= %(first)s AND NOT EXISTS (
        SELECT FROM told WHERE (told.seller_id, told.day, told.channel, told.status)
            = (kept.seller_id, kept.day, kept.channel, kept.outcome))
)
INSERT INTO notifications_messagecount AS kept (seller_id, day, channel, outcome, number)
SELECT seller_id, day, channel, status, number FROM told
ON CONFLICT (seller_id, day, channel, outcome) DO UPDATE SET number = excluded.number
WHERE kept.number <> excluded.number
""",
    customer=Message.Audience.CUSTOMER,
)


def count_messages(*, is_all: bool = False) -> None:
    """Count the messages of the last days anew, or of all days; the same however often.

    All days too where none was counted yet, as after the upgrade that brought the counts.
    """
    with transaction.atomic(savepoint=False):
        wait_for_lock(LOCK)
        is_all = is_all or not MessageCount.objects.exists()
        first: date = FIRST.date() if is_all else (timezone.now() - AGAIN).date()
        with connection.cursor() as cursor:
            cursor.execute(COUNT, {"first": first})
