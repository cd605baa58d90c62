"""Unmailable guard: an e-mail address that came in as none gets no mail; its seller is told."""

from collections.abc import Sequence

from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.kinds.record import CUSTOMER, EMAIL
from notifications.states import Cause, MessageStatus
from orders.values.contacts import mailable

NO_ADDRESS = (
    "This is not an e-mail address: one like name@example.com is expected. Correct it in the "
    "order, and what is still true is sent."
)
VERDICT = Verdict(MessageStatus.FAILED, Cause.NO_ADDRESS, NO_ADDRESS)


def unmailable_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Fail mails to customers whose address is none; no statement. They are sent once it is one."""
    return {
        fact.message.pk: VERDICT
        for fact in facts
        if (fact.message.channel, fact.message.audience) == (EMAIL, CUSTOMER)
        and not mailable(fact.message.recipient)
    }
