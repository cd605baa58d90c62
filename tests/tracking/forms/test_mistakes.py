"""A customer's form that is refused says so in its title, above itself, and at each field."""

import re
from html import unescape

import pytest
import time_machine
from django.test import Client

from fulfillment.tracking.mistakes import Mistake
from fulfillment.tracking.wording import ACTS
from orders.models import Order, Seller
from tests.support.cast import make_order, make_product, put_stock
from tests.support.stages import delivered_order, sent_packages
from tests.tracking.tracked import AT_THE_DOOR, MONDAY, proven
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def described(page):
    """All ids by which a field names what is said of it."""
    return {one for ids in re.findall(r'aria-describedby="([^"]+)"', page) for one in ids.split()}


def summary_of(answer):
    """[(id, text)] of the error summary, after a look at all that has to go with it."""
    page = answer.content.decode()
    assert re.search(r"<title>Error: ", page)
    assert page.count('role="alert"') == 1
    summary = re.search(r'<div class="notice mistakes".*?</div>', page, re.DOTALL)[0]
    assert "autofocus" in summary
    assert page.count("autofocus") == 1
    for wrong in re.findall(r'<p class="wrong"[^>]*>.*?</p>', page):
        assert re.match(r'<p class="wrong" id="[^"]+"><span class="unseen">Error: </span>\w', wrong)
        assert re.search(r' id="([^"]+)"', wrong)[1] in described(page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert [one for one in ids if ids.count(one) > 1] == []
    found = []
    for line in re.findall(r"<li>(.*?)</li>", summary):
        at = re.search(r'href="#([^"]+)"', line)
        assert at is None or at[1] in ids
        found.append((at and at[1], unescape(re.sub(r"<[^>]+>", "", line))))
    return found


@pytest.fixture
def brought(monday_house):
    """A lamp and a shade that have come; a lamp may be exchanged."""
    Seller.objects.update(
        exchange_days=14, exchange_skus=["LAMP"], return_choices={"condition": True}
    )
    put_stock(make_product(monday_house.ada, "LAMP-BLUE", "Blue lamp"), 1)
    order = delivered_order(monday_house, {"LAMP": 1, "SHADE": 1}, currency="EUR")
    with time_machine.travel(AT_THE_DOOR, tick=False):
        yield Order.objects.get(pk=order.pk)


def send(order, what, client=None, **given):
    return (client or proven(order)).post(f"/track/{order.token}/{what}/", given)


def test_a_return_of_nothing_without_a_reason(brought):
    first = brought.lines.order_by("position").first()

    answer = send(brought, "return")

    assert answer.status_code == 422
    assert summary_of(answer) == [
        (f"id_units-{first.pk}", "Choose at least one product to return."),
        ("id_reason_0", "Choose a reason for the return."),
    ]
    assert 'aria-describedby="units-wrong"' in answer.content.decode()


def test_a_return_with_a_mistake_at_each_field(brought):
    lamp, shade = (brought.lines.get(sku=sku) for sku in ("LAMP", "SHADE"))
    given = {
        f"units-{lamp.pk}": "9",
        f"for-{lamp.pk}": "nothing of ours",
        f"units-{shade.pk}": "1",
        "reason": "damaged",
        "comment": "x" * 501,
    }

    assert summary_of(send(brought, "return", **given)) == [
        (f"id_units-{lamp.pk}", f"{lamp.title}: Choose at most 1."),
        (
            f"id_for-{lamp.pk}",
            f"{lamp.title}: {ACTS['en'].no_exchange}",
        ),
        (f"id_state-{shade.pk}", f"{shade.title}: Please choose what condition it is in."),
        ("id_comment", "Write at most 500 characters."),
    ]


def test_a_report_without_anything(brought):
    assert summary_of(send(brought, "problem", quantity="9", words="x" * 501)) == [
        ("kind-damaged", "What is wrong? Please choose one."),
        ("unit-1", "Which product? Please choose one."),
        ("words", "What happened? At most 500 characters."),
    ]


def test_a_report_that_was_made_already_is_of_no_field(brought):
    send(brought, "problem", kind="not_arrived")

    answer = send(brought, "problem", kind="not_arrived")

    assert answer.status_code in (409, 422)
    assert summary_of(answer) == [(None, ACTS["en"].already_open)]


@pytest.fixture
def under_way(monday_house):
    """A parcel that goes out today: its day and its door may be chosen."""
    order = Order.objects.get(pk=sent_packages(monday_house, {"LAMP": 1})[0].order_id)
    with time_machine.travel(MONDAY, tick=False):
        yield order


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("day", [("day", "Day: Please choose one.")]),
        ("note", [("note", "Note for the courier: Please fill this in.")]),
        (
            "place",
            [
                ("neighbour", "Not in? Tell us where to leave it: Please choose one."),
                ("where", f"{ACTS['en'].who_or_where}: Please fill this in."),
            ],
        ),
        ("what", [(None, "Please check this.")]),
    ],
)
def test_a_choice_of_the_delivery(under_way, act, expected):
    client = proven(under_way, by_code=True)

    answer = send(under_way, "delivery", client, act=act)

    assert answer.status_code == 422
    assert summary_of(answer) == expected


def test_the_code_that_a_choice_lacks_is_asked_for_at_its_button_then_at_its_field(under_way):
    client = proven(under_way)
    wanted = {"act": "place", "place": "neighbour", "where": "Bell 3"}

    assert summary_of(send(under_way, "delivery", client, **wanted)) == [
        ("send-place", ACTS["en"].code_needed)
    ]
    asked = send(under_way, "delivery", client, send="1", **wanted)
    assert asked.status_code == 202
    assert "<title>Error" not in asked.content.decode()
    assert summary_of(send(under_way, "delivery", client, code="x", **wanted)) == [
        ("code-place", ACTS["en"].wrong_code)
    ]


@pytest.fixture
def make_order_of(monday_house):
    def made(**fields):
        order = make_order(monday_house.ada, {"LAMP": 1}, **fields)
        allocate_due()
        return Order.objects.get(pk=order.pk)

    return made


def test_an_order_that_is_called_off_or_sent_elsewhere(make_order_of):
    order = make_order_of(postcode="10115", email="mine@example.com")
    client = proven(order, by_code=True)

    assert summary_of(send(order, "delivery", client, act="call_off")) == [
        ("sure", "Cancel the order: Please choose one.")
    ]
    assert summary_of(send(order, "delivery", client, act="address", city="Ulm")) == [
        ("street", "Street and house number: Please fill this in."),
        ("postcode", "Postcode: Please fill this in."),
    ]


def test_a_wrong_proof(under_way):
    answer = Client().post(f"/track/{under_way.token}/verify/", {"postcode": "00000"})

    assert summary_of(answer) == [("postcode", ACTS["en"].wrong_postcode)]


def test_an_order_that_is_not_found(db):
    answer = Client().post("/track/", {"number": "", "email": "me"})

    assert summary_of(answer) == [
        ("number", "Order number: Please fill this in."),
        ("email", f"E-mail address: {ACTS['en'].wrong_email}"),
    ]


def test_updates_that_nobody_offers(under_way):
    [(at, text)] = summary_of(send(under_way, "updates", email="gossip"))

    assert at == "id_email_0"
    assert text.startswith("E-mails to ")


def test_a_page_that_is_not_wrong_says_nothing_of_errors(brought):
    page = proven(brought).get(f"/track/{brought.token}/return/").content.decode()

    assert 'role="alert"' not in page
    assert "<title>Return" in page
    assert "data-posted" not in page


@pytest.mark.parametrize("language", sorted(ACTS))
def test_a_question_has_no_colon_after_it(language):
    say = ACTS[language]

    assert Mistake("", name=say.what_wrong).is_asked
    assert not Mistake("", name=say.street).is_asked
