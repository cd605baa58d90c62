"""Addresses that no longer want or take our messages: learnt from reports, asked before sending."""

from collections.abc import Iterable
from uuid import UUID

from notifications.models import Message, Receipt, Suppression

LEARNT = {
    Receipt.Kind.BOUNCED: Suppression.Reason.BOUNCED,
    Receipt.Kind.COMPLAINED: Suppression.Reason.COMPLAINED,
    Receipt.Kind.UNSUBSCRIBED: Suppression.Reason.STOPPED,
}


def suppress_after(receipts: Iterable[Receipt]) -> None:
    """Write to an address no more that does not exist or that complained."""
    rows = [
        Suppression(
            seller_id=message.seller_id,
            channel=message.channel,
            recipient=message.recipient.lower(),
            reason=LEARNT[Receipt.Kind(receipt.kind)],
            detail=receipt.detail,
        )
        for receipt in receipts
        if receipt.kind in LEARNT and (message := receipt.message)
    ]
    Suppression.objects.bulk_create(_in_order(rows), ignore_conflicts=True)


def suppress_unwanted(messages: Iterable[Message]) -> None:
    """Write no more to those whose provider says that they have stopped us."""
    rows = [
        Suppression(
            seller_id=message.seller_id,
            channel=message.channel,
            recipient=message.recipient.lower(),
            reason=Suppression.Reason.STOPPED,
        )
        for message in messages
    ]
    if rows:
        Suppression.objects.bulk_create(_in_order(rows), ignore_conflicts=True)


def suppression_of(seller_id: UUID, channel: str, recipient: str) -> Suppression | None:
    """Why this seller's messages do not go to this address, if they do not."""
    address = {"seller_id": seller_id, "channel": channel, "recipient": recipient.lower()}
    return Suppression.objects.filter(**address).first()


def _in_order(rows: Iterable[Suppression]) -> list[Suppression]:
    """In one order for everybody, so that two writers never wait for each other."""
    return sorted(rows, key=lambda row: (row.channel, row.recipient, row.seller_id))
