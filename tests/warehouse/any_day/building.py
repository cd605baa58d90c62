"""A building of two products, three places and a put wall for one example, with all in it."""

from dataclasses import dataclass
from itertools import count

from orders.access import Role
from orders.models import Product, User, Warehouse
from tests.support.cast import SellerSide, make_product, make_seller, make_user, make_warehouse
from warehouse.floor.walls.rows import add_wall
from warehouse.models import Location
from warehouse.places.changing import begin_zones

SKUS = ("LAMP", "SHADE")
BINS = ("A-01-1", "A-02-1", "B-01-1")
_numbers = count(1)


@dataclass
class Building:
    """Two pickers, a lead and a courier; Ada sells."""

    warehouse: Warehouse
    ada: SellerSide
    pat: User
    pia: User
    lea: User
    cory: User

    @property
    def products(self) -> dict[str, Product]:
        return self.ada.products

    def place(self, code: str) -> Location:
        return Location.objects.select_related("warehouse").get(warehouse=self.warehouse, code=code)


def open_building() -> Building:
    """Another building each time: what was done in the former ones stays."""
    number = next(_numbers)
    warehouse = make_warehouse(code=f"S{number}")
    # Goods at the dock are put away before they are promised.
    Location.objects.filter(warehouse=warehouse, code="DOCK").update(is_staging=True)
    for zone in "AB":
        bins = Location.objects.filter(warehouse=warehouse, code__startswith=f"{zone}-")
        bins.update(zone=zone)
    begin_zones(warehouse)
    warehouse.refresh_from_db()
    add_wall(warehouse, code="W1", cells=4)
    ada = make_seller(f"Ada {number}", f"ada{number}@example.com", warehouse)
    for sku in SKUS:
        make_product(ada, sku, sku.title())
    hired = {
        name: make_user(f"{name}{number}@example.com", name, role, warehouse=warehouse)
        for name, role in (
            ("pat", Role.PICKER), ("pia", Role.PICKER), ("lea", Role.LEAD), ("cory", Role.COURIER),
        )
    }  # fmt: skip
    return Building(warehouse, ada, **hired)
