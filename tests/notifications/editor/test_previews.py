"""A preview is what is sent: the same bytes as the test mail, for a real order or a made-up one."""

import html as html_words
from itertools import pairwise

import pytest
import time_machine
from django.test import Client

from fulfillment.demo.peers.kept import Fault
from notifications.channels.segments import measure
from notifications.editor.previews import DARK
from notifications.editor.trial import MOST
from notifications.kinds.catalogue import FOR_CUSTOMERS
from notifications.languages import LANGUAGES
from notifications.models import Message, MessageSettings
from notifications.words.wording import isolated
from orders.models import Event, Order
from tests.notifications.editor.test_texts_pages import page, save
from tests.notifications.saying import said
from tests.support.cast import MONDAY, make_order, make_product, put_stock
from tests.support.stages import delivered_order, open_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def shown(client, side, template="confirmed", **query):
    """(the HTML part, the page around it)."""
    html = client.get(page(side, template, "preview/mail/"), query)
    around = client.get(page(side, template, "preview/"), query)
    assert (html.status_code, around.status_code) == (200, 200)
    return html.content.decode(), around.content.decode()


def plain_in(around):
    """The plain text part that the page shows."""
    return html_words.unescape(around.split('tabindex="0">')[1].split("</pre>")[0])


@pytest.mark.parametrize("language", LANGUAGES)
@time_machine.travel(MONDAY, tick=False)
def test_the_preview_is_the_test_mail_byte_for_byte(ada, smtp_peer, language):
    client = Client()
    client.force_login(ada.owner)
    make_product(ada, "LAMP", "Lamp <b>&</b> “shade”")
    order = make_order(ada, {"LAMP": 2}, customer_name="Grace O'Neil")
    save(client, ada, language=language, body="Merci {{ name }} & <b>Grüße</b>\r\n\r\n> {{ when }}")
    html, around = shown(client, ada, language=language)
    answer = client.post(page(ada, what="preview/test/"), {"language": language}, follow=True)
    assert "Test e-mail sent to ada@example.com." in answer.content.decode()
    (mail,) = smtp_peer.messages
    assert mail.html == html
    assert mail.text == plain_in(around)
    assert mail.recipients == ["ada@example.com"]
    assert mail.message["Subject"] == (
        f"[Test] Ada's Lamps has order {isolated(order.number, language)}"
    )
    assert mail.message["List-Unsubscribe"] is None
    assert (Message.objects.count(), Order.objects.count()) == (2, 1)
    event = Event.objects.get(kind="texts.tested")
    assert (event.actor, event.order_id) == (ada.owner, None)
    assert event.data == {"template": "confirmed", "number": 1}


@time_machine.travel(MONDAY, tick=False)
def test_what_is_published_is_sent_as_it_was_shown(ada):
    client = Client()
    client.force_login(ada.owner)
    order = make_order(ada, {"GHOST": 1})
    save(client, ada, body="My own words. {{ when }} {{ hold }}")
    html, around = shown(client, ada)
    client.post(page(ada, what="publish/"), {"number": "1"})
    words = said(order, "confirmed")
    assert (words.html, words.text) == (html, plain_in(around))
    text = said(order, "confirmed", "sms").text
    size = measure(text)
    assert html_words.escape(text) in around
    assert f"{size.units} of 160 characters: 1 segment. Counted with the facts of order" in around


def test_day_and_night_differ_in_one_line_only(ada, client):
    sent, _ = shown(client, ada)
    assert sent.count(DARK) == 1
    for scheme, line in (("dark", "@media all"), ("light", "@media not all")):
        framed, _ = shown(client, ada, scheme=scheme)
        assert framed == '<base target="_blank">' + sent.replace(DARK, line)


def test_a_mail_in_its_frame_may_only_look(ada, client):
    answer = client.get(page(ada, what="preview/mail/"))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    around = client.get(page(ada, what="preview/"))
    assert "frame-src 'self'" in around.headers["Content-Security-Policy"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in around.content.decode()


@pytest.mark.parametrize("template", FOR_CUSTOMERS)
def test_every_message_can_be_looked_at_before_there_is_an_order(ada, client, template):
    before = Event.objects.count()
    for language in LANGUAGES:
        html, around = shown(client, ada, template, language=language)
        assert "1001" in html
        assert "With a sample order" in around
    assert (Order.objects.count(), Message.objects.count()) == (0, 0)
    assert Event.objects.count() == before


def test_the_newest_order_is_shown_unless_another_is_named():
    house = open_house()
    client = Client()
    client.force_login(house.ada.owner)
    put_stock(house.ada.products["LAMP"], 5)
    first, second = (delivered_order(house, {"LAMP": 1}) for _ in range(2))
    others = make_order(house.bo, {"MUG": 1})
    assert second.number in shown(client, house.ada, "delivered")[0]
    html, around = shown(client, house.ada, "delivered", order=first.number)
    assert (first.number in html, "does not have this message" in around) == (True, False)
    for number in (others.number, "nobody\x00", "#0"):
        html, around = shown(client, house.ada, "confirmed", order=number)
        assert (second.number in html, "does not have this message" in around) == (True, True)
    numbers = [second.number, first.number]
    places = [around.index(f'<option value="{number}">') for number in numbers]
    assert all(one < two for one, two in pairwise(places))


def test_every_version_can_be_looked_at(ada, client):
    save(client, ada, body="One. {{ when }} {{ hold }}")
    client.post(page(ada, what="publish/"), {"number": "1"})
    save(client, ada, body="Two.")
    assert "Two." in shown(client, ada)[0]
    assert "One." in shown(client, ada, version="1")[0]
    assert "Thank you for your order" in shown(client, ada, version="0")[0]


def test_ten_test_mails_an_hour(ada, bo, client, smtp_peer):
    answers = [client.post(page(ada, what="preview/test/"), follow=True) for _ in range(MOST + 1)]
    said_last = answers[-1].content.decode()
    assert f"You sent {MOST} test e-mails within an hour" in said_last
    assert len(smtp_peer.messages) == MOST
    other = Client()
    other.force_login(bo.owner)
    other.post(page(bo, what="preview/test/"))
    assert smtp_peer.messages[-1].recipients == ["bo@example.com"]


def test_what_the_provider_says_is_shown_in_one_line(ada, client, smtp_peer):
    smtp_peer.behaviour = lambda mail: Fault(status=554, text="no\tthanks")
    answer = client.post(page(ada, what="preview/test/"), follow=True)
    words = answer.content.decode()
    assert "The test e-mail could not be sent: 554 no thanks" in words
    smtp_peer.refused = {"ada@example.com": "550 no such user"}
    answer = client.post(page(ada, what="preview/test/"), follow=True)
    assert "The test e-mail could not be sent: 550 no such user" in answer.content.decode()


def test_no_mail_server_is_said_too(ada, client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = client.post(page(ada, what="preview/test/"), follow=True)
    assert "could not be sent: No connection to the mail server" in answer.content.decode()


def test_the_look_is_that_of_the_seller(ada, client):
    MessageSettings.objects.filter(seller=ada.seller).update(accent="#7a1f5c")
    assert "#7a1f5c" in shown(client, ada)[0]
