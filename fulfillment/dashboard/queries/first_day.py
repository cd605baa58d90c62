"""The checklist of a new seller: each step ticks itself when its fact is there."""

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from notifications.models.settings import MessageSettings
from orders.access import Viewer
from orders.models import ApiKey, Call, Order, Package, Product, Seller, ShopLink
from orders.prepared import PreparedQuery, parameter
from warehouse.models import Stock


class Step(NamedTuple):
    """A step: its fact, in words, where to do it, whether only owners may, and whether it is done.

    `page` is the name of an address; "" for a step that others take.
    """

    name: str
    words: str
    help: str
    page: str
    is_for_owners: bool = True
    is_done: bool = False


STEPS = (
    Step("channel", "Connect your shop", "Done when it has called, is linked, or used an API key.",
         "dashboard_settings"),
    Step("product", "Enter your products", "By hand, from a file, or by the API.",
         "dashboard_products", is_for_owners=False),
    Step("stock", "Send goods to the warehouse", "They count when they are received.",
         "dashboard_inbounds", is_for_owners=False),
    Step("service", "Say where you deliver, and in how many days",
         "Until then our own couriers deliver at home.", "dashboard_services"),
    Step("look", "Give your messages your colour", "It is that of the button in each mail.",
         "message_look"),
    Step("order", "Place a test order in your shop",
         "With your own e-mail address: you get what customers get.",
         "dashboard_orders", is_for_owners=False),
    Step("parcel", "The first parcel leaves", "The warehouse picks, packs and hands it over.", ""),
)  # fmt: skip


class FirstDay(NamedTuple):
    """The checklist of a seller, and how many of its steps are done."""

    seller: Seller
    steps: list[Step]
    done: int


def first_day(viewer: Viewer) -> FirstDay | None:
    """Load the checklist in one statement; None once a parcel has left or it was put away.

    Who works for several sellers, as an operator does, has none.
    """
    seller: Any = WITH_FACTS.first(only) if (only := viewer.only_seller) else None
    if seller is None or seller.has_parcel:
        return None
    steps = [step._replace(is_done=getattr(seller, f"has_{step.name}")) for step in STEPS]
    return FirstDay(seller, steps, sum(step.is_done for step in steps))


def _sellers() -> QuerySet[Any]:
    here = Seller.objects.filter(pk=parameter(1), checklist_away_at__isnull=True)
    return here.annotate(**_facts())


WITH_FACTS = PreparedQuery(_sellers)


def _facts() -> dict[str, Any]:
    """{has_<step>: its condition, of a seller}."""
    own = {"seller": OuterRef("pk")}
    used = ApiKey.objects.filter(**own, last_used_at__isnull=False)
    linked = ShopLink.objects.filter(**own, is_active=True)
    facts = {
        "channel": Exists(Call.objects.filter(**own)) | Exists(linked) | Exists(used),
        "product": Exists(Product.objects.filter(**own)),
        "stock": Exists(Stock.objects.filter(**own, on_hand__gt=0)),
        "service": Q(services_version__isnull=False),
        "look": Exists(MessageSettings.objects.filter(**own).exclude(accent="")),
        "order": Exists(Order.objects.filter(**own)),
        "parcel": Exists(Package.objects.filter(**own, handed_over_at__isnull=False)),
    }
    return {f"has_{name}": fact for name, fact in facts.items()}
