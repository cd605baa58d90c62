"""A confirmation waits until it is known what is in stock, and says that."""

import pytest

from fulfillment.dashboard.queries.promise_outcomes import COUNTED
from notifications.channels.segments import measure
from notifications.delivery.sending import send_due
from orders.models import Promise
from tests.notifications.saying import mail_of, make_due, said, sms_of, state
from tests.support.cast import make_kit, make_order, make_product
from tests.support.stages import open_house
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db
GERMAN = {"language": "de", "ships_as": "complete"}

# Lines, rule; then whether a date is said, and words that are and are not in mail and text.
CASES = [
    ({"LAMP": 1}, {}, True, ["It arrives between"], ["stock", "backorder"]),
    ({"RARE": 2}, {}, False, ["out of stock at the moment", "no date yet"], ["In stock"]),
    (
        {"LAMP": 1, "RARE": 2},
        {},
        True,
        ["What is in stock arrives between", "In stock, ships first:", "On backorder:"],
        [],
    ),
    (
        {"LAMP": 1, "RARE": 2},
        {"ships_as": "together"},
        False,
        ["Part of it is out of stock", "ships all together", "In stock:", "On backorder:"],
        ["first"],
    ),
    (
        {"LAMP": 1, "RARE": 2},
        {"ships_as": "complete"},
        False,
        ["Not everything is in stock yet. It ships all together once it is.", "You ordered:"],
        ["out of stock", "On backorder"],
    ),
    ({"RARE": 2}, GERMAN, False, ["Noch ist nicht alles vorrätig."], ["Rückstand"]),
    ({"BOX": 2}, {}, False, ["out of stock at the moment"], ["arrives"]),
]


@pytest.fixture
def ada(db, settings):
    settings.STOCK_WAIT_SECONDS = 45
    return open_house().ada


def test_a_confirmation_says_what_is_in_stock(ada, smtp_peer, sms_peer):
    make_product(ada, "RARE", "Rare")
    make_kit(ada, parts={"RARE": 1})
    orders = [
        make_order(ada, lines, phone=f"+491511234560{number}", **fields)
        for number, (lines, fields, *_) in enumerate(CASES)
    ]
    # What is on hold from the start says why at once, and that there is no date.
    held = [make_order(ada, {"XMAS": 1}), make_order(ada, {"LAMP": 1}, street="")]
    assert send_due() == 4
    assert {mail_of(order).status for order in held} == {"sent"}
    texts = [said(order, "confirmed", "sms").text for order in held]
    assert all("We will write when there is a date." in text for text in texts)
    assert {mail_of(order).status for order in orders} == {"planned"}

    allocate_due()
    send_due()
    for order, (_, _, has_date, shown, hidden) in zip(orders, CASES, strict=True):
        assert (mail_of(order).status, sms_of(order).status) == ("sent", "sent")
        mail, text = said(order, "confirmed"), said(order, "confirmed", "sms")
        assert ("arrives" in text.text, measure(text.text).segments) == (has_date, 1), text.text
        assert has_date == ("arrives" in mail.text), mail.text
        assert [words for words in shown if words not in mail.text] == [], mail.text
        assert [words for words in hidden if words in mail.text] == [], mail.text
    # A date that nobody was told is not counted as withdrawn.
    assert not Promise.objects.filter(COUNTED).exists()
    assert Promise.objects.filter(settled_at=None).count() == sum(case[2] for case in CASES)


def test_what_nobody_decides_leaves_within_a_minute_without_a_date(ada, smtp_peer, sms_peer):
    order = make_order(ada, {"LAMP": 1})
    wait = mail_of(order).next_attempt_at - mail_of(order).created_at
    assert (send_due(), round(wait.total_seconds())) == (0, 45)
    make_due(mail_of(order), sms_of(order))
    assert (send_due(), state(mail_of(order))) == (2, ("sent", ""))
    words = smtp_peer.messages[0].subject + sms_peer.messages[0].text
    assert "confirmed" in words and "arrive" not in words


def test_what_the_confirmation_lists_as_on_backorder_is_not_told_once_more(
    ada, smtp_peer, sms_peer
):
    make_product(ada, "RARE", "Rare")
    order = make_order(ada, {"LAMP": 1, "RARE": 2})
    allocate_due()
    send_due()
    backordered = list(order.messages.filter(template="backordered").order_by("pk"))
    assert [row.channel for row in backordered] == ["email", "sms"]
    assert {state(row) for row in backordered} == {("superseded", "The confirmation has said so.")}
    assert "On backorder:" in said(order, "confirmed").text

    # It left before anybody knew: then the news is news.
    early = make_order(ada, {"LAMP": 1, "RARE": 2}, phone="")
    make_due(mail_of(early))
    send_due()
    assert state(mail_of(early)) == ("sent", "")
    allocate_due()
    send_due()
    assert state(early.messages.get(template="backordered")) == ("sent", "")
