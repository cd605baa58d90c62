"""Append events and call the subscribers in one transaction: the seam between the apps."""

from collections.abc import Callable, Sequence
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from orders.crash import crash_point
from orders.event_kinds import event_kind
from orders.events.acting import name_key
from orders.events.wakeups import wake_after_commit
from orders.models import Event


@transaction.atomic(savepoint=False)
def record(events: Sequence[Event]) -> None:
    """Append events, one INSERT however many; call the subscribers; wake workers after commit.

    An error of a subscriber propagates and rolls back. UnknownEventKind for an unlisted kind.
    """
    if not events:
        return
    # Checked before the insert: raises for an unlisted kind.
    kinds = {event_kind(event.kind).name for event in events}
    name_key(events)
    Event.objects.bulk_create(events)
    for subscriber in _subscribers():
        subscriber(events)
    crash_point("events-before-commit")
    wake_after_commit(kinds)


@cache
def _subscribers() -> list[Callable[[Sequence[Event]], None]]:
    return [import_string(path) for path in settings.EVENT_SUBSCRIBERS]
