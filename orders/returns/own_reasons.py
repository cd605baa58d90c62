"""Actions on a seller's own reasons of returns: begin with the portal's, add, change, order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from orders.errors import DomainError
from orders.keys import new_id
from orders.models import ReturnReason, Seller, User
from orders.returns.reasons import ONE_FOR_ALL, REASONS, record_change
from orders.statements import violated_constraint
from orders.words import say, say_later

MOST_REASONS = 20
SAVED_BEFORE = say_later("This form was saved before. Save it again to add another reason.")


def reasons_of(seller_id: UUID) -> list[ReturnReason]:
    """The reasons of a seller in their order, also those that are switched off."""
    return list(ReturnReason.objects.filter(seller=seller_id).order_by("position", "pk"))


@transaction.atomic(savepoint=False)
def begin_reasons(
    seller: Seller, words: Mapping[str, Mapping[str, str]], *, actor: User | None
) -> list[ReturnReason]:
    """Begin the list of a seller with the portal's reasons: {meaning: {language: words}}.

    Their limits stay; what was for no product is switched off. A second click changes nothing.
    """
    if rows := _locked(seller):
        return rows
    current = Seller.objects.get(pk=seller.pk)
    limits = {code: current.return_reasons.get(code) for code in REASONS}
    ReturnReason.objects.bulk_create(
        ReturnReason(
            seller=current,
            position=place,
            meaning=code,
            words=dict(words[code]),
            skus=skus or [],
            is_on=skus is None or bool(skus),
        )
        for place, (code, skus) in enumerate(limits.items(), start=1)
    )
    record_change(current, actor)
    return reasons_of(seller.pk)


@transaction.atomic(savepoint=False)
def add_reason(
    seller: Seller, given: Mapping[str, Any], *, actor: User | None, key: UUID | None = None
) -> ReturnReason:
    """Add a reason behind the others; `key` is its id: a second click finds it.

    Raises DomainError: there are too many, or the key is that of another reason.
    """
    rows = _locked(seller)
    if key and (saved := next((row for row in rows if row.pk == key), None)):
        if any(getattr(saved, name) != value for name, value in given.items()):
            raise DomainError(str(SAVED_BEFORE))
        return saved
    if not rows:
        raise DomainError(say("Begin with the portal's reasons, and change them."))
    if len(rows) >= MOST_REASONS:
        raise DomainError(
            say("At most {most} reasons: rename one, or switch it off.", most=MOST_REASONS)
        )
    row = ReturnReason(id=key or new_id(), seller=seller, position=rows[-1].position + 1, **given)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if not key or violated_constraint(error) != "orders_returnreason_pkey":
            raise
        raise DomainError(str(SAVED_BEFORE)) from error  # of a seller whose rows are not seen here
    record_change(seller, actor)
    return row


@transaction.atomic(savepoint=False)
def change_reason(
    row: ReturnReason, given: Mapping[str, Any], *, actor: User | None
) -> ReturnReason:
    """Change a reason, for what is requested from now on; returns keep the words they have.

    Raises DomainError: each product needs a reason.
    """
    rows = {one.pk: one for one in _locked(row.seller)}
    current = rows[row.pk]
    for name, value in given.items():
        setattr(current, name, value)
    if not any(one.is_on and not one.skus for one in rows.values()):
        raise DomainError(str(ONE_FOR_ALL))
    current.save(update_fields=list(given))
    record_change(row.seller, actor)
    return current


@transaction.atomic(savepoint=False)
def shift_reason(row: ReturnReason, *, steps: int, actor: User | None) -> None:
    """Move a reason up (below 0) or down by one."""
    rows = _locked(row.seller)
    place = next(at for at, one in enumerate(rows) if one.pk == row.pk)
    if not 0 <= place + steps < len(rows):
        raise DomainError(say("This reason cannot be moved further."))
    mine, other = rows[place], rows[place + steps]
    mine.position, other.position = other.position, mine.position
    ReturnReason.objects.bulk_update([mine, other], ["position"])
    record_change(row.seller, actor)


def _locked(seller: Seller) -> list[ReturnReason]:
    """The reasons of a seller, whose row is locked: one change waits for the other."""
    Seller.objects.select_for_update(no_key=True).only("pk").get(pk=seller.pk)
    return reasons_of(seller.pk)
