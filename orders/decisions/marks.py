"""Marks on matters that need attention: taken by a person, snoozed until a moment."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.errors import DomainError
from orders.models import MatterMark, Seller, User

LONGEST = timedelta(days=92)


@transaction.atomic(savepoint=False)
def take_matter(seller: Seller, kind: str, subject_id: UUID, *, actor: User) -> MatterMark:
    """Say that somebody sees to it; the one who has it gives it back."""
    mark = _locked(seller, kind, subject_id)
    mark.owner = None if mark.owner_id == actor.pk else actor
    mark.marked_at = timezone.now()
    mark.save(update_fields=["owner", "marked_at"])
    return mark


@transaction.atomic(savepoint=False)
def snooze_matter(
    seller: Seller, kind: str, subject_id: UUID, *, until: datetime | None
) -> MatterMark:
    """Leave a matter out of the list until a moment, for everybody; None ends it."""
    now = timezone.now()
    if until is not None and not now < until <= now + LONGEST:
        raise DomainError(f"Choose a day after today, within {LONGEST.days} days.")
    mark = _locked(seller, kind, subject_id)
    mark.until, mark.marked_at = until, now
    mark.save(update_fields=["until", "marked_at"])
    return mark


def _locked(seller: Seller, kind: str, subject_id: UUID) -> MatterMark:
    found, _ = MatterMark.objects.select_for_update().get_or_create(
        seller=seller, matter=kind, subject_id=subject_id
    )
    return found
