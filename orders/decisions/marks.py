"""Marks on matters that need attention: taken by a person, snoozed until a moment."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.errors import DomainError, Outdated
from orders.models import MatterMark, Seller, User
from orders.words import say

LONGEST = timedelta(days=92)


@transaction.atomic(savepoint=False)
def take_matter(
    seller: Seller, kind: str, subject_id: UUID, *, seen: UUID | None, actor: User
) -> MatterMark:
    """Say that somebody sees to it. Raises Outdated where another than `seen` has it by now."""
    mark = _locked(seller, kind, subject_id)
    if mark.owner_id == actor.pk:
        return mark
    if mark.owner and mark.owner_id != seen:
        raise Outdated(say("{name} sees to it by now. Look at it again.", name=mark.owner.name))
    return _give(mark, actor)


@transaction.atomic(savepoint=False)
def give_back_matter(seller: Seller, kind: str, subject_id: UUID, *, actor: User) -> MatterMark:
    """Say that one sees to it no longer; what is a colleague's by now stays theirs."""
    mark = _locked(seller, kind, subject_id)
    return _give(mark, None) if mark.owner_id == actor.pk else mark


def _give(mark: MatterMark, owner: User | None) -> MatterMark:
    mark.owner, mark.marked_at = owner, timezone.now()
    mark.save(update_fields=["owner", "marked_at"])
    return mark


@transaction.atomic(savepoint=False)
def snooze_matter(
    seller: Seller, kind: str, subject_id: UUID, *, since: datetime, until: datetime | None
) -> MatterMark:
    """Leave a matter out of the list until a moment, for everybody; None ends it.

    `since` is that of the matter that was seen: it comes back when more happens.
    """
    now = timezone.now()
    if until is not None and not now < until <= now + LONGEST:
        raise DomainError(say("Choose a day after today, within {days} days.", days=LONGEST.days))
    mark = _locked(seller, kind, subject_id)
    mark.until, mark.since, mark.marked_at = until, since, now
    mark.save(update_fields=["until", "since", "marked_at"])
    return mark


def _locked(seller: Seller, kind: str, subject_id: UUID) -> MatterMark:
    found, _ = MatterMark.objects.select_for_update().get_or_create(
        seller=seller, matter=kind, subject_id=subject_id
    )
    return found
