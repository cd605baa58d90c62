"""A seller with products and an API key, for measurements on an empty database."""

import sys

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from notifications.models.settings import speak_at_once  # noqa: E402 - as below
from orders.keys import token_hash  # noqa: E402 - models need the set-up above
from orders.models import ApiKey, Product, SalesChannel, Seller, Warehouse  # noqa: E402
from warehouse.models import Supply  # noqa: E402


def seed(products: int, key: str) -> None:
    """Make one seller, its products SKU-0 … and an API key."""
    warehouse = Warehouse.objects.create(name="Measured", code="BENCH", city="Berlin")
    seller = Seller.objects.create(
        name="Measured", slug="measured", warehouse=warehouse, email="seller@example.com"
    )
    speak_at_once(seller, texts_a_day=1_000_000)
    channel = SalesChannel.objects.create(seller=seller, kind="api", name="API")
    ApiKey.objects.create(
        seller=seller, channel=channel, name="bench", prefix=key[:8], key_hash=token_hash(key)
    )
    made = Product.objects.bulk_create(
        Product(seller=seller, sku=f"SKU-{number}", title=f"Product {number}")
        for number in range(products)
    )
    # Enough of everything: what waits for stock would be a message more.
    Supply.objects.bulk_create(
        Supply(seller=seller, product=product, warehouse=warehouse, on_hand=1_000_000)
        for product in made
    )


if __name__ == "__main__":
    seed(int(sys.argv[1]), sys.argv[2])
