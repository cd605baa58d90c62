"""Messages to customers by outcome, from the counts of their days."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db.models import Sum
from django.utils.module_loading import import_string

from notifications.models import MessageCount
from notifications.states import WAITING, MessageStatus
from orders.access import Viewer
from orders.numbers.counting import Period
from orders.words import say

_S = MessageStatus
# How a page names them, in this order: together they are all.
OUTCOMES: dict[str, Sequence[str]] = {
    "Delivered": (_S.DELIVERED,),
    "Sent, no report": (_S.SENT,),
    "Failed": (_S.FAILED,),
    "Outcome unknown": (_S.UNKNOWN,),
    "Not sent": (_S.SUPPRESSED,),
    "Replaced by newer news": (_S.SUPERSEDED,),
    "Waiting": WAITING,
}


class Messages(NamedTuple):
    """The messages of a channel, or of all: {outcome as a page names it: how many}."""

    name: str
    total: int
    numbers: list[tuple[str, int]]


def messages_of(viewer: Viewer, period: Period) -> list[Messages]:
    """The messages that were planned in a period, by channel; one statement."""
    rows = MessageCount.objects.visible_to(viewer).filter(day__range=(period.first, period.last))
    sums: dict[str, Counter[str]] = {}
    for channel, outcome, number in rows.values_list("channel", "outcome").annotate(
        sum=Sum("number")
    ):
        sums.setdefault(channel, Counter())[outcome] = number
    return [
        Messages(
            name=import_string(path).title,
            total=counts.total(),
            numbers=[
                (say(label), sum(counts[status] for status in statuses))
                for label, statuses in OUTCOMES.items()
            ],
        )
        for channel, path in settings.MESSAGE_CHANNELS.items()
        if (counts := sums.get(channel))
    ]
