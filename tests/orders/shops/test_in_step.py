"""Whatever a shop says, in whatever order, its picture in the end is ours: stateful property."""

import pytest
from django.db.models import Count
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fulfillment.demo.peers.kept import Fault
from orders.lifecycle.labelling import label_packages
from orders.models import Order, Package, ShopOrder
from orders.pushes.links import link_shop
from tests.balance import findings
from tests.orders.intake.shop_stories import BY_HAND, STORY, ended, play, put_all_back
from tests.orders.shops.shopify_peer import TOKEN, ShopifyPeer
from tests.orders.shops.telling_runs import tell
from tests.support import examples
from tests.support.cast import put_stock
from tests.support.stages import open_house
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.picking import confirm_pick, take_next_pick_list

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LOST, BUSY = Fault(reset=True, kept=True), Fault(status=503)
# What is left to send, after so many steps of the story.
WANTED = (
    {"LAMP": 3, "SHADE": 2},
    {"LAMP": 3, "SHADE": 2},
    {"LAMP": 4, "SHADE": 0},
    {"LAMP": 3, "SHADE": 0},
    {"LAMP": 3, "SHADE": 0},
    {"LAMP": 0, "SHADE": 0},
)


@pytest.fixture
def shop():
    peer = ShopifyPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def house(shop, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    house = open_house()
    for product in house.ada.products.values():
        put_stock(product, 500)
    link_shop(house.ada.channel, address=shop.address, token=TOKEN, actor=None)
    return house


def sell(shop, number, steps):
    """The order in the shop, after so many steps of its story."""
    shop.sell(number, **{f"id-{sku}": units for sku, units in WANTED[steps - 1].items()})
    if steps == len(STORY):
        shop.orders[f"gid://shopify/Order/{number}"]["cancelledAt"] = "2026-11-23T12:00:00Z"


def pick_all(house):
    """Walk until nothing is left to be picked."""
    while walk := take_next_pick_list(warehouse=house.warehouse, actor=house.pat):
        for stop in walk.lines.select_related("stock__location", "stock__product"):
            confirm_pick(
                stop,
                location_code=stop.stock.location.code,
                product_code=stop.stock.product.sku,
                quantity=stop.quantity,
                actor=house.pat,
            )


def send_the_rest(house, number):
    """Pick, pack and hand over what is left of an order, if there is something."""
    order = Order.objects.filter(reference=f"{number}").first()
    if order is None:
        return
    waiting = order.shipments.filter(status="picked")
    pick_all(house)
    for shipment in waiting:
        for part in shipment.lines.select_related("line"):
            if part.picked:
                pack_unit(shipment, code=part.line.sku, quantity=part.picked, actor=house.pat)
        for box in shipment.packages.filter(status="packing"):
            close_package(box, actor=house.pat)
        label_packages(shipment, actor=house.pat)
        mark_ready(shipment, actor=house.pat)
        hand_over(shipment.packages.all(), actor=house.pat)


def ours(number):
    """(numbers of the parcels that left, what each customer was written)."""
    boxes = Package.objects.filter(order__reference=f"{number}", handed_over_at__isnull=False)
    order = Order.objects.filter(reference=f"{number}").first()
    heard = (
        order.messages.filter(channel="email", template__in=("confirmed", "shipped"))
        if order
        else None
    )
    kinds = dict(heard.values_list("template").annotate(Count("pk"))) if heard is not None else {}
    return [box.tracking_number for box in boxes], kinds


@settings(
    max_examples=examples(4, 8),
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # to shrink a story takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_the_shop_and_we_end_with_the_same_picture(house, shop, data):
    steps = data.draw(st.integers(1, len(STORY)))
    told = STORY[:steps]
    again = data.draw(st.lists(st.sampled_from(told), max_size=2))
    shuffled = data.draw(st.permutations([*told, *again, *BY_HAND, *BY_HAND]))
    shop.faults = data.draw(st.lists(st.sampled_from([None, LOST, BUSY]), max_size=4))
    number = 6000 + 2 * len(shop.orders)

    for each, played in ((number, told), (number + 1, shuffled)):
        sell(shop, each, steps)
        play(house, played, each)
        put_all_back(house, each)
        send_the_rest(house, each)
    for minutes in (0, 5, 30, 240):
        left = tell(later=minutes)
    assert left == []

    assert ended(number) == ended(number + 1)
    is_over = steps == len(STORY)
    for each in (number, number + 1):
        parcels, _ = ours(each)
        assert shop.picture(each) == (parcels, [], is_over)
        assert len(parcels) == (0 if is_over or steps == 1 else 1)
    heard = [ours(each)[1] for each in (number, number + 1)]
    assert (
        is_over or heard[0] == heard[1] == {"confirmed": 1, "shipped": len(parcels)} or steps == 1
    )
    assert not ShopOrder.objects.filter(differs_at__isnull=False).exists()
    assert findings() == []
