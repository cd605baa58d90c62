"""The one seam between the apps: append to history, call the subscribers, one transaction."""

from collections.abc import Callable, Sequence
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from orders.crash import crash_point
from orders.event_kinds import event_kind
from orders.events.wakeups import wake_after_commit
from orders.models import Event


@transaction.atomic(savepoint=False)
def record(events: Sequence[Event]) -> None:
    """Append events: one INSERT per table however many, errors of a subscriber propagate.

    Raises UnknownEventKind for a kind that stands on no list.
    """
    if not events:
        return
    kinds = {event_kind(event.kind).name for event in events}
    Event.objects.bulk_create(events)
    for subscriber in _subscribers():
        subscriber(events)
    crash_point("events-before-commit")
    wake_after_commit(kinds)


@cache
def _subscribers() -> list[Callable[[Sequence[Event]], None]]:
    return [import_string(path) for path in settings.EVENT_SUBSCRIBERS]
