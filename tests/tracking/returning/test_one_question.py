"""The form of a return asks once what is wanted for it, also where products are exchanged."""

import re
from html import unescape

import pytest

from fulfillment.tracking.wording import acts_in
from orders.models import Order, Return, Seller
from tests.orders.test_exchange_pages import brought_to_exchange
from tests.tracking.test_customer_returns import line
from tests.tracking.tracked import proven

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "de", "fr", "es", "ar", "ja")


@pytest.fixture
def told(once):
    return once(brought_to_exchange)


@pytest.fixture
def order(told):
    Seller.objects.update(
        return_choices={"credit": True, "repair": True}, exchange_skus=["LAMP"], exchange_days=14
    )
    return Order.objects.get(pk=told[1].pk)


@pytest.fixture
def blue(told):
    return str(told[0].ada.products["LAMP-BLUE"].pk)


def form_of(order, language="en"):
    return proven(order).get(f"/track/{order.token}/return/?lang={language}").content.decode()


def menu(page, name):
    """The options of a menu, {value: label}, and how it is called."""
    found = re.search(rf'<select name="{name}" .*?</select>', page, re.DOTALL)[0]
    label = re.search(rf'<label for="id_{name}">(.*?)</label>', page, re.DOTALL)[1]
    options = re.findall(r'<option value="([^"]*)"[^>]*>([^<]+)', found)
    return dict(options), unescape(re.sub(r"<[^>]+>", "", label)).strip()


def send(order, wish, lamps=1, shades=0, **wanted):
    lamp, shade = line(order, "LAMP").pk, line(order, "SHADE").pk
    fields = {f"units-{lamp}": lamps, f"units-{shade}": shades, "wish": wish, "reason": "too_small"}
    fields |= {f"for-{line(order, sku).pk}": product for sku, product in wanted.items()}
    return proven(order).post(f"/track/{order.token}/return/", fields)


def problems(answer):
    """{field: what is wrong with it} of a form that is refused; nothing is written."""
    assert answer.status_code == 422
    assert not Return.objects.exists()
    form = answer.context["form"]
    return {name: list(found) for name, found in form.errors.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_exchange_is_an_answer_and_each_line_has_a_menu_for_its_product(order, language):
    page, say = unescape(form_of(order, language)), acts_in(language)

    options, question = menu(page, "wish")
    products, called = menu(page, f"for-{line(order, 'LAMP').pk}")

    assert question == say.for_return
    assert list(options.values()) == [
        say.money_back, say.as_exchange, say.exchange_and_credit, say.as_credit, say.as_repair,
    ]  # fmt: skip
    assert called.startswith(f"{say.exchange_for} ")
    assert products[""] == say.not_exchanged
    assert page.count(say.for_it) == 0
    assert page.count(say.for_return) == 1


def test_where_there_is_nothing_but_exchanges_each_line_is_asked_as_before(order):
    Seller.objects.update(return_choices={})

    page = form_of(order)

    options, called = menu(page, f"for-{line(order, 'LAMP').pk}")
    assert (options[""], called.split(" ?")[0]) == (
        "Money back",
        f"{acts_in('en').for_it} Title of LAMP",
    )
    assert 'name="wish"' not in page


@pytest.mark.parametrize(("wish", "kept"), [("exchange", "exchange"), ("both", "both")])
def test_an_exchange_has_its_product(order, blue, wish, kept):
    assert send(order, wish, LAMP=blue).status_code == 302

    asked = Return.objects.get()
    assert asked.wish == kept
    assert [row.title for row in asked.exchange.lines.all()] == ["Blue lamp"]


@pytest.mark.parametrize("wish", ["", "credit", "repair"])
def test_any_other_answer_exchanges_nothing(order, wish):
    assert send(order, wish).status_code == 302

    asked = Return.objects.get()
    assert (asked.wish, asked.exchange) == (wish, None)


@pytest.mark.parametrize("wish", ["", "credit", "repair"])
def test_a_product_that_another_answer_does_not_take_is_said_at_its_menu(order, blue, wish):
    name = f"for-{line(order, 'LAMP').pk}"

    assert problems(send(order, wish, LAMP=blue)) == {name: [acts_in("en").wished_otherwise]}


def test_an_exchange_without_a_product_is_said_at_the_menu_of_what_comes_back(order):
    lamp, shade = (f"for-{line(order, sku).pk}" for sku in ("LAMP", "SHADE"))
    told = [acts_in("en").choose_product]

    assert problems(send(order, "exchange")) == {lamp: told}
    assert problems(send(order, "both", lamps=0, shades=1)) == {shade: told}


def test_what_is_exchanged_for_nothing_is_said_at_the_question(order):
    Seller.objects.update(exchange_skus=["LAMP"], exchange_days=14)
    shade = line(order, "SHADE")
    shade.product.is_active = False
    shade.product.save(update_fields=["is_active"])

    answer = send(order, "exchange", lamps=0, shades=1)

    assert problems(answer) == {"wish": [acts_in("en").no_exchange]}


def test_an_answer_that_is_none_is_said_at_the_question(order):
    assert problems(send(order, "gold")) == {"wish": [acts_in("en").choose_one]}


def test_what_was_sold_meanwhile_is_said_at_its_menu(order, blue):
    answer = send(order, "exchange", lamps=2, LAMP=blue)

    assert answer.status_code == 422
    assert "Blue lamp is not in stock in that number any more." in answer.content.decode()
    assert not Return.objects.exists()
