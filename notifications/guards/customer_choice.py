"""Customer choice guard: suppresses optional messages that the customer opted out of."""

from collections.abc import Sequence
from uuid import UUID

from notifications.channels import CHANNELS
from notifications.consent.preferences import OPTIONAL
from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import kind_of
from notifications.models import Message, Preference
from notifications.models.settings import settings_of
from notifications.states import Cause, MessageStatus
from orders.prepared import PreparedQuery, is_among

# {} is what customers call the messages of the channel.
NONE_AT_ALL = "The customer opted out of {}."
NO_OPTIONAL = "The customer opted out of optional {}."
CHOSEN = PreparedQuery(
    lambda: Preference.objects.filter(
        is_among("notifications_preference.seller_id", 1), is_among("recipient", 2, "text")
    )
)
NOT_ASKED = "The customer has not asked for such {}."


def customer_choice_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Suppress what the customer opted out of; one query, or none where nothing is optional."""
    ours = [fact for fact in facts if _may_be_off(fact.message)]
    if not ours:
        return {}
    chosen = _chosen(ours)
    refused = ((fact, chosen.get(fact.message.address)) for fact in ours)
    return {
        fact.message.pk: Verdict(MessageStatus.SUPPRESSED, Cause.CUSTOMER_CHOICE, reason)
        for fact, choice in refused
        if (reason := _why_not(fact.message, choice) if choice else _why_not_yet(fact))
    }


def _may_be_off(message: Message) -> bool:
    if message.audience != Message.Audience.CUSTOMER:
        return False
    may_be_off = CHANNELS[message.channel].may_be_off
    return may_be_off or message.template in OPTIONAL.get(message.channel, ())


def _chosen(facts: Sequence[Facts]) -> dict[tuple[UUID, str, str], Preference]:
    wanted = {fact.message.address for fact in facts}
    rows = CHOSEN(
        list({seller for seller, _, _ in wanted}), list({recipient for _, _, recipient in wanted})
    )
    return {(row.seller_id, row.channel, row.recipient): row for row in rows}


def _why_not_yet(fact: Facts) -> str:
    """The reason while the customer has chosen nothing; never where it is the only way to them."""
    message = fact.message
    on_request = message.channel in kind_of(message.template).on_request
    if on_request and fact.order.mailable and settings_of(fact.order.seller).texts_on_request:
        return NOT_ASKED.format(CHANNELS[message.channel].plural.lower())
    return ""


def _why_not(message: Message, choice: Preference) -> str:
    """The reason, as the seller reads it; "" where the message is wanted."""
    channel = CHANNELS[message.channel]
    plural = channel.plural.lower()
    if choice.is_off:
        return (NONE_AT_ALL if channel.may_be_off else NO_OPTIONAL).format(plural)
    if message.template not in choice.off or message.template not in OPTIONAL[message.channel]:
        return ""
    name = OPTIONAL[message.channel][message.template].lower()
    return f"The customer opted out of {name} {plural}."
