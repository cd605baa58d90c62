"""The guard of the shop's choice: messages that it does not send."""

from collections.abc import Sequence

from notifications.consent.shop_switches import is_switched_off
from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.models.settings import settings_of
from notifications.states import Cause, MessageStatus

SWITCHED_OFF = "Turned off in the message settings."


def unwanted(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """The guard of the shop's own choice; no statement."""
    return {
        fact.message.pk: Verdict(MessageStatus.SUPPRESSED, Cause.SHOP_CHOICE, SWITCHED_OFF)
        for fact in facts
        if is_switched_off(fact.message, settings_of(fact.order.seller).switched_off)
    }
