"""The person of a request with memberships, read in one statement: alone or with the session."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import F, Func, JSONField, QuerySet

from orders.accounts.second_factor import with_second_factor
from orders.models import User
from orders.prepared import PreparedQuery, parameter

_at_hand: ContextVar[User | None] = ContextVar("at_hand", default=None)


def people(pk: Any) -> QuerySet[User]:
    """The person with this id, and what a request has to know before anything may be seen.

    The memberships come from a function that looks behind row-level security by itself: they decide
    what the viewer sees.
    """
    held = Func(F("pk"), function="portal_memberships", output_field=JSONField())
    return with_second_factor(User.objects.annotate(membership_rows=held)).filter(pk=pk)


USER = PreparedQuery(lambda: people(parameter(1)), needs_reach=False)


@contextmanager
def at_hand(person: User | None) -> Iterator[None]:
    """In the block `person_with` needs no statement for this person, who was read just now."""
    before = _at_hand.set(person)
    try:
        yield
    finally:
        _at_hand.reset(before)


def person_with(pk: Any) -> User | None:
    """The person with this id: that at hand, else read now."""
    known = _at_hand.get()
    return known if known and str(known.pk) == str(pk) else USER.first(pk)
