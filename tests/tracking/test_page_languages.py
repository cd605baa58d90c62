"""The customer's pages in every language: whole, in that language alone, with its dates."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from babel import Locale
from django.test import Client

from fulfillment.tracking import checks
from fulfillment.tracking.languages import WORDS
from fulfillment.tracking.page.words import Voice
from fulfillment.tracking.wording import day_in
from notifications.consent.preferences import OPTIONAL
from notifications.languages import LANGUAGES, NAMES, PHRASES
from orders.event_kinds import event_kinds
from orders.lifecycle.cancel import cancel_order
from orders.models import Order
from orders.returns.handling import approve_return, cancel_return, request_return
from tests.support.cast import make_order
from tests.support.stages import ready_shipment
from tests.tracking.tracked import (
    AT_THE_DOOR,
    MONDAY,
    look,
    out_for_delivery,
    proven,
    sent_order,
    split_order,
)
from warehouse.couriers.runs import deliver_stop, fail_stop

TODAY = date(2026, 11, 24)
TAG = re.compile(r"<(script|style|nav)\b.*?</\1>|<[^>]+>", re.DOTALL)


def test_every_phrase_is_there_and_said():
    assert checks.know_every_phrase() == []


def test_a_missing_an_empty_and_an_unused_phrase_are_found(monkeypatch):
    german = WORDS["de"]
    spoiled = german._replace(
        arrives="Zustellung",
        backordered={"two": "{count} Artikel"},
        steps={"ordered": "Bestellt"},
        events={},
        save=" ",
    )
    monkeypatch.setitem(WORDS, "de", spoiled)
    found = "\n".join(error.msg for error in checks.know_every_phrase())
    assert "de: arrives: fills in []" in found
    assert "de: backordered: has the forms ['two']" in found
    assert "de: steps: has not the keys of English: collected, delivered" in found
    assert "de: events: not those that customers see" in found
    assert "de: save: is empty." in found
    monkeypatch.setattr(checks, "_templates", lambda: "{{ words.nowhere }}")
    found = "\n".join(error.msg for error in checks.know_every_phrase())
    assert "A template says nowhere" in found
    assert "skip is said on no page." in found


def test_what_messages_say_is_not_written_twice():
    for language in LANGUAGES:
        own, shared = set(texts(WORDS[language])), set(texts(PHRASES[language]))
        assert [text for text in own & shared if text.endswith((".", "。"))] == [], language


def texts(words):
    for value in words:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from texts(value.values())


@pytest.mark.parametrize(
    ("language", "day", "days", "hours", "moment", "by", "until"),
    [
        ("en", "Thursday 26 November", "Wednesday 25 – Thursday 26 November", "09:00 – 10:30",
         "today at 09:00", "by Thursday 26 November", "until tomorrow"),
        ("de", "Donnerstag, 26. November", "Mittwoch, 25. – Donnerstag, 26. November",
         "09:00 – 10:30 Uhr", "heute um 09:00 Uhr", "bis Donnerstag, 26. November", "bis morgen"),
        ("fr", "jeudi 26 novembre", "mercredi 25 – jeudi 26 novembre", "9h00 – 10h30",
         "aujourd’hui à 9h00", "d’ici au jeudi 26 novembre", "jusqu’à demain"),
        ("es", "jueves, 26 de noviembre", "miércoles, 25 – jueves, 26 de noviembre",
         "9:00 – 10:30", "hoy a las 9:00", "como tarde el jueves, 26 de noviembre",
         "hasta mañana"),
        ("ar", "الخميس، 26 نوفمبر", "الأربعاء، 25 – الخميس، 26 نوفمبر", "09:00 – 10:30",
         "اليوم الساعة 09:00", "بحلول الخميس، 26 نوفمبر", "حتى غدًا"),
        ("ja", "11月26日(木)", "11月25日(水)～11月26日(木)", "9:00～10:30", "本日 9:00",
         "11月26日(木)まで", "明日まで"),
    ],
)  # fmt: skip
def test_days_and_hours(language, day, days, hours, moment, by, until):
    voice, thursday = Voice(language, TODAY), date(2026, 11, 26)
    starts = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert voice.day(thursday) == day
    assert voice.days(date(2026, 11, 25), thursday) == days
    assert voice.hours(starts, starts.replace(hour=10, minute=30)) == hours
    assert voice.moment(starts) == moment
    assert (voice.by(thursday), voice.until(date(2026, 11, 25))) == (by, until)
    names = Locale.parse(language).days["format"]["abbreviated" if language == "ja" else "wide"]
    assert names[thursday.weekday()] in day


def test_the_first_of_a_month_and_large_numbers():
    assert Voice("fr", TODAY).day(date(2026, 12, 1)) == "mardi 1er décembre"
    assert Voice("es", TODAY).day(date(2027, 1, 1)) == "viernes, 1 de enero de 2027"
    assert day_in("fr", date(2026, 12, 1)) == "mardi 1er décembre", "in the list of days as well"
    assert day_in("es", date(2026, 12, 1)) == "martes, 1 de diciembre"
    gift = WORDS["de"].gift
    assert Voice("de", TODAY).count(gift, 1234) == "1.234 Artikel, ein Geschenk"
    forms = [Voice("ar", TODAY).count(WORDS["ar"].cancelled, number) for number in (1, 2, 3, 11)]
    assert forms[:2] == ["أُلغيت قطعة واحدة.", "أُلغيت قطعتان."]
    assert len(set(forms)) == 4


@pytest.fixture
def orders(monday_house):
    """{state: (order, when it is looked at)}, of one house."""
    house, found = monday_house, {}
    brought, run = out_for_delivery(house, {"LAMP": 1, "SHADE": 2})
    found["sent"] = sent_order(house, {"LAMP": 1}, is_gift=True), MONDAY
    found["late"] = found["sent"][0], datetime(2026, 12, 1, tzinfo=UTC)
    found["split"] = split_order(house), MONDAY
    found["ready"] = ready_shipment(house, {"LAMP": 1}).order, MONDAY
    found["received"] = make_order(house.ada, {"LAMP": 1}), MONDAY
    found["no address"] = make_order(house.ada, {"LAMP": 1}, street="", city=""), MONDAY
    cancelled = make_order(house.ada, {"LAMP": 1})
    found["cancelled"] = cancel_order(cancelled, actor=house.ada.owner), MONDAY
    with time_machine.travel(AT_THE_DOOR, tick=False):
        other = run.stops.first()
        found["failed"] = Order.objects.get(packages__stops=other), AT_THE_DOOR
        fail_stop(other, reason="not_home", actor=house.cory)
        stop = run.stops.last()
        deliver_stop(stop, received_by="Grace", handed_to="neighbour", actor=house.cory)
        units = {line.pk: 1 for line in brought.lines.all()}
        approve_return(request_return(brought, units=units, reason="damaged"), actor=None)
    found["neighbour and return"] = brought, AT_THE_DOOR
    return found


@pytest.mark.django_db
def test_no_page_has_an_english_phrase_left(orders):
    """Each page in English first: what other languages say, too, is a name or a number."""
    english = phrases_of("en")
    for name, (order, now) in orders.items():
        for what in ("", "return/", "updates/", "updates/?saved=1&", "unsubscribe/email/"):
            for language in LANGUAGES:
                ask = f"{what}lang={language}" if "?" in what else f"{what}?lang={language}"
                page = look(order, ask, now).content.decode()
                turned = "rtl" if language == "ar" else "ltr"
                assert f'<html lang="{language}" dir="{turned}">' in page
                if language == "en":
                    continue
                said = TAG.sub("\n", page)
                left = {phrase for phrase in english - phrases_of(language) if phrase in said}
                assert left == set(), (name, what, language)
                assert not re.search(r"\{\w+\}|\bNone\b", said), (name, what, language)


def phrases_of(language):
    """Pieces of the phrases between what is filled in, long enough to be told from names."""
    known = {*texts(WORDS[language])}
    if language == "en":
        known |= {*OPTIONAL["email"].values(), *(kind.customer for kind in event_kinds().values())}
    pieces = {piece.strip() for text in known for piece in re.split(r"\{\w+\}", text)}
    return {piece for piece in pieces if len(piece) > 7}


@pytest.mark.django_db
def test_the_language_is_the_orders_until_another_one_is_chosen(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1}, language="fr-CA")
    path, client = f"/track/{order.token}/", Client()
    with time_machine.travel(MONDAY, tick=False):
        french = client.get(path)
        assert 'lang="fr"' in french.content.decode() and not french.cookies
        etags = {client.get(f"{path}state.json?lang={code}")["ETag"] for code in LANGUAGES}
        assert len(etags) == len(LANGUAGES)

        chosen = client.get(f"{path}?lang=ja")
        cookie = chosen.cookies["track_language"]
        assert (cookie.value, cookie["path"], cookie["httponly"]) == ("ja", path, True)
        assert chosen["Content-Language"] == "ja" and "Cookie" in chosen["Vary"]
        for what in ("", "return/", "updates/", "unsubscribe/email/"):
            assert '<html lang="ja"' in proven(order, client).get(path + what).content.decode()
        answer = client.get(f"{path}state.json")
        assert answer.json()["language"] == "ja"
        assert (
            client.get(f"{path}state.json", headers={"If-None-Match": answer["ETag"]})["X-Checked"]
            == "10:00"
        )
        for odd in ("xx", "de\x00", "../de", "a" * 500, "de;q=1", ""):
            answer = Client().get(path, {"lang": odd})
            assert '<html lang="fr"' in answer.content.decode() and not answer.cookies
        for name in NAMES.values():
            assert f">{name}</a>" in french.content.decode()


@pytest.mark.django_db
def test_without_an_order_the_browser_says_the_language(settings):
    gone = Client().get("/track/nobody/", headers={"Accept-Language": "nl, es-MX;q=0.8, de"})
    assert "No hemos encontrado este pedido" not in gone.content.decode()
    assert "Wir konnten diese Bestellung nicht finden" in gone.content.decode()
    settings.RATE_STRANGER = 1
    client = Client(REMOTE_ADDR="203.0.113.77")
    answers = [client.get("/track/x/", headers={"Accept-Language": "ar"}) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert 'dir="rtl"' in answers[-1].content.decode()
    assert WORDS["ar"].too_many in answers[-1].content.decode()
    assert int(answers[-1]["Retry-After"]) > 0


@pytest.mark.django_db
def test_what_is_wrong_with_a_return_is_said_in_the_language(orders):
    order, now = orders["neighbour and return"]
    path = f"/track/{order.token}/return/?lang=de"
    with time_machine.travel(now, tick=False):
        cancel_return(order.returns.get())
        lines = {line.sku: f"units-{line.pk}" for line in order.lines.all()}
        empty = proven(order).post(path, {"comment": "x" * 501}).content.decode()
        many = proven(order).post(path, {"reason": "wrong", lines["SHADE"]: 9}).content.decode()
    for problem in (
        "Bitte wählen Sie einen Grund für die Rücksendung.",
        "Bitte wählen Sie mindestens einen Artikel aus.",
        "Bitte schreiben Sie höchstens 500 Zeichen.",
    ):
        assert problem in empty
    assert "Bitte wählen Sie höchstens 2." in many
    assert "Falscher Artikel" in many
