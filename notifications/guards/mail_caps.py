"""Mail cap guard: limits on mails to customers, per order, address and hour, seller and day."""

from collections.abc import Sequence

from django.conf import settings

from notifications.facts import Facts
from notifications.guards.caps import Sent, Why, counts_of, suppressed_beyond
from notifications.guards.verdict import Verdict
from notifications.models import Message
from notifications.states import Cause

PER_ORDER = 60
# What sellers get about their own orders has limits of its own: digest and warnings.
COUNTS = counts_of(Message.Channel.EMAIL, [Message.Audience.CUSTOMER])


def mail_cap_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Suppress mails to customers beyond a cap; one statement."""
    mails = [fact for fact in facts if _is_counted(fact.message)]
    return suppressed_beyond(mails, COUNTS, _why_not, of_day=Cause.MAIL_OF_DAY)


def _is_counted(message: Message) -> bool:
    return (message.channel, message.audience) == (
        Message.Channel.EMAIL,
        Message.Audience.CUSTOMER,
    )


def _why_not(_fact: Facts, sent: Sent) -> Why | None:
    if sent.of_order >= PER_ORDER:
        return Why(Cause.MAIL_OF_ORDER, f"Limit of {PER_ORDER} e-mails per order reached.")
    if sent.to_address >= settings.EMAIL_PER_ADDRESS:
        reason = f"Limit of {settings.EMAIL_PER_ADDRESS} e-mails per hour to one address reached."
        return Why(Cause.MAIL_TO_ADDRESS, reason)
    if sent.of_day >= settings.EMAIL_DAILY_MOST:
        return Why(Cause.MAIL_OF_DAY, f"Daily e-mail limit reached: {sent.of_day} sent.")
    return None
