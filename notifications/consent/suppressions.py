"""Suppression lists: addresses that bounced, complained or opted out, added by reports."""

from collections.abc import Iterable
from uuid import UUID

from notifications.models import Message, Receipt, Suppression

REASONS = {
    Receipt.Kind.BOUNCED: Suppression.Reason.BOUNCED,
    Receipt.Kind.COMPLAINED: Suppression.Reason.COMPLAINED,
    Receipt.Kind.UNSUBSCRIBED: Suppression.Reason.STOPPED,
}


def suppress_reported(receipts: Iterable[Receipt]) -> None:
    """Add addresses to the suppression list that bounced, complained or unsubscribed."""
    rows = [
        Suppression(
            seller_id=message.seller_id,
            channel=message.channel,
            recipient=message.recipient.lower(),
            reason=REASONS[Receipt.Kind(receipt.kind)],
            detail=receipt.detail,
        )
        for receipt in receipts
        if receipt.kind in REASONS and (message := receipt.message)
    ]
    # A conflict is an address that is on the list already: its first reason stays.
    Suppression.objects.bulk_create(_sorted(rows), ignore_conflicts=True)


def suppress_opted_out(messages: Iterable[Message]) -> None:
    """Add recipients to the suppression list who opted out at the provider."""
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
        Suppression.objects.bulk_create(_sorted(rows), ignore_conflicts=True)


def suppression_of(seller_id: UUID, channel: str, recipient: str) -> Suppression | None:
    """Return the suppression of an address with this seller, or None."""
    address = {"seller_id": seller_id, "channel": channel, "recipient": recipient.lower()}
    return Suppression.objects.filter(**address).first()


def _sorted(rows: Iterable[Suppression]) -> list[Suppression]:
    """Sort rows, so that two transactions insert in the same order and cannot deadlock."""
    return sorted(rows, key=lambda row: (row.channel, row.recipient, row.seller_id))
