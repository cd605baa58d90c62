"""What comes from outside, type by type: what is accepted, how it is kept, what was expected."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from orders.values.contacts import BEYOND_ASCII, EXPECTED, email, phone
from orders.values.counts import whole
from orders.values.ids import id_of
from orders.values.moments import DAY, MOMENT, day, moment, moment_or
from orders.values.places import country, currency, language, main_language
from orders.values.postal import delivery_country, postcode
from orders.values.problems import MOST_TOLD, Problems
from orders.values.texts import asked_for, is_storable, lines, one_line
from orders.values.unfit import Unfit

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-14))


@pytest.mark.parametrize(
    ("read", "given", "kept"),
    [
        (moment, "2026-11-23T12:00:00Z", NOON),
        (moment, "2026-11-23T13:00:00+01:00", NOON),
        (moment, datetime(2026, 11, 23, 13, tzinfo=ZoneInfo("Europe/Berlin")), NOON),
        (moment, "1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        (moment, "8999-12-31T23:59:59Z", datetime(8999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (day, date(1970, 1, 1), date(1970, 1, 1)),
        (day, date(8999, 12, 31), date(8999, 12, 31)),
        (country, " de ", "DE"),
        (country, "", ""),
        (language, "", ""),
        (language, "gsw-Hant", "gsw-Hant"),
        (currency, "eur", "EUR"),
        (email, "", ""),
        (email, "grace+1@bücher.example", "grace+1@bücher.example"),
    ],
)
def test_a_value_is_kept_in_one_form(read, given, kept):
    assert read(given) == kept


@pytest.mark.parametrize(
    ("read", "given", "expected"),
    [
        *(
            (moment, given, MOMENT)
            for given in (
                "", "yesterday", "2026-11-23T12:00:00", "1969-12-31T23:59:59Z",
                "0001-01-01T00:00:00+14:00", "9000-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00",
                datetime(1, 1, 1, tzinfo=EAST), datetime(9999, 12, 31, 23, tzinfo=WEST),
                datetime(2026, 11, 23),  # noqa: DTZ001 the point of it
            )
        ),
        (day, date(1969, 12, 31), DAY),
        (day, date(9000, 1, 1), DAY),
        (country, "Germany", "expected two letters like DE"),
        (country, "ẞ", "expected two letters like DE"),
        (language, "deu-ABCDE", "expected a language like en or de-AT"),
        (language, "EN", "expected a language like en or de-AT"),
        (currency, "euro", "expected three capital letters like EUR"),
        (email, "nowhere", EXPECTED),
        (email, "a@example.com, b@example.com", EXPECTED),
        (email, "Grace <grace@example.com>", EXPECTED),
        (email, "a..b@example.com", EXPECTED),
        (email, "a@example.com\u2028", EXPECTED),
        (email, f"{'a' * 250}@example.com", EXPECTED),
        (email, "jürgen@example.com", BEYOND_ASCII),
    ],
)  # fmt: skip
def test_another_value_is_refused_with_what_was_expected(read, given, expected):
    with pytest.raises(Unfit) as refused:
        read(given)

    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("reported", "kept"),
    [
        ("2026-11-23T11:00:00Z", NOON - timedelta(hours=1)),
        ("2026-11-23 11:00:00", NOON - timedelta(hours=1)),
        ("2026-11-23T13:00:00Z", NOON),
        *((unreadable, NOON) for unreadable in ("", "5", "x\x00", "0001-01-01T00:00:00+14:00")),
        ("9999-12-31T23:59:59-14:00", NOON),
        (None, NOON),
    ],
)
def test_a_report_of_an_unreadable_moment_is_of_when_it_arrived(reported, kept):
    assert moment_or(reported, NOON) == kept


@pytest.mark.parametrize("given", [0, 100, "7", "100"])
def test_a_whole_number_may_come_as_digits(given):
    assert whole(given, least=0, most=100) == int(given)


@pytest.mark.parametrize(
    "given", [-1, 101, "", "x", "1.0", "٣", "9" * 5000, "--1", 1.0, True, None, [], {}]
)
def test_another_number_is_refused(given):
    with pytest.raises(Unfit, match="expected a whole number from 0 to 100"):
        whole(given, least=0, most=100)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("+4915112345678", "+4915112345678"),
        ("0151 12345678", "+4915112345678"),
        ("+9991234567", ""),
        ("+2101234567", ""),
        ("12", ""),
        ("x" * 100_000, ""),
        (" ", ""),
        ("\x00", ""),
    ],
)
def test_a_phone_number_is_one_or_none(given, kept):
    assert phone(given, "DE") == kept


@pytest.mark.parametrize(
    ("locale", "name"),
    [("en-US", "en"), ("zh_Hant_TW", "zh"), ("DE", "de"), ("", ""), ("english", ""), ("e\nn", "")],
)
def test_the_language_of_a_locale(locale, name):
    assert main_language(locale) == name


def test_texts_are_cleaned_and_searches_can_be_asked():
    assert one_line(" a\r\nb\x00c\u2028d ") == "a b c d"
    # Nothing turns what follows it, and what nobody sees is nothing.
    assert one_line("\u202eStra\u2066ße 21\u202c") == "Straße 21"
    assert one_line("\u200b \u2060\ufeff") == ""
    assert one_line("نعم\u200cلا") == "نعم\u200cلا"
    assert lines(" Linden 1 \n\n c/o  Grace\r\n") == "Linden 1\nc/o Grace"
    assert [is_storable(text) for text in ("ä😀", "a\x00", "a\ud800")] == [True, False, False]
    assert asked_for("  lamp  shade ", most=7) == "lamp  s"
    assert (asked_for("lamp\x00", most=7), asked_for("\ud800", most=7)) == ("lamp", "")


@pytest.mark.parametrize("text", ["", "abc", "0" * 37, "{" * 36, None, "\x00"])
def test_what_is_no_id_names_nobodys_row(text):
    assert id_of(text) is None


def test_the_name_of_a_field_is_told_in_part_where_it_is_long():
    problems = Problems()
    problems.add("x" * 100_000, "is not expected")
    assert problems.found == [("x" * 200 + "…", "is not expected")]
    assert "x" * 100_000 in problems


def test_of_many_problems_a_hundred_are_told():
    problems = Problems()
    for number in range(MOST_TOLD + 1234):
        problems.add(f"lines[{number}]", "unknown field")

    assert len(problems.found) == MOST_TOLD + 1
    assert problems.found[-1] == ("", "and 1,234 more problems")
    assert "lines[99]" in problems


def test_a_postcode_is_one_of_its_country():
    for place, given in (
        ("DE", "10115"), ("GB", "sw1a1aa"), ("NL", "1234 ab"), ("US", "94043-1234"),
        ("JP", "1000001"), ("CA", "K1A0B1"), ("IE", ""), ("AE", "whatever"), ("XX", "ABC"),
    ):  # fmt: skip
        assert postcode(given, place) == given
    for place, given, expected in (
        ("DE", "ABC", "expected a postcode of DE like 26133"),
        ("DE", "101155", "expected a postcode of DE like 26133"),
        ("PL", "00001", "expected a postcode of PL like 00-950"),
        ("US", " ", "expected a postcode like 95014"),
    ):
        with pytest.raises(Unfit) as refused:
            postcode(given, place)
        assert str(refused.value) == expected


def test_a_country_is_one_to_which_mail_goes():
    assert [delivery_country(given) for given in ("de", " XK", "")] == ["DE", "XK", ""]
    for given in ("XX", "ZZ", "UK"):
        with pytest.raises(Unfit, match="expected a country, as two letters like DE"):
            delivery_country(given)
