"""Every message in every language: whole, with the facts of the English one, and its dates."""

import re
from datetime import UTC, date, datetime
from functools import cache
from itertools import product

import pytest

from notifications.channels.base import one_line
from notifications.channels.segments import measure, plain
from notifications.kinds.catalogue import kind_of
from notifications.languages import LANGUAGES, PHRASES, spoken
from notifications.languages.texts import FOLDER, PARTS, parsed, templates
from notifications.words.liquid import fill, problems_of
from notifications.words.values import VARIABLES
from notifications.words.wording import between_days, day, days, hours, joined, moment, on_day

TODAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 7, tzinfo=UTC)
BERLIN = "Europe/Berlin"
NARROW = "\u202f"
NAME = re.compile(r"\b(?:" + "|".join(VARIABLES) + r")\b")
TAG = re.compile(r"^\{%\s*\w+")
SLOT = re.compile(r"\{\w+\}")
LITERAL = re.compile(r'"[^"]*"')
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# What a language says with fewer names than English: why.
ON_THE_WAY = ("shipped", "delivery_tomorrow", "out_for_delivery", "delivered")
LEFT_OUT = {
    ("delayed", "de"): {"former_when_short"},  # two dates are too long for one segment
    ("delayed", "fr"): {"former_when_short"},
    ("delayed", "es"): {"former_when_short"},
    # That the rest follows does not fit either: they say "part of", as English does besides.
    **{
        (name, code): {"later"}
        for name in ("packed", "ready", *ON_THE_WAY)
        for code in ("de", "fr", "es")
    },
}
LINK = f"http://127.0.0.1:8000/track/{'x' * 33}/"
# What says that another message follows; only one that no shop and no customer can switch off may.
FOLLOWS = {
    "en": "let you know|will send you|will write",
    "de": "schreiben (wir )?Ihnen|schreiben wir|melden uns",
    "fr": "écrirons|communiquerons",
    "es": "[Ll]e (escribiremos|enviaremos)",
    "ar": "سنراسلك|سنرسل إليك",
    "ja": "(あらためて|しだい、?)ご連絡します",
}
FOLLOWED_BY = {
    "confirmed": "dated",
    "replacement": "dated",
    "exchange": "dated",
    "backordered": "dated",
    "undated": "dated",
    "attempt_failed": "out_for_delivery",
    "found": "out_for_delivery",
    "return_repairing": "return_repaired",
}
EVERY_TEXT = [(name, code) for code in LANGUAGES for name in templates()]


@cache
def texts(template, language):
    """The file itself, not what stands in for a missing one."""
    return parsed((FOLDER / template / f"{language}.txt").read_text(encoding="utf-8"))


def names_in(text):
    """The variables that a text says or asks for."""
    asked = (TAG.sub("", LITERAL.sub("", code)) for code in CODE.findall(text))
    return {name for code in asked for name in NAME.findall(code)}


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def parts_of(text):
    return [part for part in PARTS if getattr(text, part)]


# One test for all texts, and a list of those that are wrong: there are too many for a test each.


def test_every_text_has_the_parts_of_the_english_one():
    parts = {(name, code): parts_of(texts(name, code)) for name, code in EVERY_TEXT}
    assert {text for text in EVERY_TEXT if parts[text] != parts_of(texts(text[0], "en"))} == set()


def test_every_text_can_be_filled_in():
    known = frozenset(VARIABLES)
    problems = {
        (*text, part): found
        for text in EVERY_TEXT
        for part in texts(*text)
        if (found := problems_of(part, known))
    }
    assert problems == {}
    assert [text for text in EVERY_TEXT if "!" in CODE.sub("", "\n".join(texts(*text)))] == []


def test_every_text_says_what_the_english_one_says():
    wrong = {}
    for template, language in EVERY_TEXT:
        used, expected = (names_in("\n".join(texts(template, code))) for code in (language, "en"))
        if used != expected - LEFT_OUT.get((template, language), set()):
            wrong[template, language] = used ^ expected
    assert wrong == {}


def test_only_a_message_that_always_leaves_is_promised():
    promised = {
        (name, code)
        for name, code in EVERY_TEXT
        if kind_of(name).is_for_customer and re.search(FOLLOWS[code], "\n".join(texts(name, code)))
    }
    assert {name for name, _ in promised} == set(FOLLOWED_BY)
    for name in FOLLOWED_BY.values():
        assert (bool(kind_of(name).essential), kind_of(name).may_refuse) == (True, ())


def test_every_subject_is_one_line():
    here = {text: texts(*text) for text in EVERY_TEXT}
    lines = {text: one.subject + one.heading + one.sms for text, one in here.items()}
    assert [text for text, line in lines.items() if "\n" in line] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_language_are_all_there(language):
    words, english = PHRASES[language]._asdict(), PHRASES["en"]._asdict()
    for name, phrase in english.items():
        if isinstance(phrase, bool):
            continue
        if isinstance(phrase, str):
            assert words[name], name
            assert set(SLOT.findall(words[name])) == set(SLOT.findall(phrase)), name
        elif name not in {"more", "items", "in_these_parcels"}:
            assert set(words[name]) == set(phrase), name
        else:
            assert "other" in words[name], name


def test_a_language_of_a_region_is_that_language():
    assert [spoken(code) for code in ("de-AT", "fr_CA", "DE", "nl", "")] == [
        "de",
        "fr",
        "de",
        "en",
        "en",
    ]


@pytest.mark.parametrize("language", PHRASES)
def test_a_text_of_an_approved_return_names_the_label_where_there_is_one(language):
    values = values_of(language, "return_approved", is_part=False, later=False)
    sms = texts("return_approved", language).sms
    told = [
        fill(sms, values | {"return_label": label}).removesuffix(LINK)
        for label in ("", "ready", "asked")
    ]
    heads = {text.split(values["rma"])[1] for text in told}
    assert len(heads) == 3
    assert [text.rstrip().endswith(":") for text in told] == [True, True, False]
    word = {"en": "label", "de": "Etikett", "fr": "tiquette", "es": "tiqueta"}.get(language)
    word = word or {"ar": "ملصق", "ja": "ラベル"}[language]
    assert [word in text for text in told] == [False, True, False]


def test_french_has_its_blanks_before_high_punctuation():
    for template in templates():
        for part, text in texts(template, "fr")._asdict().items():
            words = LITERAL.sub("", CODE.sub("x", text))
            if part != "sms":  # there every blank counts
                assert re.findall(rf"[^{NARROW}][:;?](?=\s|$)", words) == [], template
            assert "'" not in words, template


def test_a_line_keeps_its_no_break_spaces():
    assert one_line(f" livraison{NARROW}:\n\tdemain\u00a0") == f"livraison{NARROW}: demain"


def values_of(language, template, *, is_part, later):
    """The longest ordinary facts: a long name, a range across months, no goods."""
    ships = template == "packed"
    first, last = date(2026, 11, 30), date(2026, 12, 1)
    if template in {"delivery_tomorrow", "out_for_delivery"}:
        when = hours(
            at(2026, 11, 24, 18),
            at(2026, 11, 24, 19),
            now=MORNING,
            zone=BERLIN,
            language=language,
        )
    elif ships:
        when = day(first, today=TODAY, language=language)
    else:
        when = days(first, last, today=TODAY, language=language)
    return dict.fromkeys(VARIABLES) | {
        "seller": "Marie's Lampen und Licht",
        "order": "#1001",
        "link": LINK,
        "is_part": is_part,
        "later": later,
        "all_waits": not is_part,
        "when_short": when,
        "ships": ships,
        "courier": "Cory",
        "delivered_at": moment(
            at(2026, 11, 22, 18, 22), now=MORNING, zone=BERLIN, language=language
        ),
        "failure": PHRASES[language].failures["not_home"],
        "until": day(date(2026, 12, 14), today=TODAY, language=language),
        "rma": "R-TUWRQ6RA",
    }


def test_a_text_message_without_goods_is_one_segment():
    parts = [(False, False), (True, False), (True, True)]
    for language, template, (is_part, later) in product(("de", "fr", "es"), templates(), parts):
        values = values_of(language, template, is_part=is_part, later=later)
        assert (len(values["seller"]), len(LINK)) == (24, 62)
        text = plain(fill(texts(template, language).sms, values))
        assert measure(text)[::2] == (True, 1), (template, language, text)
    undated = [{"date_follows": True}, {"incomplete": True}, {"together": True}, {}]
    kinds = ("confirmed", "backordered")
    for language, template, state in product(("en", "de", "fr", "es"), kinds, undated):
        for is_part in (True, False):
            values = values_of(language, template, is_part=is_part, later=is_part)
            text = plain(fill(texts(template, language).sms, values | {"when_short": None} | state))
            assert measure(text)[::2] == (True, 1), (template, language, text)


@pytest.mark.parametrize(
    ("first", "last", "german", "in_german", "french", "in_french"),
    [
        (
            date(2026, 11, 25),
            date(2026, 11, 26),
            "Mi 25. – Do 26. Nov",
            "zwischen Mi 25. und Do 26. Nov",
            "mer. 25 – jeu. 26 novembre",
            "entre le mer. 25 et le jeu. 26 novembre",
        ),
        (
            date(2026, 11, 25),
            date(2026, 11, 25),
            "Mi 25. Nov",
            "am Mi 25. Nov",
            "mer. 25 novembre",
            "le mer. 25 novembre",
        ),
        (
            date(2026, 11, 30),
            date(2026, 12, 1),
            "Mo 30. Nov – Di 1. Dez",
            "zwischen Mo 30. Nov und Di 1. Dez",
            "lun. 30 novembre – mar. 1er décembre",
            "entre le lun. 30 novembre et le mar. 1er décembre",
        ),
        (
            date(2026, 12, 1),
            date(2026, 12, 2),
            "Di 1. – Mi 2. Dez",
            "zwischen Di 1. und Mi 2. Dez",
            "mar. 1er – mer. 2 décembre",
            "entre le mar. 1er et le mer. 2 décembre",
        ),
        (
            date(2026, 12, 31),
            date(2027, 1, 2),
            "Do 31. Dez 2026 – Sa 2. Jan 2027",
            "zwischen Do 31. Dez 2026 und Sa 2. Jan 2027",
            "jeu. 31 décembre 2026 – sam. 2 janvier 2027",
            "entre le jeu. 31 décembre 2026 et le sam. 2 janvier 2027",
        ),
        (
            date(2027, 1, 4),
            date(2027, 1, 5),
            "Mo 4. – Di 5. Jan 2027",
            "zwischen Mo 4. und Di 5. Jan 2027",
            "lun. 4 – mar. 5 janvier 2027",
            "entre le lun. 4 et le mar. 5 janvier 2027",
        ),
    ],
)
def test_a_range_of_days(first, last, german, in_german, french, in_french):
    expected = {"de": (german, in_german), "fr": (french, in_french)}
    for language, (short, sentence) in expected.items():
        assert days(first, last, today=TODAY, language=language) == short
        assert between_days(first, last, today=TODAY, language=language) == sentence


@pytest.mark.parametrize(
    ("on", "german", "french"),
    [
        (date(2026, 11, 23), "heute", "aujourd’hui"),
        (date(2026, 11, 24), "morgen", "demain"),
        (date(2026, 11, 22), "am So 22. Nov", "le dim. 22 novembre"),
        (date(2026, 3, 1), "am So 1. Mär", "le dim. 1er mars"),
        (date(2027, 1, 1), "am Fr 1. Jan 2027", "le ven. 1er janvier 2027"),
    ],
)
def test_a_day(on, german, french):
    assert on_day(on, today=TODAY, language="de") == german
    assert on_day(on, today=TODAY, language="fr") == french


@pytest.mark.parametrize(
    ("starts", "ends", "german", "french"),
    [
        (
            at(2026, 11, 23, 18),
            at(2026, 11, 23, 19),
            "heute zwischen 19:00 und 20:00 Uhr",
            "aujourd’hui entre 19h00 et 20h00",
        ),
        (
            at(2026, 11, 24, 8, 5),
            at(2026, 11, 24, 9, 5),
            "morgen zwischen 09:05 und 10:05 Uhr",
            "demain entre 9h05 et 10h05",
        ),
        (
            at(2026, 11, 26, 18),
            at(2026, 11, 26, 19),
            "am Do 26. Nov zwischen 19:00 und 20:00 Uhr",
            "le jeu. 26 novembre entre 19h00 et 20h00",
        ),
        (
            at(2026, 11, 23, 22, 30),
            at(2026, 11, 23, 23, 30),
            "zwischen 23:30 Uhr heute und 00:30 Uhr morgen",
            "entre aujourd’hui à 23h30 et demain à 0h30",
        ),
    ],
)
def test_hours_at_the_door(starts, ends, german, french):
    words = {"de": german, "fr": french}
    for language, expected in words.items():
        assert hours(starts, ends, now=MORNING, zone=BERLIN, language=language) == expected


def test_a_moment():
    now = at(2026, 11, 23, 19)
    for language, today, before in (
        ("de", "heute um 19:22 Uhr", "am So 22. Nov um 19:22 Uhr"),
        ("fr", "aujourd’hui à 19h22", "le dim. 22 novembre à 19h22"),
    ):
        assert moment(at(2026, 11, 23, 18, 22), now=now, zone=BERLIN, language=language) == today
        assert moment(at(2026, 11, 22, 18, 22), now=now, zone=BERLIN, language=language) == before


def test_no_date_ends_in_a_dot():
    # The sentence around it brings its own.
    for month in range(1, 13):
        for language in ("de", "fr"):
            assert day(date(2026, month, 9), today=TODAY, language=language)[-1].isalpha()


def test_parts_are_joined():
    assert joined(["a", "b", "c"], "de") == "a, b und c"
    assert joined(["a", "b", "c"], "fr") == "a, b et c"
