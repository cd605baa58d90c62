"""Shop choice guard: suppresses messages that the shop turned off."""

from collections.abc import Sequence

from notifications.consent.shop_switches import is_switched_off
from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.models.settings import settings_of
from notifications.states import Cause, MessageStatus

SWITCHED_OFF = "Turned off in the message settings."


def shop_choice_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Suppress what the shop turned off in its message settings; no statement."""
    return {
        fact.message.pk: Verdict(MessageStatus.SUPPRESSED, Cause.SHOP_CHOICE, SWITCHED_OFF)
        for fact in facts
        if is_switched_off(fact.message, settings_of(fact.order.seller).switched_off)
    }
