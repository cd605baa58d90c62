"""Calls of shops: kept as they came and worked off later, in whatever order and however often."""

import logging
from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.accounts.connections import while_it_exists
from orders.errors import DomainError, InvalidInput
from orders.events.wakeups import wake_tasks_after_commit
from orders.intake.agreement import heed
from orders.lifecycle.dead_letters import where
from orders.lifecycle.erasing import is_erased
from orders.models import Call, SalesChannel, ShopLink
from orders.shops import SHOPS, asker_of, shop_of
from orders.shops.base import Hint, Payload
from orders.shops.reading import NotJson
from orders.statements import is_crowded, is_outage
from orders.words import say

log = logging.getLogger(__name__)

WORK_TASK = "orders.tasks.work_off_calls"
ASK_TASK = "orders.tasks.ask_shops"
RUN_SECONDS = 30  # of one run; the next one goes on
FIRST_PAUSE = timedelta(seconds=15)
MOST_TRIES = 6  # after an error of ours, over some 16 minutes; then a person has to look
NOT_LINKED = (
    "The call says only that order {} has changed, and the shop cannot be asked for it: link the "
    "shop under Settings, then try again"
)
OUR_ERROR = "An error on our side stopped it ({}): try again, and tell the operator if it stays."


def keep_call(channel: SalesChannel, payload: Payload) -> Call:
    """Keep a verified call, in one statement; a worker is woken after the commit.

    Raises DomainError where the channel was deleted meanwhile.
    """
    topic = payload.headers.get(SHOPS[channel.kind].topic_header, "")
    call = Call(
        seller_id=channel.seller_id,
        channel=channel,
        topic=topic[: Call._meta.get_field("topic").max_length],
        body=payload.body,
    )
    with while_it_exists():
        call.save(force_insert=True)
    wake_tasks_after_commit({WORK_TASK})
    return call


def work_off_calls(*, seconds: float = RUN_SECONDS) -> int:
    """Work off the calls that are due, the oldest first, each in a transaction of its own.

    Returns their number. An outage is raised, and leaves its call waiting.
    """
    ends = monotonic() + seconds
    taken = 0
    while monotonic() < ends:
        call_ids: list[UUID] = []
        try:
            if not _work_one(call_ids):
                return taken
        except Exception as error:
            if (is_outage(error) and not is_crowded(error)) or not call_ids:
                raise
            log.exception("call %s cannot be worked off", call_ids[0])
            _postpone(call_ids[0], error)
        taken += 1
    wake_tasks_after_commit({WORK_TASK})
    return taken


def retry_call(call: Call) -> None:
    """Let a worker try a call again that was not understood. Raises DomainError."""
    _settle(call, Call.State.WAITING, tries=0, due_at=timezone.now(), problems=[], outcome="")
    wake_tasks_after_commit({WORK_TASK})


def dismiss_call(call: Call, *, actor_name: str) -> None:
    """Leave a call that was not understood as it is. Raises DomainError."""
    _settle(call, Call.State.DISMISSED, outcome=f"Dismissed by {actor_name}."[:250])


def _settle(call: Call, state: str, **values: object) -> None:
    changed = Call.objects.filter(pk=call.pk, state=Call.State.REFUSED)
    if not changed.update(state=state, **values):
        raise DomainError(say("Somebody has decided about this call already."))


@transaction.atomic(savepoint=False)
def _work_one(call_ids: list[UUID]) -> bool:
    """Work off the next call; its id is added to `call_ids` first. Whether there was one."""
    due = Call.objects.filter(state=Call.State.WAITING, due_at__lte=timezone.now())
    free = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).order_by("due_at")
    call = free.select_related("channel__seller__warehouse").first()
    if call is None:
        return False
    call_ids.append(call.pk)
    call.state = Call.State.DONE
    try:
        _work_off(call)
    except NotJson as error:
        call.state, call.problems = Call.State.REFUSED, [["", str(error)]]
    except InvalidInput as error:
        call.state, call.problems = Call.State.REFUSED, [list(found) for found in error.problems]
    call.save(update_fields=["state", "order", "outcome", "problems", "body", "topic", "tries"])
    return True


def _work_off(call: Call) -> None:
    """Do what a call says. Raises NotJson or InvalidInput."""
    shop = shop_of(call.channel)
    if shop is None:
        raise InvalidInput([("", f"There is no shop platform “{call.channel.kind}” any more.")])
    report = shop.read(Payload(bytes(call.body), {shop.topic_header: call.topic}))
    if isinstance(report, Hint):
        _ask_for(call, report)
        return
    with transaction.atomic():  # a savepoint: what is refused leaves nothing behind
        call.order, call.outcome = heed(call.channel, report)
    if problems := getattr(report, "problems", ()):  # the rest of it was heeded
        call.state, call.problems = Call.State.REFUSED, [list(found) for found in problems]
    if call.order and is_erased(call.order):
        call.body = b""


def _ask_for(call: Call, hint: Hint) -> None:
    """Leave a call to the worker that asks its shop for the order. Raises InvalidInput."""
    if not ShopLink.objects.filter(channel=call.channel_id, is_active=True).exists():
        if asker_of(call.channel.kind) is None:  # its orders come by themselves
            call.outcome = "Ignored: the shop is not linked, and cannot be asked what changed."
            return
        raise InvalidInput([("", NOT_LINKED.format(hint.reference))])
    call.state, call.tries = Call.State.ASKING, 0
    call.topic = hint.about[: Call._meta.get_field("topic").max_length] or call.topic
    wake_tasks_after_commit({ASK_TASK})


def _postpone(call_id: UUID, error: Exception) -> None:
    """Try a call later; where that helped nothing, show it to its seller."""
    call = Call.objects.get(pk=call_id)
    call.tries += not is_crowded(error)
    call.due_at = timezone.now() + FIRST_PAUSE * 2**call.tries
    if call.tries >= MOST_TRIES:
        call.state, call.problems = Call.State.REFUSED, [["", OUR_ERROR.format(where(error))]]
    call.save(update_fields=["tries", "due_at", "state", "problems"])
