"""What the mail that asks a seller for a decision says: until when, and of which goods."""

from datetime import UTC, datetime

import pytest

from notifications.facts import load_facts
from notifications.guards.trimming import trim
from notifications.languages import LANGUAGES
from notifications.models import Message
from orders.models import Order, Seller
from orders.returns.handling import approve_return, refuse_return, request_return
from tests.notifications.saying import at_ten, said
from tests.support.cast import MONDAY, make_kit
from tests.support.stages import delivered_order, open_house

pytestmark = pytest.mark.django_db

MAIL = "seller_return_requested"
# Asked for on Monday 23 November 2026: two working days later, as each language writes it.
DEADLINE = {
    "en": "Please decide by Wed 25 Nov.",
    "de": "Bitte entscheiden Sie bis spätestens Mi 25. Nov.",
    "fr": "Merci de décider au plus tard le mer. 25 novembre.",
    "es": "Decida a más tardar el mié 25 nov.",
    "ar": "نرجو اتخاذ قرارك في موعد أقصاه الأربعاء 25 نوفمبر.",
    "ja": "11月25日(水)までにご判断ください。",
}
STATED = {
    "en": ("In this return, in the condition that the customer stated:", "used"),
    "de": ("In dieser Rücksendung, im Zustand laut Kunde:", "gebraucht"),
    "fr": ("Dans ce retour, dans l’état indiqué par le client\u202f:", "utilisé"),
    "es": ("En esta devolución, en el estado que indica el cliente:", "usado"),
    "ar": ("المنتجات المرتجعة، وحالتها كما ذكرها العميل:", "مستعمَل"),
    "ja": ("返品の商品（状態はお客様の申告）:", "使用済み"),
}


def brought():
    """A lamp, a shade and a box of both that were delivered, in Berlin, on a Monday."""
    house = open_house()
    make_kit(house.ada, parts={"LAMP": 1, "SHADE": 1})
    Seller.objects.update(return_choices={"condition": True})
    return house, delivered_order(
        house, {"LAMP": 1, "SHADE": 1, "BOX": 1}, boxes=[{"LAMP": 2, "SHADE": 2}]
    )


@pytest.fixture(autouse=True)
def monday():
    with at_ten:
        yield


@pytest.fixture
def told(once):
    return once(brought)


@pytest.fixture
def order(told):
    return Order.objects.select_related("seller").get(pk=told[1].pk)


def asked(order, **conditions):
    """A return of one unit of each of these lines, in these conditions: {SKU: condition}."""
    lines = {line.sku: line.pk for line in order.lines.filter(kit_line=None)}
    said_of = {lines[sku]: code for sku, code in conditions.items()}
    return request_return(
        order, units=dict.fromkeys(said_of, 1), reason="changed_mind", conditions=said_of
    )


def mail_in(order, language, now=MONDAY):
    Message.objects.filter(order=order, template=MAIL).update(language=language)
    return said(order, MAIL, now=now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_until_when_and_how_the_customer_says_the_goods_are(order, language):
    asked(order, LAMP="used")

    mail = mail_in(order, language)

    title, condition = STATED[language]
    assert DEADLINE[language] in mail.text
    assert f"{title}\n- 1 × Title of LAMP ({condition})\n" in mail.text
    assert f"({condition})" in mail.html


def test_parts_of_a_kit_have_a_condition_each(order):
    lamp, shade = order.lines.exclude(kit_line=None).order_by("position")
    conditions = {lamp.pk: "as_new", shade.pk: "damaged"}

    request_return(
        order, units=dict.fromkeys(conditions, 1), reason="changed_mind", conditions=conditions
    )

    parts = "    1 × Brass lamp (opened but as new)\n    1 × Linen shade (damaged)\n"
    assert f"- 1 × Title of BOX\n{parts}" in mail_in(order, "en").text


def test_where_no_condition_was_asked_for_the_goods_stand_alone(order):
    Seller.objects.update(return_choices={})
    asked(Order.objects.get(pk=order.pk), LAMP="", SHADE="")

    text = mail_in(order, "en").text

    assert "In this return:\n- 1 × Title of LAMP\n- 1 × Title of SHADE\n" in text


def test_customers_read_neither_the_deadline_nor_what_they_said(order):
    asked(order, LAMP="used")

    text = said(order, "return_requested").text

    assert "In this return:\n- 1 × Title of LAMP\n" in text
    assert "decide by" not in text


@pytest.mark.parametrize(
    ("now", "is_named"),
    [
        (datetime(2026, 11, 25, 16, 59, tzinfo=UTC), True),  # 17:59 in Berlin
        (datetime(2026, 11, 25, 17, tzinfo=UTC), False),
        (datetime(2026, 11, 30, 9, tzinfo=UTC), False),
    ],
)
def test_a_deadline_that_is_past_is_not_named(order, now, is_named):
    asked(order, LAMP="used")

    text = mail_in(order, "en", now).text

    assert ("Please decide by Wed 25 Nov." in text) is is_named
    assert "Approve or refuse return" in text


@pytest.mark.parametrize("decide", ["approve", "refuse"])
def test_of_what_is_decided_meanwhile_nothing_is_told(told, order, decide):
    back = asked(order, LAMP="used")
    [message] = Message.objects.filter(order=order, template=MAIL)
    assert [fact.stale for fact in trim(load_facts([message]))] == [None]

    if decide == "approve":
        approve_return(back, actor=told[0].ada.owner)
    else:
        refuse_return(back, words="Too late.", actor=told[0].ada.owner)

    [fact] = trim(load_facts([message]))
    assert (fact.stale.status, fact.stale.cause) == ("superseded", "overtaken")
    assert "decide by" not in said(order, MAIL).text
