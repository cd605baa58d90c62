"""Spanish: dates, hours and counts as they stand in a message, polite, with its own marks."""

from datetime import UTC, date, datetime

from notifications.languages import phrases
from notifications.languages.texts import default_texts, templates
from notifications.words.wording import between_days, counted, days, hours, moment, on_day

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
MADRID = "Europe/Madrid"


def test_dates_and_hours():
    first, last = date(2026, 11, 25), date(2026, 11, 26)
    assert days(first, last, today=TODAY, language="es") == "mié 25 – jue 26 nov"
    said = between_days(first, last, today=TODAY, language="es")
    assert said == "entre el mié 25 y el jue 26 nov"
    assert on_day(date(2027, 1, 1), today=TODAY, language="es") == "el vie 1 ene 2027"
    starts, ends = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (8, 9))
    said = hours(starts, ends, now=NOW, zone=MADRID, language="es")
    assert said == "mañana entre las 9:00 y las 10:00"
    assert moment(NOW, now=NOW, zone=MADRID, language="es") == "hoy a las 8:00"
    items = phrases("es").items
    assert [counted(items, number, "es") for number in (1, 2)] == ["1 artículo", "2 artículos"]


def test_it_is_polite_and_a_question_has_both_marks():
    for template in templates():
        text = "\n".join(default_texts(template, "es"))
        assert text.count("¿") == text.count("?"), template
        words = set(text.lower().replace(",", " ").split())
        assert not words & {"tu", "tus", "te", "tú", "puedes", "tienes"}, template
