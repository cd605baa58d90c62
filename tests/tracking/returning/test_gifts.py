"""A gift is returned through the shop alone: no page, form or mail offers anything else."""

import re

import pytest
import time_machine

from fulfillment.tracking.languages import WORDS
from orders.models import Order
from tests.notifications.saying import said
from tests.tracking.tracked import AT_THE_DOOR, out_for_delivery, proven, sent_order, state
from warehouse.couriers.runs import deliver_stop

pytestmark = pytest.mark.django_db
LAST_DAY = "Thursday 24 December"


@pytest.fixture
def gift(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1}, is_gift=True)
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.last(), received_by="Grace", actor=monday_house.cory)
    return Order.objects.get(pk=order.pk)


def page(order, what="", now=AT_THE_DOOR, language="en"):
    with time_machine.travel(now, tick=False):
        url = f"/track/{order.token}/{what}?lang={language}"
        return plain(proven(order).get(url).content.decode())


def plain(html):
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


@pytest.mark.parametrize("language", list(WORDS))
def test_neither_page_nor_mail_offers_a_return_of_a_gift(gift, language):
    words = WORDS[language]
    gift.messages.update(language=language)
    opening = plain(words.gift_contact.partition("{by}")[0])

    shown, form = page(gift, language=language), page(gift, "return/", language=language)
    mail = said(gift, "delivered", now=AT_THE_DOOR).text
    seen = state(gift, AT_THE_DOOR)
    Order.objects.filter(pk=gift.pk).update(is_gift=False)
    bought = said(gift, "delivered", now=AT_THE_DOOR).text

    assert (words.return_item in shown, opening in shown) == (False, True)
    assert (plain(words.gift_hidden) in form, opening in form) == (True, True)
    assert words.nothing_to_return not in form
    assert (seen["return_until"], LAST_DAY in seen["write_to_return"]) == ("", True)
    assert len(bought) > len(mail), "of what is no gift the mail offers it"
    assert state(gift, AT_THE_DOOR)["return_until"] == LAST_DAY
    assert state(gift, AT_THE_DOOR)["write_to_return"] == ""


def test_after_the_last_day_a_gift_is_not_returned(gift):
    late = AT_THE_DOOR.replace(month=12, day=26)

    seen, form = state(gift, late), page(gift, "return/", late)

    assert seen["write_to_return"] == ""
    assert WORDS["en"].nothing_to_return in form


@pytest.mark.parametrize("language", list(WORDS))
def test_why_nothing_of_a_gift_is_reported_here(gift, language):
    words = WORDS[language]
    assert plain(f"{words.gift_hidden} {words.contact}") in page(
        gift, "problem/", language=language
    )
    Order.objects.filter(pk=gift.pk).update(is_gift=False)
    assert plain(words.gift_hidden) not in page(gift, "problem/", language=language)


def test_before_it_has_come_nothing_is_said_of_returns(monday_house):
    coming = sent_order(monday_house, {"LAMP": 1}, is_gift=True)
    assert state(coming)["write_to_return"] == ""
