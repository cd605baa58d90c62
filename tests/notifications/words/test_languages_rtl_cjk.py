"""Dates, hours and goods in Arabic and Japanese, whole phrases as they stand in a message."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings

from notifications.channels.segments import plain
from notifications.languages import phrases
from notifications.models import Message
from notifications.words.wording import (
    Goods,
    between_days,
    counted,
    day,
    days,
    hours,
    joined,
    listed,
    moment,
    on_day,
    short_lists,
)
from tests.notifications.saying import at_ten, link_of, said
from tests.support.stages import open_house, sent_packages

TODAY = date(2026, 11, 23)
BERLIN = "Europe/Berlin"
SITE = "https://fulfillment.example"


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


MORNING = at(2026, 11, 23, 7)


@pytest.mark.parametrize(
    ("first", "last", "short", "sentence"),
    [
        (
            date(2026, 11, 24),
            date(2026, 11, 26),
            "الثلاثاء 24 – الخميس 26 نوفمبر",
            "بين الثلاثاء 24 والخميس 26 نوفمبر",
        ),
        (
            date(2026, 11, 30),
            date(2026, 12, 1),
            "الاثنين 30 نوفمبر – الثلاثاء 1 ديسمبر",
            "بين الاثنين 30 نوفمبر والثلاثاء 1 ديسمبر",
        ),
        (
            date(2026, 12, 31),
            date(2027, 1, 2),
            "الخميس 31 ديسمبر 2026 – السبت 2 يناير 2027",
            "بين الخميس 31 ديسمبر 2026 والسبت 2 يناير 2027",
        ),
        (
            date(2027, 1, 4),
            date(2027, 1, 5),
            "الاثنين 4 – الثلاثاء 5 يناير 2027",
            "بين الاثنين 4 والثلاثاء 5 يناير 2027",
        ),
        (
            date(2027, 1, 29),
            date(2027, 2, 1),
            "الجمعة 29 يناير – الاثنين 1 فبراير 2027",
            "بين الجمعة 29 يناير والاثنين 1 فبراير 2027",
        ),
        (date(2026, 11, 25), date(2026, 11, 25), "الأربعاء 25 نوفمبر", "يوم الأربعاء 25 نوفمبر"),
    ],
)
def test_a_range_of_days_in_arabic(first, last, short, sentence):
    assert days(first, last, today=TODAY, language="ar") == short
    assert between_days(first, last, today=TODAY, language="ar") == sentence


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_an_order_number_keeps_its_order_in_arabic(channel):
    with at_ten:
        order = sent_packages(open_house(), {"LAMP": 1}, number="#RV4")[0].order
        Message.objects.filter(order=order).update(language="ar")
        words = said(order, "packed", channel)
    assert "\u2066#RV4\u2069" in words.subject + words.text
    assert "\u2066" not in plain("Order \u2066#RV4\u2069 is packed")


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 24), date(2026, 11, 26), "11月24日(火)～26日(木)"),
        (date(2026, 11, 30), date(2026, 12, 1), "11月30日(月)～12月1日(火)"),
        (date(2026, 12, 31), date(2027, 1, 2), "2026年12月31日(木)～2027年1月2日(土)"),
        # The year stands in front of a date, so it is the first day that has it.
        (date(2027, 1, 4), date(2027, 1, 5), "2027年1月4日(月)～5日(火)"),
        (date(2027, 1, 29), date(2027, 2, 1), "2027年1月29日(金)～2月1日(月)"),
        (date(2026, 11, 25), date(2026, 11, 25), "11月25日(水)"),
    ],
)
def test_a_range_of_days_in_japanese(first, last, words):
    assert days(first, last, today=TODAY, language="ja") == words
    assert between_days(first, last, today=TODAY, language="ja") == words


@pytest.mark.parametrize(
    ("on", "bare", "near"),
    [
        (date(2026, 11, 23), "الاثنين 23 نوفمبر", "اليوم"),
        (date(2026, 11, 24), "الثلاثاء 24 نوفمبر", "غدًا"),
        (date(2026, 11, 25), "الأربعاء 25 نوفمبر", "يوم الأربعاء 25 نوفمبر"),
        (date(2027, 1, 1), "الجمعة 1 يناير 2027", "يوم الجمعة 1 يناير 2027"),
    ],
)
def test_a_day_in_arabic(on, bare, near):
    assert day(on, today=TODAY, language="ar") == bare
    assert on_day(on, today=TODAY, language="ar") == near


@pytest.mark.parametrize(
    ("on", "bare", "near"),
    [
        (date(2026, 11, 23), "11月23日(月)", "本日"),
        (date(2026, 11, 24), "11月24日(火)", "明日"),
        (date(2026, 11, 25), "11月25日(水)", "11月25日(水)"),
        (date(2027, 1, 1), "2027年1月1日(金)", "2027年1月1日(金)"),
    ],
)
def test_a_day_in_japanese(on, bare, near):
    assert day(on, today=TODAY, language="ja") == bare
    assert on_day(on, today=TODAY, language="ja") == near


@pytest.mark.parametrize(
    ("starts", "ends", "arabic", "japanese"),
    [
        (
            at(2026, 11, 23, 18),
            at(2026, 11, 23, 19),
            "اليوم بين الساعة 19:00 و20:00",
            "本日 19:00～20:00",
        ),
        (
            at(2026, 11, 24, 8),
            at(2026, 11, 24, 9),
            "غدًا بين الساعة 09:00 و10:00",
            "明日 9:00～10:00",
        ),
        (
            at(2026, 11, 26, 18),
            at(2026, 11, 26, 19),
            "يوم الخميس 26 نوفمبر بين الساعة 19:00 و20:00",
            "11月26日(木) 19:00～20:00",
        ),
        (
            at(2026, 11, 23, 22, 30),
            at(2026, 11, 23, 23, 30),
            "بين الساعة 23:30 اليوم والساعة 00:30 غدًا",
            "本日 23:30～明日 0:30",
        ),
    ],
)
def test_hours_in_both_languages(starts, ends, arabic, japanese):
    assert hours(starts, ends, now=MORNING, zone=BERLIN, language="ar") == arabic
    assert hours(starts, ends, now=MORNING, zone=BERLIN, language="ja") == japanese


def test_the_night_of_the_clock_change_names_the_zones():
    starts, ends, now = at(2026, 10, 25, 0, 30), at(2026, 10, 25, 1, 30), at(2026, 10, 25)
    assert hours(starts, ends, now=now, zone=BERLIN, language="ar") == (
        "اليوم بين الساعة 02:30 CEST و02:30 CET"
    )
    assert hours(starts, ends, now=now, zone=BERLIN, language="ja") == "本日 2:30 CEST～2:30 CET"


@pytest.mark.parametrize(
    ("on", "arabic", "japanese"),
    [
        (at(2026, 11, 23, 18, 22), "اليوم الساعة 19:22", "本日 19:22"),
        (at(2026, 11, 22, 18, 22), "يوم الأحد 22 نوفمبر الساعة 19:22", "11月22日(日) 19:22"),
    ],
)
def test_a_moment_in_both_languages(on, arabic, japanese):
    now = at(2026, 11, 23, 19)
    assert moment(on, now=now, zone=BERLIN, language="ar") == arabic
    assert moment(on, now=now, zone=BERLIN, language="ja") == japanese


def test_parts_are_joined():
    assert joined(["Cory"], "ar") == "Cory"
    assert joined(["أحمد", "سارة", "ليلى"], "ar") == "أحمد، سارة وليلى"
    assert joined(["佐藤", "佐藤", "鈴木", "田中"], "ja") == "佐藤、鈴木、田中"


@pytest.mark.parametrize(
    ("count", "items", "more", "parcels"),
    [
        (1, "قطعة واحدة", "قطعة أخرى", "في هذا الطرد"),
        (2, "قطعتان", "قطعتان أخريان", "في هذين الطردين"),
        (3, "3 قطع", "3 قطع أخرى", "في هذه الطرود الـ3"),
        (10, "10 قطع", "10 قطع أخرى", "في هذه الطرود الـ10"),
        (11, "11 قطعة", "11 قطعة أخرى", "في هذه الطرود الـ11"),
        (100, "100 قطعة", "100 قطعة أخرى", "في هذه الطرود الـ100"),
        (103, "103 قطع", "103 قطع أخرى", "في هذه الطرود الـ103"),
    ],
)
def test_arabic_counts_in_its_plural_forms(count, items, more, parcels):
    words = phrases("ar")
    assert counted(words.items, count, "ar") == items
    assert counted(words.more, count, "ar") == more
    assert counted(words.in_these_parcels, count, "ar") == parcels


def test_japanese_counts_in_one_form():
    words = phrases("ja")
    assert [counted(words.items, count, "ja") for count in (1, 2, 11)] == ["1点", "2点", "11点"]
    assert counted(words.in_these_parcels, 2, "ja") == "今回のお荷物（2個）の内容"


def test_goods_are_listed_ever_shorter():
    goods = [Goods(2, "真鍮ランプ"), Goods(1, "シェード")]
    assert listed(goods, "ja") == "2 × 真鍮ランプ、1 × シェード"
    assert short_lists(goods, "ja")[2:] == ["2x 真鍮ランプ + ほか1点", "3点", ""]
    goods = [Goods(2, "مصباح نحاسي"), Goods(1, "مظلة")]
    assert listed(goods, "ar") == "2 × مصباح نحاسي، 1 × مظلة"
    assert short_lists(goods, "ar")[2:] == ["2x مصباح نحاسي + قطعة أخرى", "3 قطع", ""]


def shipped(language):
    """(mail, text message) of an order of two lamps that left the house."""
    with at_ten:
        order = sent_packages(open_house(), {"LAMP": 2}, number="1001")[0].order
    Message.objects.update(language=language)
    return order, said(order, "shipped"), said(order, "shipped", "sms")


@pytest.mark.django_db
def test_an_arabic_mail_runs_from_right_to_left(settings):
    settings.SITE_URL = SITE
    order, mail, sms = shipped("ar")
    assert mail.subject == "طلبك \u2066#1001\u2069 في الطريق: يصل الثلاثاء 24 – الأربعاء 25 نوفمبر"
    assert mail.text.startswith(
        "مرحبًا Grace،\n\n"
        "طلبك \u2066#1001\u2069 في الطريق إليك.\n\n"
        "يصلك بين الثلاثاء 24 والأربعاء 25 نوفمبر.\n\n"
        "في هذا الطرد:\n- 2 × Title of LAMP\n"
    )
    # Mail programs drop the html element: the table in it has the direction as well.
    assert mail.html.count('dir="rtl"') == 3
    assert '<p class="soft" dir="ltr"' in mail.html
    assert "2 × <bdi>Title of LAMP</bdi>" in mail.html
    assert "padding: 0 20px 0 0" in mail.html
    assert sms.text == (
        "طلبك \u2066#1001\u2069 لدى Ada's Lamps في الطريق، "
        "يصل الثلاثاء 24 - الأربعاء 25 نوفمبر (2x Title of LAMP). " + link_of(order)
    )


@pytest.mark.django_db
def test_a_japanese_mail_is_polite(settings):
    settings.SITE_URL = SITE
    order, mail, sms = shipped("ja")
    assert mail.subject == "ご注文 #1001 を発送しました（11月24日(火)～25日(水)にお届け）"
    assert mail.text.startswith(
        "Grace 様\n\n"
        "ご注文 #1001 を発送しました。\n\n"
        "11月24日(火)～25日(水)にお届けします。\n\n"
        "今回のお荷物の内容:\n- 2 × Title of LAMP\n"
    )
    assert 'dir="rtl"' not in mail.html
    assert sms.text == (
        "Ada's Lamps: ご注文 #1001 を発送しました（2点）。"
        "11月24日(火)～25日(水)にお届けします。 " + link_of(order)
    )


def test_japanese_has_one_word_for_one_thing():
    """On the page, in mails and in text messages: a neighbour, a number, our own couriers."""
    folders = ("notifications/languages/ja.py", "fulfillment/tracking/languages/ja.py",
               "fulfillment/tracking/wording/ja.py", "notifications/editor/said/ja.py")  # fmt: skip
    files = [settings.BASE_DIR / name for name in folders]
    files += sorted((settings.BASE_DIR / "templates/messages").glob("*/ja.txt"))
    text = "".join(file.read_text() for file in files)
    assert [word for word in ("ご近所", "お問い合わせ番号", "自社配達員") if word in text] == []
    assert [word in text for word in ("近隣の方", "追跡番号", "自社配送")] == [True] * 3
