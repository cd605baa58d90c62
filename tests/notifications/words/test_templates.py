"""Every template in every shape: whole, harmless, the same facts in both parts, one segment."""

import email
import email.policy
import html
import re
from functools import partial

import pytest

from notifications.channels.mail import mail_of
from notifications.channels.segments import measure
from notifications.facts import load_facts
from notifications.models import Message
from notifications.words.rendering import render
from orders.models import Order, OrderLine, Seller
from orders.returns.handling import approve_return, refuse_return, request_return
from tests.notifications.saying import at_ten, said
from tests.support.cast import MONDAY, make_order
from tests.support.stages import delivered_order, open_house, sent_packages, started_run
from tests.support.statements import count_statements
from warehouse.couriers.runs import fail_stop

pytestmark = pytest.mark.django_db

TEMPLATES = 15
RAW = re.compile(r"\{[{%]|%\}|\}\}|\bNone\b|<QuerySet|&#x27;.*&#x27;&")
PRICE = re.compile(r"19[.,]99|1999|€|\bEUR\b")
LOADED = re.compile(r"<(img|script|link|iframe|form|object)\b|url\(|@import")


@pytest.fixture
def facts(once):
    """Messages of many templates, from orders of several shapes, on a Monday morning."""
    with at_ten:
        yield once(told)


def told():
    """What happens, and what is told of it."""
    house = open_house()
    Seller.objects.filter(pk=house.bo.seller.pk).update(support_email="")
    for decide in (approve_return, partial(refuse_return, words="It was worn.")):
        delivered = delivered_order(house, {"LAMP": 2, "SHADE": 1})
        units = {delivered.lines.first().pk: 1}
        decide(request_return(delivered, units=units, reason="damaged"), actor=house.ada.owner)
    boxes = [{"LAMP": 1}, {"SHADE": 2}]
    failed = sent_packages(house, {"LAMP": 1, "SHADE": 2}, boxes=boxes, customer_name="")
    run = started_run(house, failed)
    fail_stop(run.stops.get(), reason="not_home", actor=house.cory)
    make_order(house.bo, {"MUG": 1, "GHOST": 1}, is_gift=True)
    return every_fact()


def every_fact():
    found = load_facts(list(Message.objects.order_by("pk")))
    approved = [fact for fact in found if fact.message.template == "return_approved"]
    for name in ("return_received", "return_closed"):
        # A return that has got further, as the message of that step.
        further = load_facts([Message.objects.get(pk=fact.message.pk) for fact in approved])
        for fact in further:
            fact.message.template = name
        found += further
    assert len({fact.message.template for fact in found}) == TEMPLATES
    return found


def words_of(text):
    return {word.strip(":,.") for word in text.split()} - {"-", ""}


def test_every_message_is_whole_and_harmless(facts):
    for fact in facts:
        words = render(fact, now=MONDAY)
        whole = words.subject + words.text + words.html
        assert not RAW.search(whole), whole
        assert not PRICE.search(whole), whole
        assert "&" not in words.subject + words.text
        assert fact.order.number in whole
        if words.html:
            assert_parts_say_the_same(words)
            assert_nothing_is_loaded(words.html)
            is_customer = fact.message.audience == "customer"
            link = f"/track/{fact.order.token}/" if is_customer else f"orders/{fact.order.pk}/"
            names_choices = f"{link}delivery/" in words.html
            assert words.html.count(link) == (3 + names_choices if is_customer else 2)


def assert_parts_say_the_same(words):
    shown = re.sub(r"<style.*?</style>|<[^>]+>", " ", words.html, flags=re.S)
    missing = words_of(html.unescape(shown)) - words_of(words.text + " " + words.subject)
    # The heading repeats the subject in other words; the sender of a mail to a seller is us.
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", words.html, flags=re.S).group(1)
    assert missing <= words_of(html.unescape(heading)) | {"Ada's", "Lamps", "Bo's", "Mugs"}


def assert_nothing_is_loaded(text):
    assert len(text.encode()) < 102 * 1024
    assert not LOADED.search(text)
    assert 'name="color-scheme" content="light dark"' in text
    assert "prefers-color-scheme: dark" in text


SHAPES = [
    ("Ada's Lamps", "Brass lamp", "http://127.0.0.1:8000"),
    ("Ada’s Wonderful Lamps, Shades & Co.", "Lamp – “très” long " * 6, "https://t.example.com"),
    ("Adas Łódź", "灯" * 30, "https://parcels.adas-lamps.example"),
]


def test_a_text_message_is_one_segment_and_its_link_is_whole(facts, settings):
    for seller, title, site in SHAPES:
        Seller.objects.update(name=seller)
        OrderLine.objects.update(title=title)
        settings.SITE_URL = site
        for fact in every_fact():
            if fact.message.channel == "sms":
                text = render(fact, now=MONDAY).text
                assert measure(text)[::2] == (True, 1), text
                assert text.endswith(f" {site}/track/{fact.order.token}/")
                assert text.startswith("Ada")


def test_facts_of_a_batch_are_read_in_a_few_statements(facts):
    messages = list(Message.objects.order_by("pk"))
    with count_statements() as few:
        load_facts(messages[:8])
    messages = list(Message.objects.order_by("pk"))
    with count_statements() as many:
        load_facts(messages)
    assert len(messages) > 40
    assert (len(few), len(many)) == (15, 31)


def test_names_are_text_in_every_part(facts):
    Seller.objects.update(name="O'Neil & <b>Sons</b>")
    order = Order.objects.first()
    Order.objects.update(customer_name="<script>alert(1)</script> Grace")
    order.lines.update(title='Lamp "5\'" <img src=x onerror=alert(1)> {{ order }}')
    words = said(Order.objects.get(pk=order.pk), "confirmed")
    assert "Hello <script>alert(1)</script>," in words.text
    assert '× Lamp "5\'" <img src=x onerror=alert(1)> {{ order }}' in words.text
    assert "<script>" not in words.html
    assert "<img" not in words.html
    assert "<b>" not in words.html
    raw = mail_of(words).message().as_bytes()
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert parsed["From"].addresses[0].display_name == "O'Neil & <b>Sons</b>"
