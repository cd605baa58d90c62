"""Dates, hours and goods read as a person would say them."""

from datetime import UTC, date, datetime

import pytest

from notifications.languages.texts import default_texts
from notifications.words.contents import Contents
from notifications.words.rendering import text_message
from notifications.words.wording import (
    Goods,
    between_days,
    day,
    days,
    hours,
    joined,
    listed,
    moment,
    money,
    on_day,
    short_lists,
)

TODAY = date(2026, 11, 23)
BERLIN, LONDON, NEW_YORK = "Europe/Berlin", "Europe/London", "America/New_York"


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "short", "sentence"),
    [
        (
            date(2026, 11, 25),
            date(2026, 11, 26),
            "Wed 25 – Thu 26 Nov",
            "between Wed 25 and Thu 26 Nov",
        ),
        (date(2026, 11, 25), date(2026, 11, 25), "Wed 25 Nov", "on Wed 25 Nov"),
        (
            date(2026, 11, 30),
            date(2026, 12, 1),
            "Mon 30 Nov – Tue 1 Dec",
            "between Mon 30 Nov and Tue 1 Dec",
        ),
        (
            date(2026, 12, 31),
            date(2027, 1, 2),
            "Thu 31 Dec 2026 – Sat 2 Jan 2027",
            "between Thu 31 Dec 2026 and Sat 2 Jan 2027",
        ),
        (
            date(2027, 1, 4),
            date(2027, 1, 5),
            "Mon 4 – Tue 5 Jan 2027",
            "between Mon 4 and Tue 5 Jan 2027",
        ),
        (
            date(2027, 1, 29),
            date(2027, 2, 1),
            "Fri 29 Jan – Mon 1 Feb 2027",
            "between Fri 29 Jan and Mon 1 Feb 2027",
        ),
        (
            date(2026, 11, 25),
            date(2027, 11, 25),
            "Wed 25 Nov 2026 – Thu 25 Nov 2027",
            "between Wed 25 Nov 2026 and Thu 25 Nov 2027",
        ),
    ],
)
def test_a_range_of_days_says_each_part_once(first, last, short, sentence):
    assert days(first, last, today=TODAY) == short
    assert between_days(first, last, today=TODAY) == sentence


def test_a_day_of_another_year_has_its_year():
    assert day(date(2026, 12, 31), today=TODAY) == "Thu 31 Dec"
    assert day(date(2027, 1, 1), today=TODAY) == "Fri 1 Jan 2027"
    # The days around New Year belong to a week of the other year: the calendar year counts.
    assert day(date(2024, 12, 30), today=TODAY) == "Mon 30 Dec 2024"


def test_a_near_day_is_called_by_its_nearness():
    assert on_day(date(2026, 11, 23), today=TODAY) == "today"
    assert on_day(date(2026, 11, 24), today=TODAY) == "tomorrow"
    assert on_day(date(2026, 11, 22), today=TODAY) == "on Sun 22 Nov"


@pytest.mark.parametrize(
    ("starts", "ends", "now", "zone", "words"),
    [
        (
            at(2026, 11, 23, 18),
            at(2026, 11, 23, 19),
            at(2026, 11, 23, 7),
            BERLIN,
            "today between 19:00 and 20:00",
        ),
        (
            at(2026, 11, 24, 18),
            at(2026, 11, 24, 19),
            at(2026, 11, 23, 7),
            BERLIN,
            "tomorrow between 19:00 and 20:00",
        ),
        (
            at(2026, 11, 26, 18),
            at(2026, 11, 26, 19),
            at(2026, 11, 23, 7),
            BERLIN,
            "on Thu 26 Nov between 19:00 and 20:00",
        ),
        # The same moment is another day and hour where the parcel arrives.
        (
            at(2026, 11, 24, 1),
            at(2026, 11, 24, 2),
            at(2026, 11, 23, 15),
            NEW_YORK,
            "today between 20:00 and 21:00",
        ),
        # Late in the evening in Berlin it is tomorrow already, in London it is still today.
        (
            at(2026, 11, 24, 9),
            at(2026, 11, 24, 10),
            at(2026, 11, 23, 23, 30),
            BERLIN,
            "today between 10:00 and 11:00",
        ),
        (
            at(2026, 11, 24, 9),
            at(2026, 11, 24, 10),
            at(2026, 11, 23, 23, 30),
            LONDON,
            "tomorrow between 09:00 and 10:00",
        ),
        (
            at(2026, 11, 23, 22, 30),
            at(2026, 11, 23, 23, 30),
            at(2026, 11, 23, 7),
            BERLIN,
            "between 23:30 today and 00:30 tomorrow",
        ),
        # Summer time begins: 02:00 does not exist on 29 March 2026.
        (
            at(2026, 3, 29, 0, 30),
            at(2026, 3, 29, 1, 30),
            at(2026, 3, 29, 0),
            BERLIN,
            "today between 01:30 CET and 03:30 CEST",
        ),
        # Summer time ends: 02:30 comes twice on 25 October 2026.
        (
            at(2026, 10, 25, 0, 30),
            at(2026, 10, 25, 1, 30),
            at(2026, 10, 25, 0),
            BERLIN,
            "today between 02:30 CEST and 02:30 CET",
        ),
        (
            at(2026, 10, 25, 17),
            at(2026, 10, 25, 18),
            at(2026, 10, 24, 23),
            BERLIN,
            "today between 18:00 and 19:00",
        ),
    ],
)
def test_hours_are_those_of_the_place_of_delivery(starts, ends, now, zone, words):
    assert hours(starts, ends, now=now, zone=zone) == words


def test_a_moment_is_told_with_its_day():
    assert moment(at(2026, 11, 23, 18, 22), now=at(2026, 11, 23, 19), zone=BERLIN) == "19:22 today"
    assert (
        moment(at(2026, 11, 22, 18, 22), now=at(2026, 11, 23, 19), zone=BERLIN)
        == "19:22 on Sun 22 Nov"
    )


def test_parts_are_joined_once_each():
    assert joined([]) == ""
    assert joined(["Cory"]) == "Cory"
    assert joined(["Cory", "Cory"]) == "Cory"
    assert joined(["a", "b", "c"]) == "a, b and c"


def test_a_language_without_words_of_its_own_has_its_own_dates():
    assert days(date(2026, 11, 25), date(2026, 11, 26), today=TODAY, language="nl") == (
        "wo 25 – do 26 nov"
    )


def test_goods_are_listed_ever_shorter():
    goods = [Goods(2, "A brass lamp with a very long name"), Goods(1, "Shade")]
    assert short_lists(goods) == [
        "2x A brass lamp with a very long name, 1x Shade",
        "2x A brass lamp with a..., 1x Shade",
        "2x A brass lamp with a... + 1 more",
        "3 items",
        "",
    ]
    assert short_lists([Goods(1, "Shade")])[2:] == ["1x Shade", "1 item", ""]
    assert short_lists([]) == [""]


def test_a_text_that_is_too_long_with_a_long_list_is_tried_with_shorter_ones():
    own = default_texts("confirmed", "en")._replace(sms="{{ goods }} " * 40 + "{{ link }}")
    contents = Contents([Goods(1, "ş" * 225)] * 150, [], [], [])
    values = {"seller": "Ada", "link": "https://example.com/track/1/"}
    text = text_message(own, contents, values, "en")
    assert text == "https://example.com/track/1/"


def test_a_title_that_was_cut_ends_a_text_with_three_dots():
    own = default_texts("confirmed", "en")._replace(sms="{{ goods }}. " + "{{ link }}" * 4)
    contents = Contents([Goods(1, "Another beer for good people of the town")], [], [], [])
    text = text_message(own, contents, {"seller": "Ada", "link": "x" * 31}, "en")
    assert text.startswith("1x Another beer for good... x")


@pytest.mark.parametrize("title", ["Lamp", "ş" * 225, "Lamp " * 96])
def test_a_list_in_one_line_has_a_bound_and_counts_the_rest(title):
    goods = [Goods(1, title)] * 2_000
    for text in (listed(goods), *short_lists(goods)[:2]):
        shown, _, more = text.rpartition(" + ")
        assert len(text) < 2_100
        assert more == f"{2_000 - shown.count('1x ') - shown.count('1 ×')} more"
    assert listed([Goods(1, "x" * 5_000)]) == "1 ×..."


def test_an_amount_in_an_arabic_text_is_isolated_once():
    assert money(3998, "EUR", "ar") == "\u206639.98\xa0€\u2069"
    assert money(3998, "EUR", "de") == "39,98\xa0€"
