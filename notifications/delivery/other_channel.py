"""Retry on the other channel: when e-mail fails for good a text message is planned, or reverse."""

from collections.abc import Collection

from notifications.kinds.record import CUSTOMER, EMAIL, SMS
from notifications.kinds.routes import addresses_of, kinds_for
from notifications.models import Message
from notifications.states import NOT_ARRIVED, Cause, MessageStatus
from orders.events.wakeups import wake_after_commit

OTHER = {EMAIL: SMS, SMS: EMAIL}
WHY = "The other channel failed."


def retry_on_other_channel(message_ids: Collection[int]) -> None:
    """Plan failed messages to customers again over the other channel.

    Runs in the transaction that settled them. Nothing is planned where the order has no address
    for the other channel, or where that channel has a message of the same event already. Three
    statements; the first finds those that failed.
    """
    rows = Message.objects.filter(
        pk__in=message_ids, status=MessageStatus.FAILED, audience=CUSTOMER
    ).select_related("order", "event")
    wanted = [other for row in rows.order_by("pk") if (other := _on_other_channel(row)) is not None]
    if not wanted:
        return
    # Events that have a message over the other channel which was sent, or still may be.
    covered = set(
        Message.objects.filter(event__in={row.event_id for row in wanted}, audience=CUSTOMER)
        .exclude(status__in=NOT_ARRIVED)
        .values_list("event_id", "channel")
    )
    planned = [row for row in wanted if (row.event_id, row.channel) not in covered]
    if planned:
        # The unique constraint of messages skips an address that had this message before.
        Message.objects.bulk_create(planned, ignore_conflicts=True)
        wake_after_commit({"message.retried_on_other_channel"})


def _on_other_channel(message: Message) -> Message | None:
    """Make the message for the other channel, not saved; None without a route or an address."""
    channel = OTHER.get(message.channel)
    if channel is None:
        return None
    ours = [kind for kind in kinds_for(message.event) if kind.name == message.template]
    if not any(channel in kind.channels for kind in ours):
        return None
    addresses = addresses_of(message.order, message.audience, channel)
    if not addresses:
        return None
    return Message(
        seller_id=message.seller_id,
        order_id=message.order_id,
        event_id=message.event_id,
        template=message.template,
        audience=message.audience,
        channel=channel,
        recipient=addresses[0],
        language=message.language,
        cause=Cause.OTHER_CHANNEL.value,
        reason=WHY,
    )
