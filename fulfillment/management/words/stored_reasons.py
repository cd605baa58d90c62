"""Why messages wait or did not leave, as workers write it in English: pages say it again."""

from collections.abc import Iterator

from notifications.channels import CHANNELS, mail, recipients
from notifications.delivery import other_channel, outcomes, pausing, sending, unclaimed
from notifications.guards import (
    browsers,
    corrections,
    customer_choice,
    seller_digest,
    seller_warnings,
    shop_choice,
    unmailable,
)
from notifications.models import Suppression
from notifications.planning import subscriber

CHOICES = (customer_choice.NONE_AT_ALL, customer_choice.NO_OPTIONAL, customer_choice.NOT_ASKED)
REASONS = (
    browsers.LEFT, corrections.NEVER_LEFT, seller_warnings.TOO_MANY, shop_choice.SWITCHED_OFF,
    f"{seller_digest.COMBINED_TEXT}.", f"{seller_digest.COMBINED_TEXT} at {{hour}}.",
    sending.DOWN, sending.NOT_SET_UP, sending.DOUBTFUL, outcomes.UNWRITTEN, outcomes.LATE,
    unclaimed.CORRECTED, unmailable.NO_ADDRESS, unclaimed.RESENT, unclaimed.UNDONE,
    other_channel.WHY, pausing.RESTORED, mail.NO_ADDRESS,
    mail.ONLY_ASCII, recipients.NO_SUCH_NUMBER, subscriber.HELD, subscriber.OF_DEMO,
    subscriber.NO_SELLER_ADDRESS, subscriber.NO_ADDRESS, subscriber.SAID_BY_APPROVAL,
    subscriber.SAID_BY_REPLACEMENT,
    # As a guard or a channel writes them in place.
    "Fewer messages: several were sent just now.",
    "Fewer messages: this parcel had an update within two hours.",
    "Its customer was erased.", "Its date has passed, was kept or was replaced.", "No answer.",
    "Replaced by a newer copy.", "Replaced by a message with a newer status.",
    "Combined with the next message.", "The day it announces has started.",
    "The order no longer has this address.", "The order was a day old when imported.", "Erased.",
    "The worker stopped.", "The worker stopped before the provider answered.",
    "Quiet hours until {hour}.", "Given up: the worker stopped {times} times while sending it.",
    "Text messages to {country} are not allowed: see the message settings.",
    "A text to {country} needs a number there: SMS_NUMBERS has none.",
    "Limit of {most} text messages per order reached.",
    "Limit of {most} text messages per hour to one number reached.",
    "Limit of {most} e-mails per order reached.",
    "Limit of {most} e-mails per hour to one address reached.",
    "Daily e-mail limit reached: {number} sent.",
    "Daily text message limit reached: {number} sent.",
)  # fmt: skip


def stored_reasons() -> Iterator[str]:
    """All of them, in English."""
    yield from REASONS
    for plural in filter(None, (channel.plural.lower() for channel in CHANNELS.values())):
        yield from (choice.format(plural) for choice in CHOICES)
    for reason in Suppression.Reason.labels:
        yield f"{reason} ({{day}})."
