"""The stage of the stories: the building, its people, the channel and the goods of a demo."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from fulfillment.demo import data
from fulfillment.demo.pictures import picture_of
from fulfillment.demo.seeding.base import Base, Good, Shop
from orders.access import Role
from orders.catalogue.pictures import keep_picture
from orders.models import Barcode, Member, Product, SalesChannel, Seller, User
from warehouse.inbound.announcing import Announced, announce_inbound
from warehouse.models import Location, Stock, Supply
from warehouse.stock.receiving import receive_stock

GOODS = data.PRODUCTS["ada"]
BINS = [f"{aisle}-{bay:02}-{level}" for aisle in "ABC" for bay in range(1, 5) for level in (1, 2)]
PRICES = {sku: 990 + 1500 * place for place, (sku, *_) in enumerate(GOODS)}
FEW, MANY = 1, 30  # units
SCARCE = "SHADE-GLASS"
CHANNEL = "Demo shop"
# As few as can be, for to delete one is to search the whole history for what they did. A second one
# drives: who is still on a run begins no other one.
PEOPLE = {
    "Pat Petrov": (Role.LEAD, Role.PICKER, Role.PACKER, Role.COURIER),
    "Cory Castro": (Role.COURIER,),
}


@dataclass(frozen=True)
class Stage:
    """A demo as a story needs it."""

    seller: Seller
    channel: SalesChannel
    base: Base

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.base.warehouse.time_zone)

    @property
    def arriving(self) -> User:
        """The courier whose stops are all finished."""
        return self.base.couriers[0]

    @property
    def under_way(self) -> User:
        """The courier who is still on the road."""
        return self.base.couriers[1]


def domain_of(demo: Seller) -> str:
    """The end of the addresses of its people, by which they are told from real ones."""
    return f"@{demo.pk.hex}.demo.invalid"


def build(demo: Seller) -> None:
    """Places, people who cannot sign in, a channel, products with stock, and goods announced."""
    building = demo.warehouse
    bins = [
        Location(warehouse=building, code=code, walk_position=position)
        for position, code in enumerate(BINS, start=1)
    ]
    Location.objects.bulk_create(bins)
    Location.objects.create(warehouse=building, code="DOCK", kind=Location.Kind.DOCK)
    for name, roles in PEOPLE.items():
        address = f"{data.mailbox(name)}{domain_of(demo)}"
        user = User(email=address, name=name, is_active=False)
        user.set_unusable_password()
        user.save(force_insert=True)
        for role in roles:
            Member.objects.create(user=user, role=role, warehouse=building)
    SalesChannel.objects.create(seller=demo, kind=SalesChannel.Kind.API, name=CHANNEL)
    for place, (sku, title, barcode, grams) in zip(bins, GOODS, strict=False):
        product = Product.objects.create(seller=demo, sku=sku, title=title, weight_grams=grams)
        Barcode.objects.create(seller=demo, product=product, code=barcode)
        units = FEW if sku == SCARCE else MANY
        receive_stock(location=place, product=product, quantity=units, actor=None)
        keep_picture(product, picture_of(sku), actor=None)
    announce_inbound(
        demo,
        reference="PO-1001",
        expected_on=timezone.localdate() + timedelta(days=3),
        lines=[Announced(SCARCE, 20), Announced("BULB-E27", 40)],
        actor=None,
    )


def stage_of(demo: Seller) -> Stage:
    """What `build` has made, read again."""
    building = demo.warehouse
    people = {
        row.user.name: row.user
        for row in Member.objects.filter(warehouse=building).select_related("user")
    }
    pat, cory = (people[name] for name in PEOPLE)
    channels = SalesChannel.objects.select_related("seller__warehouse")
    channel = channels.get(seller=demo, name=CHANNEL)
    shop = Shop(demo, channel, list(_goods(demo)), [])
    base = Base(building, pat, pat, pat, [pat, cory], [shop])
    return Stage(demo, channel, base)


def _goods(demo: Seller) -> list[Good]:
    supplies: dict[UUID, UUID] = dict(
        Supply.objects.filter(seller=demo).values_list("product", "pk")
    )
    stocks = Stock.objects.filter(seller=demo, location__kind=Location.Kind.BIN)
    return [
        Good(
            product_id=row.product_id,
            sku=row.product.sku,
            title=row.product.title,
            price=PRICES[row.product.sku],
            supply_id=supplies[row.product_id],
            stock_id=row.pk,
            bin_id=row.location_id,
            bin_code=row.location.code,
        )
        for row in stocks.select_related("product", "location").order_by("pk")
        if row.product.sku in PRICES
    ]
