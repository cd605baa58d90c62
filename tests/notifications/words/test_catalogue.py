"""Every template in every language, for orders of six shapes: whole, true, in few texts."""

import re
from collections import Counter
from datetime import timedelta

import pytest

from notifications.channels.segments import measure
from notifications.facts import load_facts
from notifications.kinds.catalogue import ALL, kind_of
from notifications.kinds.record import EMAIL, PUSH
from notifications.languages import LANGUAGES
from notifications.languages.texts import default_texts
from notifications.models import Message
from notifications.words.contents import contents_of
from notifications.words.rendering import render
from orders.models import (
    Event,
    Order,
    OrderLine,
    Package,
    Problem,
    Promise,
    Return,
    ReturnLine,
    Seller,
)
from tests.notifications.channels.test_segments import laid
from tests.notifications.saying import at_ten
from tests.support.cast import MONDAY, make_product, put_stock
from tests.support.stages import open_house, sent_packages

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_books, pytest.mark.slow]

RAW = re.compile(r"\{[{%]|%\}|\}\}|\bNone\b|\bFalse\b|\bTrue\b|Counter\(|<QuerySet|&amp;amp;")
EMPTY = re.compile(r"[:,]\s*(\.|$)|\(\s*\)|\s,|\.\.(?!\.)")
GSM_LANGUAGES = {"en", "de", "fr", "es"}
SHORT_SELLER = "Ada's Lamps"

# Kind of message -> what its event says, beside what its sample says; names are rows of the story.
DATA = {
    "confirmed": {"promise": "arrives"},
    "packed": {"promise": "ships"},
    "shipped": {"promise": "arrives"},
    "dated": {"promise": "arrives"},
    "undated": {"promise": "arrives", "former": "arrives"},
    "delayed": {"promise": "moved", "former": "arrives", "reason": "weather"},
    "delivery_tomorrow": {"promise": "at_door"},
    "out_for_delivery": {"promise": "at_door"},
    "attempt_failed": {"reason": "address_wrong"},
    "at_pickup_point": {"until": "2026-12-01"},
    "backordered": {"units": "lines"},
    "cancelled": {"units": "lines"},
    "partly_cancelled": {"units": "lines"},
    "replacement": {"replaces": "order", "problem": "problem"},
    "exchange": {"exchange": "return"},
    "problem_return": {"problem": "problem"},
    "seller_attempt_failed": {"reason": "not_home"},
    "seller_at_risk": {"promise": "arrives"},
    "seller_broken": {"promise": "ships"},
}
CORRECTED = {
    "correction": "package.attempt_failed_undone",
    "seller_correction": "package.delivered_undone",
}

LINES = {"LAMP": 2, "SHADE": 1}
# Name -> how the order differs from two lamps and a shade to Grace.
SHAPES = {
    "whole": {},
    "part": {"boxes": [{"LAMP": 1, "SHADE": 1}], "lines": {"LAMP": 1, "SHADE": 1, "VASE": 3}},
    "gift": {"is_gift": True, "customer_name": ""},
    "two boxes": {"boxes": [{"LAMP": 2}, {"SHADE": 1}]},
    "with a service": {"service": True, "number": "SO-2026/000123"},
    "odd": {
        "customer_name": "🦄 O'Neil & <b>Sons</b>",
        "titles": " ".join(['Lamp "5\'" – {{ order }} 灯'] * 4),
    },
}


@pytest.fixture
def house():
    with at_ten:
        house = open_house()
        make_product(house.ada, "VASE", "Glass vase")
        yield house


def story(house, shape):
    """The rows that messages of an order of this shape are about, by name."""
    given = dict(SHAPES[shape])
    titles, has_service = given.pop("titles", ""), given.pop("service", False)
    lines = given.pop("lines", LINES)
    boxes = given.pop("boxes", [LINES])
    put_stock(house.ada.products["LAMP"], 5)
    packages = sent_packages(house, lines, boxes=boxes, **{"number": "1001"} | given)
    order = Order.objects.get(pk=packages[0].order_id)
    if titles:
        order.lines.update(title=titles)
        Seller.objects.filter(pk=order.seller_id).update(name="Ada & Łódź", support_email="")
    if has_service:
        OrderLine.objects.create(
            seller_id=order.seller_id, order=order, position=9, title="Gift card", ships=False,
            ordered=1,
        )  # fmt: skip
    Package.objects.filter(order=order).update(
        courier_name="Cory", received_by="Mrs. Miller, 2nd floor", delivered_at=MONDAY,
        pickup_point="Kiosk, Main Street 5", pickup_until="2026-12-01",
    )  # fmt: skip
    rows = {"order": order, "shipment": packages[0].shipment, "package": packages[0]}
    others = {"return": return_of(order), "problem": problem_of(packages[0])}
    return rows | promises_of(order, packages) | others


def promises_of(order, packages):
    shipment = packages[0].shipment
    made = {"seller_id": order.seller_id, "order": order, "zone": order.time_zone}
    tomorrow = (MONDAY + timedelta(days=1)).replace(hour=18)
    hour = {"earliest": tomorrow, "latest": tomorrow + timedelta(hours=1)}
    later = {"earliest": MONDAY + timedelta(days=3), "latest": MONDAY + timedelta(days=4)}
    promises = {row.kind: row for row in Promise.objects.filter(shipment=shipment)}
    moved = Promise.objects.create(
        kind="arrives", shipment=shipment, local_on=later["latest"].date(), **later, **made
    )
    at_door = Promise.objects.create(
        kind="at_door", package=packages[0], local_on=tomorrow.date(), **hour, **made
    )
    return promises | {"moved": moved, "at_door": at_door}


def return_of(order):
    back = Return.objects.create(
        seller_id=order.seller_id, order=order, number=f"R-{order.number[-4:]}", reason="damaged"
    )
    for line in order.lines.filter(ships=True)[:1]:
        ReturnLine.objects.create(
            seller_id=order.seller_id, order_return=back, line=line, requested=1, approved=1,
            received=1, inspected=1, restocked=1,
        )  # fmt: skip
    return back


def problem_of(package):
    order = package.order
    return Problem.objects.create(
        seller_id=order.seller_id, order=order, package=package, replacement=order,
        line=order.lines.filter(ships=True)[0], kind="damaged", quantity=1,
        words="The shade is torn.", answer="replacement", answer_words="We are sorry.",
        answered_at=MONDAY,
    )  # fmt: skip


def messages_of(rows):
    """One message of each kind and channel, about an event of its own."""
    order, found = rows["order"], []
    for kind in [kind for kind in ALL if not kind.answers]:
        event_kind = kind.on or CORRECTED[kind.name]
        data = (kind.sample.data if kind.sample else {}) | DATA.get(kind.name, {})
        row = event_kind.partition(".")[0]
        event = Event.objects.create(
            seller_id=order.seller_id, order=order, kind=event_kind,
            subject_id=rows[data["promise"] if row == "promise" else row].pk,
            data={name: _value(rows, value) for name, value in data.items()},
        )  # fmt: skip
        for channel in [channel for channel in kind.channels if channel != PUSH]:
            recipient = "grace@example.com" if channel == EMAIL else "+4915112345678"
            message = Message.objects.create(
                seller_id=order.seller_id, order=order, event=event, template=kind.name,
                audience=kind.audience, channel=channel, recipient=recipient,
            )  # fmt: skip
            found.append(message.pk)
    # Read anew, as the sender reads them: what was made here has its order without its lines.
    return list(Message.objects.filter(pk__in=found).order_by("pk"))


def _value(rows, value):
    if value == "lines":
        return {str(line.pk): 1 for line in rows["order"].lines.filter(ships=True)}
    return str(rows[value].pk) if value in rows else value


@pytest.mark.parametrize("shape", SHAPES)
def test_every_template_in_every_language(house, shape):
    facts = load_facts(messages_of(story(house, shape)))
    for fact in facts:
        for language in LANGUAGES:
            fact.message.language = language
            fact.texts = default_texts(fact.message.template, language)
            outgoing = render(fact, now=MONDAY)
            if fact.message.channel == "sms":
                assert_short(outgoing.text, language, shape)
            else:
                assert_whole(outgoing, fact)
        assert_adds_up(fact)


def assert_short(text, language, shape):
    size = measure(text)
    assert size.segments == len(laid(text)), text
    assert not RAW.search(text.replace("{{ order }}", "")), text
    assert re.search(r"/track/[a-z2-7]{32}/$", text), text
    if language in GSM_LANGUAGES and shape != "odd":
        assert (size.is_gsm, size.segments) == (True, 1), text
    assert size.segments <= 4, text


def assert_whole(outgoing, fact):
    whole = "\n".join((outgoing.subject, outgoing.text))
    assert not RAW.search(whole.replace("{{ order }}", "")), whole
    assert not EMPTY.search(outgoing.subject), outgoing.subject
    assert "<b>" not in outgoing.html
    assert len(outgoing.html.encode()) < 102 * 1024
    contents = contents_of(fact)
    is_listed = not kind_of(fact.message.template).names_goods
    for part in (*contents.here, *contents.later, *contents.waiting) if is_listed else ():
        assert f"- {part}" in outgoing.text, whole
    assert fact.order.number in whole


def assert_adds_up(fact):
    """What is here, what went before and what comes later is the order, each unit once."""
    if fact.order_return or fact.problem or fact.message.template.endswith("cancelled"):
        return
    contents = contents_of(fact)
    told = Counter()
    for part in (*contents.here, *contents.earlier, *contents.later, *contents.waiting):
        told[part.title] += part.quantity
    wanted = Counter()
    for line in fact.lines:
        if line.ships:
            wanted[line.title] += line.ordered - line.cancelled
    assert told == wanted, fact.message.template
