"""The life of a message and its allowed moves."""

from django.db.models import TextChoices


class MessageStatus(TextChoices):
    """Where a message is; every row ends visibly."""

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


_S = MessageStatus
MESSAGE_MOVES = {
    _S.PLANNED: {_S.CLAIMED, _S.HELD, _S.SUPPRESSED, _S.SUPERSEDED},
    _S.HELD: {_S.PLANNED, _S.CLAIMED, _S.SUPPRESSED, _S.SUPERSEDED},
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
    _S.SUPERSEDED: {_S.PLANNED},  # what replaced it was taken back
}
WAITING = (_S.PLANNED, _S.HELD, _S.CLAIMED, _S.RETRYING)
# What a worker may claim once it is due: all that waits and is not claimed.
CLAIMABLE = (_S.PLANNED, _S.HELD, _S.RETRYING)
# What a provider's report may still change: all that has left, or may have.
REPORTABLE = (_S.RETRYING, _S.SENT, _S.UNKNOWN, _S.DELIVERED, _S.FAILED)
# What left and may have been read: nobody knows that it was not.
MAY_HAVE_ARRIVED = (_S.SENT, _S.DELIVERED, _S.UNKNOWN)
# What went to its provider, refused or not: it may cost, and its receiver knows us.
REACHED_PROVIDER = (*MAY_HAVE_ARRIVED, _S.FAILED)
# What is certain not to have told anybody.
TOLD_NOBODY = (_S.FAILED, _S.SUPPRESSED)
# What somebody may have to look after.
UNSETTLED = (_S.FAILED, _S.UNKNOWN)
