"""The dry run against an independent count: one message after the other, with the guards' words."""

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from html import unescape
from itertools import product

import pytest
from django.db import connection
from django.test import Client

from notifications.consent.shop_switches import optional_triggers
from notifications.editor.dry_run import SendingRules, message_counts
from notifications.guards.quiet_hours import quiet_until
from notifications.models import Message, MessageSettings, TextVersion
from notifications.states import Cause
from orders.models import Event, Order
from tests.notifications.editor.test_texts_pages import WORDS, page
from tests.support.cast import make_order
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe")
NIGHT = SendingRules(frozenset(), time(21), time(8))
DAY = SendingRules(frozenset(), time(9), time(11, 30))
NONE = SendingRules(frozenset(), None, None)
ALMOST_ALWAYS = SendingRules(frozenset(), time(3), time(2, 45))
OFF = SendingRules(
    frozenset({"packed:email", "confirmed:sms", "confirmed:email"}), time(22), time(6)
)


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


@pytest.fixture
def month(ada, bo):
    """Messages of 31 days at all hours, in four zones, in every status; some of Bo's."""
    orders = [
        make_order(side, {"GHOST": 1}, customer_name=f"Grace {zone[:3]}")
        for side, zone in [(ada, zone) for zone in ZONES] + [(bo, ZONES[0])]
    ]
    for order, zone in zip(orders, [*ZONES, ZONES[0]], strict=True):
        Order.objects.filter(pk=order.pk).update(time_zone=zone)
    Message.objects.all().delete()
    statuses = ("sent", "delivered", "failed", "unknown", "planned", "superseded")
    kept_back = (("suppressed", Cause.SHOP_CHOICE), ("suppressed", Cause.CANCELLED))
    fates_of = [(status, "") for status in statuses] + list(kept_back)
    firsts = {order.pk: order.events.first() for order in orders}
    made = [
        _message(firsts[order.pk], number, hours, status)
        for number, (order, hours) in enumerate(product(orders, range(1, 31 * 24, 5)))
        for status in [fates_of[number % len(fates_of)]]
    ]
    Message.objects.bulk_create(made)
    return made


def _message(event, number, hours, status):
    channel = ("sms", "email", "push")[number % 3]
    return Message(
        seller_id=event.seller_id,
        order_id=event.order_id,
        event=event,
        template=("confirmed", "packed", "delivered")[number % 7 % 3],
        audience="seller" if number % 11 == 0 else "customer",
        channel=channel,
        recipient=f"{number}@example.com",
        status=status[0],
        cause=status[1],
        created_at=NOW - timedelta(hours=hours, minutes=number % 60),
    )


def counted(side, choices):
    """{(template, channel): (leave, stay, wait, minutes waited)}, the slow way."""
    found = defaultdict(lambda: [0, 0, 0, 0.0])
    rows = Message.objects.filter(seller=side.seller, audience="customer").select_related("order")
    for row in rows:
        if row.created_at < NOW - timedelta(days=30):
            continue
        if row.status in ("suppressed", "superseded") and row.cause != Cause.SHOP_CHOICE:
            continue
        line = found[row.template, row.channel]
        key = f"{row.template}:{row.channel}"
        if key in choices.switched_off and key in optional_triggers():
            line[1] += 1
            continue
        line[0] += 1
        ends = row.channel != "email" and quiet_until(
            row.created_at,
            quiet_from=choices.quiet_from,
            quiet_until=choices.quiet_until,
            zone=row.order.time_zone,
        )
        if ends:
            line[2] += 1
            line[3] += (ends - row.created_at).total_seconds() / 60
    return {key: (*line[:3], round(line[3])) for key, line in found.items()}


def as_numbers(fate):
    return fate.leave, fate.stay, fate.wait, round(fate.waited.total_seconds() / 60)


@pytest.mark.parametrize("after", [NONE, DAY, ALMOST_ALWAYS, OFF])
@pytest.mark.parametrize("side", ["ada", "bo"])
def test_the_counts_are_those_of_an_independent_count(ada, bo, month, after, side):
    seller = {"ada": ada, "bo": bo}[side]
    lines = message_counts(seller.seller, NIGHT, after, now=NOW)
    for place, choices in (("before", NIGHT), ("after", after)):
        found = {(line.template, line.channel): as_numbers(getattr(line, place)) for line in lines}
        assert found == counted(seller, choices)
    assert len(lines) == 9


def test_nothing_is_written_and_little_is_asked(ada, month):
    before = Event.objects.count(), Message.objects.count()
    with count_statements() as asked:
        message_counts(ada.seller, NIGHT, OFF, now=NOW)
    assert len(asked) == 2
    assert (Event.objects.count(), Message.objects.count()) == before


def sent_orders(side, count):
    """Orders whose confirmations have left."""
    orders = [make_order(side, {"GHOST": 1}, number=f"#{number}") for number in range(count)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_message SET status = 'sent'")
    return orders


def text_run(client, side, **given):
    return client.post(page(side, what="dry-run/"), WORDS | given)


def fields_of(answer):
    """The hidden fields of the form that asks for the next part, None at the end."""
    words = answer.content.decode()
    if "data-parts" not in words:
        return None
    form = words.split("data-parts")[1].split("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def numbers_in(answer):
    """(compared, differ, segments before, segments after, examples)."""
    words = answer.content.decode()
    done = int(re.search(r"id='compared-done'>(\d+)<", words).group(1))
    shown = [int(number) for number in re.findall(r"<dd>(\d+)", words)]
    return done, *shown[:3], words.count('class="side-by-side"')


def test_other_words_are_compared_in_parts(ada, client, monkeypatch, settings):
    settings.SMS_SEGMENT_PRICE = Decimal("7.5")
    sent_orders(ada, 12)
    monkeypatch.setattr("fulfillment.dashboard.views.messages.dry_run.PART", 10)
    first = text_run(client, ada)
    assert numbers_in(first) == (0, 0)
    words = first.content.decode()
    assert words.count("not compared") == 3
    assert "Sent now" not in words
    assert ">0</span> of 24 messages compared." in words
    assert words.count("<tr") == 3
    done = []
    fields = fields_of(first)
    while fields:
        answer = text_run(client, ada, **{name: fields[name] for name in fields if name in SO_FAR})
        done.append(numbers_in(answer))
        fields = fields_of(answer)
    assert done == [
        (10, 10, 5, 5, 10),
        (20, 20, 10, 10, 10),
        (24, 24, 12, 12, 0),
    ]  # at most 20 examples
    assert "12, €0.90" in answer.content.decode()
    assert not TextVersion.objects.exists()


SO_FAR = ("go", "done", "differ", "segments_before", "segments_after", "below")


def test_only_the_newest_are_put_in_words_and_the_page_says_so(ada, client, monkeypatch):
    sent_orders(ada, 5)
    monkeypatch.setattr("fulfillment.dashboard.views.messages.dry_run.MOST_COMPARED", 6)
    words = text_run(client, ada, go="on", part="on").content.decode()
    assert "6</span> of 6 messages compared, the newest of 10." in words
    assert "data-parts" not in words
    assert "<!doctype html>" not in words
    orders = re.findall(r"Order <bdi>#(\d)</bdi>", words)
    assert Counter(orders) == {"4": 2, "3": 2, "2": 2}


def test_our_own_words_change_nothing(ada, client):
    sent_orders(ada, 2)
    ours = client.get(page(ada)).content.decode()
    given = {
        name: unescape(re.search(rf'name="{name}"[^>]*>\n(.*?)</textarea>', ours, re.S).group(1))
        for name in ("subject", "heading", "body", "closing", "sms")
    }
    answer = text_run(client, ada, go="on", **given)
    assert numbers_in(answer) == (4, 0, 2, 2, 0)


def test_other_languages_keep_their_words(ada, client):
    make_order(ada, {"GHOST": 1}, language="de")
    make_order(ada, {"GHOST": 1}, language="en")
    assert numbers_in(text_run(client, ada, go="on"))[:2] == (4, 2)


def test_a_longer_text_message_costs_more(ada, client):
    sent_orders(ada, 3)
    answer = text_run(client, ada, go="on", sms="{{ order }} 灯 {{ link }}" + "x" * 60)
    assert numbers_in(answer)[:4] == (6, 6, 3, 6)


def test_switched_off_messages_are_counted_and_cost_nothing(ada, client):
    sent_orders(ada, 3)
    sent = sorted(optional_triggers() - {"confirmed:sms"})
    address = f"/dashboard/messages/triggers/{ada.seller.pk}/dry-run/"
    answer = client.post(address, {"sent": sent, "go": "on"})
    words = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    assert "Order confirmed E-mail 3 3 0 0 0" in words
    assert "Order confirmed Changes SMS 3 0 3 0 0" in words
    assert numbers_in(answer)[:4] == (3, 0, 3, 0)
    assert MessageSettings.objects.get(seller=ada.seller).switched_off == []
    keep = re.findall(
        r'name="sent" value="([^"]+)"', answer.content.decode().split("buttons mt-4")[1]
    )
    assert keep == sent
    client.post(f"/dashboard/messages/triggers/{ada.seller.pk}/", {"sent": keep})
    assert MessageSettings.objects.get(seller=ada.seller).switched_off == ["confirmed:sms"]


def test_quiet_hours_are_tried_before_they_are_kept(ada, bo, client):
    sent_orders(ada, 2)
    at = datetime.now(UTC).replace(hour=12, minute=30, second=0) - timedelta(days=2)
    Message.objects.update(created_at=at)
    Order.objects.update(time_zone="UTC")
    given = {
        "seller": ada.seller.pk,
        "quiet_from": "12:00",
        "quiet_until": "14:45",
        "digest_above": "20",
        "sms_daily_cap": "2000",
    }
    address = f"/dashboard/messages/quiet/{ada.seller.pk}/dry-run/"
    answer = client.post(address, given)
    words = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    assert "Order confirmed Changes SMS 2 2 0 0 2, 2 h 15 min on average" in words
    assert "Order confirmed E-mail 2 2 0 0 0" in words
    assert MessageSettings.objects.get(seller=ada.seller).quiet_from is None
    half = client.post(address, given | {"quiet_until": ""})
    assert half.status_code == 422
    assert "Enter both a start and an end of quiet hours" in half.content.decode()
    other = f"/dashboard/messages/quiet/{bo.seller.pk}/dry-run/"
    assert client.post(other, given).status_code == 404


def test_a_message_that_cannot_be_said_hides_no_other(ada, client):
    first, _ = sent_orders(ada, 2)
    Message.objects.filter(order=first, channel="email").update(language="qq")
    assert numbers_in(text_run(client, ada, go="on"))[:2] == (4, 3)
