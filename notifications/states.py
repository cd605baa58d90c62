"""Statuses of a message, its allowed moves, and the causes why it waits or is not sent."""

from django.db.models import TextChoices


class MessageStatus(TextChoices):
    """The status of a message."""

    PLANNED = "planned"
    HELD = "held"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    RETRYING = "retrying"
    FAILED = "failed"
    UNKNOWN = "unknown", "Outcome unknown"
    SUPPRESSED = "suppressed"
    SUPERSEDED = "superseded"


class Cause(TextChoices):
    """Why a message waits, was suppressed, was superseded or failed, as a code.

    `Message.reason` is the sentence for people. Empty where nothing has to be explained.
    """

    # It waits, or is sent later than planned.
    MAY_BE_UNDONE = "may_be_undone"
    CALM = "calm"
    QUIET_HOURS = "quiet_hours"
    GATHERED = "gathered", "Told with others at the full hour"
    CORRECTS_CLAIMED = "corrects_claimed", "What it corrects is just leaving"
    OTHER_CHANNEL = "other_channel", "The other channel failed"
    SENT_AGAIN = "sent_again", "Sent again by hand"
    PROVIDER_BUSY = "provider_busy", "Its provider asked to try later"
    PROVIDER_DOWN = "provider_down"
    NOT_SET_UP = "not_set_up", "Its provider is not set up"
    SENDER_STOPPED = "sender_stopped"
    # What it says is no longer true, or a newer message says it.
    CANCELLED = "cancelled"
    UNDONE = "undone"
    OVERTAKEN = "overtaken", "Overtaken by what happened since"
    DATE_PASSED = "date_passed", "Its date is past, kept or replaced"
    NO_NEWS = "no_news", "Its reader never heard what it changes"
    NEVER_LEFT = "never_left", "What it corrects never left"
    OLD_ORDER = "old_order", "Of an order that was old when it came in"
    SAID_AGAIN = "said_again"
    NEWER_STATE = "newer_state", "A newer state was told instead"
    TOLD_TOGETHER = "told_together", "Told together with the next one"
    # The shop or the receiver does not want it, or there is no address.
    SHOP_CHOICE = "shop_choice", "The shop does not send it"
    CUSTOMER_CHOICE = "customer_choice", "The customer does not want it"
    BLOCKED_ADDRESS = "blocked_address"
    NO_ADDRESS = "no_address"
    BROWSER_LEFT = "browser_left"
    DEMO = "demo", "Demo data: nobody is sent anything"
    # There were too many, or it would cost too much.
    TOO_MANY_WARNINGS = "too_many_warnings"
    SMS_COUNTRY = "sms_country", "Numbers of this country are not texted"
    SMS_OF_ORDER = "sms_of_order", "Too many texts about this order"
    SMS_TO_NUMBER = "sms_to_number", "Too many texts to this number"
    SMS_OF_DAY = "sms_of_day", "The seller's texts are stopped for the day"
    MAIL_OF_ORDER = "mail_of_order", "Too many e-mails about this order"
    MAIL_TO_ADDRESS = "mail_to_address", "Too many e-mails to this address"
    MAIL_OF_DAY = "mail_of_day", "The seller's e-mails are stopped for the day"
    # It was tried, or could not be.
    REFUSED = "refused", "Its provider refused it for good"
    GIVEN_UP = "given_up", "Tried for too long"
    NO_ANSWER = "no_answer", "Its provider gave no answer"
    UNWRITABLE = "unwritable", "It could not be put in words"
    REPORTED = "reported", "Its provider reports that it did not arrive"
    RESTORED = "restored", "It may have left before a backup was restored"


_S = MessageStatus
MESSAGE_MOVES = {
    _S.PLANNED: {_S.CLAIMED, _S.HELD, _S.SUPPRESSED, _S.SUPERSEDED},
    _S.HELD: {_S.PLANNED, _S.CLAIMED, _S.SUPPRESSED, _S.SUPERSEDED, _S.DELIVERED, _S.FAILED},
    _S.CLAIMED: {
        _S.SENT,
        _S.RETRYING,
        _S.FAILED,
        _S.UNKNOWN,
        _S.SUPPRESSED,
        _S.SUPERSEDED,
        _S.PLANNED,
        _S.HELD,
    },
    _S.RETRYING: {_S.CLAIMED, _S.SUPPRESSED, _S.SUPERSEDED, _S.FAILED, _S.DELIVERED},
    _S.SENT: {_S.DELIVERED, _S.FAILED},
    _S.UNKNOWN: {_S.SENT, _S.DELIVERED, _S.FAILED, _S.RETRYING},
    # Reports come in any order: the one that happened last decides.
    _S.DELIVERED: {_S.FAILED},
    _S.FAILED: {_S.RETRYING, _S.DELIVERED},
    _S.SUPPRESSED: set(),
    _S.SUPERSEDED: {_S.PLANNED},  # the message that replaced it was undone
}
WAITING = (_S.PLANNED, _S.HELD, _S.CLAIMED, _S.RETRYING)
# What a worker may claim once it is due: all that waits and is not claimed.
CLAIMABLE = (_S.PLANNED, _S.HELD, _S.RETRYING)
# What a delivery report may still change: all that was sent, or may have been; of what is held,
# what was tried before.
REPORTABLE = (_S.HELD, _S.RETRYING, _S.SENT, _S.UNKNOWN, _S.DELIVERED, _S.FAILED)
# Sent, and not known to have failed: the receiver may have read it.
MAY_HAVE_ARRIVED = (_S.SENT, _S.DELIVERED, _S.UNKNOWN)
# Handed to the provider, refused or not: it may cost money, and counts for limits.
REACHED_PROVIDER = (*MAY_HAVE_ARRIVED, _S.FAILED)
# Certainly not received by anybody.
NOT_ARRIVED = (_S.FAILED, _S.SUPPRESSED)
# What a seller has to decide about: resend or dismiss.
UNSETTLED = (_S.FAILED, _S.UNKNOWN)
