"""The pages on which a seller writes texts: forms, attacks, two people, roles and other sellers."""

import re

import pytest
from django.test import Client

from notifications.models import MessageSettings, TextVersion
from orders.access import Role
from orders.models import Event
from tests.notifications.saying import said
from tests.support.cast import make_order, make_product, make_user

pytestmark = pytest.mark.django_db

ROOT = "/dashboard/messages/texts"
WORDS = {
    "language": "en",
    "subject": "{{ seller }} has order {{ order }}",
    "heading": "",
    "body": "Thank you.\r\n\r\n{% if when %}> It arrives {{ when }}.{% endif %}{{ hold }}",
    "closing": "",
    "sms": "{{ seller }}: order {{ order }}. {{ link }}",
}
SEEN = re.compile(r'name="seen" value="(\w+)"')
ATTACKS = [
    "{{ ''.__class__.__mro__ }}",
    "{{ name.__class__ }}",
    "{% for i in (1..1000000000) %}x{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% render 'x' %}",
    "{% assign seller = 'Eve' %}",
    "{{ settings.SECRET_KEY }}",
    "{{ order | append: 'x' }}",
    "{% if order %}",
    "{{ order",
    "{{ prise }}",
    "a\x00b",
    "a\u202eb",
]


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def page(side, template="confirmed", what=""):
    return f"{ROOT}/{side.seller.pk}/{template}/{what}"


def seen(client, side, **query):
    return SEEN.search(client.get(page(side), query).content.decode()).group(1)


def save(client, side, **given):
    language = given.get("language", "en")
    words = WORDS | {"seen": seen(client, side, language=language)} | given
    return client.post(page(side), words)


def test_the_list_says_whose_words_each_message_has(ada, client):
    assert client.get(f"{ROOT}/").headers["Location"] == f"{ROOT}/{ada.seller.pk}/"
    words = client.get(f"{ROOT}/{ada.seller.pk}/").content.decode()
    assert (words.count(">Default<"), words.count("Custom, version")) == (45, 0)
    save(client, ada)
    client.post(page(ada, what="publish/"), {"number": "1"})
    save(client, ada, subject="Next")
    assert (
        "Customers get your version 1, written by <bdi>Ada Ahlgren</bdi>, since"
        in client.get(page(ada)).content.decode()
    )
    words = client.get(f"{ROOT}/{ada.seller.pk}/").content.decode()
    assert (words.count(">Default<"), words.count("Custom, version 1 of")) == (44, 1)
    assert words.count(">Draft 2<") == 1


def test_a_form_begins_with_our_words(ada, client):
    german = client.get(page(ada), {"language": "de"}).content.decode()
    assert "Bestellung {{ order }} ist bestätigt" in german
    assert "Default text" in german
    assert 'dir="rtl"' in client.get(page(ada), {"language": "ar"}).content.decode()


def test_words_are_kept_as_a_draft_and_published(ada, client):
    make_product(ada, "GHOST", "Ghost")
    order = make_order(ada, {"GHOST": 1})
    assert save(client, ada).headers["Location"] == f"{page(ada)}?language=en"
    assert save(client, ada, do="preview").headers["Location"] == page(
        ada, what="preview/?language=en"
    )
    assert said(order, "confirmed").subject.startswith(f"Order {order.number} is confirmed")
    assert client.post(page(ada, what="publish/"), {"number": "1"}).status_code == 302
    words = said(order, "confirmed")
    assert words.subject == f"Ada's Lamps has order {order.number}"
    assert "Thank you.\n\nIt arrives" in words.text
    assert said(order, "confirmed", "sms").text.startswith("Ada's Lamps: order #")
    client.post(page(ada, what="withdraw/"))
    assert said(order, "confirmed").subject.startswith(f"Order {order.number} is confirmed")
    history = client.get(page(ada)).content.decode()
    assert ("Earlier versions" in history, "Publish again" in history) == (True, True)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("part", ["subject", "body", "sms"])
def test_an_attack_is_refused_and_stays_in_the_form(ada, client, attack, part):
    answer = save(client, ada, **{part: attack})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert words.count('class="problems"') == 1
    assert f'id="{part}-problems"' in words
    assert not TextVersion.objects.exists()
    assert client.post(page(ada, what="dry-run/"), WORDS | {part: attack}).status_code == 422


def test_markup_in_a_text_is_only_text(ada, client):
    order = make_order(ada, {"GHOST": 1})
    evil = "</style><script>alert(1)</script>"
    facts = "{{ order }} {{ when }} {{ hold }}"
    assert save(client, ada, subject=f"{evil} {facts}", body=evil).status_code == 302
    client.post(page(ada, what="publish/"), {"number": "1"})
    html = said(order, "confirmed").html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in client.get(page(ada)).content.decode()


def test_the_second_of_two_people_loses_nothing(ada, client):
    opened = seen(client, ada)
    save(client, ada, seen=opened, subject="The first")
    answer = save(client, ada, seen=opened, subject="The second")
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "Ada Ahlgren saved draft 1 at" in words
    assert ("The second</textarea>" in words, "The first</pre>" in words) == (True, True)
    assert TextVersion.objects.get().texts["en"]["subject"] == "The first"
    again = SEEN.search(words).group(1)
    assert save(client, ada, seen=again, subject="The second").status_code == 302
    assert TextVersion.objects.get().texts["en"]["subject"] == "The second"


def test_a_language_that_lacks_is_named(ada, client):
    chosen = {"languages": ["en", "fr"]}
    assert client.post(f"{ROOT}/{ada.seller.pk}/languages/", chosen).status_code == 302
    assert MessageSettings.objects.get(seller=ada.seller).languages == ["en", "fr"]
    save(client, ada)
    words = client.get(page(ada)).content.decode()
    assert "To publish it, add a text in: Français" in words
    answer = client.post(page(ada, what="publish/"), {"number": "1"}, follow=True)
    assert "No text yet in: Français" in answer.content.decode()
    assert not TextVersion.objects.get().in_force


@pytest.mark.parametrize("languages", [[], ["xx"], ["en", "xx"]])
def test_languages_we_do_not_speak_are_refused(ada, client, languages):
    address = f"{ROOT}/{ada.seller.pk}/languages/"
    answer = client.post(address, {"languages": languages}, follow=True)
    assert "Choose at least one language of: English, Deutsch" in answer.content.decode()
    assert MessageSettings.objects.get(seller=ada.seller).languages == []


def test_what_does_not_exist_is_not_found(ada, client):
    for template in ("nothing", "seller_digest", "..", "confirmed.txt"):
        assert client.get(page(ada, template)).status_code == 404
    assert client.get(page(ada, what="preview/?version=9")).status_code == 404


def test_only_an_owner_writes_and_only_the_own_texts(ada, bo, client):
    staff = Client()
    user = make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller)
    staff.force_login(user)
    other = Client()
    other.force_login(bo.owner)
    gets = ("", "live/", "preview/", "preview/mail/")
    posts = ("", "live/", "publish/", "discard/", "withdraw/", "dry-run/", "preview/test/")
    save(client, ada)
    for browser, status in ((staff, 403), (other, 404)):
        for what in gets:
            assert browser.get(page(ada, what=what)).status_code == status, what
        for what in posts:
            answer = browser.post(page(ada, what=what), WORDS | {"number": "1"})
            assert answer.status_code == status, what
    assert [row.number for row in TextVersion.objects.filter(in_force=False)] == [1]
    assert Event.objects.filter(kind__startswith="texts.").count() == 1
