"""Ask shops for single orders: those of calls that say only that an order has changed."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from orders.models import Call
from orders.pulls.turns import LeaseLost, Turn, keep
from orders.shops import SHOPS
from orders.shops.base import Hint, Payload
from orders.shops.telling import KeyRefused, NotTold, Unanswered
from orders.statements import is_outage

log = logging.getLogger(__name__)

MOST_ORDERS = 20  # of one turn
MOST_CALLS = 100
MOST_TRIES = 8  # over about an hour
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
ASKED = "Asked for: what the shop answered is the next call."


def fetch_orders(turn: Turn) -> Unanswered | None:
    """Ask for the orders of the calls that are due, each order once, until one gets no answer.

    Returns that error: it may be of this order alone. Raises KeyRefused, LeaseLost.
    """
    due = Call.objects.filter(
        channel=turn.link.channel_id, state=Call.State.ASKING, due_at__lte=timezone.now()
    )
    by_order: dict[str, list[Call]] = {}
    for call in due.order_by("due_at", "pk")[:MOST_CALLS]:
        by_order.setdefault(_reference(turn, call), []).append(call)
    for reference, calls in list(by_order.items())[:MOST_ORDERS]:
        if turn.is_over:
            return None
        try:
            _fetch(turn, reference, calls)
        except Unanswered as error:
            _later(calls, str(error))
            return error
        except (LeaseLost, NotTold):
            raise
        except Exception as error:  # of one order: the shop's others are asked for
            if is_outage(error):
                raise
            log.exception("the order of call %s cannot be read", calls[-1].pk)
            _later(calls, f"An error on our side: {type(error).__name__}.")
    return None


def _fetch(turn: Turn, reference: str, calls: list[Call]) -> None:
    try:
        body = turn.asker.order(reference, turn.door(), turn.token)
    except (KeyRefused, Unanswered):
        raise
    except NotTold as error:
        _refuse(calls, str(error))
    else:
        _keep_order(turn, calls, body)


@transaction.atomic(savepoint=False)
def _keep_order(turn: Turn, calls: list[Call], body: bytes) -> None:
    """Keep the order as a call of its own; those that led to it are done."""
    keep(turn, [turn.call(calls[-1].topic, body)])
    _asking(calls).update(state=Call.State.DONE, outcome=ASKED)


def _later(calls: list[Call], problem: str) -> None:
    """Ask again later; where that helped nothing for hours, a person has to look."""
    for call in calls:
        if call.tries + 1 >= MOST_TRIES:
            _refuse([call], problem)
            continue
        pause = min(FIRST_PAUSE * 2**call.tries, LONGEST_PAUSE)
        _asking([call]).update(tries=call.tries + 1, due_at=timezone.now() + pause)


def _refuse(calls: list[Call], problem: str) -> None:
    _asking(calls).update(state=Call.State.REFUSED, problems=[["", problem]])


def _asking(calls: list[Call]) -> "QuerySet[Call]":
    """These calls, unless somebody has decided about them meanwhile."""
    return Call.objects.filter(pk__in=[call.pk for call in calls], state=Call.State.ASKING)


def _reference(turn: Turn, call: Call) -> str:
    """The order that a call is about, as it was read when it came."""
    shop = SHOPS[turn.link.channel.kind]
    report = shop.read(Payload(bytes(call.body), {shop.topic_header: call.topic}))
    return report.reference if isinstance(report, Hint) else ""
