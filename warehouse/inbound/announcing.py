"""A seller announces goods, calls them off, and ticks off what came differently."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from orders.errors import DomainError, InvalidInput
from orders.events.recording import record
from orders.lifecycle.transitions import move
from orders.models import Event, KitPart, Product, Seller, SellerWarehouse, User
from orders.returns.handling import ALPHABET, NUMBER_LENGTH
from orders.values.texts import one_line
from orders.words import say
from warehouse.models import Inbound, InboundLine
from warehouse.states import InboundStatus

PREFIX = "IN-"
MOST_LINES = 500


class Announced(NamedTuple):
    """Units of a product that are to come."""

    sku: str
    units: int


@transaction.atomic(savepoint=False)
def announce_inbound(
    seller: Seller,
    *,
    reference: str,
    expected_on: date,
    lines: Sequence[Announced],
    warehouse: str = "",
    actor: User | None,
) -> Inbound:
    """Announce goods to a warehouse of the seller, by its code; else to the usual one.

    Raises InvalidInput with every problem.

    A reference names one inbound; that of a cancelled one may be used again.
    """
    reference = one_line(reference)
    products = _products(seller, lines)
    # Serializes two requests with one reference: the second finds the first. Nobody takes a
    # warehouse off the seller's list meanwhile.
    seller = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    goal = _goal(seller, warehouse)
    problems = [*_wrong_head(reference, lines), *_wrong_lines(lines, products)]
    if goal is None:
        problems.append(("warehouse", say("is no code of a warehouse that the seller ships from")))
    if problems or goal is None:
        raise InvalidInput(problems)
    known = Inbound.objects.filter(seller=seller, reference=reference)
    if before := known.exclude(status=InboundStatus.CANCELLED).first():
        raise DomainError(
            say(
                "{reference} is announced already, as {inbound}.",
                reference=reference,
                inbound=before,
            )
        )
    inbound = Inbound.objects.create(
        seller=seller,
        warehouse_id=goal,
        number=_new_number(),
        reference=reference,
        expected_on=expected_on,
    )
    rows = [
        InboundLine(
            seller=seller,
            inbound=inbound,
            product=products[line.sku],
            position=position,
            announced=line.units,
        )
        for position, line in enumerate(lines, start=1)
    ]
    InboundLine.objects.bulk_create(rows)
    units = {str(row.product_id): row.announced for row in rows}
    record([Event.of(inbound, "announced", actor=actor, expected_on=str(expected_on), units=units)])
    return inbound


@transaction.atomic(savepoint=False)
def cancel_inbound(inbound: Inbound, *, actor: User | None) -> Inbound:
    """Call off goods of which nothing has come. Raises DomainError once some have."""
    current = Inbound.objects.select_for_update(no_key=True).get(pk=inbound.pk)
    if current.status == InboundStatus.CANCELLED:
        raise DomainError(say("{inbound} is cancelled already.", inbound=current))
    if current.status != InboundStatus.ANNOUNCED:
        raise DomainError(
            say(
                "{inbound} is being received, or was: it cannot be cancelled any more.",
                inbound=current,
            )
        )
    return move([current], InboundStatus.CANCELLED, actor=actor)[0]


@transaction.atomic(savepoint=False)
def settle_inbound(inbound: Inbound, *, actor: User) -> None:
    """Tick off differences that the seller has seen."""
    open_ones = Inbound.objects.filter(pk=inbound.pk, differs=True, settled_at=None)
    if not open_ones.update(settled_at=timezone.now()):
        raise DomainError(
            say("The differences of {inbound} are ticked off already.", inbound=inbound)
        )
    record([Event.of(inbound, "settled", actor=actor)])


def _goal(seller: Seller, code: str) -> UUID | None:
    """No statement where none was chosen."""
    if not code:
        return seller.warehouse_id
    listed = SellerWarehouse.objects.filter(seller=seller, removed_at__isnull=True)
    rows = listed.filter(warehouse__code__iexact=code)
    return rows.values_list("warehouse", flat=True).first()


def _products(seller: Seller, lines: Sequence[Announced]) -> dict[str, Product]:
    kit = KitPart.objects.filter(kit=OuterRef("pk"))
    rows = Product.objects.filter(seller=seller, sku__in={line.sku for line in lines})
    return {row.sku: row for row in rows.annotate(has_parts=Exists(kit))}


def _wrong_head(reference: str, lines: Sequence[Announced]) -> list[tuple[str, str]]:
    problems = []
    if not reference:
        problems.append(("reference", say("is required")))
    if not 1 <= len(lines) <= MOST_LINES:
        problems.append(
            (
                "lines",
                say("expected 1 to {most} lines, got {given}", most=MOST_LINES, given=len(lines)),
            )
        )
    return problems


def _wrong_lines(lines: Sequence[Announced], products: dict[str, Product]) -> list[tuple[str, str]]:
    problems = []
    seen: set[UUID] = set()
    for index, line in enumerate(lines):
        product = products.get(line.sku)
        if product is None:
            problem = say("expected the SKU of a product of this seller")
        elif product.has_parts:  # type: ignore[attr-defined]  # annotated
            problem = say("is a kit, which has no stock of its own: announce its parts")
        elif product.pk in seen:
            problem = say("is announced twice: add its units up")
        else:
            seen.add(product.pk)
            continue
        problems.append((f"lines[{index}].sku", problem))
    return problems


def _new_number() -> str:
    return PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))
