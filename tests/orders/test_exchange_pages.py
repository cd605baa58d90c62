"""An exchange as customer and seller see it: the form, the pages, the message, the terms."""

import re
from html import unescape

import pytest
import time_machine

from fulfillment.tracking.wording import acts_in
from notifications.models import Message
from orders.exchanges.requesting import request_exchange
from orders.lifecycle.cancel import cancel_order
from orders.models import Hold, Order, OrderLine, Product, Refund, Return, Seller
from orders.returns.handling import approve_return
from orders.returns.refunding import pay_refund
from tests.api.asking import ask as ask_api
from tests.notifications.saying import said
from tests.support.cast import make_product, put_stock
from tests.support.stages import picked_shipment
from tests.test_doors import signed_in
from tests.tracking.test_customer_returns import brought, line
from tests.tracking.tracked import AT_THE_DOOR, MONDAY, proven, state
from warehouse.models import Supply
from warehouse.returns.inspection import inspect_return_line, receive_return

pytestmark = pytest.mark.django_db


def brought_to_exchange():
    """Two lamps and a shade that came, of a seller that exchanges lamps; a blue one is there."""
    house, order = brought()
    Seller.objects.update(exchange_days=14, exchange_skus=["LAMP"])
    put_stock(make_product(house.ada, "LAMP-BLUE", "Blue lamp"), 1)
    make_product(house.ada, "LAMP-GONE", "Green lamp")
    return house, order


@pytest.fixture
def told(once):
    with time_machine.travel(MONDAY, tick=False):
        told = once(brought_to_exchange)
        with time_machine.travel(AT_THE_DOOR, tick=False):
            yield told


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def order(told):
    return Order.objects.get(pk=told[1].pk)


def ask(house, order, product="LAMP-BLUE", units=1):
    lamp = line(order, "LAMP")
    wanted = house.ada.products[product].pk if product else ""
    fields = {f"units-{lamp.pk}": units, f"for-{lamp.pk}": wanted, "reason": "too_small"}
    return proven(order).post(f"/track/{order.token}/return/", fields)


def seen(order):
    (case,) = state(order, AT_THE_DOOR)["returns"]
    return case["exchange"], case["can_cancel"]


def test_the_form_offers_what_is_in_stock_and_may_be_exchanged(house, order):
    page = proven(order).get(f"/track/{order.token}/return/").content.decode()

    lamps = re.search(rf'name="for-{line(order, "LAMP").pk}".*?</select>', page, re.DOTALL)
    assert re.findall(r"<option[^>]*>([^<]+)", lamps[0]) == [
        "Money back",
        "Brass lamp",
        "Blue lamp",
    ]
    assert "Green lamp" not in page
    shade = re.search(rf'name="for-{line(order, "SHADE").pk}".*?</select>', page, re.DOTALL)
    assert re.findall(r"<option[^>]*>([^<]+)", shade[0]) == ["Money back", "Linen shade"]

    Seller.objects.update(exchange_days=None)
    page = proven(order).get(f"/track/{order.token}/return/").content.decode()
    assert 'name="for-' not in page


def test_what_is_chosen_is_kept_and_both_pages_say_so(house, order):
    assert ask(house, order).status_code == 302

    asked = Return.objects.get()
    number = asked.exchange.number
    kept, can_cancel = seen(order)
    assert kept == (
        f"The shop keeps what you get in exchange until Tuesday 8 December, as order {number}. "
        "It ships once this return has arrived and been checked."
    )
    assert can_cancel
    assert state(asked.exchange, AT_THE_DOOR)["headline"] == {
        "text": "Waits for your return",
        "detail": "We ship it once your return has arrived and been checked, and will send you "
        "the date then.",
        "tone": "neutral",
    }


def test_money_is_chosen_by_leaving_it_as_it_is(house, order):
    assert ask(house, order, product="").status_code == 302

    assert Return.objects.get().exchange is None
    assert seen(order) == ("", True)


def test_what_was_sold_meanwhile_is_said_at_the_form(house, order):
    answer = ask(house, order, units=2)

    assert answer.status_code == 422
    text = "Blue lamp is not in stock in that number any more. Choose something else."
    assert text in answer.content.decode()
    assert not Return.objects.exists()


def test_where_all_of_it_was_sold_meanwhile_the_wish_is_not_taken_for_money(house, order):
    shade = line(order, "SHADE")
    picked_shipment(house, {"SHADE": Supply.objects.get(product=shade.product).available})
    fields = {
        f"units-{shade.pk}": 1,
        f"for-{shade.pk}": shade.product_id,
        "reason": "too_small",
    }

    answer = proven(order).post(f"/track/{order.token}/return/", fields)

    assert answer.status_code == 422
    text = "Linen shade is not in stock in that number any more. Choose something else."
    assert text in answer.content.decode()
    assert not Return.objects.exists()


def test_of_a_product_that_sold_out_it_is_said_and_of_the_others_nothing(house, order):
    """Both have prices of their own: neither is said to have changed."""
    red = make_product(house.ada, "LAMP-RED", "Red lamp")
    put_stock(red, 1)
    Product.objects.filter(sku__startswith="LAMP-").update(price=2499, price_currency="EUR")
    OrderLine.objects.filter(order=order).update(unit_price=1999)
    Order.objects.filter(pk=order.pk).update(currency="EUR")
    form = proven(order).get(f"/track/{order.token}/return/").content.decode()
    prices = re.search(r'name="prices" value="([^"]+)"', form)[1]
    assert "Red lamp (+" in form
    picked_shipment(house, {"LAMP-RED": 1})

    def wanted(product):
        lamp = line(order, "LAMP")
        fields = {f"units-{lamp.pk}": 1, f"for-{lamp.pk}": product.pk, "reason": "too_small"}
        return proven(order).post(f"/track/{order.token}/return/", fields | {"prices": prices})

    gone = wanted(red)
    assert gone.status_code == 422
    assert "Red lamp is not in stock in that number any more." in gone.content.decode()
    assert wanted(house.ada.products["LAMP-BLUE"]).status_code == 302
    assert Return.objects.get().price_gaps == {str(line(order, "LAMP").pk): 500}


def test_of_a_product_whose_price_has_changed_it_is_said(house, order):
    OrderLine.objects.filter(order=order).update(unit_price=1999)
    Order.objects.filter(pk=order.pk).update(currency="EUR")
    form = proven(order).get(f"/track/{order.token}/return/").content.decode()
    Product.objects.filter(sku="LAMP-BLUE").update(price=2499, price_currency="EUR")
    fields = {"prices": re.search(r'name="prices" value="([^"]*)"', form)[1], "reason": "too_small"}
    lamp, blue = line(order, "LAMP"), house.ada.products["LAMP-BLUE"]
    fields |= {f"units-{lamp.pk}": 1, f"for-{lamp.pk}": blue.pk}

    answer = proven(order).post(f"/track/{order.token}/return/", fields)

    assert answer.status_code == 422
    assert acts_in("en").price_changed in unescape(answer.content.decode())


def test_a_customer_who_keeps_the_product_calls_the_exchange_off(house, order):
    ask(house, order)
    asked = Return.objects.get()

    proven(order).post(f"/track/{order.token}/return/", {"cancel": asked.number})

    number = asked.exchange.number
    off = f"An exchange was planned as order {number}. That order was cancelled."
    assert seen(order) == (off, False)
    assert Order.objects.get(pk=asked.exchange_id).status == "cancelled"
    mine = signed_in(house.ada.owner).get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "Blue lamp</bdi> (1 cancelled). It is cancelled." in mine
    assert "What comes back is refunded" not in mine, "nothing comes back"


def test_what_is_sent_in_exchange_cannot_be_kept_too(house, order):
    ask(house, order)
    asked, ada = Return.objects.get(), signed_in(house.ada.owner)
    hold = Hold.objects.get(order=asked.exchange)

    ada.post(f"/dashboard/holds/{hold.pk}/release/")

    assert Hold.objects.get().released_at is not None
    assert seen(order) == (f"You get order {asked.exchange.number} in exchange.", False)
    proven(order).post(f"/track/{order.token}/return/", {"cancel": asked.number})
    assert Return.objects.get().status == "requested"


def test_the_customer_is_told_what_is_kept_and_then_the_date(house, order):
    ask(house, order)
    asked = Return.objects.get()

    letter = said(asked.exchange, "exchange", now=AT_THE_DOOR)
    assert letter.subject == f"Exchange for order {order.number}"
    assert "It ships once your return has arrived and been checked." in letter.text
    assert "cost" not in letter.text

    approve_return(asked, actor=house.ada.owner)
    [part] = asked.lines.all()
    receive_return(asked, received={part.pk: 1}, actor=house.pat)
    number = asked.exchange.number
    checked = f"What you get in exchange, order {number}, ships once this return has been checked."
    assert seen(order) == (checked, False)
    inspect_return_line(part, restocked=0, written_off=1, actor=house.pat)

    rows = Message.objects.filter(order=asked.exchange, channel="email").order_by("pk")
    assert list(rows.values_list("template", flat=True)) == ["exchange", "dated"]


def test_the_seller_sees_both_orders_and_nothing_to_attend_to(house, order):
    ask(house, order)
    asked, ada = Return.objects.get(), signed_in(house.ada.owner)
    number = asked.exchange.number

    mine = ada.get(f"/dashboard/orders/{order.pk}/").content.decode()
    theirs = ada.get(f"/dashboard/orders/{asked.exchange_id}/").content.decode()

    assert f'href="/dashboard/orders/{asked.exchange_id}/"' in mine
    assert "Kept until 8 Dec 2026." in mine
    assert f'In exchange for return <a href="/dashboard/orders/{order.pk}/">' in theirs
    assert "Waits for a return" in theirs
    attention = ada.get("/dashboard/").content.decode()
    assert asked.number in attention
    assert f"{number}</bdi>" not in attention

    cancel_order(asked.exchange, actor=house.ada.owner)
    assert (
        "What comes back is refunded." in ada.get(f"/dashboard/orders/{order.pk}/").content.decode()
    )


@pytest.mark.parametrize("first", ["paid", "cancelled"])
def test_an_exchange_cancelled_after_the_rest_was_refunded_is_to_be_refunded_too(
    house, order, first
):
    """Also where it was cancelled first, and paid before the sweep has looked at it."""
    lamp, shade = line(order, "LAMP"), line(order, "SHADE")
    Order.objects.update(currency="EUR")
    asked = request_exchange(
        Order.objects.get(pk=order.pk),
        units={lamp.pk: 1, shade.pk: 1},
        wanted={lamp.pk: lamp.product_id},
        reason="damaged",
    )
    approve_return(asked, actor=house.ada.owner)
    parts = list(asked.lines.all())
    receive_return(asked, received={part.pk: 1 for part in parts}, actor=house.pat)
    for part in parts:
        inspect_return_line(part, restocked=0, written_off=1, actor=house.pat)
    if first == "cancelled":
        cancel_order(Order.objects.get(pk=asked.exchange_id), actor=house.ada.owner)
    pay_refund(Refund.objects.get(), amount=1000, method="payment", actor=house.ada.owner)
    ada, bo = signed_in(house.ada.owner), signed_in(house.bo.owner)
    text = "what it was for is not refunded yet"
    if first == "paid":
        assert text not in ada.get("/dashboard/").content.decode()
        cancel_order(Order.objects.get(pk=asked.exchange_id), actor=house.ada.owner)

    assert text in ada.get("/dashboard/").content.decode()
    assert text not in bo.get("/dashboard/").content.decode()
    ada.post(f"/dashboard/orders/{asked.exchange_id}/called-off/settle/")
    assert text not in ada.get("/dashboard/").content.decode()


def test_a_program_reads_the_order_in_exchange(house, order):
    ask(house, order)
    asked = Return.objects.get()

    answer = ask_api(house.ada, f"returns/{asked.pk}/")

    assert answer.json()["exchange"] == str(asked.exchange_id)
    assert answer.json()["exchange_until"] == "2026-12-08"


def test_the_owner_says_how_long_goods_are_kept_and_what_is_alike(house):
    ada = signed_in(house.ada.owner)
    page = "/dashboard/settings/refunds/"
    given = {"refund_method": "payment", "exchange_days": "21", "exchange_skus": "LAMP, SHADE-"}

    assert ada.post(page, given).status_code == 302

    seller = Seller.objects.get(pk=house.ada.seller.pk)
    assert (seller.exchange_days, seller.exchange_skus) == (21, ["LAMP", "SHADE-"])
    wrong = ada.post(page, given | {"exchange_days": "91"})
    assert wrong.status_code == 422
    assert 'value="LAMP SHADE-"' in ada.get(page).content.decode()
    ada.post(page, given | {"exchange_days": ""})
    assert Seller.objects.get(pk=house.ada.seller.pk).exchange_days is None
