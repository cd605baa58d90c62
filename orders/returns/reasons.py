"""Reasons of returns: for which products a customer may give each, and who pays the way back."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from orders.errors import DomainError, Refusal
from orders.events.recording import record
from orders.models import Event, Order, OrderLine, Seller, User
from orders.models.returns import ASKED_FOR

REASONS = tuple(code for code, _ in ASKED_FOR)
LONGEST_SKU = 80
BY_SELLER, BY_CUSTOMER = "seller", "customer"


def may_be_given(seller: Seller, reason: str, sku: str) -> bool:
    """Whether a customer may return a product for this reason; what no one limits, they may."""
    if (beginnings := seller.return_reasons.get(reason)) is None:
        return True
    return sku.startswith(tuple(beginnings))


def offered_reasons(seller: Seller, line_ids: Collection[UUID]) -> dict[str, str]:
    """{reason that may be given for at least one of these lines: who pays the way back}."""
    return {code: postage_by(seller, code) for code in _offered(seller, line_ids)}


def seller_of(order: Order) -> Seller:
    """The seller of an order with what they say of returns; of a page's order it is not read."""
    said = ("return_reasons", "return_postage", "return_choices")
    return Seller.objects.only(*said).get(pk=order.seller_id)


def refuse_unfit(order: Order, line_ids: Collection[UUID], reason: str) -> None:
    """Raises Refusal where the reason may not be given for one of these lines."""
    if order.seller.return_reasons.get(reason) is None:
        return
    for line in _lines(line_ids):
        if not may_be_given(order.seller, reason, _sku(line)):
            raise Refusal("unfit", f"Choose another reason for {line.title}.", title=line.title)


def postage_by(seller: Seller, reason: str) -> str:
    """Who pays the way back of a return for this reason; "" where the seller does not say."""
    return str(seller.return_postage.get(reason, ""))


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
        raise DomainError("At least one reason must be for all products.")
    current = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    current.return_reasons = {
        code: skus for code in REASONS if (skus := given.get(code)) is not None
    }
    current.return_postage = {code: by for code in REASONS if (by := postage.get(code))}
    current.save(update_fields=["return_reasons", "return_postage"])
    kind = "seller.return_reasons_changed"
    record([Event(seller_id=seller.pk, kind=kind, subject_id=seller.pk, actor=actor)])
    return current


def _offered(seller: Seller, line_ids: Collection[UUID]) -> list[str]:
    if not seller.return_reasons:
        return list(REASONS)
    skus = [_sku(line) for line in _lines(line_ids)]
    return [code for code in REASONS if any(may_be_given(seller, code, sku) for sku in skus)]


def _lines(line_ids: Collection[UUID]) -> list[OrderLine]:
    rows = OrderLine.objects.filter(pk__in=line_ids).select_related("product")
    return list(rows.order_by("position"))


def _sku(line: OrderLine) -> str:
    return line.product.sku if line.product else line.sku
