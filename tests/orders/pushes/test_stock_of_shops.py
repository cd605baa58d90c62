"""Shops are told our stock: what is available now, whatever goes wrong on the way."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from fulfillment.demo.peers.kept import Fault
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order
from orders.models import ShopLink, SkuAlias, ToldStock
from orders.pushes.links import ask_places_again, choose_stock, link_shop, unlink_shop
from orders.pushes.planning import plan_pushes
from orders.pushes.stock import tell_stock
from orders.shops.woocommerce.stock import WITH_A_COMMA
from tests.orders.shops.shopify_peer import TOKEN
from tests.orders.shops.telling_runs import has_planned_all
from tests.orders.shops.woo_peer import KEY, WooPeer
from tests.support.cast import make_order, make_product, put_stock
from tests.support.stages import open_house
from tests.support.waiting import wait_until
from warehouse.models import Supply
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db(transaction=True)
MAIN = "gid://shopify/Location/Main"


@pytest.fixture
def woo():
    peer = WooPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def house(settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    return open_house()


def linked(house, peer, *, token=TOKEN):
    link = link_shop(house.ada.channel, address=peer.address, token=token, actor=None)
    return choose_stock(link, tells=True, places={}, actor=None)


def turn(minutes=0):
    """A turn of the worker, so many minutes later; the problem of the link, if there is one."""
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        plan_pushes()
    if minutes:  # an open transaction of another test keeps the news of stock from the cursor
        ShopLink.objects.update(stock_at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes, seconds=11)):
        tell_stock()
    return ShopLink.objects.get().stock_problem


def asked(shop, name="mutation Stock"):
    return shop.asked.count(name)


def test_the_shop_shows_what_is_available_and_many_changes_are_one_call(house, shop):
    shop.stock = {"LAMP": {"Main": 0}, "shade": {"Main": 20}, "OTHER": {"Main": 3}}
    linked(house, shop)
    assert turn() == ""
    assert shop.stock == {"LAMP": {"Main": 20}, "shade": {"Main": 20}, "OTHER": {"Main": 3}}
    assert (asked(shop), asked(shop, "query Places")) == (1, 1)  # one location: nothing to choose
    assert turn() == ""
    assert asked(shop) == 1

    orders = [make_order(house.ada, {"LAMP": 2, "SHADE": 1}) for _ in range(3)]
    allocate_due()
    wait_until(has_planned_all)
    assert (turn(1), shop.stock["LAMP"]["Main"]) == ("", 14)
    assert (shop.stock["shade"]["Main"], asked(shop)) == (17, 2)
    cancel_order(orders[0], actor=house.ada.owner)
    make_order(house.ada, {"LAMP": 50})  # of which most are backordered
    allocate_due()
    wait_until(has_planned_all)
    assert (turn(2), shop.stock["LAMP"]["Main"]) == ("", 0)
    assert shop.stock["shade"]["Main"] == 18


def test_a_lost_answer_is_read_and_an_old_number_never_comes_back(house, shop):
    shop.stock = {"LAMP": {"Main": 1}}
    linked(house, shop)
    shop.faults = [None, None, Fault(reset=True, kept=True)]
    assert turn().startswith("The shop did not answer")
    told = ToldStock.objects.get(sku="LAMP")
    assert (shop.stock["LAMP"]["Main"], told.units) == (20, None)
    Supply.objects.filter(product__sku="LAMP").update(reserved=19)  # what the shop had before
    assert turn(1) == ""
    assert shop.stock["LAMP"]["Main"] == 1
    Supply.objects.filter(product__sku="LAMP").update(reserved=0)

    # What it sells between our question and our answer is not lost: it is read again.
    put_stock(house.ada.products["SHADE"], 1)
    shop.stock["SHADE"] = {"Main": 7}
    shop.sold_between = {"SHADE": 2}
    ToldStock.objects.update(due_at=timezone.now())
    assert turn(2) == ""
    assert (shop.stock["SHADE"]["Main"], shop.stock["LAMP"]["Main"]) == (5, 20)
    assert turn(4) == ""
    assert shop.stock["SHADE"]["Main"] == 21
    # Nor does what somebody changes there stay for longer than a day.
    shop.stock["SHADE"]["Main"] = 99
    assert turn(24 * 60 + 10) == ""
    assert shop.stock["SHADE"]["Main"] == 21


def test_what_the_shop_refuses_is_shown_and_holds_up_nothing_else(house, shop):
    shop.stock = {"LAMP": {"Main": 0}, "SHADE": {"Main": 0}, "BULB": {}}
    shop.untracked = {"SHADE"}
    put_stock(make_product(house.ada, "BULB", "Bulb"), 4)
    put_stock(make_product(house.ada, "CORD", "Cord"), 4)
    SkuAlias.objects.create(
        seller=house.ada.seller, channel=house.ada.channel, sku="old lamp",
        product=house.ada.products["LAMP"],
    )  # fmt: skip
    shop.stock["Old Lamp"] = {"Main": 3}
    linked(house, shop)
    assert turn() == ""
    kept = dict(ToldStock.objects.values_list("sku", "problem"))
    assert kept["SHADE"].startswith("The shop does not track")
    assert kept["BULB"].startswith("The shop does not stock")
    assert ToldStock.objects.get(sku="CORD").is_sold is False
    assert (shop.stock["LAMP"], shop.stock["Old Lamp"]) == ({"Main": 20}, {"Main": 20})
    shop.untracked = set()
    turn(61)
    assert shop.stock["SHADE"]["Main"] == 20
    assert "MUG" not in kept  # of another seller


def test_locations_are_chosen_and_nothing_is_told_before(house, shop):
    shop.locations, shop.stock = ["Main", "Store"], {"LAMP": {"Main": 0, "Store": 5}}
    link = linked(house, shop)
    assert turn() == ""
    assert shop.stock["LAMP"] == {"Main": 0, "Store": 5}
    with pytest.raises(DomainError, match="no such location"):
        choose_stock(link, tells=True, places={house.warehouse.pk: "x"}, actor=None)
    link = choose_stock(link, tells=True, places={house.warehouse.pk: MAIN}, actor=None)
    turn(1)
    assert shop.stock["LAMP"] == {"Main": 20, "Store": 5}
    # Whoever tells it now keeps the lease; a pause after failures ends.
    now = timezone.now()
    for seconds, most in ((-5, -5), (60, 60), (3000, 91)):
        ShopLink.objects.update(stock_free_at=now + timedelta(seconds=seconds))
        ask_places_again(link)
        left = (ShopLink.objects.get().stock_free_at - now).total_seconds()
        assert min(seconds, 90) <= left <= most
    turn(4)
    assert ShopLink.objects.get().stock_places["of"] == {f"{house.warehouse.pk}": MAIN}
    choose_stock(link, tells=False, places={}, actor=None)
    put_stock(house.ada.products["LAMP"], 1)
    turn(5)
    assert (shop.stock["LAMP"]["Main"], ToldStock.objects.count()) == (20, 0)


def test_a_shop_that_fails_is_left_alone_and_a_closed_link_tells_nothing(house, shop):
    shop.stock = {"LAMP": {"Main": 0}}
    link = linked(house, shop)
    shop.faults = [Fault(503)]
    assert turn() == "The shop answered 503."
    tell_stock()
    assert shop.asked == []
    unlink_shop(link, actor=None)
    turn(5)
    assert shop.asked == []
    link_shop(house.ada.channel, address=shop.address, token=TOKEN, actor=None)
    assert (turn(), shop.stock["LAMP"]["Main"]) == ("", 20)
    with pytest.raises(DomainError, match="told no stock"):
        other = link_shop(house.bo.channel, address=shop.address, token=TOKEN, actor=None)
        type(house.bo.channel).objects.filter(pk=house.bo.channel.pk).update(kind="amazon")
        choose_stock(other, tells=True, places={}, actor=None)


def test_one_product_that_breaks_a_batch_stops_no_others(house, shop):
    shop.stock = {"LAMP": {"Main": 0}, "SHADE": {"Main": 0}}
    linked(house, shop)
    bad = Fault(400, "no")
    shop.faults = [None, bad, bad]  # the batch, then the lamp alone
    assert turn() == ""
    assert ToldStock.objects.get(sku="LAMP").problem == "The shop answered 400."
    assert shop.stock == {"LAMP": {"Main": 0}, "SHADE": {"Main": 20}}
    ToldStock.objects.update(due_at=timezone.now())
    shop.faults = [bad] * 3
    assert turn(61) == "The shop answered 400."


def test_woocommerce_sets_products_and_variations_in_batches(house, woo):
    type(house.ada.channel).objects.filter(pk=house.ada.channel.pk).update(kind="woocommerce")
    put_stock(make_product(house.ada, "A,B", "Pair"), 4)
    woo.stock(7, "LAMP", None)
    woo.stock(9, "shade", 3, type="variation", parent_id=8, manage_stock="parent")
    house.ada.channel.refresh_from_db()
    link = link_shop(house.ada.channel, address=woo.address, token=KEY, actor=None)
    choose_stock(link, tells=True, places={}, actor=None)
    assert turn() == ""
    rows = [(row["manage_stock"], row["stock_quantity"]) for row in woo.products.values()]
    assert rows == [(True, 20), (True, 20)]
    assert ToldStock.objects.get(sku="A,B").problem == WITH_A_COMMA
    assert sorted(woo.asked) == [
        "GET products", "POST products/8/variations/batch", "POST products/batch",
    ]  # fmt: skip
    woo.products[7] |= {"type": "grouped"}
    put_stock(house.ada.products["LAMP"], 1)
    turn(1)
    assert ToldStock.objects.get(sku="LAMP").problem.startswith("A product of this type")


def test_a_seller_switches_it_on_and_sees_how_it_goes(house, shop, client):
    shop.locations, shop.stock = ["Main", "Store"], {"LAMP": {"Main": 0}, "SHADE": {"Main": 0}}
    shop.untracked = {"SHADE"}
    link_shop(house.ada.channel, address=shop.address, token=TOKEN, actor=None)
    client.force_login(house.ada.owner)
    page = f"/dashboard/settings/channels/{house.ada.channel.pk}"

    def save(**fields):
        answer = client.post(f"{page}/stock/", fields, follow=True)
        return answer.content.decode()

    assert "The shop is not told our stock." in client.get(f"{page}/pushes/").content.decode()
    assert "asked for its locations within a minute" in save(tells_stock="on")
    turn()
    place = f"place-{house.warehouse.pk}"
    assert "Choose a location below" in client.get(f"{page}/pushes/").content.decode()
    assert "The shop has no such location" in save(tells_stock="on", **{place: "elsewhere"})
    assert "is told our stock." in save(tells_stock="on", **{place: MAIN})
    turn(1)
    text = client.get(f"{page}/pushes/").content.decode()
    assert "1 SKU told · 1 not taken" in text
    assert "switch “Track quantity” on there" in text
    home = client.get("/dashboard/").content.decode()
    assert "Shops that do not show our stock" in home
    assert "SHADE: The shop does not track" in home
    # Once more from a page that had shown no locations: what was chosen stays.
    save(tells_stock="on")
    assert ShopLink.objects.get().stock_places["of"] == {f"{house.warehouse.pk}": MAIN}
    assert "asked for its locations within a minute" in save(again="1")
    assert "it keeps what it shows now" in save()
    client.force_login(house.bo.owner)
    assert client.post(f"{page}/stock/", {"tells_stock": "on"}).status_code == 404
    assert ShopLink.objects.get().tells_stock is False
