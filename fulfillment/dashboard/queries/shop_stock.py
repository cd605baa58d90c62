"""What a shop was told of our stock: counts, and the products that it does not take."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from orders.access import Viewer
from orders.models import ShopLink, ToldStock
from orders.shops import stock_teller_of
from orders.shops.stock import LevelTeller
from warehouse.stock.for_shops import warehouses_of

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """A warehouse, and the location of the shop that shows its stock; empty: none does."""

    warehouse: UUID
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class ShopStock:
    """The card *Stock* of a shop's page."""

    teller: LevelTeller
    counts: dict[str, int]  # told, unsold, refused, waiting
    refused: list[ToldStock]
    choices: list[Choice]
    places: dict[str, str]  # {location of the shop: its name}

    @property
    def is_chosen(self) -> bool:
        return not self.teller.has_places or any(choice.place for choice in self.choices)


def shop_stock(viewer: Viewer, link: ShopLink) -> ShopStock | None:
    """Load the card; None where shops of this platform are told no stock."""
    teller = stock_teller_of(link.channel.kind)
    if teller is None:
        return None
    rows = ToldStock.objects.visible_to(viewer).filter(channel=link.channel_id)
    counts: dict[str, Any] = rows.aggregate(
        told=Count("pk", filter=Q(units__isnull=False)),
        unsold=Count("pk", filter=Q(is_sold=False)),
        refused=Count("pk", filter=~Q(problem="")),
        waiting=Count("pk", filter=Q(units__isnull=True, is_sold=True, problem="")),
    )
    of = link.stock_places.get("of", {})
    return ShopStock(
        teller=teller,
        counts=counts,
        refused=list(
            rows.exclude(problem="").select_related("product").order_by("sku")[:MOST_SHOWN]
        ),
        choices=[
            Choice(pk, name, of.get(f"{pk}", ""))
            for pk, name in warehouses_of(link.seller_id).items()
        ],
        places=link.stock_places.get("known", {}),
    )
