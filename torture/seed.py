"""Seed data of a run: two sellers, one warehouse, workers, stock."""

import sys

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from notifications.models.settings import MessageSettings, speak_at_once  # noqa: E402 - models need the set-up above
from orders.access import Role  # noqa: E402
from orders.keys import token_hash  # noqa: E402
from orders.models import ApiKey, Member, Product, SalesChannel, Seller, User, Warehouse  # noqa: E402
from torture.customers import KEYS, PRODUCTS  # noqa: E402
from torture.hours import zone_by_day  # noqa: E402
from warehouse.models import Location  # noqa: E402
from warehouse.stock.receiving import receive_stock  # noqa: E402

CREWS = 3
PEOPLE = (Role.PICKER, Role.PACKER, Role.COURIER)


def address_of(role: Role, crew: int) -> str:
    """Of a worker of one of the crews."""
    return f"{role.value}{crew}@torture.example"


def make_cast(orders: int) -> None:
    """Create the rows; the first seller sends every message at once, the second has calm on."""
    where = {"city": "Berlin", "country": "DE", "time_zone": zone_by_day()}
    house = Warehouse.objects.create(name="Torture", code="TORT", **where)
    bins = [
        Location.objects.create(warehouse=house, code=f"T-{number:02}", walk_position=number)
        for number in range(PRODUCTS)
    ]
    for crew in range(CREWS):
        for role in PEOPLE:
            email = address_of(role, crew)
            user = User.objects.create_user(email, name=email)
            Member.objects.create(user=user, role=role, warehouse=house)
    for slug, key in KEYS.items():
        seller = Seller.objects.create(
            name=f"{slug.title()} Seller",
            slug=slug,
            email=f"{slug}@seller.example",
            warehouse=house,
        )
        speak_at_once(seller, texts_a_day=1_000_000)
        if slug != "loud":  # calm on, but no quiet hours: a run may begin at any hour
            MessageSettings.objects.filter(seller=seller).update(calm=True)
        channel = SalesChannel.objects.create(seller=seller, kind="api", name="API")
        ApiKey.objects.create(
            seller=seller, channel=channel, name="Torture", prefix=key[:8], key_hash=token_hash(key)
        )
        for place in bins:
            sku = f"SKU-{place.walk_position}"
            product = Product.objects.create(seller=seller, sku=sku, title=f"Product {sku}")
            receive_stock(location=place, product=product, quantity=3 * orders, actor=None)


if __name__ == "__main__":
    make_cast(int(sys.argv[1]))
