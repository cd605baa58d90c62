"""Addresses that no longer want or take our messages: learnt from reports, asked before sending."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.models import Message, Receipt, Suppression
from notifications.states import MessageStatus

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


def suppressed(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """The guard of addresses: one look-up for a whole batch."""
    if not facts:
        return {}
    sellers, channels, recipients = zip(*(_address(fact.message) for fact in facts), strict=True)
    # More than was asked for, by one index; a condition for each address costs more than the rows.
    rows = Suppression.objects.filter(
        seller__in=set(sellers), channel__in=set(channels), recipient__in=set(recipients)
    )
    known = {(row.seller_id, row.channel, row.recipient): row for row in rows}
    found: dict[int, Verdict] = {}
    for fact in facts:
        if row := known.get(_address(fact.message)):
            text = f"{row.get_reason_display()} ({row.since:%Y-%m-%d})."
            found[fact.message.pk] = Verdict(MessageStatus.SUPPRESSED, text)
    return found


def _in_order(rows: Iterable[Suppression]) -> list[Suppression]:
    """In one order for everybody, so that two writers never wait for each other."""
    return sorted(rows, key=lambda row: (row.channel, row.recipient, row.seller_id))


def _address(message: Message) -> tuple[UUID, str, str]:
    return message.seller_id, message.channel, message.recipient.lower()
