"""Append events and call the subscribers in one transaction: the seam between the apps."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.module_loading import import_string

from orders.crash import crash_point
from orders.event_kinds import event_kind
from orders.events.acting import name_key
from orders.events.wakeups import wake_after_commit
from orders.models import Event
from orders.statements import Statement

# In the order of the list; the database says when, and at which place. With `joining`, the inserts
# of other apps.
APPEND = """
WITH
-- The events.
appended AS (
    INSERT INTO orders_event (id, seller_id, order_id, kind, subject_id, actor_id, data)
    SELECT * FROM json_to_recordset(%(events)s::json) AS given (
        id uuid, seller_id uuid, order_id uuid, kind text, subject_id uuid, actor_id uuid,
        data jsonb)
    RETURNING *
){joining}
SELECT id, at, transaction_id FROM appended
"""
IDS = ("id", "seller_id", "order_id", "subject_id", "actor_id")


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
    _append(events)
    for subscriber in _subscribers():
        subscriber(events)
    crash_point("events-before-commit")
    wake_after_commit(kinds)


def _append(events: Sequence[Event]) -> None:
    by_id = {event.pk: event for event in events}
    given = {"events": json.dumps([_columns(event) for event in events])}
    for event_id, at, transaction_id in _appending()(given):
        event = by_id[event_id]
        event.at, event.transaction_id = at, transaction_id
        event._state.adding, event._state.db = False, DEFAULT_DB_ALIAS


def _columns(event: Event) -> dict[str, Any]:
    ids = {name: getattr(event, name) for name in IDS}
    said = {name: str(row_id) for name, row_id in ids.items() if row_id}
    return said | {"kind": event.kind, "data": event.data}


@cache
def _appending() -> Statement:
    parts = [import_string(path)("appended") for path in settings.EVENT_STATEMENTS]
    each = (f", joining_{number} AS ({part})" for number, part in enumerate(parts))
    return Statement(APPEND.format(joining="".join(each)))


@cache
def _subscribers() -> list[Callable[[Sequence[Event]], None]]:
    return [import_string(path) for path in settings.EVENT_SUBSCRIBERS]
