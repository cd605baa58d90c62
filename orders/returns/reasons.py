"""Reasons of returns: which a customer may give for what, what each asks for, who pays."""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from orders.errors import DomainError, Refusal
from orders.events.recording import record
from orders.models import Event, Order, OrderLine, ReturnReason, Seller, User
from orders.models.returns import ASKED_FOR
from orders.words import say_later

REASONS = tuple(code for code, _ in ASKED_FOR)
LONGEST_SKU = 80
BY_SELLER, BY_CUSTOMER = "seller", "customer"
Asks = ReturnReason.Asks
ONE_FOR_ALL = say_later("At least one reason must be for all products.")


class Choice(NamedTuple):
    """A reason as a form offers it: one of the seller's, or what it means to the portal."""

    key: str  # in the form: the id of a reason of the seller's, else the meaning
    meaning: str
    words: Mapping[str, str] = {}  # by language; none where the portal says it
    skus: tuple[str, ...] | None = None  # beginnings; None for all products, () for none
    photo: str = Asks.NEVER
    comment: str = Asks.MAY

    def fits(self, sku: str) -> bool:
        """Whether a customer may return a product for this reason."""
        return self.skus is None or sku.startswith(self.skus)


def offered_reasons(seller: Seller, line_ids: Collection[UUID]) -> list[Choice]:
    """The reasons that may be given for at least one of these lines, in their order."""
    choices = _choices(seller)
    if all(choice.skus is None for choice in choices):
        return choices
    skus = [_sku(line) for line in _lines(line_ids)]
    return [choice for choice in choices if any(choice.fits(sku) for sku in skus)]


def chosen_reason(seller: Seller, key: str) -> Choice:
    """The reason that a form calls so. Raises Refusal: there is none, or none any more."""
    found = next((choice for choice in _choices(seller) if choice.key == key), None)
    if found is None:
        raise Refusal("no_reason", "Choose a reason for the return.")
    return found


def refuse_unfit(choice: Choice, line_ids: Collection[UUID]) -> None:
    """Raises Refusal where the reason may not be given for one of these lines."""
    if choice.skus is None:
        return
    for line in _lines(line_ids):
        if not choice.fits(_sku(line)):
            raise Refusal("unfit", f"Choose another reason for {line.title}.", title=line.title)


def refuse_unsaid(choice: Choice, *, comment: str, photos: int) -> None:
    """Raises Refusal where the reason asks for a photo or words, or takes none."""
    if choice.photo == Asks.MUST and not photos:
        raise Refusal("photo_needed", "For this reason, add a photo.")
    if choice.photo == Asks.NEVER and photos:
        raise Refusal("photo_unasked", "For this reason no photo is taken.")
    if choice.comment == Asks.MUST and not comment:
        raise Refusal("comment_needed", "For this reason, say what is wrong.")


def seller_of(order: Order) -> Seller:
    """The seller of an order with what they say of returns; of a page's order it is not read."""
    said = ("return_reasons", "return_postage", "return_choices")
    return Seller.objects.only(*said).get(pk=order.seller_id)


def postage_by(seller: Seller, meaning: str) -> str:
    """Who pays the way back of a return for this reason; "" where the seller does not say."""
    return str(seller.return_postage.get(meaning, ""))


@transaction.atomic(savepoint=False)
def change_reasons(
    seller: Seller,
    given: Mapping[str, list[str] | None],
    *,
    postage: Mapping[str, str],
    actor: User | None,
) -> Seller:
    """Say for which products each reason may be given: None for all, an empty list for none.

    And who pays the way back. For what is requested from now on. Raises DomainError: each product
    needs a reason.
    """
    if all(given.get(code) is not None for code in REASONS):
        raise DomainError(str(ONE_FOR_ALL))
    current = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    current.return_reasons = {
        code: skus for code in REASONS if (skus := given.get(code)) is not None
    }
    current.return_postage = {code: by for code in REASONS if (by := postage.get(code))}
    current.save(update_fields=["return_reasons", "return_postage"])
    record_change(current, actor)
    return current


def record_change(seller: Seller, actor: User | None) -> None:
    """Write into the history that a seller has changed the reasons."""
    kind = "seller.return_reasons_changed"
    record([Event(seller_id=seller.pk, kind=kind, subject_id=seller.pk, actor=actor)])


def _choices(seller: Seller) -> list[Choice]:
    """Those that the seller has switched on; without any of their own, what the portal knows."""
    own = list(ReturnReason.objects.filter(seller=seller.pk).order_by("position", "pk"))
    if own:
        return [_own(row) for row in own if row.is_on]
    limits = {code: seller.return_reasons.get(code) for code in REASONS}
    return [
        Choice(code, code, skus=None if skus is None else tuple(skus))
        for code, skus in limits.items()
    ]


def _own(row: ReturnReason) -> Choice:
    skus = tuple(row.skus) or None
    return Choice(str(row.pk), row.meaning, row.words, skus, row.photo, row.comment)


def _lines(line_ids: Collection[UUID]) -> list[OrderLine]:
    rows = OrderLine.objects.filter(pk__in=line_ids).select_related("product")
    return list(rows.order_by("position"))


def _sku(line: OrderLine) -> str:
    return line.product.sku if line.product else line.sku
