"""Who acts where no user does: the API key of a request, named in the events that it causes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

from orders.models import ApiKey, Event
from orders.words import say

KEY = "key"  # in the data of an event: the id of the API key that caused it


class ActingKey:
    """The key of a request; its row is read when the first event is recorded, and not before."""

    def __init__(self, key_hash: bytes) -> None:
        self.key_hash = key_hash

    @cached_property
    def row(self) -> ApiKey | None:
        return ApiKey.objects.only("name").filter(key_hash=self.key_hash).first()


_acting: ContextVar[ActingKey | None] = ContextVar("acting", default=None)


def act_as(key_hash: bytes) -> None:
    """From now on, until the end of `with_own_key`, name the key with this hash."""
    _acting.set(ActingKey(key_hash))


@contextmanager
def with_own_key() -> Iterator[None]:
    """What is recorded in the block names the key that was found in it, and none of before."""
    before = _acting.set(None)
    try:
        yield
    finally:
        _acting.reset(before)


def name_key(events: Sequence[Event]) -> None:
    """Write the key that acts into the events that have no actor."""
    acting = _acting.get()
    if acting and (row := acting.row):
        for event in events:
            if event.actor_id is None:
                event.data[KEY] = str(row.pk)


def acting_name() -> str:
    """The key that acts, in words; "" where none does."""
    acting = _acting.get()
    return _in_words(acting.row.name) if acting and acting.row else ""


def names_of(events: Sequence[Event]) -> dict[str, str]:
    """{id: words} of the API keys that caused these events; no statement where none did."""
    ids = {event.data[KEY] for event in events if event.actor_id is None and KEY in event.data}
    rows = ApiKey.objects.filter(pk__in=ids).values_list("pk", "name") if ids else ()
    return {str(pk): _in_words(name) for pk, name in rows}


def who_did(event: Event | None, otherwise: str = "") -> str:
    """Who caused an event: the name of a person, or an API key in words."""
    if event is None:
        return otherwise or say("Somebody")
    if event.actor:
        return event.actor.name
    return names_of([event]).get(event.data.get(KEY, "")) or otherwise or say("Somebody")


def _in_words(name: str) -> str:
    return say("API key “{name}”", name=name)
