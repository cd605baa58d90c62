"""SMS cap guard: limits on text messages per order, per number and hour, per seller and day."""

from collections.abc import Sequence

from django.conf import settings

from notifications.channels.recipients import country_of
from notifications.facts import Facts
from notifications.guards.caps import Sent, Why, counts_of, suppressed_beyond
from notifications.guards.verdict import Verdict
from notifications.models import Message
from notifications.models.settings import settings_of
from notifications.states import Cause

PER_ORDER = 12
COUNTS = counts_of(Message.Channel.SMS, Message.Audience.values)


def sms_cap_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Suppress texts beyond a cap, or to a country that the seller does not allow: one query."""
    texts = [fact for fact in facts if fact.message.channel == Message.Channel.SMS]
    return suppressed_beyond(texts, COUNTS, _why_not, of_day=Cause.SMS_OF_DAY)


def _why_not(fact: Facts, sent: Sent) -> Why | None:
    message, seller = fact.message, fact.order.seller
    choice = settings_of(seller)
    allowed = set(choice.sms_countries) or {fact.order.country, seller.warehouse.country}
    country = country_of(message.recipient)
    if settings.SMS_COUNTRIES:
        allowed &= set(settings.SMS_COUNTRIES)
    if country and country not in allowed:
        reason = f"Text messages to {country} are not allowed: see the message settings."
        return Why(Cause.SMS_COUNTRY, reason)
    if sent.of_order >= PER_ORDER:
        reason = f"Limit of {PER_ORDER} text messages per order reached."
        return Why(Cause.SMS_OF_ORDER, reason)
    if sent.to_address >= settings.SMS_PER_NUMBER:
        reason = f"Limit of {settings.SMS_PER_NUMBER} text messages per hour to one number reached."
        return Why(Cause.SMS_TO_NUMBER, reason)
    if sent.of_day >= min(choice.sms_daily_cap, settings.SMS_DAILY_MOST):
        return Why(Cause.SMS_OF_DAY, f"Daily text message limit reached: {sent.of_day} sent.")
    return None
