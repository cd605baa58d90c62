"""Beside a text as it is written: its preview, what is to be corrected, the variables it has."""

import html as html_words
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from notifications.editor.checking import VALUE, Finding, sample_seller
from notifications.editor.editing import FOR_WRITERS, default_parts
from notifications.editor.offered import offered
from notifications.editor.placing import placed
from notifications.kinds.catalogue import FOR_CUSTOMERS
from notifications.languages import LANGUAGES
from notifications.models import TextVersion
from notifications.words.liquid import problems_of, variables_in
from orders.models import Event
from tests.notifications.editor.test_texts_pages import WORDS, page, save
from tests.support.cast import MONDAY, make_order, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def live(client, side, template="confirmed", **given):
    """What the script of the page is answered while these words stand in the form."""
    answer = client.post(
        page(side, template, "live/"), WORDS | given, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200
    return answer.json()


def test_what_is_typed_is_shown_and_nothing_is_saved(ada, client):
    make_order(ada, {"GHOST": 1}, number="#7")
    before = Event.objects.count()
    shown = live(client, ada, body="My own & only words. {{ when }} {{ hold }}")
    assert "My own &amp; only words." in shown["html"]
    assert "My own & only words." in shown["text"]
    assert (shown["sender"], shown["subject"]) == ("Ada's Lamps", "Ada's Lamps has order #7")
    assert shown["sms"].startswith("Ada's Lamps: order #7. http")
    assert "With the facts of order <bdi>#7</bdi>, in the words of" in shown["about"]
    assert (shown["found"], shown["number"]) == ({}, 0)
    assert (shown["language"], shown["direction"]) == ("en", "ltr")
    assert not TextVersion.objects.exists()
    assert Event.objects.count() == before


def test_dark_and_light_are_the_mail_as_it_is_sent(ada, client):
    light, dark = live(client, ada, view="light")["html"], live(client, ada, view="dark")["html"]
    assert ("@media not all" in light, "@media all" in dark) == (True, True)
    assert light.replace("@media not all", "@media all") == dark


def test_another_language_is_shown_beside_without_losing_what_is_typed(ada, client):
    save(client, ada, language="ar", body="مرحبا {{ when }} {{ hold }}")
    shown = live(client, ada, shown_language="ar", body="Not this. {{ when }} {{ hold }}")
    assert ("مرحبا" in shown["text"], "Not this" in shown["text"]) == (True, False)
    assert shown["direction"] == "rtl"
    german = live(client, ada, shown_language="de", subject="{{ prise }}")
    assert "ist bestätigt" in german["subject"]
    assert german["found"] == {"subject": ["unknown variable {{ prise }}"]}


def test_the_length_of_a_text_message_is_counted_while_it_is_written(ada, client, settings):
    make_order(ada, {"GHOST": 1}, number="#7")
    size = live(client, ada, sms="Für {{ name }}: {{ order }}")["size"]
    assert size.split(". ")[0] == "13 of 160 characters: 1 segment"
    assert "Counted with the facts of order <bdi>#7</bdi>." in size
    settings.SMS_SEGMENT_PRICE, settings.SMS_SEGMENT_CURRENCY = 7, "EUR"
    size = live(client, ada, sms="灯" * 71)["size"]
    assert "71 of 70 characters, because it has characters" in size
    assert "2 segments. It costs about €0.14. Counted" in size


def test_a_mistake_is_told_at_its_line(ada, client):
    shown = live(client, ada, body="Thanks.\r\n\r\n{{ prise }}\r\n{{ order\r\n")
    assert list(shown["found"]) == ["body"]
    assert shown["found"]["body"][0].startswith("line 4: a closing '}}' is missing")
    assert "html" not in shown
    found = live(client, ada, body="{{ prise }}\n\n{{ order }}\n{{ prise }}")["found"]
    assert found == {"body": ["lines 1, 4: unknown variable {{ prise }}"]}


def test_what_is_not_so_is_told_beside_the_line_that_states_it(ada, client):
    body = "Thank you.\n\n{{ when }} {{ hold }}\nYour money is refunded."
    found = live(client, ada, body=body)["found"]
    assert found == {
        "body": ["Line 4 says “is refunded”, which does not hold. The case: with a date."]
    }
    found = live(client, ada, sms="{{ order }} was delivered. {{ link }}")["found"]
    assert found == {
        "sms": ["It says “was delivered”, which does not hold. The case: with a date."]
    }


def test_what_is_left_out_is_told_at_the_text(ada, client):
    found = live(client, ada, "out_for_delivery", body="Hello.")["found"]
    assert found["body"] == [
        "It leaves out {{ when }}. The case: with a date.",
        "It leaves out {{ courier }}. The case: with a date.",
    ]


def test_a_variable_of_another_message_is_told_to_be_empty(ada, client):
    found = live(client, ada, body="Hi {{ when }} {{ hold }}\n{{ return_address }}")["found"]
    assert found == {
        "body": ["Line 2: {{ return_address }} is empty in all samples of this message."]
    }


def test_what_was_saved_stands_beside_its_lines_when_the_page_is_opened(ada, client):
    save(client, ada, body="{{ when }} {{ hold }}\nIt was delivered.")
    words = html_words.unescape(client.get(page(ada)).content.decode())
    assert "Line 2 says “was delivered”, which does not hold. The case: with a date." in words
    assert words.count('class="findings"') == 5
    assert words.count('class="findings" id="body-found">') == 1


def test_without_a_script_the_frame_shows_the_form(ada, client):
    address = page(ada, what="live/")
    own = WORDS | {"body": "My own words. {{ when }} {{ hold }}"}
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    mail = client.post(address, own | {"view": "dark"}, headers=accept)
    assert "My own words." in mail.content.decode()
    policy = mail.headers["Content-Security-Policy"]
    assert ("default-src 'none'" in policy, "script-src" in policy) == (True, False)
    assert "sandbox allow-same-origin allow-popups" in policy
    assert mail.headers["X-Frame-Options"] == "SAMEORIGIN"
    text = client.post(address, own | {"view": "text"}, headers=accept).content.decode()
    assert '<pre class="outbox-text" lang="en" dir="ltr">' in text
    assert "My own words." in text
    sms = client.post(address, own | {"view": "sms"}, headers=accept).content.decode()
    assert "of 160 characters: 1 segment. Counted with a sample order." in sms
    wrong = client.post(address, own | {"sms": "{{ prise }}"}, headers=accept).content.decode()
    assert "unknown variable {{ prise }}" in wrong
    saved = client.get(address, {"language": "de"}).content.decode()
    assert "Vielen Dank" in saved


def test_markup_in_what_is_typed_is_only_text(ada, client):
    evil = "<script>alert(1)</script> {{ when }} {{ hold }}"
    assert "<script>alert" not in live(client, ada, body=evil)["html"]


def test_an_order_in_the_preview_is_told_in_the_words_of_its_day(ada, client):
    make_product(ada, "LAMP", "Brass lamp")
    order = make_order(ada, {"LAMP": 1}, number="#8")
    then = live(client, ada)["text"]
    assert "It arrives between" in then
    with time_machine.travel(order.created_at + timedelta(days=30), tick=False):
        client.force_login(ada.owner)
        assert live(client, ada, order="#8")["text"] == then
    assert live(client, ada, order="#9")["about"].startswith("No such message for that order.")


@pytest.mark.parametrize("template", FOR_CUSTOMERS)
def test_our_own_texts_use_only_what_a_message_offers(template):
    for language in LANGUAGES:
        names = {row.name for row in offered(template, language, {}, now=MONDAY)}
        parts = default_parts(template, language)
        assert {name for text in parts.values() for name in variables_in(text)} <= names
        assert names < FOR_WRITERS.keys()


def test_a_variable_is_offered_with_its_value_and_its_meaning():
    assert sample_seller().name == "Lamps and More"
    rows = {row.name: row for row in offered("delivered", "en", {"order": "#7"}, now=MONDAY)}
    assert rows["order"].sample == "#7"
    assert rows["received_by"].written == "{{ received_by }}"
    assert rows["can_return"].written == "{% if can_return %}…{% endif %}"
    assert (rows["can_return"].sample, "hold" in rows, "rma" in rows) == ("", False, False)
    # Something of an order may wait for stock, though of no sample order.
    assert (rows["waiting"].sample, rows["waiting"].is_flag) == ("", False)


def test_a_line_is_named_where_there_are_several():
    known = frozenset({"name"})
    assert problems_of("a\n{{ prise }}", known) == ["line 2: unknown variable {{ prise }}"]
    assert problems_of("a\n\n{% for i in y %}", known) == ["line 3: unexpected tag 'for'"]
    assert variables_in("{{ name }}\n{% if name %}{{ b }}{% endif %}") == {"name": [1, 2], "b": [2]}


def test_words_with_many_values_are_looked_for_in_one_go():
    """A pattern with a gap for each value would take for ever."""
    said = f"pickup point {' '.join(VALUE * 30)} has closed"
    finding = Finding("delivered", "", "email", "en", "is not so", said)
    line = f"pickup point {'a ' * 200}has {{% if link %}}closed{{% endif %}}"
    parts = default_parts("delivered", "en") | {
        "body": f"{line}\npickup point {'a ' * 30}has closed"
    }

    assert placed([finding], parts) == {"body": [f"Line 2 says “{said}”, which does not hold."]}
